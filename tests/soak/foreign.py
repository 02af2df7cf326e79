"""What another node recorded about people who are here too, taken in as its copy would be."""

from __future__ import annotations

from django.db import transaction
from tests.chains import incoming

from cauce.journal import clock, services
from cauce.journal.events import Event
from cauce.journal.ingest import Incoming, take_in
from cauce.journal.keys import Ring
from cauce.journal.models import Entry, Head
from cauce.journal.services import GENESIS, MACHINE


class Elsewhere:
    """A node beside this one: its chain goes on with every fact that it tells."""

    def __init__(self, node: str = "hub") -> None:
        self.node, self.seq, self.hash = node, 0, GENESIS

    def tells(self, *facts: Event) -> None:
        """Record the facts on that node's chain, and take them in here."""
        take_in(self._recorded(facts), partial=True)

    def _recorded(self, facts: tuple[Event, ...]) -> list[Incoming]:
        now = clock.now()
        with transaction.atomic():
            Head.objects.filter(node=self.node).delete()
            head = Head.objects.create(node=self.node, seq=self.seq, hash=self.hash)
            services._chained(head, facts, MACHINE, (now, now), Ring())
            found = [incoming(e) for e in Entry.objects.filter(node=self.node, seq__gt=self.seq).order_by("seq")]
            transaction.set_rollback(True)
        self.seq, self.hash = found[-1].seq, found[-1].hash
        return found
