"""Reading holds, best-interests records, consents and releases, each for an actor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import HoldKind
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.people import reach
from cauce.protection import audience
from cauce.protection.models import BestInterests, Consent, Hold, Release

ASYLUM_WISH = "asylum_wish"
PHOTO = "photo"  # the purpose under which a corridor file says what keeping a photograph rests on


def holds_of(person_ids: Iterable[UUID]) -> dict[UUID, list[Hold]]:
    """The standing holds of each of these persons, oldest first; a person without any is left out.

    For rules, not for eyes: what an officer is shown comes from `holds_for` and `words_for`.
    """
    found: dict[UUID, list[Hold]] = {}
    for hold in Hold.objects.filter(person__in=list(person_ids), lifted_at__isnull=True).order_by("placed_at", "id"):
        found.setdefault(hold.person, []).append(hold)
    return found


def holds_for(actor: Actor, *, person: UUID | None = None, standing: bool = True) -> QuerySet[Hold]:
    """The holds that the actor may read, by review date; an actor of one place sees those of its people.

    Raises NotAllowed for a role that may not read holds. Show them with `access.services.note_reading`.
    """
    actor.require("holds.read")
    holds = Hold.objects.order_by("review_on", "placed_at", "id")
    if standing:
        holds = holds.filter(lifted_at__isnull=True)
    if person is not None:
        holds = holds.filter(person=person)
    return holds.filter(reach.of(actor))


def hold_for(actor: Actor, hold: UUID) -> Hold:
    """That hold; Unknown when there is none, or none that the actor may know of."""
    found = holds_for(actor, standing=False).filter(id=hold).first()
    if found is None:
        raise Unknown(_("There is no hold %(hold)s here. `cauce holds list` shows those that stand.") % {"hold": hold})
    return found


def overdue_holds_for(actor: Actor, day: date | None = None) -> QuerySet[Hold]:
    """Standing holds whose review date lies before `day` (default: today in the corridor's own time zone)."""
    return holds_for(actor).filter(call="", review_on__lt=day or local_day("", clock.now()))


def words_for(actor: Actor, person: UUID) -> list[str]:
    """What an officer of that role hears of each standing hold (P7): kinds, `audience.INTERVIEW`, or whom to call about
    one of which only the blocks are known here, without repeats."""
    actor.require("people.read")
    reach.require(actor, person)
    heard = []
    for hold in holds_of([person]).get(person, []):
        word = audience.word(
            hold.kind, confidential=hold.confidential, protection=hold.protection, audience="officer", role=actor.role
        )
        heard.append(title_of(word, hold.call if word == hold.kind else "", {}))
    return list(dict.fromkeys(heard))


def title_of(kind: str, call: str, titles: Mapping[str, str]) -> str:
    """How a hold is called: by its kind, or by whom to ask about one of which only the blocks are known here (P15)."""
    if call:
        return _("Held by %(node)s: call the protection officer there") % {"node": call}
    return titles.get(kind, kind)


def hold_kinds_for(actor: Actor) -> tuple[HoldKind, ...]:
    """The kinds of hold that the corridor in force knows."""
    actor.require("holds.place")
    return in_force().holds


def assessments_for(actor: Actor, person: UUID) -> QuerySet[BestInterests]:
    """Best-interests records of a child, newest first, those undone included."""
    actor.require("child.assess")
    reach.require(actor, person)
    return BestInterests.objects.filter(person=person).order_by("-at", "-id")


def consents_for(actor: Actor, person: UUID) -> list[Consent]:
    """The latest answer or notice for each purpose and recipient, withdrawn ones included."""
    actor.require("people.read")
    reach.require(actor, person)
    latest: dict[tuple[str, str], Consent] = {}
    for row in Consent.objects.filter(person=person).order_by("at", "id"):
        latest[(row.purpose, row.recipient)] = row
    return [latest[key] for key in sorted(latest)]


def consenting(persons: Iterable[UUID], *, recipient: str) -> set[UUID]:
    """Those whose latest answer about this recipient, for any one purpose, is yes and not withdrawn."""
    said: dict[tuple[UUID, str], bool] = {}
    rows = Consent.objects.filter(person__in=list(persons), recipient=recipient, given__isnull=False)
    for row in rows.order_by("at", "id"):
        said[(row.person, row.purpose)] = bool(row.given) and row.withdrawn_at is None
    return {person for (person, _), yes in said.items() if yes}


def agreed(person: UUID, purpose: str) -> bool:
    """Whether the person's latest answer for the purpose, with no recipient, is yes and not withdrawn."""
    said = Consent.objects.filter(person=person, purpose=purpose, recipient="").order_by("at", "id").last()
    return said is not None and bool(said.given) and said.withdrawn_at is None


def releases_for(actor: Actor) -> QuerySet[Release]:
    """What left through the gate, newest first."""
    actor.require("journal.verify")
    return Release.objects.order_by("-at", "-id")
