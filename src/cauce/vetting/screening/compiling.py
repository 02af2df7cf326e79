"""`python -m cauce.vetting.screening.compiling`: the kernels are compiled once and kept, so that nobody waits later.

Several at once wait for the first. Says what happened in one line; a machine where nothing can be kept is no error.
"""

import fcntl
import sys
import tempfile
from datetime import date
from pathlib import Path

from cauce.vetting.lists.model import DateRange, Document
from cauce.vetting.names import Index, Query
from cauce.vetting.names.jit import cache_folder, compile_kernels
from cauce.vetting.screening.duplicates import duplicates
from cauce.vetting.screening.running import DEFAULT_NATS, entry_of

_BORN = DateRange(date(1980, 2, 1), date(1980, 2, 1))
_PEOPLE = (
    Query("1", ("Ana Maria Quispe Mamani", "Анна Киспе"), _BORN, "F", "BOL", (Document("passport", "X123456", "BOL"),)),
    Query("2", ("Anna Maria Kispe",), _BORN, "F", "BOL"),
)


def run_all_kernels() -> None:
    """Ask and compare a few people, so that every kernel is compiled, or read from where it is kept."""
    built = Index([entry_of(person) for person in _PEOPLE])
    built.search_many(_PEOPLE)
    with tempfile.TemporaryDirectory() as folder:
        built.save(Path(folder) / "index")
        Index.open(Path(folder) / "index").search_many(_PEOPLE)
    duplicates(_PEOPLE, DEFAULT_NATS)


def main() -> int:
    folder = cache_folder()
    if folder is None:
        print("No folder for compiled code can be written: long lists are compiled for each time they are searched.")
        return 0
    try:
        with (folder / "compiling").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            compile_kernels()
            run_all_kernels()
    except OSError as reason:
        print(f"Compiled code could not be kept in {folder} ({reason}): it is compiled when it is needed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
