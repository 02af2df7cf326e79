"""What goes wrong is told as a problem: a code for programs, a sentence in the caller's language, what to do next."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from tests.api.test_api_people import GROUP

from cauce.people import services

pytestmark = pytest.mark.django_db


def test_a_field_that_cannot_be_taken_is_named_and_not_repeated(store, machine):
    told = {**GROUP, "arrived_at": "yesterday", "plaice": "x", "members": [{"sex": "Marisol", "full_name": "a\x00b"}]}
    del told["place"]
    answer = machine("registrar").post("/groups", told)
    assert answer.status_code == 422
    errors = {one["where"].removeprefix("body.told."): one["code"] for one in answer.json()["errors"]}
    assert errors == {
        "place": "missing",
        "arrived_at": "datetime_from_date_parsing",
        "plaice": "extra_forbidden",
        "members.0.sex": "literal_error",
        "members.0.full_name": "string_pattern_mismatch",
    }
    assert "Marisol" not in answer.content.decode()


@pytest.mark.parametrize(
    "body", [b"{", b'{"place": "\\ud800"}', b"\xff", b"[" * 100_000, b'{"place": NaN}'], ids=range(5)
)
def test_what_is_no_json_is_a_400_and_never_a_500(store, machine, body):
    answer = machine("registrar").send("POST", "/groups", body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "unreadable"


def test_what_is_too_large_is_not_read(store, machine):
    answer = machine("registrar").send("POST", "/groups", b" " * 3_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Nobody here has the number 7QK-0000-0"), ("es", "Aquí nadie"), ("es-PA,en;q=0.5", "Aquí nadie")],
)
def test_the_sentence_is_in_the_callers_language(store, machine, language, sentence):
    answer = machine("registrar", **{"Accept-Language": language}).get("/people/7QK-0000-0")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown"
    assert sentence in answer.json()["detail"]
    assert answer.headers["Content-Language"] == language[:2]


def test_an_address_that_is_none_and_a_method_that_does_not_fit(store, machine):
    device = machine("registrar")
    nowhere = device.get("/persons")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "no_such_address")
    wrong = device.send("DELETE", "/groups", {})
    assert (wrong.status_code, wrong.json()["code"], wrong.headers["Allow"]) == (405, "method", "POST")


def test_a_fault_of_ours_tells_nothing_and_is_logged(store, machine, monkeypatch, caplog):
    def broken(**told):
        raise RuntimeError("Marisol Quintero has no group")

    monkeypatch.setattr(services, "register_group", broken)
    with caplog.at_level(logging.ERROR):
        answer = machine("registrar").post("/groups", GROUP)
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "Marisol" not in answer.content.decode()
    assert "RuntimeError" in caplog.text


def test_every_kind_of_problem_stands_on_the_page(store):
    page = Client(headers={"Accept-Language": "en"}).get("/api/v1/").content.decode()
    for status in (400, 401, 403, 404, 405, 409, 413, 422, 429):
        assert f'id="{status}"' in page  # where the problem's `type` leads


def test_the_page_lists_every_address_and_loads_nothing_from_elsewhere(store):
    from cauce.web.api import described

    answer = Client(headers={"Accept-Language": "en"}).get("/api/v1/")
    page = answer.content.decode().replace("<wbr>", "")
    for address in described()["paths"]:
        assert address in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert len(answer.content) < 100_000


def test_the_description_is_openapi_3_1(store):
    told = Client().get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1.")
    assert told["components"]["securitySchemes"]["BearerToken"] == {"type": "http", "scheme": "bearer"}
    assert not [address for address in told["paths"] if "/sync/" in address]
