"""Best-interests records: what clears a child, what does not, and taking one back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.models import Mention
from cauce.journal.services import record
from cauce.people.events import GuardianDoubted
from cauce.people.models import Person
from cauce.protection import selectors, services


def assess(store, person, outcome="travels_with_guardian", guardian=None, note="", by="protection"):
    return services.assess_child(person=person, outcome=outcome, guardian=guardian, note=note, by=store[by])


def child(family):
    return Person.objects.values_list("guardian", "guardian_cleared", "guardian_doubted").get(id=family.child)


def test_p2_an_assessment_with_a_guardian_clears_the_child(store, family):
    made = assess(store, family.child, guardian=family.adult, note="mother, birth certificate seen")
    assert child(family) == (family.adult, True, False)
    kept = selectors.assessments_for(store["protection"], family.child)[0]
    assert (kept.id, kept.outcome, kept.guardian, kept.account) == (
        made,
        "travels_with_guardian",
        family.adult,
        "protection",
    )
    assert Mention.objects.filter(person=family.adult, entry__name="protection.child_assessed").exists()


@pytest.mark.parametrize("outcome", ["stays", "refer"])
def test_p2_an_assessment_that_does_not_clear_outweighs_the_guardian_of_the_registration(store, register, outcome):
    adult = register()
    group = Person.objects.get(id=adult).group_id
    young = register(group=group, birth_first=clock.now().date() - timedelta(days=900), guardian=adult)
    assess(store, young, outcome=outcome)
    row = Person.objects.get(id=young)
    assert (row.guardian, row.guardian_cleared, row.guardian_doubted) == (adult, False, True)


@pytest.mark.parametrize("outcome", ["travels_with_guardian", "stays"])
def test_undoing_an_assessment_restores_what_was_known_before(store, family, outcome):
    before = child(family)
    guardian = family.adult if outcome == "travels_with_guardian" else None
    made = assess(store, family.child, outcome=outcome, guardian=guardian)
    services.undo_assessment(assessment=made, reason="wrong child", by=store["protection"])
    assert child(family) == before
    with pytest.raises(Refused, match="Only the newest"):
        services.undo_assessment(assessment=made, reason="again", by=store["protection"])


def test_p2_a_doubt_raised_since_the_assessment_outlives_its_undoing(store, family):
    first = assess(store, family.child, guardian=family.adult)
    second = assess(store, family.child, guardian=family.adult)
    record(GuardianDoubted(person=family.child, doubted=True), by=store["registrar"])
    with pytest.raises(Refused, match="Only the newest"):
        services.undo_assessment(assessment=first, reason="x", by=store["protection"])
    services.undo_assessment(assessment=second, reason="x", by=store["protection"])
    assert child(family) == (family.adult, False, True)


def test_a_guardian_is_an_adult_of_the_childs_group(store, register, family):
    stranger = register()
    sibling = register(group=family.group, birth_first=clock.now().date() - timedelta(days=3000))
    for guardian, said in (
        (stranger, "not of the child's group"),
        (sibling, "is a child"),
        (family.child, "is a child"),
    ):
        with pytest.raises(Refused, match=said):
            assess(store, family.child, guardian=guardian)
    with pytest.raises(Refused, match="Name the guardian"):
        assess(store, family.child)
    with pytest.raises(Unknown):
        assess(store, family.child, guardian=new_id())
    with pytest.raises(Refused, match="say in the note"):
        assess(store, family.child, outcome="guardian_appointed")
    assess(store, family.child, outcome="guardian_appointed", note="SENNIAF, order 12")
    assert child(family) == (None, True, False)


def test_an_adult_is_not_assessed_as_a_child_and_an_unknown_birth_date_may_be(store, family, register):
    with pytest.raises(Refused, match="is of age"):
        assess(store, family.adult, outcome="refer")
    with pytest.raises(Refused, match="no outcome"):
        assess(store, family.child, outcome="fine")
    assess(store, register(birth_first=None), outcome="refer")


def test_only_protection_assesses_children_and_reads_the_records(store, family):
    with pytest.raises(NotAllowed):
        assess(store, family.child, outcome="refer", by="registrar")
    with pytest.raises(NotAllowed):
        selectors.assessments_for(store["coordinator"], family.child)
