"""An officer of one station sees the people of that station, those on the way to it, and nobody else's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image
from tests.factories import a_family, a_person, adult

from cauce.access.actor import Actor
from cauce.access.models import Account, Reading
from cauce.access.pressing import once
from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.people import reach
from cauce.people.models import Person, Stay
from cauce.people.selectors import person_for, photo_for
from cauce.people.services import correct, end_stay, register_group, reissue_card, take_over, take_photo
from cauce.protection.services import place_hold
from cauce.vetting.models import Review
from cauce.vetting.searching import find_for
from cauce.vetting.services import object_to

pytestmark = pytest.mark.django_db
HERE, THERE = "lajas_blancas", "bajo_chiquito"
MODULES = (
    "people.selectors", "vetting.selectors", "vetting.review_selectors", "vetting.duplicate_selectors",
    "vetting.sought_selectors", "vetting.searching", "protection.selectors", "protection.children",
    "movement.selectors", "movement.history", "movement.returns.selectors",
    "desk.dossier", "desk.timeline", "desk.selectors",
)  # fmt: skip
# Tells of nobody: places, lists, rules, figures, or what only administrators and supervisors hear of the whole store.
OF_NOBODY = {
    "lists_for", "thresholds_for", "alerts_for", "board_for", "adopted_for", "hold_kinds_for", "releases_for",
    "changes_for", "rule_for", "rules_for", "facts_for",
}  # fmt: skip


def a_photograph() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (120, 160), "teal").save(picture, "JPEG")
    return picture.getvalue()


@dataclass(frozen=True, slots=True)
class Theirs:
    """Somebody of the other station, with one of everything."""

    person: Person
    hold: UUID
    review: UUID
    bound: Actor  # may do anything, at one place


@pytest.fixture
def theirs(store, tmp_path) -> Theirs:
    made = a_person(store, THERE, given_names="Zenobia", family_names="Quispilaya")
    person = Person.objects.get(id=made.person_ids[0])
    hold = place_hold(person=person.id, kind="asylum", reason="Zenobia said so", by=store["protection"])
    object_to(person=person.id, about="other", words="Quispilaya does not agree", by=store["registrar"])
    from tests.conftest import NOON
    from tests.movement.returning import a_case, in_custody

    a_case(person.id)
    in_custody(person.id, place=THERE)
    review = Review.objects.create(
        id=UUID(int=7), person=person.id, check_id="watchlist", list_name="ofac-sdn", list_entry="e1", score=0.9,
        opened_at=NOON, due_at=NOON, status="open", blocks=True,
    )  # fmt: skip
    a_person(store, HERE, given_names="Ana", family_names="Local")
    return Theirs(person, hold, review.id, Actor("bound", "operator", HERE))


def selectors() -> dict[str, Callable[..., Any]]:
    found = {}
    for module in MODULES:
        for name, function in vars(import_module(f"cauce.{module}")).items():
            if inspect.isfunction(function) and name.endswith("_for") and function.__module__.startswith("cauce."):
                first = next(iter(inspect.signature(function).parameters), "")
                if first == "actor":
                    found[name] = function
    return found


def told(theirs: Theirs, function: Callable[..., Any]) -> Any:
    """What the selector answers when it is asked for this person, or asked for everything."""
    from cauce.corridor.selectors import in_force

    known = {
        "key": theirs.person.group_id if function.__name__ == "group_for" else theirs.person.id,
        "person": theirs.person if function.__name__ in ("why_for", "last_why_for", "later_for") else theirs.person.id,
        "child": theirs.person, "ids": [theirs.person.id], "persons": [theirs.person.id],
        "group": theirs.person.group_id, "text": theirs.person.family_names, "hold": theirs.hold,
        "review": theirs.review, "corridor": in_force(), "place": "", "day": date(2023, 8, 15),
        "scanned": [theirs.person.number], "limit": 20,
    }  # fmt: skip
    given = {}
    for name, parameter in inspect.signature(function).parameters.items():
        wants_person = name == "person" and function.__name__ not in ("objections_for", "holds_for", "families_for")
        if name == "actor":
            continue
        if name == "key" and function.__name__ == "manifest_for":
            given[name] = UUID(int=1)
        elif name == "place" and parameter.default is inspect.Parameter.empty:
            given[name] = HERE
        elif parameter.default is inspect.Parameter.empty or wants_person:
            given[name] = known.get(name, UUID(int=1))
    return function(theirs.bound, **given)


def text_of(answer: Any) -> str:
    if isinstance(answer, models.QuerySet):
        answer = list(answer)
    if isinstance(answer, models.Model):
        return str({f.attname: getattr(answer, f.attname) for f in answer._meta.concrete_fields})
    if isinstance(answer, (list, tuple, set)):
        return " ".join(map(text_of, answer))
    if isinstance(answer, dict):
        return " ".join(f"{key} {text_of(value)}" for key, value in answer.items())
    if hasattr(answer, "__dataclass_fields__"):
        return " ".join(text_of(getattr(answer, name)) for name in answer.__dataclass_fields__)
    return str(answer)


@pytest.mark.parametrize("name", sorted(set(selectors()) - OF_NOBODY))
def test_no_selector_shows_a_person_of_another_station(theirs, name):
    """A new selector stands here by itself: it either keeps to the reader's station or is named in OF_NOBODY."""
    try:
        answer = text_of(told(theirs, selectors()[name]))
    except (NotAllowed, Unknown):
        return
    for secret in ("Zenobia", "Quispilaya", str(theirs.person.id), theirs.person.id.hex, theirs.person.number):
        assert secret not in answer, f"{name} shows {secret}"
    everywhere = replace(theirs, bound=replace(theirs.bound, place=""))
    told(everywhere, selectors()[name])  # and it does answer an officer of every place


