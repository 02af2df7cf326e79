"""Options that many commands share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path, typer.Option("--data", envvar="CAUCE_DATA", help="Folder of the store.", show_default="var/")]
As = Annotated[str, typer.Option("--as", metavar="ACCOUNT", help="Account that this is recorded under.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

DATA = Path("var")
OPERATOR = "operator"
