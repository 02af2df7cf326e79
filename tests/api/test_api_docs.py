"""The lines of curl in the documents are run as they stand there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.factories import a_person

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXPECTED = {"7QK-0000-0": 404, "groups": 201, "needs": 201}


def lines() -> Iterator[str]:
    """Each command of the page, on one line."""
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL):
        yield from (line for line in re.sub(r"\\\n\s*", " ", block).strip().split("\ncurl") if line)


def curl(line: str, words: dict[str, str]) -> tuple[str, HttpResponse]:
    """The address and the answer of one line, with its variables filled in as a shell would."""
    for name, value in words.items():
        line = line.replace(f"${name}", value)
    parts = iter(shlex.split(line))
    assert next(parts) == "curl"
    method, address, headers, body = "GET", "", {}, ""
    for part in parts:
        if part == "-X":
            method = next(parts)
        elif part == "-H":
            name, _colon, value = next(parts).partition(": ")
            headers[name] = value
        elif part == "-d":
            body, method = next(parts), "POST" if method == "GET" else method
        elif part != "-s":
            address = part
    assert "$" not in address, f"nothing is known of a variable in {address}"
    where = urlsplit(address)
    kind = headers.pop("Content-Type", "application/json")
    answer = Client(headers=headers).generic(method, f"{where.path}?{where.query}", body, content_type=kind)
    return where.path.removeprefix("/api/v1/"), answer


def test_every_line_of_curl_in_the_documents_works(store, machine):
    person = a_person(store)
    words = {
        "HOST": "http://127.0.0.1:8000",
        "TOKEN": machine("registrar", only=["people.register", "people.find", "people.read", "people.stay",
                                            "checks.record", "queue.read", "people.correct"]).secret,
        "PARTNER": machine("partner").secret,
        "PERSON": str(person.person_ids[0]),
        "CARD": person.cards[0][1],
    }  # fmt: skip
    coordinator = {**words, "TOKEN": machine("coordinator").secret}
    tried = set()
    for line in lines():
        plans = "/manifests " in line and "-d" in line
        address, answer = curl(line, coordinator if plans else words)
        assert answer.status_code == EXPECTED.get(address.rpartition("/")[2], 200), f"{line}\n{answer.content.decode()}"
        tried.add(address.split("/")[0])
    assert tried >= {"token", "groups", "people", "places", "manifests", "reports"}


def test_the_documents_name_the_problems_that_there_are():
    from cauce.access.machines.problems import TITLES

    named = {int(status) for status in re.findall(r"^\| (\d{3}) \|", PAGE.read_text(encoding="utf-8"), flags=re.M)}
    assert named == TITLES.keys() - {500}
