"""Rows are what the events add up to: dropped and replayed they come out the same, with or without a person's key."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from cauce.journal import clock, triggers
from cauce.journal.errors import Refused
from cauce.journal.models import Entry, Mention
from cauce.journal.rebuild import projections, rebuild
from cauce.journal.services import record
from cauce.people import services as people
from cauce.people.models import Person
from cauce.protection import services
from cauce.protection.models import BestInterests, Block, Consent, Hold


def rows(model):
    return sorted(map(repr, model.objects.values_list()))


def everything():
    skip = {Mention}
    return {model._meta.label: rows(model) for model in projections() if model not in skip}


def erase(day, person):
    assert people.erase(person=person, reason="asked for it", by=day.actors["administrator"])


def test_a_replay_gives_identical_rows_in_every_table(day):
    before = everything()
    result = rebuild()
    assert result.identical
    assert result.entries == Entry.objects.count()
    assert everything() == before
    by_name = {table.name: table.rows for table in result.tables}
    assert by_name["protection_hold"] == 3
    assert by_name["people_person"] == 2
    assert by_name["journal_mention"] == Mention.objects.count() > 0


def test_a_replay_reads_no_clock_and_no_settings_and_runs_no_reactions(day, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a replay looks at nothing but the journal")

    from cauce.protection import reactions

    monkeypatch.setattr(clock, "now", refuse)
    monkeypatch.setattr(reactions, "in_force", refuse)
    entries = Entry.objects.count()
    assert rebuild().identical
    assert Entry.objects.count() == entries


def test_a_row_changed_behind_the_journals_back_is_named_and_put_right(day):
    Person.objects.filter(id=day.adult).update(full_name="Somebody Else")
    result = rebuild()
    assert [(t.name, t.differs_at is not None) for t in result.tables if not t.identical] == [("people_person", True)]
    assert Person.objects.get(id=day.adult).full_name == "Ana Flores"
    assert rebuild().identical


def test_rows_that_no_event_made_are_gone_and_lost_ones_are_back(day):
    triggers.drop()
    Block.objects.filter(person=day.adult).delete()
    Consent.objects.create(id=day.adult, person=day.adult, purpose="x", basis="law", account="mallory", at=clock.now())
    result = rebuild()
    assert {t.name for t in result.tables if not t.identical} == {"protection_block", "protection_consent"}
    assert Block.objects.filter(person=day.adult, active=True).count() == 2
    assert not Consent.objects.filter(account="mallory").exists()


def test_a_mention_that_was_hidden_is_back(day):
    Mention.objects.filter(person=day.adult).delete()
    assert [t.name for t in rebuild().tables if not t.identical] == ["journal_mention"]
    assert Mention.objects.filter(person=day.adult).exists()


def test_a_replay_that_is_interrupted_leaves_rows_and_triggers_as_they_were(transactional_store, monkeypatch):
    from journal_days import a_day

    a_day(transactional_store)
    before, had = everything(), triggers.installed()
    monkeypatch.setattr("cauce.journal.rebuild._compared", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        rebuild()
    assert everything() == before
    assert triggers.installed() == had


def test_a_broken_chain_is_not_rebuilt_from(day):
    triggers.drop()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET account = 'mallory' WHERE seq = 4")
    before = everything()
    with pytest.raises(Refused, match="Entry 4 of the chain test"):
        rebuild()
    assert everything() == before


def test_triggers_guard_again_after_a_rebuild(day):
    rebuild()
    assert triggers.known().keys() <= triggers.installed()
    with pytest.raises(Exception, match="journal_is_append_only"), transaction.atomic():
        Entry.objects.filter(seq=1).update(account="x")


def test_p15_a_rebuild_after_erasure_gives_the_rows_that_the_erasure_left(day):
    erase(day, day.adult)
    erase(day, day.child)
    after = everything()
    result = rebuild()
    assert [t.name for t in result.tables if not t.identical] == []
    assert everything() == after


def test_p15_after_erasure_nothing_told_is_left_in_any_row(day):
    erase(day, day.adult)
    erase(day, day.child)
    rebuild()
    left = repr({table: kept for table, kept in everything().items() if not table.startswith("corridor.")}).lower()
    for word in ("flores", "asylum_wish", "torture", "fever", "well again", "changed her mind", "certificate", "tr-pi"):
        assert word not in left, word
    hold = Hold.objects.filter(person=day.adult).first()
    assert (hold.kind, hold.reason, hold.blocks) == ("", "", ["return"])
    assert BestInterests.objects.get(person=day.child).outcome == ""


def test_p15_what_is_recorded_about_an_erased_person_later_knows_no_more_than_a_replay(day):
    erase(day, day.adult)
    from cauce.journal.events import new_id
    from cauce.protection.events import ConsentRecorded

    record(
        ConsentRecorded(id=new_id(), person=day.adult, purpose="registration", basis="law", language="ht"),
        by=day.actors["registrar"],
    )
    assert Consent.objects.get(person=day.adult, purpose="registration").language == ""
    assert rebuild().identical


def test_undone_and_ended_things_come_out_the_same(day):
    made = services.assess_child(person=day.child, outcome="refer", by=day.actors["protection"])
    services.undo_assessment(assessment=made, reason="wrong child", by=day.actors["protection"])
    assert rebuild().identical


def test_live_rows_follow_from_what_a_replay_reads_not_from_what_was_handed_in(store):
    """A local time and a list in place of a tuple are written as UTC and as the event's own type."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from cauce.journal.events import new_id
    from cauce.people.events import GroupRegistered

    when = datetime(2023, 8, 15, 9, 0, tzinfo=ZoneInfo("America/Panama"))
    record(GroupRegistered(id=new_id(), number="G1", place="x", arrived_at=when), by=store["registrar"])
    assert rebuild().identical
