"""What fields of events are called where two versions of an entry stand side by side, and what opens some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PLACES = frozenset(("place", "origin", "destination", "border", "into", "arrived_place"))
FIELDS: dict[str, tuple[StrOrPromise, str]] = {
    "number": (gettext_lazy("Number"), ""),
    "person": (gettext_lazy("Person"), ""),
    "persons": (gettext_lazy("People"), ""),
    "group": (gettext_lazy("Group"), ""),
    "full_name": (gettext_lazy("Name as printed"), ""),
    "given_names": (gettext_lazy("Given names"), ""),
    "family_names": (gettext_lazy("Family names"), ""),
    "description": (gettext_lazy("Description"), ""),
    "sex": (gettext_lazy("Sex"), ""),
    "birth_first": (gettext_lazy("Born from"), ""),
    "birth_last": (gettext_lazy("Born until"), ""),
    "said_minor": (gettext_lazy("Said to be a child"), ""),
    "nationality": (gettext_lazy("Nationality"), ""),
    "feared_country": (gettext_lazy("Fears"), "needs.read"),
    "language": (gettext_lazy("Language"), ""),
    "relation": (gettext_lazy("Relation to the head"), ""),
    "head": (gettext_lazy("Heads the group"), ""),
    "guardian": (gettext_lazy("Guardian"), ""),
    "next_of_kin": (gettext_lazy("Whom to tell in an emergency"), ""),
    "other_card": (gettext_lazy("Card of another station"), ""),
    "documents": (gettext_lazy("Papers"), ""),
    "document": (gettext_lazy("Paper"), ""),
    "issuer": (gettext_lazy("Issued by"), ""),
    "expires": (gettext_lazy("Valid until"), ""),
    "needs": (gettext_lazy("Needs"), "needs.read"),
    "code": (gettext_lazy("Code"), ""),
    "place": (gettext_lazy("Place"), ""),
    "arrived_at": (gettext_lazy("Arrived"), ""),
    "arrived_place": (gettext_lazy("Arrived at"), ""),
    "kind": (gettext_lazy("Kind"), ""),
    "result": (gettext_lazy("Result"), ""),
    "results": (gettext_lazy("Results"), ""),
    "outcome": (gettext_lazy("Outcome"), ""),
    "reason": (gettext_lazy("Reason"), ""),
    "why": (gettext_lazy("Why"), ""),
    "due": (gettext_lazy("To be checked"), ""),
    "id": ("", ""),
    "note": (gettext_lazy("Note"), ""),
    "source": (gettext_lazy("Source"), ""),
}
