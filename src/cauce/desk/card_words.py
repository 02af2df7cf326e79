"""The words of the card page, to the person and in the person's own language.

They carry the context `card`: the catalogues must have each of them in every language of the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WITHOUT_MONTHS = ("ht",)
_CHECKS = pgettext_lazy("card", "Checks are under way. Most take minutes.")
_FAMILY = pgettext_lazy("card", "Your family travels together: something is still missing for one of you.")
_OPEN = pgettext_lazy("card", "Something is still open. Ask at the registration desk.")
# What `movement.sentences` says to the audience `person`, by its code; nothing here tells what an interview is about.
_MISSING: dict[str, StrOrPromise] = {
    "interview": pgettext_lazy("card", "An interview is still to come."),
    "document_pending": _CHECKS,
    "watchlist_pending": _CHECKS,
    "other_pending": _CHECKS,
    "biometric_pending": pgettext_lazy("card", "Prints or irises are still to be taken."),
    "health_pending": pgettext_lazy("card", "You are asked to come to the clinic."),
    "group_incomplete": pgettext_lazy("card", "The registration of your family is not finished: come to the desk."),
    "group_waits": _FAMILY,
    "member_elsewhere": pgettext_lazy("card", "A member of your family is at another place or in hospital."),
    "not_present": pgettext_lazy("card", "You are not recorded at a place at the moment."),
}
ROLES: dict[str, StrOrPromise] = {
    "registrar": pgettext_lazy("card", "registration officer"),
    "analyst": pgettext_lazy("card", "officer for checks"),
    "protection": pgettext_lazy("card", "protection officer"),
    "coordinator": pgettext_lazy("card", "travel coordinator"),
    "finance": pgettext_lazy("card", "finance officer"),
    "administrator": pgettext_lazy("card", "administrator"),
    "supervisor": pgettext_lazy("card", "supervisor of officers"),
    "operator": pgettext_lazy("card", "operator of the system"),
}
# What of the person was read, in few words; the rest is "what is known about you".
_READ: dict[str, StrOrPromise] = {
    "photo": pgettext_lazy("card", "your photo"),
    "review": pgettext_lazy("card", "a check"),
    "reviews": pgettext_lazy("card", "a check"),
    "checks": pgettext_lazy("card", "a check"),
    "manifest": pgettext_lazy("card", "a travel list"),
    "roll-call": pgettext_lazy("card", "a travel list"),
    "release": pgettext_lazy("card", "sent to another authority"),
}
_WAYS: dict[str, StrOrPromise] = {
    "bus": pgettext_lazy("card", "by bus"),
    "boat": pgettext_lazy("card", "by boat"),
    "canoe": pgettext_lazy("card", "by boat"),
    "train": pgettext_lazy("card", "by train"),
    "flight": pgettext_lazy("card", "by plane"),
}
_KNOWN = pgettext_lazy("card", "what is known about you")


def read_of(what: str) -> str:
    """What was read, in the active language."""
    return str(_READ.get(what.removeprefix("api "), _KNOWN))


def way_of(mode: str) -> str:
    """By what somebody leaves, in the active language; empty for who walks."""
    return str(_WAYS.get(mode, ""))


def missing_of(codes: Iterable[str]) -> list[str]:
    """The sentences for these codes, each once, in the active language."""
    return list(dict.fromkeys(str(_MISSING.get(code, _OPEN)) for code in codes))
