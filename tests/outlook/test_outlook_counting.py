"""The four tables that Panama publishes: the same counts, to the digit, in both directions."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import adult, child
from typer.testing import CliRunner

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, Refused
from cauce.outlook.counting import reading
from cauce.outlook.counting.arrived import note_for, tables_for
from cauce.outlook.counting.published import Arrivals, Row, Table, as_csv, as_text, tables_of
from cauce.outlook.forecasting.series import read
from cauce.outlook.outlook_commands import app
from cauce.people.mrz.codes import alpha3, name_of
from cauce.people.services import register_group

# Layout as the service's file has it; the numbers are invented.
PAPER = """
                                   REPÚBLICA DE PANAMÁ
                                     Cuadro No. 003
  TRÁNSITO IRREGULAR DE EXTRANJEROS POR LA FRONTERA CON COLOMBIA POR PAÍS SEGÚN ORDEN DE IMPORTANCIA: AÑO 2021

País              Ene.   Feb.   Mar.  Abr.  May.  Jun.  Jul.  Ago.   Sep.   Oct.   Nov.  Dic.   Total
Total            1,071  1,857    -     -     -     -     -     -      -      -      -     -     2,928
Venezuela        1,000  1,500    -     -     -     -     -     -      -      -      -     -     2,500
Haití               70    300    -     -     -     -     -     -      -      -      -     -       370
Chile (1)            -     50    -     -     -     -     -     -      -      -      -     -        50
Chile                1      6    -     -     -     -     -     -      -      -      -     -         7
Mordor               -      1    -     -     -     -     -     -      -      -      -     -         1
(1) Hijos de haitianos
Fuente: SENAFRONT-DARIÉN
"""


def test_a_table_from_paper_becomes_counts_and_its_footnotes_add_up() -> None:
    tables, problems = reading.read(PAPER)
    assert [(table.number, table.year, table.whole.total) for table in tables] == [(3, 2021, 2928)]
    assert problems == []
    rows, strange = reading.tidy(tables, alpha3, "PAN-DARIEN")
    counts = {(day, code): count for day, _place, code, count in rows}
    assert counts[("2021-02-01", "CHL")] == 56
    assert counts[("2021-01-01", "ALL")] == 1071
    assert counts[("2021-02-01", "OOO")] == 1
    assert strange == ["Mordor"]
    # Months that nobody has reported yet are gaps, not zeros.
    assert not [day for day, _place, _code, _count in rows if day > "2021-02-01"]


def test_what_does_not_add_up_or_cannot_be_read_is_told_with_its_line() -> None:
    lines = PAPER.splitlines()
    lines[7] = lines[7].replace("1,500", "1,400")
    lines[8] = lines[8].replace("300", "3oo")
    lines[11] += "   9"
    told = reading.read("\n".join(lines))[1]
    assert {problem.line for problem in told} == {6, 8, 9, 12}
    assert "'Venezuela': the months come to 2,400, the total says 2,500." in [problem.message for problem in told]
    assert "no number" in next(problem.message for problem in told if problem.line == 9)


@pytest.mark.parametrize("written", [as_text, as_csv])
def test_published_counts_of_three_years_come_back_to_the_digit(written) -> None:
    """The published counts of every nationality, through the four tables and back."""
    told = list(csv.DictReader((files("cauce.outlook") / "data" / "flows" / "darien.csv").read_text().splitlines()))
    for year in ("2021", "2022", "2023"):
        mine = [row for row in told if row["date"].startswith(year) and row["nationality"] not in ("ALL", "OOO")]
        counts = [Arrivals(int(row["date"][5:7]), row["nationality"], "", "", int(row["value"])) for row in mine]
        tables, problems = reading.read(written(tables_of(counts, int(year), lambda code: name_of(code) or code)))
        assert problems == []
        rows, strange = reading.tidy(tables, alpha3, "PAN-DARIEN")
        assert strange == []
        found = {(day, code): count for day, _place, code, count in rows if code != "ALL"}
        assert found == {(row["date"], row["nationality"]): int(row["value"]) for row in mine if int(row["value"])}
        for table in tables:
            totals = [row.total for row in table.rows]
            assert totals == sorted(totals, reverse=True)
            assert table.whole.total == sum(int(row["value"]) for row in mine)


CODES = st.sampled_from(["VEN", "HTI", "CHN", "AFG", "CMR", "CUB", "RUS", "XXA", ""])
ROWS = st.lists(
    st.builds(
        Arrivals, st.integers(1, 12), CODES, st.sampled_from(["M", "F", ""]), st.sampled_from(["adult", "minor"]),
        st.integers(1, 5_000_000),
    ),
    max_size=12,
)  # fmt: skip


@given(counts=ROWS)
def test_any_counts_are_written_so_that_every_table_adds_up(counts: list[Arrivals]) -> None:
    tables, problems = reading.read(as_text(tables_of(counts, 2023, lambda code: code or "No indicado")))
    assert problems == []
    by_month = Counter[int]()
    for one in counts:
        by_month[one.month] += one.people
    assert len(tables) == 4
    for table in tables:
        assert [count or 0 for count in table.whole.months] == [by_month[month] for month in range(1, 13)]


def test_a_label_that_a_spreadsheet_would_run_is_written_inert_and_read_as_it_was() -> None:
    table = Table(3, "País", "FRONTERA: AÑO 2023", 2023, (Row("=1+1", (12,) * 12), Row("-2 y más", (0,) * 12)))
    text = as_csv([table])
    assert not [cell for row in csv.reader(text.splitlines()) for cell in row if cell[:1] in "=-" and cell]
    assert reading.read(text) == ([table], [])


def test_the_journal_prints_the_four_tables(store: Mapping[str, Actor]) -> None:
    day, by = datetime(2023, 7, 31, 23, tzinfo=UTC), store["registrar"]
    family = [adult(sex="F"), child(sex="M"), child(sex="F")]
    register_group(place="lajas_blancas", arrived_at=day, members=family, by=by)
    # Half past seven in the evening of the last of July at the station is August by the clock of the world.
    night = datetime(2023, 8, 1, 0, 30, tzinfo=UTC)
    unknown = adult(nationality="", sex="", birth_first=None, birth_last=None, said_minor=True, documents=())
    register_group(place="lajas_blancas", arrived_at=night, members=[unknown], by=by)
    august = datetime(2023, 8, 3, 12, tzinfo=UTC)
    register_group(place="lajas_blancas", arrived_at=august, members=[adult(nationality="HTI", sex="M")], by=by)
    region, sex, country, age = tables_for(store["coordinator"], 2023, {"VEN": "Venezuela", "HTI": "Haití"})
    assert [(row.label, row.months[6], row.months[7], row.total) for row in region.rows] == [
        ("América del Sur", 3, 0, 3),
        ("Antillas", 0, 1, 1),
        ("Otras", 1, 0, 1),
    ]
    assert [(row.label, row.total) for row in sex.rows] == [("Hombres", 2), ("Mujeres", 2), ("No indicado", 1)]
    assert [(row.label, row.total) for row in age.rows] == [("Menores", 3), ("Adultos", 2)]
    assert country.rows[0].label == "Venezuela"
    assert country.whole.months[6:9] == (4, 1, None)  # September has not begun
    # What is not over says so, in the file too, and comes back: a month with nobody is no month to come.
    note = note_for(2023)
    assert note.startswith("Nota: el mes de Ago. no ha terminado")
    for written in (as_text([country], note), as_csv([country], note)):
        assert note in written
        (back,), problems = reading.read(written)
        assert (back.rows, problems) == (country.rows, [])
    assert as_text([country]).count("…") == 10 * (1 + len(country.rows))
    (nobody, *_) = tables_for(store["coordinator"], 2022, {})
    assert nobody.whole.months == (None,) * 12  # before the first arrival nothing is known
    with pytest.raises(Refused, match="2024 has not begun"):
        tables_for(store["coordinator"], 2024, {})


@pytest.mark.parametrize("form", ["text", "csv"])
@pytest.mark.parametrize(("first", "counted"), [(1, ["2023-06", "2023-07"]), (11, ["2023-07"])])
def test_a_month_that_was_not_counted_whole_is_no_month_of_a_forecast(
    store: Mapping[str, Actor],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    form: str,
    first: int,
    counted: list[str],
) -> None:
    """The store's own tables, read back: neither the month that is not over nor zeros of before its first person."""
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    for day in (datetime(2023, 6, first, 12, tzinfo=UTC), datetime(2023, 8, 2, 12, tzinfo=UTC)):
        register_group(place="lajas_blancas", arrived_at=day, members=[adult(sex="F")], by=store["registrar"])
    file, out, sexes = tmp_path / "tables", tmp_path / "o.csv", tmp_path / "s.csv"
    file.write_text(CliRunner().invoke(app, ["tables", "--year", "2023", "--format", form]).stdout)
    told = CliRunner().invoke(app, ["read", str(file), "--out", str(out), "--conditions", str(sexes)])
    assert told.exit_code == 0, told.output
    left = "2023-08" if first == 1 else "2023-06, 2023-08"
    assert f"{file} says that it does not count all days of {left}: left out" in told.stderr
    for written in (out, sexes):
        assert sorted({row["date"][:7] for row in csv.DictReader(written.read_text().splitlines())}) == counted
    # July, in which the store was there and nobody came, is a zero that was counted.
    assert "2023-07-01,PAN-DARIEN,ALL,0" in out.read_text()


