"""A clock that jumped is recorded and shown. Nothing else follows from it: order is that of sequences.

Three things are compared with the present: the last entry of this node's chain, the seconds that the machine counted
since it was last looked (which no setting of the clock changes), and the hub's clock in an exchange.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from cauce.journal import clock
from cauce.journal.events import Event, Recorded, applies, event
from cauce.journal.models import ClockJump, Node
from cauce.journal.rows import insert

LAST, RUNNING, HUB = "last_entry", "running", "hub"
BACK = timedelta(seconds=10)  # network time nudges a clock by less
RAN = timedelta(minutes=2)
QUIET = timedelta(days=7)  # a store may well be left alone for that long
SKEW = timedelta(minutes=2)
SHOWN = timedelta(days=3)


@event("journal.clock_jumped", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ClockJumped(Event):
    """This node's clock is not where it should be: it showed `now` where `expected` was to be expected.

    `against` says from what: `last_entry`, `running` (the machine's own count of seconds) or `hub`.
    """

    expected: datetime
    now: datetime
    against: str


@applies(ClockJumped)
def note_jumps(records: list[Recorded[ClockJumped]]) -> None:
    insert(
        ClockJump(
            entry=r.entry,
            node=r.node,
            against=r.event.against,
            expected=r.event.expected,
            now=r.event.now,
        )
        for r in records
    )


def since_last(last: str, now: datetime) -> ClockJumped | None:
    """The jump that lies between the last entry's time (a stamp, empty for none) and now. None in tests and replays."""
    if not last or not clock.is_running():
        return None
    before = clock.unstamp(last)
    if before - BACK <= now <= before + QUIET:
        return None
    return ClockJumped(expected=before, now=now, against=LAST)


class Watch:
    """Compares the clock with the machine's own count of seconds, from one look to the next. One a process."""

    def __init__(self) -> None:
        self._seen: tuple[float, datetime] | None = None

    def look(self) -> ClockJumped | None:
        """Record the jump since the last look, if there was one and nobody recorded it yet."""
        counted, now = counted_seconds(), clock.now()
        before, self._seen = self._seen, (counted, now)
        if before is None:
            return None
        expected = before[1] + timedelta(seconds=counted - before[0])
        return _record(ClockJumped(expected=expected, now=now, against=RUNNING)) if abs(now - expected) > RAN else None


def compare_with_hub(hub: datetime, *, asked: datetime, answered: datetime) -> ClockJumped | None:
    """Record it when the hub's clock is far from ours, and was not just as far when we last recorded that.

    `hub` is what it showed when it answered, between our `asked` and `answered` (the same moment for a stick, whose
    journey nobody knows: then only a clock behind the hub's tells anything, and the caller leaves out the other).
    """
    if asked - SKEW <= hub <= answered + SKEW:
        return None
    jump = ClockJumped(expected=hub, now=answered, against=HUB)
    last = ClockJump.objects.filter(node=Node.here().name, against=HUB).order_by("-entry").first()
    if last is not None and abs((last.now - last.expected) - (jump.now - jump.expected)) < SKEW:
        return None
    return _record(jump)


def _record(jump: ClockJumped) -> ClockJumped | None:
    from cauce.journal.services import MACHINE, lock_head, record

    with transaction.atomic():
        lock_head()
        last = ClockJump.objects.filter(node=Node.here().name).order_by("-entry").first()
        if jump.against == RUNNING and last is not None and abs(last.now - jump.now) < RAN:
            return None  # whoever wrote first after the jump has recorded it
        record(jump, by=MACHINE)
    return jump


def counted_seconds() -> float:
    """Seconds since the machine was started, sleep included where the system tells that."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class Shown:
    """A jump for the screen. `seconds` is positive for a clock that is ahead."""

    node: str
    at: datetime
    expected: datetime
    seconds: float
    against: str


def recent(limit: int = 3) -> list[Shown]:
    """The last jumps that are worth a look, the newest first: within three days of what the clock shows now."""
    now = clock.now()
    rows = ClockJump.objects.order_by("-entry")[:limit]
    return [
        Shown(row.node, row.now.astimezone(UTC), row.expected, (row.now - row.expected).total_seconds(), row.against)
        for row in rows
        if abs(row.now - now) <= SHOWN
    ]
