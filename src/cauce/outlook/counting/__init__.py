"""Counts as Panama's migration service publishes them: four tables of a year, read and written."""
