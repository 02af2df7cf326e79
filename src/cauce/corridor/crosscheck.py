"""What the tables of a corridor file must be to each other: references, dates, and the rules that no file may undo."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

from cauce.corridor.schema import EVERY_DAY
from cauce.corridor.shape import EMERGENCY_NEEDS, INDICATORS, REGISTRATION, TEMPLATE_DAYS
from cauce.corridor.sheet import Row, Sheet
from cauce.corridor.values import WEEKDAYS, nearest


def cross_check(sheet: Sheet) -> None:
    """Add to the sheet what is wrong between its tables."""
    for check in (
        _references,
        _borders,
        _triggers,
        _leg_ends,
        _ranges,
        _overlaps,
        _sufficiency,
        _protection,
        _everybody_else,
        _head_starts,
        _special_seats,
        _templates,
        _emergency,
        _desks,
        _arrivals,
        _warnings,
    ):
        check(sheet)


_REFERENCES = (
    ("leg", "from", "place", "id"),
    ("leg", "to", "place", "id"),
    ("leg", "recipient", "recipient", "id"),
    ("vehicle", "place", "place", "id"),
    ("subsidy", "place", "place", "id"),
    ("desk", "place", "place", "id"),
    ("arrival", "place", "place", "id"),
    ("warning", "place", "place", "id"),
)


def _references(sheet: Sheet) -> None:
    for name, key, target, identity in _REFERENCES:
        known = [value for _, value in sheet.values(target, identity)]
        for row, value in sheet.values(name, key):
            if value not in known:
                sheet.report((*row.path, key), f"there is no {target} {value!r}", nearest(value, known))


def _borders(sheet: Sheet) -> None:
    roles = {value: row.get("role") for row, value in sheet.values("place", "id")}
    borders = [place for place, role in roles.items() if role == "border"]
    for name in ("leg", "quota", "closure"):
        for row, value in sheet.values(name, "border"):
            path = (*row.path, "border")
            if value not in roles:
                sheet.report(path, f"there is no place {value!r}", nearest(value, borders))
            elif roles[value] not in ("border", None):
                todo = "give the place the role 'border' or name another"
                sheet.report(path, f"the place {value!r} is a {roles[value]}, not a border", todo)


def _triggers(sheet: Sheet) -> None:
    codes = [code for _, code in sheet.values("need", "code")]
    known = {*codes, *(code.partition("-")[0] for code in codes), *INDICATORS}
    for row, triggers in sheet.values("hold", "raised_by"):
        for number, trigger in enumerate(triggers):
            if trigger not in known:
                path = (*row.path, "raised_by", number)
                sheet.report(path, f"there is no need {trigger!r}", nearest(trigger, sorted(known)))


def _leg_ends(sheet: Sheet) -> None:
    for row, origin in sheet.values("leg", "from"):
        if origin == row.get("to"):
            sheet.report((*row.path, "to"), "ends where it begins", "name another place")
    for row, _ in sheet.values("leg", "border"):
        if row.get("kind") not in ("onward", "return"):
            sheet.report((*row.path, "border"), "only onward and return movements spend a quota", "leave border out")


def _ranges(sheet: Sheet) -> None:
    for name, low, high in (
        ("quota", "from", "until"),
        ("closure", "from", "until"),
        ("entry_rule", "from", "until"),
        ("vaccine", "from_months", "until_months"),
    ):
        for row, last in sheet.values(name, high):
            first = row.get(low)
            if first is not None and last < first:
                sheet.report((*row.path, high), f"{last} lies before {first}", f"it must not be before {low!r}")


def _overlaps(sheet: Sheet) -> None:
    whole = [row for row in sheet.of("quota") if row.get("border") and row.get("from")]
    for one, other in combinations(whole, 2):
        if one.get("border") != other.get("border") or not _same_time(one, other):
            continue
        shared = (one.get("weekdays") or EVERY_DAY) & (other.get("weekdays") or EVERY_DAY)
        if shared:
            days = ", ".join(WEEKDAYS[number] for number in sorted(shared))
            line = sheet.lines.of(one.path)
            message = f"overlaps the quota on line {line} at {one.get('border')!r} ({days})"
            sheet.report(other.path, message, "end one before the other begins")


def _same_time(one: Row, other: Row) -> bool:
    first, second = sorted((one, other), key=lambda row: row.get("from"))
    end: date | None = first.get("until")
    return end is None or bool(second.get("from") <= end)


def _sufficiency(sheet: Sheet) -> None:
    """P3: every check says what suffices for every kind of movement the legs use. P5: for `return` nothing lapses."""
    used = {kind for _, kind in sheet.values("leg", "kind")}
    for row, suffices in sheet.values("check", "suffices"):
        path = (*row.path, "suffices")
        for kind in sorted(used - suffices.keys()):
            todo = f"add {kind} = [ … ] with the results that suffice"
            sheet.report(path, f"does not say what suffices for {kind!r}, which a leg uses", todo)
        if "lapsed" in suffices.get("return", ()):
            message = "a referral never lapses for 'return' (rule P5)"
            sheet.report((*path, "return"), message, "take 'lapsed' out of return")


def _protection(sheet: Sheet) -> None:
    """P1: no protection hold blocks `internal`, and every one blocks `return`."""
    for row, blocks in sheet.values("hold", "blocks"):
        if not row.get("protection"):
            continue
        path = (*row.path, "blocks")
        if "internal" in blocks:
            message = "a protection hold never blocks 'internal' (rule P1)"
            sheet.report(path, message, "take 'internal' out: people must reach a station, a hospital, a court")
        if "return" not in blocks:
            message = "a protection hold always blocks 'return' (rule P1)"
            sheet.report(path, message, "add 'return'")


def _everybody_else(sheet: Sheet) -> None:
    given: list[Any] = [value for _, value in sheet.values("evidence", "nationality")]
    if "*" not in given:
        todo = "add an [[evidence]] with nationality = '*'"
        sheet.report(("evidence",), "says nothing of nationalities that are not named (rule P4)", todo)


def _head_starts(sheet: Sheet) -> None:
    """F4: a need's head start cannot be longer than the longest overtaking."""
    limits = [value for _, value in sheet.values("queue", "max_head_start_hours")]
    for row, hours in sheet.values("need", "head_start_hours"):
        if limits and hours > limits[0]:
            message = f"{hours:g} hours are more than [queue] max_head_start_hours = {limits[0]:g} (rule F4)"
            sheet.report((*row.path, "head_start_hours"), message, "lower it or raise the limit")


