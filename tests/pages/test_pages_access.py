"""Every page of the rooms: how heavy it is, that it can be read aloud, and asks nobody else for anything.

Who may open it is walked through in tests/desk/test_desk_walk.py.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from cauce.movement import urls as movement
from cauce.outlook import urls as outlook
from cauce.people.models import Person
from cauce.protection import urls as protection
from cauce.protection.services import place_hold
from cauce.vetting import urls as vetting

ROOMS = (vetting, protection, movement, outlook)
PAGES = [(room.app_name, pattern) for room in ROOMS for pattern in room.urlpatterns]
OUTSIDE = re.compile(r'(?:src|href|action)="(?:https?:)?//')


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


@pytest.mark.parametrize("language", [pytest.param("es", marks=pytest.mark.one_store), "en"])
def test_every_page_is_light_readable_in_its_language_and_asks_nobody_else(
    browser, full, language, django_assert_max_num_queries
):
    client = browser("operator", language)
    seen = 0
    for name, where in full.items():
        with django_assert_max_num_queries(42):
            answer = client.get(where)
        if answer.status_code == 405 or not answer["Content-Type"].startswith("text/html"):
            continue
        assert answer.status_code in (200, 302, 404, 409), (name, answer.status_code)
        text = answer.content.decode()
        assert len(answer.content) < 100_000, name
        assert not OUTSIDE.search(text), name
        assert "<script>" not in text, name
        if answer.status_code == 200:
            assert f'<html lang="{language}"' in text, name
            _can_be_read_aloud(name, text)
        seen += 1
    assert seen > 15


def _can_be_read_aloud(name: str, text: str) -> None:
    """One heading, a label for every field, and no id twice."""
    assert text.count("<h1") == 1, name
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", text):
        if 'type="hidden"' in field or 'name="sure"' in field:
            continue
        found = re.search(r'\bid="([^"]+)"', field)
        assert found, (name, field)
        assert found.group(1) in labelled, (name, field)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), (name, [one for one in ids if ids.count(one) > 1])
