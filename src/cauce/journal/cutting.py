"""A store goes back to where its chain and its hub's copy of it parted: the one way in which entries leave a journal.

Only for a second store of one name, whose end the hub did not take in; `cauce.sync.aside` keeps what is cut off.
"""

from __future__ import annotations

from django.db import transaction

from cauce.journal import triggers
from cauce.journal.errors import Refused
from cauce.journal.ingest import Incoming
from cauce.journal.keys import ERASURES
from cauce.journal.models import Contested, Entry, Head, Mention, Node, PersonKey
from cauce.journal.rebuild import _check_keys, rebuild
from cauce.journal.services import GENESIS, before_the_head, lock_head


def cut_off(*, after: int) -> list[Incoming]:
    """Take the own entries after that number out of the journal, and make the rows again; the entries, in order.

    Keys stay, so that what was cut off can be read; who was erased in it stays erased. In one transaction: whatever
    stops it leaves all as it was. Refused when the chain has no such entry.
    """
    node = Node.here().name
    with transaction.atomic():
        before_the_head(alone=True)
        lock_head()
        own = Entry.objects.filter(node=node)
        last = own.filter(seq=after).values_list("hash", flat=True).first() if after else GENESIS
        if last is None:
            raise Refused(f"There is no entry {after} of {node} here. Nothing was changed.")
        gone = own.filter(seq__gt=after).order_by("seq")
        taken = [Incoming(*(getattr(row, name) for name in Incoming._fields)) for row in gone]
        numbers = list(gone.values_list("id", flat=True))
        _check_keys("IMMEDIATE")
        triggers.drop()
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            Mention.objects.filter(entry__in=some).delete()
            Contested.objects.filter(entry__in=some).delete()
            Entry.objects.filter(id__in=some).delete()
        Head.objects.filter(node=node).update(seq=after, hash=last)
        triggers.install()
        erased = [entry.person for entry in taken if entry.name in ERASURES and entry.person is not None]
        PersonKey.objects.filter(person__in=erased, wrapped__isnull=True).update(erased_elsewhere=True)
        rebuild()
    return taken
