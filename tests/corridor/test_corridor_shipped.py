"""The corridor files that come with Cauce: usable, true to their sources, and bound by the rules."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from corridor_texts import ROOT

from cauce.corridor.calendar import quota_on
from cauce.corridor.file import check, load, shipped, shipped_text
from cauce.corridor.shape import Corridor

BALKAN = ROOT / "corridors" / "balkan" / "corridor.toml"


@pytest.fixture
def darien() -> Corridor:
    return shipped()


def holds_raised_by(corridor: Corridor, trigger: str) -> list[tuple[str, ...]]:
    prefix = trigger.partition("-")[0]
    return [hold.blocks for hold in corridor.holds if trigger in hold.raised_by or prefix in hold.raised_by]


def test_the_shipped_file_and_the_one_at_the_root_are_the_same_bytes() -> None:
    inside = ROOT / "src" / "cauce" / "corridor" / "data" / "darien" / "corridor.toml"
    assert inside.read_bytes() == (ROOT / "corridors" / "darien" / "corridor.toml").read_bytes()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "corridors").glob("*/corridor.toml")), ids=lambda path: path.parent.name
)
def test_every_corridor_at_the_root_can_be_used(path: Path) -> None:
    assert check(path.read_text("utf-8")) == []
    assert load(path).id == path.parent.name


@pytest.mark.parametrize(
    ("place", "beds"), [("canaan_membrillo", 100), ("lajas_blancas", 500), ("san_vicente", 544), ("catem_sur", 300)]
)
def test_published_capacities_are_the_ones_in_the_file(darien: Corridor, place: str, beds: int) -> None:
    assert darien.place(place).beds == beds
    assert darien.place(place).figure.source.startswith("https://")
    assert not darien.place(place).figure.assumed


@pytest.mark.parametrize(
    ("day", "per_day", "why", "assumed"),
    [
        (date(2020, 3, 19), 0, "closure", True),
        (date(2021, 8, 17), 150, "quota", False),
        (date(2023, 8, 15), 2200, "quota", True),
        (date(2023, 8, 13), 0, "rest_day", False),
        (date(2023, 10, 10), 3000, "quota", False),
    ],
)
def test_the_border_with_costa_rica_has_its_calendar(
    darien: Corridor, day: date, per_day: int, why: str, assumed: bool
) -> None:
    quota = quota_on(darien, "paso_canoas", day)
    assert (quota.per_day, quota.why, quota.assumed) == (per_day, why, assumed)


def test_the_agreement_of_2021_with_colombia_counts_from_tuesday_to_saturday(darien: Corridor) -> None:
    week = [quota_on(darien, "puerto_obaldia", date(2021, 9, 6) + timedelta(days=n)).per_day for n in range(7)]
    assert week == [0, 500, 500, 500, 500, 500, 0]


def test_from_the_first_villages_a_movement_leads_to_a_seat_north(darien: Corridor) -> None:
    for village in ("bajo_chiquito", "canaan_membrillo"):
        legs = [leg for leg in darien.legs if leg.origin == village and leg.kind == "internal"]
        assert legs
        for leg in legs:
            onward = [bus for bus in darien.legs if bus.origin == leg.destination and bus.kind == "onward"]
            assert {bus.border for bus in onward} == {"paso_canoas"}


def test_every_dispatched_leg_of_the_stations_has_vehicles_of_its_mode(darien: Corridor) -> None:
    vehicles = {(vehicle.place, vehicle.mode) for vehicle in darien.vehicles}
    for leg in darien.legs:
        if leg.kind and darien.place(leg.origin).country == "PAN" and leg.mode != "flight":
            assert (leg.origin, leg.mode) in vehicles


def test_canoes_can_carry_the_people_of_the_record_month(darien: Corridor) -> None:
    seats = sum(vehicle.seats * vehicle.count for vehicle in darien.vehicles if vehicle.mode == "canoe")
    assert seats >= 2643


@pytest.mark.parametrize(
    "trigger", ["asylum_wish", "LP-RR", "TR-PI", "SV-VA", "FU-TR", "CR-CP", "trafficking", "statelessness"]
)
def test_p1_what_threatens_on_return_blocks_return_and_nothing_else(darien: Corridor, trigger: str) -> None:
    assert holds_raised_by(darien, trigger) == [("return",)]


@pytest.mark.parametrize("trigger", ["SC-UC", "SC-SC", "SM-CC", "SM-DP"])
def test_p1_a_lone_child_and_who_is_unfit_are_held_back_from_onward_too(darien: Corridor, trigger: str) -> None:
    assert holds_raised_by(darien, trigger) == [("onward", "return")]


def test_p1_no_hold_keeps_anybody_in_a_village(darien: Corridor) -> None:
    assert [hold.id for hold in darien.holds if "internal" in hold.blocks] == []


def test_p3_pending_or_referred_checks_give_no_seat_north_but_health_is_an_offer(darien: Corridor) -> None:
    suffices = {check.id: set(check.suffices["onward"]) for check in darien.checks}
    for name in ("document", "watchlist", "biometric"):
        assert suffices[name].isdisjoint({"pending", "refer", "confirmed"})
    assert {"pending", "refer"} <= suffices["health"]


def test_p3_no_check_keeps_anybody_in_a_village(darien: Corridor) -> None:
    for rule in darien.checks:
        assert {"pending", "refer", "confirmed"} <= set(rule.suffices["internal"])


def test_p4_a_person_without_papers_is_taken_at_their_word(darien: Corridor) -> None:
    assert all("declared" in evidence.accepts for evidence in darien.evidence)


def test_p11_no_manifest_goes_to_a_country_people_are_returned_to(darien: Corridor) -> None:
    assert [leg.recipient for leg in darien.legs if leg.kind == "return"] == [""]


def test_the_shipped_file_names_no_list_of_another_state_as_law_here() -> None:
    assert "to be completed by the operator: a list of another state has no force here" in shipped_text()


def test_another_corridor_has_other_modes_borders_and_languages() -> None:
    balkan = load(BALKAN)
    assert {leg.mode for leg in balkan.legs} == {"walk", "train", "bus"}
    assert quota_on(balkan, "tovarnik", date(2016, 3, 1)).per_day == 580
    assert quota_on(balkan, "tovarnik", date(2016, 3, 9)).why == "closure"
    assert not set(balkan.languages) & {"es", "ht"}
