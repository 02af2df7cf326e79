"""One page of paper for who decides: what is coming, what a decision changes, on what that rests, what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cauce.access.actor import Actor
from cauce.corridor.faces import place_name
from cauce.corridor.selectors import in_force
from cauce.journal.models import Node
from cauce.movement.paper import font_families, render
from cauce.outlook.arrivals import Days, days_for, record_of
from cauce.outlook.deciding import wording
from cauce.outlook.deciding.answers import Answer, Band, PlaceAnswer, Side
from cauce.outlook.deciding.asking import DAYS, Asked, AskedFile, ask, ask_file
from cauce.outlook.deciding.levers import Moved
from cauce.outlook.deciding.scenario_wording import assumed_by, decided_by
from cauce.outlook.forecasting.backtest import Score
from cauce.outlook.forecasting.scores import BANDS, MIDDLE
from cauce.outlook.forecasting.series import Array, day_of, index_of
from cauce.outlook.saying import Say, silent
from cauce.outlook.shipped import forecast_of, known, series

PLACES, PICTURES = 6, 2  # told of, the fullest first; drawn
LINES = 8  # of what is decided
_SHOWN_DAYS = (0, 1, 2, 3, 4, 5, 6, 13)


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the paper says of a simulation, in words."""

    answer: Answer
    sentence: str
    moved: list[str]
    assumptions: list[str]


def briefing(
    actor: Actor, *, scenario: Path | None = None, moved: Moved | None = None, days: int = 0, language: str = "es",
    say: Say = silent,
) -> bytes:  # fmt: skip
    """One sheet as PDF: of a scenario's file, of what a planner `moved` on a page, or (None) of things as they are.

    Raises what `ask` and `ask_file` raise. `say` is told over which days, and what of the file changes nothing.
    """
    asked = ask_file(actor, scenario, days, say) if scenario else _asked(actor, moved, days or DAYS)
    decided = f"the decisions of {scenario} against things as they are" if scenario else "things as they are"
    say(f"from {asked.answer.start} to {asked.answer.end}, {asked.basis.begun.people} people here today: {decided}.")
    with translation.override(language):
        content = contents(actor, asked, language)
        return render(content, template=("cauce.outlook.deciding", "briefing"))


def _asked(actor: Actor, moved: Moved | None, days: int) -> Asked:
    return ask(actor, {}, days, page=False) if moved is None else ask(actor, moved, days)


def contents(actor: Actor, asked: Asked | AskedFile, language: str) -> dict[str, Any]:
    """All that the paper says, in the language that is active."""
    told = _told(asked)
    found = told.answer
    ranked = sorted(found.places, key=wording.weight, reverse=True)
    days = days_for(actor)
    ahead = _days(days, found.days) if days else _months(asked.basis.day, found.end)
    return {
        "language": language.split("-", maxsplit=1)[0],
        "fonts": list(font_families()),
        "training": Node.here().training,
        "corridor": in_force().name,
        "date": wording.whole_day(asked.basis.day),
        "until": wording.whole_day(found.end),
        "sentence": told.sentence,
        "moved": _cut(told.moved),
        "decided": bool(told.moved),
        **ahead,
        "places": [_place(one, decided=bool(told.moved)) for one in ranked[:PLACES]],
        "pictures": [_picture(one, found, decided=bool(told.moved)) for one in ranked[:PICTURES]],
        "assumptions": told.assumptions,
        "unknown": _unknown(days is None),
        "labels": _labels(found),
    }


def _told(asked: Asked | AskedFile) -> Briefing:
    found = asked.answer
    if isinstance(asked, Asked):
        moved, taken = wording.moved_in_words(asked), wording.assumptions(asked.basis, found)
    else:
        moved, taken = decided_by(asked.scenario), assumed_by(asked.scenario, asked.basis, found)
    return Briefing(found, wording.in_a_sentence(found, moved=bool(moved)), moved, taken)


def _cut(lines: list[str]) -> list[str]:
    if len(lines) <= LINES:
        return lines
    rest = len(lines) - LINES + 1
    return [*lines[: LINES - 1], ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}]


def _place(one: PlaceAnswer, *, decided: bool) -> list[str]:
    sides = [one.before, one.after] if decided else [one.before]

    def both(name: str) -> str:
        return _ways([wording.whole(getattr(side, name).middle) for side in sides])

    change = [_change(one.change.mean)] if decided else []
    return [
        place_name(one.place), both("mean"), *change,
        _ways([_over(side) for side in sides]),
        both("short"), both("meals"), both("wait"), both("left"),
    ]  # fmt: skip


def _ways(told: list[str]) -> str:
    """From what to what; once where nothing changes."""
    return wording.one_way(" → ".join(dict.fromkeys(told)))


def _change(band: Band) -> str:
    spread = f" ({wording.spread(band)})" if wording.is_wide(band) else ""
    return wording.signed(band.middle) + spread


def _over(side: Side) -> str:
    if not side.beds:
        return "–"
    half = side.over.dates[1]
    when = f" ({half:%d/%m})" if half else ""
    return wording.percent(side.over.probability) + when


