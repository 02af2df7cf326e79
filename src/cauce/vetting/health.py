"""The health check: which vaccines to offer. A missing one is an offer of care, never a reason to wait. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from cauce.corridor.shape import Vaccine
from cauce.vetting.finding import Finding, Standing


def months_between(birth: date, day: date) -> int:
    """Completed months of age on that day; 0 before birth."""
    months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
    return max(0, months)


def offers(
    birth_first: date | None, birth_last: date | None, had: Collection[str], vaccines: Sequence[Vaccine], day: date
) -> tuple[str, ...]:
    """Ids of the vaccines to offer, in the corridor's order.

    The birth date lies in [birth_first, birth_last]. A vaccine that may be due is offered: an offer too many harms
    nobody. Of somebody of unknown age only what has no upper age is offered. `had` holds what was shown, said, given
    or declined.
    """
    oldest = months_between(birth_first, day) if birth_first else None
    youngest = months_between(birth_last, day) if birth_last else None
    return tuple(v.id for v in vaccines if v.id not in had and _due(v, youngest, oldest))


def _due(vaccine: Vaccine, youngest: int | None, oldest: int | None) -> bool:
    if youngest is None or oldest is None:
        return vaccine.until_months is None
    return oldest >= vaccine.from_months and (vaccine.until_months is None or youngest < vaccine.until_months)


def check(
    birth_first: date | None, birth_last: date | None, had: Collection[str], vaccines: Sequence[Vaccine], day: date
) -> Finding:
    """Always clear; the reasons are the offers."""
    due = offers(birth_first, birth_last, had, vaccines, day)
    return Finding(
        base=Standing("clear", tuple(f"vaccine_offer:{vaccine}" for vaccine in due) or ("immunisation_complete",)),
        evidence={"record": sorted(had)},
    )
