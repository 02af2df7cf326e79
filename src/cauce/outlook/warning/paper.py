"""A bulletin on paper, in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cauce.corridor.selectors import in_force
from cauce.months import as_written
from cauce.movement.paper import font_families, render
from cauce.outlook.warning.issuing import Issued
from cauce.outlook.warning.overflowing import REPLICATIONS
from cauce.outlook.warning.telling import ranked
from cauce.people.mrz.codes import name_of
from cauce.people.suppression import OTHERS

LISTED = 24


def paper(issued: Issued, language: str = "es") -> bytes:
    """The bulletin as PDF."""
    with translation.override(language):
        return render(contents(issued, language), template=("cauce.outlook.warning", "bulletin"))


def contents(issued: Issued, language: str) -> dict[str, Any]:
    """All that the paper says, in the language that is active."""
    said = issued.said
    standing = [one for one in said["warnings"] if one["state"] != "quiet" or one["changed"]]
    return {
        "language": language.split("-", maxsplit=1)[0],
        "fonts": list(font_families()),
        "training": issued.training,
        "corridor": issued.corridor,
        "date": day_of(issued.day.isoformat(), "j M Y"),
        "edition": _("Edition for partners") if issued.edition == "partner" else _("Full edition"),
        "warnings": [
            {"title": _(one["title"]), "state": _state(one), "asks": one["asks"] and _(one["asks"])} for one in standing
        ],
        "ahead": [_ahead(one) for one in said["ahead"]],
        "periods": [_period(days, period) for days, period in said["arrivals"].items()],
        "unknown": unknown(issued),
        "labels": _labels(),
    }


def unknown(issued: Issued) -> list[str]:
    """What a reader must not take for known."""
    told = [_("Counted are first registrations; who passed without one is not in here.")]
    if issued.edition == "partner":
        told.append(_("'At least': a day of it hides a small number. A day that was told once is never told anew."))
    if any(one["measure"] == "overflow" and one["value"] is not None for one in issued.said["warnings"]):
        told.append(
            _("How likely a place is to overflow is counted over %(n)s simulations by day from today's caseload.")
            % {"n": REPLICATIONS}
        )
    return told


def _ahead(one: dict[str, Any]) -> list[str]:
    band = _("%(low)s to %(high)s") % {"low": _whole(one["low80"]), "high": _whole(one["high80"])}
    return [day_of(one["date"]), _whole(one["middle"]), band, "–" if one["naive"] is None else _whole(one["naive"])]


def _period(days: str, period: dict[str, Any]) -> dict[str, Any]:
    places = {place.id: place.name for place in in_force().places}
    rows = [[_("All"), _cell(period["total"])]]
    rows += [[places.get(key, key), _cell(cell)] for key, cell in ranked(period["place"])]
    order = [one for one in ranked(period["nationality"]) if one[0] != OTHERS]
    rows += [[_(name_of(key) or "Unknown"), _cell(cell)] for key, cell in order[:LISTED]]
    if rest := order[LISTED:]:
        rows.append([ngettext("%(n)s more nationality", "%(n)s more nationalities", len(rest)) % {"n": len(rest)}, "…"])
    if OTHERS in period["nationality"]:
        rows.append([_("Other nationalities"), _("hidden")])
    title = ngettext("Arrived in %(days)s day from %(from)s", "Arrived in %(days)s days from %(from)s", int(days)) % {
        "days": days,
        "from": day_of(period["from"]),
    }
    return {"title": title, "rows": rows}


def _state(one: dict[str, Any]) -> str:
    if one["state"] == "quiet":
        return _("Ended")
    since = day_of(one["since"])
    if one["ends"]:
        return _("Stands since %(since)s, ends %(ends)s if it stays so") % {"since": since, "ends": day_of(one["ends"])}
    return _("Stands since %(since)s") % {"since": since}


def day_of(iso: str, form: str = "D j M") -> str:
    """The day as the reader's language writes it."""
    return str(date_format(date.fromisoformat(iso), as_written(form)))


def _cell(cell: Any) -> str:
    if not isinstance(cell, dict):
        return _whole(cell)
    if not cell["at_least"]:
        return _whole(cell["people"])
    return _("at least %(people)s") % {"people": _whole(cell["people"])} if cell["people"] else _("hidden")


def _whole(people: int) -> str:
    return str(number_format(people, use_l10n=True, force_grouping=True))


def _labels() -> dict[str, str]:
    return {
        "title": _("What is coming"),
        "training": _("TRAINING"),
        "no_warning": _("No warning stands."),
        "ahead": _("Arrivals in the days to come"),
        "no_forecast": _("No forecast: fewer than 14 days of arrivals are known."),
        "day": _("Day"),
        "middle": _("Expected"),
        "band": _("In 8 of 10 days"),
        "last_week": _("Mean of the last week"),
    }
