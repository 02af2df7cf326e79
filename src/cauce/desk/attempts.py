"""How often somebody may try: wrong passwords and wrong PINs are counted, and waited out."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Tries:
    """At most `most` failures in `seconds` for one key. Counted in this process: a restart begins anew."""

    name: str
    most: int
    seconds: int

    def left(self, key: str) -> int:
        """How many more failures are allowed; 0 when it is locked."""
        return max(0, self.most - int(cache.get(self._key(key), 0)))

    def failed(self, key: str) -> int:
        """Count one failure and return how many are left. The time begins with the first one."""
        cache.add(self._key(key), 0, self.seconds)
        try:
            return max(0, self.most - int(cache.incr(self._key(key))))
        except ValueError:  # it expired between the two lines
            return self.most - 1

    def clear(self, key: str) -> None:
        """A success forgets the failures."""
        cache.delete(self._key(key))

    def _key(self, key: str) -> str:
        return f"tries:{self.name}:{key.encode().hex()[:180]}"
