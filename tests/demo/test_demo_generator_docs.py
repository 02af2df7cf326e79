"""What is assumed is said: the page of the training day against the rates in use."""

import csv
from pathlib import Path

from cauce.demo.generator import needs, parties, people
from cauce.demo.generator.flows import DATA
from cauce.demo.generator.profiles import profiles

PAGE = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")


def test_every_rate_of_a_need_stands_in_the_page_with_its_reason() -> None:
    with (DATA / "needs_rates.csv").open(encoding="utf-8") as lines:
        reasons = {(row["code"], row["who"]): row["reason"] for row in csv.DictReader(lines)}
    for code, who, rate in needs.rates():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| {code} |"))
        assert line.endswith(f"| {rate / 100:g} % | {reasons[code, who]} |")


def test_the_assumed_ages_and_families_stand_in_the_page() -> None:
    for low, high, percent in people.ADULT_BANDS:
        assert f"{low}–{high}: {percent} %" in PAGE
    for count, percent in parties.CHILDREN:
        assert f"{count}: {percent} %" in PAGE
    assert f"| {parties.UNACCOMPANIED_PER_100} % of minors" in PAGE


def test_every_need_says_whom_it_concerns() -> None:
    assert {who for _, who, _ in needs.rates()} <= set(needs.WHO)


def test_profiles_hold_shares_that_are_shares() -> None:
    for profile in profiles().values():
        assert profile.passport + profile.card <= 100
        assert 0 <= profile.expired <= 100
        assert 0 < profile.female < 100
        assert 0 < profile.minor < 100
        assert sum(share for _, share in profile.raised_by) <= 100
