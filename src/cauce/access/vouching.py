"""Somebody who stands beside the terminal proves who they are, to agree to what another account does there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.attempts import Tries
from cauce.access.models import Account
from cauce.journal.errors import NotAllowed

BY_NAME = Tries("name", 5)  # the same count as at the desk


def vouched(*, name: str, password: str) -> Actor:
    """The account that name and password open: active, with a password of its own choice. NotAllowed for anything else,
    and while too many wrong ones were tried; a try counts before it is looked at."""
    if not BY_NAME.take(name):
        account = Account.objects.filter(name=name, is_active=True, must_choose=False).exclude(role="operator").first()
        if account is not None and account.check_password(password):
            BY_NAME.clear(name)
            return Actor(account=account.name, role=account.role, place=account.place)
    raise NotAllowed(_("Name and password do not fit together, or too many were tried. Nothing was changed."))
