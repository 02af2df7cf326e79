"""Machines for tests: a caller with a token of each role, and the people they meet."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.roles import capabilities
from cauce.access.tokens import add_token


class Machine:
    """Asks in the name of a token. A write gets a key of its own unless one is given."""

    def __init__(self, secret: str, **headers: str) -> None:
        self.secret = secret
        self._client = Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en", **headers})

    def get(self, address: str, **query: Any) -> HttpResponse:
        return self._client.get(f"/api/v1{address}", query)

    def send(self, method: str, address: str, told: Any = None, key: str | None = None) -> HttpResponse:
        headers = {"Idempotency-Key": uuid4().hex if key is None else key} if key != "" else {}
        body = told if isinstance(told, bytes) else json.dumps(told)
        kind = "image/jpeg" if isinstance(told, bytes) else "application/json"
        return self._client.generic(method, f"/api/v1{address}", body, content_type=kind, headers=headers)

    def post(self, address: str, told: Any = None, key: str | None = None) -> HttpResponse:
        return self.send("POST", address, told, key)


Comes = Callable[..., Machine]


@pytest.fixture
def machine(store: Mapping[str, Actor]) -> Comes:
    """`machine("registrar", place="", only=None)`: a token of an account of that role, for all it may or for `only`."""

    def come(role: str, *, place: str = "", only: list[str] | None = None, **headers: str) -> Machine:
        name = f"{role}-{uuid4().hex[:6]}"
        Account.objects.create(name=name, role=role, place=place)
        # Whoever makes a token gives no more than they may do themselves.
        may = only or [one for one, roles in capabilities().items() if {role, "operator"} <= roles]
        operator = Actor(account="operator", role="operator")
        return Machine(add_token(name=name, account=name, capabilities=may, days=7, by=operator), **headers)

    return come
