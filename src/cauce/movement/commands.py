"""`cauce dispatch`: propose the manifests of a place and a day."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.access.actor import Actor
    from cauce.movement.borders import BorderDay
    from cauce.movement.selectors import ManifestView
    from cauce.movement.services import LeftBehind, Plan


def dispatch(
    place: Annotated[str, typer.Option("--place", help="Where the vehicles leave.", show_default=False)],
    date: Annotated[
        datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Local day, as YYYY-MM-DD.", show_default=False)
    ],
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, help="Seconds for the model; 0 leaves it to the greedy rule.")
    ] = 10.0,
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Propose who leaves a place on a day: whole families, longest wait first, within the border's quota.

    Asking again changes only what has changed: sealed manifests stay, and what a coordinator moved stays moved.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.movement import services
    from cauce.movement.selectors import manifests_for

    with translation.override("en"):
        plan = services.dispatch(place=place, date=date.date(), by=actor, time_limit=time_limit)
        views = {view.row.id: view for view in manifests_for(actor, place, date.date())}
        chosen = [views[manifest] for manifest in plan.manifests]
        if as_json:
            typer.echo(json.dumps(_as_json(plan, chosen, actor), ensure_ascii=False))
        else:
            typer.echo(_as_text(plan, chosen, actor))


def manifest_json(view: ManifestView) -> dict[str, Any]:
    """A manifest as programs read it: people by card number, no names."""
    row = view.row
    return {
        "id": str(row.id),
        "number": row.number,
        "status": row.status,
        "version": row.version,
        "kind": row.kind,
        "origin": row.origin,
        "destination": row.destination,
        "date": row.date.isoformat(),
        "vehicle": row.vehicle,
        "seats": row.seats,
        "groups": [
            {"group": group.number, "size": len(group.people), "persons": [one.number for one in group.people]}
            for group in view.groups
        ],
    }


def _as_json(plan: Plan, views: list[ManifestView], actor: Actor) -> dict[str, Any]:
    borders = [_border_json(day) for day in plan.quota.values()]
    return {
        "place": plan.place,
        "date": plan.day.isoformat(),
        "kind": plan.kind,
        "quota": borders[0] if borders else {},
        "quotas": borders,
        "manifests": [manifest_json(view) for view in views],
        "rule": plan.rule,
        "gap": plan.gap,
        "left_behind": [
            {"group": left.number, "size": left.size, "reasons": _reasons(left, actor)} for left in plan.left_behind
        ],
    }


def _border_json(day: BorderDay) -> dict[str, Any]:
    return {
        "border": day.border,
        "per_day": day.per_day,
        "open": day.open,
        "why": day.why,
        "reason": day.reason,
        "source": day.source,
        "assumed": day.assumed,
        "taken_by_others": day.taken,
        "left": day.left,
    }


def _reasons(left: LeftBehind, actor: Actor) -> list[dict[str, str]]:
    from cauce.movement.sentences import explain

    return [{"code": said.code, "text": said.text} for said in explain(left.mask, "officer", role=actor.role)]


def _as_text(plan: Plan, views: list[ManifestView], actor: Actor) -> str:
    from cauce.corridor.calendar import NOT_ALLOTTED

    lines = [f"{plan.place}, {plan.day}: {plan.kind}"]
    for day in plan.quota.values():
        assumed = ", assumed" if day.assumed else ""
        why = "its hub allotted nothing to this place: cauce quota allot" if day.why == NOT_ALLOTTED else day.why
        state = f"takes {day.per_day} people{assumed}" if day.open else f"takes nobody ({day.reason or why})"
        lines.append(f"{day.border} {state}; {day.taken} are on other manifests")
    for view in views:
        row = view.row
        lines.append(
            f"{row.number}  {row.vehicle} to {row.destination}  {len(view.people)} of {row.seats} seats  {row.status}"
        )
    from cauce.movement.plan_printing import RULES

    proof = "proven best" if plan.gap == 0 else f"at most {plan.gap:.2%} of the delay could be spared"
    lines.append(f"Filled by {RULES[plan.rule]}: {proof}")
    people = sum(left.size for left in plan.left_behind)
    lines.append(f"{len(plan.left_behind)} groups stay ({people} people)")
    for left in plan.left_behind:
        lines.append(f"  {left.number}  {left.size}  " + " ".join(r["text"] for r in _reasons(left, actor)))
    return "\n".join(lines)
