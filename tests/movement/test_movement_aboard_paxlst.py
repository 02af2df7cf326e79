"""PAXLST D.05B: what is written is read back, by this program and by another, whatever somebody is called."""

from __future__ import annotations

import csv
import io
import warnings
from datetime import date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydifact.parser import Parser
from tests.factories import adult, ready_to_leave
from tests.movement.rows import TODAY
from tests.movement.test_movement_paper import NAMES

from cauce.access.actor import Actor
from cauce.access.models import Reading
from cauce.journal.errors import Refused
from cauce.movement import services
from cauce.movement.aboard import paxlst
from cauce.movement.aboard.paxlst import NotPaxlst, Passage, Traveller, carried, carried_way, read, write
from cauce.movement.export import export_manifest
from cauce.movement.selectors import ManifestView, manifest_for
from cauce.people.services import register_group
from cauce.protection.models import Release
from cauce.vetting.models import CheckResult

Actors = dict[str, Actor]
WAY = Passage(
    sender="lajas",
    recipient="cri_dgme",
    reference="A1B2C3",
    made=datetime(2023, 8, 15, 15, 0),  # noqa: DTZ001 - UTC, by agreement
    number="LB-230815-3",
    mode="bus",
    origin="lajas_blancas",
    destination="paso_canoas",
    day=date(2023, 8, 15),
    plate="CB 4711",
)
texts = st.text(max_size=90)
dates = st.one_of(
    st.just(""),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(lambda day: day.isoformat()[:7]),
    st.integers(1900, 2100).map(str),
)
travellers = st.builds(
    Traveller,
    family=texts,
    given=texts,
    sex=st.sampled_from(["F", "M", "X", ""]),
    birth=dates,
    nationality=st.sampled_from(["VEN", "XXA", "XXX", "", "D", "RKS"]),
    document_type=st.sampled_from(["passport", "identity_card", "birth_certificate", "visa", "other", ""]),
    document_number=texts,
    document_expiry=dates,
    document_issuer=st.sampled_from(["VEN", "", "UNO"]),
    seat=st.integers(1, 400).map(str),
    card=texts,
)


@pytest.mark.one_store
@example(people=[Traveller("A II \U00018800")], plate="")  # a letter without a Latin reading hid the suffix
@given(people=st.lists(travellers, max_size=4), plate=texts)
@settings(max_examples=80, deadline=None)
def test_whatever_can_be_carried_comes_back_as_it_was(people: list[Traveller], plate: str) -> None:
    way = Passage(**{**{name: getattr(WAY, name) for name in WAY.__slots__}, "plate": plate})
    content = write(way, people)
    assert content.isascii()
    assert read(content) == (carried_way(way), [carried(one) for one in people])
    assert [carried(carried(one)) for one in people] == [carried(one) for one in people]


@pytest.mark.one_store
@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_every_script_travels_in_latin_capitals(script: str) -> None:
    _way, (one,) = read(write(WAY, [Traveller(NAMES[script])]))
    assert one.family
    assert one.family.isascii()
    assert one.family == one.family.upper() != "UNKNOWN"


@pytest.mark.one_store
def test_names_papers_and_dates_stand_where_the_guide_has_them() -> None:
    rosa = Traveller(
        "Vargas Ñúñez", "Rosa-María", "F", "1991-04-03", "VEN", "passport", "P'1+2:3?", "2030-01-01", "VEN", "12", "P-1"
    )
    nobody = Traveller("", "", "", "", "XXX")
    content = write(WAY, [rosa, nobody])
    assert content.startswith(b"UNA:+.? 'UNB+UNOA:4+LAJAS+CRI-DGME+230815:1500+A1B2C3'UNG+PAXLST+")
    for segment in (
        b"UNH+1+PAXLST:D:05B:UN:IATA+LB-230815-3+01:F'BGM+745'",
        b"TDT+20+LB-230815-3+3+++++CB 4711'LOC+125+LAJAS-BLANCAS'DTM+189:20230815:102'LOC+87+PASO-CANOAS'",
        b"NAD+FL+++VARGAS NUNEZ:ROSA MARIA'ATT+2++F'DTM+329:19910403:102'",
        b"NAT+2+VEN'RFF+ABO:P-1'RFF+SEA:12'DOC+P:110:111+P?'1?+2?:3??'DTM+36:20300101:102'LOC+91+VEN'",
        b"NAD+FL+++UNKNOWN'ATT+2++U'LOC+178",
        b"NAT+2+XXX'CNT+42:2'UNT+",
        b"'UNE+1+A1B2C3'UNZ+1+A1B2C3'",
    ):
        assert segment in content, segment


