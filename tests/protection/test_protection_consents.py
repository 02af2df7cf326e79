"""P14: what rests on law or life gives notice, what rests on consent is asked, in a language, and can be taken back."""

from __future__ import annotations

import pytest
from django.db import transaction

from cauce.journal.errors import Refused
from cauce.journal.guard import refusals
from cauce.protection import selectors, services
from cauce.protection.models import Consent


def ask(store, person, purpose="family_tracing", **more):
    return services.record_consent(
        person=person, purpose=purpose, **{"given": True, "language": "es"} | more, by=store["registrar"]
    )


def test_an_answer_is_kept_per_purpose_and_recipient_with_its_language(store, family):
    ask(store, family.adult, language="ht")
    ask(store, family.adult, purpose="photo", given=False)
    rows = selectors.consents_for(store["registrar"], family.adult)
    assert [(r.purpose, r.given, r.language, r.basis) for r in rows] == [
        ("family_tracing", True, "ht", "consent"),
        ("photo", False, "es", "consent"),
    ]


@pytest.mark.parametrize("purpose", ["registration", "emergency_care"])
def test_p14_what_rests_on_law_or_life_gives_notice_and_takes_no_answer(store, family, purpose):
    with pytest.raises(Refused, match="rule P14"):
        ask(store, family.adult, purpose=purpose)
    told = ask(store, family.adult, purpose=purpose, given=None)
    assert Consent.objects.get(id=told).given is None
    with pytest.raises(Refused, match="no consent was asked"):
        services.withdraw_consent(consent=told, by=store["registrar"])


@pytest.mark.parametrize("change", [{"basis": "law"}, {"given": None}])
def test_p14_the_database_keeps_no_answer_where_none_is_asked(store, family, change):
    ask(store, family.adult)
    with pytest.raises(Refused, match="rule P14"), refusals(), transaction.atomic():
        Consent.objects.update(**change)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"purpose": "marketing"}, "names no purpose"),
        ({"given": None}, "a yes or a no"),
        ({"language": " "}, "which language"),
        ({"recipient": "nobody"}, "names no recipient"),
    ],
)
def test_a_consent_that_says_too_little_is_refused(store, family, more, said):
    with pytest.raises(Refused, match=said):
        ask(store, family.adult, **more)


def test_a_consent_can_be_withdrawn_once_and_given_again(store, family):
    first = ask(store, family.adult, recipient="cri_dgme")
    assert selectors.consenting([family.adult], recipient="cri_dgme") == {family.adult}
    services.withdraw_consent(consent=first, by=store["registrar"])
    assert selectors.consenting([family.adult], recipient="cri_dgme") == set()
    with pytest.raises(Refused, match="withdrawn before"):
        services.withdraw_consent(consent=first, by=store["registrar"])
    ask(store, family.adult, recipient="cri_dgme")
    assert selectors.consenting([family.adult], recipient="cri_dgme") == {family.adult}


def test_the_answers_of_a_family_are_kept_together_or_not_at_all(store, family):
    good = services.Answer(person=family.adult, purpose="photo", language="es", given=True)
    bad = services.Answer(person=family.child, purpose="photo", language="", given=True)
    with pytest.raises(Refused):
        services.record_consents(answers=[good, bad], by=store["registrar"])
    assert not Consent.objects.exists()
    assert len(services.record_consents(answers=[good], by=store["registrar"])) == 1
