"""The list of reviews and its reasons, both sides, planted cases and the figures of screening, through their pages."""

from __future__ import annotations

import csv
import re

import pytest
from django.urls import reverse
from tests.factories import a_person
from tests.pages.conftest import COLUMNS, NAMED

from cauce.access.models import Reading
from cauce.vetting.models import Review
from cauce.vetting.planted import PlantedCase
from cauce.vetting.services import import_list, plant


@pytest.fixture
def review(a_match):
    return a_match()


def decide(client, review, outcome: str, reason: str):
    return client.post(reverse("vetting:review", args=[review]), {"outcome": outcome, "reason": reason})


@pytest.fixture
def planted(review, store):
    """A planted case beside the review: of the second entry of a list that is put in force for it."""
    plant(count=1, by=store["supervisor"])
    return PlantedCase.objects.get()


@pytest.fixture
def two_lists(store, tmp_path):
    """Another list in force, so that there is somebody to make a case of."""
    path = tmp_path / "second.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerow({"id": "s1", "name": "Brovik Estlander", "dob": "1961-04-09", "gender": "male"})
    import_list(path=path, format="csv", name="un-sc", by=store["administrator"])


def test_the_list_says_why_each_review_stands_where_it_stands(browser, review):
    assert "waits for this alone" in browser("analyst").get(reverse("vetting:reviews")).content.decode()


def test_the_review_says_what_would_change_the_answer_and_whose_edition_it_is(browser, review):
    text = browser("analyst").get(reverse("vetting:review", args=[review])).content.decode()
    assert "What would change the answer" in text
    assert "1971-03-09" in text.split("What would change the answer")[1].split("</ul>")[0]
    assert "Edition" in text


def test_a_name_in_another_script_is_shown_with_its_reading(browser, store, checked):
    a_person(store, **NAMED, full_name="Зарбук Островой Кандиль")
    checked()
    row = Review.objects.get()
    text = browser("analyst").get(reverse("vetting:review", args=[row.id])).content.decode()
    assert "Зарбук Островой Кандиль" in text
    assert re.search(r"read as [^<]*zarbuk", text)


def test_what_the_list_changed_since_the_last_answer_is_told(browser, review, store, tmp_path):
    decide(browser("analyst"), review, "not_same", "Another scar.")
    path = tmp_path / "newer.csv"
    path.write_text(
        "id,name,aliases,dob,nationality,gender,passports\n"
        "e1,Zarbuk Ostrovoy Qandil,The Ferryman,1971-03-09,SYR,male,N7654321\n"
    )
    import_list(path=path, format="csv", name="ofac-sdn", by=store["administrator"])
    again = Review.objects.get(status="open")
    text = browser("analyst2").get(reverse("vetting:review", args=[again.id])).content.decode()
    assert "The list has changed the entry since" in text
    assert "<ins><bdi>The Ferryman</bdi></ins>" in text
    assert "N7654321" in text
    assert "Another scar." in text


def test_a_planted_case_reads_like_any_other_until_it_is_answered(browser, two_lists, planted):
    client = browser("analyst")
    listed = client.get(reverse("vetting:reviews")).content.decode()
    page = client.get(reverse("vetting:review", args=[planted.id])).content.decode()
    assert planted.facts["family_names"] in listed
    for text in (listed, page):
        assert "lanted" not in text.split("<main", 1)[1]
    answer = client.post(
        reverse("vetting:review", args=[planted.id]),
        {"outcome": planted.truth, "reason": "The day agrees."},
        follow=True,
    )
    assert "A planted case, and you saw what it is" in answer.content.decode()
    assert planted.facts["family_names"] not in client.get(reverse("vetting:reviews")).content.decode()
    assert (
        "A planted case"
        not in browser("analyst2")
        .get(reverse("vetting:review", args=[planted.id]))
        .content.decode()
        .split("<main", 1)[1]
    )


def test_reading_a_planted_case_is_about_nobody(browser, two_lists, planted):
    browser("analyst").get(reverse("vetting:review", args=[planted.id]))
    browser("analyst").get(reverse("vetting:reviews"))
    assert not Reading.objects.filter(person=planted.id).exists()


def test_analysts_see_their_own_planted_cases_and_the_supervisor_plants(browser, two_lists, planted):
    browser("analyst").post(
        reverse("vetting:review", args=[planted.id]), {"outcome": "cannot_tell", "reason": "Too little."}
    )
    where = reverse("vetting:quality")
    own = browser("analyst").get(where).content.decode()
    assert planted.number in own
    assert "Too little." in own
    other = browser("analyst2").get(where).content.decode()
    assert "Nobody has answered one yet." in other
    supervisor = browser("supervisor")
    assert ">analyst<" in supervisor.get(where).content.decode()
    refused = supervisor.post(reverse("vetting:plant"), {"count": "99"})
    assert refused.status_code == 422
    none_left = supervisor.post(reverse("vetting:plant"), {"count": ""})
    assert none_left.status_code == 422
    assert "No case could be made" in none_left.content.decode()


def test_the_figures_page_hides_what_is_few_and_keeps_its_period(browser, review):
    client = browser("protection")
    page = client.get(reverse("vetting:stats"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "∗" in text
    assert 'value="2023-08-15"' in text
    assert client.get(reverse("vetting:stats"), {"since": "2023-08-15", "until": "2023-08-15"}).status_code == 200
    backwards = client.get(reverse("vetting:stats"), {"since": "2023-08-16", "until": "2023-08-15"})
    assert backwards.status_code == 422
    assert "before it begins" in backwards.content.decode()
    assert client.get(reverse("vetting:stats"), {"since": "yesterday"}).status_code == 422
