"""A bulletin as text, CSV, HXL and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from cauce.outlook.warning.issuing import Issued
from cauce.outlook.warning.overflowing import REPLICATIONS
from cauce.people.suppression import OTHERS
from cauce.spreadsheets import write_table

HEAD = ("figure", "days", "from", "dimension", "key", "people", "at_least", "low80", "high80", "state", "since", "asks")
# Tags of the HXL core schema 1.1; attributes say what of: https://hxlstandard.org/standard/1-1final/
TAGS = (
    "#indicator+name", "#date+period", "#date+start", "#indicator+type", "#meta+key", "#affected+num", "#meta+at_least",
    "#affected+low", "#affected+high", "#status", "#date+since", "#description+asks",
)  # fmt: skip
LISTED = 12  # nationalities, or places, in the text
Row = tuple[Any, ...]


def as_json(issued: Issued) -> str:
    """Everything the bulletin says."""
    head = {"id": issued.id, "date": issued.day.isoformat(), "corridor": issued.corridor, "training": issued.training}
    return json.dumps({**head, **issued.said}, ensure_ascii=False, indent=1) + "\n"


def as_csv(issued: Issued, *, tags: bool = False) -> str:
    """One row a figure under HEAD; with `tags` a row of HXL tags below it."""
    out = io.StringIO()
    write_table(out, [HEAD, *([TAGS] if tags else []), *_rows(issued.said)])
    return out.getvalue()


def _rows(said: dict[str, Any]) -> Iterator[Row]:
    for days, period in said["arrivals"].items():
        yield _cell("arrivals", days, period["from"], "total", "", period["total"])
        for name in ("place", "nationality"):
            for key, cell in period[name].items():
                yield _cell("arrivals", days, period["from"], name, key, cell)
    for place, people in said["present"].items():
        yield _cell("present", "", "", "place", place, people)
    for day in said["ahead"]:
        yield ("forecast", 1, day["date"], "total", "", day["middle"], "", day["low80"], day["high80"], "", "", "")
    for one in said["warnings"]:
        told = (one["state"], one["since"] or "", one["asks"])
        yield ("warning", "", "", one["measure"], one["id"], "", "", "", "", *told)


def _cell(figure: str, days: str, first: str, name: str, key: str, cell: Any) -> Row:
    people, at_least = (cell["people"], int(cell["at_least"])) if isinstance(cell, dict) else (cell, 0)
    return (figure, days, first, name, key, people, at_least, "", "", "", "", "")


def as_text(issued: Issued) -> str:
    """The bulletin for a terminal or the body of a letter."""
    said = issued.said
    head = f"{issued.corridor}: what is coming, {issued.day}" + (
        ", edition for partners" if issued.edition == "partner" else ""
    )
    lines = [head + ("  TRAINING" if issued.training else ""), ""]
    for one in said["warnings"]:
        if one["state"] != "quiet" or one["changed"]:
            lines += [f"{'*' if one['changed'] else ' '} {one['title']}: {_state(one)}"]
            lines += [f"    {one['asks']}"] if one["asks"] else []
    if all(one["state"] == "quiet" for one in said["warnings"]):
        lines.append("No warning stands.")
    for days, period in said["arrivals"].items():
        lines += ["", f"Arrived in {days} days from {period['from']}: {_people(period['total'])}"]
        for name in ("place", "nationality"):
            shown = _largest(period[name])
            lines += [f"  by {name}: {', '.join(shown)}"] if shown else []
    if said["present"]:
        lines += ["", "Present: " + ", ".join(f"{place} {people:,}" for place, people in said["present"].items())]
    lines += ["", *_ahead(said["ahead"])]
    return "\n".join([*lines, "", *unknown(issued)]) + "\n"


def _ahead(days: list[dict[str, Any]]) -> list[str]:
    if not days:
        return ["No forecast: fewer than 14 days of arrivals are known."]
    week = days[0]["naive"]
    told, mean = ("", "") if week is None else (", and the last week's mean", f"  ({week:,})")
    lines = [f"Arrivals ahead: middle, 80 % band{told}"]
    return lines + [f"  {d['date']}  {d['middle']:,}  {d['low80']:,} to {d['high80']:,}{mean}" for d in days]


def unknown(issued: Issued) -> list[str]:
    """What the reader should not take for known."""
    told = [
        "Counted are first registrations; who passed without one is not in here. Late entries change a full edition."
    ]
    if issued.edition == "partner":
        told.append(
            "'At least': a day of it hides a small number. A day once told is not told anew, whatever is entered late."
        )
    if any(one["measure"] == "overflow" and one["value"] is not None for one in issued.said["warnings"]):
        told.append(
            f"How likely a place is to overflow is counted over {REPLICATIONS} simulations from today's caseload; "
            "three in a hundred may be chance."
        )
    if (
        any(one["measure"] == "overflow" and one["value"] is None for one in issued.said["warnings"])
        and issued.edition == "full"
    ):
        told.append(
            "How likely a place is to overflow is not known: the corridor file does not say enough to simulate it."
        )
    return told


def _state(one: dict[str, Any]) -> str:
    if one["state"] == "quiet":
        return "ended"
    value = "" if one["value"] is None else f" ({one['value']:g}, raised at {one['raise_at']:g})"
    return f"stands since {one['since']}{value}" + (f", ends {one['ends']} if it stays so" if one["ends"] else "")


def ranked(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Those with most people first: what is cut off is never the largest."""
    return sorted(table.items(), key=lambda item: (-least(item[1]), item[0]))


def least(cell: Any) -> int:
    """At least so many."""
    return int(cell["people"] if isinstance(cell, dict) else cell)


def _largest(table: dict[str, Any]) -> list[str]:
    """The largest cells that tell of anybody, and the others together, so that all of them add up to the total."""
    order = [one for one in ranked(table) if one[0] != OTHERS]
    named = [(key, cell) for key, cell in order if least(cell)][:LISTED]
    told = [f"{key} {_people(cell)}" for key, cell in named]
    if rest := [cell for _key, cell in order[len(named) :]]:
        hides = any(isinstance(cell, dict) and cell["at_least"] for cell in rest)
        people = sum(map(least, rest))
        told.append(
            f"{len(rest)} {'more ' if told else ''}"
            + (_people({"people": people, "at_least": hides}) if people else "hidden")
        )
    return [*told, f"{OTHERS} hidden"] if OTHERS in table else told


def _people(cell: Any) -> str:
    if isinstance(cell, dict):
        return ("at least " if cell["at_least"] else "") + f"{cell['people']:,}"
    return f"{cell:,}"
