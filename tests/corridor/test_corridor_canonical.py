"""The journal keeps a corridor as plain values and gets the very same one back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from corridor_texts import ROOT
from hypothesis import given
from hypothesis import strategies as st

from cauce.corridor.canonical import canonical, from_canonical
from cauce.corridor.file import load, shipped
from cauce.corridor.shape import Corridor, Quota


@pytest.mark.parametrize("name", ["darien", "balkan"])
def test_a_corridor_comes_back_as_it_was(name: str) -> None:
    corridor = load(ROOT / "corridors" / name / "corridor.toml")
    assert from_canonical(json.loads(json.dumps(canonical(corridor)))) == corridor


def test_whole_numbers_come_back_as_the_type_they_were() -> None:
    plain = json.loads(json.dumps(canonical(shipped())).replace("36.0", "36"))
    needs = from_canonical(plain).needs
    assert needs == shipped().needs
    assert all(isinstance(need.head_start_hours, float) for need in needs)


quotas = st.builds(
    Quota,
    border=st.text(max_size=5),
    per_day=st.integers(0, 10_000),
    start=st.dates(),
    until=st.none() | st.dates(),
    weekdays=st.frozensets(st.integers(0, 6)),
)


@given(st.lists(quotas, max_size=3), st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False)))
def test_any_values_come_back(rows: list[Quota], standards: dict[str, float]) -> None:
    corridor = replace(shipped(), quotas=tuple(rows), standards=standards)
    assert from_canonical(json.loads(json.dumps(canonical(corridor)))) == corridor


def test_the_same_corridor_always_gives_the_same_text() -> None:
    again = from_canonical(canonical(shipped()))
    assert json.dumps(canonical(again)) == json.dumps(canonical(shipped()))
    assert canonical(shipped())["quotas"][0]["start"] == date(2016, 1, 1).isoformat()


def test_a_field_an_older_entry_lacks_takes_its_default() -> None:
    plain = canonical(shipped())
    del plain["vaccines"]
    del plain["legs"][0]["figure"]
    older: Corridor = from_canonical(plain)
    assert older.vaccines == ()
    assert older.places == shipped().places


def test_what_another_version_wrote_is_refused_and_not_dropped() -> None:
    plain = canonical(shipped())
    with pytest.raises(ValueError, match="Corridor: unknown field 'ferries'"):
        from_canonical({**plain, "ferries": []})
    del plain["places"][0]["lat"]
    with pytest.raises(ValueError, match="Place: field 'lat' is missing"):
        from_canonical(plain)
