"""Counts of what happened, for those who plan; later what is coming."""
