"""What happens at once to protect somebody: holds are raised and ended, no photograph is kept against a no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import HoldKind
from cauce.journal.errors import Refused
from cauce.journal.events import Recorded, new_id, reacts, receives
from cauce.journal.services import By, record
from cauce.people.events import NeedFlagged, PersonRegistered, PhotoTaken
from cauce.people.models import Person
from cauce.people.services import remove_photo
from cauce.protection.events import ConsentRecorded, ConsentWithdrawn, HoldExpired, HoldPlaced
from cauce.protection.models import Consent, Hold
from cauce.protection.raising import raised, signs
from cauce.protection.selectors import PHOTO, agreed
from cauce.vetting.events import DuplicateLinked, HandOverEnded, HandOverExpired, MatchConfirmed

SECURITY = "security"
LINKED = "registered_twice"  # what raised a hold that came from a later record of the same person


def _system(by: By) -> Actor:
    """The machine, where the writer works."""
    return replace(SYSTEM, place=by.place)


Fact = Callable[..., HoldPlaced]


def _maker(records: list[Recorded[Any]]) -> Fact:
    """Makes holds that are reviewed as many days after this batch was recorded as their kind says."""
    today = local_day("", records[0].recorded_at)

    def make(person: UUID, rule: HoldKind, by: Iterable[str] = (), **more: Any) -> HoldPlaced:
        facts: dict[str, Any] = {
            "kind": rule.id,
            "basis": rule.basis,
            "blocks": rule.blocks,
            "confidential": rule.confidential,
            "protection": rule.protection,
            "review_on": today + timedelta(days=rule.review_days),
            "raised_by": ", ".join(by)[:200],
        }
        return HoldPlaced(id=new_id(), person=person, **facts | more)

    return make


@reacts(PersonRegistered)
def hold_the_registered(records: list[Recorded[PersonRegistered]], by: By) -> None:
    """Needs that were seen at registration raise the holds that the corridor names, before anything else is done."""
    found = {
        r.event.person: seen
        for r in records
        if (seen := signs((need.code for need in r.event.needs), r.event.nationality))
    }
    if not found:
        return
    rules, make = in_force().holds, _maker(records)
    record(
        *(make(person, rule, which) for person, seen in found.items() for rule, which in raised(rules, seen)),
        by=_system(by),
    )


@reacts(NeedFlagged)
def hold_the_flagged(records: list[Recorded[NeedFlagged]], by: By) -> None:
    """A need flagged later raises its holds too, unless such a hold stands already."""
    found: dict[UUID, list[str]] = {}
    for r in records:
        found.setdefault(r.event.person, []).append(r.event.code)
    rules = in_force().holds
    standing = set(Hold.objects.filter(person__in=list(found), lifted_at__isnull=True).values_list("person", "kind"))
    make = _maker(records)
    record(
        *(
            make(person, rule, which)
            for person, seen in found.items()
            for rule, which in raised(rules, seen)
            if (person, rule.id) not in standing
        ),
        by=_system(by),
    )


@reacts(MatchConfirmed)
def hold_the_matched(records: list[Recorded[MatchConfirmed]], by: By) -> None:
    """P6: where the list's consequence is a hold, a confirmed match places one that ends with its hand-over."""
    matched = [r.event for r in records if r.event.consequence == "hold"]
    if not matched:
        return
    rule = next((kind for kind in in_force().holds if kind.id == SECURITY), None)
    if rule is None:
        raise Refused(
            _(
                "A list's consequence is `hold`, but the corridor file has no [[hold]] with the id `security`. "
                "Ask an administrator to add one and apply the file; then decide again."
            )
        )
    make = _maker(records)
    record(
        *(
            make(
                match.person,
                rule,
                ["confirmed_match"],
                source=match.review,
                **({"basis": match.legal_basis} if match.legal_basis else {}),
            )
            for match in matched
        ),
        by=_system(by),
    )


