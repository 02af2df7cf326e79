"""Which review to look at next: by the expected value of looking. Pure; docs/reviews.md tells it to analysts.

    value = chance x WORTH[what a confirmed match may do]
          + (people + children) of the group x share x urgency

in hours of one person's waiting. `chance` is that of the match being one (calibration.py); nationality is no part of
it, as no weight of the matcher is. `share` is what the answer does for the group's next departure: all of it when it
waits for this answer alone, one part in n when it waits for n answers, nothing when something else keeps it too, when
the list may only inform, when the check is not asked of them, or when the review has lapsed for onward travel. A child
counts twice, once as one of the people. `urgency` grows from 1 to 2 as the review's time runs out. Tracing comes
before everything, then what escalated.
"""

from __future__ import annotations

from dataclasses import dataclass

from cauce.vetting.elsewhere import Waits

WORTH = {"tracing": 2400.0, "hold": 240.0, "refer": 120.0, "inform": 12.0, "paper": 12.0}
"""What finding a true match is worth, in hours of one person's waiting: ten days for a hold. Judged, not measured."""
TRACING = "tracing"
SOON_HOURS = 6
FIRST, ESCALATED, ORDINARY = range(3)


@dataclass(frozen=True, slots=True)
class Case:
    """A review as the ranking sees it. `consequence`: a key of WORTH; `waits` None: the person is at no place now."""

    check_id: str
    consequence: str
    chance: float
    blocks: bool
    lapsed: bool
    escalated: bool
    hours_left: float  # negative once it is overdue
    limit_hours: float
    waits: Waits | None


@dataclass(frozen=True, slots=True)
class Rank:
    """`tier`: 0 tracing, 1 escalated, 2 the rest. `why`: codes, weightiest first; what follows a colon is a number.

    The chance is not among them: who decides should not be told what the machine believes.
    """

    tier: int
    value: float
    why: tuple[str, ...]

    @property
    def key(self) -> tuple[int, float]:
        """Sorts the review to look at first to the front."""
        return self.tier, -self.value


def rank(case: Case) -> Rank:
    """Where the review stands, and why in codes."""
    tracing = case.check_id == TRACING
    escalated = case.escalated or case.hours_left <= 0
    share = _share(case)
    worth = WORTH[TRACING if tracing else case.consequence]
    value = case.chance * worth
    if share and case.waits is not None:
        urgency = 1 + min(1.0, max(0.0, 1 - case.hours_left / case.limit_hours))
        value += (case.waits.people + case.waits.children) * share * urgency
    tier = FIRST if tracing else ESCALATED if escalated and case.waits is not None else ORDINARY
    return Rank(tier=tier, value=round(value, 3), why=_why(case, tracing=tracing, share=share))


def _share(case: Case) -> float:
    """The part of the group's waiting that this answer ends."""
    if case.waits is None or not case.blocks or case.lapsed or case.waits.others or not case.waits.reviews:
        return 0.0
    return 1 / case.waits.reviews


def _why(case: Case, *, tracing: bool, share: float) -> tuple[str, ...]:
    why = ["tracing"] if tracing else []
    if case.hours_left <= 0:
        why.append("overdue")
    elif case.escalated:
        why.append("escalated")
    elif case.hours_left < SOON_HOURS and not case.lapsed:
        why.append(f"due:{max(1, round(case.hours_left))}")
    why.append(_waiting(case))
    if share and case.waits is not None:
        why += [f"people:{case.waits.people}"] if case.waits.people > 1 else []
        why += [f"children:{case.waits.children}"] if case.waits.children else []
    return tuple(why)


def _waiting(case: Case) -> str:
    if case.waits is None:
        return "gone"
    if not case.blocks:
        return "informs"
    if case.lapsed:
        return "lapsed"
    if case.waits.others:
        return "else"
    if not case.waits.reviews:
        return "free"
    return "alone" if case.waits.reviews == 1 else f"answers:{case.waits.reviews}"
