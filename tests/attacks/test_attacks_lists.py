"""A damaged list must not take the place of a whole one: whoever stands in the other half would be cleared."""

from __future__ import annotations

from pathlib import Path

import pytest

from cauce.access.actor import Actor
from cauce.journal.errors import Refused
from cauce.vetting.models import WatchList
from cauce.vetting.services import import_list

SAMPLE = Path(__file__).parents[1] / "data" / "un_sample.xml"


def test_a_list_cut_short_leaves_the_edition_in_force(store: dict[str, Actor], tmp_path: Path) -> None:
    by = store["administrator"]
    whole = import_list(path=SAMPLE, format="un-xml", name="un-sc", by=by)
    cut = tmp_path / "cut.xml"
    text = SAMPLE.read_text("utf-8")
    cut.write_text(text[: text.rindex("<DATAID>")], "utf-8")
    with pytest.raises(Refused, match="ends before its list does"):
        import_list(path=cut, format="un-xml", name="un-sc", by=by)
    assert WatchList.objects.get(name="un-sc").entries == whole.entries


def test_a_table_cut_inside_a_cell_is_refused(store: dict[str, Actor], tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv"
    cut.write_text('id,name\n1,"Ana Paz"\n2,"Luis Pa', "utf-8")
    with pytest.raises(Refused, match="ends before its list does"):
        import_list(path=cut, format="csv", name="un-sc", by=store["administrator"])


def test_a_file_of_another_format_is_refused(store: dict[str, Actor], tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text("<p>\n" * 2_000 + '{"id": "1", "name": "Ana Paz"}\n', "utf-8")
    with pytest.raises(Refused, match="this is no jsonl file"):
        import_list(path=other, format="jsonl", name="un-sc", by=store["administrator"])
    assert not WatchList.objects.exists()
