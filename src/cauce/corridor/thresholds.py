"""What of a corridor file decides who is referred, and when the corridor warns: two people change it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cauce.corridor.shape import Corridor


def changed(before: Corridor, after: Corridor) -> list[str]:
    """The lists and warnings whose rules differ in what they refer or raise: `list NAME`, `warning ID`, in order.

    Of a list its threshold, its consequence and whether anybody is clear without it, whether the file names it before,
    after, or both: one that it does not name refers from the least threshold of those that it does. Of a warning
    whatever raises and ends it; one that is new only adds.
    """
    lists = _differ(
        {one.name: (one.threshold, one.consequence, one.needed) for one in before.lists},
        {one.name: (one.threshold, one.consequence, one.needed) for one in after.lists},
    )
    known = {one.id for one in before.warnings}
    warnings = _differ(_warnings(before), {id_: told for id_, told in _warnings(after).items() if id_ in known})
    return [*(f"list {name}" for name in lists), *(f"warning {id_}" for id_ in warnings)]


def _warnings(corridor: Corridor) -> dict[str, object]:
    return {
        one.id: (
            *(one.measure, one.place, one.over_days, one.raise_at),
            *(one.clear_below, one.clear_after_days, one.must_hold),
        )
        for one in corridor.warnings
    }


def _differ(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
