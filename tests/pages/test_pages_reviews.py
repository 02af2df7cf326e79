"""Reviews, hand-overs and objections through their pages."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files
from io import BytesIO
from uuid import UUID

import pytest
from django.urls import reverse
from PIL import Image

from cauce.journal import clock
from cauce.people.services import take_photo
from cauce.protection.services import record_consent
from cauce.vetting.models import Decision, HandOver, Objection, Review

SECRET = "the scar on the left hand that the list describes"


@pytest.fixture
def review(a_match):
    return a_match()


def decide(client, review: UUID, outcome: str, reason: str):
    return client.post(reverse("vetting:review", args=[review]), {"outcome": outcome, "reason": reason})


def test_the_list_shows_who_is_compared_with_whom_and_the_clock(browser, review):
    page = browser("analyst").get(reverse("vetting:reviews"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Zarbuk Ostrovoy Qandil" in text
    assert "ofac-sdn" in text
    assert "left" in text


def test_p5_an_overdue_review_comes_first_and_says_so(browser, review, at):
    with at(clock.now() + timedelta(hours=30)):
        text = browser("analyst").get(reverse("vetting:reviews")).content.decode()
    assert "overdue by" in text


def test_the_review_takes_the_score_apart_in_words(browser, review):
    text = browser("analyst").get(reverse("vetting:review", args=[review])).content.decode()
    for words in ("the same word", "the same day", "speaks strongly for", "differs; it weighs nothing"):
        assert words in text or words == "differs; it weighs nothing", words
    assert "US Department of the Treasury" in text  # whose list it is, on what basis
    assert "Legal basis here" in text


def test_the_analyst_sees_the_face_of_the_person(browser, review, store, settings, tmp_path):
    settings.CAUCE_DATA = tmp_path
    person = Review.objects.get(id=review).person
    page = reverse("vetting:review", args=[review])
    assert "<img" not in browser("analyst").get(page).content.decode()
    record_consent(person=person, purpose="photo", given=True, language="es", by=store["registrar"])
    picture = BytesIO()
    Image.new("RGB", (60, 80)).save(picture, "JPEG")
    take_photo(person=person, image=picture.getvalue(), by=store["registrar"])
    address = reverse("desk:photo", args=[person])
    assert f'<img class="portrait" src="{address}"' in browser("analyst").get(page).content.decode()
    assert browser("analyst").get(address)["Content-Type"] == "image/jpeg"


def test_every_note_of_the_matcher_has_words():
    from cauce.vetting.names import weights
    from cauce.vetting.wording import KINDS, NOTES

    names = files("cauce.vetting.names")
    source = "".join((names / f"{part}.py").read_text(encoding="utf-8") for part in ("evidence", "explaining"))
    written = {code for code in re.findall(r'"([a-z]+(?:_[a-z]+)+)"', source) if code not in KINDS}
    assert len(written) > 5
    assert {*written, *weights.NOTES, *weights.DATE_NOTES} <= NOTES.keys()


def test_reading_a_review_is_written_down(browser, review, store):
    from cauce.access.selectors import looks_for

    browser("analyst").get(reverse("vetting:review", args=[review]))
    person = Review.objects.get(id=review).person
    assert "review" in {look.what for look in looks_for(person)}


def test_a_decision_against_somebody_takes_two_and_the_second_sees_nothing_of_the_first(browser, review):
    assert decide(browser("analyst"), review, "same", SECRET).status_code == 302
    second = browser("analyst2")
    for address in (reverse("vetting:reviews"), reverse("vetting:review", args=[review])):
        text = second.get(address).content.decode()
        assert SECRET not in text
        assert "You have answered" not in text
        assert "analyst<" not in text  # not even that somebody looked
        assert " analyst," not in text
    wrong = decide(second, review, "same", " ")
    assert wrong.status_code == 422
    assert SECRET not in wrong.content.decode()
    assert decide(second, review, "same", "Everything agrees.").status_code == 302
    row = Review.objects.get(id=review)
    assert (row.status, row.outcome) == ("decided", "same")
    assert SECRET in second.get(reverse("vetting:review", args=[review])).content.decode()  # now it may be read


def test_the_page_of_an_undecided_review_is_the_same_whether_or_not_somebody_answered(browser, review):
    second = browser("analyst2")
    address = reverse("vetting:review", args=[review])
    before = second.get(address).content.decode()
    decide(browser("analyst"), review, "same", SECRET)
    after = second.get(address).content.decode()
    assert _plain(before) == _plain(after)


def test_the_persons_page_keeps_the_first_answer_from_the_second_analyst_too(browser, review):
    first, second = browser("analyst"), browser("analyst2")
    person = Review.objects.get(id=review).person
    decide(first, review, "same", SECRET)
    first.post(reverse("vetting:extend", args=[review]), {"hours": "12", "why": SECRET})
    address = reverse("desk:person", args=[person])
    text = second.get(address).content.decode()
    assert "Review opened" in text
    assert SECRET not in text
    assert "An analyst answered" not in text
    assert SECRET in first.get(address).content.decode()  # one's own words are no secret
    decide(second, review, "same", "Everything agrees.")
    assert SECRET in second.get(address).content.decode()


def _plain(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def test_the_same_analyst_cannot_answer_twice(browser, review):
    client = browser("analyst")
    decide(client, review, "same", "Once.")
    again = decide(client, review, "same", "Twice.")
    assert again.status_code == 422
    assert "Twice." not in {d.reason for d in Decision.objects.all()}
    assert Decision.objects.count() == 1
    assert "You have answered" in client.get(reverse("vetting:review", args=[review])).content.decode()


def test_no_reason_is_refused_and_the_answer_stays_chosen(browser, review):
    page = decide(browser("analyst"), review, "not_same", "")
    assert page.status_code == 422
    assert 'value="not_same"' in page.content.decode()
    assert "checked" in page.content.decode()
    assert not Decision.objects.exists()


def test_who_decides_a_review_that_was_closed_meanwhile_is_told_and_loses_no_word(browser, review):
    decide(browser("analyst"), review, "not_same", "Another mother's name.")
    page = decide(browser("analyst2"), review, "same", "What I found in the papers.")
    assert page.status_code == 409
    text = page.content.decode()
    assert "What I found in the papers." in text
    assert "Not the same" in text


def test_p5_more_time_is_given_in_writing_and_within_the_limit(browser, review):
    client = browser("analyst")
    address = reverse("vetting:extend", args=[review])
    assert client.post(address, {"hours": "12", "why": ""}).status_code == 422
    page = client.post(address, {"hours": "500", "why": "The consulate answers on Friday."})
    assert page.status_code == 422
    assert "The consulate answers on Friday." in page.content.decode()
    assert client.post(address, {"hours": "12", "why": "The consulate answers on Friday."}).status_code == 302
    assert Review.objects.get(id=review).extended_by == "analyst"


def test_the_reason_for_more_time_is_kept_from_the_second_analyst(browser, review):
    browser("analyst").post(reverse("vetting:extend", args=[review]), {"hours": "12", "why": SECRET})
    text = browser("analyst2").get(reverse("vetting:review", args=[review])).content.decode()
    assert "Extended until" in text
    assert SECRET not in text


def test_p6_a_match_with_the_persons_own_state_waits_for_a_protection_officer(browser, a_match):
    review = a_match(nationality="USA")
    analyst, protection = browser("analyst"), browser("protection")
    assert "Zarbuk" not in analyst.get(reverse("vetting:reviews")).content.decode()
    assert analyst.get(reverse("vetting:review", args=[review])).status_code == 404
    assert decide(analyst, review, "same", "x").status_code == 404
    assert not Decision.objects.exists()
    assert "Zarbuk" in protection.get(reverse("vetting:protected")).content.decode()
    assert "1 match you see first" in protection.get(reverse("protection:holds")).content.decode()
    page = protection.post(reverse("vetting:protect", args=[review]), {"note": "Fears nobody there, says so."})
    assert page.status_code == 302
    assert "Zarbuk" in analyst.get(reverse("vetting:reviews")).content.decode()


@pytest.fixture
def hand_over(browser, review):
    decide(browser("analyst"), review, "same", "One.")
    decide(browser("analyst2"), review, "same", "Two.")
    return HandOver.objects.get(review=review)


def test_p6_a_hand_over_shows_its_deadline_and_is_taken_up_by_name(browser, hand_over):
    client = browser("analyst3")
    assert "left, until" in client.get(reverse("vetting:hand_overs")).content.decode()
    address = reverse("vetting:take_up", args=[hand_over.id])
    assert client.post(address, {"officer": ""}).status_code == 422
    assert client.post(address, {"officer": "Insp. Rivas, Judicial Investigation"}).status_code == 302
    hand_over.refresh_from_db()
    assert hand_over.taken_up_by == "Insp. Rivas, Judicial Investigation"
    assert client.post(address, {"officer": "Somebody else"}).status_code == 422


def test_p6_ending_a_hand_over_needs_a_reason(browser, hand_over):
    client = browser("analyst3")
    address = reverse("vetting:end_hand_over", args=[hand_over.id])
    assert client.post(address, {"why": ""}).status_code == 422
    assert client.post(address, {"why": "They do not want him."}).status_code == 302
    hand_over.refresh_from_db()
    assert hand_over.status == "ended"


def test_p17_an_objection_sent_twice_is_one_and_somebody_uninvolved_answers(browser, review):
    person = Review.objects.get(id=review).person
    from cauce.people.models import Person

    number = Person.objects.get(id=person).number
    decide(browser("analyst"), review, "same", "One.")
    registrar = browser("registrar")
    nonce = registrar.get(reverse("vetting:object")).context["form"]["nonce"].value()
    typed = {"person": number, "about": "review", "about_id": str(review), "words": "No soy yo.", "nonce": nonce}
    for _twice in range(2):
        assert registrar.post(reverse("vetting:object"), typed).status_code == 302
    objection = Objection.objects.get()
    address = reverse("vetting:objection", args=[objection.id])
    took_part = browser("analyst").post(address, {"upheld": "no", "answer": "It was right."})
    assert took_part.status_code == 422
    assert "took part" in took_part.content.decode()
    assert "It was right." in took_part.content.decode()
    other = browser("analyst2").post(address, {"upheld": "yes", "answer": "It is not him."})
    assert other.status_code == 302
    objection.refresh_from_db()
    assert objection.upheld is True


def test_an_objection_about_nobody_keeps_the_words(browser, store):
    page = browser("registrar").post(
        reverse("vetting:object"), {"person": "ZZZ-0000-0", "about": "other", "words": "Espero hace cinco días."}
    )
    assert page.status_code == 422
    assert "Espero hace cinco días." in page.content.decode()
    assert not Objection.objects.exists()


def test_a_check_done_elsewhere_is_recorded_and_a_vaccination_once(browser, review):
    from cauce.people.models import Person
    from cauce.vetting.models import CheckResult, Vaccination

    person = Person.objects.get(id=Review.objects.get(id=review).person)
    client = browser("registrar")
    address = reverse("vetting:checks", args=[person.number])
    page = client.get(address)
    assert page.status_code == 200
    assert "ofac-sdn" not in page.content.decode()  # which list, and that there is one, is for the analysts
    assert "an interview is still to come" in page.content.decode()
    assert client.post(address, {"check_id": "biometric", "result": "clear", "note": "Migration"}).status_code == 302
    assert CheckResult.objects.get(person=person.id, check_id="biometric").result == "clear"
    nonce = page.context["vaccination"]["nonce"].value()
    vaccine = page.context["vaccination"].fields["vaccine"].choices[0][0]
    for _twice in range(2):
        done = client.post(
            reverse("vetting:vaccination", args=[person.number]),
            {"vaccine": vaccine, "how": "shown", "given_on": "2020-05-01", "nonce": nonce},
        )
        assert done.status_code == 302
    assert Vaccination.objects.count() == 1
    assert client.post(address, {"check_id": "document", "result": "clear"}).status_code == 422
