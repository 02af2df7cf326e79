"""What statuses and reasons about flights home are called, and why a group stays, in words for anybody (P7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from cauce.movement.flights import staying
from cauce.movement.reasons import Reason
from cauce.movement.sentences import INTERVIEW, explain

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STATUSES: dict[str, StrOrPromise] = {
    "offered": gettext_lazy("offered"),
    "proposed": gettext_lazy("proposed"),
    "booked": gettext_lazy("booked"),
    "cancelled": gettext_lazy("called off"),
    "withdrawn": gettext_lazy("withdrawn"),
}
ITEM_NAMES: dict[str, StrOrPromise] = {
    "ground": gettext_lazy("ground transport, a person"),
    "custody_day": gettext_lazy("a day in custody, a person"),
    "escort_day": gettext_lazy("a day of an escort"),
    "escort_return": gettext_lazy("the way back of an escort"),
    "permit": gettext_lazy("a landing"),
    "reception": gettext_lazy("reception on arrival, a person"),
}
FREED: dict[str, StrOrPromise] = {
    "blocked": gettext_lazy("something stands against a return now"),
    "left_the_place": gettext_lazy("left the place"),
    "stays_with_family": gettext_lazy("a member of the family did not come"),
    "flight_cancelled": gettext_lazy("the flight was called off"),
    "landing_refused": gettext_lazy("the landing was refused"),
    "planned_again": gettext_lazy("planned again"),
    "taken_off": gettext_lazy("taken off by a coordinator"),
    "got_a_place": gettext_lazy("got a place"),
    "cancelled": gettext_lazy("the manifest was called off"),
}
LEFT_OUT: dict[str, StrOrPromise] = {
    "landing_refused": gettext_lazy("every landing was refused"),
    "no_permit": gettext_lazy("a permit to land is missing"),
    "option_over": gettext_lazy("the offer has ended"),
    "no_rate": gettext_lazy("no exchange rate is entered for its price"),
}
_OTHERS = {
    "destinations_differ": gettext_noop("Members of the family have return cases to different countries."),
    "too_late": gettext_noop("The papers or the medical finding end before the family may travel."),
}
_PLANNED = {
    staying.NOWHERE: ("nowhere", gettext_noop("No flight on offer goes there.")),
    staying.WINDOW: ("window", gettext_noop("No flight on offer goes there on the days this group may travel.")),
    staying.TOO_LARGE: ("too_large", gettext_noop("The group is larger than any flight on offer there takes.")),
    staying.CLOSED: ("too_late", _OTHERS["too_late"]),
}
_BUDGET = gettext_noop("The money that is granted for these days moves others first.")
_SEATS = gettext_noop("The seats it could take go to groups that have waited longer or need it more.")
_ESCORTED = gettext_noop("People who are escorted take no single tickets, and no charter goes there then.")


def stays(blocked: Sequence[str], reason: str) -> tuple[str, str]:
    """Code and sentence of why a group stays: what stands against it, else what the planner found.

    Whatever is confidential reads as an interview that is still to come, and comes first.
    """
    if blocked:
        code = INTERVIEW if INTERVIEW in blocked else blocked[0]
        return code, _blocked(code)
    if reason in _PLANNED:
        code, text = _PLANNED[reason]
        return code, _(text)
    if "escorted" in reason:
        return "escorted", _(_ESCORTED)
    if "budget" in reason or "money" in reason:
        return "budget", _(_BUDGET)
    return "seats", _(_SEATS)


def _blocked(code: str) -> str:
    if code in _OTHERS:
        return _(_OTHERS[code])
    if code == INTERVIEW:
        return explain(int(Reason.HOLD_PROTECTION), "gate")[0].text
    mask = int(Reason[code.upper()]) if code.upper() in Reason.__members__ else int(Reason.HOLD_PROTECTION)
    return explain(mask, "gate")[0].text
