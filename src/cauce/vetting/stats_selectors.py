"""The figures of screening and its service level, for those who answer for them. Planted cases are in none of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import day_bounds, in_force, local_day
from cauce.corridor.shape import ListRule
from cauce.journal import clock
from cauce.journal.errors import Misused
from cauce.journal.models import Node
from cauce.people.bands import UNKNOWN, age_band
from cauce.people.models import Person
from cauce.vetting import tally
from cauce.vetting.lists.scripts import script_of
from cauce.vetting.models import CheckResult, Decision, Review, WatchList
from cauce.vetting.rules import rule_of
from cauce.vetting.tally import Tally, share_within

DAYS = 30
"""How many days the figures are of, unless told otherwise: today and those before it."""
PAPERS = "papers"  # what reviews of a document count under, which no list opened
_NOT_SEARCHED = ("pending", "waived")


@dataclass(frozen=True, slots=True)
class Service:
    """How soon the reviews of one list that were opened in the period were answered. Hours; None where there is none.

    `within_limit`: of those whose time is over or that were decided, the share decided in time.
    """

    list_name: str
    opened: int
    decided: int
    within_limit: float | None
    first_answer_median: float | None
    first_answer_p90: float | None
    closing_median: float | None
    closing_p90: float | None
    open: int
    oldest_open: float | None
    overdue: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Of people registered from `since` to `until`, local days, both included. `rules`: of each list in force."""

    since: date
    until: date
    corridor: str
    training: bool
    suppressed_below: int
    limit_hours: float
    tally: Tally
    service: list[Service]
    rules: dict[str, ListRule]


def stats_for(actor: Actor, *, since: date | None = None, until: date | None = None) -> Stats:
    """The figures of a period; by default of the last DAYS days. Misused when it ends before it begins."""
    actor.require("screening.stats")
    last = until or local_day("", clock.now())
    first = since or last - timedelta(days=DAYS - 1)
    if first > last:
        raise Misused(_("The period ends on %(until)s, before it begins.") % {"until": last})
    corridor = in_force()
    start, end = day_bounds("", first)[0], day_bounds("", last)[1]
    return Stats(
        since=first,
        until=last,
        corridor=corridor.name,
        training=Node.here().training,
        suppressed_below=corridor.suppress_below,
        limit_hours=corridor.review.decide_within_hours,
        tally=tally.tally(_people(start, end, last), corridor.suppress_below),
        service=_services(start, end),
        rules={row.name: rule_of(row, corridor) for row in WatchList.objects.all()},
    )


def _people(start: datetime, end: datetime, day: date) -> list[tally.Person]:
    """Who was registered in the period and searched in the lists; the erased left no traits to count by."""
    searched = CheckResult.objects.filter(check_id="watchlist").exclude(result__in=_NOT_SEARCHED)
    rows = Person.objects.filter(
        registered_at__gte=start, registered_at__lt=end, erased=False, id__in=searched.values("person")
    )
    alerts: dict[UUID, list[tally.Alert]] = defaultdict(list)
    found = Review.objects.filter(person__in=rows.values("id")).exclude(Q(list_name="") | Q(check_id="tracing"))
    for person, name, outcome in found.order_by("id").values_list("person", "list_name", "outcome"):
        alerts[person].append(tally.Alert(name, outcome if outcome in ("same", "not_same") else ""))
    traits = rows.values_list(
        "id", "nationality", "sex", "birth_first", "birth_last", "full_name", "given_names", "family_names"
    )
    return [
        tally.Person(
            keys=(
                nationality or UNKNOWN,
                script_of(full or f"{given} {family}") if full or given or family else UNKNOWN,
                sex or UNKNOWN,
                age_band((first, last) if first and last else None, day),
            ),
            alerts=tuple(alerts.get(person, ())),
        )
        for person, nationality, sex, first, last, full, given, family in traits.iterator(chunk_size=5_000)
    ]


