"""`cauce demo`: an empty training store, filled with one real day by the ways that real data takes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console

from cauce.options import DATA, Data

DAY = "2023-08-15"
SEED = 20230815


def demo(
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="The day to play.")] = DAY,  # type: ignore[assignment]
    people: Annotated[
        int | None, typer.Option("--people", min=0, help="First arrivals; left out: as published.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other people.")] = SEED,
    data: Data = DATA,
) -> None:
    """Fill an empty training store with one real day. A store that has people is left alone."""
    from cauce.demo.playing import Played, accounts, play

    with Console(stderr=True).status("") as status:  # silent where there is no terminal
        played = play(data, day.date(), people, seed, status.update)
    if isinstance(played, Played):
        _tell(played, day.date())
    else:
        print(f"The training store in {data}/ has {played} people; it is left as it is.")
    print("Training accounts (they exist in no other store), one password for all:")
    for name, role in accounts():
        print(f"  {name:14}{role}")
    print(f"  password      {_password()}")
    print(f"Open the desk with `cauce serve --data {data}` (another port: --port).")


def _password() -> str:
    from cauce.demo.playing import PASSWORD

    return PASSWORD


def _tell(played: object, day: date) -> None:
    from cauce.demo.playing import Played

    assert isinstance(played, Played)
    print(f"{day}: {played.arrived} people arrived, {played.caseload} were there before, in {played.seconds:.0f} s.")
    print(
        f"Checked: {played.cleared} clear, {played.referred} referred, {played.pending} pending. "
        f"Open reviews: {played.reviews}. Holds: {played.holds}."
    )
    print(
        f"Planted under listed names: {played.planted_exact} exactly, {played.planted_near} nearly; "
        f"found: {played.found_exact} and {played.found_near}."
    )
    print(f"Manifests proposed: {played.manifests}, with {played.seated} people.")
