"""What `cauce plan returns` says about a plan from the store."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.utils import translation

from cauce.access.actor import Actor
from cauce.movement.charters import plans
from cauce.movement.charters.answering import Answer
from cauce.movement.charters.plans import Booked, changed, who_stays
from cauce.movement.charters.wording import LEFT_OUT
from cauce.movement.funds.money import shown


def planned(
    actor: Actor, start: date | None, days: int | None, *, time_limit: float, again: bool, book: bool, as_json: bool
) -> str:
    """Plan from the store, write the plan down if asked to, and say what it is: as text, or as JSON."""
    with translation.override("en"):
        made = plans.plan_returns(actor, start=start, days=days or plans.DAYS, time_limit=time_limit, again=again)
        booked = plans.book(made, by=actor) if book else None
        return json.dumps(told_of(made, booked), ensure_ascii=False) if as_json else as_text(made, booked)


def told_of(made: Answer, booked: list[Booked] | None) -> dict[str, Any]:
    """The plan for programs; money in smallest units of `currency`. Nothing confidential is in it."""
    asked, plan = made.asked, made.plan
    moved, had = changed(made)
    return {
        "from": asked.start.isoformat(),
        "until": (asked.start + timedelta(days=asked.days - 1)).isoformat(),
        "currency": asked.currency,
        "budget": round(asked.instance.budget) + asked.promised,
        "assignments": [
            {
                "group": asked.parties[each.group].number,
                "people": len(asked.parties[each.group].persons),
                "flight": each.flight,
                "commercial": each.commercial,
                "day": (asked.start + timedelta(days=_day(made, each.flight, each.day))).isoformat(),
            }
            for each in plan.assignments
        ],
        "flown": list(plan.flown),
        "people": plan.people,
        "value": plan.value,
        "spent": sum(sum(parts.values()) for parts in made.costs.values()),
        "costs": {name: dict(parts) for name, parts in made.costs.items()},
        "bound": made.bound,
        "gap": made.gap,
        "seconds": plan.seconds,
        "method": plan.method,
        "unfunded": list(made.unfunded),
        "left_out": dict(asked.left_out),
        "changed": {"people": moved, "of": had},
        "why_not": [
            {"group": one.number, "people": one.size, "code": one.code, "text": one.text} for one in who_stays(made)
        ],
        "booked": [
            {"flight": one.number, "groups": one.groups, "people": one.people, "without_seat": one.without_seat}
            for one in booked or ()
        ],
    }


def _day(made: Answer, flight: str, day: int | None) -> int:
    return made.asked.instance.flight[flight].day if flight else day or 0


def as_text(made: Answer, booked: list[Booked] | None) -> str:
    told = told_of(made, booked)
    currency = told["currency"]
    gap = "no bound is known" if told["gap"] is None else f"at most {100 * told['gap']:.2f} % below the best there is"
    lines = [
        f"{told['from']} to {told['until']}: {told['people']} people move, "
        f"{shown(told['spent'], currency)} of {shown(told['budget'], currency)}; "
        f"value {told['value']:,.0f}, bound {told['bound']:,.0f}: {gap} ({told['method']}, {told['seconds']:.1f} s)"
    ]
    on: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in told["assignments"]:
        on.setdefault((one["day"], one["flight"] or f"tickets to {one['commercial']}"), []).append(one)
    for (day, name), groups in sorted(on.items()):
        lines.append(f"{day}  {name}  {sum(g['people'] for g in groups)} people in {len(groups)} groups")
    for name, code in told["left_out"].items():
        lines.append(f"{name} does not count: {LEFT_OUT.get(code, code)}")
    for name in told["unfunded"]:
        lines.append(f"{name} does not count: no money is available for it on its day")
    lines += _stay(told)
    if told["changed"]["of"]:
        lines.append(f"{told['changed']['people']} of {told['changed']['of']} people change their place")
    for one in told["booked"]:
        later = f", {one['without_seat']} groups without a seat yet" if one["without_seat"] else ""
        lines.append(f"{one['flight']} proposed: {one['groups']} groups, {one['people']} people{later}")
    return "\n".join(lines)


def _stay(told: dict[str, Any]) -> list[str]:
    lines = [f"{len(told['why_not'])} groups stay"]
    reasons = Counter(one["text"] for one in told["why_not"])
    lines += [f"  {count:5}  {text}" for text, count in reasons.most_common()]
    lines += [f"  {one['group']}  {one['people']}  {one['text']}" for one in told["why_not"]]
    return lines
