"""What pages say of the way between two nodes."""

from __future__ import annotations

import pytest
from django.test import Client
from meeting import Pair
from tests.factories import a_person

from cauce.access.models import Account
from cauce.access.roles import ROLES, may
from cauce.sync import exchange
from cauce.sync.models import Conflict, Link
from cauce.sync.selectors import status


def signed_in(role: str) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name=f"{role}8", role=role))
    return client


def test_every_page_of_a_station_says_how_much_the_hub_has_not(pair: Pair, actors):
    with pair.at("bajo"):
        client = signed_in("registrar")
        assert "signed for everything" in client.get("/find/").content.decode()
        a_person(actors, "bajo_chiquito")
        page = client.get("/find/").content.decode()
        assert f"{status().unsent} entries are not at the hub yet, since" in page
        assert "signed for everything" not in page
        Link.objects.update(refused="revoked")
        page = client.get("/find/").content.decode()
        assert "The hub has put this station out" in page
        assert 'class="sync-band bad"' in page


def test_the_band_costs_one_query(pair: Pair, django_assert_num_queries):
    with pair.at("bajo"):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            assert status() is not None
        assert len(asked) == 1


def test_a_node_that_is_enrolled_nowhere_shows_no_band(apart: Pair):
    with apart.at("bajo"):
        assert "sync-band" not in signed_in("registrar").get("/find/").content.decode()


def test_the_hub_shows_every_station_and_what_was_written_twice(pair: Pair, actors):
    pair.copy("bajo", "copy")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("copy"):
        a_person(actors, "bajo_chiquito")
        asked = exchange.question()
    with pair.at("hub"):
        exchange.answer(asked)
        page = signed_in("administrator").get("/sync/").content.decode()
        assert "in quarantine" in page
        assert Conflict.objects.first().there in page


@pytest.mark.parametrize("role", ROLES)
def test_the_page_is_for_those_who_work_here(pair: Pair, role):
    with pair.at("bajo"):
        answer = signed_in(role).get("/sync/")
        assert (answer.status_code == 200) is may(role, "sync.read")
