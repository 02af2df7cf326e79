"""What a store asks of everybody who signs in: second factors by role, and when sessions end. Kept in the store."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.acts import note_act
from cauce.access.roles import ROLES
from cauce.access.signin_models import SignedIn, SignInRule
from cauce.journal.errors import Misused

SECOND_FACTOR = "second_factor"
IDLE = "idle_minutes"
LONGEST = "longest_hours"
DEFAULTS: dict[str, Any] = {SECOND_FACTOR: [], IDLE: 60, LONGEST: 12}


def rules() -> dict[str, Any]:
    """Every rule with its value here."""
    return {**DEFAULTS, **dict(SignInRule.objects.values_list("name", "value"))}


def needs_second_factor(role: str) -> bool:
    """Whether somebody of that role signs in with a second factor only."""
    return role in rules()[SECOND_FACTOR]


def require_second_factor(*, roles: Collection[str], by: Actor) -> None:
    """From now on who has one of these roles, and nobody else, must have a second factor. Misused for another name."""
    by.require("accounts.manage")
    for role in roles:
        if role not in ROLES or role == "operator":
            known = ", ".join(one for one in ROLES if one != "operator")
            raise Misused(_("There is no role %(role)r. The roles are: %(known)s.") % {"role": role, "known": known})
    _set(SECOND_FACTOR, [role for role in ROLES if role in roles], by)


def limit_sessions(*, idle_minutes: int, longest_hours: int, by: Actor) -> None:
    """When sessions end. A shorter one holds at once, also for who is signed in. Misused for one without sense."""
    by.require("accounts.manage")
    if not (1 <= idle_minutes <= 720 and 1 <= longest_hours <= 24 and idle_minutes <= 60 * longest_hours):
        raise Misused(_("Sessions end after 1 to 720 minutes of nothing, and after 1 to 24 hours in any case."))
    with transaction.atomic():
        _set(IDLE, idle_minutes, by)
        _set(LONGEST, longest_hours, by)
        going = SignedIn.objects.filter(ended_at__isnull=True)
        going.filter(idle__gt=60 * idle_minutes).update(idle=60 * idle_minutes)
        longest = timedelta(hours=longest_hours)
        going.filter(Q(until__gt=F("started_at") + longest)).update(until=F("started_at") + longest)


def _set(name: str, value: Any, by: Actor) -> None:
    with transaction.atomic():
        SignInRule.objects.update_or_create(name=name, defaults={"value": value})
        told = ", ".join(value) if isinstance(value, list) else str(value)
        note_act(by=by, what="rule_changed", note=f"{name}: {told or '-'}")
