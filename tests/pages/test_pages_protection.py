"""Holds, children and consents through their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.factories import a_family, a_person, adult, an_unassessed_child, child

from cauce.journal import clock
from cauce.people.models import Person
from cauce.protection.models import BestInterests, Consent, Hold
from cauce.protection.services import place_hold


@pytest.fixture
def person(store) -> Person:
    return Person.objects.get(id=a_person(store).person_ids[0])


@pytest.fixture
def hold(store, person) -> Hold:
    made = place_hold(person=person.id, kind="medical", reason="Fever and a broken arm.", by=store["protection"])
    return Hold.objects.get(id=made)


def test_a_hold_is_placed_by_number_and_stands_at_once(browser, person):
    client = browser("protection")
    typed = {"person": person.number.lower(), "kind": "medical", "reason": "Cannot stand."}
    assert client.post(reverse("protection:place"), typed).status_code == 302
    assert Hold.objects.get(person=person.id).reason == "Cannot stand."
    text = client.get(reverse("protection:holds")).content.decode()
    assert person.number in text
    assert "Unfit to travel" in text


@pytest.mark.parametrize(
    "wrong",
    [{"person": "ZZZ-9999-Z"}, {"person": ""}, {"kind": ""}, {"kind": "no_such"}, {"reason": " "}, {"review_on": "x"}],
)
def test_a_wrong_hold_is_not_placed_and_nothing_typed_is_lost(browser, person, wrong):
    typed = {"person": person.number, "kind": "medical", "reason": "Cannot stand."} | wrong
    page = browser("protection").post(reverse("protection:place"), typed)
    assert page.status_code == 422
    text = page.content.decode()
    assert typed["reason"].strip() in text
    assert typed["person"] in text
    assert not Hold.objects.exists()


def test_the_same_hold_sent_twice_stands_once(browser, person):
    client = browser("protection")
    typed = {"person": person.number, "kind": "medical", "reason": "Cannot stand."}
    assert client.post(reverse("protection:place"), typed).status_code == 302
    again = client.post(reverse("protection:place"), typed)
    assert again.status_code == 422
    assert "stands already" in again.content.decode()
    assert Hold.objects.count() == 1


def test_a_registrar_places_a_hold_and_reads_none(browser, hold, store):
    other = Person.objects.get(id=a_person(store).person_ids[0])
    client = browser("registrar")
    done = client.post(
        reverse("protection:place"), {"person": other.number, "kind": "medical", "reason": "Fainted in the line."}
    )
    assert done.status_code == 302
    assert client.get(done.url).status_code == 200
    for address in (reverse("protection:holds"), reverse("protection:hold", args=[hold.id])):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "broken arm" not in refused.content.decode()


def test_p1_lifting_takes_two_different_officers(browser, hold):
    first, second = browser("protection"), browser("protection2")
    page, confirm = reverse("protection:hold", args=[hold.id]), reverse("protection:confirm", args=[hold.id])
    assert second.post(confirm).status_code == 422  # nothing proposed yet
    assert first.post(reverse("protection:propose", args=[hold.id]), {"reason": ""}).status_code == 422
    assert first.post(reverse("protection:propose", args=[hold.id]), {"reason": "Fit again."}).status_code == 302
    assert "Confirm: the hold ends" not in first.get(page).content.decode()
    own = first.post(confirm)
    assert own.status_code == 422
    assert "cannot confirm it" in own.content.decode()
    assert Hold.objects.get(id=hold.id).lifted_at is None
    text = second.get(page).content.decode()
    assert "Fit again." in text
    assert "Confirm: the hold ends" in text
    assert second.post(confirm).status_code == 302
    assert Hold.objects.get(id=hold.id).lifted_by == "protection2"
    assert second.post(confirm).status_code == 422  # pressed twice


def test_a_proposal_can_be_turned_down(browser, hold):
    browser("protection").post(reverse("protection:propose", args=[hold.id]), {"reason": "Fit again."})
    second = browser("protection2")
    waiting = second.get(reverse("protection:holds"), {"show": "proposed"}).content.decode()
    assert "lift proposed: needs you or another" in waiting
    done = second.post(reverse("protection:withdraw", args=[hold.id]), {"reason": "Still feverish."})
    assert done.status_code == 302
    row = Hold.objects.get(id=hold.id)
    assert (row.lift_proposed_by, row.lifted_at) == ("", None)


def test_what_is_due_for_review_is_listed_apart(browser, hold, at):
    client = browser("protection")
    assert hold.person.hex not in client.get(reverse("protection:holds"), {"show": "due"}).content.decode()
    with at(clock.now() + timedelta(days=1)):  # a medical hold is looked at every day
        client = browser("protection")  # yesterday's session is over
        text = client.get(reverse("protection:holds"), {"show": "due"}).content.decode()
    assert "Unfit to travel" in text
    assert "due for review" in text


def test_an_officer_of_one_place_sees_that_places_holds_only(browser, hold):
    text = browser("protection3", place="san_vicente").get(reverse("protection:holds")).content.decode()
    assert "Unfit to travel" not in text


def test_p2_unassessed_children_are_listed_until_a_record_clears_them(browser, store):
    alone = Person.objects.get(id=an_unassessed_child(store).person_ids[0])
    with_parents = a_family(store)
    client = browser("protection")
    text = client.get(reverse("protection:children")).content.decode()
    assert alone.number in text
    assert all(card[0] not in text for card in with_parents.cards)
    address = reverse("protection:child", args=[alone.number])
    nothing = client.post(address, {"outcome": "travels_with_guardian", "note": "Says that the aunt waits ahead."})
    assert nothing.status_code == 422
    assert "Says that the aunt waits ahead." in nothing.content.decode()
    assert client.post(address, {"outcome": "stays", "note": "Waits for the aunt."}).status_code == 302
    assert alone.number in client.get(reverse("protection:children")).content.decode()  # this one clears nothing
    aunt = Person.objects.get(id=a_person(store).person_ids[0])
    done = client.post(
        address, {"outcome": "guardian_appointed", "other_guardian": aunt.number, "note": "By the family court."}
    )
    assert "nothing to assess now" in client.get(done.url).content.decode()
    assert alone.number not in client.get(reverse("protection:children")).content.decode()


def test_p2_the_list_agrees_with_what_bars_a_seat(browser, store):
    """Everybody whom the boarding rules call an unassessed child is listed, and nobody else."""
    from cauce.movement.reasons import Reason
    from cauce.movement.selectors import reasons_for
    from cauce.people.services import register_group
    from cauce.protection.children import unassessed_for

    when = clock.now() - timedelta(days=1)
    for members in (
        [adult(head=True), child()],
        [adult(head=True), child(guardian=None, relation="")],
        [child(guardian=None, relation=""), child(guardian=0)],
        [adult(head=True), child(guardian=None, relation="", birth_first=None, birth_last=None, said_minor=True)],
        [adult(head=True), adult(birth_first=None, birth_last=None)],
    ):
        register_group(place="lajas_blancas", arrived_at=when, members=members, by=store["registrar"])
    everybody = list(Person.objects.values_list("id", flat=True))
    masks = reasons_for(store["operator"], everybody)
    barred = {person for person, mask in masks.items() if mask & Reason.CHILD_UNASSESSED}
    assert barred
    assert {one.id for one in unassessed_for(store["protection"])} == barred


def test_a_record_sent_twice_is_kept_once_and_can_be_taken_back(browser, store):
    alone = Person.objects.get(id=an_unassessed_child(store).person_ids[0])
    client = browser("protection")
    address = reverse("protection:child", args=[alone.number])
    nonce = client.get(address).context["form"]["nonce"].value()
    typed = {"outcome": "guardian_appointed", "note": "The uncle, by the family court.", "nonce": nonce}
    for _twice in range(2):
        assert client.post(address, typed).status_code == 302
    record = BestInterests.objects.get()
    undo = reverse("protection:undo_assessment", args=[alone.number, record.id])
    assert client.post(undo, {"reason": ""}).status_code == 422
    assert client.post(undo, {"reason": "It was another child."}).status_code == 302
    assert alone.number in client.get(reverse("protection:children")).content.decode()


def test_p14_consent_is_asked_only_where_it_counts(browser, person):
    client = browser("registrar")
    address = reverse("protection:consents", args=[person.number])
    page = client.get(address)
    from cauce.corridor.selectors import in_force

    by_basis = {purpose.basis: purpose.id for purpose in in_force().purposes}
    asked = client.post(address, {"purpose": by_basis["law"], "answer": "yes", "language": "es"})
    assert asked.status_code == 422
    nonce = page.context["form"]["nonce"].value()
    typed = {"purpose": by_basis["consent"], "answer": "yes", "language": "es", "nonce": nonce}
    for _twice in range(2):
        assert client.post(address, typed).status_code == 302
    consent = Consent.objects.get()
    assert consent.given is True
    withdraw = reverse("protection:withdraw_consent", args=[person.number, consent.id])
    assert client.post(withdraw).status_code == 302
    assert "withdrawn" in client.get(address).content.decode()
    assert client.post(withdraw).status_code == 422
