"""`cauce retention`: what is over, and letting it go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.protection.retention import Plan


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Let it go though no dry run of it was shown.")] = False,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Let go what the corridor file's terms say is over, for people this node answers for.

    It refuses unless `--dry-run` has shown the same set within a day. What is over is announced first and waits out
    its grace; somebody with an open hold, review, objection, hand-over, custody or return case is kept, and told with
    the reason.
    """
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.desk.retaining import ours
    from cauce.protection import retention_services as services

    plans = services.plans_for(actor, ours)
    gone: dict[str, int] = {}
    if dry_run:
        services.show(plans, by=actor)
    else:
        gone = services.let_go(plans, by=actor, ours=ours, unseen=yes)
    if as_json:
        typer.echo(json.dumps([_told(each, gone) for each in plans]))
        return
    for each in plans:
        typer.echo(_line(each, gone, dry_run=dry_run))


def _line(each: Plan, gone: dict[str, int], *, dry_run: bool) -> str:
    rule = each.rule
    what = f"{len(each.due)} would go" if dry_run else f"{gone[rule.kind]} gone"
    held = f", {len(each.held)} kept by an open matter" if each.held else ""
    following = f", next on {each.next_at.date().isoformat()}" if each.next_at else ""
    by_itself = " by itself" if rule.automatic else ""
    return (
        f"{rule.kind:12} {rule.keep_days:4} days{by_itself}: {what}, {each.over} in grace, {each.warned} announced"
        f"{held}{following}"
    )


def _told(each: Plan, gone: dict[str, int]) -> dict[str, Any]:
    return {
        "kind": each.rule.kind,
        "keep_days": each.rule.keep_days,
        "automatic": each.rule.automatic,
        "due": [case.id.hex for case in each.due],
        "in_grace": each.over,
        "announced": each.warned,
        "held": {case.id.hex: case.because for case in each.held},
        "next_at": each.next_at.isoformat() if each.next_at else None,
        "gone": gone.get(each.rule.kind),
    }
