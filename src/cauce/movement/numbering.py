"""The number by which a manifest is called: place, day, and which one of the day: `LB-230815-3`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

from cauce.corridor.shape import Corridor
from cauce.movement.models import Manifest


def prefix(corridor: Corridor, place: str) -> str:
    """The first letters of the place's words; the shortest start of its id that is its own where others share them."""
    starts = {p.id: "".join(word[0] for word in p.id.split("_") if word) for p in corridor.places}
    short = starts.get(place, place)
    if sum(1 for start in starts.values() if start == short) > 1 or len(short) < 2:
        others = [other for other in starts if other != place]
        plain = place.replace("_", "")
        lengths = range(2, len(plain) + 1)
        short = next(
            (plain[:n] for n in lengths if not any(o.replace("_", "").startswith(plain[:n]) for o in others)), plain
        )
    return short.upper()[:8]


def manifest_numbers(corridor: Corridor, place: str, day: date) -> Iterator[str]:
    """Numbers that no manifest of this place and day has yet, in order."""
    start = f"{prefix(corridor, place)}-{day:%y%m%d}-"
    used = set(Manifest.objects.filter(number__startswith=start).values_list("number", flat=True))
    for number in count(1):
        if f"{start}{number}" not in used:
            yield f"{start}{number}"