def patterns(inside: Any = None, before: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for pattern in (inside or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            found += patterns(pattern, before + str(pattern.pattern))
        elif getattr(pattern.callback, "capability", None):
            found.append((before + str(pattern.pattern), pattern))
    return found


@pytest.mark.one_store  # what the pages ask the database is asked above on both
def test_no_page_shows_a_person_of_another_station(theirs):
    account = Account.objects.create(name="bound", role="operator", place=HERE)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account)
    ids = {"person": theirs.person.id, "number": theirs.person.number, "group": theirs.person.group_id,
           "hold": theirs.hold, "review": theirs.review}  # fmt: skip
    seen = 0
    for route, pattern in patterns():
        wanted = pattern.pattern.converters
        if not set(wanted) <= ids.keys():
            continue
        address = "/" + "/".join(
            str(ids[part.strip("<>").rpartition(":")[2]]) if part.startswith("<") else part for part in route.split("/")
        )
        for answer in (client.get(address, {"q": "Quispilaya"}), client.post(address, {})):
            if answer.get("Content-Type", "").startswith(("text/html", "application/json", "text/csv")):
                text = answer.content.decode()
                assert "Zenobia" not in text, address
                left = text.replace("“Quispilaya”", "").replace("=Quispilaya", "").replace('="Quispilaya"', "")
                assert "Quispilaya" not in left, address
            if set(wanted) & {"person", "hold", "review", "group"}:
                assert answer.status_code in (302, 403, 404, 405, 409), (address, answer.status_code)
                seen += 1
    assert seen > 40


def test_a_number_of_another_station_says_what_is_needed_and_is_written_down(theirs):
    registrar = Actor("rosa", "registrar", HERE)
    with pytest.raises(reach.Elsewhere, match="taken over with a reason") as refused:
        person_for(registrar, theirs.person.number)
    assert "bajo" not in str(refused.value).lower()  # nor where they are: it may be the one they fled who asks
    (row,) = Reading.objects.filter(what="elsewhere")
    assert (row.account, row.person) == ("rosa", theirs.person.id)
    with pytest.raises(reach.Elsewhere):
        photo_for(registrar, theirs.person.id)


def test_that_somebody_of_another_station_was_written_about_in_vain_is_written_down_too(theirs):
    registrar, person = Actor("rosa", "registrar", HERE), theirs.person.id
    tried: list[Callable[[], object]] = [
        lambda: place_hold(person=person, kind="asylum", reason="said so", by=registrar),
        lambda: correct(person=person, changes={"given_names": "Ana"}, reason="misheard", by=registrar),
        lambda: take_photo(person=person, image=a_photograph(), by=registrar),
        lambda: once(account="rosa", nonce="n-1", act=lambda: reissue_card(person=person, by=registrar)),
    ]
    for count, attempt in enumerate(tried, start=1):
        with pytest.raises(reach.Elsewhere):
            attempt()
        assert Reading.objects.filter(what="elsewhere", account="rosa", person=person).count() == count


def test_who_went_to_another_station_one_by_one_is_that_stations(store):
    one, two = register_group(
        place=THERE, arrived_at=clock.now() - timedelta(days=1), members=[adult(), adult()], by=store["registrar"]
    ).person_ids
    before, now = Actor("rosa", "registrar", THERE), Actor("maria", "registrar", HERE)
    take_over(persons=[one], place=HERE, reason="walked", by=now)
    reissue_card(person=one, by=now)
    with pytest.raises(NotAllowed):
        reissue_card(person=one, by=before)
    reissue_card(person=two, by=before)
    take_over(persons=[two], place=HERE, reason="walked", by=now)
    assert Person.objects.get(id=two).group.place == HERE
    for person in (one, two):
        assert correct(person=person, changes={"language": "ht"}, reason="told", by=now)
        with pytest.raises(reach.Elsewhere):
            correct(person=person, changes={"language": "fr"}, reason="told", by=before)
        with pytest.raises(reach.Elsewhere):
            reissue_card(person=person, by=before)


def test_finding_by_number_tells_only_that_it_is_with_another_station(theirs, store):
    registrar = Actor("rosa", "registrar", HERE)
    (line,) = find_for(registrar, theirs.person.number)
    assert (line.how, line.name, line.place, line.number) == ("elsewhere", "", "", theirs.person.number)
    assert find_for(registrar, "Quispilaya") == []
    assert [line.name for line in find_for(registrar, "Local")] != []
    assert Reading.objects.filter(what="elsewhere", account="rosa").exists()
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(Account.objects.create(name="rosa", role="registrar", place=HERE))
    page = client.get(f"/find/?q={theirs.person.number}").content.decode()
    assert "with another station" in page
    assert "Zenobia" not in page


def test_whoever_takes_a_person_over_sees_them_and_the_station_before_no_longer(theirs, store):
    here, there = Actor("rosa", "registrar", HERE), Actor("luz", "registrar", THERE)
    assert person_for(there, theirs.person.id).id == theirs.person.id
    take_over(persons=[theirs.person.id], place=HERE, reason="came on foot", by=here)
    assert person_for(here, theirs.person.id).family_names == "Quispilaya"
    with pytest.raises(reach.Elsewhere):
        person_for(there, theirs.person.id)


def test_the_station_that_a_person_left_last_still_sees_them(theirs):
    there = Actor("luz", "registrar", THERE)
    end_stay(person=theirs.person.id, outcome="walked_on", by=there)
    assert person_for(there, theirs.person.id).id == theirs.person.id


def test_a_family_is_seen_whole(store):
    made = a_family(store, HERE, size=3)
    Stay.objects.filter(person=made.person_ids[2]).update(place=THERE)
    assert person_for(Actor("rosa", "registrar", HERE), made.person_ids[2]).id == made.person_ids[2]


def test_who_has_a_sealed_seat_to_a_station_is_seen_there_and_who_has_a_proposed_one_is_not(store):
    from tests.conftest import NOON

    from cauce.movement.models import Manifest, Seat

    person = a_person(store, THERE).person_ids[0]
    group = Person.objects.get(id=person).group_id
    manifest = Manifest.objects.create(
        id=UUID(int=1), number="B-1", date=NOON.date(), origin=THERE, destination=HERE, mode="canoe", kind="internal",
        seats=10, status="proposed", proposed_at=NOON, version=1,
    )  # fmt: skip
    Seat.objects.create(id=UUID(int=2), manifest=manifest, person=person, group=group, number=1)
    bound = Actor("rosa", "registrar", HERE)
    assert reach.seen(bound, [person]) == set()
    from cauce.journal import triggers

    triggers.drop()  # sealing has conditions of its own, which are not asked about here
    Manifest.objects.update(status="sealed")
    assert reach.seen(bound, [person]) == {person}
    Manifest.objects.update(status="arrived")
    Seat.objects.update(live=False)
    assert reach.seen(bound, [person]) == set()
    triggers.install()


@pytest.mark.parametrize(
    "act",
    [
        lambda s, t: s.decide(review=t.review, outcome="not_same", reason="x", by=Actor("a", "analyst", HERE)),
        lambda s, t: s.extend(review=t.review, hours=1, reason="x", by=Actor("a", "analyst", HERE)),
        lambda s, t: s.object_to(person=t.person.id, about="other", words="x", by=Actor("a", "registrar", HERE)),
        lambda s, t: s.record_check(
            person=t.person.id, check_id="health", result="clear", by=Actor("a", "registrar", HERE)
        ),
    ],
)
def test_nothing_is_decided_about_a_person_of_another_station(theirs, act):
    from cauce.vetting import services

    with pytest.raises(Refused):
        act(services, theirs)
    assert not Review.objects.get(id=theirs.review).decisions.exists()


def test_an_officer_of_every_place_sees_everybody(theirs):
    assert person_for(Actor("luz", "registrar"), theirs.person.id).id == theirs.person.id
