"""Machine-readable zones of ICAO Doc 9303: read, correct, write and compare them."""

from cauce.people.mrz.fitting import fits
from cauce.people.mrz.reading import Zone, parse
from cauce.people.mrz.rendering import name_field, name_line
from cauce.people.mrz.slips import suggest
from cauce.people.mrz.writing import build

__all__ = ["Zone", "build", "fits", "name_field", "name_line", "parse", "suggest"]
