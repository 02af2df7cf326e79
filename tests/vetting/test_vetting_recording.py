"""What officers record by hand: checks done elsewhere, waivers, vaccinations, ages that are not asked."""

from __future__ import annotations

from datetime import date

import pytest
from tests.factories import a_family
from tests.vetting.conftest import BYSTANDER, Bring, Person

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.people.intake import NewDocument
from cauce.vetting.models import Vaccination
from cauce.vetting.selectors import checks_of, vaccinations_for
from cauce.vetting.services import record_check, record_vaccination, run_pending

Actors = dict[str, Actor]


def row(person, check: str):
    return checks_of([person])[person][check]


def test_p3_a_waiver_names_who_waived(store: Actors, person: Person) -> None:
    who = person()
    assert row(who, "biometric").waived_by == "corridor"
    record_check(person=who, check_id="biometric", result="pending", by=store["registrar"])
    assert (row(who, "biometric").result, row(who, "biometric").waived_by) == ("pending", "")
    record_check(person=who, check_id="biometric", result="waived", note="no scanner", by=store["registrar"])
    assert (row(who, "biometric").result, row(who, "biometric").waived_by) == ("waived", "registrar")


def test_p3_nobody_waives_what_the_corridor_does_not_let_them(store: Actors, person: Person) -> None:
    who = person()
    with pytest.raises(Refused, match="nobody waive"):
        record_check(person=who, check_id="watchlist", result="waived", by=store["registrar"])
    with pytest.raises(Refused, match="not by hand"):
        record_check(person=who, check_id="document", result="clear", by=store["registrar"])
    with pytest.raises(Misused, match="confirmed"):
        record_check(person=who, check_id="biometric", result="confirmed", by=store["registrar"])
    with pytest.raises(Misused, match="astrology"):
        record_check(person=who, check_id="astrology", result="clear", by=store["registrar"])
    with pytest.raises(Unknown):
        record_check(person=new_id(), check_id="biometric", result="clear", by=store["registrar"])
    with pytest.raises(NotAllowed):
        record_check(person=who, check_id="biometric", result="clear", by=store["coordinator"])


def test_a_check_is_not_waived_around_an_open_review(store: Actors, bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who = person(documents=(NewDocument(kind="passport", number="X7654321", issuer="VEN", kept_as_printed=True),))
    run_pending()
    with pytest.raises(Refused, match="review of this check is still open"):
        record_check(person=who, check_id="document", result="waived", by=store["registrar"])


def test_a_waiver_survives_a_correction(store: Actors, bring: Bring, person: Person) -> None:
    from cauce.people.services import correct

    bring(BYSTANDER)
    who = person()
    run_pending()
    record_check(person=who, check_id="document", result="waived", by=store["registrar"])
    correct(person=who, changes={"sex": "X"}, reason="asked", by=store["registrar"])
    run_pending()
    assert row(who, "document").result == "waived"


def test_who_is_too_young_for_a_check_is_not_asked(store: Actors) -> None:
    from dataclasses import replace

    from cauce.corridor.selectors import in_force
    from cauce.corridor.services import apply_corridor

    corridor = in_force()
    asked = tuple(replace(c, start="pending") if c.id == "biometric" else c for c in corridor.checks)
    apply_corridor(corridor=replace(corridor, checks=asked), by=store["administrator"])
    family = a_family(store, size=2)
    adult, child = family.person_ids
    toddler = a_family(store, size=1, head={"birth_first": date(2020, 1, 1), "birth_last": date(2020, 1, 1)})
    assert row(adult, "biometric").result == "pending"
    assert row(child, "biometric").result == "pending"
    small = row(toddler.person_ids[0], "biometric")
    assert (small.result, small.reasons, small.waived_by) == ("waived", ["too_young"], "corridor")


def test_a_vaccination_ends_its_offer_at_once(store: Actors, bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who = person()
    run_pending()
    assert "vaccine_offer:mmr" in row(who, "health").reasons
    record_vaccination(person=who, vaccine="mmr", how="given", given_on=date(2023, 8, 15), by=store["registrar"])
    assert "vaccine_offer:mmr" not in row(who, "health").reasons
    assert [line.vaccine for line in vaccinations_for(store["registrar"], who)] == ["mmr"]


def test_an_adult_may_decline_a_vaccine(store: Actors, bring: Bring, person: Person) -> None:
    bring(BYSTANDER)
    who = person()
    record_vaccination(person=who, vaccine="influenza", how="declined", by=store["registrar"])
    run_pending()
    assert "vaccine_offer:influenza" not in row(who, "health").reasons
    assert row(who, "health").result == "clear"


def test_a_vaccination_that_cannot_be_is_refused(store: Actors, person: Person) -> None:
    who = person()
    with pytest.raises(Misused, match="snake oil"):
        record_vaccination(person=who, vaccine="snake oil", how="given", by=store["registrar"])
    with pytest.raises(Misused, match="rumoured"):
        record_vaccination(person=who, vaccine="mmr", how="rumoured", by=store["registrar"])
    with pytest.raises(Refused, match="still to come"):
        record_vaccination(person=who, vaccine="mmr", how="given", given_on=date(2024, 1, 1), by=store["registrar"])
    assert not Vaccination.objects.exists()


def test_p3_a_check_that_a_new_file_brings_is_asked_of_those_who_are_here(store: Actors, person: Person) -> None:
    from dataclasses import replace

    from cauce.corridor.selectors import in_force
    from cauce.corridor.services import apply_corridor
    from cauce.corridor.shape import Check

    who = person()
    corridor = in_force()
    more = (*corridor.checks, Check(id="interview", suffices={"onward": ("clear",)}))
    apply_corridor(corridor=replace(corridor, checks=more), by=store["administrator"])
    assert row(who, "interview").result == "pending"
    record_check(person=who, check_id="interview", result="clear", by=store["registrar"])
    assert row(who, "interview").result == "clear"


def test_p3_the_database_refuses_a_waiver_by_nobody(store: Actors, person: Person) -> None:
    from django.db import IntegrityError, connection, transaction

    person()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE vetting_checkresult SET result = 'waived', waived_by = '' WHERE check_id = 'document'")
