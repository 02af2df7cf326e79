"""Rows written without the compiler of queries are what Django itself would have written, to the byte."""

import struct
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection, transaction

from cauce.journal.events import new_id
from cauce.journal.keys import Ring
from cauce.journal.models import Entry, Head, Mention, PersonKey
from cauce.journal.rows import first, found, insert, insert_numbered, put, update, upsert
from cauce.people.models import Document, Group, Person, Stay
from cauce.vetting.models import CheckResult

pytestmark = pytest.mark.django_db
BOGOTA = timezone(timedelta(hours=-5))
AT = datetime(2023, 8, 15, 18, 30, 0, 120, tzinfo=BOGOTA)


def a_check(person: UUID, *, result: str = "clear", **more: object) -> CheckResult:
    values = {
        "reasons": ["å", 1, None],
        "evidence": {"b": 1, "a": "é"},
        "at": datetime(2023, 8, 15, 23, 30, tzinfo=UTC),
    }
    return CheckResult(id=person, person=person, check_id="document", result=result, **(values | more))


@pytest.fixture
def a_person() -> UUID:
    person, group = new_id(), new_id()
    Group.objects.create(id=group, number="G1", node="n", place="p", arrived_at=AT, registered_at=AT)
    told = {"number": "1", "node": "n", "arrived_place": "p", "arrived_at": AT, "registered_at": AT, "full_name": "A"}
    Person.objects.create(id=person, group_id=group, **told)
    with transaction.atomic():
        Ring().make({person})
    return person


def raw(model: type, id_: UUID) -> tuple[object, ...]:
    query, values = model._meta.base_manager.filter(id=id_).values_list().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[1:]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2023, 8, 15, 23, 30, tzinfo=UTC),
        datetime(2023, 8, 15, 18, 30, 0, 120, tzinfo=BOGOTA),
        datetime(2023, 12, 31, 23, 59, 59, 999999, tzinfo=BOGOTA),
    ],
)
def test_a_row_is_kept_as_django_keeps_it(at: datetime) -> None:
    one, two = new_id(), new_id()
    insert([a_check(one, at=at)])
    CheckResult.objects.bulk_create([a_check(two, at=at)])
    assert raw(CheckResult, one)[1:] == raw(CheckResult, two)[1:]
    assert CheckResult.objects.get(id=one).at == at
    assert CheckResult.objects.filter(at=at).count() == 2


NAMES = ("id", "person_id", "kind", "number", "issuer", "expires", "kept_as_printed")


@pytest.mark.parametrize("count", [2, 45])  # so many rows go another way into PostgreSQL than a few
def test_rows_told_as_values_are_what_the_model_makes(count: int, a_person: UUID) -> None:
    """Texts with whatever a keyboard gives, dates, moments, truths, numbers, lists, nothing, and what is sealed."""
    odd = ["plain", "tab\t, line\n, \\N and \\.", "“ñandú”, 你好, 🜲", ""]
    papers = [
        (new_id(), a_person, odd[n % 4], f"AB {n}", "PAN", AT.date() if n % 2 else None, n % 3 == 0)
        for n in range(count)
    ]
    checks = [
        (new_id(), new_id(), odd[n % 4], "clear", [odd[n % 4], n, None], AT + timedelta(days=n), n % 2 == 0, n - 7)
        for n in range(count)
    ]
    columns = ("id", "person", "check_id", "result", "reasons", "at", "due", "started")
    put(Document, NAMES, papers)
    put(CheckResult, columns, checks)
    for model, names, rows in ((Document, NAMES, papers), (CheckResult, columns, checks)):
        for row in rows:
            told = dict(zip(names, row, strict=True))
            as_written, plain = model.objects.get(id=row[0]), model(**told)
            fields = [field.attname for field in model._meta.concrete_fields]
            assert [getattr(as_written, name) for name in fields] == [getattr(plain, name) for name in fields]
    with pytest.raises(TypeError, match="no column expired"):
        put(Document, ("id", "expired"), [])


def test_a_number_that_no_column_holds_is_refused() -> None:
    many = [(new_id(), new_id(), f"check {n}", "clear", AT, 1 << 70) for n in range(45)]
    with pytest.raises((OverflowError, struct.error)), transaction.atomic():
        put(CheckResult, ("id", "person", "check_id", "result", "at", "started"), many)
    assert not CheckResult.objects.exists()


def test_what_is_empty_stays_empty() -> None:
    mother = new_id()
    insert([PersonKey(person=mother, wrapped=None)])
    assert PersonKey.objects.get(person=mother).wrapped is None


def test_an_upsert_sets_only_the_columns_named_and_the_last_of_two_alike_wins() -> None:
    person = new_id()
    insert([a_check(person, waived_by="somebody")])
    upsert([a_check(person, result="refer"), a_check(person, result="pending")], update=("result",))
    row = CheckResult.objects.get(id=person)
    assert (row.result, row.waived_by) == ("pending", "somebody")


def test_an_update_sets_what_it_names_of_the_rows_it_names() -> None:
    one, two, absent = new_id(), new_id(), new_id()
    later = datetime(2023, 8, 16, 4, 0, tzinfo=BOGOTA)
    insert([a_check(one), a_check(two)])
    update(CheckResult, ("result", "at", "reasons"), [(one, "refer", later, ["x"]), (absent, "refer", later, [])])
    changed, left = CheckResult.objects.get(id=one), CheckResult.objects.get(id=two)
    assert (changed.result, changed.at, changed.reasons, changed.check_id) == ("refer", later, ["x"], "document")
    assert (left.result, left.reasons) == ("clear", ["å", 1, None])
    assert not CheckResult.objects.filter(id=absent).exists()
    update(CheckResult, ("result",), [])


def test_numbers_come_back_in_the_order_of_the_rows() -> None:
    rows = [
        Entry(
            node="elsewhere", seq=seq, name="x", version=1, account="a", happened_at="", recorded_at="", body=b"\0\xff",
            prev="", hash=str(seq),
        )
        for seq in range(450, 0, -1)
    ]  # fmt: skip
    numbers = insert_numbered(rows)
    kept = dict(Entry.objects.filter(node="elsewhere").values_list("id", "seq"))
    assert [kept[number] for number in numbers] == list(range(450, 0, -1))
    person = new_id()
    insert([Mention(person=person, entry_id=numbers[0])])
    assert bytes(Mention.objects.get(person=person).entry.body) == b"\0\xff"


def test_rows_are_found_by_their_keys_however_many() -> None:
    persons = [new_id() for _ in range(500)]
    insert(PersonKey(person=each, wrapped=each.bytes) for each in persons[:450])
    rows = found(PersonKey, persons, "wrapped")
    assert {key: bytes(wrapped) for key, (wrapped,) in rows.items()} == {each: each.bytes for each in persons[:450]}


def _chains() -> object:
    return Head.objects.filter(node__startswith="chain").order_by("-seq").values_list("node", "seq")


def test_a_standing_question_is_answered_by_what_is_there_now() -> None:
    assert first(_chains) is None
    insert([Head(node="chain one", seq=1, hash=""), Head(node="chain two", seq=2, hash="")])
    assert first(_chains) == ("chain two", 2)


def test_nothing_to_write_is_nothing() -> None:
    insert([])
    upsert([], update=("result",))
    assert insert_numbered([]) == []
    assert not Stay.objects.exists()
