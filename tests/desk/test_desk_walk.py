"""Every address, as every role and as nobody, against the table of roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.conftest import ROLES

from cauce.access import roles
from cauce.access.models import Account

pytestmark = pytest.mark.django_db

# Open to everybody, on purpose.
OPEN = {"login", "second", "choose", "make", "logout", "card", "card_typed", "kiosk", "set_language"}
# Asked by other nodes, which are not signed in: what they send is sealed and signed.
OPEN |= {"sync_exchange", "sync_enrol", "sync_card"}


def patterns(inside: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (inside or get_resolver()).url_patterns:
        if str(pattern.pattern) == "api/v1/":  # machines come by tokens, and have a walk of their own
            continue
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


def address(route: str) -> str:
    """The route with something that nobody has in the place of each part."""
    parts = []
    for part in route.split("/"):
        kind = part.strip("<>").partition(":")[0] if part.startswith("<") else ""
        parts.append({"": part, "uuid": str(uuid4()), "str": "7QK-0000-0", "int": "1"}.get(kind, "x"))
    return "/" + "/".join(parts)


def test_every_page_says_who_may_open_it():
    for route, pattern in patterns():
        if pattern.name not in OPEN:
            assert getattr(pattern.callback, "capability", None) in roles.capabilities(), f"/{route} has no capability"


def test_nobody_is_sent_to_sign_in(store):
    for route, pattern in patterns():
        if pattern.name in OPEN:
            continue
        for method in (Client().get, Client().post):
            answer = method(address(route))
            if answer.status_code != 405:  # a page that only takes a form
                assert answer.status_code == 302, f"/{route}"
                assert answer.headers["Location"].startswith("/login/")


# The operator opens every page, on both stores; what another role may does not depend on the store.
EACH_ROLE = [pytest.param(role, marks=() if role == "operator" else pytest.mark.one_store) for role in ROLES]


@pytest.mark.parametrize("role", EACH_ROLE)
def test_a_role_opens_its_pages_and_no_other(store, role):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name=f"{role}9", role=role))
    for route, pattern in patterns():
        if pattern.name in OPEN or pattern.name == "board":
            continue
        capability = pattern.callback.capability
        answer = client.post(address(route))
        if roles.may(role, capability):
            assert answer.status_code != 403, f"{role} may {capability}, and /{route} says 403"
            continue
        if (answer.status_code, pattern.name) == (405, "photo"):  # only looked at, and no form is asked who sends it
            continue
        assert answer.status_code == 403, f"{role} may not {capability}, and /{route} opens"
        page = answer.content.decode()
        assert "These roles may:" in page
        assert capability not in page, "words, never the table's own codes"


@pytest.mark.parametrize("role", EACH_ROLE)
def test_the_navigation_offers_what_the_role_may_open(store, role):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name=f"{role}9", role=role))
    from cauce.desk.context import DOORS, doors_of

    offered = {door.url for door in doors_of(role)}
    for door in DOORS:
        if door.url in offered:
            assert client.get(door.address, follow=True).status_code == 200, door.url
        elif door.address:
            assert not roles.may(role, door.capability)


def test_a_partner_has_reports_and_nothing_about_a_person(store):
    from tests.factories import a_person

    made = a_person(store)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name="partner9", role="partner"))
    start = client.get("/")
    assert start.status_code in (302, 403)  # to the reports, once there are any
    for page in (f"/people/{made.person_ids[0]}/", f"/groups/{made.group_id}/", "/find/?q=a"):
        assert client.get(page).status_code == 403
