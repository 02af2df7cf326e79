"""Accounts are made, given passwords and closed here; readings are noted here."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.models import Account, Reading, columns
from cauce.access.roles import ROLES
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.models import Head

READINGS = "readings"
OPERATOR = "operator"


def add_account(*, name: str, role: str, place: str = "", password: str = "", by: Actor | None = None) -> str:
    """Make an account; the password is returned, made up when none is given. `by` None only founds a store.

    Raises Misused for a bad name or role, Refused for a name that is taken or a short password.
    """
    if by is not None:
        by.require("accounts.manage")
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,59}", name):
        raise Misused(
            _("%(name)r is no account name: use 2 to 60 of a-z, 0-9, dot, dash and underscore.") % {"name": name}
        )
    if role not in ROLES:
        raise Misused(
            _("There is no role %(role)r. The roles are: %(known)s.") % {"role": role, "known": ", ".join(ROLES)}
        )
    if password and len(password) < 10:
        raise Refused(_("The password is too short: use at least 10 characters, or leave it out to have one made."))
    if Account.objects.filter(name=name).exists():
        raise Refused(
            _("There is an account %(name)s already. Choose another name, or give it a new password.") % {"name": name}
        )
    chosen = password or secrets.token_urlsafe(12)
    account = Account(name=name, role=role, place=place)
    account.set_password(chosen)
    account.save()
    return chosen


def set_password(*, name: str, password: str = "", by: Actor) -> str:
    """Give an account a new password and return it."""
    if by.account != name:
        by.require("accounts.manage")
    if password and len(password) < 10:
        raise Refused(_("The password is too short: use at least 10 characters, or leave it out to have one made."))
    account = _account(name)
    chosen = password or secrets.token_urlsafe(12)
    account.set_password(chosen)
    account.save()
    return chosen


def disable_account(*, name: str, by: Actor) -> None:
    """Close an account. What it did stays recorded under its name.

    Raises Refused for one's own, and for the last administrator: nobody could open it again.
    """
    by.require("accounts.manage")
    if name == by.account:
        raise Refused(_("This is your own account. Ask another administrator to disable it."))
    with transaction.atomic():
        # Locked together: of two administrators who disable each other at once, one is too late.
        administrators = list(
            Account.objects.select_for_update().filter(role="administrator", is_active=True).order_by("id")
        )
        account = _account(name)
        if [one.name for one in administrators] == [name]:
            raise Refused(
                _("%(name)s is the only administrator. Make another one first, then disable this one.") % {"name": name}
            )
        account.is_active = False
        account.save(update_fields=["is_active"])


def enable_account(*, name: str, by: Actor) -> None:
    """Open a closed account again, with the password it had. One that is open stays so."""
    by.require("accounts.manage")
    account = _account(name)
    account.is_active = True
    account.save(update_fields=["is_active"])


def actor_named(name: str) -> Actor:
    """The actor of an active account; Unknown when there is none."""
    account = _account(name)
    if not account.is_active:
        raise Unknown(_("The account %(name)s is disabled. Use another, or ask an administrator.") % {"name": name})
    return Actor(account=account.name, role=account.role, place=account.place)


def _account(name: str) -> Account:
    try:
        return Account.objects.get(name=name)
    except Account.DoesNotExist:
        raise Unknown(
            _("There is no account %(name)s. `cauce account add %(name)s --role ROLE` makes one.") % {"name": name}
        ) from None


def note_reading(*, actor: Actor, what: str, persons: Iterable[UUID]) -> None:
    """Write down that the actor read about these persons, in a chain of its own."""
    with transaction.atomic():
        Head.objects.get_or_create(node=READINGS, defaults={"seq": 0, "hash": "0" * 64})
        head = Head.objects.select_for_update().get(node=READINGS)
        rows = []
        for person in persons:
            row = Reading(
                account=actor.account,
                role=actor.role,
                place=actor.place,
                what=what,
                person=person,
                at=clock.stamp(clock.now()),
                prev=head.hash,
            )
            row.hash = hashlib.sha256("\x00".join((head.hash, *columns(row))).encode()).hexdigest()
            head.hash, head.seq = row.hash, head.seq + 1
            rows.append(row)
        Reading.objects.bulk_create(rows)
        head.save()
