"""F8: a disk that fills stops with a clear message, and nothing that was said to be saved is lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from tests.factories import a_family

from cauce import store as stores
from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.cli import main
from cauce.desk.middleware import LocalPage
from cauce.journal import blobs
from cauce.journal.errors import Refused
from cauce.journal.full import is_full
from cauce.journal.models import Entry
from cauce.journal.verify import verify
from cauce.people.models import Person

pytestmark = pytest.mark.one_store  # how SQLite is told that there is no room


@pytest.fixture
def full(transactional_store: dict[str, Actor]) -> Iterator[dict[str, Actor]]:
    """A family is registered, and from then on the store may not grow by a page."""
    a_family(transactional_store)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    yield transactional_store
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


def until_full(actors: dict[str, Actor]) -> OperationalError:
    """Register families until there is no room, each saved whole or not at all; what the store said then."""
    saved = Person.objects.count()
    with pytest.raises(OperationalError) as met:
        _register(actors)
    assert Person.objects.count() >= saved
    return met.value


def _register(actors: dict[str, Actor]) -> None:
    for _ in range(200):
        a_family(actors, size=3)


def test_f8_what_was_saved_before_the_disk_filled_is_there_and_the_rest_is_not(full: dict[str, Actor]) -> None:
    assert is_full(until_full(full))
    assert Person.objects.count() % 3 == 0, "a family is registered whole or not at all"
    assert verify().first_bad is None
    assert Entry.objects.count() == Entry.objects.latest("seq").seq


def test_f8_the_desk_says_that_the_disk_is_full_and_that_nothing_was_saved(full: dict[str, Actor]) -> None:
    reason = until_full(full)
    account = Account(name="rosa", role="registrar")

    request = RequestFactory().post("/register/")
    request.user = account  # type: ignore[assignment]
    answer = LocalPage(lambda _: None).process_exception(request, reason)  # type: ignore[arg-type, return-value]
    assert answer is not None
    assert answer.status_code == 507
    assert "Nothing of this was saved" in answer.content.decode()
    assert LocalPage(lambda _: None).process_exception(request, ValueError("x")) is None  # type: ignore[arg-type, return-value]
    assert Client().get("/login/").status_code == 200


def test_f8_the_command_line_says_so_and_the_rows_stay(full: dict[str, Actor], monkeypatch, capsys) -> None:
    until_full(full)
    before = Person.objects.count()

    def no_room(*_: object, **__: object) -> Actor:
        for _number in range(50):
            a_family(full)
        raise AssertionError("there was room")

    monkeypatch.setattr(stores, "open_store", no_room)
    with pytest.raises(SystemExit) as left:
        main(["journal", "verify"])
    assert left.value.code == 1
    assert "The disk is full. Nothing of this was saved" in capsys.readouterr().err
    assert Person.objects.count() >= before


def test_f8_a_photograph_that_does_not_fit_leaves_nothing_behind(store: dict[str, Actor], monkeypatch) -> None:
    person: UUID = a_family(store).person_ids[0]

    def no_room(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(Refused, match="disk is full"):
        blobs.keep(person, b"a photograph", "photo")
    assert not list(blobs.folder().rglob("*.partial"))
