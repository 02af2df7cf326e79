"""Screening without a store: people and lists in files, hits and duplicates out. Pure but for the files it is given."""

from cauce.vetting.lists import format_of
from cauce.vetting.screening.duplicates import Duplicate, duplicates, duplicates_in, threshold_among
from cauce.vetting.screening.hits import HIT_COLUMNS, PAIR_COLUMNS, write_hits, write_pairs
from cauce.vetting.screening.lists import Watched, read_lists
from cauce.vetting.screening.loading import Crowd, Loaded, load, load_people
from cauce.vetting.screening.people import People, read_people
from cauce.vetting.screening.running import DEFAULT_NATS, FLOOR, listed_above, pair, screen

__all__ = [
    "DEFAULT_NATS",
    "FLOOR",
    "HIT_COLUMNS",
    "PAIR_COLUMNS",
    "Crowd",
    "Duplicate",
    "Loaded",
    "People",
    "Watched",
    "duplicates",
    "duplicates_in",
    "format_of",
    "listed_above",
    "load",
    "load_people",
    "pair",
    "read_lists",
    "read_people",
    "screen",
    "threshold_among",
    "write_hits",
    "write_pairs",
]
