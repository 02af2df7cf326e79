"""What analysts' answers add up to, and where that leaves a check. Pure.

An answer against the person (`same`) needs two analysts. One `not_same` is enough while nobody said `same`: only the
machine suspected. Where analysts disagree a third decides; `cannot_tell` leaves the question to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cauce.vetting.finding import Standing

OUTCOMES = ("same", "not_same", "cannot_tell")


def verdict(outcomes: Sequence[str]) -> str:
    """`same`, `not_same`, or empty while another analyst has to look."""
    against, for_ = outcomes.count("same"), outcomes.count("not_same")
    if for_ > against:
        return "not_same"
    return "same" if against >= 2 and against > for_ else ""


def stuck(outcomes: Sequence[str]) -> bool:
    """Two could not tell, or two disagree: somebody senior should know."""
    return not verdict(outcomes) and (outcomes.count("cannot_tell") >= 2 or {"same", "not_same"} <= set(outcomes))


@dataclass(frozen=True, slots=True)
class Matter:
    """A review as far as it bears on its check. `over`: its hand-over expired or ended, or an objection was upheld."""

    status: str  # open, lapsed, decided, closed
    outcome: str
    blocks: bool
    reasons: tuple[str, ...] = ()
    over: str = ""  # hand_over_expired, hand_over_ended, objection_upheld


def standing(matters: Iterable[Matter], base: Standing, if_confirmed: Standing | None) -> Standing:
    """Where a check stands, given all its reviews. `base` and `if_confirmed` as in Finding."""
    matters = list(matters)
    blocking = [m for m in matters if m.blocks]
    confirmed = [m for m in blocking if m.outcome == "same" and not m.over]
    waiting = [m for m in blocking if m.status == "open"]
    lapsed = [m for m in blocking if m.status == "lapsed"]
    if confirmed and if_confirmed is None:
        return Standing("confirmed", _codes(confirmed))
    if waiting:
        return Standing("refer", _codes(waiting))
    if lapsed:
        return Standing("lapsed", ("review_lapsed", *_codes(lapsed)))
    if confirmed and if_confirmed is not None:
        return if_confirmed
    return Standing(base.result, _known(matters) + base.reasons)


def _known(matters: Sequence[Matter]) -> tuple[str, ...]:
    """What reviews that block nothing leave to be told: why a match is over, what informs, who was somebody else."""
    over = sorted({m.over for m in matters if m.blocks and m.over})
    informing = [m for m in matters if not (m.blocks or m.over or m.status == "closed" or m.outcome == "not_same")]
    others = ("decided_not_same",) if any(m.outcome == "not_same" for m in matters) else ()
    return (*over, *_codes(informing), *others)


def _codes(matters: Sequence[Matter]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for matter in matters for code in matter.reasons))
