"""Stores on the disk, as `cauce init` makes them: made once for all workers of a run, and copied by each test."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CORRIDOR = Path(__file__).parents[1] / "corridors" / "darien" / "corridor.toml"


def found_on_disk(run: pytest.TempPathFactory, folder: Path) -> Path:
    """Lay a store at `folder`, which is not there yet: the Darién corridor, of whose lists none is needed, and nobody
    in it. Returns `folder`."""
    shared = run.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else run.getbasetemp()
    kept = shared / "founded"
    with (shared / "founding").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not kept.exists():
            made = shared / "founded.part"
            command = [sys.executable, "-m", "cauce", "init", "--corridor", str(_any_list(shared)), "--data", str(made)]
            mine = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE_", "DJANGO_"))}
            subprocess.run(command, env=mine, capture_output=True, check=True)
            made.rename(kept)
    return Path(shutil.copytree(kept, folder))


def _any_list(folder: Path) -> Path:
    """The Darién's file, but people are clear although lists that it names are not here."""
    file = folder / "corridor.toml"
    text = CORRIDOR.read_text(encoding="utf-8")
    file.write_text(text.replace("\n[[list]]\n", "\n[[list]]\nneeded = false\n"), encoding="utf-8")
    return file
