"""Accounts are made, given passwords and closed here; readings are noted here."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access import confidants
from cauce.access.actor import Actor
from cauce.access.acts import locked, note_act
from cauce.access.models import Account, Reading, columns
from cauce.access.passwords import LONGEST, SHORTEST, weakness
from cauce.access.roles import ROLES
from cauce.access.sessions import end_all
from cauce.access.stretching import once
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.models import Node

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

READINGS = "readings"
OPERATOR = "operator"


def add_account(*, name: str, role: str, place: str = "", password: str = "", by: Actor | None = None) -> str:
    """Make an account; the password is returned, made up when none is given. `by` None only founds a store.

    The password opens nothing but the choice of another one, made up or given; in a training store the class knows it,
    and a given one opens the desk. Raises Misused for a bad name or role,
    Refused for a name that is taken, a password that is easy to guess, or a second account for the command line.
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
    if role == OPERATOR and by is not None:
        raise Refused(
            _("The role operator is the command line's own; a store has one such account. Choose another role.")
        )
    check_password(password, account=name)
    chosen = password or secrets.token_urlsafe(12)
    with transaction.atomic():
        if Account.objects.filter(name=name).exists():
            raise Refused(
                _("There is an account %(name)s already. Choose another name, or give it a new password.")
                % {"name": name}
            )
        must_choose = not password or (by is not None and not Node.here().training)
        account = Account(name=name, role=role, place=place, must_choose=must_choose)
        account.set_password(chosen)
        account.save()
        note_act(by=by, what="account_added", about=name, note=f"{role} {place}".strip())
    return chosen


def set_password(*, name: str, password: str = "", by: Actor) -> str:
    """Give an account a new password and return it. Its sessions end, and it has to be changed at once.

    So it is under one's own name too: at the command line anybody can name anybody. One's own is changed with
    `choose_password`, which asks for the old one. A training store is as in `add_account`.
    """
    if by.account != name:
        by.require("accounts.manage")
    check_password(password, account=name)
    chosen = password or secrets.token_urlsafe(12)
    with transaction.atomic():
        account = _account(name)
        account.set_password(chosen)
        account.must_choose = not password or not Node.here().training
        account.save()
        confidants.forget(account)  # whoever knows this password is not yet whoever was let into the notes
        end_all(account, why="password")
        note_act(by=by, what="password_given", about=name)
    return chosen


@once()
def choose_password(*, old: str, new: str, by: Actor, session: int | None = None) -> Account:
    """Change one's own password. All other sessions end; `session` is one's own and goes on.

    Refused when the old one is wrong or the new one is the same or easy to guess. Tries are counted by the caller.
    """
    account = _account(by.account)
    if not account.check_password(old):
        raise Refused(_("This is not your present password."))
    if new == old:
        raise Refused(_("The new password is the old one. Choose another."))
    if not new:
        raise Refused(_("Choose a password."))
    check_password(new, account=account.name)
    with transaction.atomic():
        account = _as_it_was(account, old)
        account.set_password(new)
        account.must_choose = False
        account.save()
        confidants.rewrap(account, old, new)
        end_all(account, why="password", but=session)
        note_act(by=by, what="password_chosen", about=account.name)
    return account


def _as_it_was(account: Account, old: str) -> Account:
    """The account, locked; refused where somebody gave it another password, or closed it, since the old one was asked.

    What stretches a password is not done twice under the lock, unless what is stored has changed.
    """
    now = Account.objects.select_for_update().get(pk=account.pk)
    if not now.is_active or (now.password != account.password and not now.check_password(old)):
        raise Refused(_("This is not your present password."))
    return now


def check_password(password: str, *, account: str) -> None:
    """Refused for one that is short or easy to guess; the empty one asks to have one made."""
    why = weakness(password, account=account, words=(_node_name(),)) if password else ""
    if why:
        raise Refused(_WEAK[why] % {"shortest": SHORTEST, "longest": LONGEST}, code=f"password_{why}")


_WEAK: dict[str, StrOrPromise] = {
    "too_short": gettext_lazy("The password is too short: use at least %(shortest)d characters; a few words are easy."),
    "too_long": gettext_lazy("The password is too long: use at most %(longest)d characters."),
    "pattern": gettext_lazy("The password is a row, a date or a repetition, and quickly guessed. Use a few words."),
    "own_name": gettext_lazy("The password is hardly more than a name that anybody here would try. Use a few words."),
    "common": gettext_lazy("Many people use this password, so it is tried first. Use a few words of your own."),
}


def _node_name() -> str:
    return Node.objects.values_list("name", flat=True).first() or ""


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
        confidants.forget(account)
        end_all(account, why="disabled")
        note_act(by=by, what="account_disabled", about=name)


def enable_account(*, name: str, by: Actor) -> None:
    """Open a closed account again, with the password it had. One that is open stays so."""
    by.require("accounts.manage")
    account = _account(name)
    with transaction.atomic():
        account.is_active = True
        account.save(update_fields=["is_active"])
        note_act(by=by, what="account_enabled", about=name)


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
        head = locked(READINGS)
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
