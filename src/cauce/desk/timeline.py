"""What happened to a person, from the journal, in sentences for the officer who reads them (P7, P15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.corridor.shape import Corridor
from cauce.desk import words
from cauce.journal import clock
from cauce.journal.events import Event, Recorded, known_events
from cauce.journal.letters import read
from cauce.journal.models import Entry
from cauce.journal.services import replayed
from cauce.people import reach
from cauce.vetting.selectors import open_reviews_of
from cauce.vetting.wording import RESULTS, check_name

NEWEST = 60

# Event -> sentence and the capability that reads it. What is not listed is no part of a person's story.
_SAID: dict[str, tuple[Any, str]] = {
    "people.person_registered": (gettext_lazy("Registered"), ""),
    "people.person_corrected": (gettext_lazy("Corrected"), ""),
    "people.document_added": (gettext_lazy("Showed another paper"), ""),
    "people.document_withdrawn": (gettext_lazy("A paper was taken off again"), ""),
    "people.guardian_named": (gettext_lazy("Guardian recorded"), ""),
    "people.guardian_doubted": (gettext_lazy("Guardian looked at again"), "child.assess"),
    "people.groups_joined": (gettext_lazy("Two groups travel on as one"), ""),
    "people.parting_proposed": (gettext_lazy("Parting from the group asked for"), "people.part_child"),
    "people.group_split": (gettext_lazy("The group was split"), ""),
    "people.groups_linked": (gettext_lazy("Travels together with another group"), ""),
    "people.groups_kept_apart": (gettext_lazy("Kept apart from another group"), "people.keep_apart"),
    "people.company_ended": (gettext_lazy("No longer linked with, or kept apart from, a group"), "people.keep_apart"),
    "people.group_head_set": (gettext_lazy("Head of the group"), ""),
    "people.group_completed": (gettext_lazy("The group is whole"), ""),
    "people.need_flagged": (gettext_lazy("Need flagged"), "needs.read"),
    "people.need_withdrawn": (gettext_lazy("Need taken back"), "needs.read"),
    "people.person_moved": (gettext_lazy("Went to"), ""),
    "people.person_arrived": (gettext_lazy("Arrived at"), ""),
    "people.stay_ended": (gettext_lazy("Left:"), ""),
    "people.stay_reopened": (gettext_lazy("Is back; the stay goes on"), ""),
    "people.bed_assigned": (gettext_lazy("Bed"), ""),
    "people.photo_taken": (gettext_lazy("Photo taken"), ""),
    "people.photo_removed": (gettext_lazy("Photo removed"), ""),
    "people.card_revoked": (gettext_lazy("Card revoked"), ""),
    "people.card_issued": (gettext_lazy("New card"), ""),
    "people.person_erased": (gettext_lazy("Erased"), ""),
    "protection.hold_placed": (gettext_lazy("Hold placed:"), "holds.read"),
    "protection.hold_lift_proposed": (gettext_lazy("Lifting a hold proposed"), "holds.read"),
    "protection.hold_lift_withdrawn": (gettext_lazy("Lifting a hold turned down"), "holds.read"),
    "protection.hold_lifted": (gettext_lazy("Hold lifted"), "holds.read"),
    "protection.hold_expired": (gettext_lazy("Hold ended"), "holds.read"),
    "protection.child_assessed": (gettext_lazy("Best-interests record"), "child.assess"),
    "protection.child_assessment_undone": (gettext_lazy("Best-interests record undone"), "child.assess"),
    "protection.consent_recorded": (gettext_lazy("Asked or told:"), ""),
    "protection.consent_withdrawn": (gettext_lazy("Consent taken back"), ""),
    "protection.released": (gettext_lazy("Data went to:"), ""),
    "vetting.checks_started": (gettext_lazy("Checks started"), ""),
    "vetting.checks_completed": (gettext_lazy("Checks done"), ""),
    "vetting.check_recorded": (gettext_lazy("Check recorded:"), ""),
    "vetting.check_settled": (gettext_lazy("Check settled:"), "reviews.read"),
    "vetting.vaccination_recorded": (gettext_lazy("Vaccination recorded"), ""),
    "vetting.match_confirmed": (gettext_lazy("Match confirmed"), "reviews.read"),
    "vetting.hand_over_offered": (gettext_lazy("Hand-over offered"), "handover.take_up"),
    "vetting.hand_over_taken_up": (gettext_lazy("Hand-over taken up"), "handover.take_up"),
    "vetting.hand_over_expired": (gettext_lazy("Hand-over not taken up in time"), "handover.take_up"),
    "vetting.hand_over_ended": (gettext_lazy("Hand-over ended"), "handover.take_up"),
    "vetting.objection_filed": (gettext_lazy("Objected"), "objection.file"),
    "vetting.objection_answered": (gettext_lazy("Objection answered"), "objection.file"),
    "vetting.review_opened": (gettext_lazy("Review opened"), "reviews.read"),
    "vetting.review_decided": (gettext_lazy("An analyst answered a review"), "reviews.read"),
    "vetting.review_closed": (gettext_lazy("Review closed"), "reviews.read"),
    "vetting.review_extended": (gettext_lazy("Review extended"), "reviews.read"),
    "vetting.review_escalated": (gettext_lazy("Review past its time"), "reviews.read"),
    "vetting.review_lapsed": (gettext_lazy("Review lapsed"), "reviews.read"),
    "vetting.review_set_aside": (gettext_lazy("Review set aside"), "reviews.read"),
    "vetting.duplicate_linked": (gettext_lazy("Registered twice: two records became one"), ""),
    "vetting.duplicate_dismissed": (gettext_lazy("Not the same as somebody alike"), "duplicates.decide"),
    "vetting.duplicate_reopened": (gettext_lazy("Registered twice or not: asked again"), "duplicates.decide"),
    "vetting.tracing_match_opened": (gettext_lazy("A family may be looking for them"), "tracing.decide"),
    "vetting.tracing_match_decided": (gettext_lazy("Looked whether a family looks for them"), "tracing.decide"),
    "vetting.tracing_agreed": (gettext_lazy("Asked whether the family may be told"), "tracing.decide"),
    "vetting.tracing_told": (gettext_lazy("The family was told"), "tracing.decide"),
    "movement.seats_taken": (gettext_lazy("Got a seat"), ""),
    "movement.seats_struck": (gettext_lazy("Lost the seat"), ""),
    "movement.group_moved": (gettext_lazy("A coordinator moved the group"), ""),
    "movement.manifest_cancelled": (gettext_lazy("The vehicle was cancelled"), ""),
    "movement.roll_called": (gettext_lazy("Roll-call"), ""),
    "movement.manifest_departed": (gettext_lazy("Departed"), ""),
    "movement.manifest_arrived": (gettext_lazy("The vehicle arrived"), ""),
    "movement.refused_at_border": (gettext_lazy("Refused at the border"), ""),
    "movement.return_opened": (gettext_lazy("Return case opened"), "returns.read"),
    "movement.return_decided": (gettext_lazy("A decision to return them was written down"), "returns.read"),
    "movement.return_decision_set_aside": (gettext_lazy("The decision to return them fell"), "returns.read"),
    "movement.return_appeal_filed": (gettext_lazy("Appealed against the return"), "returns.read"),
    "movement.return_appeal_decided": (gettext_lazy("The appeal was decided"), "returns.read"),
    "movement.return_explained": (gettext_lazy("Entry bars and rules were explained"), "returns.read"),
    "movement.return_consented": (gettext_lazy("Agreed to go back"), "returns.read"),
    "movement.return_consent_withdrawn": (gettext_lazy("Took the consent to go back back"), "returns.read"),
    "movement.return_handed_over": (gettext_lazy("Received at home"), "returns.read"),
    "movement.return_followed_up": (gettext_lazy("Asked after the return how they are"), "returns.read"),
    "movement.return_closed": (gettext_lazy("Return case closed"), "returns.read"),
    "movement.custody_recorded": (gettext_lazy("In custody"), "custody.read"),
    "movement.custody_reviewed": (gettext_lazy("Somebody looked whether custody is needed"), "custody.read"),
    "movement.custody_ended": (gettext_lazy("Custody ended"), "custody.read"),
}

# No part of a person's story, and named where entries stand one by one.
_BESIDE: dict[str, tuple[Any, str]] = {
    "people.group_registered": (gettext_lazy("Group registered"), ""),
    "people.decision_explained": (gettext_lazy("Why it was decided"), ""),
}

# Written by one analyst, and kept from the next until the review is closed.
_BLIND = frozenset(("vetting.review_decided", "vetting.review_extended"))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `account` and `place`: who wrote it down, and where."""

    at: datetime
    text: str
    detail: str
    account: str
    place: str


