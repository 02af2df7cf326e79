"""Every endpoint, as nobody, as every role and with a token for something else, against the table of roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.api.world import a_world, told_of_people
from tests.conftest import ROLES

from cauce.access.models import Reading
from cauce.access.roles import capabilities, may
from cauce.web.api import described

pytestmark = pytest.mark.django_db
ALONE = {"/token"}  # any good token opens it


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address below /api/v1 and description of each."""
    for address, methods in described()["paths"].items():
        for method, one in methods.items():
            yield method.upper(), address.removeprefix("/api/v1"), one


def filled(address: str, there: dict[str, Any] | None = None) -> str:
    """The address with what is there, or with what nobody has, in the place of each part."""
    real = there or {"day": "2023-08-15"}
    return re.sub(r"{(\w+)}", lambda part: str(real.get(part[1], uuid4())), address)


def is_a_problem(answer: Any) -> bool:
    told = answer.json()
    return (
        answer.headers["Content-Type"] == "application/problem+json"
        and told["status"] == answer.status_code
        and {"type", "title", "code", "detail"} <= told.keys()
    )


def test_every_endpoint_says_which_capability_opens_it():
    for method, address, one in operations():
        if address in ALONE:
            assert one["x-capability"] == ""
        else:
            assert one["x-capability"] in capabilities(), f"{method} {address}"


def test_every_write_is_described_with_its_key_and_every_answer_with_its_kind():
    for method, address, one in operations():
        keys = [each for each in one["parameters"] if each["name"] == "Idempotency-Key" and each["required"]]
        assert bool(keys) == (method != "GET"), f"{method} {address}"
        assert {"401", "403", "404", "409", "422", "429"} <= set(map(str, one["responses"])), f"{method} {address}"


def test_every_kind_of_thing_has_one_name():
    """Two classes of one name would overwrite each other in the description."""
    from pydantic import BaseModel

    from cauce.web.api import ROOMS

    found: dict[str, set[str]] = {}
    for room in ROOMS:
        module = __import__(room.module, fromlist=["_"])
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, BaseModel):
                found.setdefault(thing.__name__, set()).add(thing.__module__)
    assert {name: where for name, where in found.items() if len(where) > 1} == {}


def test_nobody_is_let_in(store):
    nobody = Client(headers={"Accept-Language": "en"})
    for method, address, _one in operations():
        answer = nobody.generic(method, f"/api/v1{filled(address)}")
        assert answer.status_code == 401, f"{method} {address}"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert is_a_problem(answer)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "operator"])
def test_a_role_opens_its_endpoints_and_no_other(store, machine, role):
    device = machine(role)
    for method, address, one in operations():
        answer = device.send(method, filled(address), {})
        if not one["x-capability"] or may(role, one["x-capability"]):
            assert answer.status_code != 403, f"{role} may {one['x-capability']}, and {method} {address} says 403"
        else:
            assert answer.status_code == 403, f"{role} may not {one['x-capability']}, and {method} {address} opens"
            assert "These roles may:" in answer.json()["detail"]
        assert answer.status_code < 400 or is_a_problem(answer)


def test_a_token_opens_what_it_is_for_and_nothing_else_of_its_role(store, machine):
    device = machine("registrar", only=["people.register"])
    for method, address, one in operations():
        answer = device.send(method, filled(address), {})
        allowed = one["x-capability"] in ("", "people.register")
        assert (answer.status_code != 403) == allowed, f"{method} {address}"


def test_a_write_without_a_key_is_refused_before_anything_else(store, machine):
    devices = {role: machine(role) for role in ROLES if role not in ("operator", "partner")}
    for method, address, one in operations():
        if method == "GET":
            continue
        role = next(role for role in devices if may(role, one["x-capability"]))
        answer = devices[role].send(method, filled(address), {}, key="")
        assert answer.status_code == 400, f"{method} {address}"
        assert answer.json()["code"] == "no_idempotency_key"


def test_p15_a_partner_is_told_of_nobody(store, machine, tmp_path):
    """Every endpoint, with what is really there: neither a name nor a number, a paper, a card or an id comes back."""
    there = a_world(store, tmp_path)
    partner = machine("partner")
    known = told_of_people()
    opened = []
    for method, address, _one in operations():
        asked = filled(address, there)
        answer = partner.send(method, asked, {})
        said = answer.content.decode()
        assert not [text for text in known if text in said and text not in asked], f"{method} {address}"
        if answer.status_code < 400:
            opened.append(f"{method} {address}")
    assert opened == ["GET /token", "GET /reports/{day}"]
    report = partner.get("/reports/2023-08-15", edition="").json()
    assert report["suppressed_below"] > 0
    assert report["figures"]["present"]["total"] is None  # six people are too few to be told of


def test_p17_whoever_reads_of_somebody_is_written_down(store, machine, tmp_path):
    """Every reading endpoint that answers with people notes each of them, under the token's account."""
    there = a_world(store, tmp_path)
    devices = {role: machine(role) for role in ("protection", "registrar", "analyst", "coordinator")}
    names_nobody = {"/token", "/corridor", "/borders/{border}/quota", "/borders/{border}/shares",
                    "/quota-changes", "/allotments", "/places/{place}/queue",
                    "/reports/{day}", "/sync", "/flights", "/flights/{flight}", "/funds"}  # fmt: skip
    for method, address, one in operations():
        if method != "GET":
            continue
        role = next((role for role in devices if not one["x-capability"] or may(role, one["x-capability"])), "")
        before = Reading.objects.count()
        answer = devices[role].get(filled(address, there), **({"q": "Marisol"} if address == "/people" else {}))
        assert answer.status_code == 200, f"{address}: {answer.content.decode()}"
        noted = Reading.objects.count() - before
        assert bool(noted) == (address not in names_nobody), address
