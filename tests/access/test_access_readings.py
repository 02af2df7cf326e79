"""Who read what: noted for every page that shows somebody, told to the person without names, and watched over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from tests.conftest import NOON
from tests.factories import a_family, a_person

from cauce.access.models import Account, Reading
from cauce.access.readings import FEWEST, acts_for, readings_for, unusual_for, word_of
from cauce.access.selectors import looks_for
from cauce.access.services import note_reading
from cauce.journal import clock
from cauce.journal.errors import NotAllowed
from cauce.people.models import Person
from cauce.people.services import correct
from cauce.protection.services import place_hold

pytestmark = pytest.mark.django_db


def patterns(inside: Any = None, before: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for pattern in (inside or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            found += patterns(pattern, before + str(pattern.pattern))
        elif getattr(pattern.callback, "capability", None):
            found.append((before + str(pattern.pattern), pattern))
    return found


@pytest.fixture
def somebody(store) -> Person:
    made = a_person(
        store, given_names="Zenobia", family_names="Quispilaya", said_minor=True, birth_first=None, birth_last=None
    )
    return Person.objects.select_related("group").get(id=made.person_ids[0])


@pytest.mark.one_store  # the pages are opened, and a reading is written down, on both by other tests
def test_p17_every_page_that_names_somebody_writes_down_that_it_was_read(somebody, store):
    hold = place_hold(person=somebody.id, kind="asylum", reason="said so", by=store["protection"])
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name="reader", role="operator"))
    ids = {"person": somebody.id, "number": somebody.number, "group": somebody.group_id, "hold": hold}
    named = 0
    for route, pattern in patterns():
        if not set(pattern.pattern.converters) <= ids.keys():
            continue
        parts = (
            str(ids[one.strip("<>").rpartition(":")[2]]) if one.startswith("<") else one for one in route.split("/")
        )
        address = "/" + "/".join(parts) + ("?q=Quispi" if pattern.name == "find" else "")
        before = Reading.objects.filter(person=somebody.id, account="reader").count()
        answer = client.get(address)
        if answer.streaming or b"Quispilaya" not in answer.content:
            continue
        named += 1
        after = Reading.objects.filter(person=somebody.id, account="reader").count()
        assert after > before, f"{address} shows a person and nobody will ever know"
    assert named > 15


def test_p17_the_person_hears_role_station_time_and_what_never_the_name(somebody, store):
    note_reading(actor=store["analyst"], what="review", persons=[somebody.id])
    (look,) = looks_for(somebody.id)
    assert (look.role, look.what, look.at) == ("analyst", "review", NOON)
    assert not hasattr(look, "account")


def test_p17_a_list_of_a_hundred_is_written_down_in_as_many_statements_as_one_person(store, django_assert_num_queries):
    note_reading(actor=store["analyst"], what="api reviews", persons=[uuid4()])  # the first one begins the chain
    for count in (1, 100):
        with django_assert_num_queries(5):  # a savepoint, the chain's head, the rows, the head, the savepoint's end
            note_reading(actor=store["analyst"], what="api reviews", persons=[uuid4() for _ in range(count)])
    assert Reading.objects.count() == 102


def test_only_a_supervisor_hears_the_names(somebody, store):
    note_reading(actor=store["analyst2"], what="photo", persons=[somebody.id])
    (line,) = readings_for(store["supervisor"], somebody.id)
    assert line.account == "analyst2"
    for role in ("registrar", "analyst", "protection", "administrator", "partner"):
        with pytest.raises(NotAllowed):
            readings_for(store[role], somebody.id)
        with pytest.raises(NotAllowed):
            unusual_for(store[role])


def test_many_people_looked_up_and_nothing_written_down_is_listed(store):
    people = [person for _time in range(9) for person in a_family(store, size=3).person_ids]
    for person in people[:3]:
        note_reading(actor=store["registrar2"], what="page", persons=[person])
    for person in people:
        note_reading(actor=store["registrar3"], what="page", persons=[person])
    for person in people[:5]:  # what was also worked on is explained
        correct(person=person, changes={"nationality": "COL"}, reason="passport seen", by=store["registrar3"])
    (found,) = unusual_for(store["supervisor"])
    assert (found.account, found.chosen, found.unexplained, found.usual) == ("registrar3", 27, 22, 3.0)
    assert set(found.people) == set(people[5:])
    with clock.stopped(NOON + timedelta(days=15)):
        assert unusual_for(store["supervisor"]) == []


def test_a_days_work_is_a_day_of_the_place_and_no_day_of_greenwich(store):
    people = [person for _time in range(9) for person in a_family(store, size=3).person_ids]
    with clock.stopped(NOON + timedelta(hours=8)), timezone.override(ZoneInfo("America/Panama")):
        for person in people:
            note_reading(actor=store["registrar3"], what="page", persons=[person])
    with clock.stopped(NOON + timedelta(hours=10)), timezone.override(ZoneInfo("America/Panama")):
        for person in people:
            correct(person=person, changes={"nationality": "COL"}, reason="passport seen", by=store["registrar3"])
        assert unusual_for(store["supervisor"]) == []


def test_lists_of_the_days_work_are_nothing_unusual(store):
    people = [person for _time in range(FEWEST) for person in a_family(store, size=2).person_ids]
    for what in ("find", "manifest", "roll-call"):
        note_reading(actor=store["coordinator"], what=what, persons=people)
    assert unusual_for(store["supervisor"]) == []


def test_the_lists_of_holds_children_and_custody_accuse_nobody_who_opens_them(store):
    """A protection officer looks through all of them every morning, and has written down nothing yet."""
    for _time in range(FEWEST):
        child = a_person(store, said_minor=True, birth_first=None, birth_last=None).person_ids[0]
        place_hold(person=child, kind="asylum", reason="said so", by=store["protection"])
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name="eva", role="protection"))
    for address in ("/holds/", "/children/", "/custody/", "/returns/"):
        assert client.get(address).status_code == 200
    assert Reading.objects.filter(account="eva", what="holds").count() == FEWEST
    assert Reading.objects.filter(account="eva", what="children").exists()
    assert unusual_for(store["supervisor"]) == []


def test_asking_for_people_of_other_stations_is_listed_sooner(store):
    people = [a_person(store).person_ids[0] for _time in range(5)]
    note_reading(actor=store["registrar"], what="elsewhere", persons=people)
    (found,) = unusual_for(store["supervisor"])
    assert (found.account, found.asked) == ("registrar", 5)


def test_the_supervisors_page_names_the_reader_and_is_itself_written_down(somebody, store):
    note_reading(actor=store["analyst2"], what="photo", persons=[somebody.id])
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name="eva", role="supervisor"))
    page = client.get(f"/watch/?person={somebody.number}").content.decode()
    assert "analyst2" in page
    assert "the photograph" in page
    assert "Quispilaya" not in page
    assert Reading.objects.filter(account="eva", what="access-log", person=somebody.id).count() == 1
    assert client.get("/watch/?person=nobody").status_code == 404
    assert client.get(f"/people/{somebody.id}/").status_code == 403


def test_every_kind_of_reading_has_a_word():
    assert word_of("api find") == word_of("find") == "among what a search found"
    assert word_of("something new") == "something new"


def test_what_is_done_about_accounts_is_read_by_who_may(store):
    from cauce.access.services import add_account

    add_account(name="rosa", role="registrar", by=store["administrator"])
    (act,) = acts_for(store["supervisor"], "rosa")
    assert (act.account, act.what, act.note) == ("administrator", "account_added", "registrar")
    with pytest.raises(NotAllowed):
        acts_for(store["analyst"])
