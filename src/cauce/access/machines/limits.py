"""How often a machine may ask. Counted in the store, so that all processes count together."""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection

from cauce.access.token_models import Asked

LONGEST = 24 * 3600  # seconds: no window is longer

# One statement, so that no two processes read the same count.
_COUNT = (
    "INSERT INTO access_asked (key, since, count) VALUES (%s, %s, 1) ON CONFLICT (key) DO UPDATE SET "
    "count = CASE WHEN access_asked.since = excluded.since THEN access_asked.count + 1 ELSE 1 END, "
    "since = excluded.since RETURNING count"
)


@dataclass(frozen=True, slots=True)
class Window:
    """Counts what happens to a key in windows of so many seconds."""

    name: str
    seconds: int

    def count(self, key: str) -> int:
        """Add one, and say how many there were in this window."""
        now = int(time.time())
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [self._key(key), now - now % self.seconds])
            return int(cursor.fetchone()[0])

    def wait(self) -> int:
        """Seconds until the next window."""
        return self.seconds - int(time.time()) % self.seconds

    def _key(self, key: str) -> str:
        return sha256(f"{self.name}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()


def sweep() -> None:
    """Forget windows that are over."""
    Asked.objects.filter(since__lt=int(time.time()) - LONGEST).delete()
