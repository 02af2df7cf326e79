"""`cauce outlook …`: what is coming, and how well that was said before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.journal.errors import Misused, Refused
from cauce.options import DATA, OPERATOR, As, Data, Json
from cauce.outlook.counting import commands as counting
from cauce.outlook.deciding import commands as deciding
from cauce.outlook.simulation import commands as simulation
from cauce.outlook.warning import commands as warning

if TYPE_CHECKING:
    from cauce.outlook.forecasting.events import Event
    from cauce.outlook.forecasting.issue import Forecast
    from cauce.outlook.forecasting.series import Place

app = typer.Typer(help="What is coming: forecasts and how well they did.", no_args_is_help=True)
app.command()(simulation.simulate)
app.command()(simulation.compare)
app.command()(simulation.sensitivity)
app.command()(simulation.flee)
app.command()(deciding.briefing)
app.command()(counting.tables)
app.command()(counting.read)
app.command()(warning.warn)
app.command()(warning.bulletins)

SeriesFile = Annotated[
    Path, typer.Option("--series", help="Counts: CSV with date,place,nationality,value; monthly or daily.")
]
PlaceFiles = Annotated[
    list[Path] | None,
    typer.Option("--places", help="Counts of other places that see the same people, as CSV; repeatable."),
]
FURTHEST = 60
_YEAR = "--year takes no year: it is the origin's. Choose another with --origin, as in --origin 2023-07 --year."


@app.command(context_settings={"allow_extra_args": True})
def forecast(
    context: typer.Context,
    series: SeriesFile,
    horizon: Annotated[int, typer.Option("--horizon", min=1, max=FURTHEST, help="Months (or days) ahead, up to 60.")],
    out: Annotated[Path | None, typer.Option("--out", help="Quantiles, as CSV; - is standard output.")] = None,
    origin: Annotated[
        str, typer.Option("--origin", help="Last period that is known: YYYY-MM (or a day). Default: the file's last.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="nationality: each of them too, adding up to the total.")] = "",
    places: PlaceFiles = None,
    events: Annotated[
        Path | None, typer.Option("--events", help="Dated decisions: CSV with date,actor,event,affects,source.")
    ] = None,
    days: Annotated[bool, typer.Option("--days", help="Write the months' total day by day, in stated bands.")] = False,
    year: Annotated[bool, typer.Option("--year", help="Also say what the origin's year will have brought.")] = False,
    year_out: Annotated[Path | None, typer.Option("--year-out", help="The year's quantiles, as CSV.")] = None,
) -> None:
    """Say how many will come, in bands, beside what the last value and last year alone say, and how well it did."""
    from cauce.outlook import telling
    from cauce.outlook.forecasting.issue import forecast as issue

    _of_one_mind(context.args, by=by, days=days, year=year)
    _not_read_from([out, year_out], [series, *(places or []), *([events] if events else [])])
    found = _cut(_read(series), origin)
    if (year or year_out) and found[0].step != "month":
        raise Misused(f"{series} counts days, and a year is summed up from counts of months. Leave --year away.")
    others = _others(found, places)
    known = _known_by(found, events) if events else []
    issued = [issue(one, horizon, by_nationality=bool(by), sensors=others, events=known) for one in found]
    _write(out, year_out, found, issued, days=days)
    if str(out) != "-":
        for place, one in zip(found, issued, strict=True):
            telling.tell(place, one, others, year=year, among=len(found))


def _write(out: Path | None, year_out: Path | None, found: list[Place], issued: list[Forecast], *, days: bool) -> None:
    from cauce.outlook import telling
    from cauce.outlook.saying import aloud

    if out is not None:
        split = (telling.by_day(place, one) for place, one in zip(found, issued, strict=True))
        telling.write_quantiles(out, list(split) if days else issued)
    if year_out is not None:
        telling.write_year(year_out, found, issued)
    for path in (out, year_out):
        if path not in (None, Path("-")):
            aloud(f"{path} was written.")


def _of_one_mind(more: list[str], *, by: str, days: bool, year: bool) -> None:
    if more:
        raise Misused(f"{more[0]!r} is one word too many. {_YEAR if year else 'The file goes after --series.'}")
    if by not in ("", "nationality"):
        raise Misused(f"--by {by}: only nationality is known.")
    if days and by:
        raise Misused("--days splits the total only: leave --by away.")


@app.command()
def backtest(
    series: SeriesFile,
    horizons: Annotated[str, typer.Option("--horizons", help="Periods ahead, as 1,3,6.")] = "1,3,6",
    start: Annotated[str, typer.Option("--from", help="First origin: YYYY-MM (or a day).")] = "",
    places: PlaceFiles = None,
    as_json: Json = False,
) -> None:
    """Forecast again from every origin with what was known then, and score it against what came."""
    from cauce.outlook import telling
    from cauce.outlook.forecasting.backtest import backtest as judge
    from cauce.outlook.forecasting.series import parse_period

    steps = _horizons(horizons)
    found = _read(series)
    others = _others(found, places)
    scores = [
        score
        for one in found
        for score in judge(one, steps, parse_period(start, one.step, "--from") if start else one.first, others)
    ]
    if not scores:
        raise Refused(_nothing_judged(found, steps[0], start))
    if as_json:
        print(json.dumps({"scores": [score.as_json() for score in scores]}, ensure_ascii=False, indent=2))
        return
    telling.tell_scores(scores)


@app.command()
def arrivals(
    ahead: Annotated[int, typer.Option("--days", min=1, max=14, help="Days ahead, today the first.")] = 14,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Say how many will arrive each day: from the journal, by weekday, with the late entries that are still to come."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.outlook import telling
    from cauce.outlook.arrivals import days_for, record_of

    found = days_for(actor, ahead)
    if found is None:
        raise Refused(
            "Fewer than 14 days of arrivals are recorded. Forecast from published counts: "
            "cauce outlook forecast --series FILE.csv --horizon 3."
        )
    if as_json:
        record = [score.as_json() for score in record_of(found)]
        print(json.dumps({**telling.days_json(found), "backtest": record}, indent=2))
        return
    telling.tell_days(found)
    telling.tell_scores(record_of(found))


def _nothing_judged(found: list[Place], ahead: int, start: str) -> str:
    from cauce.outlook.forecasting.backtest import LEAST
    from cauce.outlook.forecasting.series import shown

    counted = "; ".join(
        f"{one.place} is counted from {shown(one.first, one.step)} to {shown(one.last, one.step)}" for one in found[:3]
    )
    todo = "Name an earlier --from, or nearer --horizons." if start else "Give a longer series, or nearer --horizons."
    return (
        f"No forecast can be judged: {counted}. Each needs {LEAST} counts by its origin, and one that came {ahead} "
        f"after it. {todo}"
    )


def _not_read_from(written: list[Path | None], read: list[Path]) -> None:
    one, other = written
    if one is not None and other is not None and one.resolve() == other.resolve():
        raise Misused(f"--out and --year-out are both {one}. Name two files.")
    for option, path in zip(("--out", "--year-out"), written, strict=True):
        if path is not None and path.resolve() in {one.resolve() for one in read}:
            raise Misused(f"{option} {path} is also read from. Name another file.")


def _horizons(text: str) -> list[int]:
    try:
        steps = sorted({int(part) for part in text.split(",")})
    except ValueError:
        steps = []
    if not steps or steps[0] < 1 or steps[-1] > FURTHEST:
        raise Misused(f"--horizons {text}: write whole numbers from 1 to {FURTHEST}, as in 1,3,6.")
    return steps


def _read(path: Path) -> list[Place]:
    from cauce.outlook.forecasting.series import read
    from cauce.outlook.nationalities import say_strange
    from cauce.outlook.saying import aloud

    found = read(path, aloud)
    say_strange(path, [name for one in found for name in one.names], aloud)
    return found


def _known_by(places: list[Place], path: Path) -> list[Event]:
    """The events of the file; those of later than the last origin are said."""
    from cauce.outlook.forecasting.events import not_yet, read_events
    from cauce.outlook.forecasting.series import shown
    from cauce.outlook.saying import aloud

    found = read_events(path, aloud)
    last = max(places, key=lambda one: one.last)
    if later := not_yet(found, last.last, last.step):
        origin, first = shown(last.last, last.step), later[0].day
        aloud(
            f"{path}: events after {origin} are not used: {len(later)}, the first of {first}. "
            "Nothing later than the origin is known; date a decision by the day on which it was taken."
        )
    return found


def _cut(places: list[Place], origin: str) -> list[Place]:
    from cauce.outlook.forecasting.series import parse_period, shown
    from cauce.outlook.saying import aloud

    if not origin:
        return [one.until(one.last) for one in places]
    found = [one.until(parse_period(origin, one.step, "--origin")) for one in places]
    for one in found:
        if one.last != parse_period(origin, one.step, "--origin"):
            known = shown(one.last, one.step)
            aloud(
                f"{one.place}: nothing is counted for {origin}; the last before it is {known}, so it goes from there."
            )
    return found


def _others(found: list[Place], paths: list[Path] | None) -> list[Place]:
    """Other places, of the same step as the series; what they know after an origin is never looked at."""
    others = [one for path in paths or [] for one in _read(path)]
    steps = {one.step for one in found}
    wrong = next((one for one in others if one.step not in steps), None)
    if wrong is not None:
        raise Misused(f"--places: {wrong.place} is counted by {wrong.step}, the series is not. Give both alike.")
    return others
