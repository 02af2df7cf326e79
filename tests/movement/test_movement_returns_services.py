"""A return from the opening of the case to the follow-up, as officers do it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from tests.factories import a_family, a_person
from tests.movement.returning import HOME, made_ready

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record
from cauce.movement.events import ManifestProposed, SeatsTaken, TakenSeat
from cauce.movement.models import Seat
from cauce.movement.returns import selectors, services
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent
from cauce.movement.returns.services.consenting import Circumstances
from cauce.movement.services import arrive, depart, roll_call, seal
from cauce.people.models import Stay
from cauce.people.services import Registered, erase, flag_need
from cauce.protection.gate import release
from cauce.protection.services import place_hold
from cauce.vetting.events import ChecksCompleted
from cauce.vetting.services import answer_objection

Actors = dict[str, Actor]
PLAIN = Circumstances(language="es", shared=True)


def cleared(people: Registered, by: Actor) -> None:
    asked = {check.id: "clear" for check in in_force().checks}
    record(*(ChecksCompleted(person=person, results=asked) for person in people.person_ids), by=by)


@pytest.fixture
def ana(store: Actors) -> Registered:
    people = a_person(store, place=HOME, nationality="COL")
    cleared(people, store["operator"])
    return people


def a_flight(store: Actors, days: int = 0) -> UUID:
    told = ManifestProposed(
        id=new_id(), number=f"R-{days}", kind="return", origin=HOME, destination="medellin",
        date=clock.now().date() + timedelta(days=days), vehicle="flight", mode="flight", seats=20,
    )  # fmt: skip
    record(told, by=store["coordinator"])
    return told.id


def on(store: Actors, flight: UUID, people: Registered) -> int:
    seats = tuple(
        TakenSeat(id=new_id(), person=person, group=people.group_id, number=number)
        for number, person in enumerate(people.person_ids, start=1)
    )
    with refusals(), transaction.atomic():
        record(SeatsTaken(manifest=flight, seats=seats), by=store["coordinator"])
    return len(seats)


def state(store: Actors, case: UUID) -> str:
    return selectors.case_for(store["operator"], case).state


def code(of: Any) -> str:
    with pytest.raises(Refused) as said:
        of()
    return said.value.code


def test_a_case_from_the_opening_to_the_follow_up(store: Actors, ana: Registered, at: Any) -> None:
    case = made_ready(store, ana.person_ids[0])
    now = clock.now()
    services.record_custody(
        person=ana.person_ids[0], basis="Law 1", authority="Judge", since=now, maximum=now + timedelta(hours=24),
        next_review=now + timedelta(hours=12), counsel="Lic. Díaz", by=store["registrar"],
    )  # fmt: skip
    assert state(store, case) == "ready"
    flight = a_flight(store)
    assert on(store, flight, ana) == 1
    assert state(store, case) == "booked"
    seal(manifest=flight, by=store["coordinator"])
    roll_call(manifest=flight, boarded=ana.person_ids, by=store["coordinator"])
    assert code(lambda: services.hand_over(case=case, to="Migración Colombia", by=store["coordinator"])) == (
        "case_not_departed"
    )
    depart(manifest=flight, by=store["coordinator"])
    assert state(store, case) == "departed"
    arrive(manifest=flight, by=store["coordinator"])
    assert code(lambda: services.close(case=case, why="stays", by=store["coordinator"])) == "case_departed"
    services.hand_over(case=case, to="Migración Colombia", by=store["coordinator"])
    assert state(store, case) == "handed_over"
    with at(clock.now() + timedelta(days=30)):
        services.follow_up(case=case, found="Lives with her sister", by=store["protection"])
    assert state(store, case) == "followed_up"
    assert Stay.objects.get(person=ana.person_ids[0]).outcome == "returned"
    assert not Custody.objects.filter(ended_at__isnull=True).exists(), "who has left is in nobody's custody here"
    assert ReturnCase.objects.get(id=case).closed_why == "followed_up"
    assert rebuild().identical


def test_p12_consent_is_asked_after_the_rules_were_explained_and_counts_after_the_cooling_off(
    store: Actors, ana: Registered, at: Any
) -> None:
    person, by = ana.person_ids[0], store["protection"]
    case = services.open_case(person=person, kind="voluntary", destination="col", by=by)
    assert code(lambda: services.consent(case=case, asked=PLAIN, by=by)) == "return_consent_unexplained"
    services.explain(case=case, language="es", by=by)
    bars = set(selectors.case_for(by, case).explained.rules)
    assert "pan_voluntary_no_order" in bars
    assert "usa_unlawful_crossing" not in bars, "in August 2023 it was not in force yet"
    unheard = Circumstances(language="es", shared=False)
    assert code(lambda: services.consent(case=case, asked=unheard, by=by)) == "consent_not_understood"
    hotel = Circumstances(language="es", shared=True, custody_place="hotel")
    assert code(lambda: services.consent(case=case, asked=hotel, by=by)) == "consent_without_counsel"
    services.consent(case=case, asked=PLAIN, by=by)
    services.record_document(case=case, kind="passport", until=date(2024, 1, 1), by=store["coordinator"])
    over = date(2023, 8, 1)
    finding = {"case": case, "finding": "fit", "found_by": "Dr. Ríos", "by": store["registrar"]}
    assert code(lambda: services.find_fit(**finding, until=over)) == "fit_ended"
    services.find_fit(**finding)
    assert [said.code for said in selectors.case_for(by, case).missing] == ["return_consent"]
    flight = a_flight(store, days=2)
    assert code(lambda: on(store, flight, ana)) == "seat_return_consent"
    later = a_flight(store, days=3)
    on(store, later, ana)
    assert code(lambda: seal(manifest=later, by=store["coordinator"])) == "manifest_return_consent"
    with at(clock.now() + timedelta(hours=72)):
        seal(manifest=later, by=store["coordinator"])


def test_p12_a_new_rule_has_to_be_explained_before_the_question(store: Actors, ana: Registered, at: Any) -> None:
    by = store["protection"]
    case = services.open_case(person=ana.person_ids[0], kind="voluntary", destination="COL", by=by)
    services.explain(case=case, language="es", by=by)
    from datetime import UTC, datetime

    with at(datetime(2024, 6, 5, 15, tzinfo=UTC)):  # the five years of the United States are in force since today
        assert code(lambda: services.consent(case=case, asked=PLAIN, by=by)) == "return_consent_unexplained"
        services.explain(case=case, language="es", by=by)
        services.consent(case=case, asked=PLAIN, by=by)
    assert [rule.years for rule in in_force().entry_rules if rule.id == "usa_unlawful_crossing"] == [5]


def test_p12_p9_taking_it_back_works_until_the_door_closes_and_frees_the_seats_of_the_family(
    store: Actors, at: Any
) -> None:
    family = a_family(store, place=HOME, size=2)
    cleared(family, store["operator"])
    cases = [made_ready(store, person, "voluntary") for person in family.person_ids]
    flight = a_flight(store, days=3)
    assert on(store, flight, family) == 2
    with at(clock.now() + timedelta(hours=73)):
        seal(manifest=flight, by=store["coordinator"])
        roll_call(manifest=flight, boarded=family.person_ids, by=store["coordinator"])
        services.withdraw_consent(case=cases[0], by=store["registrar"])
        assert not Seat.objects.filter(live=True).exists(), "nobody is sent home without the other"
        assert code(lambda: depart(manifest=flight, by=store["coordinator"])) in ("no_roll_call", "manifest_empty")
        assert [state(store, case) for case in cases] == ["open", "open"]
        assert code(lambda: services.withdraw_consent(case=cases[0], by=store["registrar"])) == "no_consent"


def test_p12_who_has_left_cannot_take_it_back_any_more_and_hears_why(store: Actors, ana: Registered, at: Any) -> None:
    case = made_ready(store, ana.person_ids[0], "voluntary")
    flight = a_flight(store, days=3)
    on(store, flight, ana)
    with at(clock.now() + timedelta(hours=73)):
        seal(manifest=flight, by=store["coordinator"])
        roll_call(manifest=flight, boarded=ana.person_ids, by=store["coordinator"])
        depart(manifest=flight, by=store["coordinator"])
        assert code(lambda: services.withdraw_consent(case=case, by=store["registrar"])) == "case_departed"
    assert not ReturnConsent.objects.filter(withdrawn_at__isnull=False).exists()


@pytest.mark.parametrize(
    "change",
    ["appeal", "objection", "hold", "wish", "unfit", "elsewhere", "taken_back", "closed"],
)
def test_whatever_comes_to_stand_against_a_return_strikes_the_seat_at_once(
    store: Actors, ana: Registered, change: str
) -> None:
    person = ana.person_ids[0]
    case = made_ready(store, person)
    ReturnCase.objects.filter(id=case).update(appeal_until=clock.now().date() + timedelta(days=1))
    flight = a_flight(store, days=2)
    on(store, flight, ana)
    today = clock.now().date()
    {
        "appeal": lambda: services.file_appeal(case=case, filed_on=today, suspensive=True, by=store["registrar"]),
        "objection": lambda: services.object_to(case=case, words="I was not heard", by=store["registrar"]),
        "hold": lambda: place_hold(person=person, kind="torture", reason="said so", by=store["protection"]),
        "wish": lambda: flag_need(person=person, code="asylum_wish", by=store["registrar"]),
        "unfit": lambda: services.find_fit(case=case, finding="unfit", found_by="Dr. Ríos", by=store["registrar"]),
        "elsewhere": lambda: services.set_destination(
            case=case, destination="VEN", reason="asked for it", by=store["registrar"]
        ),
        "taken_back": lambda: services.set_aside(case=case, by=store["registrar"]),
        "closed": lambda: services.close(case=case, why="stays", by=store["coordinator"]),
    }[change]()
    assert not Seat.objects.filter(live=True).exists()
    if change == "elsewhere":  # the flight to the old country takes nobody whose case names another
        assert code(lambda: on(store, flight, ana)) == "seat_return_elsewhere"


def test_p17_an_upheld_objection_takes_the_decision_down_and_a_third_person_answers_it(
    store: Actors, ana: Registered
) -> None:
    case = made_ready(store, ana.person_ids[0])
    objection = services.object_to(case=case, words="I was not heard", by=store["coordinator"])
    with pytest.raises(NotAllowed):  # whoever decides about removals does not answer
        answer_objection(objection=objection, answer="no", upheld=False, by=store["registrar"])
    answer_objection(objection=objection, answer="The hearing was missing", upheld=True, by=store["protection"])
    row = ReturnCase.objects.get(id=case)
    assert (row.decided_on, row.set_aside) == (None, "objection_upheld")
    assert state(store, case) == "open"


def test_an_appeal_that_is_upheld_takes_the_decision_down_and_a_late_one_is_for_counsel(
    store: Actors, ana: Registered
) -> None:
    by, today = store["registrar"], clock.now().date()
    case = made_ready(store, ana.person_ids[0])
    assert code(lambda: services.file_appeal(case=case, filed_on=today, suspensive=True, by=by)) == "appeal_late"
    services.decide(
        case=case,
        authority="Migration",
        reference="R 2",
        legal_basis="Law",
        decided_on=today,
        appeal_until=today,
        by=by,
    )
    services.file_appeal(case=case, filed_on=today, suspensive=True, by=store["protection"])
    services.decide_appeal(case=case, outcome="upheld", decided_on=today, by=by)
    assert ReturnCase.objects.get(id=case).set_aside == "appeal_upheld"


def test_who_travels_with_an_escort_where_to_and_why_is_written_down(store: Actors, ana: Registered) -> None:
    by = store["coordinator"]
    case = made_ready(store, ana.person_ids[0])
    assert code(lambda: services.set_escort(case=case, escort="escorted", reason=" ", by=by)) == "words_missing"
    services.set_escort(case=case, escort="escorted", reason="asked for company", by=by)
    with pytest.raises(NotAllowed):  # who fills the flight does not say where an order sends somebody
        services.set_destination(case=case, destination="ven", reason="asked for it", by=by)
    services.set_destination(case=case, destination="ven", reason="asked for it", by=store["registrar"])
    today = clock.now().date()
    (party,) = selectors.movable(today, today)
    assert (party.escorted, party.destination, party.blocked) == (True, "VEN", ())
    services.set_aside(case=case, by=store["registrar"])
    (party,) = selectors.movable(today, today)
    assert party.blocked == ("return_undecided",)
    with pytest.raises(Refused, match="ISO 3166-1"):
        services.set_destination(case=case, destination="Venezuela", reason="x", by=store["registrar"])


def test_p14_what_rests_on_law_is_not_asked_and_what_is_asked_nobody_decides(store: Actors, ana: Registered) -> None:
    case = made_ready(store, ana.person_ids[0])
    assert code(lambda: services.consent(case=case, asked=PLAIN, by=store["protection"])) == "not_voluntary"
    services.close(case=case, why="stays", by=store["coordinator"])
    other = services.open_case(person=ana.person_ids[0], kind="voluntary", destination="COL", by=store["protection"])
    assert code(
        lambda: services.decide(
            case=other, authority="a", reference="b", legal_basis="c", decided_on=date(2023, 8, 1), no_appeal=True,
            by=store["registrar"],
        )
    ) == "voluntary_is_not_ordered"  # fmt: skip


def test_p7_a_feared_country_is_refused_in_words_for_who_asks(store: Actors) -> None:
    person = a_person(store, place=HOME, feared_country="VEN").person_ids[0]

    def opened(by: str) -> None:
        services.open_case(person=person, kind="voluntary", destination="VEN", by=store[by])

    with pytest.raises(Refused, match="An interview is still to come"):
        opened("coordinator")
    with pytest.raises(Refused, match="they fear"):
        opened("protection")


def test_who_fills_the_flight_neither_decides_nor_asks(store: Actors, ana: Registered) -> None:
    person = ana.person_ids[0]
    with pytest.raises(NotAllowed):
        services.open_case(person=person, kind="deportation", destination="COL", by=store["coordinator"])
    case = services.open_case(person=person, kind="voluntary", destination="COL", by=store["coordinator"])
    for forbidden in (
        lambda: services.explain(case=case, language="es", by=store["coordinator"]),
        lambda: services.consent(case=case, asked=PLAIN, by=store["coordinator"]),
        lambda: services.find_fit(case=case, finding="fit", found_by="x", by=store["coordinator"]),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_p13_custody_past_its_limit_is_red_and_reaches_oversight(store: Actors, ana: Registered, at: Any) -> None:
    now = clock.now()
    told = {"basis": "Law 1", "authority": "Judge", "since": now, "maximum": now + timedelta(hours=24)}
    held = services.record_custody(
        person=ana.person_ids[0], next_review=now + timedelta(hours=12), counsel="Lic. Díaz", by=store["registrar"],
        **told,
    )  # fmt: skip
    assert [view.red for view in selectors.custody_for(store["supervisor"])] == [()]
    with at(now + timedelta(hours=13)):
        assert [view.red for view in selectors.custody_for(store["supervisor"])] == [("review_due",)]
        later = now + timedelta(hours=20)
        services.review_custody(custody=held, outcome="goes on", next_review=later, by=store["protection"])
        assert [view.red for view in selectors.custody_for(store["supervisor"])] == [()]
    with at(now + timedelta(hours=25)):
        assert selectors.custody_for(store["supervisor"], only_red=True)[0].red == ("past_maximum", "review_due")
        services.end_custody(custody=held, why="released", by=store["registrar"])
        assert selectors.custody_for(store["supervisor"]) == []
    assert rebuild().identical


def test_p12_p13_a_consent_of_who_is_in_the_register_needs_counsel(store: Actors, ana: Registered) -> None:
    now, by = clock.now(), store["protection"]
    services.record_custody(
        person=ana.person_ids[0], basis="Law 1", authority="Judge", since=now, maximum=now + timedelta(hours=24),
        next_review=now + timedelta(hours=12), by=store["registrar"],
    )  # fmt: skip
    case = services.open_case(person=ana.person_ids[0], kind="voluntary", destination="COL", by=by)
    services.explain(case=case, language="es", by=by)
    assert code(lambda: services.consent(case=case, asked=PLAIN, by=by)) == "consent_without_counsel"
    with_counsel = Circumstances(language="es", shared=True, counsel="Lic. Díaz")
    services.consent(case=case, asked=with_counsel, by=by)
    assert ReturnConsent.objects.get().in_custody


def test_p11_the_own_consulate_hears_who_somebody_is_after_a_final_decision_and_not_before(
    store: Actors, ana: Registered
) -> None:
    from dataclasses import replace

    from cauce.corridor.services import apply_corridor

    person = ana.person_ids[0]
    corridor = in_force()
    consulate = replace(corridor.recipients[0], id="col_consulate", country="COL", controller="Consulate of Colombia")
    apply_corridor(corridor=replace(corridor, recipients=(*corridor.recipients, consulate)), by=store["administrator"])
    case = services.open_case(person=person, kind="deportation", destination="COL", by=store["registrar"])

    def told() -> dict[str, str]:
        return services.tell_consulate(case=case, recipient="col_consulate", by=store["coordinator"])

    assert code(told) == "own_or_feared_country"
    today = clock.now().date()
    decision = {"authority": "Migration", "reference": "R 1", "legal_basis": "Law", "by": store["registrar"]}
    services.decide(case=case, decided_on=today, appeal_until=today, **decision)
    assert code(told) == "own_or_feared_country"
    services.decide(case=case, decided_on=today, no_appeal=True, **decision)
    row = told()
    assert row["nationality"] == "COL"
    assert row["seat"] == "", "who somebody is, not that and how they travel"
    assert row["card_number"] == ""
    place_hold(person=person, kind="asylum", reason="said so", by=store["protection"])
    assert code(lambda: release(recipient="col_consulate", persons=[person], what="x", by=store["coordinator"])) == (
        "own_or_feared_country"
    )


def test_p15_what_was_told_is_sealed_and_goes_with_the_person(store: Actors, ana: Registered) -> None:
    person = ana.person_ids[0]
    case = made_ready(store, person)
    bodies = b"".join(
        bytes(body) for body in Entry.objects.filter(name__startswith="movement.return").values_list("body", flat=True)
    )
    for secret in (b"Decree-Law", b"R\\u00edos", "Ríos".encode(), b"Migration service"):
        assert secret not in bodies
    assert ReturnCase.objects.get(id=case).authority == "Migration service"
    erase(person=person, reason="asked", by=store["administrator"])
    row = ReturnCase.objects.get(id=case)
    assert (row.authority, row.legal_basis, row.fit, row.kind) == ("", "", "", "deportation")
    assert rebuild().identical


def test_parties_are_whole_families_with_the_day_they_are_ready_and_why_not(store: Actors, ana: Registered) -> None:
    today = clock.now().date()
    family = a_family(store, place=HOME, size=3)
    cleared(family, store["operator"])
    for person in family.person_ids:
        made_ready(store, person, "voluntary")
    made_ready(store, ana.person_ids[0])
    parties = {party.group: party for party in selectors.movable(today, today + timedelta(days=30))}
    alone, three = parties[ana.group_id], parties[family.group_id]
    assert (alone.ready, alone.blocked, alone.kinds, alone.destination) == (today, (), ("deportation",), "COL")
    assert (three.ready, three.blocked, len(three.persons)) == (today + timedelta(days=3), (), 3)
    assert three.weight_reasons == ("voluntary", "family")
    place_hold(person=family.person_ids[1], kind="torture", reason="said so", by=store["protection"])
    (party,) = [p for p in selectors.movable(today, today + timedelta(days=30)) if p.group == family.group_id]
    assert set(party.blocked) == {"interview", "group_waits"}, "no plan hears of what kind the hold is"
    (late,) = [p for p in selectors.movable(today, today + timedelta(days=1)) if p.group == family.group_id]
    assert "too_late" in late.blocked


def test_one_open_case_a_person(store: Actors, ana: Registered) -> None:
    made_ready(store, ana.person_ids[0])
    with pytest.raises(Refused, match="open return case already"):
        services.open_case(person=ana.person_ids[0], kind="voluntary", destination="COL", by=store["protection"])
