"""An error names the line on which the wrong thing stands."""

from __future__ import annotations

import pytest

from cauce.corridor.lines import Lines

TEXT = '''# a comment with [[place]] in it
title = "x" # = not a key

[corridor]
id = "darien"
"quoted key" = 1
languages = [
    "es", # [not a table]
    "en",
]
text = """
[[place]]
beds = 1
"""
name = 'single \\'

[[place]]
id = "a"
beds = 1

[[place]]
beds = -1
inner.deep = "]"

[place.more]
x = 1

  [[place.more.many]]
  y = { z = 1 }
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("corridor",), 4),
        (("corridor", "id"), 5),
        (("corridor", "quoted key"), 6),
        (("corridor", "languages"), 7),
        (("corridor", "text"), 11),
        (("corridor", "name"), 15),
        (("place",), 17),
        (("place", 0), 17),
        (("place", 0, "beds"), 19),
        (("place", 1), 21),
        (("place", 1, "beds"), 22),
        (("place", 1, "inner", "deep"), 23),
        (("place", 1, "more"), 25),
        (("place", 1, "more", "x"), 26),
        (("place", 1, "more", "many", 0, "y"), 29),
    ],
)
def test_every_table_and_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert Lines(TEXT).of(path) == line


def test_what_is_not_written_stands_on_the_line_of_what_is_around_it() -> None:
    lines = Lines(TEXT)
    assert lines.of(("place", 1, "name")) == 21
    assert lines.of(("corridor", "languages", 1)) == 7
    assert lines.of(("quota",)) == 1


def test_quotes_before_the_closing_ones_belong_to_the_string() -> None:
    lines = Lines('a = """x"""""\nb = "\\"]"\nc = \'\'\'\'\'\'\nd = 1\n')
    assert [lines.of((name,)) for name in "abcd"] == [1, 2, 3, 4]
