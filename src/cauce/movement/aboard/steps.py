"""What is done on a manifest, what comes next and what later: the path that its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cauce.access.actor import Actor
from cauce.movement.aboard import words
from cauce.movement.aboard.models import Driver, Inspection
from cauce.movement.aboard.selectors import (
    OF_DRIVERS,
    Overruled,
    lacking,
    overruled,
    recorded,
)
from cauce.movement.models import Manifest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DONE, NEXT, LATER = "done", "next", "later"
_TITLES: dict[str, StrOrPromise] = {
    "exceptions": gettext_lazy("Exceptions approved by another officer"),
    "sealed": gettext_lazy("Sealed"),
    "inspection": gettext_lazy("Vehicle inspected"),
    "driver": gettext_lazy("Drivers rested"),
    "called": gettext_lazy("Roll-call at the vehicle"),
    "departed": gettext_lazy("Departed"),
    "arrived": gettext_lazy("Roll-call on arrival"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `state`: done, next (one can do it now), later. `told`: what stands or what lacks, in words."""

    code: str
    title: StrOrPromise
    state: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """Everything the page shows of what comes before a departure."""

    steps: tuple[Step, ...]
    exceptions: tuple[Overruled, ...]
    waiting: int
    own: bool
    inspection: Inspection | None
    drivers: tuple[Driver, ...]
    demanded: frozenset[str]


def path_of(row: Manifest, actor: Actor, aboard: int) -> Path:
    """The path of a manifest with so many people, as the actor may walk it."""
    exceptions = overruled(row.id)
    waiting = [one for one in exceptions if not one.approved_by]
    said = recorded(row)
    demanded, found, drivers = said.demands, said.inspection, said.drivers
    lacks = {one.what: words.lacks(one, aboard) for one in lacking(row, aboard, said)}
    vehicle = " ".join(lacks[what] for what in ("inspection", "life_jackets") if what in lacks)
    drives = " ".join(told for what, told in lacks.items() if what in OF_DRIVERS)
    gone = row.status in ("departed", "arrived")
    facts: list[tuple[str, bool, str]] = []
    if exceptions:
        facts.append(("exceptions", not waiting, _waiting(waiting)))
    facts.append(("sealed", row.status != "proposed", ""))
    if found is not None or demanded.keys() & {"inspection", "life_jackets"}:
        facts.append(("inspection", gone or (found is not None and not vehicle), vehicle or _inspected(found)))
    if drivers or demanded.keys() & OF_DRIVERS:
        facts.append(("driver", gone or (bool(drivers) and not drives), drives or _rested(drivers)))
    facts.append(("called", row.called_at is not None or gone, ""))
    facts += [("departed", gone, ""), ("arrived", row.status == "arrived", "")]
    return Path(
        _steps(facts),
        tuple(exceptions),
        len(waiting),
        any(one.account == actor.account for one in waiting),
        found,
        drivers,
        frozenset(demanded),
    )


def _steps(facts: list[tuple[str, bool, str]]) -> tuple[Step, ...]:
    """Inspection and driver wait for nobody; of the others the first that is not done is next."""
    free = {"inspection", "driver"}
    turn = next((code for code, done, _told in facts if not done and code not in free), "")
    return tuple(
        Step(code, _TITLES[code], DONE if done else NEXT if code == turn or code in free else LATER, told)
        for code, done, told in facts
    )


def _waiting(waiting: list[Overruled]) -> str:
    if not waiting:
        return ""
    told = ngettext("%(n)d waits, made by %(who)s.", "%(n)d wait, made by %(who)s.", len(waiting))
    return told % {"n": len(waiting), "who": ", ".join(dict.fromkeys(one.account for one in waiting))}


def _inspected(found: Inspection | None) -> str:
    if found is None:
        return ""
    if not found.passed:
        return _("%(plate)s did not pass.") % {"plate": found.plate}
    told = _("%(plate)s, valid until %(day)s.") % {"plate": found.plate, "day": found.valid_until}
    if found.life_jackets is None:
        return told
    jackets = ngettext("%(n)d life-jacket.", "%(n)d life-jackets.", found.life_jackets) % {"n": found.life_jackets}
    return f"{told} {jackets}"


def _rested(drivers: tuple[Driver, ...]) -> str:
    said = _("%(driven)g hours driven today, %(rest)g hours of rest before.")
    return " ".join(said % {"driven": one.hours_driven, "rest": one.rest_hours} for one in drivers)
