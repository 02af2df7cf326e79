"""A question is asked: the corridor as it is against the corridor with what is moved, bounded in work."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused
from cauce.outlook.deciding.answers import Answer, answer
from cauce.outlook.deciding.basis import Basis, basis_for, means_over
from cauce.outlook.deciding.levers import ARRIVALS, Lever, Moved, levers_of, scenario_text
from cauce.outlook.saying import Say, silent
from cauce.outlook.simulation import naming
from cauce.outlook.simulation import scenario as scenarios
from cauce.outlook.simulation.caseload import begun_for, rest_of_today
from cauce.outlook.simulation.engines import simulate
from cauce.outlook.simulation.opening import read_corridor
from cauce.outlook.simulation.scenario import Arrivals, Scenario
from cauce.outlook.simulation.twin import Twin, build

DAYS, DAYS_AT_MOST = 30, 90
"""That a page simulates: without being told, and at most. A command has nobody waiting behind it."""
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


def levers_for(actor: Actor, days: int = DAYS, *, at_most: int | None = None) -> tuple[Basis, Twin, list[Lever]]:
    """What can be moved from today on; `at_most` as in `basis_for`."""
    basis = basis_for(actor, at_most=at_most)
    twin = _twin(basis, {}, days)
    return basis, twin, levers_of(twin, basis.arrivals, basis.changes, basis.most)


def ask(actor: Actor, moved: Moved, days: int = DAYS, *, page: bool = True) -> Asked:
    """Simulate `days` from today by the cohort engine, as it is and with what is moved, under the same random numbers.

    Of a `page` neither days nor people present may be too many. Refused while another page simulates, and where the
    corridor file does not say enough; Misused for what cannot be moved so.
    """
    if page and not 1 <= days <= DAYS_AT_MOST:
        raise Misused(f"{days} days: a page simulates 1 to {DAYS_AT_MOST}. For more: cauce outlook simulate --days.")
    if not _turn.acquire(timeout=_WAIT):
        raise Refused(_("Somebody else's simulation is running. Press the button again in a moment."), code="busy")
    try:
        basis, twin, levers = levers_for(actor, days, at_most=None if page else sys.maxsize)
        changed = _twin(basis, moved, days) if moved else twin
        many = max(LEAST, min(REPLICATIONS, _WORK // (days * len(twin.places))))
        now = clock.now()  # of one moment, or the hour between would look like the decision's doing
        before = simulate(rest_of_today(twin, now), many, engine="cohort", begun=basis.begun)
        after = simulate(rest_of_today(changed, now), many, engine="cohort", begun=basis.begun) if moved else before
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


def ask_file(actor: Actor, path: Path, days: int = 0, say: Say = silent) -> AskedFile:
    """The decisions of a scenario's file against the same corridor without them, from today's caseload.

    Where the file says nothing of arrivals or of groups, they are those of the page; so are arrivals that stand
    `instead_of` others, which are part of the decision. `say` is told what changes nothing. Raises CorridorError for a
    file with faults, OSError for one that cannot be read, Misused for what does not fit the corridor.
    """
    basis = basis_for(actor, at_most=sys.maxsize)
    told = scenarios.load(path)
    corridor = read_corridor(told.folder, Path(told.corridor)) if told.corridor else basis.corridor
    changes = () if told.corridor else basis.changes
    naming.check(told, corridor)  # all of it, before anything is built of a part
    told = _completed(told, basis)
    usual = told.arrivals.per_day if told.arrivals.instead_of is None else told.arrivals.instead_of
    plain = replace(
        told, arrivals=replace(told.arrivals, per_day=usual),
        desks=(), places=(), fleets=(), quotas=(), trails=(), flights=(), return_share=0.0, budget=None,
    )  # fmt: skip
    days = days or (told.days if told.says_days else DAYS)
    twins = [build(corridor, one, basis.day, days=days, changes=changes) for one in (plain, told)]
    begun = begun_for(actor, twins[0])
    for line in naming.without_effect(told, basis.day, days):
        say(line)
    if told.arrivals.instead_of is not None:
        twins = [_foreseen(one, basis, float(one.scenario.arrivals.per_day or 0)) for one in twins]
    now = clock.now()
    before, after = (simulate(rest_of_today(one, now), REPLICATIONS, engine="cohort", begun=begun) for one in twins)
    try:
        return AskedFile(basis, told, answer(before, after))
    except ValueError as error:
        raise Misused(
            f"{path.name} changes which places there are: {error} Compare with cauce outlook simulate."
        ) from error


def _completed(told: Scenario, basis: Basis) -> Scenario:
    """What the file leaves open of those who come is as on the page."""
    if told.arrivals == Arrivals():
        told = replace(told, arrivals=Arrivals(per_day=basis.arrivals, instead_of=basis.arrivals))
    crowd = told.crowd
    if "sizes" not in crowd.given:
        crowd = replace(crowd, sizes=basis.sizes)
    if "child_share" not in crowd.given:
        crowd = replace(crowd, child_share=basis.child_share)
    return replace(told, crowd=crowd)


def _foreseen(twin: Twin, basis: Basis, per_day: float) -> Twin:
    """With arrivals along the forecast's paths, where there is one."""
    means = means_over(basis, twin.days, per_day)
    return twin if means is None else replace(twin, coming=replace(twin.coming, means=means))


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
    return _foreseen(twin, basis, float(moved.get(ARRIVALS, basis.arrivals)))


def _frame(basis: Basis, days: int) -> str:
    sizes = ", ".join(f"{size:g}" for size in basis.sizes)
    return (
        f"[scenario]\ndays = {days}\nstart = {basis.day.isoformat()}\n[arrivals]\nper_day = {basis.arrivals:.2f}\n"
        f"[people]\nsizes = [{sizes}]\nchild_share = {basis.child_share:.4f}\n"
    )
