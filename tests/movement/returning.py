"""Return cases for tests: as rows with nothing against them, and through the services as at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.movement.rows import LONG_AGO, TODAY, a_group, a_manifest

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.events import new_id
from cauce.movement.models import Manifest
from cauce.movement.returns import services
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent, ReturnExplanation
from cauce.movement.returns.services.consenting import Circumstances
from cauce.people.models import Person

HOME = "panama_city"


def a_case(person: UUID, kind: str = "deportation", **facts: Any) -> ReturnCase:
    """A case with nothing against it but, of a voluntary one, a consent."""
    ordered = kind != "voluntary"
    values = {
        "id": new_id(),
        "person": person,
        "node": "test",
        "kind": kind,
        "destination": "COL",
        "opened_at": LONG_AGO,
        "opened_by": "registrar",
        "decided_on": date(2023, 7, 1) if ordered else None,
        "appeal_until": date(2023, 7, 20) if ordered else None,
        "document": "passport",
        "document_until": date(2024, 1, 1),
        "fit": "fit",
        "fit_until": TODAY + timedelta(days=5),
    }
    return ReturnCase.objects.create(**{**values, **facts})


def a_consent(case: ReturnCase, **facts: Any) -> ReturnConsent:
    """A consent that counts: explained, understood, in freedom, cooled off."""
    at = facts.pop("given_at", LONG_AGO - timedelta(days=10))
    told = ReturnExplanation.objects.create(
        id=new_id(), case=case, person=case.person, destination=case.destination, rules=[], account="protection", at=at
    )
    values = {
        "id": new_id(),
        "case": case,
        "person": case.person,
        "explanation": told,
        "destination": case.destination,
        "shared": True,
        "interpreter": False,
        "counsel": False,
        "in_custody": False,
        "account": "protection",
        "given_at": at,
        "cooling_until": at + timedelta(hours=72),
        "ready_on": (at + timedelta(hours=72)).date(),
    }
    return ReturnConsent.objects.create(**{**values, **facts})


def in_custody(person: UUID, since: datetime = LONG_AGO, **facts: Any) -> Custody:
    values = {
        "id": new_id(),
        "person": person,
        "place": HOME,
        "since": since,
        "maximum": since + timedelta(days=10),
        "next_review": since + timedelta(days=1),
        "counsel": False,
        "recorded_by": "registrar",
    }
    return Custody.objects.create(**{**values, **facts})


def somebody(kind: str = "deportation", *, consent: bool = True, **facts: Any) -> tuple[Person, ReturnCase]:
    """A person at the airport with nothing against a return today; `facts` are of the case."""
    _, (person,) = a_group(place=HOME)
    case = a_case(person.id, kind, **facts)
    if kind == "voluntary" and consent:
        a_consent(case)
    return person, case


def a_flight(**facts: Any) -> Manifest:
    """A proposed manifest home."""
    told = {"origin": HOME, "destination": "medellin", "mode": "flight", "vehicle": "flight"}
    return a_manifest("return", **{**told, **facts})


def made_ready(actors: Mapping[str, Actor], person: UUID, kind: str = "deportation", destination: str = "COL") -> UUID:
    """A case through the services, with all that it needs; a voluntary one counts after the cooling-off."""
    opener = actors["coordinator"] if kind == "voluntary" else actors["registrar"]
    case = services.open_case(person=person, kind=kind, destination=destination, by=opener)
    today = clock.now().date()
    if kind != "voluntary":
        services.decide(
            case=case, authority="Migration service", reference="R 1", legal_basis="Decree-Law 3 of 2008",
            decided_on=today - timedelta(days=30), appeal_until=today - timedelta(days=10), by=actors["registrar"],
        )  # fmt: skip
    services.record_document(case=case, kind="passport", until=today + timedelta(days=90), by=actors["coordinator"])
    services.find_fit(case=case, finding="fit", found_by="Dr. Ríos", by=actors["registrar"])
    if kind == "voluntary":
        services.explain(case=case, language="es", by=actors["protection"])
        services.consent(case=case, asked=Circumstances(language="es", shared=True), by=actors["protection"])
    return case
