"""What checks, reviews and the pieces of a score are called on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHECKS: dict[str, StrOrPromise] = {
    "document": gettext_lazy("Documents"),
    "watchlist": gettext_lazy("Lists"),
    "biometric": gettext_lazy("Prints or irises"),
    "health": gettext_lazy("Health"),
}
RESULTS: dict[str, StrOrPromise] = {
    "clear": gettext_lazy("clear"),
    "refer": gettext_lazy("somebody has to look"),
    "pending": gettext_lazy("still to come"),
    "waived": gettext_lazy("waived"),
    "lapsed": gettext_lazy("lapsed for onward travel"),
    "confirmed": gettext_lazy("confirmed"),
}
OUTCOMES: dict[str, StrOrPromise] = {
    "same": gettext_lazy("The same person"),
    "not_same": gettext_lazy("Not the same"),
    "cannot_tell": gettext_lazy("Cannot tell"),
}
# A paper is not a person: the same three answers, asked about it.
ABOUT_A_PAPER: dict[str, StrOrPromise] = {
    "same": gettext_lazy("The doubt is right: the paper does not count"),
    "not_same": gettext_lazy("The paper is in order"),
    "cannot_tell": gettext_lazy("Cannot tell"),
}
PAPERS: dict[str, StrOrPromise] = {
    "passport": gettext_lazy("passport"),
    "travel_document": gettext_lazy("travel document"),
    "identity_card": gettext_lazy("identity card"),
    "residence_permit": gettext_lazy("residence permit"),
    "consular_document": gettext_lazy("consular document"),
    "birth_certificate": gettext_lazy("birth certificate"),
    "visa": gettext_lazy("visa"),
    "national": gettext_lazy("national document"),
    "tax": gettext_lazy("tax number"),
    "other": gettext_lazy("other paper"),
}
CONSEQUENCES: dict[str, StrOrPromise] = {
    "inform": gettext_lazy("Only informs: it blocks nothing."),
    "refer": gettext_lazy("Refers: a person decides. A confirmed match is offered to the authority until a deadline."),
    "hold": gettext_lazy("A confirmed match holds the person until the authority takes over, or the deadline ends it."),
}
NOTES: dict[str, StrOrPromise] = {
    "same_token": gettext_lazy("the same word"),
    "same_sound": gettext_lazy("sounds the same, written otherwise"),
    "same_name": gettext_lazy("the same name in another language, or its short form"),
    "same_consonants": gettext_lazy("the same consonants, vowels written otherwise"),
    "one_letter_off": gettext_lazy("one letter differs"),
    "abd_left_out": gettext_lazy("the same, with or without the word for servant before it"),
    "joined": gettext_lazy("the same, written as one word or as two"),
    "initial": gettext_lazy("only an initial"),
    "resembles": gettext_lazy("looks alike, a letter or two differ"),
    "whole_name": gettext_lazy("the whole name agrees, however common it is"),
    "nearly_whole_name": gettext_lazy("nearly the whole name agrees, however common it is"),
    "another_name": gettext_lazy("another name altogether; names cannot speak against for more than this"),
    "names_say_no_more": gettext_lazy("names alone cannot count for more than this"),
    "only_alike": gettext_lazy("one word contradicts, and no other is more than alike"),
    "only_common": gettext_lazy("one word contradicts, and the others are borne by many"),
    "part_of_name": gettext_lazy(
        "two words or more are the same, the rest stands on one side only; no birth date to compare"
    ),
    "other_token": gettext_lazy("a different word in its place"),
    "token_not_listed": gettext_lazy("the list does not have this word"),
    "token_not_said": gettext_lazy("the person did not say this word"),
    "on_one_side": gettext_lazy("only one of the two has this word"),
    "other_reading": gettext_lazy("read as in another language that writes these characters; less likely"),
    "weak_alias": gettext_lazy("the list itself calls this name weak: a nickname, or doubtful"),
    "same_day": gettext_lazy("the same day"),
    "same_first_january": gettext_lazy("the same first of January, which is often a placeholder"),
    "same_month": gettext_lazy("the same month"),
    "same_year": gettext_lazy("the same year, another day"),
    "year_agrees": gettext_lazy("the year agrees, nothing closer is known"),
    "range_agrees": gettext_lazy("within the years that are known"),
    "day_month_swapped": gettext_lazy("day and month are swapped"),
    "day_or_month_off": gettext_lazy("day or month differs"),
    "month_off": gettext_lazy("the same year, another month"),
    "one_year_off": gettext_lazy("a year apart"),
    "two_years_off": gettext_lazy("two years apart"),
    "few_years_off": gettext_lazy("a few years apart"),
    "different_birth_date": gettext_lazy("another birth date"),
    "same_sex": gettext_lazy("agrees"),
    "other_sex": gettext_lazy("differs"),
    "same_nationality": gettext_lazy("agrees; it weighs nothing"),
    "other_nationality": gettext_lazy("differs; it weighs nothing"),
    "same_document": gettext_lazy("the same number"),
    "same_number_other_country": gettext_lazy("the same number, another country issued it"),
}
KINDS: dict[str, StrOrPromise] = {
    "name": gettext_lazy("Name"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "nationality": gettext_lazy("Nationality"),
    "document": gettext_lazy("Document"),
    "card": gettext_lazy("Card of another station"),
    "list": gettext_lazy("The list"),
}
_REASONS: dict[str, StrOrPromise] = {
    "hit": gettext_lazy("resembles an entry of the list %(what)s"),
    "inform": gettext_lazy("resembles an entry of the list %(what)s, which may only inform"),
    "kept_as_printed": gettext_lazy("an officer kept what is printed although a check digit contradicts it (%(what)s)"),
    "same_document": gettext_lazy("one document is registered for two people (%(what)s)"),
    "lost_document": gettext_lazy("reported lost or stolen; it may be the owner's own, found again (%(what)s)"),
    "document_not_accepted": gettext_lazy("a paper was found not to count (%(what)s)"),
    "expired_within_rule": gettext_lazy("expired, but not for longer than the corridor accepts (%(what)s)"),
    "accepted": gettext_lazy("shown: %(what)s"),
    "expired": gettext_lazy("expired: %(what)s"),
    "declared_identity": gettext_lazy("identity as declared"),
    "no_accepted_evidence": gettext_lazy("nothing shown that the corridor accepts"),
    "no_evidence_rule": gettext_lazy("the corridor asks for nothing"),
    "searched": gettext_lazy("searched"),
    "no_list": gettext_lazy("no list is in force to be searched in"),
    "list_missing": gettext_lazy("the corridor file names the list %(what)s, and it is not here to be searched in"),
    "decided_not_same": gettext_lazy("an analyst decided that it is somebody else, or in order"),
    "too_young": gettext_lazy("too young to be asked"),
    "vaccine_offer": gettext_lazy("to be offered: %(what)s"),
    "immunisation_complete": gettext_lazy("nothing to offer"),
    "review_lapsed": gettext_lazy("its time ran out"),
    "hand_over_expired": gettext_lazy("nobody took the match over in time"),
    "hand_over_ended": gettext_lazy("the hand-over has ended"),
    "objection_upheld": gettext_lazy("an objection was upheld"),
}
_STEPS = (4.0, 1.5)  # nats from which a piece is called strong, then clear
_LIMITS = frozenset(("whole_name", "nearly_whole_name", "names_say_no_more", "another_name"))


@dataclass(frozen=True, slots=True)
class Worded:
    """One piece of a score in words. `leaning`: for, against or none; `width` is a bar's, in per cent."""

    kind: str
    left: str
    right: str
    note: str
    leaning: str
    strength: str
    weight: float
    width: int


