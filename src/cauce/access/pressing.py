"""A form has its effect once, however often its button is pressed and whichever process it reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction

from cauce.access.token_models import Pressed
from cauce.journal import clock, guard
from cauce.journal.errors import CauceError

KEPT = timedelta(hours=24)


def once(*, account: str, nonce: str, act: Callable[[], object]) -> bool:
    """Do `act` unless the account's form of that nonce did it before; False when it did.

    The mark and the effect are one transaction: no form counts as sent that had no effect. What `act` refuses is raised
    here and takes the mark away; what it wrote down about the refusal stays. Whoever comes second waits for the first.
    """
    refused: CauceError | None = None
    with guard.refusals(), transaction.atomic():
        row = _mark(account, nonce)
        if row is None:
            return False
        try:
            act()
        except CauceError as reason:
            refused = reason
            row.delete()
    if refused is not None:
        raise refused
    return True


def _mark(account: str, nonce: str) -> Pressed | None:
    """The mark of this form; None when it is there already."""
    if Pressed.objects.filter(account=account, nonce=nonce).exists():
        return None
    try:
        with transaction.atomic():
            return Pressed.objects.create(account=account, nonce=nonce, at=clock.now())
    except IntegrityError:
        return None


def sweep() -> None:
    """Forget forms so old that nobody has them open any more."""
    Pressed.objects.filter(at__lt=clock.now() - KEPT).delete()
