"""Small corridors for the simulation's tests."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path

from cauce.corridor.file import load, parse, shipped
from cauce.corridor.shape import Corridor
from cauce.outlook.simulation import scenario
from cauce.outlook.simulation.ensemble import Block, Done, run_block
from cauce.outlook.simulation.twin import Twin, build

EXAMPLES = Path(scenario.__file__).parents[1] / "data" / "examples"
START = date(2023, 1, 2)  # a Monday


def tiny(
    text: str = "", *, days: int = 365, arrivals: str = "per_day = 1100", corridor: Corridor | None = None
) -> Twin:
    """The tiny corridor (or another) with what a scenario's `text` says besides."""
    found = scenario.parse(f"[scenario]\ndeparts = 12\n[arrivals]\n{arrivals}\n{text}")
    return build(corridor or load(EXAMPLES / "tiny.toml"), found, START, days=days)


def darien(text: str = "", *, days: int = 28, start: date = date(2023, 8, 7)) -> Twin:
    """The Darién corridor under its example's assumptions and what `text` adds."""
    whole = (EXAMPLES / "darien.toml").read_text("utf-8") + text
    return build(shipped(), scenario.parse(whole), start, days=days)


def one_desk(servers: int, minutes: float, *, seats: int = 100_000) -> Corridor:
    """One place with one registration desk, open always, from which everybody who is through leaves at once."""
    text = (EXAMPLES / "tiny.toml").read_text("utf-8")
    desks = text.index('[[desk]]\nplace = "camp"\ncheck = "registration"')
    text = text[:desks] + text[text.index("[[check]]") :].replace(
        '["clear", "waived", "lapsed"]', '["pending", "clear"]'
    )
    text = text.replace("per_day = 100", f"per_day = {seats}")
    text = text.replace("seats = 100\ncount = 1", "seats = 5000\ncount = 20")
    desk = f'[[desk]]\nplace = "camp"\ncheck = "registration"\nservers = {servers}\nminutes = {minutes}\n'
    return parse(f"{text}\n{desk}assumed = true\n")


def chain(stations: int) -> Corridor:
    """So many stations one behind the other without a desk, buses enough between them, and one bus a day at the end."""
    text = (EXAMPLES / "tiny.toml").read_text("utf-8")
    head, tail = text[: text.index("[[place]]")], text[text.index("[[check]]") :]
    place = '[[place]]\nid = "{}"\nname = "{}"\ncountry = "PAN"\nlat = 8.5\nlon = -78.0\nrole = "{}"\nbeds = 500\n'
    leg = '[[leg]]\nfrom = "{}"\nto = "{}"\nmode = "bus"\nkind = "onward"\nhours = 2\nassumed = true\n'
    bus = '[[vehicle]]\nid = "bus_{}"\nplace = "{}"\nmode = "bus"\nseats = 50\ncount = {}\nassumed = true\n'
    names = [f"p{number}" for number in range(stations + 1)]
    rows = [place.format(name, name, "border" if name == names[-1] else "station") for name in names]
    rows += [leg.format(*both) for both in pairwise(names)]
    rows += [bus.format(name, name, 1 if name == names[-2] else 40) for name in names[:-1]]
    rows.append('[[arrival]]\nplace = "p0"\nshare = 1\nassumed = true\n')
    return parse(head + "".join(rows) + tail.replace('["clear", "waived", "lapsed"]', '["pending", "clear"]'))


def slow_block(block: Block) -> Done:
    """A block that takes a while, so that a worker can be lost in the middle of it."""
    time.sleep(0.3)
    return run_block(block)