def title_of(name: str) -> str:
    """What an entry of that kind is called; its own name where it is no part of a person's story."""
    return str(_SAID.get(name, _BESIDE.get(name, (name, "")))[0]).rstrip(":")


def may_read(actor: Actor, kind: type[Event]) -> bool:
    """Whether the actor may know what an entry of that kind says about somebody; of kinds that are no part of a
    person's story those that stay at the hub are for protection alone (P15)."""
    otherwise = "holds.read" if kind.travels == "hub" else ""
    _text, needed = _SAID.get(kind.name, ("", otherwise))
    return actor.may("people.read") and kind.name not in _BLIND and (not needed or actor.may(needed))


def may_read_kind(actor: Actor, name: str) -> bool:
    """The same of an event by its name; of one that this program does not know nobody knows who may."""
    kind = known_events().get(name)
    return kind is not None and may_read(actor, kind)


def timeline_for(actor: Actor, person: UUID, corridor: Corridor, limit: int = NEWEST) -> tuple[list[Line], bool]:
    """Newest first, without what the actor may not know of; and whether there is more. Two or three queries."""
    actor.require("people.read")
    reach.require(actor, person)
    told = [name for name, (_text, needed) in _SAID.items() if not needed or actor.may(needed)]
    own = Entry.objects.filter(person=person, name__in=told)
    mentioned = Entry.objects.filter(mention__person=person, name__in=told)
    entries = list(own.union(mentioned).order_by("-id")[: limit + 1])
    records = list(replayed(entries[:limit]))
    if any(record.event.name in _BLIND for record in records):
        undecided = {review.id for review in open_reviews_of([person]).get(person, ())}
        records = [record for record in records if _may_read(actor, record, undecided)]
    return [_line(actor, corridor, record) for record in records], len(entries) > limit


