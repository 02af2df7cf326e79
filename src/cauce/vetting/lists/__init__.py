"""Watchlists in the formats their owners publish, read into one shape. Pure: files in, dataclasses out."""

from cauce.vetting.lists.changes import Changes, diff
from cauce.vetting.lists.detecting import FORMATS, format_of
from cauce.vetting.lists.model import (
    Alias,
    DateRange,
    Document,
    Entry,
    ListEdition,
    Problem,
    UnreadableListError,
)
from cauce.vetting.lists.reading import SHIPPED_DATE, read, shipped, stream

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
    "format_of",
    "read",
    "shipped",
    "stream",
]
