"""Somebody is forgotten: the key goes, and whoever was present is present no longer."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal import blobs, keys
from cauce.journal.errors import Refused, Unknown
from cauce.journal.services import lock_head, record
from cauce.people import events, reach
from cauce.people.folding import fold
from cauce.people.identity import needed_reason
from cauce.people.models import Person
from cauce.people.staying import ended_unknown


def erase(*, person: UUID, reason: str, by: Actor) -> bool:
    """Forget who somebody was, for good: the key goes, and with it every sealed entry. False when it was done before.

    Of who is at a place the stay ends as unknown with it (F1): nobody could find, call or end a number without a name.
    The reason stays readable, so it must not tell who the person was (Refused when it holds a part of the name).
    """
    by.require("people.erase")
    why = needed_reason(reason)[:200]
    _scrub_freed_pages()
    with transaction.atomic():
        lock_head()
        row = Person.objects.filter(id=person).first()
        if row is None:
            raise Unknown(_("There is nobody here with that number."))
        reach.require(by, person)
        if row.erased:
            return False
        if {word for word in row.search.split() if len(word) > 2} & set(fold(why).split()):
            raise Refused(_("The reason would keep a part of the name. Say why without saying who."))
        record(*ended_unknown([person]), by=by)
        record(events.PersonErased(person=person, reason=why), by=by)
        keys.destroy(person)
        transaction.on_commit(lambda: blobs.discard(row.photo))
        transaction.on_commit(_empty_write_ahead_log)
    return True


def _scrub_freed_pages() -> None:
    # SQLite leaves what was deleted in its free pages until they are used again.
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _empty_write_ahead_log() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
