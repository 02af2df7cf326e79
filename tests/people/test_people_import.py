"""Importing people from a file: what is registered, refused, left unchanged, waited for."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.keys import search_keys
from cauce.journal.models import Entry, Mention
from cauce.people.importing import Imported, import_people
from cauce.people.importing_groups import Known
from cauce.people.models import Document, Group, Need, Person, Stay
from cauce.people.selectors import incomplete_for
from cauce.people.services import complete_group, correct, erase
from cauce.people.sheets import COLUMNS

Actors = dict[str, Actor]
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def row(external_id: str, **cells: str) -> dict[str, str]:
    base = dict.fromkeys(COLUMNS, "")
    base |= {
        "external_id": external_id,
        "given_names": f"Given{external_id}",
        "sex": "F",
        "birth_date": "1990-05-17",
        "nationality": "VEN",
        "arrived_at": "2023-08-14T09:30",
        "place": "lajas_blancas",
    }
    return base | cells


def family(group: str = "G1") -> list[dict[str, str]]:
    return [
        row(f"{group}-1", group_id=group, relation="focal"),
        row(f"{group}-2", group_id=group, relation="spouse", sex="M"),
        row(f"{group}-3", group_id=group, relation="son", guardian=f"{group}-1", birth_date="2016", sex="M"),
    ]


@pytest.fixture
def bring(store: Actors, tmp_path: Path) -> Any:
    """`bring(rows, **options)` writes the rows to a file and imports it; the rejects lie in `bring.rejects()`."""

    def go(rows: list[dict[str, str]] | bytes, **options: Any) -> Imported:
        path = tmp_path / "people.csv"
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        options = {"by": store["registrar"], "rejects": tmp_path / "rejects.csv"} | options
        return import_people(path=path, **options)

    def rejects() -> list[dict[str, str]]:
        with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    go.rejects = rejects  # type: ignore[attr-defined]
    return go


def test_a_family_comes_in_with_everything_told(bring: Any) -> None:
    rows = family()
    rows[0] |= {
        "family_names": "Pérez Gómez",
        "full_name": "María Pérez Gómez",
        "document_type": "passport",
        "document_number": "X 12-3",
        "document_expiry": "2026-04",
        "needs": "SP-PT; er-nf",
        "language": "es",
    }
    done = bring(rows)
    assert (done.registered, done.unchanged, done.refused, done.groups, done.incomplete) == (3, 0, 0, 1, 0)
    group = Group.objects.get(external_id="G1")
    mother = Person.objects.get(external_id="G1-1")
    child = Person.objects.get(external_id="G1-3")
    assert (group.head, child.guardian, child.group_id) == (mother.id, mother.id, group.id)
    assert (child.birth_first, child.birth_last, child.birth_estimated) == (date(2016, 1, 1), date(2016, 12, 31), True)
    assert mother.arrived_at == datetime(2023, 8, 14, 14, 30, tzinfo=UTC)  # half past nine at the stations
    paper = Document.objects.get(person=mother)
    assert (paper.kind, paper.number, paper.expires) == ("passport", "X 12-3", date(2026, 4, 30))
    assert paper.number_key == search_keys(["X123"])["X123"]
    assert set(Need.objects.filter(person=mother).values_list("code", flat=True)) == {"SP-PT", "ER-NF"}
    assert Stay.objects.filter(until=None, place="lajas_blancas").count() == 3


def test_the_same_file_again_changes_nothing(bring: Any) -> None:
    rows = [*family(), row("bad", group_id="G1", nationality="QQQ"), row("", given_names="Nobody", group_id="G1")]
    bring(rows)
    before = Entry.objects.count()
    done = bring(rows)
    assert (done.registered, done.unchanged, done.refused) == (0, 3, 2)
    assert Entry.objects.count() == before


def test_f2_a_bad_row_marks_its_group_incomplete_and_nobody_elses(bring: Any, store: Actors) -> None:
    rows = family("G1") + family("G2")
    rows[1]["nationality"] = "QQQ"
    done = bring(rows)
    assert (done.registered, done.refused, done.groups, done.incomplete) == (5, 1, 2, 1)
    group = Group.objects.get(external_id="G1")
    assert (group.incomplete, group.missing) == (True, ["G1-2"])
    assert not Group.objects.get(external_id="G2").incomplete
    assert incomplete_for(store["registrar"], "lajas_blancas") == [group]
    (refused,) = bring.rejects()
    assert (refused["external_id"], refused["line"]) == ("G1-2", "3")
    assert "nationality 'QQQ' is no country code" in refused["reason"]


def test_f2_a_second_head_of_a_group_is_refused_and_the_group_waits_for_that_row(bring: Any) -> None:
    rows = family()
    rows[1]["relation"] = "head"
    late = row("G1-4", group_id="G1", relation="self")
    assert (bring(rows).refused, bring([late]).refused) == (1, 1)
    group = Group.objects.get(external_id="G1")
    assert (group.missing, group.head) == (["G1-2", "G1-4"], Person.objects.get(external_id="G1-1").id)
    assert "has one head" in bring.rejects()[0]["reason"]
    rows[1]["relation"], late["relation"] = "spouse", "sibling"
    assert bring([*rows, late]).registered == 2
    assert not Group.objects.get(external_id="G1").incomplete


def test_f2_the_corrected_rejects_file_completes_the_group(bring: Any) -> None:
    rows = family()
    rows[1]["birth_date"] = "2031-01-01"
    bring(rows)
    corrected = bring.rejects()
    corrected[0]["birth_date"] = "1989"
    done = bring(corrected)
    group = Group.objects.get(external_id="G1")
    assert (done.registered, group.incomplete, group.missing, group.members.count()) == (1, False, [], 3)


def test_f2_a_child_whose_guardians_row_is_bad_waits_for_that_guardian(bring: Any) -> None:
    rows = family()
    rows[0]["sex"] = "?"
    bring(rows)
    child = Person.objects.get(external_id="G1-3")
    assert (child.guardian, child.guardian_external) == (None, "G1-1")
    bring([bring.rejects()[0] | {"sex": "F"}])
    mother = Person.objects.get(external_id="G1-1")
    child.refresh_from_db()
    group = Group.objects.get(external_id="G1")
    assert (child.guardian, group.head, group.incomplete) == (mother.id, mother.id, False)


def test_f2_a_bad_first_row_never_makes_somebody_else_a_childs_guardian(bring: Any) -> None:
    rows = [
        row("1", group_id="G1", nationality="QQQ"),
        row("2", group_id="G1", relation=""),
        row("3", group_id="G1", relation="daughter", birth_date="2015"),
    ]
    bring(rows)
    assert Person.objects.get(external_id="3").guardian is None


def test_f2_rows_refused_before_anybody_of_the_group_came_still_count(bring: Any) -> None:
    rows = [row("1", group_id="G1", nationality="QQQ"), row("9"), row("2", group_id="G1")]
    bring(rows)
    group = Group.objects.get(external_id="G1")
    assert (group.incomplete, group.missing) == (True, ["1"])
    before = Entry.objects.count()
    bring(rows)
    assert Entry.objects.count() == before


def test_f2_an_officer_may_say_that_a_group_is_whole(bring: Any, store: Actors) -> None:
    rows = family()
    rows[1]["nationality"] = "QQQ"
    bring(rows)
    group = Group.objects.get(external_id="G1")
    assert complete_group(group=group.id, reason="he stayed in Colombia", by=store["registrar"])
    group.refresh_from_db()
    assert not group.incomplete


def test_f2_a_row_without_external_id_is_waited_for_until_somebody_comes(bring: Any) -> None:
    bring([*family(), row("", group_id="G1", given_names="Abuela")])
    group = Group.objects.get(external_id="G1")
    assert (group.incomplete, group.missing) == (True, ["?"])
    bring([*family(), row("G1-4", group_id="G1", given_names="Abuela")])
    group.refresh_from_db()
    assert (group.incomplete, group.members.count()) == (False, 4)


def test_rows_of_a_group_that_come_later_join_it(bring: Any) -> None:
    rows = family()
    bring([rows[2], row("other"), rows[0], rows[1]])
    group = Group.objects.get(external_id="G1")
    mother = Person.objects.get(external_id="G1-1")
    assert (group.members.count(), group.head, group.incomplete) == (3, mother.id, False)
    assert Person.objects.get(external_id="G1-3").guardian == mother.id


def test_the_same_id_with_other_content_is_refused_with_the_difference(bring: Any) -> None:
    rows = family()
    rows[0]["needs"] = "SM-CI;SM-OT"
    bring(rows)
    rows[0] |= {"sex": "M", "birth_date": "1990-05"}
    done = bring(rows)
    assert (done.unchanged, done.refused, done.incomplete) == (2, 1, 0)
    reason = bring.rejects()[0]["reason"]
    assert "sex: F -> M" in reason
    assert "needs" not in reason  # only what differs is said
    assert "birth_date: 1990-05-17 -> 1990-05" in reason
    assert Person.objects.get(external_id="G1-1").sex == "F"
    assert not Group.objects.get(external_id="G1").incomplete


def test_a_correction_at_the_desk_does_not_make_the_old_file_differ(bring: Any, store: Actors) -> None:
    bring(family())
    mother = Person.objects.get(external_id="G1-1")
    correct(person=mother.id, changes={"given_names": "Marta"}, reason="heard wrong", by=store["registrar"])
    assert bring(family()).unchanged == 3


def test_who_was_registered_meanwhile_costs_nobody_else_of_the_transaction(
    bring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(family("G1"))
    look, looked = Known.look, []

    def too_early(self: Known, external_ids: set[str], group_ids: set[str]) -> None:
        looked.append(external_ids)
        if len(looked) > 1:
            look(self, external_ids, group_ids)

    monkeypatch.setattr(Known, "look", too_early)
    done = bring([*family("G2"), *family("G1"), *family("G3")])
    assert (done.registered, done.unchanged, done.refused) == (6, 3, 0)
    assert sorted(group.members.count() for group in Group.objects.all()) == [3, 3, 3]


def test_a_group_or_an_id_that_comes_again_at_once_finds_what_was_just_written(bring: Any) -> None:
    rows = [*family("G1")[:2], row("alone"), *family("G1")[2:], row("alone"), row("G1-1", group_id="G9")]
    done = bring(rows)
    assert (done.registered, done.unchanged, done.refused) == (4, 1, 1)
    assert Group.objects.count() == 2
    child = Person.objects.get(external_id="G1-3")
    assert child.guardian == Person.objects.get(external_id="G1-1").id


def test_groups_of_one_transaction_are_each_in_the_journal_with_a_number_of_their_own(bring: Any) -> None:
    bring([each for number in range(10) for each in family(f"G{number}")])
    assert Group.objects.values("number").distinct().count() == 10
    assert Person.objects.values("number").distinct().count() == 30
    assert Entry.objects.filter(name="people.group_registered").count() == 10
    started = Entry.objects.filter(name="vetting.checks_started")
    # One a person, because it goes where the person goes; recorded all at once.
    assert Mention.objects.filter(entry__in=started).values("person").distinct().count() == started.count() == 30
    assert started.values("recorded_at").distinct().count() == 1


def test_one_id_twice_in_a_file_keeps_the_first(bring: Any) -> None:
    done = bring([row("1", group_id="G"), row("1", group_id="G"), row("1", group_id="G", sex="M")])
    assert (done.registered, done.unchanged, done.refused) == (1, 1, 1)


def test_external_ids_are_unique_per_source(bring: Any) -> None:
    bring([row("1"), row("1", place="san_vicente", given_names="Somebody else")])
    assert Person.objects.filter(external_id="1").count() == 2
    done = bring([row("1")], source="agency")
    assert (done.registered, Person.objects.filter(source="agency").count()) == (1, 1)


def test_an_erased_person_is_not_registered_again(bring: Any, store: Actors) -> None:
    bring([row("1")])
    person = Person.objects.get(external_id="1")
    erase(person=person.id, reason="asked for it", by=store["administrator"])
    done = bring([row("1")])
    assert (done.registered, done.refused) == (0, 1)
    assert "erased" in bring.rejects()[0]["reason"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"nationality": "QQQ"}, "nationality"),
        ({"arrived_at": "2023-08-15T10:01"}, "arrived_at"),
        ({"arrived_at": "yesterday"}, "arrived_at"),
        ({"arrived_at": ""}, "arrived_at"),
        ({"birth_date": "2023-08-16"}, "birth_date"),
        ({"birth_date": "2023-08-15"}, "birth_date '2023-08-15' is after the arrival"),  # the local day after it
        ({"birth_date": "1990-13"}, "birth_date"),
        ({"birth_date": "1790"}, "birth_date"),
        ({"given_names": ""}, "name"),
        ({"external_id": ""}, "external_id"),
        ({"place": "atlantis"}, "place"),
        ({"sex": "W"}, "sex"),
        ({"needs": "SC-UC;nonsense"}, "needs"),
        ({"document_expiry": "soon"}, "document_expiry"),
        ({"guardian": "1", "group_id": "G"}, "guardian"),
        ({"given_names": "A\x00B"}, "NUL"),
        ({"given_names": "x" * 70_000}, "64 kB"),
        ({"given_names": "x" * 201}, "given_names"),
    ],
)
def test_a_bad_row_is_refused_whole_and_says_which_field(bring: Any, cells: dict[str, str], told: str) -> None:
    done = bring([row("1", **{k: v for k, v in cells.items() if k != "external_id"}) | cells, row("2")])
    assert (done.registered, done.refused) == (1, 1)
    assert told in bring.rejects()[0]["reason"]
    assert not Person.objects.exclude(external_id="2").exists()


def test_a_zone_fills_what_the_row_leaves_out(bring: Any) -> None:
    cells = dict.fromkeys(("given_names", "sex", "birth_date", "nationality"), "")
    bring([row("1", mrz=ZONE) | cells])
    person = Person.objects.get()
    assert (person.given_names, person.family_names) == ("ANNA MARIA", "ERIKSSON")
    assert (person.sex, person.nationality, person.birth_first) == ("F", "UTO", date(1974, 8, 12))
    paper = Document.objects.get()
    assert (paper.kind, paper.number, paper.issuer, paper.expires) == (
        "passport",
        "L898902C3",
        "UTO",
        date(2012, 4, 15),
    )


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"mrz": ZONE.replace("7408122", "7408123")}, "birth_date"),
        ({"mrz": "nonsense"}, "no machine-readable zone"),
        ({"sex": "M"}, "sex: M in the row, F in the zone"),
        ({"birth_date": "1974-08-13"}, "birth_date: 1974-08-13"),
        ({"nationality": "VEN"}, "nationality"),
        ({"document_number": "L898902C4"}, "document_number"),
        ({"document_expiry": "2013"}, "document_expiry"),
        ({"family_names": "Gómez"}, "family_names"),
        ({"given_names": "Rosa"}, "given_names"),
        ({"full_name": "Rosa Gómez"}, "full_name"),
        ({"document_type": "visa"}, "document_type"),
    ],
)
def test_a_zone_that_is_wrong_or_contradicts_the_row_refuses_it(bring: Any, cells: dict[str, str], told: str) -> None:
    agreeing = {
        "given_names": "Anna María",
        "family_names": "Eriksson",
        "sex": "F",
        "birth_date": "1974",
        "nationality": "UTO",
        "document_number": "L898902C3",
        "document_type": "passport",
        "mrz": ZONE,
    }
    assert bring([row("1", **agreeing)]).registered == 1
    done = bring([row("2", **(agreeing | cells))])
    assert (done.registered, done.refused) == (0, 1)
    assert told in bring.rejects()[0]["reason"]


def test_a_slip_of_o_and_0_is_refused_with_the_line_that_was_probably_printed(bring: Any) -> None:
    bring(
        [
            row("1", mrz=ZONE.replace("L898902C3", "L8989O2C3"))
            | {"birth_date": "", "nationality": "", "given_names": ""}
        ]
    )
    assert "perhaps P<UTOERIKSSON" in bring.rejects()[0]["reason"]


def test_names_in_another_script_than_the_zones_are_no_contradiction(bring: Any) -> None:
    cells = {"given_names": "安娜", "family_names": "埃里克森", "nationality": "", "birth_date": "", "mrz": ZONE}
    assert bring([row("1", **cells)]).registered == 1


def test_a_time_has_its_own_offset_or_the_places(bring: Any) -> None:
    bring(
        [
            row("1", arrived_at="2023-08-14T09:30:00+02:00"),
            row("2", arrived_at="2023-08-14 09:30", place="paso_canoas"),
            row("3", arrived_at="2023-08-15"),
        ]
    )
    times = dict(Person.objects.values_list("external_id", "arrived_at"))
    assert times["1"] == datetime(2023, 8, 14, 7, 30, tzinfo=UTC)
    assert times["3"] == datetime(2023, 8, 15, 5, 0, tzinfo=UTC)


def test_a_place_can_be_given_for_all_rows(bring: Any, store: Actors) -> None:
    without = {name: value for name, value in row("1").items() if name != "place"}
    bring([without], place="san_vicente")
    assert Person.objects.get().arrived_place == "san_vicente"
    with pytest.raises(Refused, match="no place of the corridor"):
        bring([without], place="atlantis")


def test_only_who_may_import_may(bring: Any, store: Actors) -> None:
    with pytest.raises(NotAllowed):
        bring([row("1")], by=store["analyst"])
    bound = Actor(account="r", role="registrar", place="san_vicente")
    done = bring([row("1"), row("2", place="san_vicente")], by=bound)
    assert (done.registered, done.refused) == (1, 1)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"", "is empty"),
        (b"external_id,given_names,arrived_at,place,birthdate\n", "'birthdate'"),
        (b"external_id,given_names,arrived_at,place,place\n", "twice"),
        (b"external_id,sex,place\n", "arrived_at"),
        (b"external_id,given_names,arrived_at\n", "--place"),
        (b"1,Ana,2023-08-15,lajas_blancas\n", "no known column"),
    ],
)
def test_a_file_that_is_no_table_of_people_is_a_usage_error(bring: Any, header: bytes, told: str) -> None:
    with pytest.raises(Misused, match=told):
        bring(header)


def test_the_rejects_file_cannot_be_the_file_that_is_imported(bring: Any, tmp_path: Path) -> None:
    with pytest.raises(Misused, match="Name another one"):
        bring([row("1")], rejects=tmp_path / "people.csv")
    assert (tmp_path / "people.csv").read_text(encoding="utf-8").count("\n") == 2
