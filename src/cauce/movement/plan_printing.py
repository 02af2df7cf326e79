"""A plan of buses as programs and people read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.movement.allot import Ride
from cauce.movement.planning import DaysAhead
from cauce.movement.preparing import DayAt, Party
from cauce.movement.reasons import Reason
from cauce.movement.sentences import explain

RULES = {
    "all": "everybody who may leave has a seat on the first day that takes them",
    "model": "the model's plan",
    "greedy": "the greedy rule's plan",
}


def as_json(ahead: DaysAhead, actor: Actor) -> dict[str, Any]:
    """Days with vehicles and their groups, and everybody who stays on the first day with the reasons (P7)."""
    prepared, plan = ahead.prepared, ahead.plan
    seats = sum(ride.seats for rides in plan.rides for ride in rides)
    leaves = ahead.leaves
    return {
        "place": prepared.place,
        "date": prepared.days[0].day.isoformat(),
        "kind": prepared.kind,
        "rule": plan.rule,
        "delay": plan.delay,
        "bound": plan.bound,
        "gap": plan.gap,
        "seconds": round(plan.seconds, 3),
        "filled": round(sum(ride.taken for rides in plan.rides for ride in rides) / seats, 4) if seats else None,
        "days": [
            _day(at, rides, prepared.parties, prepared.place)
            for at, rides in zip(prepared.days, plan.rides, strict=True)
        ],
        "left_behind": [
            _left(prepared.parties[index], ahead.left[index], leaves.get(index), actor)
            for index in (placed.waiting.group for placed in prepared.queue)
            if index in ahead.left
        ],
    }


def _day(at: DayAt, rides: list[Ride[int]], parties: dict[int, Party], place: str) -> dict[str, Any]:
    return {
        "date": at.day.isoformat(),
        "quotas": [
            {"border": one.border, "per_day": one.per_day, "open": one.open, "why": one.why, "left": one.left}
            for one in at.borders.values()
        ],
        "vehicles": [
            {
                "vehicle": ride.vehicle,
                "destination": ride.way.destination if ride.way else "",
                "seats": ride.seats,
                "special_seats": ride.special,
                "taken": ride.taken,
                "groups": [{"group": parties[index].number, "size": people} for index, people in ride.groups],
            }
            for ride in rides
        ],
        "subsidised": [
            {"fund": one.fund, "seats": one.seats_per_day}
            for one in in_force().subsidies
            if one.place == place and one.start <= at.day and (one.until is None or at.day <= one.until)
        ],
    }


def _left(party: Party, why: Reason, leaves: date | None, actor: Actor) -> dict[str, Any]:
    said = explain(int(why), "officer", role=actor.role)
    return {
        "group": party.number,
        "size": len(party.rows),
        "leaves": leaves.isoformat() if leaves else None,
        "reasons": [{"code": one.code, "text": one.text} for one in said],
    }


def as_text(told: dict[str, Any]) -> str:
    """The same for people: proof first, then vehicles, then who stays."""
    proof = "proven best" if told["gap"] == 0 else f"at most {told['gap']:.2%} of the delay could be spared"
    lines = [f"{told['place']}, {told['date']}: {told['kind']}; {RULES[told['rule']]}, {proof}"]
    for day in told["days"]:
        people = sum(bus["taken"] for bus in day["vehicles"])
        lines.append(f"{day['date']}: {people} people in {len(day['vehicles'])} vehicles; " + _quotas(day))
        lines += [
            f"  {bus['vehicle']} to {bus['destination']}  {bus['taken']} of {bus['seats']} seats"
            for bus in day["vehicles"]
        ]
    stay = told["left_behind"]
    lines.append(f"{len(stay)} groups stay on {told['date']} ({sum(left['size'] for left in stay)} people)")
    for left in stay:
        when = f"leaves {left['leaves']}. " if left["leaves"] else ""
        lines.append(f"  {left['group']}  {left['size']}  {when}" + " ".join(r["text"] for r in left["reasons"]))
    return "\n".join(lines)


def _quotas(day: dict[str, Any]) -> str:
    said = [
        f"{one['border']} takes {one['left']} more" if one["open"] else f"{one['border']} is closed ({one['why']})"
        for one in day["quotas"]
    ]
    return ", ".join(said) or "no border is crossed"
