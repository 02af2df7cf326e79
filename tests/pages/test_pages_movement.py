"""The queue and the manifests through their pages."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse
from tests.factories import a_family, a_person, an_unassessed_child, ready_to_leave
from tests.pages.conftest import DAY, PLACE

from cauce.movement.models import Manifest, Move, Seat
from cauce.people.models import Group, Person
from cauce.protection.services import place_hold


def version(manifest) -> int:
    return Manifest.objects.get(id=manifest).version


def address(name: str, bus) -> str:
    return reverse(f"movement:{name}", args=[bus.manifest])


def test_the_queue_shows_position_size_wait_and_reason(browser, bus):
    page = browser("coordinator").get(reverse("movement:queue"), {"place": PLACE})
    assert page.status_code == 200
    text = page.content.decode()
    for number in Group.objects.values_list("number", flat=True):
        assert number in text
    assert "Has a seat on a manifest." in text


def test_p7_the_queue_shows_every_confidential_reason_as_an_interview(browser, store, checked):
    """A hold, an unassessed child and a review read alike, in the page, in its filter and in its address."""
    held = a_person(store)
    place_hold(person=held.person_ids[0], kind="unaccompanied_child", reason="Secret", by=store["protection"])
    an_unassessed_child(store)
    checked()
    for role in ("coordinator", "registrar", "protection"):
        client = browser(role)
        for asked in ({"place": PLACE}, {"place": PLACE, "reason": "interview"}):
            text = html.unescape(client.get(reverse("movement:queue"), asked).content.decode())
            assert "An interview is still to come." in text
            for word in ("hold", "guardian", "protection", "child", "Secret"):
                assert word not in _rows(text), word
    filtered = browser("coordinator").get(reverse("movement:queue"), {"place": PLACE, "reason": "interview"})
    assert len(filtered.context["page"].object_list) == 2
    by_name = browser("coordinator").get(reverse("movement:queue"), {"place": PLACE, "reason": "hold_protection"})
    assert not by_name.context["page"].object_list  # the true code finds nothing


def _rows(text: str) -> str:
    return text.split("<main", 1)[1]


def test_dispatch_proposes_and_asking_again_changes_nothing(browser, store, checked):
    a_family(store, PLACE)
    checked()
    client = browser("coordinator")
    typed = {"place": PLACE, "date": DAY.isoformat()}
    assert client.post(reverse("movement:dispatch"), typed).status_code == 302
    assert client.post(reverse("movement:dispatch"), typed).status_code == 302
    row = Manifest.objects.get()
    page = client.get(reverse("movement:manifests"), typed)
    text = page.content.decode()
    assert row.number in text
    assert "3/55" in text
    assert "2200" in text  # the quota of the day
    assert "assumed: no source gives it" in text
    assert "Nothing changed" in text


def test_who_stays_is_listed_with_the_reason(browser, store, checked):
    alone = an_unassessed_child(store)
    checked()
    client = browser("coordinator")
    client.post(reverse("movement:dispatch"), {"place": PLACE, "date": DAY.isoformat()})
    text = client.get(reverse("movement:manifests"), {"place": PLACE, "date": DAY.isoformat()}).content.decode()
    assert Group.objects.get(id=alone.group_id).number in text
    assert "An interview is still to come." in text


@pytest.mark.parametrize("wrong", [{"place": "atlantis"}, {"date": "tomorrow"}])
def test_a_dispatch_of_nowhere_or_never_is_refused(browser, store, wrong):
    typed = {"place": PLACE, "date": DAY.isoformat()} | wrong
    assert browser("coordinator").post(reverse("movement:dispatch"), typed).status_code == 422


def test_a_group_is_taken_off_and_put_on_with_a_reason(browser, bus):
    client = browser("coordinator")
    typed = {"group": str(bus.groups[0]), "version": version(bus.manifest)}
    assert client.post(address("remove", bus), typed | {"reason": ""}).status_code == 422
    assert Seat.objects.filter(live=True).count() == 6
    assert client.post(address("remove", bus), typed | {"reason": "They wait for an uncle."}).status_code == 302
    assert Seat.objects.filter(live=True).count() == 3
    back = {"group": bus.cards[0][1], "reason": "The uncle is here.", "version": version(bus.manifest)}
    assert client.post(address("add", bus), back).status_code == 302  # by the number of any member
    assert Seat.objects.filter(live=True).count() == 6
    assert set(Move.objects.values_list("verb", "account")) == {("remove", "coordinator"), ("add", "coordinator")}


def test_p1_a_group_with_a_hold_is_not_put_on_and_the_page_says_no_more_than_it_may(browser, bus, store, checked):
    held = a_person(store)
    checked()
    place_hold(person=held.person_ids[0], kind="unaccompanied_child", reason="Secret", by=store["protection"])
    number = Group.objects.get(id=held.group_id).number
    page = browser("coordinator").post(
        address("add", bus), {"group": number, "reason": "They asked for it.", "version": version(bus.manifest)}
    )
    assert page.status_code == 422
    text = page.content.decode()
    assert "An interview is still to come." in text
    assert "They asked for it." in text
    assert "Secret" not in text
    assert Seat.objects.filter(live=True).count() == 6


def test_two_coordinators_seal_one_wins_and_the_other_is_told_who_was_first(browser, bus):
    first, second = browser("coordinator"), browser("coordinator2")
    seen = version(bus.manifest)
    assert first.post(address("seal", bus), {"version": seen}).status_code == 302
    late = second.post(address("seal", bus), {"version": seen})
    assert late.status_code == 409
    text = late.content.decode()
    assert "Somebody else was first" in text
    assert "coordinator sealed it" in text
    assert "sealed</span>" in text  # the present state stands below
    assert Manifest.objects.get().sealed_by == "coordinator"


def test_a_late_change_keeps_the_reason_that_was_typed(browser, bus):
    seen = version(bus.manifest)
    browser("coordinator").post(
        address("remove", bus), {"group": str(bus.groups[0]), "reason": "First.", "version": seen}
    )
    late = browser("coordinator2").post(
        address("remove", bus), {"group": str(bus.groups[1]), "reason": "A sick grandmother.", "version": seen}
    )
    assert late.status_code == 409
    assert "A sick grandmother." in late.content.decode()
    assert Seat.objects.filter(live=True).count() == 3


def test_a_seal_is_broken_and_a_manifest_called_off_with_reasons(browser, bus):
    client = browser("coordinator")
    client.post(address("seal", bus), {"version": version(bus.manifest)})
    assert client.post(address("unseal", bus), {"version": version(bus.manifest), "reason": ""}).status_code == 422
    done = client.post(address("unseal", bus), {"version": version(bus.manifest), "reason": "The bus broke down."})
    assert done.status_code == 302
    off = client.post(address("cancel", bus), {"version": version(bus.manifest), "reason": "No other bus."})
    assert off.status_code == 302
    assert Manifest.objects.get().status == "cancelled"
    assert not Seat.objects.filter(live=True).exists()


@pytest.fixture
def sealed(browser, bus):
    browser("coordinator").post(address("seal", bus), {"version": version(bus.manifest)})
    return bus


def roll(client, bus, name: str, there, **more: str):
    typed = {"version": version(bus.manifest), "there": [str(one) for one in there], **more}
    return client.post(address(name, bus), typed)


def test_scanned_cards_are_ticked_and_ticks_survive(browser, sealed):
    client = browser("registrar")
    page = roll(client, sealed, "board", sealed.persons[0][:1], scanned=sealed.cards[1][0].lower(), tick="1")
    assert page.status_code == 200
    assert page.context["ticked"] == 2
    assert page.content.decode().count(" checked") == 2
    strange = roll(client, sealed, "board", sealed.persons[0][:1], scanned="ZZZ-9999-Z", tick="1")
    assert strange.status_code == 422
    assert strange.context["ticked"] == 1
    assert Manifest.objects.get().called_at is None


def test_a_roll_call_is_not_closed_over_missing_people_without_asking(browser, sealed):
    client = browser("registrar")
    absent = Person.objects.get(id=sealed.persons[1][2])
    there = [*sealed.persons[0], *sealed.persons[1][:2]]
    asked = roll(client, sealed, "board", there, close="1")
    assert asked.status_code == 422
    text = asked.content.decode()
    assert absent.number in text
    assert "Their families stay with them" in text  # P9
    assert Manifest.objects.get().called_at is None
    assert roll(client, sealed, "board", there, close="1", sure="1").status_code == 302
    assert Seat.objects.filter(status="boarded").count() == 3
    assert Seat.objects.filter(status="absent").count() == 1


def test_from_the_roll_call_to_a_missing_person_at_the_destination(browser, store, sealed):
    gate = browser("registrar")
    assert (
        gate.post(address("depart", sealed), {"version": version(sealed.manifest)}).status_code == 422
    )  # no roll-call
    everybody = [*sealed.persons[0], *sealed.persons[1]]
    assert roll(gate, sealed, "board", everybody, close="1").status_code == 302
    ready_to_leave(store, sealed.manifest)
    assert gate.post(address("depart", sealed), {"version": version(sealed.manifest)}).status_code == 302
    assert Manifest.objects.get().status == "departed"
    assert gate.post(address("depart", sealed), {"version": version(sealed.manifest)}).status_code in (409, 422)
    over = gate.get(address("board", sealed))
    assert over.status_code == 409
    assert "The vehicle has left: its roll-call is over." in over.content.decode()
    assert "Somebody else was first" in roll(gate, sealed, "board", everybody, close="1").content.decode()
    lost = Person.objects.get(id=everybody[-1])
    asked = roll(gate, sealed, "arrive", everybody[:-1], close="1")
    assert asked.status_code == 422
    assert lost.number in asked.content.decode()
    assert roll(gate, sealed, "arrive", everybody[:-1], close="1", sure="1").status_code == 302
    text = gate.get(reverse("movement:manifests"), {"place": PLACE, "date": DAY.isoformat()}).content.decode()
    assert "Open matters" in text
    assert f"{lost.number} was on board and did not arrive" in text


def test_a_roll_call_before_its_time_says_when_it_opens(browser, bus):
    gate = browser("registrar")
    answers = {name: gate.get(address(name, bus)) for name in ("board", "arrive")}
    assert {answer.status_code for answer in answers.values()} == {409}
    assert "is not sealed yet" in answers["board"].content.decode()
    early = answers["arrive"].content.decode()
    assert "has not departed yet. The roll-call on arrival opens when it has." in early
    assert "Somebody else was first" not in early
    assert "not departed yet" in roll(gate, bus, "arrive", [], close="1").content.decode()


def test_f1_who_is_refused_at_the_border_comes_back(browser, store, sealed):
    gate = browser("registrar")
    everybody = [*sealed.persons[0], *sealed.persons[1]]
    roll(gate, sealed, "board", everybody, close="1")
    ready_to_leave(store, sealed.manifest)
    gate.post(address("depart", sealed), {"version": version(sealed.manifest)})
    typed = {"version": version(sealed.manifest), "persons": [str(one) for one in sealed.persons[0]]}
    assert gate.post(address("refused", sealed), typed | {"reason": ""}).status_code == 422
    assert gate.post(address("refused", sealed), typed | {"reason": "The border closed early."}).status_code == 302
    from cauce.people.selectors import places_of

    assert places_of(everybody) == dict.fromkeys(sealed.persons[0], PLACE)


def test_the_manifest_prints_and_p11_leaves_only_by_the_gate(browser, sealed):
    client = browser("coordinator")
    paper = client.get(address("pdf", sealed))
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
    nobody = client.post(address("export", sealed), {"recipient": "a_friend"})
    assert nobody.status_code == 422
    from cauce.corridor.selectors import in_force
    from cauce.protection.models import Release

    recipient = next(to.id for to in in_force().recipients if to.country == "CRI")
    file = client.post(address("export", sealed), {"recipient": recipient})
    assert file.status_code == 200
    assert file["Content-Type"].startswith("text/csv")
    assert sealed.cards[0][0] in file.content.decode()
    assert Release.objects.get().recipient == recipient


def test_a_registrar_calls_the_roll_and_changes_nothing_else(browser, bus):
    client = browser("registrar")
    text = client.get(address("manifest", bus)).content.decode()
    assert "Take this group off" not in text
    assert "Put a group on" not in text
    for name in ("add", "remove", "seal", "unseal", "cancel", "export"):
        assert client.post(address(name, bus), {"version": version(bus.manifest)}).status_code == 403, name
