"""Schemathesis over every address: invented requests, half of them about what is really there. Nothing may break.

Requests go to the site itself in this process, each in a transaction that is rolled back, so that one says nothing
about the next and the store stays what it was.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cauce.web.api import described

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@dataclass(slots=True)
class Tried:
    """What was tried: requests by operation, and by status of the answer."""

    operations: dict[str, int] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return sum(self.operations.values())


def try_all(
    tokens: Callable[[str], str],
    there: Mapping[str, Any],
    *,
    examples: int,
    number: int,
    until: float = float("inf"),
) -> Tried:
    """Every operation with so many invented requests each, from the random `number`; a failed check is raised.

    `tokens` gives a secret that opens a capability; `there` holds what really is there by the name of its parameter;
    after `until` (time.monotonic) no other operation is begun.
    """
    with _one_connection():
        return _try_all(tokens, there, examples, number, until)


@contextmanager
def _one_connection() -> Iterator[None]:
    """A request ends no connection, in whose transaction it is tried."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def _try_all(tokens: Callable[[str], str], there: Mapping[str, Any], examples: int, number: int, until: float) -> Tried:
    tried = Tried()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    capabilities = _capabilities()
    for found in schema.get_all_operations():
        operation = found.ok()
        if time.monotonic() > until:
            break
        name = f"{operation.method.upper()} {operation.path}"
        secret = tokens(capabilities[name])
        _try(operation, name, secret, there, tried, examples, number)
    return tried


def _capabilities() -> dict[str, str]:
    return {
        f"{method.upper()} {address}": one["x-capability"]
        for address, methods in described()["paths"].items()
        for method, one in methods.items()
    }


def _try(
    operation: Any, name: str, secret: str, there: Mapping[str, Any], tried: Tried, examples: int, number: int
) -> None:
    chance = random.Random(f"{number}{name}")

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def once(case: Any) -> None:
        _with_what_is_there(case, there, chance)
        headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
        headers["Accept-Language"] = chance.choice(["en", "es", "fr", "x"])
        if case.headers and "Idempotency-Key" in case.headers:
            headers["Idempotency-Key"] = uuid4().hex
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        tried.operations[name] = tried.operations.get(name, 0) + 1
        tried.statuses[answer.status_code] = tried.statuses.get(answer.status_code, 0) + 1
        case.validate_response(answer, checks=CHECKS, headers=headers)

    once()


def _with_what_is_there(case: Any, there: Mapping[str, Any], chance: random.Random) -> None:
    """Put real ids in the place of invented ones: all of the address mostly, some of the body."""
    if case.path_parameters and chance.random() < 0.7:
        case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}
    if isinstance(case.body, dict) and chance.random() < 0.7:
        case.body = _replaced(case.body, there, chance)


def _replaced(told: dict[str, Any], there: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    names = {"boarded": "persons", "arrived": "persons", "seeker": "person", "date": "day", "start": "day"}
    made = {}
    for name, value in told.items():
        real = there.get(names.get(name, name))
        if isinstance(value, dict):
            made[name] = _replaced(value, there, chance)
        elif real is not None and type(real) is type(value) and chance.random() < 0.8:
            made[name] = real
        else:
            made[name] = value
    return made
