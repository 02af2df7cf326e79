"""Tokens for devices and partners: made, looked up, revoked. A token never does more than its account and its maker."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.acts import note_act
from cauce.access.models import Account
from cauce.access.roles import capabilities as table
from cauce.access.services import OPERATOR
from cauce.access.token_models import Token
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused, Unknown

PREFIX = "cauce_"  # so that a scanner of secrets finds one that was left in a file
LONGEST_DAYS = 366
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that was shown and is good: its row's id and name, until when, and who acts by it."""

    id: int
    name: str
    expires_at: datetime
    actor: Actor


def add_token(
    *, name: str, account: str, capabilities: Collection[str], place: str = "", days: float, by: Actor
) -> str:
    """Make a token that acts as `account` for so many days, and return its secret: it is never shown again.

    Each capability must be one of the account's role and one of the maker's. Raises Misused for a name, capability or
    number of days that makes no sense, NotAllowed for a capability beyond the maker's, Refused, Unknown.
    """
    by.require("tokens.manage")
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,59}", name):
        raise Misused(
            _("%(name)r is no name for a token: use 2 to 60 of a-z, 0-9, dot, dash and underscore.") % {"name": name}
        )
    if not 0 < days <= LONGEST_DAYS:
        raise Misused(_("Say after how many days the token ends: 1 to %(most)d.") % {"most": LONGEST_DAYS})
    owner = _owner(account)
    chosen = _chosen(capabilities, owner, by)
    at = _place(place, owner, by)
    secret = PREFIX + secrets.token_hex(32)
    now = clock.now()
    with transaction.atomic():
        if Token.objects.select_for_update().filter(name=name).exists():
            raise Refused(_("There is a token %(name)s already. Choose another name.") % {"name": name})
        Token.objects.create(
            name=name,
            digest=digest_of(secret),
            account=owner,
            capabilities=chosen,
            place=at,
            made_by=by.account,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        note_act(by=by, what="token_made", about=account, note=f"{name}: {' '.join(chosen)}")
    return secret


def _owner(account: str) -> Account:
    owner = Account.objects.filter(name=account, is_active=True).first()
    if owner is None:
        raise Unknown(_("There is no active account %(name)s for the token to act as.") % {"name": account})
    if owner.role == OPERATOR:
        raise Refused(
            _("The operator's account is for the command line of this machine. Make an account for the device first.")
        )
    return owner


def _chosen(capabilities: Collection[str], owner: Account, by: Actor) -> list[str]:
    if not capabilities:
        raise Misused(_("Say what the token is for: one capability at least."))
    for capability in capabilities:
        if owner.role not in table().get(capability, ()):
            raise Misused(
                _("The role of %(account)s does not have the capability %(capability)r. It has: %(known)s.")
                % {"account": owner.name, "capability": capability, "known": ", ".join(of_role(owner.role))}
            )
        by.require(capability)
    return sorted(set(capabilities))


def _place(place: str, owner: Account, by: Actor) -> str:
    at = place or owner.place
    if owner.place and at != owner.place:
        raise Refused(
            _("%(account)s works at %(place)s; a token of it cannot work at %(other)s.")
            % {"account": owner.name, "place": owner.place, "other": at}
        )
    by.require("tokens.manage", place=at)
    if by.place and not at:
        raise Refused(_("You work at %(place)s: make the token for that place.") % {"place": by.place})
    return at


def of_role(role: str) -> list[str]:
    """The capabilities of a role, by name."""
    return sorted(capability for capability, roles in table().items() if role in roles)


def tokens_for(actor: Actor) -> list[Token]:
    """Every token, those in use first, then by name; who works at one place sees those of that place."""
    actor.require("tokens.manage")
    rows = Token.objects.select_related("account").order_by("revoked_at", "name")
    if actor.place:
        rows = rows.filter(place=actor.place)
    return sorted(rows, key=lambda row: (row.revoked_at is not None, row.name))


def revoke_token(*, name: str, by: Actor) -> None:
    """From now on nobody comes in by that token. Unknown when there is none; one revoked before stays so."""
    by.require("tokens.manage")
    with transaction.atomic():
        row = Token.objects.select_for_update(of=("self",)).select_related("account").filter(name=name).first()
        if row is None:
            raise Unknown(_("There is no token %(name)s. `cauce token list` shows them.") % {"name": name})
        by.require("tokens.manage", place=row.place)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = clock.now(), by.account
            row.save(update_fields=["revoked_at", "revoked_by"])
            row.answers.all().delete()
            note_act(by=by, what="token_revoked", about=row.account.name, note=name)


def bearer_of(secret: str) -> Bearer | None:
    """Who acts by this secret; None for one that nobody has, that ended or was revoked, or whose account is closed.

    What the account's role has lost since, the token has lost too.
    """
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    row = Token.objects.select_related("account").filter(digest=digest_of(secret)).first()
    now = clock.now()
    if row is None or row.revoked_at is not None or row.expires_at <= now or not row.account.is_active:
        return None
    place = row.place or row.account.place
    if row.account.place and place != row.account.place:
        return None  # the account was moved to another place
    if row.last_used_at is None or now - row.last_used_at >= _USED_EVERY:
        Token.objects.filter(id=row.id).update(last_used_at=now)
    actor = Actor(row.account.name, row.account.role, place, frozenset(row.capabilities))
    return Bearer(row.id, row.name, row.expires_at, actor)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It holds 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
