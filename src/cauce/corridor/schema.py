"""The vocabulary of a corridor file: every table, its keys, their types and ranges (`docs/corridors.md`)."""

from __future__ import annotations

from dataclasses import dataclass

from cauce.corridor import shape
from cauce.corridor.values import (
    Reader,
    country,
    day,
    flag,
    identifier,
    language,
    many_of,
    nationality,
    need_code,
    number,
    one_of,
    shaped,
    table_of,
    text,
    weekdays,
    whole,
    zone,
)

ALWAYS = "*"
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table. `field` is the name in `shape` where it differs."""

    name: str
    read: Reader
    required: bool = True
    field: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of table.

    `figure` names the key whose number needs a source or `assumed = true` when it is above zero, `ALWAYS` when any row
    does; empty when the table holds no figure. `identity` names the key that no two rows may share.
    """

    name: str
    keys: tuple[Key, ...]
    shape: type | None = None
    many: bool = True
    required: bool = False
    figure: str = ""
    identity: str = ""

    def all_keys(self) -> tuple[Key, ...]:
        """The keys and, in a table of figures, where the figures come from."""
        return self.keys + (FIGURE_KEYS if self.figure else ())


FIGURE_KEYS = (Key("source", text, required=False), Key("assumed", flag, required=False))


def _optional(name: str, read: Reader, field: str = "") -> Key:
    return Key(name, read, required=False, field=field)


_kinds = many_of(one_of(shape.MOVEMENT_KINDS))
_trigger = shaped(r"[A-Z]{2}(?:-[A-Z]{2})?|" + "|".join(shape.INDICATORS), "'SC', 'SC-UC' or 'asylum_wish'")

_HEAD = (
    Table(
        "corridor",
        (
            Key("id", identifier),
            Key("name", text),
            Key("time_zone", zone),
            Key("languages", many_of(language, least=1)),
            Key("adult_at", whole(12, 25)),
        ),
        many=False,
        required=True,
    ),
    Table("report", (Key("suppress_below", whole(0, 1000)),), many=False, required=True),
    Table(
        "review",
        (
            Key("decide_within_hours", number(1, 168)),
            Key("extend_hours", number(0, 72)),
            Key("objection_days", number(0, 365)),
            _optional("return_fresh_minutes", whole(1, 1440)),
            _optional("sought_keep_days", whole(0, 3650)),
            _optional("registered_twice_days", whole(0, 365)),
        ),
        shape.ReviewRules,
        many=False,
        required=True,
    ),
    Table(
        "queue",
        (Key("max_head_start_hours", number(0, 720)), _optional("max_times_passed", whole(1, 365))),
        shape.QueueRules,
        many=False,
        required=True,
    ),
    Table(
        "card",
        (
            Key("days_after_departure", whole(0, 3650)),
            Key("pin_digits", whole(4, 12)),
            Key("pin_attempts", whole(1, 20)),
        ),
        shape.CardRules,
        many=False,
        required=True,
    ),
    Table(
        "emergency",
        (
            _optional("needs", many_of(need_code)),
            _optional(
                "recipient", shaped(r"age1[02-9ac-hj-np-z]{58}", "'age1…', as `cauce manifest emergency-key` prints")
            ),
        ),
        shape.EmergencyRules,
        many=False,
    ),
    Table(
        "standards", tuple(_optional(name, number(0, 1_000_000)) for name in shape.STANDARDS), many=False, figure=ALWAYS
    ),
)

_WAYS = (
    Table(
        "place",
        (
            Key("id", identifier),
            Key("name", text),
            Key("country", country),
            Key("lat", number(-90, 90)),
            Key("lon", number(-180, 180)),
            Key("role", one_of(shape.PLACE_ROLES)),
            Key("beds", whole(0, 1_000_000)),
            _optional("time_zone", zone),
            _optional("registers", flag),
            _optional("receives_per_day", whole(0, 1_000_000)),
            _optional("full_at_beds", flag),
        ),
        shape.Place,
        required=True,
        figure="beds",
        identity="id",
    ),
    Table(
        "leg",
        (
            Key("from", identifier, field="origin"),
            Key("to", identifier, field="destination"),
            Key("mode", one_of(shape.LEG_MODES)),
            _optional("kind", one_of(shape.MOVEMENT_KINDS)),
            _optional("border", identifier),
            _optional("hours", number(0, 10_000)),
            _optional("recipient", identifier),
            _optional("priority", whole(0, 1000)),
        ),
        shape.Leg,
        required=True,
        figure="hours",
    ),
    Table(
        "vehicle",
        (
            Key("id", identifier),
            Key("place", identifier),
            Key("mode", one_of(shape.LEG_MODES)),
            Key("seats", whole(1, 5000)),
            Key("count", whole(0, 10_000)),
            _optional("special_seats", whole(0, 5000)),
            _optional("inspected_until", day),
            _optional("driver_hours", number(0, 168)),
            _optional("drivers", whole(1, 10)),
        ),
        shape.Vehicle,
        figure=ALWAYS,
        identity="id",
    ),
    Table(
        "subsidy",
        (
            Key("fund", text),
            Key("place", identifier),
            Key("seats_per_day", whole(0, 100_000)),
            Key("from", day, field="start"),
            _optional("until", day),
        ),
        shape.Subsidy,
        figure=ALWAYS,
    ),
    Table(
        "departure",
        (
            Key("mode", one_of(shape.LEG_MODES)),
            Key("kinds", _kinds),
            Key("demands", many_of(one_of(shape.DEMANDS))),
            _optional("max_hours_driven", number(0, 24)),
            _optional("max_hours_driving", number(0, 24)),
            _optional("min_rest_hours", number(0, 24)),
        ),
        shape.Departure,
        figure=ALWAYS,
    ),
    Table(
        "quota",
        (
            Key("border", identifier),
            Key("per_day", whole(0, 1_000_000)),
            Key("from", day, field="start"),
            _optional("until", day),
            _optional("weekdays", weekdays),
        ),
        shape.Quota,
        figure=ALWAYS,
    ),
    Table(
        "closure",
        (
            Key("border", identifier),
            Key("from", day, field="start"),
            Key("until", day),
            Key("reason", text),
        ),
        shape.Closure,
        figure=ALWAYS,
    ),
)

