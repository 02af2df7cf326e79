"""Options that many commands share, spelled once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

Data = Annotated[Path, typer.Option("--data", envvar="CAUCE_DATA", help="Folder of the store.", show_default="var/")]
As = Annotated[str, typer.Option("--as", metavar="ACCOUNT", help="Account that this is recorded under.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Language(StrEnum):
    """The languages that words are written in; the settings name the same ones."""

    es = "es"
    en = "en"
    fr = "fr"
    ht = "ht"
    pt = "pt"
    ar = "ar"
    zh_hans = "zh-hans"


def in_language(what: str, shown: str = "") -> Any:
    """`--language`, which takes one of them and names them all; `shown` is what is taken when it is left out."""
    return typer.Option("--language", help=f"{what}: {', '.join(Language)}.", show_default=shown or True)


DATA = Path("var")
OPERATOR = "operator"
