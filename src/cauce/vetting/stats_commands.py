"""`cauce screen stats` and `cauce screen plant`: what screening does to people, and quality control of reviews."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.vetting.stats_selectors import Stats
    from cauce.vetting.tally import Line

_HIDDEN = "*"


def stats(
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First local day; default: 29 days before.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last local day; default: today.")
    ] = None,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """How often screening alerted and was wrong, for whom, by which list; and how soon reviews were answered."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.stats_selectors import as_json as plain
    from cauce.vetting.stats_selectors import stats_for

    found = stats_for(actor, since=since.date() if since else None, until=until.date() if until else None)
    if as_json:
        print(json.dumps(plain(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_text(found)))


def plant(
    count: Annotated[
        int | None, typer.Option("--count", help="How many; default: one to twenty open reviews.", show_default=False)
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Plant made-up cases with a known answer among the analysts' reviews, about nobody."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.vetting.services import plant as plant_cases

    done = plant_cases(count=count, by=actor)
    print(f"{done} case{'s' if done != 1 else ''} planted")


def _text(found: Stats) -> list[str]:
    lines = [
        f"{found.corridor}, registered {found.since} to {found.until}" + ("  TRAINING" if found.training else ""),
        f"counts under {found.suppressed_below} are hidden ({_HIDDEN}), and with them what would give them away",
        "",
        _row("", "screened", "alerted", "per 1000", "decided", "false", "share") + "  rate against others",
        _line("everybody", found.tally.total),
    ]
    for dimension, rows in found.tally.groups.items():
        lines += ["", dimension, *(_line(f"  {row.key}", row) for row in rows if not row.hidden)]
        few = [row.key for row in rows if row.hidden]
        lines += [f"  too few to show: {', '.join(few)}"] if few else []
    return [*lines, *_lists(found), *_services(found)]


def _line(name: str, line: Line) -> str:
    ratio = f"  {line.ratio.value:.2f} ({line.ratio.low:.2f} to {line.ratio.high:.2f})" if line.ratio else ""
    counts = (line.screened, line.alerted, line.per_1000, line.decided, line.false)
    return _row(name, *map(_n, counts), _share(line.false_share)) + ratio


def _row(name: str, *cells: str) -> str:
    return f"{name:24.24}" + "".join(f"{cell:>9}" for cell in cells)


def _lists(found: Stats) -> list[str]:
    from cauce.vetting.stats_selectors import too_false

    lines = ["", _row("list", "alerts", "per 1000", "decided", "false", "share", "at least")]
    for one in found.tally.lists:
        counts = (one.alerts, one.per_1000, one.decided, one.false)
        lines.append(_row(one.name, *map(_n, counts), _share(one.false_share), _share(one.low)))
    for one, rule in too_false(found):
        lines.append(
            f"NEARLY ALL FALSE: of {one.decided} decided matches of {one.name} {one.false} were somebody else. Tell "
            f"{rule.owner if rule else 'its owner'}: better birth dates and documents, or a higher threshold."
        )
    return lines


def _services(found: Stats) -> list[str]:
    lines = [
        "",
        _row("reviews of", "opened", f"in {found.limit_hours:g} h", "answer", "9 of 10", "closing", "9 of 10")
        + _row("", "open", "overdue", "oldest")[24:],
    ]
    for one in found.service:
        hours = (one.first_answer_median, one.first_answer_p90, one.closing_median, one.closing_p90)
        cells = (str(one.opened), _share(one.within_limit), *map(_hours, hours))
        lines.append(_row(one.list_name, *cells, str(one.open), str(one.overdue), _hours(one.oldest_open)))
    return lines


def _hours(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} h"


def _n(value: float | None) -> str:
    return _HIDDEN if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f}%"