def check_name(check_id: str) -> str:
    return str(CHECKS.get(check_id, check_id))


def outcome_names(review_has_list: bool) -> Mapping[str, StrOrPromise]:
    """What the three answers are called: of a listed person, or of a paper in doubt."""
    return OUTCOMES if review_has_list else ABOUT_A_PAPER


def reason_words(codes: Iterable[str], titles: Mapping[str, str] | None = None) -> list[str]:
    """A check's reason codes as phrases; what follows a colon is a paper, a vaccine or a list."""
    found: dict[str, list[str]] = {}
    for code in codes:
        name, _colon, what = code.partition(":")
        found.setdefault(name, []).append(str((titles or {}).get(what) or PAPERS.get(what, what)))
    return [
        str(_REASONS[name]) % {"what": ", ".join(whats)} if name in _REASONS else name for name, whats in found.items()
    ]


def worded(pieces: Iterable[Mapping[str, Any]]) -> list[Worded]:
    """The pieces of a score, heaviest first in what they say for or against."""
    rows = sorted(pieces, key=lambda piece: (-abs(float(piece["weight"])), str(piece["kind"])))
    return [_worded(piece) for piece in rows]


def _worded(piece: Mapping[str, Any]) -> Worded:
    weight = float(piece["weight"])
    limit = piece["note"] in _LIMITS  # keeps the sum within the scale; it speaks for nobody
    return Worded(
        kind=str(KINDS.get(piece["kind"], piece["kind"])),
        left=str(piece["left"]),
        right=str(piece["right"]),
        note=str(NOTES.get(piece["note"], piece["note"])),
        leaning="none" if limit or not weight else "for" if weight > 0 else "against",
        strength=_("a limit of the scale") if limit else _strength(weight),
        weight=weight,
        width=min(100, round(abs(weight) * 10)),
    )


def _strength(weight: float) -> str:
    strong, clear = _STEPS
    size = abs(weight)
    if not size:
        return _("says nothing")
    if weight > 0:
        return (
            _("speaks strongly for")
            if size >= strong
            else _("speaks for")
            if size >= clear
            else _("speaks a little for")
        )
    return (
        _("speaks strongly against")
        if size >= strong
        else _("speaks against")
        if size >= clear
        else _("speaks a little against")
    )
