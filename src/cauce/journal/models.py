"""The chain itself, its head, the keys beside it, and what a table must be that events make."""

from __future__ import annotations

from functools import lru_cache

from django.db import models


class Projection(models.Model):
    """A table that is nothing but what the events add up to: dropped and replayed by a rebuild."""

    class Meta:
        abstract = True


class Entry(models.Model):
    """One event of one node. Never changed, never deleted: a trigger says no."""

    id = models.BigAutoField(primary_key=True)  # order of receipt here
    node = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    name = models.CharField(max_length=80)
    version = models.SmallIntegerField()
    person = models.UUIDField(null=True)  # whose key seals `sealed`
    account = models.CharField(max_length=60)
    place = models.CharField(max_length=40, blank=True)
    happened_at = models.CharField(max_length=27)
    recorded_at = models.CharField(max_length=27)
    body = models.BinaryField()
    sealed = models.BinaryField(null=True)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "seq"], name="journal_entry_node_seq")]
        indexes = [
            # Half of the entries are about nobody in particular: those are not looked for by it.
            models.Index(fields=["person"], condition=models.Q(person__isnull=False), name="journal_entry_person")
        ]


class Mention(models.Model):
    """A person, besides the subject, in whose timeline an entry stands."""

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField(db_index=True)
    # Written with the entry, by the same function, and no entry ever goes: a key of the store's would ask again.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_constraint=False)


class Head(models.Model):
    """The last link of each chain; a writer locks its own before it checks anything.

    Of a partial chain (copies of what concerns this node, with gaps) `seq` is how many entries are here and `hash` the
    sum of their hashes modulo 2**256: whichever way they came in, one that goes missing is missed.
    """

    node = models.CharField(primary_key=True, max_length=40)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    partial = models.BooleanField(default=False)
    last_at: str = ""  # no column: when the last entry was recorded, where `lock_head` looked


class ClockJump(Projection):
    """A node's clock showed `now` where `expected` was to be expected."""

    entry = models.BigIntegerField(primary_key=True)
    node = models.CharField(max_length=40)
    against = models.CharField(max_length=20)
    expected = models.DateTimeField()
    now = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["node", "-entry"], name="journal_clockjump_last")]


class Taking(models.Model):
    """On SQLite a row stands here while another node's entries are applied, seen by that transaction alone. Local."""

    id = models.SmallIntegerField(primary_key=True)

    class Meta:
        db_table = "journal_taking"


class Contested(models.Model):
    """Another node's entry that is kept but whose rows a constraint of this store refused. Local.

    `why` is the name of the constraint or another code, and never holds what was told. A rebuild passes over the same
    entries.
    """

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT)
    why = models.CharField(max_length=120)
    at = models.DateTimeField()


class Standing(models.Model):
    """What takes long to work out of the rows, as it was when it was last made (standing.py). Local."""

    key = models.CharField(primary_key=True, max_length=160)
    mark = models.CharField(max_length=64)  # of what must not have changed since
    head = models.BigIntegerField()  # entries in all chains when it was begun
    begun_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # when somebody last looked
    value = models.BinaryField()


class Node(models.Model):
    """This node. Local: never in the journal, one row."""

    name = models.CharField(primary_key=True, max_length=40)
    training = models.BooleanField(default=False)
    clock_offset = models.FloatField(default=0.0)  # seconds; only a training store has one
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(training=True) | models.Q(clock_offset=0), name="journal_node_real_clock"
            )
        ]

    @staticmethod
    def here() -> Node:
        """This store's node, read once a process; `Node.forget()` after it changes."""
        return _node_here()

    @staticmethod
    def forget() -> None:
        _node_here.cache_clear()


@lru_cache(maxsize=1)
def _node_here() -> Node:
    return Node.objects.get()


class PersonKey(models.Model):
    """A person's key, wrapped by the node's master key. Local: erasing a person destroys this row's secret."""

    person = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField(null=True)  # null: erased for good
    erased_elsewhere = models.BooleanField(default=False)  # a node said so whose entry about it is still on its way

    class Meta:
        verbose_name = "person key"


class NodeKey(models.Model):
    """A secret of this node's own, wrapped by the master key: what numbers are hashed with, and the like. Local."""

    name = models.CharField(primary_key=True, max_length=20)
    wrapped = models.BinaryField()

    class Meta:
        verbose_name = "node key"


class Circle(Projection):
    """To whom a node's confidential notes of one sort are sealed: the public half of the circle's keys (age)."""

    id = models.CharField(primary_key=True, max_length=70)  # node:name
    node = models.CharField(max_length=40)
    name = models.CharField(max_length=20)
    recipient = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
