"""Local alerts: whose they are, whom they meet, and that they end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.conftest import NOON
from tests.factories import a_person
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person, filed

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.events import new_id
from cauce.journal.models import Entry, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record
from cauce.journal.verify import verify
from cauce.people.services import correct, end_stay
from cauce.vetting.events import ReviewOpened
from cauce.vetting.models import HandOver, NotTheSame, Review
from cauce.vetting.selectors import checks_of
from cauce.vetting.services import (
    Added,
    Sought,
    add_alert,
    decide,
    end_alert,
    expire_alerts,
    review_alert,
    run_pending,
)
from cauce.vetting.sought_models import ALERTS, Alert

At = Callable[[datetime], AbstractContextManager[None]]
SOUGHT = Sought(names=("Zarbuk Ostrovoy Qandil",), birth_dates=("1971-03-09",), sex="M", nationalities=("SYR",))
STATED: dict[str, Any] = {
    "why": "Left a hospital where he is being treated.",
    "owner": "Prosecutor of Darién",
    "basis": "Order 17 of 2023",
    "consequence": "refer",
    "authority": "Prosecutor on duty",
    "review_on": date(2023, 8, 20),
    "expires_on": date(2023, 8, 31),
}
LAST_MOMENT = datetime(2023, 9, 1, 5, 0, tzinfo=UTC)  # midnight at the stations


@pytest.fixture
def alert(store: dict[str, Actor]) -> Callable[..., Added]:
    def one(sought: Sought = SOUGHT, **changes: Any) -> Added:
        return add_alert(sought=sought, **(STATED | changes), by=store["analyst3"])

    return one


Alerting = Callable[..., Added]


def result(person: UUID) -> tuple[str, list[str]]:
    row = checks_of([person])[person]["watchlist"]
    return row.result, row.reasons


def test_everybody_present_is_searched_when_an_alert_is_added(bring: Bring, person: Person, alert: Alerting) -> None:
    bring(BYSTANDER)
    who, other = person(**NAMED), person()
    run_pending()
    assert result(who)[0] == "clear"
    added = alert()
    review = Review.objects.get()
    assert (review.person, review.list_name, review.list_entry) == (who, ALERTS, added.number)
    assert review.listed["names"] == ["Zarbuk Ostrovoy Qandil"]
    assert result(who) == ("refer", [f"hit:{ALERTS}"])
    assert result(other)[0] == "clear"


def test_everybody_new_is_searched_in_the_alerts(bring: Bring, person: Person, alert: Alerting) -> None:
    bring(BYSTANDER)
    alert()
    who = person(**NAMED)
    run_pending()
    assert Review.objects.get().person == who


def test_without_any_list_an_alert_finds_its_person_and_clears_nobody(
    person: Person, alert: Alerting, bring: Bring
) -> None:
    who, other = person(**NAMED), person()
    alert()
    assert result(who)[0] == "refer"
    assert result(other) == ("pending", ["no_list"])
    bring(BYSTANDER)
    assert result(who)[0] == "refer"
    assert result(other)[0] == "clear"


def test_a_paper_finds_the_person_under_a_name_that_would_not_do_alone(
    bring: Bring, person: Person, alert: Alerting
) -> None:
    from cauce.people.intake import NewDocument

    bring(BYSTANDER)
    paper = NewDocument(kind="passport", number="SY 445566", issuer="SYR", expires=date(2030, 1, 1))
    who = person(given_names="Zarbuk", family_names="Thimblethorne", documents=(paper,))
    alert(Sought(names=SOUGHT.names, documents=("passport:SY445566:Syria",)))
    assert Review.objects.get().person == who


def test_a_new_alert_is_asked_of_everybody_and_old_ones_are_not_asked_again(
    bring: Bring, person: Person, alert: Alerting, store: dict[str, Actor]
) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    alert()
    decide(review=Review.objects.get().id, outcome="not_same", reason="taller", by=store["analyst"])
    alert(Sought(names=("Quincy Nobody Known",)))
    assert Review.objects.count() == 1
    correct(person=who, changes={"sex": "X"}, reason="asked", by=store["registrar"])
    run_pending()
    assert Review.objects.count() == 1
    assert NotTheSame.objects.get().list_name == ALERTS


def test_everybody_is_searched_in_the_alerts_again_when_a_corridor_file_has_another_threshold(
    store: dict[str, Actor], bring: Bring, person: Person, alert: Alerting
) -> None:
    bring(BYSTANDER)
    filed(store, 0.99)
    alert()
    who = person(**NAMED | {"birth_first": None, "birth_last": None, "sex": ""})
    run_pending()
    assert result(who)[0] == "clear"
    filed(store, 0.4)
    assert result(who)[0] == "refer"
    filed(store, 0.99)
    assert result(who)[0] == "clear"
    assert Review.objects.get(person=who).closed_why == "below_threshold"


def test_p6_an_alert_says_whose_it_is_and_until_when(store: dict[str, Actor], alert: Alerting) -> None:
    for missing in ("owner", "basis", "authority", "why"):
        with pytest.raises(Refused) as said:
            alert(**{missing: " "})
        assert said.value.code == "not_stated"
    for dates in (
        {"review_on": date(2023, 9, 1)},
        {"review_on": date(2023, 8, 14)},
        {"expires_on": date(2023, 8, 14), "review_on": date(2023, 8, 14)},
    ):
        with pytest.raises(Refused) as said:
            alert(**dates)
        assert said.value.code == "alert_dates"
    with pytest.raises(Misused):
        alert(consequence="arrest")
    with pytest.raises(NotAllowed):
        add_alert(sought=SOUGHT, **STATED, by=store["registrar"])
    assert not Alert.objects.exists()


def test_p6_the_database_takes_no_alert_without_owner_basis_and_end(alert: Alerting) -> None:
    alert()
    for change in ({"owner": ""}, {"legal_basis": ""}, {"authority": ""}, {"review_on": date(2024, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.update(**change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": ("  ",)},
        {"names": ("???",)},
        {"birth_dates": ("yesterday",)},
        {"sex": "Q"},
        {"nationalities": ("Atlantis",)},
        {"documents": ("SY445566",)},
    ],
)
def test_what_is_not_understood_is_refused_before_anybody_is_sought(alert: Alerting, wrong: dict[str, Any]) -> None:
    with pytest.raises(Misused):
        alert(replace(SOUGHT, **wrong))
    assert not Alert.objects.exists()


def test_p6_a_match_is_offered_to_the_alerts_own_authority(
    bring: Bring, person: Person, alert: Alerting, store: dict[str, Actor]
) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    alert(consequence="hold")
    review = Review.objects.get()
    for account in ("analyst", "analyst2"):
        decide(review=review.id, outcome="same", reason="the scar", by=store[account])
    assert HandOver.objects.get().authority == "Prosecutor on duty"
    from cauce.protection.models import Hold

    assert Hold.objects.get(person=who).basis == "Order 17 of 2023"
    assert result(who)[0] == "confirmed"


def test_an_alert_that_only_informs_blocks_nothing(bring: Bring, person: Person, alert: Alerting) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    alert(consequence="inform")
    assert Review.objects.get().blocks is False
    assert result(who)[0] == "clear"


def test_p6_an_alert_of_the_persons_own_state_goes_to_a_protection_officer_first(
    bring: Bring, person: Person, alert: Alerting
) -> None:
    bring(BYSTANDER)
    person(**NAMED)
    alert(state="Syria")
    assert Review.objects.get().protection_first is True


def test_an_alert_that_expired_matches_nobody_from_that_moment_and_its_reviews_close(
    bring: Bring, person: Person, alert: Alerting, at: At
) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    alert()
    with at(LAST_MOMENT - timedelta(seconds=1)):
        assert expire_alerts() == 0
        late = person(**NAMED)
        run_pending()
        assert Review.objects.get(person=late).status == "open"
    with at(LAST_MOMENT):
        later = person(**NAMED)
        run_pending()
        assert result(later)[0] == "clear"
        assert expire_alerts() == 1
        assert set(Review.objects.values_list("status", "closed_why")) == {("closed", "alert_expired")}
        assert result(who)[0] == result(late)[0] == "clear"
        assert expire_alerts() == 0


def test_p6_the_database_opens_no_review_of_an_alert_that_is_over(
    person: Person, alert: Alerting, at: At, store: dict[str, Actor], bring: Bring
) -> None:
    bring(BYSTANDER)
    who = person()
    added = alert()
    asked = ReviewOpened(
        id=new_id(), person=who, check_id="watchlist", due_at=NOON, list_name=ALERTS, list_entry=added.number
    )
    with at(LAST_MOMENT), pytest.raises(IntegrityError, match="alert_over"), transaction.atomic():
        record(asked, by=store["operator"])
    end_alert(number=added.number, why="found", by=store["analyst"])
    with pytest.raises(IntegrityError, match="alert_over"), transaction.atomic():
        record(asked, by=store["operator"])


def test_p6_nobody_confirms_a_match_with_an_alert_that_is_over(
    bring: Bring, person: Person, alert: Alerting, at: At, store: dict[str, Actor]
) -> None:
    bring(BYSTANDER)
    person(**NAMED)
    alert()
    review = Review.objects.get()
    decide(review=review.id, outcome="same", reason="the scar", by=store["analyst"])
    with at(LAST_MOMENT), pytest.raises(Refused) as said:
        decide(review=review.id, outcome="same", reason="the scar", by=store["analyst2"])
    assert said.value.code == "alert_over"


def test_an_alert_that_is_ended_closes_its_reviews_and_ends_what_it_offered(
    bring: Bring, person: Person, alert: Alerting, store: dict[str, Actor]
) -> None:
    bring(BYSTANDER)
    who, other = person(**NAMED), person(**NAMED)
    added = alert(consequence="hold")
    for account in ("analyst", "analyst2"):
        decide(review=Review.objects.get(person=who).id, outcome="same", reason="the scar", by=store[account])
    end_alert(number=added.number, why="He came back by himself.", by=store["administrator"])
    assert Review.objects.get(person=other).closed_why == "alert_ended"
    assert HandOver.objects.get().status == "ended"
    assert result(who)[0] == result(other)[0] == "clear"
    from cauce.protection.models import Hold

    assert not Hold.objects.filter(lifted_at__isnull=True).exists()
    with pytest.raises(Refused) as said:
        end_alert(number=added.number, why="again", by=store["administrator"])
    assert said.value.code == "alert_over"


def test_a_review_date_moves_with_a_note_and_no_further_than_the_end(alert: Alerting, store: dict[str, Actor]) -> None:
    added = alert()
    review_alert(number=added.number, review_on=date(2023, 8, 25), note="still missing", by=store["analyst2"])
    row = Alert.objects.get()
    assert (row.review_on, row.expires_on, row.reviewed_by) == (date(2023, 8, 25), date(2023, 8, 31), "analyst2")
    with pytest.raises(Refused):
        review_alert(number=added.number, review_on=date(2023, 9, 25), note="still missing", by=store["analyst2"])
    review_alert(
        number=added.number,
        review_on=date(2023, 9, 25),
        expires_on=date(2023, 9, 30),
        note="still missing",
        by=store["analyst2"],
    )
    assert Alert.objects.get().expires_at == datetime(2023, 10, 1, 5, 0, tzinfo=UTC)


def test_p16_who_has_left_is_not_searched_in_a_new_alert(
    bring: Bring, person: Person, alert: Alerting, store: dict[str, Actor]
) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    run_pending()
    end_stay(person=who, outcome="walked_on", by=store["coordinator"])
    never_checked = person(**NAMED)
    end_stay(person=never_checked, outcome="walked_on", by=store["coordinator"])
    alert()
    run_pending()
    assert not Review.objects.exists()


def test_p15_who_is_sought_is_sealed_under_the_alerts_own_key_and_goes_with_it(
    bring: Bring, person: Person, alert: Alerting, at: At, store: dict[str, Actor]
) -> None:
    bring(BYSTANDER)
    person(**NAMED)
    added = alert()
    entry = Entry.objects.get(name="vetting.alert_added")
    for secret in (b"Ostrovoy", b"1971", b"hospital", b"SYR"):
        assert secret not in bytes(entry.body)
    assert entry.person == added.id
    assert b"Prosecutor" in bytes(entry.body)
    with at(LAST_MOMENT):
        expire_alerts()
    assert Alert.objects.get().names
    with at(LAST_MOMENT + timedelta(days=30)):
        expire_alerts()
        row = Alert.objects.get()
        assert (row.names, row.why, row.documents, row.owner) == ([], "", [], "Prosecutor of Darién")
        assert PersonKey.objects.get(person=added.id).wrapped is None
        assert "Ostrovoy" not in str(Review.objects.values_list("listed", "pieces"))
        assert verify().first_bad is None
        assert rebuild().identical


def test_rows_of_alerts_follow_from_the_journal(
    bring: Bring, person: Person, alert: Alerting, store: dict[str, Actor], at: At
) -> None:
    bring(LISTED)
    person(**NAMED)
    added = alert()
    review_alert(number=added.number, review_on=date(2023, 8, 25), note="still missing", by=store["analyst2"])
    alert(Sought(names=("Quincy Nobody Known",)))
    end_alert(number=added.number, why="found", by=store["analyst"])
    with at(LAST_MOMENT):
        expire_alerts()
    assert rebuild().identical


def test_a_batch_and_one_alone_get_the_same_answer(
    bring: Bring, store: dict[str, Actor], alert: Alerting, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(LISTED, BYSTANDER)
    alert()
    people = [a_person(store, **NAMED).person_ids[0] for _ in range(3)]
    run_pending(limit=1)
    run_pending()
    asked = Review.objects.values_list("person", "list_name", "score")
    assert {person for person, _, _ in asked} == set(people)
    assert len({(name, score) for _, name, score in asked}) == 2


def test_a_new_edition_searches_nobody_in_alerts_or_papers_again(
    bring: Bring, person: Person, alert: Alerting, store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(BYSTANDER)
    who = person(**NAMED)
    alert()
    decide(review=Review.objects.get().id, outcome="not_same", reason="taller", by=store["analyst"])
    from cauce.vetting.models import CheckResult
    from cauce.vetting.services import finding_out

    papers = CheckResult.objects.get(person=who, check_id="document").started
    monkeypatch.setattr(finding_out, "index_of", lambda entries: pytest.fail("the alerts did not change"))
    bring(LISTED, BYSTANDER)
    assert set(Review.objects.filter(status="open").values_list("list_name", flat=True)) == {"un-sc"}
    assert CheckResult.objects.get(person=who, check_id="document").started == papers
    assert result(who)[0] == "refer"
