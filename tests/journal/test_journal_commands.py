"""`cauce journal verify` and `rebuild`, as somebody at a terminal meets them."""

from __future__ import annotations

import pytest
from django.db import connection

from cauce import store as stores
from cauce.cli import main
from cauce.journal import triggers
from cauce.journal.models import Entry, Head
from cauce.people.models import Person


@pytest.fixture
def cauce(day, monkeypatch, capsys):
    """`cauce(role, *arguments) -> (status, out, err)` on the test's own store."""

    def run(*arguments, role="operator"):
        monkeypatch.setattr(stores, "open_store", lambda data, account="operator": day.actors[role])
        with pytest.raises(SystemExit) as left:
            main(["journal", *arguments])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return run


def test_verify_prints_the_heads_to_keep_elsewhere(cauce):
    status, out, err = cauce("verify")
    head = Head.objects.get(node="test")
    assert (status, err) == (0, "")
    assert f"test\t{head.seq}\t{head.hash}" in out.splitlines()
    assert "whole" in out


def test_verify_names_the_first_bad_entry_and_what_to_do(cauce):
    triggers.drop()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET account = 'mallory' WHERE seq >= 3")
    status, out, err = cauce("verify")
    assert (status, out) == (1, "")
    assert "entry 3 of the chain test: its hash does not fit its content" in err
    assert "restore" in err


def test_rebuild_says_of_each_table_whether_it_came_out_the_same(cauce):
    status, out, err = cauce("rebuild")
    assert (status, err) == (0, "")
    assert f"{Entry.objects.count()} entries replayed" in out
    assert "people_person\t2 rows" in out
    assert "DIFFERENT" not in out


def test_rebuild_exits_1_when_a_table_did_not_follow_from_the_journal(cauce, day):
    Person.objects.filter(id=day.adult).update(sex="X")
    status, out, err = cauce("rebuild")
    assert status == 1
    assert [line.split("\t")[0] for line in out.splitlines() if "DIFFERENT" in line] == ["people_person"]
    assert "now follow it" in err
    assert cauce("rebuild")[0] == 0


@pytest.mark.parametrize("verb", ["verify", "rebuild"])
def test_only_those_who_answer_for_the_store_may(cauce, verb):
    status, out, err = cauce(verb, role="coordinator")
    assert (status, out) == (1, "")
    assert "may not do this" in err
