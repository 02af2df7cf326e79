"""A generated day in figures, beside the published ones it should meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from cauce.demo.generator.census import OTHER
from cauce.demo.generator.day import Day
from cauce.demo.generator.people import age_on


def describe(day: Day) -> dict[str, Any]:
    """Counts of the arrivals by nationality (published codes), condition, documents, needs and place, each a dict;
    `wanted` holds the published shares in whole people, `months` the months they come from."""
    wanted = day.margins
    codes = [row["nationality"] if row["nationality"] in wanted.nationality else OTHER for row in day.rows]
    ages = [age_in(row["birth_date"], day.day) for row in day.rows]
    return {
        "date": day.day.isoformat(),
        "seed": day.seed,
        "arrivals": len(day.rows),
        "groups": len({row["group_id"] for row in day.rows}),
        "caseload": len(day.caseload),
        "nationality": _counts(codes),
        "condition": _counts(_condition(row["sex"], age) for row, age in zip(day.rows, ages, strict=True)),
        "minors_five_or_younger": sum(age <= 5 for age in ages),
        "documents": _counts(row["document_type"] or "none" for row in day.rows),
        "expired": sum("" < row["document_expiry"] < day.day.isoformat() for row in day.rows),
        "zones": sum(bool(row["mrz"]) for row in day.rows),
        "needs": _counts(code for row in day.rows for code in row["needs"].split(";") if code),
        "places": _counts(row["place"] for row in day.rows),
        "planted": _counts(planted.kind for planted in day.planted),
        "wanted": {"nationality": wanted.nationality, "condition": wanted.condition},
        "months": {
            "nationality": f"{wanted.nationality_month:%Y-%m}",
            "condition": f"{wanted.condition_month:%Y-%m}",
        },
    }


def age_in(birth_date: str, day: date) -> int:
    """Completed years on `day`; a year or a month alone counts from its last day."""
    parts = [int(part) for part in birth_date.split("-")]
    if len(parts) == 3:
        return age_on(day, date(*parts))
    month = parts[1] if len(parts) > 1 else 12
    return day.year - parts[0] - (day.month <= month)


def _condition(sex: str, age: int) -> str:
    if age < 18:
        return "girls" if sex == "F" else "boys"
    return "women" if sex == "F" else "men"


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
