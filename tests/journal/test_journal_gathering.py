"""Rows that are kept together until something is asked of the store end as they would one after the other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from cauce.journal.events import new_id
from cauce.journal.rows import insert, put, those, together, update, upsert
from cauce.vetting.models import CheckResult

pytestmark = pytest.mark.django_db
AT = datetime(2023, 8, 15, 23, 30, tzinfo=UTC)
MANY = 45  # so many rows go another way into PostgreSQL than a few


def a_check(person: UUID, result: str = "clear", check_id: str = "document", **more: object) -> CheckResult:
    told = {"id": person, "person": person, "check_id": check_id, "result": result, "at": AT}
    return CheckResult(**(told | more))


def a_day(persons: list[UUID], old: list[UUID]) -> None:
    """Checks start and end, some of them checks that were here before."""
    insert(a_check(person, "pending", waived_by="w") for person in persons)
    upsert([a_check(p, "refer", started=7, due=True) for p in (*persons[:5], *old)], update=("result", "started"))
    update(CheckResult, ("reasons", "at"), [(p, ["x"], AT + timedelta(hours=1)) for p in (*persons, *old)])
    upsert([a_check(p, waived_by="z", due=True) for p in (*persons[3:], *old)], update=("result", "due"))
    update(CheckResult, ("result",), [(p, "lapsed") for p in old[:2]])
    update(CheckResult, ("waived_by",), [(new_id(), "nobody")])


def rows_of(persons: list[UUID]) -> list[tuple[object, ...]]:
    found = CheckResult.objects.in_bulk(persons)
    names = [field.attname for field in CheckResult._meta.concrete_fields if field.attname not in ("id", "person")]
    return [tuple(getattr(found[person], name) for name in names) for person in persons]


def after(how: Callable[[], object], count: int) -> list[tuple[object, ...]]:
    persons, old = [new_id() for _ in range(count)], [new_id() for _ in range(count)]
    insert(a_check(person, check_id="old") for person in old)
    with transaction.atomic(), how():  # type: ignore[attr-defined]
        a_day(persons, old)
    return [*rows_of(persons), *rows_of(old)]


@pytest.mark.parametrize("count", [6, MANY])
def test_rows_end_as_they_would_one_after_the_other(count: int) -> None:
    assert after(together, count) == after(nullcontext, count)


def test_whoever_asks_finds_what_was_told() -> None:
    one, two = new_id(), new_id()
    with transaction.atomic(), together():
        insert([a_check(one)])
        update(CheckResult, ("result",), [(one, "refer")])
        assert CheckResult.objects.get(id=one).result == "refer"
        insert([a_check(two)])
        CheckResult.objects.filter(id=two).update(result="lapsed")
    assert CheckResult.objects.get(id=two).result == "lapsed"


def test_a_row_is_written_once_however_often_it_is_told_of() -> None:
    persons = [new_id() for _ in range(MANY)]
    seen: list[str] = []

    def count(execute: Callable[..., object], sql: str, *rest: object) -> object:
        seen.append(sql)
        return execute(sql, *rest)

    with transaction.atomic(), connection.execute_wrapper(count), together():
        insert(a_check(person, "pending") for person in persons)
        for result in ("refer", "clear", "lapsed"):
            update(CheckResult, ("result",), [(person, result) for person in persons])
    assert not [sql for sql in seen if sql.startswith("UPDATE")]
    assert {result for result, *_ in CheckResult.objects.values_list("result")} == {"lapsed"}


def test_what_is_asked_again_and_again_is_answered_without_writing() -> None:
    """Rows that are there, changed or not, and rows that wait; the same as after everything is written."""
    persons = [new_id() for _ in range(6)]
    insert(a_check(person, "pending") for person in persons[:3])
    wrote: list[str] = []

    def look(execute: Callable[..., object], sql: str, *rest: object) -> object:
        wrote.extend([sql] if not sql.startswith("SELECT") else [])
        return execute(sql, *rest)

    with transaction.atomic(), together():
        insert(a_check(person, "pending") for person in persons[3:5])
        update(CheckResult, ("result",), [(person, "refer") for person in (persons[1], persons[4])])
        upsert([a_check(persons[2], "lapsed", started=9)], update=("started",))
        with connection.execute_wrapper(look):
            asked = {by: those(CheckResult, by, persons, "result", "id", "started") for by in ("id", "person")}
        assert not wrote
    for found in asked.values():
        assert sorted(found, key=str) == sorted(CheckResult.objects.values_list("result", "id", "started"), key=str)
    assert len(asked["id"]) == 5


def test_what_is_there_is_left_as_it_is() -> None:
    persons = [new_id() for _ in range(MANY)]
    insert(a_check(person, "refer") for person in persons[:2])
    told = [(person, person, "document", "clear", AT) for person in persons]
    with transaction.atomic(), together():
        put(CheckResult, ("id", "person", "check_id", "result", "at"), [*told, *told[:4]], update=None)
    put(CheckResult, ("id", "person", "check_id", "result", "at"), told[:3], update=None)
    assert [row[0] for row in rows_of(persons)].count("document") == MANY
    assert CheckResult.objects.filter(result="refer").count() == 2


def test_twice_the_same_row_is_refused() -> None:
    person = new_id()

    def twice() -> None:
        with transaction.atomic(), together():
            insert([a_check(person)])
            insert([a_check(person)])

    with pytest.raises(IntegrityError):
        twice()
    assert not CheckResult.objects.exists()


def test_what_ends_makes_room_for_what_begins() -> None:
    """A key that must be unique is given up by the one row before the other takes it."""
    one, two = new_id(), new_id()
    insert([a_check(one)])
    with transaction.atomic(), together():
        update(CheckResult, ("check_id",), [(one, "health")])
        insert([a_check(one, id=two)])
    assert dict(CheckResult.objects.values_list("id", "check_id")) == {one: "health", two: "document"}


def test_what_was_not_written_is_gone_with_its_transaction() -> None:
    def broken() -> None:
        with transaction.atomic(), together():
            insert([a_check(new_id())])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    insert([a_check(person := new_id())])
    assert list(CheckResult.objects.values_list("id", flat=True)) == [person]
