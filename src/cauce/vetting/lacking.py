"""Lists that the corridor file names and that are not here, or old: nobody should believe in a search that was none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import Corridor, ListRule
from cauce.journal import clock
from cauce.vetting.models import WatchList
from cauce.vetting.rules import edition_here, not_among


@dataclass(frozen=True, slots=True)
class Old:
    """A list whose edition is older than the corridor file wants it to be."""

    name: str
    edition: date
    fresh_days: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """Names of lists. `needed`: without them nobody is clear. `others`: people are clear without having been searched
    in them, as the corridor file allows. `on_its_way`: those of both that the hub has and whose file is not here yet.
    """

    needed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    on_its_way: tuple[str, ...] = ()
    old: tuple[Old, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.needed or self.others or self.old)


def lacking() -> Lacking:
    """How the lists that are here fall short of those that the corridor file names. One query."""
    corridor = in_force()
    rows = {row.name: row for row in WatchList.objects.order_by("name")}
    here = {name for name, row in rows.items() if edition_here(row)}
    needed = not_among(here, corridor)
    gone = tuple(sorted(rule.name for rule in corridor.lists if rule.name not in here))
    return Lacking(
        needed=needed,
        others=tuple(name for name in gone if name not in needed),
        on_its_way=tuple(name for name in gone if name in rows),
        old=_old(corridor, [rows[name] for name in sorted(here)]),
    )


def _old(corridor: Corridor, rows: list[WatchList]) -> tuple[Old, ...]:
    today = local_day("", clock.now())
    rules: dict[str, ListRule] = {rule.name: rule for rule in corridor.lists if rule.fresh_days}
    dated = [(row.name, _dated(row)) for row in rows if row.name in rules]
    return tuple(
        Old(name, edition, rules[name].fresh_days)
        for name, edition in dated
        if (today - edition).days > rules[name].fresh_days
    )


def _dated(row: WatchList) -> date:
    """The day of the edition; of one that says none, the day on which it came."""
    try:
        return date.fromisoformat(row.edition)
    except ValueError:
        return local_day("", row.imported_at)
