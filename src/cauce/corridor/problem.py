"""What is wrong with a corridor file: where it stands, what happened, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cauce.corridor.lines import Path
from cauce.journal.errors import CauceError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a corridor file. `where` names table, number (from 1) and key: `place[2].beds`."""

    line: int  # from 1
    where: str
    message: str  # what is wrong
    todo: str = ""  # what to do about it
    column: int = 0  # from 1; 0 where only the line is known

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" + (f"; {self.todo}" if self.todo else "")


class CorridorError(CauceError, ValueError):
    """A file cannot be used. `problems` holds every fault, in its order; `file` is its name, where known."""

    code = "corridor"

    def __init__(self, problems: Iterable[Problem], file: str = "") -> None:
        self.problems = tuple(problems)
        before = f"{file}, " if file else ""
        super().__init__("\n".join(f"{before}line {problem.line}: {problem}" for problem in self.problems))


def name_of(path: Path) -> str:
    """The path as a person reads it: `("place", 1, "beds")` is `place[2].beds`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "file"
