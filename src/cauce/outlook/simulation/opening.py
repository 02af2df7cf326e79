"""What a command names, opened: scenario, corridor, first day, and who is there already."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cauce.corridor.calendar import QuotaChange
from cauce.corridor.file import load, shipped
from cauce.corridor.shape import Corridor
from cauce.journal.errors import Misused
from cauce.outlook.saying import aloud
from cauce.outlook.simulation import scenario as scenarios
from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.naming import without_effect
from cauce.outlook.simulation.twin import Twin, build


def opened(
    path: Path, corridor: Path | None, start: date | None, days: int, data: Path, account: str, today: bool
) -> tuple[Twin, Begun | None]:
    """The twin of a scenario's file, and the caseload when it begins today.

    The corridor is the file given, else the one that the scenario names, else that of the store. Only a corridor of the
    store and a caseload open the store, as that account. What the scenario dates outside the days is said.
    """
    if today and start:
        raise Misused("--from-today begins today: leave --start out; or leave --from-today out, to begin with nobody.")
    twin, begun = _opened(path, corridor, start, days, data, account, today)
    for told in without_effect(twin.scenario, twin.start, twin.days):
        aloud(told)
    return twin, begun


def _opened(
    path: Path, corridor: Path | None, start: date | None, days: int, data: Path, account: str, today: bool
) -> tuple[Twin, Begun | None]:
    scenario = scenarios.load(path)
    file = corridor or (Path(scenario.corridor) if scenario.corridor else None)
    changes: list[QuotaChange] = []
    if today or file is None:
        from cauce.store import open_store

        actor = open_store(data, account)
        from cauce.outlook.simulation import caseload

        known, changes, day = caseload.corridor_for(actor)
        chosen = read_corridor(scenario.folder, file) if file else known
        if today and scenario.start not in (None, day):
            aloud(f"{path.name} starts on {scenario.start}, --from-today on {day}; its dated changes keep their dates.")
        start = day if today else start or scenario.start or day
        twin = build(chosen, scenario, start, days=days, changes=changes)
        return (caseload.rest_of_today(twin), caseload.begun_for(actor, twin)) if today else (twin, None)
    start = start or scenario.start
    if start is None:
        raise Misused("The first day is not known: give --start, or the scenario a start.")
    return build(read_corridor(scenario.folder, file), scenario, start, days=days), None


def read_corridor(folder: Path, file: Path) -> Corridor:
    """A file, or one of those that come with the package by its bare name."""
    if not file.suffix and not (folder / file).exists():
        try:
            return shipped(str(file))
        except FileNotFoundError as error:
            raise Misused(f"No corridor file {str(file)!r} comes with Cauce. Give the path of one.") from error
    return load(folder / file if not file.exists() else file)
