"""P15: erasing somebody reaches the copies: an older backup that is restored, the file of the photograph."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from tests.conftest import NOON
from tests.factories import a_person

from cauce.journal import blobs, erasures, keys
from cauce.journal.errors import Misused
from cauce.journal.events import Recorded, new_id
from cauce.journal.models import Entry, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.journal.services import apply, replayed
from cauce.journal.verify import verify
from cauce.people.events import PersonErased
from cauce.people.models import Document, Person
from cauce.people.photos import take_photo
from cauce.protection.services import record_consent
from cauce.vetting.models import NamePart
from cauce.vetting.services import run_pending


@pytest.fixture
def shelf(settings, tmp_path):
    settings.CAUCE_DATA = tmp_path
    return tmp_path


@pytest.fixture
def person(store, shelf):
    made = a_person(store, next_of_kin="Tía Eulogia").person_ids[0]
    run_pending()
    return made


def test_p15_an_erasure_is_listed_beside_the_store_by_number_alone(
    store, person, shelf, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        keys.destroy(person)
    assert erasures.listed(shelf / erasures.LIST) == {person}
    assert (shelf / erasures.LIST).read_text() == f"{person.hex}\n"


def test_p15_whom_the_list_misses_after_a_crash_is_added(store, person, shelf, django_capture_on_commit_callbacks):
    keys.destroy(person)  # and the process died before it wrote the line
    (shelf / erasures.LIST).write_text(f"{UUID(int=7).hex}\n01234567")
    with django_capture_on_commit_callbacks(execute=True):
        assert erasures.catch_up() == 1
    assert erasures.listed(shelf / erasures.LIST) == {UUID(int=7), person}
    assert erasures.catch_up() == 0


def test_p15_a_restored_older_copy_forgets_who_was_erased_since(store, person):
    """The store as a backup from before the erasure has it: with the key, and without an entry that says so."""
    other = a_person(store).person_ids[0]
    head = Entry.objects.count()
    assert erasures.apply_again({person, new_id()}) == 1
    row = Person.objects.get(id=person)
    assert (row.erased, row.given_names, row.next_of_kin) == (True, "", "")
    assert not Document.objects.filter(person=person).exists()
    assert not NamePart.objects.filter(person=person).exists()
    entry = Entry.objects.get(person=person, name="people.person_registered")
    assert replayed([entry])[0].event.given_names == ""
    assert not Person.objects.get(id=other).erased
    assert Entry.objects.count() == head  # its chain is the one that was: the hub's copy still continues it
    assert verify().first_bad is None
    assert rebuild().identical
    assert erasures.apply_again({person}) == 0


def test_p15_a_key_that_was_destroyed_does_not_come_back_with_a_copy(store, person):
    secret = keys.secrets_of([person])[person]
    keys.destroy(person)
    ring = keys.Ring()
    ring.take({person: secret})
    assert ring.get(person) is None
    assert PersonKey.objects.get(person=person).wrapped is None


def test_p15_the_photograph_goes_wherever_the_erasure_is_applied(store, person, django_capture_on_commit_callbacks):
    record_consent(person=person, purpose="photo", given=True, language="es", by=store["registrar"])
    image = BytesIO()
    Image.new("RGB", (120, 160), "teal").save(image, "JPEG")
    digest = take_photo(person=person, image=image.getvalue(), by=store["registrar"])
    taken_in = Recorded(PersonErased(person=person, reason="asked"), 0, "metetí", 1, "admin", "", NOON, NOON)
    with django_capture_on_commit_callbacks(execute=True):
        apply([taken_in])
    assert not blobs.path_of(digest).exists()


def test_a_list_that_is_none_is_refused_and_one_cut_off_is_read(tmp_path):
    path = tmp_path / "erased.list"
    path.write_text("a shopping list\nmilk\n")
    with pytest.raises(Misused, match="no list of erasures"):
        erasures.listed(path)
    path.write_text(f"{UUID(int=7).hex}\n{UUID(int=8).hex[:9]}")
    assert erasures.listed(path) == {UUID(int=7)}
