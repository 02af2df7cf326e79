"""What is held about somebody, for that person; and putting it right."""

from __future__ import annotations

import orjson
import pytest
from tests.factories import a_family

from cauce.access.models import Reading
from cauce.access.services import note_reading
from cauce.desk.held_paper import language_for, paper_for
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.models import Entry
from cauce.journal.services import replayed
from cauce.people import services
from cauce.people.correcting import as_told
from cauce.people.models import Document, Person
from cauce.protection.services import place_hold, record_consent
from cauce.vetting.services import object_to, run_pending


@pytest.fixture
def family(store):
    """An adult with a confidential and an open hold, read by an analyst, and a child beside them."""
    made = a_family(store, size=2, head={"next_of_kin": "Tía Eulogia", "given_names": "Wilhelmina"})
    run_pending()
    person = made.person_ids[0]
    place_hold(person=person, kind="asylum", reason="fears the police of Zaragoza", by=store["protection"])
    object_to(person=person, about="other", words="my birth date is wrong", by=store["registrar"])
    note_reading(actor=store["analyst"], what="page", persons=[person])
    return made.person_ids


def told(actor, person, **how):
    name, content = paper_for(actor, person, form="json", **how)
    assert name.endswith(".json")
    return orjson.loads(content)


def test_everything_about_the_person_is_in_it(store, family):
    found = told(store["protection"], family[0], language="en")
    sections = found["sections"]
    assert sections["person"]["entries"][0]["Given names"] == "Wilhelmina"
    assert sections["person"]["entries"][0]["Whom to tell in an emergency"] == "Tía Eulogia"
    number = Document.objects.get(person=family[0]).number
    assert sections["papers"]["entries"][0]["Document number"] == number
    assert sections["objections"]["entries"][0]["Your words"] == "my birth date is wrong"
    assert {"stays", "checks", "holds", "looked", "story"} <= sections.keys()


def test_nobody_else_is_in_it(store, family):
    child = Person.objects.get(id=family[1])
    text = orjson.dumps(told(store["protection"], family[0], private=True, language="en")).decode()
    for other in (child.number, str(child.id), child.id.hex, "analyst2"):
        assert other not in text
    assert child.given_names not in text or child.given_names == Person.objects.get(id=family[0]).given_names


def test_p17_who_looked_is_a_role_and_never_a_name(store, family):
    looked = told(store["registrar"], family[0], language="en")["sections"]["looked"]["entries"]
    assert any(one["Who"] == "analyst" for one in looked)
    assert all(one.keys() <= {"Who", "Where", "On"} for one in looked)


def test_p7_a_confidential_reason_is_an_interview_unless_told_in_private(store, family):
    for actor in ("registrar", "protection"):
        open_to_all = orjson.dumps(told(store[actor], family[0], language="en")).decode()
        assert "an interview is still to come" in open_to_all
        assert "Zaragoza" not in open_to_all
        assert "asylum" not in open_to_all.lower()
    with pytest.raises(NotAllowed):
        paper_for(store["registrar"], family[0], private=True)
    in_private = told(store["protection"], family[0], private=True, language="en")
    assert in_private["sections"]["holds"]["entries"][0]["In the officer's words"] == "fears the police of Zaragoza"


def test_making_it_is_itself_a_reading(store, family):
    before = Reading.objects.filter(person=family[0], what="export").count()
    told(store["registrar"], family[0])
    assert Reading.objects.filter(person=family[0], what="export").count() == before + 1


def test_it_speaks_the_persons_language(store, family):
    assert told(store["registrar"], family[0])["language"] == "es"
    assert told(store["registrar"], family[0], language="fr")["language"] == "fr"
    assert language_for("zh") == "zh-hans"
    assert language_for("xx") == language_for("")


def test_it_is_a_paper_too(store, family):
    name, content = paper_for(store["registrar"], family[0], language="en")
    assert name == f"{Person.objects.get(id=family[0]).number}.pdf"
    assert content.startswith(b"%PDF")


def test_of_the_erased_nothing_is_left_to_tell(store, family):
    services.erase(person=family[0], reason="asked for it", by=store["administrator"])
    with pytest.raises(Refused, match="erased"):
        paper_for(store["registrar"], family[0])


def test_p11_what_was_released_and_to_whom_is_told(store, family):
    from cauce.corridor.selectors import in_force
    from cauce.protection import gate

    recipient = in_force().recipients[0]
    gate.release(recipient=recipient.id, persons=[family[1]], what="manifest", by=store["coordinator"])
    found = told(store["registrar"], family[1], language="en")["sections"]["released"]["entries"]
    assert recipient.controller in found[0]["Who"]


def test_a_correction_is_an_event_and_the_earlier_value_stays_in_the_sealed_journal(store, family):
    changes = as_told(["given_names=Guillermina", "next_of_kin=her mother = Ana"])
    assert changes == {"given_names": "Guillermina", "next_of_kin": "her mother = Ana"}
    services.correct(person=family[0], changes=changes, reason="misheard", by=store["registrar"])
    assert Person.objects.get(id=family[0]).next_of_kin == "her mother = Ana"
    first, last = (
        Entry.objects.get(person=family[0], name=f"people.{name}") for name in ("person_registered", "person_corrected")
    )
    assert replayed([first])[0].event.given_names == "Wilhelmina"
    assert replayed([last])[0].event.reason == "misheard"
    assert b"Wilhelmina" not in bytes(first.body) + bytes(first.sealed)


@pytest.mark.parametrize("wrong", ["sex", "number=7", "sex=F sex=M", "said_minor=perhaps"])
def test_what_corrects_nothing_is_refused_with_what_would(wrong):
    with pytest.raises(Misused):
        as_told(wrong.split())


def test_consents_are_told_with_what_was_answered(store, family):
    record_consent(person=family[0], purpose="photo", given=True, language="es", by=store["registrar"])
    entries = told(store["registrar"], family[0], language="en")["sections"]["consents"]["entries"]
    assert entries[-1]["Answer"] == "you agreed"
