"""The way of the money as a table for a spreadsheet: one row a donor, and one a promise in kind."""

from __future__ import annotations

from cauce.movement.funds.money import major
from cauce.movement.funds.selectors import Funds

HEAD = (
    "kind", "donor", "what", "currency", "pledged", "granted", "received", "committed", "spent", "arrived",
)  # fmt: skip


def rows_of(found: Funds) -> list[tuple[str, ...]]:
    """Rows under HEAD; amounts in whole units with a point, empty where a column says nothing of that kind."""
    rows: list[tuple[str, ...]] = [HEAD]
    for line in found.lines:
        steps = (line.pledged, line.granted, line.received, line.committed, line.spent)
        rows.append(("money", line.name, "", line.currency, *(str(major(one, line.currency)) for one in steps), ""))
    for one in found.help:
        rows.append(
            (one.row.what, one.donor, one.row.title, "", str(one.row.quantity), "", "", "", "", str(one.row.arrived))
        )
    return rows
