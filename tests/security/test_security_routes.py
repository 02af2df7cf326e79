"""What changes something takes a form with its token, or a token of a machine; looking changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.factories import a_family

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.journal.models import Entry, Head

# Without a session: the card page counts attempts at its PIN; what nodes send is sealed and signed.
NO_SESSION = {"card", "sync_exchange", "sync_enrol", "sync_card"}


def routes(inside: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (inside or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


DESCRIBED = ("api/v1/", "api/v1/openapi.json")  # the interface's own page and description tell of nobody
PAGES = [(route, pattern) for route, pattern in routes() if not route.startswith("api/v1/")]


def filled(route: str, known: dict[str, Any]) -> str:
    """The address, with somebody who is there where one is asked for."""
    parts = []
    for part in route.split("/"):
        kind, _, name = part.strip("<>").partition(":")
        ours = {"person": known["person"], "group": known["group"], "number": known["number"]}
        parts.append(str(ours.get(name, uuid4() if kind == "uuid" else "1")) if part.startswith("<") else part)
    return "/" + "/".join(parts)


@pytest.fixture
def known(store: dict[str, Actor]) -> dict[str, Any]:
    from cauce.people.models import Person

    family = a_family(store, size=2)
    person = Person.objects.get(id=family.person_ids[0])
    return {"person": person.id, "group": family.group_id, "number": person.number}


def signed_in(role: str = "operator", **more: Any) -> Client:
    client = Client(headers={"accept-language": "en"}, **more)
    client.force_login(Account.objects.get_or_create(name=f"{role}9", defaults={"role": role})[0])
    return client


def journal() -> list[tuple[str, int]]:
    """How far the chains are, but for that of who read whom, which grows with every look."""
    return list(Head.objects.exclude(node="readings").order_by("node").values_list("node", "seq"))


@pytest.mark.one_store  # refused before a row is asked for
def test_no_form_is_taken_without_its_token(known: dict[str, Any]) -> None:
    strict = signed_in(enforce_csrf_checks=True)
    before = journal()
    for route, pattern in PAGES:
        if pattern.name in NO_SESSION:
            continue
        answer = strict.post(filled(route, known), {"reason": "Because."})
        assert answer.status_code in (403, 405), f"/{route} takes a form without its token"
    assert journal() == before


def test_looking_changes_nothing(known: dict[str, Any]) -> None:
    client = signed_in()
    before, accounts = journal(), list(Account.objects.values_list("name", "role", "is_active", "password"))
    for route, pattern in PAGES:
        if pattern.name not in NO_SESSION:
            answer = client.get(filled(route, known))
            if answer.streaming:
                b"".join(answer)  # to its end, where it closes itself
            assert answer.status_code < 500, f"/{route}"
    assert journal() == before, Entry.objects.order_by("id").values_list("name", flat=True).last()
    assert accounts == list(Account.objects.values_list("name", "role", "is_active", "password"))


@pytest.mark.one_store
def test_a_browsers_session_opens_nothing_of_the_machines(known: dict[str, Any]) -> None:
    client, before = signed_in(), journal()
    for route, _pattern in routes():
        if not route.startswith("api/v1/"):
            continue
        address = filled(route, known).replace("{", "").replace("}", "")
        for method in ("GET", "POST", "PATCH", "DELETE"):
            answer = client.generic(method, address, json.dumps({}), content_type="application/json")
            assert answer.status_code in (401, 404, 405) or route in DESCRIBED, f"{method} /{route}"
    assert journal() == before


def test_the_card_page_and_the_nodes_are_the_only_doors_without_a_session(known: dict[str, Any]) -> None:
    names = {pattern.name for _route, pattern in PAGES if getattr(pattern.callback, "csrf_exempt", False)}
    assert names <= NO_SESSION


def test_an_identifier_alone_opens_nothing(known: dict[str, Any]) -> None:
    """Whoever guesses or keeps an address is asked who they are, and does not hear whether it leads somewhere."""
    assert isinstance(known["person"], UUID)
    there, nowhere = (Client().get(f"/people/{one}/") for one in (known["person"], uuid4()))
    assert (there.status_code, nowhere.status_code) == (302, 302)
    assert there.content == nowhere.content
