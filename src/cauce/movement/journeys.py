"""Which journey somebody is ready for: the next one from where they are, and what a border after it asks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cauce.corridor.shape import Corridor


@dataclass(frozen=True, slots=True)
class Journey:
    """A movement from a place. `kind` is empty where nothing leaves; `to` names the places it goes to, first choice
    first, and is empty for a return, whose case says where."""

    kind: str
    to: tuple[str, ...] = ()

    @property
    def within(self) -> bool:
        """Whether it crosses no border, so that less is asked of it than of the one after it."""
        return self.kind == "internal"

    @property
    def ends(self) -> str:
        return " / ".join(self.to)

    @property
    def heading(self) -> str:
        """For which journey an answer holds; empty where none leaves."""
        if self.kind == "return":
            return _("For the return:")
        if self.kind == "onward" and not self.to:
            return _("For the journey across the border, later:")
        return _("For the next vehicle from here, to %(places)s:") % {"places": self.ends} if self.to else ""


def journey_from(corridor: Corridor, place: str, kind: str = "") -> Journey:
    """The movement of that kind from the place; without `kind` the next that leaves: onward, else internal."""
    legs = sorted((leg for leg in corridor.legs if leg.origin == place and leg.kind), key=lambda leg: leg.priority)
    kinds = {leg.kind for leg in legs}
    chosen = kind or next((one for one in ("onward", "internal") if one in kinds), "")
    names = {one.id: one.name for one in corridor.places}
    return Journey(chosen, tuple(dict.fromkeys(names[leg.destination] for leg in legs if leg.kind == chosen)))


def afterwards() -> str:
    """What is told before the reasons against the journey after the next."""
    return _("Still to come before the border:")