def test_tables_of_which_no_month_is_whole_say_so(
    store: Mapping[str, Actor], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    file = tmp_path / "tables"
    file.write_text(CliRunner().invoke(app, ["tables", "--year", "2022"]).stdout)
    assert "Nota: … mes del que nada se sabe." in file.read_text()
    told = CliRunner().invoke(app, ["read", str(file), "--out", str(tmp_path / "o.csv")])
    assert "counts no month whole" in str(told.exception)


def test_zeros_of_before_the_first_arrival_are_told_to_be_no_finding(
    store: Mapping[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])
    words = ["tables", "--format", "csv", "--year"]
    told = CliRunner().invoke(app, [*words, "2022"])
    assert "nobody is recorded here yet: whether anybody came" in told.stderr
    assert "nobody" not in told.stdout
    day = datetime(2022, 6, 1, 12, tzinfo=UTC)
    register_group(place="lajas_blancas", arrived_at=day, members=[adult()], by=store["registrar"])
    assert "nobody is recorded here before 2022-06-01" in CliRunner().invoke(app, [*words, "2022"]).stderr
    told = CliRunner().invoke(app, [*words, "2023"])
    assert told.stderr == "cauce: 2023 is not over: its months are counted until today.\n"


def test_reading_a_file_that_holds_no_table_says_what_is_expected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing\n")
    told = CliRunner().invoke(app, ["read", str(tmp_path / "a.txt"), "--out", str(tmp_path / "o.csv")])
    assert "twelve months" in str(told.exception)
    assert not (tmp_path / "o.csv").exists()


def test_a_file_of_tables_is_read_into_counts_for_a_forecast(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAPER)
    out, sexes = tmp_path / "o.csv", tmp_path / "s.csv"
    words = ["read", str(tmp_path / "a.txt"), "--out", str(out), "--conditions", str(sexes)]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert date.fromisoformat(out.read_text().splitlines()[1].split(",")[0]) == date(2021, 1, 1)
    assert sexes.read_text() == "date,place,group,value\n"


def test_counts_of_a_place_named_like_a_formula_run_nowhere_and_are_read_back_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAPER)
    out, sexes, said = (tmp_path / name for name in ("o.csv", "s.csv", "said.csv"))
    place = '=HYPERLINK("http://example.org")'
    sex = PAPER.replace("003", "002").replace("País  ", "Condición").replace("Venezuela", "Hombres")
    (tmp_path / "a.txt").write_text(PAPER + sex)
    words = ["read", str(tmp_path / "a.txt"), "--lenient", "--out", str(out), "--conditions", str(sexes), "--place"]
    assert CliRunner().invoke(app, [*words, place]).exit_code == 0
    asked = ["forecast", "--series", str(out), "--horizon", "1", "--out", str(said)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    for file in (out, sexes, said):
        named = {row["place"] for row in csv.DictReader(file.read_text().splitlines())}
        assert named == {f"'{place}"}, file.name
    assert [one.place for one in read(out)] == [place]


def test_what_is_left_out_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    file, out = tmp_path / "a.txt", tmp_path / "o.csv"
    file.write_text(PAPER.replace("300", "3oo"))
    words = ["read", str(file), "--out", str(out)]
    told = CliRunner().invoke(app, words)
    assert f"{file}:9: 'Haití': '3oo' is no number. Left out." in told.stderr
    assert isinstance(told.exception, Refused)
    assert "--lenient" in str(told.exception)
    assert not out.exists()
    assert CliRunner().invoke(app, [*words, "--conditions", str(tmp_path / "no" / "s.csv"), "--lenient"]).exit_code
    assert not out.exists(), "nothing half-written"
    assert isinstance(CliRunner().invoke(app, [*words, "--lenient", "--place", " "]).exception, Misused)
    assert CliRunner().invoke(app, [*words, "--lenient"]).exit_code == 0
    assert "HTI" not in out.read_text()
