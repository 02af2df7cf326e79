"""`cauce report`: the day in figures."""

from __future__ import annotations

import enum
import json
from datetime import datetime
from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data
from cauce.outlook.saying import aloud


class Format(enum.StrEnum):
    text = "text"
    json = "json"
    csv = "csv"


def report(
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="The day, local time.")],
    partner: Annotated[bool, typer.Option("--partner", help="The edition for partners: small cells hidden.")] = False,
    style: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.text,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Print the day in figures: arrivals, present, cleared, referred, held, departed, and why people wait."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.corridor.selectors import local_day
    from cauce.journal import clock
    from cauce.outlook.counting.arrived import first_day, nobody_before
    from cauce.outlook.report import as_csv, as_json, as_text
    from cauce.outlook.selectors import report_for

    found = report_for(actor, day.date(), partner=partner)
    if found.day == local_day("", clock.now()):
        aloud(f"{found.day} is not over: these are its figures so far.")
    first = first_day()
    if actor.may("report.full") and (first is None or found.day < first):
        aloud(nobody_before(first))
    if style is Format.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        print(as_csv(found) if style is Format.csv else as_text(found), end="")
