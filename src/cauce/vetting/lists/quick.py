"""The short way for records that are as the format wants them: a million of them in a quarter of a minute."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.json_lines import Record
from cauce.vetting.lists.model import Alias, Document, Entry, Quality
from cauce.vetting.lists.text import script_of

SEXES = {"m": "M", "male": "M", "f": "F", "female": "F", "x": "X", "other": "X", "": "", "unknown": ""}
PERSON = frozenset(["", "person", "individual"])
OTHERS = frozenset(
    [
        "other", "entity", "legalentity", "organization", "organisation", "company", "publicbody", "group", "vessel",
        "ship", "aircraft", "airplane", "vehicle", "cryptowallet", "security", "asset", "realestate",
    ]
)  # fmt: skip
NAME_FIELDS: tuple[tuple[str, Quality], ...] = (("name", "strong"), ("aliases", "strong"), ("weak", "weak"))
_NOTHING: list[str] = []
Found = TypeVar("Found")


@contextmanager
def unswept() -> Iterator[None]:
    """Entries refer to nothing that refers back: looking for circles among a growing million takes half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def sex(said: str) -> str | None:
    """M, F or X; empty when not said; None when not understood."""
    return SEXES.get(said.strip().lower())


def quick(record: Record) -> Entry | None:
    """The entry of a record whose every value is as the format wants it; None for any other, which is read with care.

    No more than a short cut that nearly all records take: `records.careful` makes the same of them, only slower.
    """
    try:
        if 0 in record.values():
            return None
        get = record.get
        key = get("id")
        names: dict[str, Alias] = {}
        for field, quality in NAME_FIELDS:
            for said in _sound(value) if (value := get(field)) else ():
                if (text := " ".join(said.split())) and text not in names:
                    names[text] = Alias(text, quality, "latin" if text.isascii() else script_of(text))
        if type(key) is not str or not (key := key.strip()) or not names:
            return None
        passports, ids = get("passports"), get("ids")
        kind = get("type", "")
        kind = kind.strip().lower() if type(kind) is str else None
        if kind not in PERSON and kind not in OTHERS:
            return None
        return Entry(
            key,
            "person" if kind in PERSON else "other",
            tuple(names.values()),
            _understood(_sound(dates), parse_range) if (dates := get("dob")) else (),
            _understood(_sound(sexes), sex) if (sexes := get("gender")) else (),
            _understood(_sound(countries), alpha3) if (countries := get("nationality")) else (),
            _documents(_sound(passports), _sound(ids)) if passports or ids else (),
            _stripped(_sound(places)) if (places := get("pob")) else (),
            _stripped(_sound(programs)) if (programs := get("program")) else (),
        )
    except _NotSoundError:
        return None


class _NotSoundError(Exception):
    pass


def _sound(value: object) -> list[str]:
    if value is None:
        return _NOTHING
    if type(value) is list:
        for one in value:
            if type(one) is not str:
                raise _NotSoundError
        return value
    if type(value) is str:
        return [value]
    raise _NotSoundError


def _understood(said: list[str], read: Callable[[str], Found | None]) -> tuple[Found, ...]:
    if len(said) == 1 and (one := read(said[0])):
        return (one,)
    found = [read(one) for one in said if one and not one.isspace()]
    if None in found:
        raise _NotSoundError
    return tuple(dict.fromkeys([one for one in found if one]))


def _documents(passports: list[str], ids: list[str]) -> tuple[Document, ...]:
    found = [Document("passport", number, "") for one in passports if (number := one.strip())]
    found += [Document("national", number, "") for one in ids if (number := one.strip())]
    return tuple(dict.fromkeys(found))


def _stripped(said: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([text for one in said if (text := one.strip())]))
