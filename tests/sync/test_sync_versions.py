"""Two stores of one name: a person decides which goes on, and what only the other one has is told, never dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from meeting import OPERATOR, Pair
from tests.factories import a_person

from cauce.access.models import Account, Reading
from cauce.access.roles import ROLES, may
from cauce.desk.versions_told import versions_for
from cauce.journal.errors import NotAllowed, Refused
from cauce.journal.models import Entry, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.people.models import Person
from cauce.people.services import correct
from cauce.protection.services import place_hold
from cauce.sync import aside, enrolling, exchange, transport
from cauce.sync.matter_words import todo, what
from cauce.sync.matters import matters_for, settle
from cauce.sync.models import Conflict, Link, Peer
from cauce.sync.versions import tell_versions, versions_of

pytestmark = pytest.mark.one_store


@pytest.fixture
def forked(pair: Pair, actors) -> Pair:
    """A copy of the station's store was used beside it: Ana stands in the one, Zoraida in the other, and the hub was
    told of Ana first. Bruna stands in both; the copy has her name otherwise."""
    with pair.at("bajo"):
        known = a_person(actors, "bajo_chiquito", given_names="Bruna").person_ids[0]
    pair.level()
    pair.copy("bajo", "copy")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito", given_names="Ana")
    pair.level()
    with pair.at("copy"):
        a_person(actors, "bajo_chiquito", given_names="Zoraida")
        correct(person=known, changes={"given_names": "Brunella"}, reason="her card", by=actors["registrar"])
        place_hold(person=known, kind="asylum", reason="she fears them", by=actors["protection"])
        asked = exchange.question()
    with pair.at("hub"):
        exchange.answer(asked)
    return pair


@pytest.fixture
def linked(forked: Pair, monkeypatch: pytest.MonkeyPatch) -> Pair:
    def post(url: str, path: str, content: bytes) -> bytes:
        with forked.at("hub"):
            return exchange.answer(content)

    monkeypatch.setattr(transport, "post", post)
    return forked


def named(names: Callable[[], list[object]]) -> set[str]:
    return {str(getattr(fact, "given_names", "")) for fact in names()} - {""}


def test_the_other_version_is_read_and_becomes_matters_when_the_station_is_released(forked: Pair, actors):
    with forked.at("hub"):
        found = versions_of("bajo")
        assert "Zoraida" in named(lambda: [each.fact for each in found])
        told = enrolling.release(
            name="bajo", why="a copy for training", by=OPERATOR, after=lambda: tell_versions("bajo", by=OPERATOR)
        )
        matters = matters_for(actors["coordinator"])
        assert len(matters) == told >= 1
        assert {one.row.kind for one in matters} == {"written_twice"}
        said = " ".join(what(one.row.kind, one.told) for one in matters)
        assert "people.person_registered" in said
        alone = {"first": "58", "last": "58", "node": "bajo", "events": "people.person_moved"}
        assert what("written_twice", alone) == "Entry 58 of the other version of bajo: people.person_moved."
        assert "Zoraida" not in said
        assert "hold" not in said, "P15: every role that reads matters reads it"
        assert "versions" in todo("written_twice")
        entries = {(each.row.seq, each.row.there) for each in found}
        assert entries == set(Conflict.objects.filter(told=True).values_list("seq", "there")), "none is left out"
        assert tell_versions("bajo", by=OPERATOR) == 0
        lost = next(each.entry.person for each in found if getattr(each.fact, "given_names", "") == "Zoraida")
        assert PersonKey.objects.filter(person=lost).exists()
        known = Person.objects.get(given_names="Bruna").id
        assert known in {each.entry.person for each in found}
        for one in matters:
            settle(matter=one.row.id, reason="registered again", by=actors["coordinator"])
        assert not PersonKey.objects.filter(person=lost).exists(), "P16: nothing needs it any more"
        assert PersonKey.objects.get(person=known).wrapped, "what stands here about her needs hers"
        assert [each.entry for each in versions_of()] == [None] * len(found)
    with forked.at("copy"):
        asked = exchange.question()
    with forked.at("hub"):
        exchange.answer(asked)
        assert not PersonKey.objects.filter(person=lost).exists(), "nor does it come back"
        enrolling.release(name="bajo", why="it is stopped now", by=OPERATOR)
        assert (verify().first_bad, rebuild().identical) == (None, True)
        assert (verify().first_bad, rebuild().identical) == (None, True)
    with forked.at("bajo"):
        a_person(actors, "bajo_chiquito")
    forked.level()


def test_the_store_whose_entries_were_not_taken_in_sets_them_aside_and_goes_on(linked: Pair, actors):
    with linked.at("copy"):
        Link.objects.update(url="http://hub.test")
        before = list(Entry.objects.values_list("hash", flat=True))
        with pytest.raises(Refused, match="quarantine"):
            aside.set_aside(by=OPERATOR)
        assert list(Entry.objects.values_list("hash", flat=True)) == before
    with linked.at("hub"):
        enrolling.release(name="bajo", why="the copy is the one in use", by=OPERATOR)
    with linked.at("copy"):
        done = aside.set_aside(by=OPERATOR)
        assert (done.back > 0, done.kept > 0, done.matters > 0) == (True, True, True)
        assert set(Person.objects.values_list("given_names", flat=True)) == {"Ana", "Bruna"}
        assert "Zoraida" in named(lambda: [each.fact for each in versions_of()])
        assert {one.row.kind for one in matters_for(actors["coordinator"])} == {"written_twice"}
        assert (verify().first_bad, rebuild().identical) == (None, True)
        a_person(actors, "bajo_chiquito", given_names="Zoraida")
    linked.level("copy")
    with linked.at("hub"):
        assert set(Person.objects.values_list("given_names", flat=True)) == {"Ana", "Bruna", "Zoraida"}
        assert (verify().first_bad, rebuild().identical) == (None, True)


def test_nothing_is_cut_off_before_all_of_the_hubs_answer_is_here(linked: Pair, actors, monkeypatch):
    with linked.at("hub"):
        enrolling.release(name="bajo", why="the copy is the one in use", by=OPERATOR)
    monkeypatch.setattr("cauce.sync.aside.take_in", lambda *_, **__: 1 / 0)
    with linked.at("copy"):
        before = list(Entry.objects.values_list("hash", flat=True))
        with pytest.raises(ZeroDivisionError):
            aside.set_aside(by=OPERATOR)
        assert list(Entry.objects.values_list("hash", flat=True)) == before
        assert set(Person.objects.values_list("given_names", flat=True)) == {"Brunella", "Zoraida"}
        assert verify().first_bad is None


def test_the_page_shows_both_versions_to_who_may_read_them_and_the_choice_to_who_manages_nodes(forked: Pair, actors):
    def page(role: str, address: str = "/versions/bajo/", told: dict[str, str] | None = None) -> str:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(Account.objects.get_or_create(name=f"{role}8", defaults={"role": role})[0])
        answer = client.get(address) if told is None else client.post(address, told, follow=True)
        return answer.content.decode()

    with forked.at("hub"):
        read = page("registrar")
        assert read.index("Ana") < read.index("Zoraida")
        assert "Brunella" in read
        assert "she fears them" not in read
        assert "not yours to read" in read
        noted = Reading.objects.filter(account="registrar8", what="other version").values_list("person", flat=True)
        assert Person.objects.get(given_names="Bruna").id in noted
        keeper = page("administrator")
        assert "Which machine goes on?" in keeper
        assert "Zoraida" not in keeper, "who decides about nobody reads about nobody"
        assert "Which machine goes on?" not in read
        assert "/versions/bajo/" in page("registrar", "/sync/")
        choose = "/versions/bajo/choose/"
        assert "Nothing was saved yet" in page("administrator", choose, {"goes_on": "kept", "why": " "})
        assert "matters tell what only the other version has" in page(
            "administrator", choose, {"goes_on": "kept", "why": "a copy for training"}
        )
        assert not Peer.objects.get(name="bajo").quarantined_why
        assert "/versions/bajo/?from=" in page("registrar", "/matters/")
        assert "Which machine goes on?" not in page("administrator")
        assert "No node nowhere wrote anything twice" in page("registrar", "/versions/nowhere/")
        assert "Zoraida" in page("registrar", "/versions/bajo/?from=" + "9" * 5000), "no number of a chain"


def test_only_who_manages_nodes_lets_a_quarantined_one_go_on_whatever_is_sent(forked: Pair):
    told = {"goes_on": "other", "why": "a copy for training"}
    pages = [role for role in ROLES if role != "operator"]
    with forked.at("hub"):
        why = Peer.objects.get(name="bajo").quarantined_why
        assert why
        for role in ("", *sorted(pages, key=lambda role: role == "administrator")):  # the one who may comes last
            client = Client()
            if role:
                client.force_login(Account.objects.create(name=f"{role}7", role=role))
            entries, seen = Entry.objects.count(), client.post("/versions/bajo/", told).status_code
            answered = client.post("/versions/bajo/choose/", told).status_code
            reads = role and may(role, "matters.read")
            assert seen == (200 if reads else 403 if role else 302), role
            if role == "administrator":
                assert (answered, Peer.objects.get(name="bajo").quarantined_why) == (302, "")
            else:
                assert answered == (403 if role else 302), role
                assert (Peer.objects.get(name="bajo").quarantined_why, Entry.objects.count()) == (why, entries), role


def test_p15_whoever_may_not_read_an_entry_is_told_neither_its_kind_nor_whom_it_is_about(forked: Pair, actors):
    def page(role: str, place: str = "") -> str:
        account = Account.objects.create(name=f"{role}9", role=role, place=place)
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(account)
        return client.get("/versions/bajo/").content.decode()

    with forked.at("hub"):
        number = Person.objects.get(given_names="Bruna").number
        for role, place in (("administrator", ""), ("supervisor", ""), ("registrar", "lajas_blancas")):
            read = page(role, place)
            assert "An entry that is not yours to read" in read
            assert ("Hold placed" in read, number in read, "protection" in read) == (False, False, False), role
            assert not Reading.objects.filter(account=f"{role}9").exists()
        for role, knows in (("coordinator", False), ("protection", True)):
            read = page(role)
            assert (number in read, "Hold placed" in read) == (True, knows)
            kinds = [one.other.kind for one in versions_for(actors[role], "bajo")["bajo"]]
            assert ("people.person_corrected" in kinds, "protection.hold_placed" in kinds) == (True, knows)
        with pytest.raises(NotAllowed):
            versions_for(actors["registrar"])
