"""Rows written without the compiler of queries are what Django itself would have written, to the byte."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection

from cauce.journal.events import new_id
from cauce.journal.models import Entry, Head, Mention, PersonKey
from cauce.journal.rows import first, found, insert, insert_numbered, new_row, update, upsert
from cauce.people.models import Stay
from cauce.vetting.models import CheckResult

pytestmark = pytest.mark.django_db
BOGOTA = timezone(timedelta(hours=-5))


def a_check(person: UUID, *, result: str = "clear", **more: object) -> CheckResult:
    values = {
        "reasons": ["å", 1, None],
        "evidence": {"b": 1, "a": "é"},
        "at": datetime(2023, 8, 15, 23, 30, tzinfo=UTC),
    }
    return CheckResult(id=person, person=person, check_id="document", result=result, **(values | more))


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


def test_a_new_row_is_what_the_model_makes_and_shares_nothing_with_another() -> None:
    person = new_id()
    told = {"id": person, "person": person, "check_id": "document", "result": "clear"}
    made, other = new_row(CheckResult, **told), new_row(CheckResult, **told)
    plain = CheckResult(**told)
    assert {name: getattr(made, name) for name in vars(plain) if name != "_state"} == {
        name: value for name, value in vars(plain).items() if name != "_state"
    }
    assert made._state.adding
    made.reasons.append("x")
    assert other.reasons == []
    with pytest.raises(TypeError, match="no column reason"):
        new_row(CheckResult, **told, reason="x")


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
