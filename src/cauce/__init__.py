"""Cauce runs a migration corridor: people arrive, are registered, checked, cared for and moved on in fair order."""

__version__ = "0.1.0"
