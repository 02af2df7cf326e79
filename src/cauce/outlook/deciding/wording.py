"""What an answer says, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cauce.corridor.faces import place_name
from cauce.months import as_written
from cauce.outlook.deciding.answers import Answer, Band, PlaceAnswer
from cauce.outlook.deciding.asking import Asked
from cauce.outlook.deciding.basis import PATHS, Basis
from cauce.outlook.deciding.levers import CLOSED, FLIES, FLIGHT_SEATS, FLIGHT_SHARE, FLIGHTS, Lever

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_TOLD = 0.05  # a probability that moved by less is not worth a sentence
CHECKS: dict[str, StrOrPromise] = {
    "registration": pgettext_lazy("a desk", "registration"),
    "document": pgettext_lazy("a desk", "documents"),
    "watchlist": pgettext_lazy("a desk", "watchlists"),
    "biometric": pgettext_lazy("a desk", "prints"),
    "health": pgettext_lazy("a desk", "health"),
}
TRIED: dict[str, StrOrPromise] = {
    "quota": gettext_lazy("A quarter more across the border"),
    "vehicles": gettext_lazy("A quarter more vehicles"),
    "servers": gettext_lazy("Half as many desks more"),
    "faster": gettext_lazy("Checks in half the time"),
    "beds": gettext_lazy("Half as many beds more"),
    "arrivals": gettext_lazy("Half as many arrivals more"),
    "closed": gettext_lazy("The first way in closed"),
}


def whole(value: float) -> str:
    """A number of people as the language writes it."""
    return str(number_format(round(value), use_l10n=True, force_grouping=True))


def percent(share: float) -> str:
    """A probability, "of 100"."""
    return str(round(share * 100))


def day(value: date) -> str:
    """A day and its month."""
    return str(date_format(value, "MONTH_DAY_FORMAT"))


def whole_day(value: date) -> str:
    """A day with its year, as pages write it."""
    return str(date_format(value, as_written("j M Y")))


def month(value: date) -> str:
    """A month with its year, as pages write it."""
    return str(date_format(value, as_written("M Y")))


def signed(value: float) -> str:
    """A difference."""
    told = whole(abs(value))
    return told if round(value) == 0 else one_way(f"{'+' if value > 0 else '−'}{told}")


def one_way(text: str) -> str:
    """Numbers with signs or arrows between them, in one piece: where the page runs from the right they do not."""
    return f"\u2066{text}\u2069"


def is_wide(band: Band) -> bool:
    """Whether the simulations differ by somebody."""
    return round(band.low) != round(band.high)


def weight(one: PlaceAnswer) -> tuple[float, float]:
    """What the decision moves most comes first, then where most people are."""
    return abs(one.change.mean.middle), max(one.before.mean.middle, one.after.mean.middle)


def spread(band: Band) -> str:
    low, high = (one_way(f"−{whole(-end)}") if round(end) < 0 else whole(end) for end in (band.low, band.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def title_of(lever: Lever, seats: Callable[[str], int]) -> str:
    """What a lever is called; `seats` of a vehicle."""
    place = place_name(lever.place) if lever.place else ""
    check = CHECKS.get(lever.what, lever.what)
    if lever.kind == "arrivals":
        return _("People who arrive a day")
    if lever.kind == "quota":
        return _("People a day across %(border)s") % {"border": place}
    if lever.kind == "servers":
        return _("%(place)s, %(check)s: desks") % {"place": place, "check": check}
    if lever.kind == "minutes":
        return _("%(place)s, %(check)s: minutes each") % {"place": place, "check": check}
    if lever.kind == "beds":
        return _("%(place)s: beds") % {"place": place}
    return vehicles(place, seats(lever.what))


def vehicles(place: str, seats: int) -> str:
    """How the vehicles of a place are called; `seats` of one, 0 where that is not known."""
    if not seats:
        return _("%(place)s: vehicles a day") % {"place": place}
    return ngettext(
        "%(place)s: vehicles of %(seats)s seat a day", "%(place)s: vehicles of %(seats)s seats a day", seats
    ) % {"place": place, "seats": seats}


def beds(number: int) -> str:
    return ngettext("%(n)s bed", "%(n)s beds", number) % {"n": whole(number)}


def by_half(half: date | None, start: date) -> str:
    """By when half of the simulations have more people than beds; empty where they never do."""
    if half is None:
        return ""
    return _("half by %(date)s") % {"date": day(half)} if half > start else _("half on the first day")


def moved_in_words(asked: Asked) -> list[str]:
    """What was moved, one line each: from what to what."""
    seats = {vehicle.id: vehicle.seats for vehicle in asked.basis.corridor.vehicles}
    told = [
        f"{title_of(lever, seats.__getitem__)}: "
        + one_way(f"{figure(lever.today)} → {figure(float(asked.moved[lever.name]))}")
        for lever in asked.levers
        if lever.name in asked.moved
    ]
    if asked.moved.get(CLOSED):
        told.append(_("%(place)s is closed") % {"place": place_name(str(asked.moved[CLOSED]))})
    if asked.moved.get(FLIES) and asked.moved.get(FLIGHTS):
        told.append(
            _("Flights home a day from %(place)s: %(flights)s of %(seats)s seats, for %(share)s %% of those who come")
            % {
                "place": place_name(str(asked.moved[FLIES])),
                "flights": figure(float(asked.moved[FLIGHTS])),
                "seats": figure(float(asked.moved.get(FLIGHT_SEATS, 0))),
                "share": figure(float(asked.moved.get(FLIGHT_SHARE, 0))),
            }
        )
    return told


def figure(value: float) -> str:
    """A number with at most one decimal, none where it is whole."""
    return str(number_format(round(value, 1), use_l10n=True, force_grouping=True)).removesuffix(".0").removesuffix(",0")


def in_a_sentence(found: Answer, *, moved: bool) -> str:
    """What the decision changes; or what is ahead when nothing is moved."""
    return _changes(found) if moved else _ahead(found)


def _ahead(found: Answer) -> str:
    departed = found.departed[0]
    told = ngettext(
        "Within %(days)s day %(people)s people leave the corridor (%(spread)s in nine simulations of ten)",
        "Within %(days)s days %(people)s people leave the corridor (%(spread)s in nine simulations of ten)",
        found.days,
    ) % {"days": found.days, "people": whole(departed.middle), "spread": spread(departed)}
    with_beds = [one for one in found.places if one.before.beds]
    if not with_beds:
        return told + "."
    worst = max(with_beds, key=lambda one: (one.before.over.probability, one.before.mean.middle / one.before.beds))
    return told + _("; %(place)s has more people than beds in %(n)s simulations of 100.") % {
        "place": place_name(worst.place),
        "n": percent(worst.before.over.probability),
    }


def _changes(found: Answer) -> str:
    parts = [_departures(found), *_fuller(found), *_overflows(found)]
    return _("; ").join(parts) + "."


def _departures(found: Answer) -> str:
    change = found.departed[2]
    said = {"days": found.days, "people": whole(abs(change.middle)), "spread": _either(change)}
    if not change.says_something or round(change.middle) == 0:
        return ngettext(
            "Within %(days)s day as many people leave the corridor as without it",
            "Within %(days)s days as many people leave the corridor as without it",
            found.days,
        ) % {"days": found.days}
    if change.middle > 0:
        return (
            ngettext(
                "Within %(days)s day %(people)s more people leave the corridor (%(spread)s)",
                "Within %(days)s days %(people)s more people leave the corridor (%(spread)s)",
                found.days,
            )
            % said
        )
    return (
        ngettext(
            "Within %(days)s day %(people)s fewer people leave the corridor (%(spread)s)",
            "Within %(days)s days %(people)s fewer people leave the corridor (%(spread)s)",
            found.days,
        )
        % said
    )


def _fuller(found: Answer) -> list[str]:
    """The place that changes most."""
    clear = [one for one in found.places if one.change.mean.says_something and round(abs(one.change.mean.middle)) > 0]
    if not clear:
        return []
    most = max(clear, key=lambda one: abs(one.change.mean.middle))
    said = {
        "place": place_name(most.place),
        "people": whole(abs(most.change.mean.middle)),
        "spread": _either(most.change.mean),
    }
    if most.change.mean.middle < 0:
        return [_("on a day there are %(people)s fewer people at %(place)s (%(spread)s)") % said]
    return [_("on a day there are %(people)s more people at %(place)s (%(spread)s)") % said]


def _overflows(found: Answer) -> list[str]:
    moved = [one for one in found.places if abs(one.change.over) >= _TOLD]
    if not moved:
        return []
    most: PlaceAnswer = max(moved, key=lambda one: abs(one.change.over))
    return [
        _("%(place)s has more people than beds in %(after)s simulations of 100 instead of %(before)s")
        % {
            "place": place_name(most.place),
            "after": percent(most.after.over.probability),
            "before": percent(most.before.over.probability),
        }
    ]


def _either(band: Band) -> str:
    """The band of a difference, without its sign: the sentence says more or fewer."""
    low, high = sorted((abs(band.low), abs(band.high)))
    return spread(Band(low, band.middle, high)) if is_wide(band) else _("in every simulation")


def assumptions(basis: Basis, found: Answer) -> list[str]:
    """What a simulation from today takes for granted, with its figures."""
    told = [
        arriving(basis),
        _(
            "Who is present now begins where they are: %(people)s people; "
            "what holds or reviews keep is kept for the corridor file's own days."
        )
        % {"people": whole(basis.begun.people)},
    ]
    told.append(groups(basis))
    told.append(_("Today counts as a day still to come: its departures are simulated."))
    told.append(
        _("Who comes from now on has no hold and nobody gives up waiting; vehicles leave at eight in the morning.")
    )
    assumed = sum(desk.figure.assumed for desk in basis.corridor.desks)
    if assumed:
        told.append(
            ngettext(
                "%(n)s desk of the corridor file is assumed, no source gives it.",
                "%(n)s desks of the corridor file are assumed, no source gives them.",
                assumed,
            )
            % {"n": assumed}
        )
    return [*told, simulated(found)]


def groups(basis: Basis) -> str:
    """How many travel together, and why that is taken."""
    if not basis.days_counted and not basis.so_far:
        return _("Nobody arrived in the last week, so everybody who comes is taken to be alone, and nobody a child.")
    return _("As in the last week:") + " " + crowd(basis.sizes, basis.child_share)


def crowd(sizes: Sequence[float], child_share: float) -> str:
    """How large groups are, from the shares of those of 1, 2, 3 …, and how many are children."""
    mean = round(sum(size * share for size, share in enumerate(sizes, start=1)), 1)
    said = {"mean": figure(mean), "children": percent(child_share)}
    if mean == 1:
        return _("Everybody comes alone, %(children)s %% are children.") % said
    return _("Groups of %(mean)s people on average, %(children)s %% are children.") % said


def simulated(found: Answer) -> str:
    """How it was simulated."""
    return _("By day, %(many)s simulations with the same luck for both; a band holds nine of ten.") % {
        "many": whole(found.replications)
    }


def arriving(basis: Basis) -> str:
    """How many are taken to come, and why."""
    if basis.paths is not None:
        return _(
            "Arrivals follow the forecast from the journal (%(people)s a day, %(paths)s paths); "
            "after its two weeks they go on as in its last."
        ) % {"people": whole(basis.arrivals), "paths": PATHS}
    if basis.as_today:
        return _(
            "Arrivals go on as today: %(people)s people so far, more than on any day of the week before "
            "(%(mean)s a day). Too few days are known for a forecast, so real bands are wider."
        ) % {"people": whole(basis.so_far), "mean": whole(basis.mean)}
    if basis.days_counted:
        return ngettext(
            "Arrivals go on as on the %(days)s whole day before today: %(people)s a day. "
            "Too few days are known for a forecast, so real bands are wider.",
            "Arrivals go on as on the %(days)s whole days before today: %(people)s a day. "
            "Too few days are known for a forecast, so real bands are wider.",
            basis.days_counted,
        ) % {"days": basis.days_counted, "people": whole(basis.arrivals)}
    return _("Nobody arrived in the last week: without a number of yours nobody comes.")
