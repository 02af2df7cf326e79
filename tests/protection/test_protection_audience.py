"""P7: who hears which word."""

from __future__ import annotations

import pytest

from cauce.access.roles import ROLES
from cauce.protection import selectors
from cauce.protection.audience import AUDIENCES, INTERVIEW, word


@pytest.mark.parametrize("audience", [a for a in AUDIENCES if a not in ("officer", "person_in_private")])
@pytest.mark.parametrize("protection", [True, False])
def test_p7_outside_the_office_every_confidential_hold_sounds_like_an_ordinary_interview(audience, protection):
    heard = {
        word(kind, confidential=True, protection=protection, audience=audience, role=role)
        for kind in ("asylum", "torture", "security")
        for role in ROLES
    }
    assert heard == {INTERVIEW}


def test_p7_the_person_hears_the_true_reason_in_private():
    assert word("torture", confidential=True, protection=True, audience="person_in_private") == "torture"


def test_p7_only_officers_in_charge_hear_the_kind():
    hearing = [
        r for r in ROLES if word("asylum", confidential=True, protection=True, audience="officer", role=r) == "asylum"
    ]
    assert hearing == ["protection", "operator"]
    hearing = [r for r in ROLES if word("w", confidential=True, protection=False, audience="officer", role=r) == "w"]
    assert hearing == ["analyst", "protection", "operator"]


def test_what_is_not_confidential_is_said_to_all():
    assert {word("medical", confidential=False, protection=True, audience=a) for a in AUDIENCES} == {"medical"}


def test_p7_two_confidential_holds_are_one_word_to_a_coordinator(register, store):
    person = register(needs=("TR-PI", "SV-VA"))
    assert selectors.words_for(store["coordinator"], person) == [INTERVIEW]
    assert sorted(selectors.words_for(store["protection"], person)) == ["sexual_violence", "torture"]
