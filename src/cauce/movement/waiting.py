"""What a group's next onward departure waits for, counted without naming it: asked by the ranking of reviews."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import CHECK_RESULTS
from cauce.journal import clock
from cauce.movement.facts import Facts, facts_of
from cauce.movement.reasons import HOLDS, MISSING, Bools, Reason, minors, rules_of
from cauce.vetting.elsewhere import Waits, answers

Ints = NDArray[np.int64]
_REFERRED = CHECK_RESULTS.index("refer")
_OWN = np.uint64(HOLDS | Reason.CHILD_UNASSESSED)
_OF_ALL = np.uint64(Reason.GROUP_INCOMPLETE | Reason.MEMBER_ELSEWHERE)


@answers
def what_keeps(persons: Collection[UUID]) -> Mapping[UUID, Waits]:
    """For each of these who is at a place now: their group, and how many things of each sort keep it."""
    facts = facts_of(persons)
    columns = facts.columns
    if not len(columns.group):
        return {}
    day = local_day("", clock.now())
    present = columns.place >= 0
    reviews, others = _lacking(facts)
    mask = facts.masks("onward", day)
    others += (mask & _OWN) != 0
    by_group = {
        "people": _sum(facts, present),
        "children": _sum(facts, present & minors(columns, np.datetime64(day))),
        "reviews": _sum(facts, np.where(present, reviews, 0)),
        "others": _sum(facts, np.where(present, others, 0)) + (_sum(facts, (mask & _OF_ALL) != 0) > 0),
    }
    wanted = set(persons)
    return {
        person: Waits(**{name: int(counts[columns.group[row]]) for name, counts in by_group.items()})
        for row, person in enumerate(facts.persons)
        if person in wanted and present[row]
    }


def _lacking(facts: Facts) -> tuple[Ints, Ints]:
    """A row's required checks that wait for an answer, and those that lack something else."""
    size = len(facts.columns.group)
    reviews, others = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    rules = rules_of(in_force(), "onward")
    for row, check in enumerate(rules.checks):
        results = facts.columns.results.get(check, np.full(size, MISSING, dtype=np.int8))
        lacking = ~rules.suffices[row][results]
        reviews += lacking & (results == _REFERRED)
        others += lacking & (results != _REFERRED)
    return reviews, others


def _sum(facts: Facts, values: Ints | Bools) -> Ints:
    """Added up over the members of each group."""
    return np.bincount(facts.columns.group, weights=values, minlength=facts.columns.groups).astype(np.int64)
