"""Small corridors for the simulation's tests."""

from __future__ import annotations

import time
from datetime import date
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


def slow_block(block: Block) -> Done:
    """A block that takes a while, so that a worker can be lost in the middle of it."""
    time.sleep(0.3)
    return run_block(block)
