"""Who looked at a person, as that person may hear it: role and station, never the officer's name (P17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.models import Account, Reading
from cauce.journal import clock
from cauce.journal.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Look:
    role: str
    place: str
    what: str
    at: datetime


def looks_for(person: UUID) -> list[Look]:
    """Newest first. For the person in question; carries no officer's name."""
    rows = Reading.objects.filter(person=person).order_by("-id")[:200]
    return [Look(row.role, row.place, row.what, clock.unstamp(row.at)) for row in rows]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a request; NotAllowed for nobody."""
    account = request.user
    if not isinstance(account, Account) or not account.is_active:
        raise NotAllowed(_("Sign in first."))
    return Actor(account=account.name, role=account.role, place=account.place)


def accounts_for(actor: Actor) -> list[Account]:
    actor.require("accounts.manage")
    return list(Account.objects.order_by("name"))
