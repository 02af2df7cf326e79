"""A photo at the desk: optional, only with a yes, never in the way of a registration, never kept by a browser."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from desk_forms import a_form
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.access.models import Reading
from cauce.access.roles import ROLES, may
from cauce.desk import drafts
from cauce.people.models import Person
from cauce.people.services import take_photo
from cauce.protection.services import record_consent

SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def shelf(settings: Any, tmp_path: Path) -> Path:
    settings.CAUCE_DATA = tmp_path
    return tmp_path / "blobs"


def a_picture(size: tuple[int, int] = (900, 1200)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


def upload(content: bytes, name: str = "face.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.fixture
def person(store: dict[str, Actor]) -> UUID:
    (one,) = a_person(store).person_ids
    record_consent(person=one, purpose="photo", given=True, language="es", by=store["registrar"])
    return one


def photographed(store: dict[str, Actor], person: UUID) -> UUID:
    take_photo(person=person, image=a_picture(), by=store["registrar"])
    return person


def test_a_photo_is_taken_at_the_registration(signed_in: SignedIn, shelf: Path) -> None:
    browser = signed_in("registrar")
    persons = [
        {"given_names": "Elena", "consent_photo": "yes", "photo": upload(a_picture())},
        {"given_names": "Tomás"},
    ]
    form = a_form(browser, persons, explained_in="es")
    assert browser.post("/register/", form).status_code == 302
    elena, tomas = Person.objects.order_by("number")
    assert (shelf / elena.photo[:2] / elena.photo).exists()
    assert tomas.photo == ""


def test_f8_the_same_form_sent_twice_takes_one_photo(signed_in: SignedIn, shelf: Path) -> None:
    browser = signed_in("registrar")
    form = a_form(browser, [{"given_names": "Elena", "consent_photo": "yes"}], explained_in="es")
    for _ in range(2):
        assert browser.post("/register/", {**form, "p0-photo": upload(a_picture())}).status_code == 302
    assert len([path for path in shelf.rglob("*") if path.is_file()]) == 1


def test_a_bad_photo_loses_nothing_that_was_typed(signed_in: SignedIn, shelf: Path) -> None:
    browser = signed_in("registrar")
    told = {"given_names": "Elena", "family_names": "Rojas", "consent_photo": "yes", "photo": upload(b"no picture")}
    answer = browser.post("/register/", a_form(browser, [told], explained_in="es"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This file is no photo that can be read" in page
    assert 'value="Elena"' in page
    assert 'value="Rojas"' in page
    assert "Choose the photo again" in page
    assert not Person.objects.exists()
    assert not shelf.exists()


def kept(page: str, at: int = 0) -> str:
    found = re.search(rf'name="p{at}-photo_kept" value="([^"]*)"', page)
    return found.group(1) if found else ""


def test_a_photo_is_not_lost_when_the_page_is_shown_again(signed_in: SignedIn, shelf: Path) -> None:
    browser = signed_in("registrar")
    told = {"given_names": "Elena", "birth": "31/02/1990", "consent_photo": "yes", "photo": upload(a_picture())}
    form = a_form(browser, [told], explained_in="es")
    page = browser.post("/register/", form).content.decode()
    assert "The photo you chose is kept" in page
    assert "Choose the photo again" not in page
    (draft,) = (shelf.parent / "drafts").iterdir()
    assert b"JFIF" not in draft.read_bytes()  # P15: sealed
    del form["p0-photo"]
    form |= {"p0-birth": "1990", "p0-photo_kept": kept(page), "do": "check"}
    again = browser.post("/register/", form).content.decode()
    assert browser.post("/register/", form | {"p0-photo_kept": kept(again), "do": "save"}).status_code == 302
    assert Person.objects.get().photo
    assert not list((shelf.parent / "drafts").iterdir())


def test_a_photo_stays_with_its_person_when_another_is_taken_off_the_page(signed_in: SignedIn, shelf: Path) -> None:
    browser = signed_in("registrar")
    persons = [{"given_names": "Ana"}, {"given_names": "Elena", "consent_photo": "yes", "photo": upload(a_picture())}]
    page = browser.post("/register/", a_form(browser, persons, explained_in="es", do="remove-0")).content.decode()
    told = {"given_names": "Elena", "consent_photo": "yes", "photo_kept": kept(page)}
    assert browser.post("/register/", a_form(browser, [told], explained_in="es")).status_code == 302
    assert Person.objects.get(given_names="Elena").photo


def test_a_kept_photo_can_be_left_out_and_is_nobody_elses(signed_in: SignedIn, shelf: Path) -> None:
    browser = signed_in("registrar")
    told = {"given_names": "Elena", "consent_photo": "", "photo": upload(a_picture())}
    form = a_form(browser, [told], explained_in="es")
    token = kept(browser.post("/register/", form).content.decode())
    del form["p0-photo"]
    other = signed_in("protection").post("/register/", form | {"p0-photo_kept": token, "do": "check"}).content.decode()
    assert "Choose the photo again" in other
    answer = browser.post("/register/", form | {"p0-photo_kept": token, "p0-consent_photo": "no"})
    assert "Ask whether the person agrees" in answer.content.decode()
    left_out = form | {"p0-photo_kept": token, "p0-consent_photo": "no", "p0-photo_dropped": "on"}
    assert browser.post("/register/", left_out).status_code == 302
    assert Person.objects.get().photo == ""


def test_a_draft_nobody_came_back_for_is_swept_away(shelf: Path) -> None:
    old = drafts.keep(b"one", "registrar")
    (path,) = drafts.folder().iterdir()
    os.utime(path, (0, 0))
    assert drafts.find(old, "registrar") is None
    new = drafts.keep(b"two", "registrar")
    assert not path.exists()
    assert drafts.find(new, "registrar") == b"two"
    for strange in ("", "x", "é" * 44, new[:-4] + "AAA="):
        assert drafts.find(strange, "registrar") is None
        drafts.forget(strange)


def test_p14_a_photo_without_a_yes_is_not_registered(signed_in: SignedIn, shelf: Path) -> None:
    browser = signed_in("registrar")
    for answer in ("", "no"):
        told = {"given_names": "Elena", "consent_photo": answer, "photo": upload(a_picture())}
        page = browser.post("/register/", a_form(browser, [told], explained_in="es"))
        assert page.status_code == 422
        assert "Ask whether the person agrees to a photo" in page.content.decode()
    assert not Person.objects.exists()
    assert not shelf.exists()


def test_a_member_who_comes_later_is_photographed_too(signed_in: SignedIn, person: UUID, shelf: Path) -> None:
    group = Person.objects.get(id=person).group_id
    told = {
        "do": "save",
        "p0-given_names": "Mario",
        "p0-language": "es",
        "p0-consent_photo": "yes",
        "p0-photo": upload(a_picture()),
    }
    assert signed_in("registrar").post(f"/register/{group}/", told).status_code == 302
    assert Person.objects.get(given_names="Mario").photo


def test_taken_shown_and_removed_on_the_persons_page(
    signed_in: SignedIn, person: UUID, django_capture_on_commit_callbacks: Any, shelf: Path
) -> None:
    browser = signed_in("registrar")
    page = reverse("desk:person", args=[person])
    assert "<img" not in browser.get(page).content.decode()
    form = browser.get(reverse("desk:take_photo", args=[person])).content.decode()
    assert 'enctype="multipart/form-data"' in form
    assert 'capture="environment"' in form
    assert browser.post(reverse("desk:take_photo", args=[person]), {"photo": upload(a_picture())}).status_code == 302
    address = reverse("desk:photo", args=[person])
    assert f'src="{address}"' in browser.get(page).content.decode()
    shown = browser.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert (shown["Cache-Control"], shown["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert Image.open(BytesIO(shown.content)).size == (480, 640)
    assert Reading.objects.filter(person=person, what="photo", account="registrar").exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(reverse("desk:remove_photo", args=[person]), {"reason": "asked"})
    assert answer.status_code == 302
    assert browser.get(address).status_code == 404
    assert "<img" not in browser.get(page).content.decode()
    story = browser.get(page).content.decode()
    assert "Photo taken" in story
    assert "Photo removed" in story


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"text", "no photo that can be read"), (b"\xff" * 8_100_000, "larger than 8 MB")],
    ids=["nothing", "no picture", "too large"],
)
def test_what_is_no_photo_is_said_and_the_old_one_stays(
    signed_in: SignedIn, store: dict[str, Actor], person: UUID, content: bytes, said: str
) -> None:
    before = Person.objects.get(id=photographed(store, person)).photo
    answer = signed_in("registrar").post(reverse("desk:take_photo", args=[person]), {"photo": upload(content)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Person.objects.get(id=person).photo == before


def test_photos_that_are_too_much_together_are_said_to_be(signed_in: SignedIn) -> None:
    browser = signed_in("registrar")
    heavy = a_picture() + b"\0" * 7_900_000
    persons = [{"given_names": "Ana", "consent_photo": "yes", "photo": upload(heavy)} for _ in range(7)]
    answer = browser.post("/register/", a_form(browser, persons, explained_in="es"))
    assert answer.status_code == 422
    assert answer.content.decode().count("larger than 48 MB together") == 1


def test_p15_an_upload_never_lies_on_the_disk_unsealed(
    signed_in: SignedIn, person: UUID, monkeypatch: pytest.MonkeyPatch, shelf: Path
) -> None:
    def written(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a temporary file was opened")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, written)
    heavy = a_picture() + b"\0" * 5_000_000  # Django's own handler would write this one down
    answer = signed_in("registrar").post(reverse("desk:take_photo", args=[person]), {"photo": upload(heavy)})
    assert answer.status_code == 302
    assert Person.objects.get(id=person).photo


def test_each_role_opens_what_it_may(signed_in: SignedIn, store: dict[str, Actor], person: UUID) -> None:
    photographed(store, person)
    for role in ROLES:
        browser = signed_in(role)
        for name, capability in (
            ("photo", "people.read"),
            ("take_photo", "people.correct"),
            ("remove_photo", "people.correct"),
        ):
            answer = browser.get(reverse(f"desk:{name}", args=[person]))
            assert answer.status_code == (200 if may(role, capability) else 403), (role, name)
        if may(role, "people.read"):
            page = browser.get(reverse("desk:person", args=[person])).content.decode()
            assert ("photo/take/" in page) is may(role, "people.correct")
    assert Client().get(reverse("desk:photo", args=[person])).status_code == 302