def _services(start: datetime, end: datetime) -> list[Service]:
    rows = Review.objects.filter(opened_at__gte=start, opened_at__lt=end).exclude(Q(list_name="") & Q(list_entry=""))
    answered: dict[UUID, datetime] = dict(
        Decision.objects.filter(review__in=rows.values("id")).values_list("review_id").annotate(first=Min("at"))
    )
    by_list: dict[str, list[Review]] = defaultdict(list)
    for row in rows.only("id", "list_name", "opened_at", "due_at", "extended_until", "status", "closed_at"):
        by_list[row.list_name or PAPERS].append(row)
    now = clock.now()
    return [_service(name, found, answered, now) for name, found in sorted(by_list.items())]


def _service(name: str, rows: list[Review], answered: dict[UUID, datetime], now: datetime) -> Service:
    decided = [row for row in rows if row.status == "decided" and row.closed_at]
    waiting = [row for row in rows if row.status in ("open", "lapsed")]
    late = [row for row in waiting if row.due_at <= now]
    in_time = sum(row.closed_at <= row.due_at for row in decided if row.closed_at)
    first = [_hours(row.opened_at, answered[row.id]) for row in rows if row.id in answered]
    closing = [_hours(row.opened_at, row.closed_at) for row in decided if row.closed_at]
    judged = len(decided) + len(late)
    return Service(
        list_name=name,
        opened=len(rows),
        decided=len(decided),
        within_limit=round(in_time / judged, 4) if judged else None,
        first_answer_median=_rounded(share_within(first, 0.5)),
        first_answer_p90=_rounded(share_within(first, 0.9)),
        closing_median=_rounded(share_within(closing, 0.5)),
        closing_p90=_rounded(share_within(closing, 0.9)),
        open=len(waiting),
        oldest_open=_rounded(max((_hours(row.opened_at, now) for row in waiting), default=None)),
        overdue=sum((row.extended_until or row.due_at) <= now for row in waiting),
    )


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 2)


def too_false(stats: Stats) -> list[tuple[tally.ListLine, ListRule | None]]:
    """The lists whose alerts are nearly all false, with whose they are."""
    return [(line, stats.rules.get(line.name)) for line in stats.tally.lists if line.nearly_all_false]


def as_json(stats: Stats) -> dict[str, object]:
    """The figures under the keys that docs/reviews.md names; hidden counts and what hangs on them are null."""
    total = stats.tally.total
    return {
        "since": stats.since.isoformat(),
        "until": stats.until.isoformat(),
        "corridor": stats.corridor,
        "training": stats.training,
        "suppressed_below": stats.suppressed_below,
        **{name: value for name, value in _counts(total).items() if not name.startswith("false_ratio")},
        "groups": {
            dimension: [{"key": line.key, **_counts(line)} for line in lines]
            for dimension, lines in stats.tally.groups.items()
        },
        "lists": [
            {
                "list": line.name,
                "owner": stats.rules[line.name].owner if line.name in stats.rules else "",
                "alerts": line.alerts,
                "alerts_per_1000": line.per_1000,
                "decided": line.decided,
                "false": line.false,
                "false_share": line.false_share,
                "false_share_low": None if line.low is None else round(line.low, 4),
                "nearly_all_false": line.nearly_all_false,
            }
            for line in stats.tally.lists
        ],
        "service": [_service_json(one, stats.limit_hours) for one in stats.service],
    }


def _counts(line: tally.Line) -> dict[str, object]:
    ratio = line.ratio
    return {
        "screened": line.screened,
        "alerted": line.alerted,
        "alerts_per_1000": line.per_1000,
        "decided": line.decided,
        "false": line.false,
        "false_share": line.false_share,
        "false_ratio": None if ratio is None else round(ratio.value, 3),
        "false_ratio_low": None if ratio is None else round(ratio.low, 3),
        "false_ratio_high": None if ratio is None else round(ratio.high, 3),
    }


def _service_json(one: Service, limit: float) -> dict[str, object]:
    return {
        "list": one.list_name,
        "limit_hours": limit,
        "opened": one.opened,
        "decided": one.decided,
        "within_limit_share": one.within_limit,
        "first_answer_hours_median": one.first_answer_median,
        "first_answer_hours_p90": one.first_answer_p90,
        "closing_hours_median": one.closing_median,
        "closing_hours_p90": one.closing_p90,
        "open": one.open,
        "oldest_open_hours": one.oldest_open,
        "overdue": one.overdue,
    }
