"""What the rooms' pages share: a service called from a form, one effect of a form sent twice, rows by the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from cauce.access import pressing
from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Place
from cauce.journal.errors import Conflict, Misused, Refused

WRONG = 422  # what was typed cannot be done; it stands in the form again
CHANGED = 409  # somebody else was first


def attempt(form: forms.Form, act: Callable[[], object], field: str | None = None) -> bool:
    """Whether `act` went through; a refusal becomes an error of the form, of `field` when one is to blame.

    A Conflict goes through to the page, which has something better to show than the form.
    """
    try:
        act()
    except Conflict:
        raise
    except (Refused, Misused) as reason:
        form.add_error(field, str(reason))
        return False
    return True


def status_of(form: forms.Form) -> int:
    """200 for a form as it was first shown, 422 once it came back."""
    return WRONG if form.errors else 200


class OnceForm(forms.Form):
    """A form that has its effect once, however often its button is pressed."""

    nonce = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nonce"].initial = lambda: get_random_string(24)

    def once(self, actor: Actor, act: Callable[[], object]) -> bool:
        """Do `act` unless this very form did it before. True when it is done, now or earlier."""
        nonce = self.cleaned_data["nonce"]
        if not nonce:
            return attempt(self, act)
        return attempt(self, lambda: pressing.once(account=actor.account, nonce=nonce, act=act))


def page_of(request: HttpRequest, rows: Sequence[Any] | QuerySet[Any], size: int = 100) -> Page[Any]:
    """The page of the rows that `?page=` asks for; the nearest one for nonsense."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def place_name(place: str) -> str:
    """What the corridor calls the place; its id when an earlier corridor file named it."""
    return next((p.name for p in in_force().places if p.id == place), place)


def choices(places: Iterable[Place]) -> list[tuple[str, str]]:
    return [(place.id, place.name) for place in places]
