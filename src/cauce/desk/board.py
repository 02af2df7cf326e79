"""The station board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.pages import page
from cauce.corridor.selectors import in_force
from cauce.desk.context import doors_of
from cauce.desk.selectors import board_for, places_of
from cauce.journal.clock_jumps import recent
from cauce.journal.errors import Unknown
from cauce.sync.matters import open_count
from cauce.vetting.lacking import lacking


def start(request: HttpRequest) -> HttpResponseBase:
    """The site's first address: the board, or the first page of a role that has no board."""
    account = request.user
    if isinstance(account, Account):
        doors = doors_of(account.role)
        if doors and doors[0].url != "desk:board":
            return redirect(doors[0].address)
    return board(request)


@page("board.read")
def board(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?place=ID` chooses a place; without it the officer's own, or all."""
    corridor = in_force()
    chosen = request.GET.get("place", "")
    if chosen and chosen not in {place.id for place in corridor.places}:
        raise Unknown(_("%(place)r is no place of the corridor.") % {"place": chosen})
    context = {
        "board": board_for(actor, chosen),
        "corridor": corridor,
        "tabs": [] if actor.place else places_of(corridor),
        "jumps": recent(),
        "lists": lacking(),
        "names_lists": actor.may("lists.read"),
        "between": open_count(actor),
        "names": {place.id: place.name for place in corridor.places},
    }
    return render(request, "desk/board.html", context)


start.capability = "board.read"  # type: ignore[attr-defined]
