"""Why a review stands where it stands, and what would change its answer, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cauce.vetting.counterfactual import What
from cauce.vetting.entry_changes import Change

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# "else" says no more than that: what keeps a family may be nobody's business here (P7).
_WHY: dict[str, StrOrPromise] = {
    "tracing": gettext_lazy("somebody is looked for"),
    "overdue": gettext_lazy("overdue"),
    "escalated": gettext_lazy("escalated"),
    "gone": gettext_lazy("is at no place now"),
    "informs": gettext_lazy("the list only informs"),
    "lapsed": gettext_lazy("no longer blocks onward travel"),
    "else": gettext_lazy("waits for something else too"),
    "free": gettext_lazy("nobody waits for it"),
    "alone": gettext_lazy("waits for this alone"),
}
FIELDS: dict[str, StrOrPromise] = {
    "names": gettext_lazy("Names"),
    "birth_dates": gettext_lazy("Birth date"),
    "birth_places": gettext_lazy("Birth place"),
    "sexes": gettext_lazy("Sex"),
    "nationalities": gettext_lazy("Nationality"),
    "documents": gettext_lazy("Documents"),
    "programs": gettext_lazy("Listed under"),
    "remarks": gettext_lazy("What the list remarks"),
}


def rank_words(codes: Iterable[str]) -> list[str]:
    """The reasons of a rank as phrases, the weightiest first."""
    return [_rank_word(*code.partition(":")) for code in codes]


def _rank_word(code: str, _colon: str, number: str) -> str:
    n = int(number or 0)
    if code == "due":
        return _("due in %(n)d h") % {"n": n}
    if code == "people":
        return ngettext("group of %(n)d", "group of %(n)d", n) % {"n": n}
    if code == "children":
        return ngettext("%(n)d child in it", "%(n)d children in it", n) % {"n": n}
    if code == "answers":
        return ngettext("waits for %(n)d answer", "waits for %(n)d answers", n) % {"n": n}
    return str(_WHY[code])


def changed_fields(changes: Iterable[Change]) -> list[tuple[str, list[str], list[str]]]:
    """What a list changed about an entry: the field, what it no longer says, what it says now."""
    return [(str(FIELDS.get(one.field, one.field)), list(one.gone), list(one.new)) for one in changes]


def what_words(whats: Iterable[What]) -> list[str]:
    """What would change the answer, and what to ask or look at, as sentences."""
    return [_what(one) for one in whats]


def _what(one: What) -> str:
    values = {"listed": "; ".join(one.listed), "n": one.number, "said": one.said}
    return str(_SENTENCES[one.code]) % values if one.code in _SENTENCES else _counted(one) % values


def _counted(one: What) -> str:
    if one.code == "another_year":
        return ngettext(
            "Born %(n)d year or more away from %(listed)s, this would alert no more.",
            "Born %(n)d years or more away from %(listed)s, this would alert no more.",
            one.number,
        )
    if one.code == "number_settles":
        return ngettext(
            "A paper settles it: the list knows %(n)d number. Compare it: %(listed)s.",
            "A paper settles it: the list knows %(n)d numbers. Compare them: %(listed)s.",
            one.number,
        )
    raise KeyError(one.code)


_SENTENCES: dict[str, StrOrPromise] = {
    "birth_date_decides": gettext_lazy(
        "Ask for the birth date: %(listed)s would speak strongly for, and years away this would alert no more."
    ),
    "birth_date_would_help": gettext_lazy("Ask for the birth date: the list says %(listed)s."),
    "closer_date": gettext_lazy("Ask for the exact day of birth: the list says %(listed)s."),
    "same_date_stronger": gettext_lazy(
        "If the paper is wrong about the birth date and it is %(listed)s, this would speak strongly for."
    ),
    "no_date_ends_it": gettext_lazy("No other birth date would end it: what else agrees is enough to alert."),
    "sex_contradicts": gettext_lazy(
        "The sex differs. Were it the same, this would weigh more: check what is registered."
    ),
    "sex_decides": gettext_lazy("With another sex than the list says, this would alert no more."),
    "number_differs": gettext_lazy("None of the papers shown has a number that the list knows: %(listed)s."),
    "rests_on_number": gettext_lazy(
        "It rests on the number %(said)s. Misread or misprinted, this would alert no more: look at the paper again."
    ),
    "rests_on_word": gettext_lazy(
        "It rests on the name %(said)s. If that is not the person's name, this would alert no more."
    ),
    "another_word": gettext_lazy("The list also says %(listed)s, which the person did not. Ask for the whole name."),
    "ask_birth_place": gettext_lazy("Ask where the person was born, before you say it: the list says %(listed)s."),
    "ask_parents": gettext_lazy("Ask for the names of father and grandfather: the list has names as long as that."),
    "look_at_remarks": gettext_lazy("Read what the list remarks, then look at the person or the photo."),
    "weak_name": gettext_lazy("Only a name that the list itself calls weak was met; ask about the others: %(listed)s."),
}
