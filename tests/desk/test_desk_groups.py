"""The page of a group, and the head-count."""

from __future__ import annotations

import pytest
from tests.factories import a_family, a_person

from cauce.people.models import Group, Parting, Person, Stay
from cauce.people.services import mark_incomplete

pytestmark = pytest.mark.django_db


def test_two_groups_are_joined_and_one_is_split_again(signed_in, store):
    family, aunt = a_family(store, size=3), a_person(store)
    browser = signed_in("registrar")
    other = Group.objects.get(id=aunt.group_id).number
    done = browser.post(f"/groups/{family.group_id}/join/", {"join-other": other.lower()}, follow=True)
    assert "joined this group" in done.content.decode()
    assert Person.objects.filter(group=family.group_id).count() == 4
    split = {"split-persons": [str(aunt.person_ids[0])], "split-reason": "goes another way"}
    browser.post(f"/groups/{family.group_id}/split/", split)
    assert Person.objects.filter(group=family.group_id).count() == 3
    assert "joined another one" in browser.get(f"/groups/{aunt.group_id}/").content.decode()


def test_a_refusal_keeps_what_was_typed(signed_in, store):
    family = a_family(store)
    answer = signed_in("registrar").post(f"/groups/{family.group_id}/join/", {"join-other": "G-7QK-0000-0"})
    assert answer.status_code == 422
    assert 'value="G-7QK-0000-0"' in answer.content.decode()


def test_p9_a_child_is_parted_from_a_guardian_only_by_two_officers(signed_in, store):
    family = a_family(store, size=3)
    child = family.person_ids[1]
    page = f"/groups/{family.group_id}/"
    split = {"split-persons": [str(child)], "split-reason": "aunt in David"}
    assert signed_in("registrar").post(f"{page}split/", split).status_code in (403, 422)
    first = signed_in("protection")
    first.post(f"{page}split/", split)
    parting = Parting.objects.get()
    assert "Another protection officer has to agree" in first.get(page).content.decode()
    assert first.post(f"{page}part/{parting.id}/").status_code == 409
    assert Person.objects.filter(group=family.group_id).count() == 3
    second = signed_in("protection2")
    assert "I agree, as the second officer" in second.get(page).content.decode()
    second.post(f"{page}part/{parting.id}/")
    assert Person.objects.filter(group=family.group_id).count() == 2


def test_another_head_another_place_and_an_unfinished_group_made_whole(signed_in, store):
    family = a_family(store, size=4)
    page = f"/groups/{family.group_id}/"
    mark_incomplete(group=family.group_id, missing=["row-9"], why="bad row", by=store["registrar"])
    browser = signed_in("registrar")
    assert "row-9" in browser.get(page).content.decode()
    browser.post(f"{page}complete/", {"complete-reason": "came alone after all"})
    browser.post(f"{page}head/", {"head-person": str(family.person_ids[1])})
    browser.post(f"{page}move/", {"move-place": "san_vicente"})
    group = Group.objects.get()
    assert (group.incomplete, group.head, group.place) == (False, family.person_ids[1], "san_vicente")


def test_f1_a_head_count_shows_who_is_missing_before_it_closes_anything(signed_in, store):
    family, ghost = a_family(store, size=2), a_person(store)
    browser = signed_in("coordinator")
    numbers = [number for number, _token, _pin in family.cards]
    seen = f"{numbers[0].lower()}\nhttp://station.example/c/{family.cards[1][1]}\nXXX"
    told = {"place": "lajas_blancas", "seen": seen}
    looked = browser.post("/headcount/", {**told, "do": "look"})
    assert "2 seen, 1 not seen" in looked.content.decode()
    assert ghost.cards[0][0] in looked.content.decode()
    assert Stay.objects.filter(until=None).count() == 3
    stale = browser.post("/headcount/", {**told, "do": "close", "expected": "4"})
    assert "Somebody came or left meanwhile" in stale.content.decode()
    closed = browser.post("/headcount/", {**told, "do": "close", "expected": "1"})
    assert "XXX" in closed.content.decode()
    assert Stay.objects.get(person=ghost.person_ids[0]).outcome == "unknown"
    browser.post(f"/people/{ghost.person_ids[0]}/back/", {"reason": "asleep", "nonce": "1"})
    assert Stay.objects.filter(until=None).count() == 3


def test_an_empty_head_count_is_not_taken_for_an_empty_station(signed_in, store):
    a_person(store)
    answer = signed_in("coordinator").post("/headcount/", {"place": "lajas_blancas", "seen": "", "do": "close"})
    assert answer.status_code == 422
    assert Stay.objects.filter(until=None).count() == 1
