"""Stations that work alone, and the hub that they meet when a link is there."""
