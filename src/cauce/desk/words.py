"""What codes are called on a page. Titles that a corridor file gives pass through the same catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cauce.access import wording
from cauce.people import languages
from cauce.people.mrz.codes import name_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Words = Mapping[str, StrOrPromise]

SEXES: Words = {"F": gettext_lazy("Female"), "M": gettext_lazy("Male"), "X": gettext_lazy("Other or not stated")}
RELATIONS: Words = {
    "focal": gettext_lazy("Head of the group"),
    "spouse": gettext_lazy("Spouse"),
    "partner": gettext_lazy("Partner"),
    "son": gettext_lazy("Son"),
    "daughter": gettext_lazy("Daughter"),
    "child": gettext_lazy("Child"),
    "grandchild": gettext_lazy("Grandchild"),
    "father": gettext_lazy("Father"),
    "mother": gettext_lazy("Mother"),
    "parent": gettext_lazy("Parent"),
    "guardian": gettext_lazy("Guardian"),
    "grandparent": gettext_lazy("Grandparent"),
    "sibling": gettext_lazy("Brother or sister"),
    "other": gettext_lazy("Other relative or friend"),
}
DOCUMENTS: Words = {
    "passport": gettext_lazy("Passport"),
    "identity_card": gettext_lazy("Identity card"),
    "travel_document": gettext_lazy("Travel document"),
    "residence_permit": gettext_lazy("Residence permit"),
    "consular_document": gettext_lazy("Consular document"),
    "birth_certificate": gettext_lazy("Birth certificate"),
    "visa": gettext_lazy("Visa"),
    "other": gettext_lazy("Other paper"),
}
LANGUAGES: Words = languages.LANGUAGES
RESULT_TAGS = {
    "clear": "good",
    "waived": "plain",
    "lapsed": "plain",
    "pending": "warn",
    "refer": "warn",
    "confirmed": "bad",
}
OUTCOMES: Words = {
    "walked_on": gettext_lazy("walked on"),
    "hospital": gettext_lazy("in hospital"),
    "custody": gettext_lazy("in custody"),
    "returned": gettext_lazy("returned"),
    "died": gettext_lazy("died"),
    "unknown": gettext_lazy("not seen any more"),
    "registered_in_error": gettext_lazy("registered in error"),
    "duplicate": gettext_lazy("registered twice: goes on under the earlier number"),
    "departed": gettext_lazy("departed"),
    "transferred": gettext_lazy("moved to another place"),
}
QUESTIONS: Words = {
    "sex": gettext_lazy("does not fit the recorded sex: is it right?"),
    "child": gettext_lazy("does not fit a child: is it right?"),
    "adult": gettext_lazy("does not fit an adult: is it right?"),
    "unlisted": gettext_lazy("the corridor's list lacks this code"),
}
INDICATORS: Words = {
    "asylum_wish": gettext_lazy("Wishes to ask for asylum, or fears to return"),
    "trafficking": gettext_lazy(
        "Signs of trafficking: debt, threats, papers taken away, somebody who answers for them"
    ),
    "statelessness": gettext_lazy("No state seems to hold them its national"),
}
NEED_GROUPS: Words = {
    "SM": gettext_lazy("Illness, pregnancy"),
    "DS": gettext_lazy("Disability"),
    "ER": gettext_lazy("Older person"),
    "WR": gettext_lazy("Woman at risk"),
    "SP": gettext_lazy("Alone with children or dependants"),
    "SC": gettext_lazy("Child without parents"),
    "CR": gettext_lazy("Child at risk"),
    "FU": gettext_lazy("Family apart"),
    "LP": gettext_lazy("Legal and physical protection"),
    "TR": gettext_lazy("Torture or violence seen"),
    "SV": gettext_lazy("Sexual or gender-based violence"),
}
WHYS: Words = {
    "quota": gettext_lazy("corridor file"),
    "allotted": gettext_lazy("its share of the quota"),
    "not_allotted": gettext_lazy("nothing of the quota was allotted to this place"),
    "rest_day": gettext_lazy("no crossing on this weekday"),
    "no_quota": gettext_lazy("the calendar gives no quota"),
    "closure": gettext_lazy("closed"),
    "changed": gettext_lazy("changed here"),
    "closed_by_change": gettext_lazy("closed here"),
}
BASES: Words = {
    "law": gettext_lazy("by law"),
    "vital_interest": gettext_lazy("to save life"),
    "consent": gettext_lazy("only if you agree"),
}
HOW: Words = {
    "shown": gettext_lazy("record shown"),
    "said": gettext_lazy("said so"),
    "given": gettext_lazy("given here"),
    "declined": gettext_lazy("declined"),
}
ROLES: Words = wording.ROLES
ACTS: Words = wording.ACTS
CIRCLES: Words = {
    "protection": gettext_lazy("Protection notes and reasons of holds"),
    "medical": gettext_lazy("Medical notes"),
}
MODES: Words = {
    "canoe": gettext_lazy("canoe"),
    "boat": gettext_lazy("boat"),
    "bus": gettext_lazy("bus"),
    "train": gettext_lazy("train"),
    "flight": gettext_lazy("flight"),
    "walk": gettext_lazy("on foot"),
}
KINDS: Words = {
    "onward": gettext_lazy("onward"),
    "return": gettext_lazy("return"),
    "internal": gettext_lazy("within the country"),
}
STATUSES: Words = {
    "proposed": gettext_lazy("proposed"),
    "sealed": gettext_lazy("sealed"),
    "departed": gettext_lazy("departed"),
    "arrived": gettext_lazy("arrived"),
    "cancelled": gettext_lazy("cancelled"),
}


def word(words: Words, code: str) -> str:
    """The word for a code, or the code itself where nobody gave it one."""
    return str(words.get(code, code))


def title(text: str) -> str:
    """A title from the corridor file in the active language, where the catalogue has it."""
    return _(text) if text else ""


def country(code: str) -> str:
    """`COL · Colombia`; empty for an unknown nationality."""
    name = name_of("D" if code == "DEU" else code) if code else None
    return f"{_(name)} ({code})" if name else code


def duration(span: timedelta) -> str:
    """As somebody at a desk says it: `3 d 4 h`, `5 h`, `20 min`."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(minutes)d min") % {"minutes": minutes}


def people(count: int) -> str:
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}
