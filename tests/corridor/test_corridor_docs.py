"""Everything a corridor file may say is in the docs, and nothing else."""

from __future__ import annotations

import re

import pytest
from corridor_texts import ROOT

from cauce.corridor import shape
from cauce.corridor.schema import TABLES
from cauce.corridor.values import WEEKDAYS

TEXT = (ROOT / "docs" / "corridors.md").read_text("utf-8")


def section(name: str) -> str:
    found = re.search(rf"^### `\[+{name}\]+`$(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, f"docs/corridors.md has no section for [{name}]"
    return found[1]


@pytest.mark.parametrize("name", TABLES)
def test_every_key_of_every_table_is_in_the_docs(name: str) -> None:
    documented = re.findall(r"^\| `(\w+)` \|", section(name), re.MULTILINE)
    assert documented == [key.name for key in TABLES[name].all_keys()]


@pytest.mark.parametrize("name", TABLES)
def test_the_docs_say_which_keys_must_be_there(name: str) -> None:
    musts = re.findall(r"^\| `(\w+)` \|[^|]*\| must \|", section(name), re.MULTILINE)
    assert musts == [key.name for key in TABLES[name].all_keys() if key.required]


def test_the_docs_write_single_and_repeated_tables_as_the_reader_wants_them() -> None:
    for name, table in TABLES.items():
        assert (f"### `[[{name}]]`" if table.many else f"### `[{name}]`") in TEXT


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("place", shape.PLACE_ROLES),
        ("leg", shape.LEG_MODES + shape.MOVEMENT_KINDS),
        ("quota", WEEKDAYS),
        ("check", shape.CHECK_RESULTS),
        ("hold", shape.INDICATORS),
        ("evidence", shape.EVIDENCE_KINDS),
        ("list", shape.CONSEQUENCES),
        ("recipient", shape.EXPORT_FIELDS),
        ("purpose", shape.BASES),
    ],
)
def test_every_word_a_key_may_take_is_in_the_docs(name: str, words: tuple[str, ...]) -> None:
    assert [word for word in words if f"`{word}`" not in section(name)] == []
