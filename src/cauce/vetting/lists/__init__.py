"""Watchlists in the formats their owners publish, read into one shape. Pure: files in, dataclasses out."""

from cauce.vetting.lists.model import (
    Alias,
    DateRange,
    Document,
    Entry,
    ListEdition,
    Problem,
    UnreadableListError,
)
from cauce.vetting.lists.reading import FORMATS, SHIPPED_DATE, Changes, diff, read, shipped

__all__ = [
    "FORMATS",
    "SHIPPED_DATE",
    "Alias",
    "Changes",
    "DateRange",
    "Document",
    "Entry",
    "ListEdition",
    "Problem",
    "UnreadableListError",
    "diff",
    "read",
    "shipped",
]
