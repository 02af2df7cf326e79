"""Every page of the rooms: who may open it, how heavy it is, and that it asks nobody else for anything."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import URLPattern, reverse

from cauce.access.roles import ROLES, may
from cauce.movement import urls as movement
from cauce.outlook import urls as outlook
from cauce.people.models import Person
from cauce.protection import urls as protection
from cauce.protection.services import place_hold
from cauce.vetting import urls as vetting

ROOMS = (vetting, protection, movement, outlook)
PAGES = [(room.app_name, pattern) for room in ROOMS for pattern in room.urlpatterns]
NAMES = [f"{room}:{pattern.name}" for room, pattern in PAGES]
OUTSIDE = re.compile(r'(?:src|href|action)="(?:https?:)?//')


def address(room: str, pattern: URLPattern) -> str:
    values = {
        name: "7W6-0000-0" if name == "number" else uuid4()  # nobody and nothing that exists
        for name in pattern.pattern.converters
    }
    return reverse(f"{room}:{pattern.name}", kwargs=values)


@pytest.mark.parametrize(("room", "pattern"), PAGES, ids=NAMES)
def test_nobody_is_sent_to_sign_in(client, store, room, pattern):
    for answer in (client.get(address(room, pattern)), client.post(address(room, pattern))):
        assert answer.status_code in (302, 405)
        assert answer.status_code == 405 or answer.url.startswith(reverse("desk:login"))


@pytest.mark.parametrize(("room", "pattern"), PAGES, ids=NAMES)
def test_each_role_opens_its_pages_and_no_other(browser, room, pattern):
    capability = pattern.callback.capability
    for role in ROLES:
        answer = browser(role).post(address(room, pattern))
        assert (answer.status_code == 403) is not may(role, capability), (role, answer.status_code)
        if answer.status_code == 403:
            assert capability not in answer.content.decode()  # words, never the table's own codes


@pytest.fixture
def full(store, a_match, bus) -> dict[str, str]:
    """A store with one of everything; page name -> address."""
    review = a_match()
    person = Person.objects.get(id=bus.persons[0][0])
    hold = place_hold(person=person.id, kind="asylum", reason="Said so.", by=store["protection"])
    ids = {"review": review, "hold": hold, "manifest": bus.manifest, "number": person.number}
    found = {}
    for room, pattern in PAGES:
        wanted = pattern.pattern.converters
        if set(wanted) <= ids.keys():
            found[f"{room}:{pattern.name}"] = reverse(
                f"{room}:{pattern.name}", kwargs={name: ids[name] for name in wanted}
            )
    return found


def test_every_page_is_light_and_asks_nobody_else(browser, full, django_assert_max_num_queries):
    client = browser("operator")
    seen = 0
    for name, where in full.items():
        with django_assert_max_num_queries(35):
            answer = client.get(where)
        if answer.status_code == 405 or not answer["Content-Type"].startswith("text/html"):
            continue
        assert answer.status_code in (200, 404, 409), (name, answer.status_code)
        text = answer.content.decode()
        assert len(answer.content) < 100_000, name
        assert not OUTSIDE.search(text), name
        assert "<script>" not in text, name
        seen += 1
    assert seen > 15


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_is_in_the_language_that_was_asked_for(browser, full, language):
    client = browser("operator", language)
    for name, where in full.items():
        answer = client.get(where)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            assert f'<html lang="{language}"' in answer.content.decode(), name


def test_every_field_has_a_label_and_every_page_one_heading(browser, full):
    client = browser("operator")
    for name, where in full.items():
        answer = client.get(where)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        text = answer.content.decode()
        assert text.count("<h1") == 1, name
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", text):
            if 'type="hidden"' in field or 'name="sure"' in field:
                continue
            found = re.search(r'\bid="([^"]+)"', field)
            assert found, (name, field)
            assert found.group(1) in labelled, (name, field)


def test_ids_are_not_doubled(browser, full):
    client = browser("operator")
    for name, where in full.items():
        answer = client.get(where)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            ids = re.findall(r'\bid="([^"]+)"', answer.content.decode())
            assert len(ids) == len(set(ids)), (name, [one for one in ids if ids.count(one) > 1])
