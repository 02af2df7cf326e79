"""`cauce queue`: who is next at a place, and by which published rules."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.access.actor import Actor
    from cauce.movement.oversight import Replay
    from cauce.movement.queued import Queued

_FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


def queue(
    place: Annotated[str, typer.Option("--place", help="Where they wait.", show_default=False)],
    kind: Annotated[str, typer.Option("--kind", help="Kind of movement; otherwise the one that leaves there.")] = "",
    replay: Annotated[
        bool, typer.Option("--replay", help="Make the order again from the journal, without numbers or names.")
    ] = False,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=_FORMATS, help="With --replay: at that moment, in UTC.")
    ] = None,
    moves: Annotated[
        int, typer.Option("--moves", min=0, metavar="DAYS", help="Instead: who moved groups in so many days, and why.")
    ] = 0,
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Print the queue of a place: each group's position, and the sentence why it stands and waits there.

    Whoever watches over the queue and does not work with it gets the replay.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from django.utils import translation

    from cauce.journal import clock
    from cauce.journal.errors import Misused
    from cauce.movement.oversight import replay_for

    if as_of is not None and not replay:
        raise Misused("--as-of says when to look back to: give it with --replay.")
    with translation.override("en"):
        if moves:
            typer.echo(_moves(actor, place, moves, as_json))
            return
        if replay or (actor.may("queue.replay") and not actor.may("queue.read")):
            told = _replayed(replay_for(actor, place, as_of.replace(tzinfo=UTC) if as_of else clock.now(), kind))
        else:
            told = _standing(actor, place, kind)
        typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _as_text(told))


def _moves(actor: Actor, place: str, days: int, as_json: bool) -> str:
    from cauce.movement.oversight import moves_for

    rows = [asdict(one) for one in moves_for(actor, place, days)]
    if as_json:
        return json.dumps({"place": place, "days": days, "moves": rows}, ensure_ascii=False)
    lines = [f"{place}, the last {days} days: {sum(one['times'] for one in rows)} moves against the queue"]
    lines += [
        f"{one['times']:>4}  {one['officer']}  {one['verb']}  {one['reason']}  ({one['approved']} approved)"
        for one in rows
    ]
    return "\n".join(lines)


def _standing(actor: Actor, place: str, kind: str) -> dict[str, Any]:
    from cauce.corridor.selectors import in_force, local_day, zone_of
    from cauce.journal import clock
    from cauce.movement.borders import ways_from
    from cauce.movement.oversight import rules_in_force
    from cauce.movement.selectors import queue_for

    rows = queue_for(actor, place, kind)
    return {
        "place": place,
        "date": local_day(place, clock.now()).isoformat(),
        "kind": ways_from(in_force(), place, kind)[0],
        "rules": rules_in_force(),
        "groups": [_group(row, actor, zone_of(place)) for row in rows],
    }


def _group(row: Queued, actor: Actor, zone: tzinfo) -> dict[str, Any]:
    from cauce.movement.sentences import explain, standing

    return {
        "group": row.number,
        "position": row.position,
        "size": row.size,
        "since": row.since.isoformat(),
        "head_start_hours": row.head_start_hours,
        "turn": row.turn.isoformat(),
        "passed_over": row.passed_over,
        "travels_with": list(row.linked),
        "reasons": [{"code": one.code, "text": one.text} for one in explain(row.mask, "officer", role=actor.role)],
        "sentence": standing(row, zone, role=actor.role),
    }


def _replayed(replay: Replay) -> dict[str, Any]:
    return {
        "place": replay.place,
        "as_of": replay.at.isoformat(),
        "entries": replay.entries,
        "rules": replay.rules,
        "groups": [
            {
                "position": one.position,
                "size": one.size,
                "since": one.since.isoformat(),
                "head_start_hours": one.head_start_hours,
                "turn": one.turn.isoformat(),
                "passed_over": one.passed_over,
                "linked": one.linked,
                "seated": one.seated,
                "reasons": [{"code": said.code, "text": said.text} for said in one.reasons],
            }
            for one in replay.places
        ],
    }


def _as_text(told: dict[str, Any]) -> str:
    rules = told["rules"]
    lines = [
        f"{told['place']}, {told.get('date') or told['as_of']}: {len(told['groups'])} groups wait",
        f"Rules: corridor {rules['corridor']}, digest {rules['digest'][:12]}: longest wait first, at most "
        f"{rules['max_head_start_hours']:g} hours of head start; neither money nor nationality.",
    ]
    for one in told["groups"]:
        said = one.get("sentence") or " ".join(reason["text"] for reason in one["reasons"])
        lines.append(f"{one['position']:>5}  {one.get('group', ''):<14}{one['size']:>3}  {said}".rstrip())
    return "\n".join(lines)
