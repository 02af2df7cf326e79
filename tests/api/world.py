"""A station with something of everything, for tests that call every address with what is really there."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.factories import a_family, a_person
from tests.movement.returning import made_ready

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.allotting import allot
from cauce.corridor.services import change_quota
from cauce.journal import clock
from cauce.journal.events import new_id
from cauce.movement.charters.services import NewFlight, offer_flight
from cauce.movement.returns.services import record_custody
from cauce.movement.services import dispatch
from cauce.people.company import link_groups
from cauce.people.intake import NewDocument
from cauce.people.models import Document, Person
from cauce.people.services import flag_need, split_group, take_photo
from cauce.protection.services import place_hold, record_consent
from cauce.sync.matter_events import MatterOpened
from cauce.sync.matters import raise_matters
from cauce.sync.matters_models import Matter
from cauce.vetting.models import Duplicate, Review
from cauce.vetting.services import add_tracing, compare_all_new, import_list
from cauce.vetting.services.tracing import Looked

DAY = date(2023, 8, 15)
PLACE = "lajas_blancas"
COLUMNS = ("id", "name", "aliases", "dob", "nationality", "gender", "passports")
LISTED = {"id": "e1", "name": "Zarbuk Ostrovoy Qandil", "dob": "1971-03-09", "nationality": "SYR", "gender": "male"}
MATCH = {
    "given_names": "Zarbuk",
    "family_names": "Ostrovoy Qandil",
    "sex": "M",
    "birth_first": date(1971, 3, 9),
    "birth_last": date(1971, 3, 9),
}
TWICE = {
    "given_names": "Marisol Benita",
    "family_names": "Quinterazo Ezeiza",
    "sex": "F",
    "birth_first": date(1988, 4, 1),
    "birth_last": date(1988, 4, 1),
    "documents": (NewDocument(kind="passport", number="QX7730911", issuer="VEN"),),
}


WORDS = {
    "place": PLACE,
    "border": "paso_canoas",
    "check": "biometric",
    "vaccine": "mmr",
    "kind": "medical",
    "day": DAY.isoformat(),
}
"""Names that stand in addresses as they are."""


def a_world(actors: Mapping[str, Actor], folder: Path) -> dict[str, Any]:
    """People, and one of all that there may be about them: ids by what they are called in an address."""
    officer = actors["protection"]
    _a_list(folder, actors)
    matched = a_person(actors, **MATCH)
    with clock.stopped(clock.now() - timedelta(hours=3)):
        first = a_person(actors, **TWICE)
    second = a_person(actors, arrived_at=clock.now() - timedelta(hours=1), **TWICE)
    seated = a_family(actors, PLACE)
    # Importing runs what is pending, so that it comes after the people.
    _a_list(folder, actors)
    compare_all_new()
    person = first.person_ids[0]
    hold = place_hold(person=person, kind="medical", reason="a fever", by=officer)
    plan = dispatch(place=PLACE, date=DAY, by=actors["coordinator"])
    filed = add_tracing(looked=Looked(names=("Zoraida Pumarejo",)), seeker=second.person_ids[0], by=officer)
    raise_matters([_a_matter(person)], by=SYSTEM)
    case = made_ready(actors, person, "voluntary")  # in freedom
    _photographed_and_held(actors, person)
    return {
        **WORDS,
        **_moved(actors),
        "need": str(flag_need(person=person, code="SM-DP", by=officer)),
        "parting": str(
            split_group(group=seated.group_id, persons=seated.person_ids[-1:], reason="it asked", by=officer).proposal
        ),
        "pair": str(link_groups(one=first.group_id, other=matched.group_id, reason="cousins", by=actors["registrar"])),
        "matter": str(Matter.objects.get().id),
        "case": str(case),
        "person": str(person),
        "group": str(first.group_id),
        "card": first.cards[0][1],
        "paper": str(Document.objects.get(person=person).id),
        "review": str(Review.objects.get(person=matched.person_ids[0]).id),
        "duplicate": str(Duplicate.objects.get().id),
        "hold": str(hold),
        "manifest": str(plan.manifests[0]),
        "number": filed.number,
        "persons": [str(one) for one in seated.person_ids],
    }


def _photographed_and_held(actors: Mapping[str, Actor], person: UUID) -> None:
    by, now = actors["registrar"], clock.now()
    record_consent(person=person, purpose="photo", given=True, language="es", by=by)
    take_photo(person=person, image=a_picture(), by=by)
    told = {"basis": "Law 1", "authority": "Judge", "since": now, "maximum": now + timedelta(days=1)}
    record_custody(person=person, next_review=now + timedelta(hours=9), by=by, **told)


def _moved(actors: Mapping[str, Actor]) -> dict[str, str]:
    """What is said of a border, and a flight that is offered."""
    by, day = actors["coordinator"], {"border": "paso_canoas", "start": DAY, "until": DAY}
    offer = NewFlight(PLACE, DAY, (("COL", "medellin"),), seats=30, price=2_450_000, currency="USD")
    return {
        "change": str(change_quota(**day, per_day=400, reason="they asked", by=by)),
        "flight": str(offer_flight(flight=offer, by=by)),
        "allotment": str(allot(**day, place=PLACE, seats=40, source="minutes", by=by)),
    }


def _a_matter(person: UUID) -> MatterOpened:
    told = {"here": PLACE, "there": "san_vicente", "node": "bajo"}
    return MatterOpened(id=new_id(), kind="in_two_places", person=person, place=PLACE, about="x", told=told)


def _a_list(folder: Path, actors: Mapping[str, Actor]) -> None:
    path = folder / "list.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerow(LISTED)
    import_list(path=path, format="csv", name="ofac-sdn", by=actors["administrator"])


def a_picture() -> bytes:
    """A small JPEG of nobody."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (64, 80), (120, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def told_of_people() -> set[str]:
    """Everything by which somebody here could be known: names, numbers, papers, tokens, ids."""
    found: set[str] = set()
    for person in Person.objects.all():
        found |= {person.number, person.card_token or "", person.id.hex, str(person.id), person.group.number}
        found |= {*person.given_names.split(), *person.family_names.split(), str(person.group_id)}
    found |= {paper.number for paper in Document.objects.all()}
    return {text for text in found if len(text) >= 4}
