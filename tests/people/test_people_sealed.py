"""P15: what lies in the tables themselves. A dump gives no document number, next of kin, note or reason."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import a_person, adult

from cauce.journal import keys
from cauce.journal.errors import CauceError
from cauce.journal.models import PersonKey
from cauce.journal.rebuild import rebuild
from cauce.people import selectors, services
from cauce.people.intake import NewDocument
from cauce.people.models import Document, Person, Stay
from cauce.protection.models import Hold
from cauce.protection.services import place_hold
from cauce.vetting.models import Decision, Review
from cauce.vetting.services import decide, run_pending

NUMBER = "ZQ7719043"
KIN = "Tía Eulogia, +58 412 5550199"


def everything_stored() -> bytes:
    """Every byte of the store: SQLite's own file, PostgreSQL's rows."""
    if connection.vendor == "sqlite":
        return bytes(connection.connection.serialize())
    found = b""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += b"\0".join(bytes(v) if isinstance(v, memoryview) else str(v).encode() for v in row) + b"\n"
    return found


@pytest.fixture
def told(store):
    """Somebody with a paper that needs a look, a next of kin, a hold with a reason and a note on the way out."""
    zone = f"P<VENROJAS<<ANA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<|{NUMBER}4VEN9005178F3001017<<<<<<<<<<<<<<02"
    paper = NewDocument(kind="passport", number=NUMBER, issuer="VEN", mrz=zone, kept_as_printed=True)
    person = a_person(store, documents=(paper,), next_of_kin=KIN).person_ids[0]
    run_pending()
    place_hold(person=person, kind="asylum", reason="burnt house in Zaragoza", by=store["protection"])
    services.end_stay(person=person, outcome="hospital", note="fever since Tuesday", by=store["registrar"])
    return person


def test_p15_a_dump_of_the_store_holds_no_number_no_kin_no_reason(told):
    dump = everything_stored()
    assert b"bajo_chiquito" in dump  # it is the dump of this store, and what is not sealed is found in it
    folded = dump.lower()
    for secret in (NUMBER, "5550199", "Eulogia", "burnt house", "fever since"):
        assert secret.lower().encode() not in folded, secret


def test_p15_officers_read_and_find_what_is_sealed(store, told):
    actor = store["protection"]
    assert [paper.number for paper in selectors.documents_for(actor, told)] == [NUMBER]
    assert selectors.person_for(actor, told).next_of_kin == KIN
    assert selectors.stays_for(actor, told)[0].note == "fever since Tuesday"
    assert selectors.exactly_for(actor, " zq-771 9043 ") == {told: "document"}
    assert Hold.objects.get(person=told, kind="asylum").reason == "burnt house in Zaragoza"


def test_p15_a_review_of_a_paper_shows_the_number_and_names_it_by_none(store, told):
    review = Review.objects.get(person=told)
    assert review.listed["number"] == NUMBER
    assert NUMBER.lower() not in review.list_entry.lower()
    reason = "the stamp over ZQ7719043 is genuine"
    decide(review=review.id, outcome="not_same", reason=reason, by=store["analyst"])
    assert Decision.objects.get(review=review.id).reason == reason
    assert b"stamp over" not in everything_stored()


def test_p15_the_same_paper_on_two_people_is_still_seen(store, told):
    paper = NewDocument(kind="passport", number=NUMBER, issuer="VEN")
    other = a_person(store, documents=(paper,)).person_ids[0]
    run_pending()
    assert Review.objects.get(person=other).listed["others"] == [str(told)]


def test_what_was_seen_not_to_be_wrong_is_not_asked_again(store, told):
    """The name of the doubt is the same each time, though it holds no number."""
    review = Review.objects.get(person=told)
    decide(review=review.id, outcome="not_same", reason="seen with a lamp", by=store["analyst"])
    services.reopen_stay(person=told, reason="came back", by=store["registrar"])
    services.correct(person=told, changes={"sex": "M"}, reason="misheard", by=store["registrar"])
    run_pending()
    assert Review.objects.filter(person=told, status="open").count() == 0


def test_p15_the_hash_that_numbers_are_found_by_is_this_nodes_own(store, told):
    kept = Document.objects.get(person=told).number_key
    assert kept == keys.search_keys([NUMBER.lower()])[NUMBER.lower()] or kept in keys.search_keys([NUMBER]).values()
    keys.keep_node_secret(keys.SEARCH, bytes(32))
    assert kept not in keys.search_keys([NUMBER, NUMBER.lower()]).values()
    rebuild()
    assert Document.objects.get(person=told).number_key in keys.search_keys([NUMBER, NUMBER.lower()]).values()
    assert selectors.exactly_for(store["registrar"], NUMBER) == {told: "document"}


def test_p15_a_cell_moved_to_another_row_does_not_open(store, told):
    other = a_person(store).person_ids[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_document SET number = (SELECT d.number FROM people_document d WHERE d.person_id = %s) "
            "WHERE person_id = %s",
            [_key(told), _key(other)],
        )
    with pytest.raises(CauceError, match="not what was written"):
        _ = Document.objects.get(person=other).number


def test_p15_without_the_key_a_cell_is_empty(store, told):
    PersonKey.objects.filter(person=told).update(wrapped=None)
    assert Document.objects.get(person=told).number == ""
    assert Person.objects.get(id=told).next_of_kin == ""


def test_a_rebuild_makes_the_same_sealed_rows_to_the_byte(store, told):
    assert rebuild().identical


def test_rows_of_one_query_open_with_one_more(store):
    for _ in range(7):
        a_person(store, next_of_kin=KIN)
    with CaptureQueriesContext(connection) as asked:
        assert {person.next_of_kin for person in Person.objects.all()} == {KIN}
        assert len([paper.number for paper in Document.objects.select_related("person")]) == 7
    assert len(asked) == 4


def test_registering_asks_for_no_key_a_row(store):
    def queries(size: int) -> int:
        from tests.factories import a_family

        with CaptureQueriesContext(connection) as asked:
            a_family(store, size=size, head={"next_of_kin": KIN}, adults=size)
        return sum("journal_personkey" in query["sql"] for query in asked.captured_queries)

    assert queries(6) <= queries(2)  # many rows go in by COPY on a server, which is no query here


def test_plain_text_never_gets_into_a_sealed_column(store, told):
    with pytest.raises(FieldError, match="sealed"):
        Document.objects.filter(number=NUMBER).exists()
    with pytest.raises(TypeError, match="sealed"):
        str(Document.objects.values_list("number", flat=True)[0])
    Stay.objects.filter(person=told).update(note="left with a cough")
    assert b"a cough" not in everything_stored()
    assert Stay.objects.get(person=told).note == "left with a cough"


def test_p15_next_of_kin_is_put_right_under_seal(store, told):
    services.reopen_stay(person=told, reason="came back", by=store["registrar"])
    services.correct(person=told, changes={"next_of_kin": "Brother in Cúcuta"}, reason="said so", by=store["registrar"])
    assert Person.objects.get(id=told).next_of_kin == "Brother in Cúcuta"
    assert "Cúcuta".encode() not in everything_stored()
    assert rebuild().identical


def _key(person: UUID) -> object:
    return person.hex if connection.vendor == "sqlite" else person


def test_p15_erasing_leaves_nothing_sealed_behind(store, told):
    services.erase(person=told, reason="asked for it", by=store["administrator"])
    assert adult()  # others still register
    assert not Document.objects.filter(person=told).exists()
    assert Hold.objects.get(person=told, kind="").reason == ""
    assert rebuild().identical
