"""How often somebody may try: wrong passwords, codes and PINs are counted in the store, and waited out.

The count survives a restart and is shared by all processes. A try is counted before it is looked at, so that many at
once are no more than many one after the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from cauce.access.signin_models import Attempt
from cauce.journal import clock


@dataclass(frozen=True, slots=True)
class Tries:
    """`free` failures, then a wait of `first` seconds that doubles with every further one, up to `longest`.

    Forgotten `forget` seconds after the last failure.
    """

    name: str
    free: int
    first: int = 60
    longest: int = 15 * 60
    forget: int = 24 * 3600

    def wait(self, key: str) -> int:
        """Seconds until the next try; 0 when it may be now."""
        row = Attempt.objects.filter(key=self._key(key)).first()
        return self._left(row, clock.now()) if row else 0

    def take(self, key: str) -> int:
        """Count a try as if it had failed, and return 0; or count nothing and return the seconds to wait."""
        now = clock.now()
        with transaction.atomic():
            Attempt.objects.get_or_create(key=self._key(key), defaults={"last_at": now})
            row = Attempt.objects.select_for_update().get(key=self._key(key))
            if left := self._left(row, now):
                return left
            if row.last_at + timedelta(seconds=self.forget) <= now:
                row.count = 0
            row.count += 1
            row.last_at = now
            over = row.count - self.free
            row.until = (
                now + timedelta(seconds=min(self.first * 2 ** min(over, 30), self.longest)) if over >= 0 else None
            )
            row.save()
            if row.count == 1:
                _forget_the_old(now)
        return 0

    def clear(self, key: str) -> None:
        """A success forgets the failures."""
        Attempt.objects.filter(key=self._key(key)).delete()

    def give_back(self, key: str) -> None:
        """The try just taken was right; those before it stay counted."""
        with transaction.atomic():
            row = Attempt.objects.select_for_update().filter(key=self._key(key)).first()
            if row is not None:
                row.count = max(0, row.count - 1)
                if row.count < self.free:
                    row.until = None
                row.save()

    def _left(self, row: Attempt, now: datetime) -> int:
        if row.until is None:
            return 0
        left = math.ceil((row.until - now).total_seconds())
        # A clock that was set back must not lock somebody out for a year.
        return 0 if left > self.longest else max(0, left)

    def _key(self, key: str) -> str:
        return salted_hmac("cauce.attempts", f"{self.name}\0{key}", algorithm="sha256").hexdigest()


def _forget_the_old(now: datetime) -> None:
    Attempt.objects.filter(last_at__lt=now - timedelta(days=2)).delete()


def network_of(address: str) -> str:
    """The address as it is counted: of IPv6 the network, in which one machine may have any number of addresses."""
    return ":".join(address.split(":")[:4]) if ":" in address else address
