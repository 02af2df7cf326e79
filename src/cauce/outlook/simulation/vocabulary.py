"""The vocabulary of a scenario file: every table, its keys, their types and ranges (`docs/simulation.md`)."""

from __future__ import annotations

from typing import Any

from cauce.corridor.schema import Key, Table
from cauce.corridor.shape import DESK_EACH, LEG_MODES
from cauce.corridor.values import (
    BAD,
    Reader,
    Report,
    day,
    flag,
    identifier,
    kind_of,
    need_code,
    number,
    one_of,
    text,
    weekdays,
    whole,
)

SPREADS = ("poisson", "none")
_LARGEST_GROUP = 60


def _optional(name: str, read: Reader) -> Key:
    return Key(name, read, required=False)


def _shares(value: Any, report: Report) -> Any:
    """A list of shares, one for each size of a group from 1 on."""
    if not isinstance(value, list) or not 1 <= len(value) <= _LARGEST_GROUP:
        report((), f"is {kind_of(value)}", f"write a list of 1 to {_LARGEST_GROUP} shares, like [0.6, 0.3, 0.1]")
        return BAD
    items = [
        number(0, 1)(item, lambda *args, at=at: report((at, *args[0]), *args[1:])) for at, item in enumerate(value)
    ]
    return BAD if any(item is BAD for item in items) else tuple(items)


_DATES = (_optional("from", day), _optional("until", day))
_share = number(0, 1)
_hour = number(0, 24)

_WHOLE = (
    Table(
        "scenario",
        (
            _optional("name", text),
            _optional("corridor", text),
            _optional("start", day),
            _optional("days", whole(1, 3650)),
            _optional("seed", whole(0, 2**31)),
            _optional("departs", _hour),
            _optional("patience_days", number(0, 100_000)),
            _optional("meals", number(0, 20)),
        ),
        many=False,
    ),
    Table(
        "arrivals",
        (
            _optional("per_day", number(0, 500_000)),
            _optional("instead_of", number(0, 500_000)),
            _optional("series", text),
            _optional("forecast", text),
            _optional("spread", one_of(SPREADS)),
            _optional("first_hour", _hour),
            _optional("last_hour", _hour),
        ),
        many=False,
    ),
    Table("people", (_optional("sizes", _shares), _optional("child_share", _share)), many=False),
    Table("returns", (_optional("share", _share), _optional("budget", number(0))), many=False),
)
_MANY = (
    Table("way", (Key("place", identifier), Key("share", _share)), identity="place"),
    Table("need", (Key("code", need_code), Key("share", _share)), identity="code"),
    Table("hold", (Key("kind", identifier), Key("share", _share), Key("days", number(0, 10_000))), identity="kind"),
    Table(
        "referral", (Key("check", identifier), Key("share", _share), Key("hours", number(0, 10_000))), identity="check"
    ),
    Table(
        "desk",
        (
            Key("place", identifier),
            Key("check", identifier),
            _optional("servers", whole(0, 100_000)),
            _optional("minutes", number(0, 100_000)),
            _optional("each", one_of(DESK_EACH)),
            _optional("spread", _share),
            _optional("opens", _hour),
            _optional("closes", _hour),
            _optional("weekdays", weekdays),
            *_DATES,
        ),
    ),
    Table(
        "place",
        (
            Key("id", identifier),
            _optional("beds", whole(0, 1_000_000)),
            _optional("limit", whole(0, 10_000_000)),
            _optional("patience_days", number(0, 100_000)),
            _optional("departs", _hour),
        ),
        identity="id",
    ),
    Table(
        "vehicle",
        (
            Key("id", identifier),
            _optional("place", identifier),
            _optional("mode", one_of(LEG_MODES)),
            _optional("seats", whole(1, 5000)),
            _optional("count", whole(0, 10_000)),
            _optional("cost", number(0)),
            *_DATES,
        ),
    ),
    Table(
        "quota",
        (Key("border", identifier), _optional("per_day", whole(0, 1_000_000)), _optional("closed", flag), *_DATES),
    ),
    Table("trail", (Key("place", identifier), _optional("to", identifier), _optional("deterred", _share), *_DATES)),
    Table(
        "flight",
        (
            Key("place", identifier),
            Key("seats", whole(1, 1000)),
            Key("cost", number(0)),
            _optional("count", whole(0, 1000)),
            _optional("weekdays", weekdays),
            *_DATES,
        ),
    ),
)
TABLES = {table.name: table for table in _WHOLE + _MANY}
