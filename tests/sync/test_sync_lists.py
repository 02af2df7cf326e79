"""The hub's lists reach the stations: in pieces, checked, and in force from when they are whole."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from meeting import Pair
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.sync import exchange, lists
from cauce.vetting import editions
from cauce.vetting.models import CheckResult, WatchList
from cauce.vetting.rules import lists_in_force
from cauce.vetting.services import import_list, run_pending


def _list(path: Path, *names: str) -> Path:
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "name", "dob"])
        rows.writerows([f"e{number}", name, "1990-05-17"] for number, name in enumerate(names))
    return path


def _one_round(pair: Pair, name: str = "bajo") -> exchange.Met:
    with pair.at(name):
        asked = exchange.question()
    with pair.at("hub"):
        answer = exchange.answer(asked)
    with pair.at(name):
        return exchange.take(answer)


def test_a_list_of_the_hub_is_searched_at_the_station(pair: Pair, actors: dict[str, Actor], tmp_path: Path) -> None:
    told = {"format": "csv", "name": "un-sc", "by": actors["administrator"]}
    with pair.at("hub"):
        import_list(path=_list(tmp_path / "a.csv", "Wexford Quibbleton", "Ottoline Marchbanks"), **told)
    with pair.at("bajo"):
        names = {"given_names": "Wexford", "family_names": "Quibbleton", "nationality": "COL"}
        person = a_person(actors, "bajo_chiquito", **names).person_ids[0]
        run_pending()
        assert CheckResult.objects.get(person=person, check_id="watchlist").result == "pending"
    pair.level()
    with pair.at("bajo"):
        run_pending()
        assert CheckResult.objects.get(person=person, check_id="watchlist").result == "refer"
    with pair.at("hub"):
        import_list(path=_list(tmp_path / "b.csv", "Ottoline Marchbanks", "Peregrine Thistlewood"), **told)
    pair.level()
    with pair.at("bajo"):
        run_pending()
        assert CheckResult.objects.get(person=person, check_id="watchlist").result == "clear"
    pair.level()
    pair.whole()


def test_a_link_that_breaks_goes_on_where_it_broke(
    pair: Pair, actors: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PIECE", 200)
    told = {"format": "csv", "name": "un-sc", "by": actors["administrator"]}
    with pair.at("hub"):
        first = import_list(path=_list(tmp_path / "a.csv", "Barnaby Ploverdale"), **told)
        many = [f"Peregrine Thistlewood {chr(65 + n)}" for n in range(26)]
    pair.level()
    with pair.at("hub"):
        import_list(path=_list(tmp_path / "b.csv", *many), **told)
    assert first.entries == 1
    _one_round(pair)
    assert _one_round(pair).more
    with pair.at("bajo"):
        row = WatchList.objects.get()
        assert not editions.here(row.digest)
        assert lists_in_force(in_force()).digests == {"un-sc": row.before}, "the edition before counts until then"
        (begun,) = lists.wanted().values()
        assert begun == 200
        told_of = {"digest": row.digest, "at": 0, "size": 900, "sha256": "0" * 64}
        lists.taken({**told_of, "at": 600}, {f"lists/{row.digest}": b"x" * 200})
        assert lists.wanted() == {row.digest: 0}, "a piece that does not fit is no piece of it"
    pair.level()
    with pair.at("bajo"):
        assert lists_in_force(in_force()).digests == {"un-sc": row.digest}
        assert len(editions.entries(row.digest)) == 26


def test_a_damaged_list_is_asked_for_again_and_never_used(pair: Pair, actors: dict[str, Actor], tmp_path: Path) -> None:
    with pair.at("hub"):
        told = {"format": "csv", "name": "un-sc", "by": actors["administrator"]}
        import_list(path=_list(tmp_path / "a.csv", "Hortensia Vandeleur"), **told)
    _one_round(pair)
    with pair.at("bajo"):
        digest = WatchList.objects.get().digest
        lists.taken({"digest": digest, "at": 0, "size": 4, "sha256": "0" * 64}, {f"lists/{digest}": b"evil"})
        assert not editions.here(digest)
        assert lists_in_force(in_force()).rules == {}
        elsewhere = "../keys/master"
        lists.taken({"digest": elsewhere, "at": 0, "size": 1, "sha256": ""}, {f"lists/{elsewhere}": b"x"})
        assert not list(editions.folder().parent.glob("keys/*.part"))
    pair.level()
    with pair.at("bajo"):
        assert editions.here(digest)
    with pair.at("hub"):
        assert lists.given("bajo", {"../../keys/master": 0}) == ({}, {})
