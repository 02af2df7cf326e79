"""The table of roles: what no role has together, and what no account does twice on one matter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from tests.factories import a_person

from cauce.access import roles
from cauce.access.roles import Apart, Incompatible
from cauce.access.services import add_account
from cauce.journal import triggers
from cauce.journal.errors import Refused
from cauce.journal.events import new_id

DECIDES = ("reviews.decide", "reviews.protect", "duplicates.decide", "tracing.decide", "holds.lift", "child.assess")


def holders(capability: str) -> frozenset[str]:
    return roles.capabilities()[capability] - {"operator"}


@pytest.mark.one_store
@pytest.mark.parametrize(
    ("one", "others"),
    [
        ("accounts.manage", DECIDES),
        ("lists.import", ("reviews.decide", "reviews.protect")),
        ("manifest.propose", ("reviews.extend", "checks.record", "child.assess", "people.part_child", "holds.lift")),
        ("reviews.plant", (*DECIDES, "accounts.manage", "people.read", "people.find")),
        ("readings.read", (*DECIDES, "accounts.manage", "people.read", "people.find")),
    ],
)
def test_no_role_has_both_duties(one, others):
    assert holders(one)
    for other in others:
        assert not holders(one) & holders(other), (one, other)


@pytest.mark.one_store
def test_a_table_that_gives_a_role_both_does_not_load():
    table = {"accounts.manage": frozenset({"administrator"}), "reviews.decide": frozenset({"analyst", "administrator"})}
    rule = Incompatible(("accounts.manage",), ("reviews.decide",), "They decide about nobody.")
    with pytest.raises(ValueError, match=r"administrator may not have both accounts.manage and reviews.decide"):
        roles.check(table, (rule,))
    roles.check({**table, "reviews.decide": frozenset({"analyst", "operator"})}, (rule,))
    with pytest.raises(ValueError, match=r"unknown capability 'reviews.dcide'"):
        roles.check(table, (Incompatible(("accounts.manage",), ("reviews.dcide",), ""),))


@pytest.mark.django_db
@pytest.mark.parametrize("pair", roles.apart(), ids=lambda pair: pair.held_by[0])
def test_the_database_has_what_the_table_says_keeps_two_duties_apart(store, pair: Apart):
    constraints = {one.name for model in apps.get_models() for one in model._meta.constraints}
    for name in pair.held_by:
        assert name in triggers.installed() | constraints, name


@pytest.mark.django_db
def test_who_adds_an_alert_does_not_say_whom_it_fits(store):
    from tests.conftest import NOON

    from cauce.vetting.models import Decision, Review
    from cauce.vetting.sought_models import Alert

    person = a_person(store).person_ids[0]
    Alert.objects.create(
        id=new_id(), number="A-1", entry=1, owner="Police", legal_basis="Law 1", consequence="refer",
        authority="Police", review_on=NOON.date(), expires_on=NOON.date() + timedelta(days=9),
        expires_at=NOON + timedelta(days=9), added_by="analyst", added_at=NOON,
    )  # fmt: skip
    review = Review.objects.create(
        id=new_id(), person=person, check_id="watchlist", list_name="local-alerts", list_entry="A-1", score=0.9,
        opened_at=NOON, due_at=NOON + timedelta(hours=24), status="open", blocks=True,
    )  # fmt: skip
    told = {"review": review, "outcome": "same", "at": NOON}
    with pytest.raises(IntegrityError, match="alert_keeper_does_not_review"), transaction.atomic():
        Decision.objects.create(id=new_id(), account="analyst", **told)
    from cauce.vetting.services import decide

    with pytest.raises(Refused, match="You added the alert"):
        decide(review=review.id, outcome="same", reason="it is", by=store["analyst"])
    assert not decide(review=review.id, outcome="same", reason="it is", by=store["analyst2"]).closed


@pytest.mark.django_db
def test_nobody_gets_the_command_lines_role(store):
    with pytest.raises(Refused, match="command line's own"):
        add_account(name="root", role="operator", by=store["administrator"])
