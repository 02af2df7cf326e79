"""P16: what is known about those who have left goes by its term: announced, in grace, gone, and in the journal."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from tests.conftest import NOON
from tests.factories import a_person

from cauce.corridor.file import load, shipped
from cauce.corridor.shape import RETENTION_KINDS, Retention
from cauce.desk.retaining import ours
from cauce.journal import blobs, clock
from cauce.journal.errors import CauceError, NotAllowed, Refused
from cauce.journal.models import Entry, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.movement.returns.services import open_case, record_custody
from cauce.people import services as people
from cauce.people.intake import NewDocument
from cauce.people.models import Document, Person
from cauce.people.photos import take_photo
from cauce.protection import retention_services as retention
from cauce.protection.retention import Case, digest, plan, stage
from cauce.protection.services import place_hold, record_consent
from cauce.vetting.models import CheckResult, Review
from cauce.vetting.services import decide, run_pending

DAY = timedelta(days=1)
FILE = Path(__file__).parents[2] / "corridors" / "darien" / "corridor.toml"
KIN = "Tía Eulogia"
RULE = Retention("person", 30, warn_days=7, grace_days=5)


@pytest.fixture
def gone(store):
    """Somebody with a doubtful paper and a next of kin, looked at, who walked on at NOON."""
    paper = NewDocument(kind="passport", number="ZQ7719043", issuer="VEN", kept_as_printed=True)
    person = a_person(store, documents=(paper,), next_of_kin=KIN).person_ids[0]
    run_pending()
    review = Review.objects.get(person=person)
    decide(review=review.id, outcome="not_same", reason="seen with a lamp", by=store["analyst"])
    people.end_stay(person=person, outcome="walked_on", note="", by=store["registrar"])
    return person


def due_of(store, after):
    """Kind -> how many would go that long after NOON."""
    with clock.stopped(NOON + after):
        return {each.rule.kind: len(each.due) for each in retention.plans_for(store["administrator"], ours)}


@pytest.mark.parametrize(
    ("days", "expected"), [(22, "kept"), (23, "warned"), (29.9, "warned"), (30, "over"), (34.9, "over"), (35, "due")]
)
def test_p16_announced_then_over_then_due(days, expected):
    assert stage(RULE, NOON, NOON + days * DAY) == expected


def test_a_plan_says_what_goes_what_waits_and_when_the_next_will():
    ids = [UUID(int=n) for n in range(1, 5)]
    since = [NOON, NOON - 31 * DAY, NOON - 40 * DAY, NOON - 50 * DAY]
    cases = [Case(one, one, at, "hold" if n == 3 else "") for n, (one, at) in enumerate(zip(ids, since, strict=True))]
    made = plan(RULE, cases, NOON)
    assert [case.id for case in made.due] == [ids[2]]
    assert [case.because for case in made.held] == ["hold"]
    assert (made.over, made.warned) == (1, 0)
    assert made.next_at == NOON + 4 * DAY
    assert digest([made]) == digest([plan(RULE, cases[:3], NOON)]) != digest([plan(RULE, cases[:2], NOON)])


def test_p16_every_kind_has_a_term_whatever_the_file_says():
    assert tuple(rule.kind for rule in shipped().keeps()) == RETENTION_KINDS
    assert {rule.kind: rule.keep_days for rule in shipped().keeps()}["photo"] == 30


def test_p16_a_photo_is_kept_longer_than_thirty_days_only_by_a_law_that_is_cited(tmp_path):
    text = FILE.read_text()
    kept = 'kind = "photo"\nkeep_days = 30'
    assert kept in text
    path = tmp_path / "corridor.toml"
    path.write_text(text.replace(kept, kept.replace("30", "31")))
    with pytest.raises(CauceError) as refused:
        load(path)
    assert "P16" in str(refused.value)
    path.write_text(text.replace(kept, kept.replace("30", "31") + '\nlaw = "Ley 81 de 2019"'))
    assert load(path).keeps()[0].keep_days == 31


def test_p16_contacts_papers_and_copies_go_each_at_its_term(store, gone):
    assert due_of(store, 36 * DAY) == {
        "photo": 0,
        "contact": 0,
        "document": 0,
        "review_copy": 0,
        "crew": 0,
        "person": 0,
    }
    assert due_of(store, 37 * DAY) == {
        "photo": 0,
        "contact": 1,
        "document": 0,
        "review_copy": 0,
        "crew": 0,
        "person": 0,
    }
    assert due_of(store, 97 * DAY) == {
        "photo": 0,
        "contact": 1,
        "document": 1,
        "review_copy": 1,
        "crew": 0,
        "person": 0,
    }
    assert due_of(store, 395 * DAY)["person"] == 1


def test_p16_nothing_goes_that_was_not_shown_within_a_day(store, gone):
    admin = store["administrator"]
    with clock.stopped(NOON + 100 * DAY):
        plans = retention.plans_for(admin, ours)
        with pytest.raises(Refused, match="Look at it first"):
            retention.let_go(plans, by=admin)
        retention.show(plans, by=admin)
    with clock.stopped(NOON + 101 * DAY + timedelta(minutes=1)):
        with pytest.raises(Refused, match="Look at it first"):
            retention.let_go(retention.plans_for(admin, ours), by=admin)
        assert Person.objects.get(id=gone).next_of_kin == KIN
        retention.show(plans, by=admin)
        assert retention.let_go(retention.plans_for(admin, ours), by=admin)["document"] == 1


def test_p16_what_went_is_gone_from_the_rows_and_stands_in_the_journal(store, gone):
    admin = store["administrator"]
    with clock.stopped(NOON + 100 * DAY):
        done = retention.let_go(retention.plans_for(admin, ours), by=admin, unseen=True)
        assert done == {"photo": 0, "contact": 1, "document": 1, "review_copy": 1, "crew": 0, "person": 0}
        assert due_of(store, 100 * DAY) == dict.fromkeys(done, 0)
        assert Person.objects.get(id=gone).next_of_kin == ""
        assert not Document.objects.filter(person=gone).exists()
        review = Review.objects.get(person=gone)
        assert (review.listed, review.pieces, review.outcome) == ({}, [], "not_same")
        assert Entry.objects.filter(name="people.document_withdrawn", person=gone).exists()
        assert rebuild().identical


def test_p16_who_somebody_was_goes_with_the_key(store, gone):
    admin = store["administrator"]
    with clock.stopped(NOON + 400 * DAY):
        assert retention.let_go(retention.plans_for(admin, ours), by=admin, unseen=True)["person"] == 1
        assert Person.objects.get(id=gone).erased
        assert PersonKey.objects.get(person=gone).wrapped is None
        assert rebuild().identical


def test_p16_nobody_is_forgotten_in_the_middle_of_something(store, gone):
    place_hold(person=gone, kind="asylum", reason="asked at the border", by=store["protection"])
    with clock.stopped(NOON + 400 * DAY):
        person = next(each for each in retention.plans_for(store["administrator"], ours) if each.rule.kind == "person")
    assert person.due == ()
    assert [case.because for case in person.held] == ["hold"]


def test_p16_who_came_back_after_the_dry_run_is_not_forgotten(store, gone):
    admin, still = store["administrator"], a_person(store).person_ids[0]
    held = a_person(store).person_ids[0]
    for person in (still, held):
        people.end_stay(person=person, outcome="walked_on", by=store["registrar"])
    with clock.stopped(NOON + 400 * DAY):
        plans = retention.plans_for(admin, ours)
        people.reopen_stay(person=gone, reason="came back", by=store["registrar"])
        place_hold(person=held, kind="asylum", reason="asked at the border", by=store["protection"])
        done = retention.let_go(plans, by=admin, ours=ours, unseen=True)
    assert (done["person"], done["contact"]) == (1, 0)
    assert set(Person.objects.filter(erased=True).values_list("id", flat=True)) == {still}
    assert Person.objects.get(id=gone).next_of_kin == KIN
    assert rebuild().identical


@pytest.mark.parametrize("outcome", ["hospital", "custody", "transferred"])
def test_p16_of_who_is_in_hospital_or_missing_on_the_way_the_next_of_kin_is_kept(store, gone, outcome):
    people.reopen_stay(person=gone, reason="fell ill", by=store["registrar"])
    people.end_stay(person=gone, outcome=outcome, by=store["registrar"])
    after = due_of(store, 200 * DAY)
    assert (after["contact"], after["document"], after["photo"], after["person"]) == (0, 0, 0, 0)
    assert due_of(store, 395 * DAY)["person"] == 1


def test_p16_nobody_is_forgotten_in_custody_or_before_the_way_home_is_over(store, gone):
    home = a_person(store).person_ids[0]
    record_custody(
        person=gone,
        place="lajas_blancas",
        basis="Law 3 of 2008",
        authority="the third court",
        since=NOON,
        maximum=NOON + 500 * DAY,
        next_review=NOON + 30 * DAY,
        by=store["registrar"],
    )
    open_case(person=home, kind="voluntary", destination="VEN", by=store["coordinator"])
    people.end_stay(person=home, outcome="hospital", by=store["registrar"])
    with clock.stopped(NOON + 400 * DAY):
        person = next(each for each in retention.plans_for(store["administrator"], ours) if each.rule.kind == "person")
    assert person.due == ()
    assert {case.person: case.because for case in person.held} == {gone: "custody", home: "return_case"}


def test_p16_who_is_here_keeps_everything(store, gone):
    people.reopen_stay(person=gone, reason="came back", by=store["registrar"])
    assert sum(due_of(store, 1000 * DAY).values()) == 0


def test_p16_the_photo_file_goes_thirty_days_after_departure_by_itself(
    store, gone, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.CAUCE_DATA = tmp_path
    people.reopen_stay(person=gone, reason="came back", by=store["registrar"])
    record_consent(person=gone, purpose="photo", given=True, language="es", by=store["registrar"])
    image = BytesIO()
    Image.new("RGB", (120, 160), "teal").save(image, "JPEG")
    digest_ = take_photo(person=gone, image=image.getvalue(), by=store["registrar"])
    people.end_stay(person=gone, outcome="walked_on", note="", by=store["registrar"])
    assert blobs.path_of(digest_).exists()
    with clock.stopped(NOON + 38 * DAY), django_capture_on_commit_callbacks(execute=True):
        assert retention.let_go_automatically(ours) == {"photo": 1, "contact": 1}
    assert not blobs.path_of(digest_).exists()
    assert Document.objects.filter(person=gone).exists()  # not by itself: the file does not say so


def test_p16_the_departed_are_not_screened_again(store, gone):
    before = list(CheckResult.objects.filter(person=gone).order_by("check_id").values_list("check_id", "at", "due"))
    people.correct(person=gone, changes={"family_names": "Quispe"}, reason="misheard", by=store["registrar"])
    with clock.stopped(NOON + DAY):
        assert run_pending().people == 0
    after = CheckResult.objects.filter(person=gone).order_by("check_id").values_list("check_id", "at", "due")
    assert [at for _, at, _ in after] == [at for _, at, _ in before]


def test_only_who_keeps_the_store_lets_go(store, gone):
    for role in ("registrar", "analyst", "protection", "coordinator", "partner"):
        with pytest.raises(NotAllowed):
            retention.plans_for(store[role], ours)


def test_another_nodes_people_are_left_to_it(store, gone):
    from cauce.sync.custody_models import Custody

    Custody.objects.filter(person=gone).update(node="metetí")
    assert sum(due_of(store, 1000 * DAY).values()) == 0
