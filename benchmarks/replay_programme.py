"""Replay of the returns by air from Panama, August 2024 to May 2025: what the same money could have done.

    python benchmarks/replay_programme.py

reads the tables in src/cauce/movement/data, plans with Cauce's own planner, and writes the figures and the chart of
docs/replay.md. Every assumption stands in that page.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cauce.movement.flights.instance import Flight, Group, Instance
from cauce.movement.flights.solving import plan

HOME = Path(__file__).parents[1]
DATA = HOME / "src" / "cauce" / "movement" / "data"
PAGE, CHART = HOME / "docs" / "replay.md", HOME / "docs" / "images" / "replay.svg"
FIGURES = HOME / "benchmarks" / "results" / "replay_programme.json"
FIRST, LAST = date(2024, 8, 20), date(2025, 2, 15)
WAITS = (3, 7, 10, 14, 21, 30)
SUPPLY = 1.5  # people ready, for each who flew: with no more than those the money would not have been spent
INDIA = 700_000  # dollars of one flight far away, as printed on 6 September 2024
SECONDS = 20.0


@dataclass(frozen=True)
class Known:
    """What the tables say about the programme up to 15 February 2025."""

    people: int
    charters: int
    spent: int
    far: int  # people on the two operations to Asia
    shares: dict[str, float]  # of those who flew near, by destination
    seats: int  # the most people seen on one near flight of these months
    october: tuple[int, int, int]  # charters, people, dollars on 22 October


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known() -> Known:
    """The figures used, read from the tables and not from this file."""
    totals = {row["date"]: row for row in rows("panama_removal_flights_cumulative.csv")}
    events = rows("panama_removal_flights_events.csv")
    months = [row for row in events if row["persons"] and FIRST.isoformat() <= row["date"] <= LAST.isoformat()]
    far = sum(int(row["persons"]) for row in months if row["nationality"] in ("IND", "VNM"))
    near = [int(row["persons"]) for row in months if row["nationality"] in ("COL", "ECU")]
    counted = dict(re.findall(r"(COL|ECU) (\d+) in", totals["2025-01-31"]["by_nationality"]))
    whole = sum(int(count) for count in counted.values())
    autumn = totals["2024-10-22"]
    february = totals["2025-02-15"]
    return Known(
        people=int(february["persons"]),
        charters=int(february["flights"]),
        spent=int(february["usd_spent"]),
        far=far,
        shares={country: int(count) / whole for country, count in counted.items()},
        seats=max(near),
        october=(int(autumn["flights"]), int(autumn["persons"]), int(autumn["usd_spent"])),
    )


def prices(told: Known) -> dict[str, int]:
    """What a near charter cost by the sum printed, with the two flights to Asia inside it or beside it."""
    charters, _people, spent = told.october
    return {
        "october_inside": round((spent - INDIA) / (charters - 1)),
        "october_beside": round(spent / charters),
        "february_inside": round((told.spent - 2 * INDIA) / (told.charters - 2)),
        "february_beside": round(told.spent / (told.charters - 2)),
    }


def question(told: Known, wait: int) -> Instance:
    """Single people who become ready evenly over the months, in the shares that flew; a charter on offer each day.

    Money is counted in charters: the same money is as many as flew near, whichever way the sum printed is read.
    """
    days = (LAST - FIRST).days + 1
    groups, flights = [], []
    for country, share in told.shares.items():
        count = round(SUPPLY * (told.people - told.far) * share)
        for at in range(count):
            ready = int(at * days / count)
            groups.append(Group(f"{country}{at}", 1, country, ready, min(days - 1, ready + wait), 10.0))
        flights += [Flight(f"{country}-{day}", day, (country,), told.seats, 0, 1.0) for day in range(days)]
    return Instance(float(told.charters - 2), 0.0, 1.0, 0.0, tuple(groups), tuple(flights))


def least_flights(count: int, seats: int, wait: int, days: int) -> int:
    """Charters that move everybody of one destination: the first who may not wait longer takes all who are there.

    Nobody gains by leaving earlier than somebody's last day, nor by an empty seat beside a waiting person, so with
    single people and one kind of aircraft no plan needs fewer. It checks the planner.
    """
    ready = [int(at * days / count) for at in range(count)]
    flown = at = 0
    while at < count:
        last = min(days - 1, ready[at] + wait)
        boarding = sum(1 for day in ready[at:] if day <= last)
        at += min(seats, boarding)
        flown += 1
    return flown


def measured(told: Known) -> dict[str, Any]:
    days = (LAST - FIRST).days + 1
    near = told.people - told.far
    cost = prices(told)
    found: list[dict[str, Any]] = []
    for wait in WAITS:
        needed = sum(least_flights(round(near * share), told.seats, wait, days) for share in told.shares.values())
        asked = question(told, wait)
        made = plan(asked, time_limit=SECONDS)
        waits = [asked.flight[each.flight].day - asked.group[each.group].ready for each in made.assignments]
        found.append(
            {
                "wait": wait,
                "charters_for_the_same_people": needed,
                "cost_inside": needed * cost["february_inside"],
                "cost_beside": needed * cost["february_beside"],
                "people_for_the_same_money": made.people,
                "at_most": int(made.bound / 10),
                "average_wait": round(sum(waits) / max(1, len(waits)), 1),
                "fill": round(made.people / (max(1, len(made.flown)) * told.seats), 3),
            }
        )
    return {
        "known": {
            "people": told.people, "charters": told.charters, "spent": told.spent, "far": told.far, "near": near,
            "near_charters": told.charters - 2, "seats": told.seats,
            "shares": {country: round(share, 3) for country, share in told.shares.items()},
            "people_a_near_charter": round(near / (told.charters - 2), 1),
        },
        "prices": cost,
        "plans": found,
    }  # fmt: skip


def chart(told: dict[str, Any]) -> str:
    """People for the same money by the longest wait, beside those who flew."""
    import vl_convert

    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "People flown to Colombia and Ecuador for the same money",
        "width": 520,
        "height": 280,
        "background": "white",
        "layer": [_planned(told), *_flown(told["known"]["near"])],
    }
    svg: str = vl_convert.vegalite_to_svg(spec)
    return svg


def _planned(told: dict[str, Any]) -> dict[str, Any]:
    points = [{"wait": one["wait"], "people": one["people_for_the_same_money"]} for one in told["plans"]]
    return {
        "data": {"values": points},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "wait", "type": "quantitative", "title": "longest wait for a seat, days"},
            "y": {"field": "people", "type": "quantitative", "title": "people", "scale": {"zero": True}},
        },
    }


def _flown(people: int) -> list[dict[str, Any]]:
    """A dashed line, and the word at its beginning."""
    height = {"field": "people", "type": "quantitative"}
    return [
        {
            "data": {"values": [{"people": people}]},
            "mark": {"type": "rule", "strokeDash": [2, 3]},
            "encoding": {"y": height},
        },
        {
            "data": {"values": [{"people": people, "text": "flown", "wait": WAITS[0]}]},
            "mark": {"type": "text", "dy": -6, "align": "left"},
            "encoding": {"x": {"field": "wait", "type": "quantitative"}, "y": height, "text": {"field": "text"}},
        },
    ]


def table(told: dict[str, Any]) -> str:
    near = told["known"]["near"]
    lines = [
        "| longest wait, days | charters for the same people | their cost, million US$ | people on 38 charters | "
        "no plan moves more than | against those flown | average wait, days | seats filled |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in told["plans"]:
        change = 100 * (one["people_for_the_same_money"] / near - 1)
        lines.append(
            f"| {one['wait']} | {one['charters_for_the_same_people']} | "
            f"{one['cost_inside'] / 1e6:.2f}–{one['cost_beside'] / 1e6:.2f} | {one['people_for_the_same_money']:,} | "
            f"{one['at_most']:,} | {change:+.1f} % | {one['average_wait']} | {100 * one['fill']:.0f} % |"
        )
    return "\n".join(lines)


def main() -> None:
    told = measured(known())
    FIGURES.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    CHART.write_text(chart(told) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    start, end = "<!-- figures -->", "<!-- end of figures -->"
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{start}\n{table(told)}\n{end}{after}", encoding="utf-8")
    print(json.dumps(told["known"]), json.dumps(told["prices"]))
    print(table(told))


if __name__ == "__main__":
    main()
