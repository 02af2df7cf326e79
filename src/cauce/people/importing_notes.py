"""What an import has to remember about its file: on disk and gone with it, for a file may hold nothing else."""

from __future__ import annotations

import sqlite3
from uuid import UUID

from cauce.people.importing_groups import UNNAMED

_TABLES = (
    "CREATE TABLE waited (source, group_id, external_id, PRIMARY KEY (source, group_id, external_id)) WITHOUT ROWID",
    "CREATE TABLE touched (id PRIMARY KEY, grew, incomplete) WITHOUT ROWID",
)


class Notes:
    """Ids only; a private temporary database that SQLite removes when it is closed or the process ends."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("")
        for table in _TABLES:
            self._rows.execute(table)

    def wait(self, source: str, group_id: str, external_ids: list[str]) -> None:
        """Rows were refused of a group of which nobody is registered yet."""
        self._rows.executemany(
            "INSERT OR IGNORE INTO waited VALUES (?, ?, ?)", [(source, group_id, each) for each in external_ids]
        )

    def waited(self, source: str, group_id: str, *, unnamed: bool) -> list[str]:
        """The external ids of the group's rows refused before. A row that gave none (`unnamed`) stays in mind to the
        end of the file: nobody who comes later in it stands for that row."""
        if unnamed:
            self.wait(source, group_id, [UNNAMED])
        query = "SELECT external_id FROM waited WHERE source = ? AND group_id = ? ORDER BY 1"
        return [external_id for (external_id,) in self._rows.execute(query, (source, group_id))]

    def touched(self, group: UUID, *, grew: bool, incomplete: bool) -> None:
        """The group got a member or waits for one."""
        self._rows.execute(
            "INSERT INTO touched VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
            "SET grew = max(grew, excluded.grew), incomplete = excluded.incomplete",
            (group.hex, grew, incomplete),
        )

    def counts(self) -> tuple[int, int]:
        """Groups that got a member, groups that are incomplete."""
        (row,) = self._rows.execute("SELECT coalesce(sum(grew), 0), coalesce(sum(incomplete), 0) FROM touched")
        return row[0], row[1]

    def close(self) -> None:
        self._rows.close()
