"""A question is asked: the corridor as it is against the corridor with what is moved, bounded in work."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from threading import BoundedSemaphore

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, Refused
from cauce.outlook.deciding.answers import Answer, answer
from cauce.outlook.deciding.basis import Basis, basis_for, means_over
from cauce.outlook.deciding.levers import ARRIVALS, Lever, Moved, levers_of, scenario_text
from cauce.outlook.simulation import scenario as scenarios
from cauce.outlook.simulation.caseload import begun_for, rest_of_today
from cauce.outlook.simulation.engines import simulate
from cauce.outlook.simulation.opening import read_corridor
from cauce.outlook.simulation.scenario import Arrivals, Scenario
from cauce.outlook.simulation.twin import Twin, build

DAYS, DAYS_AT_MOST = 30, 90
REPLICATIONS, LEAST = 400, 100
_WORK = 1_000_000
"""Places times days times replications that one press may cost: some tenths of a second of one processor."""
_WAIT = 2.0  # seconds
_turn = BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer with what it was asked of. `text` is the scenario file of what was moved."""

    basis: Basis
    levers: tuple[Lever, ...]
    moved: dict[str, float | str]
    answer: Answer
    text: str
    ways: tuple[str, ...]  # places where people come in
    places: tuple[str, ...]  # where people stay


def levers_for(actor: Actor, days: int = DAYS) -> tuple[Basis, Twin, list[Lever]]:
    """What can be moved from today on."""
    basis = basis_for(actor)
    twin = _twin(basis, {}, days)
    return basis, twin, levers_of(twin, basis.arrivals, basis.changes)


def ask(actor: Actor, moved: Moved, days: int = DAYS) -> Asked:
    """Simulate `days` from today by the cohort engine, as it is and with what is moved, under the same random numbers.

    Refused while another page simulates, and where the corridor file does not say enough; Misused for what cannot be
    moved so.
    """
    if not 1 <= days <= DAYS_AT_MOST:
        raise Misused(f"{days} days: a page simulates 1 to {DAYS_AT_MOST}. For more: cauce outlook simulate --days.")
    if not _turn.acquire(timeout=_WAIT):
        raise Refused("Somebody else's simulation is running. Press the button again in a moment.", code="busy")
    try:
        basis, twin, levers = levers_for(actor, days)
        changed = _twin(basis, moved, days) if moved else twin
        many = max(LEAST, min(REPLICATIONS, _WORK // (days * len(twin.places))))
        before, after = (
            simulate(rest_of_today(one), many, engine="cohort", begun=basis.begun) for one in (twin, changed)
        )
        return Asked(
            basis,
            tuple(levers),
            dict(moved),
            answer(before, after),
            text_of(basis, twin, moved),
            tuple(twin.places[row] for row in dict.fromkeys(twin.coming.way.tolist())),
            tuple(twin.places[row] for row in twin.stations),
        )
    finally:
        _turn.release()


@dataclass(frozen=True, slots=True)
class AskedFile:
    """An answer to a scenario's file: its assumptions hold before and after, its decisions only after."""

    basis: Basis
    scenario: Scenario
    answer: Answer


def ask_file(actor: Actor, path: Path, days: int = 0) -> AskedFile:
    """The decisions of a scenario's file against the same corridor without them, from today's caseload.

    Where the file says nothing of arrivals, they are those of the page. Raises CorridorError for a file with faults,
    OSError for one that cannot be read, Misused for what does not fit the corridor.
    """
    basis = basis_for(actor, at_most=sys.maxsize)
    told = scenarios.load(path)
    corridor = read_corridor(told.folder, Path(told.corridor)) if told.corridor else basis.corridor
    changes = () if told.corridor else basis.changes
    silent = told.arrivals == Arrivals()
    if silent:
        told = replace(told, arrivals=Arrivals(per_day=basis.arrivals))
    plain = replace(
        told, desks=(), places=(), fleets=(), quotas=(), trails=(), flights=(), return_share=0.0, budget=None
    )
    twins = [build(corridor, one, basis.day, days=days, changes=changes) for one in (plain, told)]
    begun = begun_for(actor, twins[0])
    if silent:
        means = means_over(basis, twins[0].days, basis.arrivals)
        twins = [one if means is None else replace(one, coming=replace(one.coming, means=means)) for one in twins]
    before, after = (simulate(rest_of_today(one), REPLICATIONS, engine="cohort", begun=begun) for one in twins)
    try:
        return AskedFile(basis, told, answer(before, after))
    except ValueError as error:
        raise Misused(
            f"{path.name} changes which places there are: {error} Compare with cauce outlook simulate."
        ) from error


def text_of(basis: Basis, twin: Twin, moved: Moved) -> str:
    """The scenario file."""
    return scenario_text(twin, moved, arrivals=basis.arrivals, sizes=basis.sizes, child_share=basis.child_share)


def _twin(basis: Basis, moved: Moved, days: int) -> Twin:
    """The twin from the text that a planner can take away: what a page simulates is what the command does."""
    plain = scenarios.parse(_frame(basis, days))
    twin = build(basis.corridor, plain, basis.day, days=days, changes=basis.changes)
    if moved:
        told = scenarios.parse(text_of(basis, twin, moved))
        twin = build(basis.corridor, told, basis.day, days=days, changes=basis.changes)
    means = means_over(basis, days, float(moved.get(ARRIVALS, basis.arrivals)))
    return twin if means is None else replace(twin, coming=replace(twin.coming, means=means))


def _frame(basis: Basis, days: int) -> str:
    sizes = ", ".join(f"{size:g}" for size in basis.sizes)
    return (
        f"[scenario]\ndays = {days}\nstart = {basis.day.isoformat()}\n[arrivals]\nper_day = {basis.arrivals:.2f}\n"
        f"[people]\nsizes = [{sizes}]\nchild_share = {basis.child_share:.4f}\n"
    )