def story_of(person: UUID) -> list[tuple[datetime, str]]:
    """What happened, oldest first, as anybody who meets the person may know it: no detail, nobody's name."""
    told = [name for name, (_text, needed) in _SAID.items() if not needed]
    own = Entry.objects.filter(person=person, name__in=told)
    mentioned = Entry.objects.filter(mention__person=person, name__in=told)
    rows = own.union(mentioned).order_by("id").values_list("happened_at", "name", "id")
    return [(clock.unstamp(at), str(_SAID[name][0]).rstrip(":")) for at, name, _id in rows]


def _may_read(actor: Actor, record: Recorded[Any], undecided: set[UUID]) -> bool:
    """While a review is open nobody reads what another analyst said of it."""
    others = record.event.name in _BLIND and record.account != actor.account
    return not (others and record.event.review in undecided)


def _line(actor: Actor, corridor: Corridor, record: Recorded[Any]) -> Line:
    return Line(
        record.happened_at,
        str(_SAID[record.event.name][0]),
        _detail(actor, corridor, record.event),
        record.account,
        record.place,
    )


def _detail(actor: Actor, corridor: Corridor, event: Any) -> str:
    """The few words that tell one such event from another."""
    room = event.name.partition(".")[0]
    parts: dict[str, Any] = {"people": _of_people, "protection": _of_protection, "vetting": _of_vetting}
    found = parts[room](actor, corridor, event) if room in parts else []
    reason = getattr(event, "reason", "") or getattr(event, "note", "")
    return " · ".join(filter(None, [*found, read(str(reason))]))


def _of_people(actor: Actor, corridor: Corridor, event: Any) -> list[str]:
    names = {place.id: place.name for place in corridor.places}
    if event.name in ("people.person_moved", "people.person_arrived", "people.person_registered"):
        return [names.get(event.place, event.place)]
    if event.name == "people.stay_ended":
        return [words.word(words.OUTCOMES, event.outcome)]
    if event.name == "people.person_corrected":
        return [", ".join(name for name in event.values if name not in ("search", "adult_on"))]
    if event.name == "people.need_flagged":
        return [event.code]
    if event.name == "people.bed_assigned":
        return [_("assigned") if event.bed else _("given back")]
    return []


def _of_protection(actor: Actor, corridor: Corridor, event: Any) -> list[str]:
    if event.name == "protection.hold_placed":
        return [next((words.title(kind.title) for kind in corridor.holds if kind.id == event.kind), event.kind)]
    if event.name == "protection.consent_recorded":
        answer = {True: _("yes"), False: _("no"), None: _("told")}[event.given]
        return [next((words.title(p.title) for p in corridor.purposes if p.id == event.purpose), event.purpose), answer]
    if event.name == "protection.released":
        return [event.controller, event.what]
    return []


def _of_vetting(actor: Actor, corridor: Corridor, event: Any) -> list[str]:
    if event.name in ("vetting.check_recorded", "vetting.check_settled"):
        return [check_name(event.check_id), words.word(RESULTS, event.result)]
    if event.name == "vetting.review_extended":
        return [event.why] if hasattr(event, "why") else []
    return []
