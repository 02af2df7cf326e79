"""A photograph of somebody, if they want one: redrawn, sealed under their own key, and gone when the key is (P15)."""

from __future__ import annotations

import time
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal import blobs, guard
from cauce.journal.errors import Refused
from cauce.journal.models import Contested
from cauce.journal.services import lock_head, record
from cauce.people import events, reach
from cauce.people.identity import living, needed_reason
from cauce.people.models import Person

PURPOSE = "people.photo"
STRAY = 3600.0  # seconds after which nobody is in the middle of taking it any more


def prepared(image: bytes) -> bytes:
    """The picture as it would be kept: a small plain JPEG. Refused, with what to do, for anything else."""
    from cauce.people.portrait import NotAPortrait, portrait  # only who takes photographs loads the decoders

    try:
        return portrait(image)
    except NotAPortrait as reason:
        raise Refused(_sentence(reason.code), code=reason.code) from reason


def _sentence(code: str) -> str:
    if code == "too_large":
        return _("The photo is larger than 8 MB. Take it again at a lower resolution. No photo was kept.")
    if code == "too_many_pixels":
        return _("The photo has more than 50 million pixels. Take it again at a lower resolution. No photo was kept.")
    return _("This file is no photo that can be read. Choose a JPEG, PNG or WebP picture. No photo was kept.")


def take_photo(*, person: UUID, image: bytes, by: Actor) -> str:
    """Keep a photograph of the person in place of an earlier one; the digest of its sealed blob.

    `image` is what the camera gave. Raises Refused for what is no picture and for somebody erased, Unknown, NotAllowed.
    """
    picture = prepared(image)
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        digest = blobs.keep(person, picture, PURPOSE)
        try:
            record(events.PhotoTaken(person=person, digest=digest), by=by)
        except BaseException:
            blobs.discard(digest)
            raise
        forget_file(row.photo)
    return digest


def remove_photo(*, person: UUID, reason: str, by: Actor) -> bool:
    """Take the photograph off the person, and its file off the disk; False when there is none."""
    why = needed_reason(reason)
    with transaction.atomic():
        lock_head()
        row = living(person)
        reach.at_work(row, by, "people.correct")
        if not row.photo:
            return False
        record(events.PhotoRemoved(person=person, reason=why), by=by)
        forget_file(row.photo)
    return True


def sweep() -> int:
    """Take away files that no row names: the process died before it had removed, or recorded, the photograph."""
    named = set(Person.objects.exclude(photo="").values_list("photo", flat=True))
    # What an entry says that is kept and not read yet may be read by a rebuild.
    waiting = Contested.objects.filter(entry__name=events.PhotoTaken.name).values_list("entry__body", flat=True)
    named |= {str(orjson.loads(bytes(body)).get("digest", "")) for body in waiting}
    return blobs.sweep(named, before=time.time() - STRAY)


def forget_file(digest: str) -> None:
    """Take the file away once the transaction holds: until then the row may still need it."""
    transaction.on_commit(lambda: blobs.discard(digest))
