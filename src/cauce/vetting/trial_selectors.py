"""What each threshold of each list in force finds and costs, for whoever may propose another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import number_format

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.vetting.models import Decision, Review, Trial, WatchList
from cauce.vetting.selectors import Threshold, thresholds_for
from cauce.vetting.services.trials import DAYS
from cauce.vetting.trial import THRESHOLDS, Labelled, labelled, minutes_a_review, place_of, reached


@dataclass(frozen=True, slots=True)
class Step:
    """One threshold. Shares 0 to 1 are of labelled names; the counts are of this store.

    `alerts`: people of the month who are here and would alert, None before anybody was searched; `same`, `not_same`
    and `open`: reviews of the month with at least that score; `hours` of an analyst that the alerts cost.
    """

    threshold: float
    variant: float
    partial: float
    noisy: float
    strangers: float
    alerts: int | None
    same: int
    not_same: int
    open: int
    hours: float | None

    @property
    def variant_of_100(self) -> str:
        return _of(100, self.variant)

    @property
    def partial_of_100(self) -> str:
        return _of(100, self.partial)

    @property
    def noisy_of_100(self) -> str:
        return _of(100, self.noisy)

    @property
    def strangers_of_1000(self) -> str:
        return _of(1000, self.strangers)


def _of(whole: int, share: float) -> str:
    """A share of so many, with one digit after the point, as the reader's language writes it."""
    return number_format(round(share * whole, 1), 1)


@dataclass(frozen=True, slots=True)
class Offer:
    """A list with its threshold, every step that may be chosen, and how far this store's people are searched."""

    threshold: Threshold
    steps: tuple[Step, ...]
    now: int  # which step is nearest to the threshold in force
    people: int
    searched: int
    at: datetime | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """`minutes` that a review takes here, and whether that was measured."""

    lists: tuple[Offer, ...]
    figures: Labelled
    minutes: float
    measured: bool


def offers_for(actor: Actor) -> Offers:
    """The lists of people in force; NotAllowed for whoever may not propose a threshold."""
    actor.require("lists.threshold")
    since = clock.now() - timedelta(days=DAYS)
    minutes, measured = minutes_a_review(_answers(since))
    digests = dict(WatchList.objects.values_list("name", "digest"))
    trials = {row.list_name: row for row in Trial.objects.all() if digests.get(row.list_name) == row.digest}
    lists = [_offer(one, trials.get(one.list_name), since, minutes) for one in thresholds_for(actor)]
    return Offers(tuple(lists), labelled(), minutes, measured)


def _offer(one: Threshold, trial: Trial | None, since: datetime, minutes: float) -> Offer:
    counts: dict[str, Any] = trial.counts if trial else {"people": 0, "searched": 0, "reached": [], "done": False}
    searched = int(counts["searched"])
    alerts: Sequence[int | None] = counts["reached"] if searched else [None] * len(THRESHOLDS)
    decided = _decided(one.list_name, since)
    figures = labelled()
    steps = [
        Step(
            threshold=threshold,
            variant=_share(figures.variant, at),
            partial=_share(figures.partial, at),
            noisy=_share(figures.noisy, at),
            strangers=_share(figures.strangers, at),
            alerts=alerts[at],
            same=decided["same"][at],
            not_same=decided["not_same"][at],
            open=decided["open"][at],
            hours=None if (count := alerts[at]) is None else count * minutes / 60,
        )
        for at, threshold in enumerate(THRESHOLDS)
    ]
    return Offer(
        threshold=one,
        steps=tuple(steps),
        now=place_of(one.threshold),
        people=int(counts["people"]),
        searched=searched,
        at=trial.at if trial else None,
        complete=bool(counts["done"]),
    )


def _share(counted: tuple[tuple[int, ...], int], at: int) -> float:
    counts, of = counted
    return counts[at] / of if of else 0.0


def _decided(list_name: str, since: datetime) -> dict[str, list[int]]:
    """By outcome, for each threshold how many reviews of the month reach it."""
    scores: dict[str, list[float]] = {"same": [], "not_same": [], "open": []}
    rows = Review.objects.filter(list_name=list_name, opened_at__gte=since)
    for status, outcome, score in rows.values_list("status", "outcome", "score"):
        key = outcome if outcome in scores else "open" if status in ("open", "lapsed") else ""
        if key:
            scores[key].append(score)
    return {key: reached(found) for key, found in scores.items()}


def _answers(since: datetime) -> list[tuple[str, float]]:
    rows = Decision.objects.filter(at__gte=since).order_by("at").values_list("account", "at")
    return [(account, at.timestamp() / 60) for account, at in rows]
