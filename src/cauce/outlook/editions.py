"""Partners are told of a day once: while it lasts, and when it is over. What was told is kept and told again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import day_bounds, in_force, local_day
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.guard import refusals
from cauce.journal.models import Node
from cauce.journal.services import lock_head, record
from cauce.outlook.differencing import Edition, guarded
from cauce.outlook.events import ReportTold
from cauce.outlook.models import Published, Told
from cauce.outlook.report import Figure, Report, for_partners
from cauce.outlook.warning.daily_told import figure_of
from cauce.people.suppression import unnamed

FILLED = timedelta(days=2)
"""Days before the one that is asked for, of which partners are told along with it."""


def partner_edition(actor: Actor, day: date, counted: Callable[[date], Report]) -> Report:
    """What partners are told of the day, from now on always; `counted` is the whole report of a day.

    The edition of a day that has not ended says how it stood when somebody first asked, and is told until the day is
    over. Days are told in their order, up to FILLED before the one that is asked for along with it; of a day that was
    passed over everything is hidden: with it, differences of those around it would tell too much. A day of which there
    is nothing to tell is not kept. Refused for a day that has not begun: it would be today's edition over and over.
    """
    actor.require("report.read")
    if day > local_day("", clock.now()):
        raise Refused(_("That day has not begun. Partners are told of a day when it has."), code="day_not_begun")
    whole = day_bounds("", day)[1] <= clock.now()
    kept = _kept(day, whole=whole)
    if kept is None:
        with refusals(), transaction.atomic():
            lock_head()  # of two who ask at once, the second is told what the first was
            kept = _kept(day, whole=whole) or _tell_up_to(actor, day, counted, whole=whole)
    return _as_report(kept)


def _kept(day: date, *, whole: bool) -> Told | None:
    return Told.objects.filter(id=_key(day, whole=whole)).first()


def _tell_up_to(actor: Actor, day: date, counted: Callable[[date], Report], *, whole: bool) -> Told:
    newest = Told.objects.order_by("-day", "-whole").first()
    if newest is not None and (newest.day, newest.whole) > (day, whole):
        return _hidden(counted(day), whole=whole)
    first = max(newest.day, day - FILLED) if newest else day - FILLED
    for back in range((day - first).days, 0, -1):
        earlier = day - timedelta(days=back)
        if _kept(earlier, whole=True) is None:
            _tell(actor, earlier, counted, whole=True)
    return _tell(actor, day, counted, whole=whole)


def _hidden(exact: Report, *, whole: bool) -> Told:
    """An edition that tells nothing, not kept."""
    safe = for_partners(exact, in_force().suppress_below)
    figures = {
        name: Figure(None, {table: dict.fromkeys(cells) for table, cells in one.breakdowns.items()})
        for name, one in safe.figures.items()
    }
    told = _plain(Edition(safe.day, whole, figures, dict.fromkeys(safe.waiting)), safe.suppressed_below)
    return Told(id=_key(exact.day, whole=whole), day=exact.day, whole=whole, figures=told, at=clock.now())


def _tell(actor: Actor, day: date, counted: Callable[[date], Report], *, whole: bool) -> Told:
    exact = counted(day)
    safe = for_partners(exact, in_force().suppress_below)
    before = [_edition(row) for row in Told.objects.order_by("day", "whole")]
    published = [figure_of(row.figures) for row in Published.objects.filter(day=day, noise=0)]
    told = guarded(exact, safe, before, whole=whole, published=published)
    figures = _plain(told, safe.suppressed_below)
    if not any(figure.total or figure.total is None for figure in told.figures.values()):
        return Told(id=_key(day, whole=whole), day=day, whole=whole, figures=figures, at=clock.now())
    record(ReportTold(day=day, whole=whole, figures=figures), by=actor)
    return Told.objects.get(id=_key(day, whole=whole))


def _key(day: date, *, whole: bool) -> str:
    return f"{day}/{'whole' if whole else 'so far'}"


def _plain(told: Edition, below: int) -> dict[str, Any]:
    figures = {name: {"total": one.total, "breakdowns": dict(one.breakdowns)} for name, one in told.figures.items()}
    return {"figures": figures, "waiting": dict(told.waiting), "below": below}


def _edition(row: Told) -> Edition:
    figures = {name: Figure(one["total"], one["breakdowns"]) for name, one in row.figures["figures"].items()}
    return Edition(row.day, row.whole, figures, row.figures["waiting"])


def _as_report(row: Told) -> Report:
    """As it leaves: hidden nationalities stand together, and hidden reasons: a name alone tells that somebody has it.

    What is kept names them, so that the next day is safe too.
    """
    told = _edition(row)
    return Report(
        day=row.day,
        corridor=in_force().name,
        figures={name: _unnamed(one) for name, one in told.figures.items()},
        waiting=unnamed(told.waiting),
        longest_wait_hours=None,
        suppressed_below=row.figures["below"],
        training=Node.here().training,
        told_at=row.at,
    )


def _unnamed(figure: Figure) -> Figure:
    tables = figure.breakdowns
    return Figure(figure.total, {**tables, "nationality": unnamed(tables["nationality"])})
