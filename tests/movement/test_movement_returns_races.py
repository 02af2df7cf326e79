"""The person takes the consent back while the door closes: one of the two happens, never both."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from tests.conftest import NOON
from tests.movement.returning import a_flight, somebody
from tests.movement.rows import a_seat

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.movement.models import Manifest, Seat
from cauce.movement.returns.models import ReturnCase, ReturnConsent
from cauce.movement.returns.services import withdraw_consent
from cauce.movement.services import depart

BOTH = 4


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each said: its name, or the code of the refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            with clock.stopped(NOON):
                act()
        except Refused as told:
            return told.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.postgres
def test_p12_a_consent_taken_back_as_the_door_closes_has_one_outcome(transactional_store: dict[str, Actor]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a server is needed: CAUCE_TEST_DATABASE")
    for _ in range(BOTH):
        person, case = somebody("voluntary")
        flight = a_flight(node="test")
        a_seat(flight, person)
        Manifest.objects.filter(id=flight.id).update(status="sealed", sealed_at=NOON, called_at=NOON)
        Seat.objects.filter(person=person.id).update(status="boarded")
        left, taken_back = at_once(
            lambda flight=flight: depart(manifest=flight.id, by=Actor("c", "coordinator")),  # type: ignore[misc]
            lambda case=case: withdraw_consent(case=case.id, by=Actor("r", "registrar")),  # type: ignore[misc]
        )
        gone = ReturnCase.objects.get(id=case.id).departed_at is not None
        withdrawn = ReturnConsent.objects.get(case=case).withdrawn_at is not None
        assert gone != withdrawn
        assert (left, taken_back) == (("done", "case_departed") if gone else ("manifest_empty", "done"))
        assert Seat.objects.get(person=person.id).live == gone
