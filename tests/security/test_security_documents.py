"""What the documents of security promise is there: every test they name, every number of the standard."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECURITY, ASVS = ROOT / "SECURITY.md", ROOT / "docs" / "security" / "asvs.md"
ROW = re.compile(r"^\| V([\d.]+) \| ([12]) \| ([^|]+) \| (\*\*open\*\*|met|not applicable) \| (.+) \|$", re.MULTILINE)


def there_are() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return set(
        chain.from_iterable(re.findall(r"^def (test_\w+)\(", each.read_text("utf-8"), re.MULTILINE) for each in files)
    )


def numbers() -> list[str]:
    """Every number that the standard has on levels 1 and 2, from the list at the page's end."""
    block = ASVS.read_text("utf-8").split("```")[-2]
    spans = (re.fullmatch(r"(\d+\.\d+)\.(\d+)-(\d+)", each) for each in block.split())
    return [f"{one[1]}.{at}" for one in spans if one for at in range(int(one[2]), int(one[3]) + 1)]


def test_every_test_that_the_documents_name_is_there() -> None:
    there = there_are()
    for file in (SECURITY, ASVS):
        named = set(re.findall(r"`(test_\w+)`", file.read_text("utf-8")))
        assert len(named) > 20, file.name
        assert named <= there, f"{file.name}: {sorted(named - there)}"


def test_no_number_of_the_standard_is_missing_and_none_stands_twice() -> None:
    wanted, rows = numbers(), ROW.findall(ASVS.read_text("utf-8"))
    assert len(wanted) == len(set(wanted)) == 253  # 70 of level 1 and 183 of level 2
    assert [level for _number, level, *_rest in rows].count("1") == 70
    assert sorted(row[0] for row in rows) == sorted(wanted)


def test_the_page_counts_what_it_says() -> None:
    text = ASVS.read_text("utf-8")
    states = [row[3] for row in ROW.findall(text)]
    told = re.search(r"(\d+) met, (\d+) not applicable, (\d+) open", text)
    assert told
    assert [states.count(state) for state in ("met", "not applicable", "**open**")] == [int(n) for n in told.groups()]


def test_the_threat_model_has_every_threat_with_what_stops_it_and_what_remains() -> None:
    text = SECURITY.read_text("utf-8")
    for threat in (
        "stolen laptop",
        "coerced officer",
        "malicious insider",
        "intercepted link",
        "hostile file",
        "state that asks",
    ):
        section = re.search(rf"^### [^\n]*{threat}[^\n]*\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
        assert section, threat
        assert "`test_" in section[1], f"{threat}: no test shows it"
        assert "**What remains.**" in section[1], threat
