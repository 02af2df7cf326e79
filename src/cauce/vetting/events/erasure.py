"""What is left of somebody's checks once their key is destroyed: that they were, never what they said."""

from __future__ import annotations

from cauce.journal.events import Recorded, applies
from cauce.people.events import PersonErased
from cauce.vetting.models import CheckResult, Decision, HandOver, NotTheSame, Objection, Review, Vaccination


@applies(PersonErased)
def erase(records: list[Recorded[PersonErased]]) -> None:
    for r in records:
        person = r.event.person
        CheckResult.objects.filter(person=person).update(reasons=[], evidence={}, due=False)
        reviews = Review.objects.filter(person=person)
        Decision.objects.filter(review__in=reviews).update(outcome="", reason="")
        reviews.filter(status__in=("open", "lapsed")).update(status="closed", closed_at=r.happened_at)
        reviews.update(
            list_name="",
            list_entry="",
            entry_digest="",
            score=0.0,
            pieces=[],
            listed={},
            reasons=[],
            protection_first=False,
            extended_why="",
            outcome="",
            closed_why="",
        )
        NotTheSame.objects.filter(person=person).update(list_name="", list_entry="", entry_digest="")
        handed = HandOver.objects.filter(person=person)
        handed.filter(status__in=("offered", "taken_up")).update(status="ended", ended_at=r.happened_at)
        handed.update(authority="", taken_up_by="", withhold_from="")
        Objection.objects.filter(person=person).update(words="", answer="")
        Vaccination.objects.filter(person=person).update(vaccine="", given_on=None, how="")