@pytest.mark.one_store
def test_another_reader_of_edifact_finds_the_same_message() -> None:
    people = [Traveller("O'Neill", "Sean"), Traveller("Á?lvarez", "", "M", "1984")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has no directory of D.05B to check against, and says so
        segments = list(Parser().parse(write(WAY, people).decode()))
    assert [segment.tag for segment in segments[:4]] == ["UNA", "UNB", "UNG", "UNH"]
    found = [segment.elements for segment in segments if segment.tag == "NAD"]
    assert found[1:] == [["FL", "", "", ["ONEILL", "SEAN"]], ["FL", "", "", "ALVAREZ"]]


@pytest.mark.one_store
def test_a_long_name_is_cut_between_words_and_never_within_the_family_of_two() -> None:
    told = carried(Traveller("Wickramasinghe Mudiyanselage Appuhamilage", " ".join(["Anuradhapura"] * 20)))
    assert told.family == "WICKRAMASINGHE MUDIYANSELAGE"
    assert len(told.given) <= 4 * 35 + 3
    assert set(told.given.split()) == {"ANURADHAPURA"}


@pytest.mark.one_store
@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (b"CNT+42:1", b"CNT+42:2", "CNT counts 42:2"),
        (b"05B:UN", b"02B:UN", "not PAXLST:D:05B"),
        (b"DTM+189", b"DTM+190", "DTM 189"),
        (b"UNT+13+", b"UNT+12+", "UNT counts 12"),
        (b"TDT+20", b"TDX+20", "TDT is missing"),
        (b"LAJAS+", b"LAJAS\xff+", "no UN/EDIFACT"),
    ],
)
def test_a_list_that_does_not_add_up_is_refused_with_the_segment(was: bytes, becomes: bytes, says: str) -> None:
    content = write(WAY, [Traveller("Rojas")])
    assert was in content
    with pytest.raises(NotPaxlst, match=says):
        read(content.replace(was, becomes, 1))


def a_sealed_bus(actors: Actors) -> ManifestView:
    members = [
        adult(full_name="王小明", given_names="", family_names="", nationality="CHN", head=True),
        adult(given_names="=Rosa", family_names="Vargas", full_name="", nationality=""),
        adult(full_name="Un hombre", given_names="", family_names="", birth_first=None, birth_last=None, documents=()),
        adult(given_names="Luis", family_names="Mora", nationality="CRI"),  # of the recipient's own country
    ]
    made = register_group(place="lajas_blancas", arrived_at=TODAY_NOON, members=members, by=actors["registrar"])
    CheckResult.objects.filter(person__in=made.person_ids).update(result="clear")
    (manifest,) = services.dispatch(place="lajas_blancas", date=TODAY, by=actors["coordinator"]).manifests
    services.seal(manifest=manifest, by=actors["coordinator"])
    return manifest_for(actors["coordinator"], manifest)


TODAY_NOON = datetime.fromisoformat("2023-08-15T12:00:00+00:00")


def test_p11_the_list_goes_through_the_gate_with_its_legal_basis(store: Actors) -> None:
    bus = a_sealed_bus(store)
    readings = Reading.objects.count()
    way, people = read(export_manifest(store["coordinator"], bus, form="paxlst"))
    released = Release.objects.get()
    assert (released.recipient, released.what) == ("cri_dgme", f"manifest {bus.row.number}, paxlst")
    assert "arrangement between the two services" in released.legal_basis
    assert (len(people), released.withheld) == (3, 1)  # nobody is told to the own country
    assert Reading.objects.count() > readings
    assert (way.number, way.origin, way.day) == (bus.row.number, "LAJAS-BLANCAS", TODAY)
    by_card = {one.card: one for one in people}
    rows = list(csv.DictReader(io.StringIO(export_manifest(store["coordinator"], bus, form="csv").decode())))
    assert {row["card_number"] for row in rows} == set(by_card)
    for row in rows:
        one = by_card[row["card_number"]]
        assert (one.seat, one.sex, one.birth) == (row["seat"], row["sex"], row["birth_date"])
        assert one.nationality == (row["nationality"] or "XXX")
        assert one.document_number == row["document_number"]
        assert one.document_expiry == ""  # the corridor file does not grant it
        assert not row["name"].startswith("=")
    assert {one.family for one in people} == {"WANGXIAOMING", "VARGAS", "UN HOMBRE"}
    assert next(one for one in people if one.family == "VARGAS").given == "ROSA"


def test_p11_nothing_leaves_of_a_manifest_that_is_not_sealed(store: Actors) -> None:
    bus = a_sealed_bus(store)
    services.unseal(manifest=bus.row.id, reason="a wheel", by=store["coordinator"])
    again = manifest_for(store["coordinator"], bus.row.id)
    for form in ("paxlst", "csv", "codes"):
        with pytest.raises(Refused, match="is not sealed"):
            export_manifest(store["coordinator"], again, form=form)
    assert not Release.objects.exists()


def test_the_plate_and_the_day_of_departure_are_in_the_list(store: Actors) -> None:
    bus = a_sealed_bus(store)
    ready_to_leave(store, bus.row.id, plate="ab 99")
    way, _people = read(export_manifest(store["coordinator"], bus, form="paxlst"))
    assert (way.plate, way.mode, way.day) == ("AB 99", "bus", TODAY)
    assert paxlst.plain(way.plate) == way.plate