@reacts(DuplicateLinked)
def carry_the_holds(records: list[Recorded[DuplicateLinked]], by: By) -> None:
    """Whatever holds the later record holds the one that goes on: a person is not freed by being registered twice."""
    kept = {r.event.person: r.event.kept for r in records}
    standing = Hold.objects.filter(person__in=[*kept, *kept.values()], lifted_at__isnull=True).order_by(
        "placed_at", "id"
    )
    has = {(hold.person, hold.kind) for hold in standing}
    record(
        *(
            _carried(hold, kept[hold.person])
            for hold in standing
            if hold.person in kept and (kept[hold.person], hold.kind) not in has
        ),
        by=_system(by),
    )


def _carried(hold: Hold, kept: UUID) -> HoldPlaced:
    return HoldPlaced(
        id=new_id(),
        person=kept,
        blocks=tuple(hold.blocks),
        review_on=hold.review_on,
        source=hold.source,
        kind=hold.kind,
        basis=hold.basis,
        reason=hold.reason,
        raised_by=LINKED,
        confidential=hold.confidential,
        protection=hold.protection,
    )


@reacts(HandOverExpired)
def end_the_expired(records: list[Recorded[HandOverExpired]], by: By) -> None:
    """P6: nobody took the match over in time, so the hold that it placed rests on nothing and ends."""
    _end([r.event.review for r in records], "hand_over_expired", by)


@reacts(HandOverEnded)
def end_the_ended(records: list[Recorded[HandOverEnded]], by: By) -> None:
    """The authority is done with the person: the hold that the match placed ends."""
    _end([r.event.review for r in records], "hand_over_ended", by)


def _end(reviews: list[UUID], why: str, by: By) -> None:
    """End the standing holds that these reviews placed. A protection hold is never among them: no review places one."""
    holds = Hold.objects.filter(source__in=reviews, lifted_at__isnull=True, protection=False)
    record(
        *(HoldExpired(id=hold.id, person=hold.person, why=why) for hold in holds.order_by("placed_at", "id")),
        by=_system(by),
    )


@reacts(PhotoTaken)
def refuse_the_unasked(records: list[Recorded[PhotoTaken]], by: By) -> None:
    """P14: where a photograph rests on consent, none is kept of somebody who did not say yes to it."""
    rests_on = next((purpose.basis for purpose in in_force().purposes if purpose.id == PHOTO), "")
    if rests_on == "consent" and not all(agreed(r.event.person, PHOTO) for r in records):
        raise Refused(
            _("No photo was kept: the person has not agreed to one. Ask, record the answer, then take it."),
            code="no_consent",
        )


@reacts(ConsentWithdrawn)
def remove_the_withdrawn(records: list[Recorded[ConsentWithdrawn]], by: By) -> None:
    """P14: a photograph that rested on a consent goes with it."""
    rows = Consent.objects.filter(id__in=[r.event.id for r in records], purpose=PHOTO, recipient="")
    _remove_photos(rows.values_list("person", flat=True), by)


@reacts(ConsentRecorded)
def remove_the_refused(records: list[Recorded[ConsentRecorded]], by: By) -> None:
    """P14: who says no after a yes has taken the consent back."""
    said = (r.event for r in records)
    _remove_photos([e.person for e in said if e.purpose == PHOTO and not e.recipient and e.given is False], by)


@receives(PhotoTaken)
def remove_the_taken_meanwhile(records: list[Recorded[PhotoTaken]], by: By) -> None:
    """P14: another node took a photograph and had not heard that the consent was taken back."""
    said = Consent.objects.filter(person__in={r.event.person for r in records}, purpose=PHOTO, recipient="")
    asked = said.exclude(given=None).values_list("person", flat=True)
    _remove_photos([person for person in set(asked) if not agreed(person, PHOTO)], _system(by))


def _remove_photos(persons: Iterable[UUID], by: By) -> None:
    for person in Person.objects.filter(id__in=list(persons), erased=False).exclude(photo=""):
        remove_photo(person=person.id, reason="consent taken back", by=_system(by))
