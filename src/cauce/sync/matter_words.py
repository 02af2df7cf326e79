"""A matter between nodes in sentences: what contradicts what, where, and what to do. Written when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.corridor.faces import place_name

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES: dict[str, StrOrPromise] = {
    "contested": gettext_lazy("Two stations recorded what cannot both be so"),
    "in_two_places": gettext_lazy("Recorded at two places at once"),
    "blocked_on_the_way": gettext_lazy("A block came after the departure"),
    "quota_overspent": gettext_lazy("More left for a border than it takes"),
    "answers_differ": gettext_lazy("Two officers answered a question differently"),
    "written_twice": gettext_lazy("Recorded in a second store of one station"),
    "grouped_differently": gettext_lazy("Two stations put people into different groups"),
}
_TODO: dict[str, StrOrPromise] = {
    "contested": gettext_lazy(
        "What was recorded there is kept and shows in no list. Ask that station what is so, record it again where the "
        "person is now, then settle this."
    ),
    "in_two_places": gettext_lazy(
        "Ask both places who is really there. Take the person over where they are; if somebody else used the card, "
        "give a new one and tell protection. Then settle this."
    ),
    "blocked_on_the_way": gettext_lazy(
        "Meet the vehicle. Do not move the person on in the way that is blocked; call the station named here, which "
        "knows more. Then settle this."
    ),
    "quota_overspent": gettext_lazy(
        "Tell the other side of the border before the vehicle is there. Allot less for the next days, then settle this."
    ),
    "answers_differ": gettext_lazy(
        "The two records stay linked until somebody undoes it. Ask both officers what they saw. If these are two "
        "people, take the answer back and say so; then settle this."
    ),
    "written_twice": gettext_lazy(
        "This was taken into no list. Look at both versions (`cauce node versions`). Record what is missing again, at "
        "the station where the person is now; then settle this."
    ),
    "grouped_differently": gettext_lazy(
        "The later of the two counts on every node. Ask these people with whom they travel; split the group, or join "
        "it with the other, where that is not so. Then settle this."
    ),
}
_WHY: dict[str, StrOrPromise] = {
    "people_stay_one_open": gettext_lazy("the person has an open stay at another place"),
    "people_stay.person_id": gettext_lazy("the person has an open stay at another place"),
    "movement_seat_one_live": gettext_lazy("the person has a seat on another manifest"),
    "movement_seat_number_once": gettext_lazy("the seat is somebody else's"),
    "vetting_duplicate_once": gettext_lazy("the question whether two are one was answered elsewhere"),
    "vetting_duplicate_of_one": gettext_lazy("the record is linked to another one already"),
    "people_companion_joined": gettext_lazy("the two groups were joined meanwhile: split the group"),
    "NotTheirHold": gettext_lazy("another node placed the hold: that one or the hub lifts it, and it stands"),
    "elsewhere": gettext_lazy("the node that opened this matter knows why"),
    "foreign key": gettext_lazy("it speaks of somebody or something that is not known here"),
    "unread: unknown event": gettext_lazy("a newer Cauce wrote it: update this node, then rebuild"),
}


_PLACES = frozenset(("here", "there", "border"))


def title(kind: str) -> str:
    return str(TITLES.get(kind, kind))


def what(kind: str, told: Mapping[str, str]) -> str:
    """What contradicts what."""
    say = _WHAT.get(kind)
    named = {key: place_name(text) if key in _PLACES else text for key, text in told.items()}
    return say(named) if say else ""


def todo(kind: str) -> str:
    """What a person does about it."""
    return str(_TODO.get(kind, ""))


def _contested(told: Mapping[str, str]) -> str:
    if "event" not in told:
        return _("Entry %(seq)s of %(node)s cannot be so beside what is here. What it says is not yours to read.") % {
            "seq": told.get("seq", ""),
            "node": told.get("node", ""),
        }
    why = told.get("why", "") or "elsewhere"
    return _("Entry %(seq)s of %(node)s (%(event)s) could not be applied: %(why)s.") % {
        "seq": told.get("seq", ""),
        "node": told.get("node", ""),
        "event": told.get("event", ""),
        "why": _WHY.get(why, why),
    }


def _in_two_places(told: Mapping[str, str]) -> str:
    return _("Recorded as being at %(here)s; %(node)s recorded %(there)s.") % {
        "here": told.get("here", ""),
        "there": told.get("there", ""),
        "node": told.get("node", ""),
    }


def _blocked(told: Mapping[str, str]) -> str:
    return _("Left on manifest %(manifest)s, a movement that is blocked now. Call %(call)s.") % {
        "manifest": told.get("manifest", ""),
        "call": told.get("call", ""),
    }


def _overspent(told: Mapping[str, str]) -> str:
    return _("%(spent)s left for %(border)s on %(day)s, which takes %(quota)s.") % {
        "spent": told.get("spent", ""),
        "border": told.get("border", ""),
        "day": told.get("day", ""),
        "quota": told.get("quota", ""),
    }


def _differ(told: Mapping[str, str]) -> str:
    return _("%(linked)s says that two records are one person, %(apart)s that they are two people.") % {
        "linked": told.get("linked", ""),
        "apart": told.get("apart", ""),
    }


def _twice(told: Mapping[str, str]) -> str:
    one = told.get("first", "") == told.get("last", "")
    text = (
        _("Entry %(first)s of the other version of %(node)s: %(events)s.")
        if one
        else _("Entries %(first)s to %(last)s of the other version of %(node)s: %(events)s.")
    )
    return text % {
        "first": told.get("first", ""),
        "last": told.get("last", ""),
        "node": told.get("node", ""),
        "events": told.get("events", ""),
    }


def _grouped(told: Mapping[str, str]) -> str:
    return _("%(node)s and %(other)s did not know of each other. By what counts they travel in group %(number)s.") % {
        "node": told.get("node", ""),
        "other": told.get("other", ""),
        "number": told.get("number", ""),
    }


_WHAT = {
    "contested": _contested,
    "in_two_places": _in_two_places,
    "blocked_on_the_way": _blocked,
    "quota_overspent": _overspent,
    "answers_differ": _differ,
    "written_twice": _twice,
    "grouped_differently": _grouped,
}