def _templates(sheet: Sheet) -> None:
    """P16: what a face can be known again by goes after thirty days, unless a law is cited."""
    for row, kind in sheet.values("retention", "kind"):
        days = row.get("keep_days")
        if kind == "photo" and days is not None and days > TEMPLATE_DAYS and not row.get("law"):
            message = f"{days} days are more than the {TEMPLATE_DAYS} that photos may be kept (rule P16)"
            sheet.report(
                (*row.path, "keep_days"), message, "lower it, or cite the law that asks for longer as law = '…'"
            )


def _emergency(sheet: Sheet) -> None:
    """P10: what a paper carries for an emergency is about health and moving, never about protection."""
    for row, needs in sheet.values("emergency", "needs"):
        for number, need in enumerate(needs):
            if need not in EMERGENCY_NEEDS and need.partition("-")[0] not in EMERGENCY_NEEDS:
                message = f"{need!r} is no need of an emergency (rule P10)"
                known = ", ".join(EMERGENCY_NEEDS)
                sheet.report((*row.path, "needs", number), message, f"take it out; these may stand here: {known}")


def _desks(sheet: Sheet) -> None:
    """A desk is of registration or of a check that there is, one of each at a place, and closes after it opens."""
    known = [REGISTRATION, *(value for _, value in sheet.values("check", "id"))]
    seen: set[tuple[Any, Any]] = set()
    for row, check in sheet.values("desk", "check"):
        if check not in known:
            sheet.report((*row.path, "check"), f"there is no check {check!r}", nearest(check, known))
        if (row.get("place"), check) in seen:
            message = f"{row.get('place')!r} has a desk of {check!r} already"
            sheet.report((*row.path, "check"), message, "make them one, with all servers")
        seen.add((row.get("place"), check))
        opens, closes = row.get("opens") or 0.0, row.get("closes")
        if closes is not None and closes <= opens:
            sheet.report((*row.path, "closes"), f"{closes:g} is not after {opens:g}", "it must be after 'opens'")


def _arrivals(sheet: Sheet) -> None:
    """The shares of those who come in are of one whole."""
    rows = list(sheet.values("arrival", "share"))
    total = sum(share for _, share in rows)
    if rows and abs(total - 1) > 0.001:
        sheet.report((*rows[-1][0].path, "share"), f"the shares add up to {total:g}, not to 1", "correct them")


def _special_seats(sheet: Sheet) -> None:
    for row, special in sheet.values("vehicle", "special_seats"):
        seats = row.get("seats")
        if seats is not None and special > seats:
            told = f"{special} are more than the vehicle's {seats} seats"
            sheet.report((*row.path, "special_seats"), told, f"write {seats} or fewer")


def _warnings(sheet: Sheet) -> None:
    """A warning that clears where it is raised would flicker; one of a place that overflows needs the place."""
    for row in sheet.of("warning"):
        raised, clear = row.get("raise_at"), row.get("clear_below")
        if raised is not None and clear is not None and clear > raised:
            sheet.report(
                (*row.path, "clear_below"), f"clears at {clear:g}, above where it is raised ({raised:g})", "lower it"
            )
        if row.get("measure") == "overflow" and not row.get("place"):
            sheet.report((*row.path, "measure"), "overflow is of a place", "name the place")