def _picture(one: PlaceAnswer, found: Answer, *, decided: bool) -> dict[str, Any]:
    """Points in parts of the picture's width and height, from its lower left corner."""
    sides = [one.before, one.after] if decided else [one.before]
    top = max([band.high for side in sides for band in side.by_day] + [one.after.beds, 1])
    return {
        "title": place_name(one.place),
        "top": wording.whole(top),
        "beds": one.after.beds / top,
        "beds_label": wording.beds(one.after.beds),
        "from": wording.day(found.start),
        "until": wording.day(found.end),
        "sides": [
            {
                "area": [*_points(side, "high", top), *reversed(_points(side, "low", top))],
                "line": _points(side, "middle", top),
            }
            for side in sides
        ],
    }


def _points(side: Side, name: str, top: float) -> list[list[float]]:
    last = max(1, len(side.by_day) - 1)
    return [[round(at / last, 4), round(getattr(band, name) / top, 4)] for at, band in enumerate(side.by_day)]


def _days(days: Days, many: int) -> dict[str, Any]:
    rows = []
    for h in [h for h in _SHOWN_DAYS if h < many]:
        when = days.today + timedelta(days=h)
        week_ago = days.expected[len(days.expected) - 7 + h % 7]
        rows.append(_row(wording.day(when), days.ahead[h], float(days.expected[-1]), float(week_ago)))
    return {
        "ahead": rows,
        "ahead_title": _("Arrivals a day, from this corridor's journal"),
        "season": _("Weekday before"),
        "record": [
            _score(one, ngettext("%(n)s day", "%(n)s days", one.horizon) % {"n": one.horizon})
            for one in record_of(days)
        ],
    }


def _months(first: date, last: date) -> dict[str, Any]:
    """The published counts' forecast of the months asked about, as known before them; none where it does not reach."""
    name = next(iter(known()))
    found = forecast_of(name, min(max(index_of(first, "month") - 1, series(name).first), series(name).last))
    issued = found.issued
    begins, ends = (index_of(day, "month") - issued.origin - 1 for day in (first, last))
    known_to = wording.month(day_of(issued.origin, "month"))
    rows = []
    for h in range(max(0, begins), min(issued.horizon, ends + 1)):
        season = issued.seasonal[h, MIDDLE]
        rows.append(
            _row(
                wording.month(day_of(issued.origin + h + 1, "month")),
                issued.total[h],
                float(issued.naive[h, MIDDLE]),
                float(season) if np.isfinite(season) else None,
            )
        )
    if not rows:
        none = _("No forecast: fewer than 14 days are recorded here, and published counts end in %(month)s.")
        return {"ahead": [], "ahead_title": none % {"month": known_to}, "season": "", "record": []}
    return {
        "ahead": rows,
        "ahead_title": _("Arrivals a month, from the published counts to %(month)s") % {"month": known_to},
        "season": _("A year before"),
        "record": [
            _score(one, ngettext("%(n)s month", "%(n)s months", one.horizon) % {"n": one.horizon})
            for one in found.scores
        ],
    }


def _row(when: str, values: Array, last: float, season: float | None) -> list[str]:
    low, high = (float(values[at]) for at in BANDS[80])
    told = wording.whole(season) if season is not None else "–"
    return [when, wording.whole(float(values[MIDDLE])), wording.spread(Band(low, 0, high)), wording.whole(last), told]


def _score(one: Score, ahead: str) -> list[str]:
    share = "–" if one.to_naive is None else str(number_format(one.to_naive, decimal_pos=2))
    return [ahead, wording.whole(one.origins), share, wording.one_way(f"{wording.percent(one.cover80)} %")]


def _unknown(few_days: bool) -> list[str]:
    told = [
        _("Who passes without being registered is counted nowhere in here."),
        _("What states will decide, weather, and illness are not foreseen; the bands hold what was usual."),
        _("Desks and vehicles work as the corridor file says; a strike or a broken road is not in it."),
        _("How long those who come from now on will be held or reviewed is not known, and not simulated."),
    ]
    if few_days:
        told.insert(
            0, _("Too few days are recorded here for a forecast of days: arrivals are carried on, not forecast.")
        )
    return told


def _labels(found: Answer) -> dict[str, str]:
    return {
        "title": _("Briefing: what is coming, and what a decision changes"),
        "training": _("TRAINING"),
        "as_it_is": _("Things as they are: nothing is moved."),
        "decision": _("The decision"),
        "result": ngettext("In the next %(days)s day", "In the next %(days)s days", found.days) % {"days": found.days},
        "when": _("When"),
        "middle": _("Expected"),
        "band": _("8 of 10 times"),
        "last": _("Last value"),
        "record": _("How such forecasts did"),
        "ahead_by": _("Ahead"),
        "origins": _("Forecasts"),
        "to_naive": _("Score against the last value"),
        "cover": _("Held 8 of 10"),
        "place": _("Place"),
        "mean": _("People, mean"),
        "change": _("Difference (9 of 10)"),
        "over": _("Over its beds, of 100"),
        "short": _("Beds short, worst day"),
        "meals": _("Meals without a bed"),
        "wait": _("Days to wait"),
        "left": _("Left it"),
        "before_after": _("As it is → with the decision. Grey: as it is; blue: with the decision; dashed: beds."),
        "before_only": _("Grey: nine simulations of ten; dashed: beds."),
        "assumptions": _("What this takes for granted"),
        "unknown": _("What is not known"),
        "no_record": _("Too few days are known to judge this forecast by."),
    }
