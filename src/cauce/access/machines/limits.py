"""How often a machine may ask. Counted in this process, so that a restart begins anew."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Window:
    """Counts what happens to a key in windows of so many seconds."""

    name: str
    seconds: int

    def count(self, key: str) -> int:
        """Add one, and say how many there were in this window."""
        kept = self._key(key)
        cache.add(kept, 0, self.seconds)
        try:
            return int(cache.incr(kept))
        except ValueError:  # it ended between the two lines
            return 1

    def wait(self) -> int:
        """Seconds until the next window."""
        return self.seconds - int(time.time()) % self.seconds

    def _key(self, key: str) -> str:
        return f"machines:{self.name}:{key.encode().hex()[:150]}:{int(time.time()) // self.seconds}"