_DESKS = (
    Table(
        "desk",
        (
            Key("place", identifier),
            Key("check", identifier),
            Key("servers", whole(0, 100_000)),
            Key("minutes", number(0, 100_000)),
            _optional("each", one_of(shape.DESK_EACH)),
            _optional("spread", number(0, 1)),
            _optional("opens", number(0, 24)),
            _optional("closes", number(0, 24)),
            _optional("weekdays", weekdays),
        ),
        shape.Desk,
        figure=ALWAYS,
    ),
    Table("arrival", (Key("place", identifier), Key("share", number(0, 1))), shape.Arrival, figure=ALWAYS),
    Table(
        "warning",
        (
            Key("id", identifier),
            Key("title", text),
            Key("measure", one_of(shape.MEASURES)),
            Key("over_days", whole(1, 366)),
            Key("raise_at", number(0, 10_000_000)),
            Key("clear_below", number(0, 10_000_000)),
            Key("clear_after_days", whole(0, 366)),
            Key("asks", text),
            _optional("place", identifier),
            _optional("must_hold", flag),
        ),
        shape.WarningRule,
        figure=ALWAYS,
        identity="id",
    ),
)

_RULES = (
    Table(
        "check",
        (
            Key("id", identifier),
            Key(
                "suffices",
                table_of(shape.MOVEMENT_KINDS, many_of(one_of(shape.CHECK_RESULTS), least=1)),
            ),
            _optional("from_age", whole(0, 120)),
            _optional("start", one_of(("pending", "clear", "waived"))),
        ),
        shape.Check,
        identity="id",
    ),
    Table(
        "hold",
        (
            Key("id", identifier),
            Key("title", text),
            Key("blocks", _kinds),
            Key("basis", text),
            Key("protection", flag),
            _optional("raised_by", many_of(_trigger)),
            Key("review_days", whole(1, 365)),
            _optional("confidential", flag),
        ),
        shape.HoldKind,
        identity="id",
    ),
    Table(
        "need",
        (
            Key("code", need_code),
            Key("title", text),
            _optional("head_start_hours", number(0, 720)),
            _optional("special_seat", flag),
        ),
        shape.Need,
        figure="head_start_hours",
        identity="code",
    ),
    Table(
        "evidence",
        (
            Key("nationality", nationality),
            Key("accepts", many_of(one_of(shape.EVIDENCE_KINDS), least=1)),
            _optional("expired_years", number(0, 50)),
        ),
        shape.Evidence,
        figure="expired_years",
        identity="nationality",
    ),
    Table(
        "list",
        (
            Key("name", identifier),
            Key("owner", text),
            Key("legal_basis", text),
            Key("consequence", one_of(shape.CONSEQUENCES)),
            Key("authority", text),
            Key("deadline_hours", number(1, 720)),
            Key("threshold", number(0, 1)),
            _optional("state", country),
            _optional("needed", flag),
            _optional("fresh_days", whole(1, 3650)),
        ),
        shape.ListRule,
        identity="name",
    ),
)

_DATA = (
    Table(
        "returns",
        (Key("cooling_off_hours", number(1, 720)), Key("fit_days", whole(1, 90))),
        shape.ReturnRules,
        many=False,
        figure=ALWAYS,
    ),
    Table(
        "entry_rule",
        (
            Key("id", identifier),
            Key("country", country),
            Key("title", text),
            Key("from", day, field="start"),
            _optional("after", many_of(one_of(shape.RETURN_KINDS), least=1)),
            _optional("years", number(0, 100)),
            _optional("until", day),
        ),
        shape.EntryRule,
        figure=ALWAYS,
        identity="id",
    ),
    Table(
        "recipient",
        (
            Key("id", identifier),
            Key("controller", text),
            Key("country", country),
            Key("legal_basis", text),
            Key("purpose", text),
            Key("fields", many_of(one_of(shape.EXPORT_FIELDS), least=1)),
            Key("retention_days", whole(0, 36_500)),
            Key("until", day),
        ),
        shape.Recipient,
        identity="id",
    ),
    Table(
        "purpose",
        (Key("id", identifier), Key("title", text), Key("basis", one_of(shape.BASES)), _optional("citation", text)),
        shape.Purpose,
        identity="id",
    ),
    Table(
        "vaccine",
        (
            Key("id", identifier),
            Key("title", text),
            _optional("from_months", whole(0, 1200)),
            _optional("until_months", whole(0, 1200)),
        ),
        shape.Vaccine,
        figure=ALWAYS,
        identity="id",
    ),
    Table(
        "retention",
        (
            Key("kind", one_of(shape.RETENTION_KINDS)),
            Key("keep_days", whole(0, 36_500)),
            _optional("warn_days", whole(0, 365)),
            _optional("grace_days", whole(0, 365)),
            _optional("automatic", flag),
            _optional("law", text),
        ),
        shape.Retention,
        figure=ALWAYS,
        identity="kind",
    ),
)

TABLES = {table.name: table for table in _HEAD + _WAYS + _DESKS + _RULES + _DATA}
