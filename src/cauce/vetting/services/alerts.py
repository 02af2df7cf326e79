"""Local alerts: added with owner, legal basis and an end; looked at again; over on their day, and then forgotten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import day_bounds, in_force, local_day
from cauce.corridor.shape import CONSEQUENCES
from cauce.journal import clock, guard, keys
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.services import lock_head, record
from cauce.vetting import intake
from cauce.vetting.events import (
    AlertAdded,
    AlertEnded,
    AlertExpired,
    AlertPurged,
    AlertReviewed,
    HandOverEnded,
    ReviewClosed,
)
from cauce.vetting.models import HandOver, Review
from cauce.vetting.services.running import Progress, Ran, run_pending
from cauce.vetting.services.settling import settled
from cauce.vetting.sought_models import ALERTS, Alert


@dataclass(frozen=True, slots=True)
class Sought:
    """Who is sought, as typed: dates as intake.birth_dates, documents as intake.documents reads them."""

    names: tuple[str, ...]
    birth_dates: tuple[str, ...] = ()
    sex: str = ""
    nationalities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    id: UUID
    number: str
    ran: Ran


def add_alert(
    *,
    sought: Sought,
    why: str,
    owner: str,
    basis: str,
    consequence: str,
    authority: str,
    review_on: date,
    expires_on: date,
    state: str = "",
    progress: Progress | None = None,
    search: bool = True,
    by: Actor,
) -> Added:
    """Seek somebody locally until the end of the day `expires_on`. Everybody present is searched.

    `owner`: whose alert; `basis`: legal, here; `consequence` (inform, refer, hold) of a confirmed match; `authority`
    takes it over; `state`: the country that asks, if one does. Misused for what is not understood, Refused if missing.
    """
    by.require("alerts.manage")
    _stated(owner, basis, authority, why, consequence)
    _dates(review_on, expires_on, local_day("", clock.now()))
    with guard.refusals(), transaction.atomic():
        lock_head()
        added = AlertAdded(
            id=new_id(),
            number=f"ALERT-{Alert.objects.count() + 1:04}",
            **_understood(sought, why),
            owner=owner.strip()[:200],
            legal_basis=basis.strip(),
            consequence=consequence,
            authority=authority.strip()[:200],
            state=intake.country(state),
            review_on=review_on,
            expires_on=expires_on,
            expires_at=day_bounds("", expires_on)[1],
        )
        record(added, by=by)
    return Added(added.id, added.number, run_pending(progress=progress) if search else Ran())


def _understood(sought: Sought, why: str) -> dict[str, Any]:
    return {
        "why": why.strip(),
        "names": intake.names(sought.names),
        "birth_dates": intake.birth_dates(sought.birth_dates),
        "sex": intake.sex(sought.sex),
        "nationalities": intake.countries(sought.nationalities),
        "documents": intake.documents(sought.documents),
    }


def _stated(owner: str, basis: str, authority: str, why: str, consequence: str) -> None:
    """P6: whose, on what basis, what for, who takes over. A tip alone makes no alert."""
    if consequence not in CONSEQUENCES:
        raise Misused(
            _("An alert may %(known)s; not %(said)r.") % {"known": ", ".join(CONSEQUENCES), "said": consequence}
        )
    missing = [
        name
        for name, said in (
            (_("who owns it"), owner),
            (_("its legal basis here"), basis),
            (_("which authority takes a match over"), authority),
            (_("why the person is sought"), why),
        )
        if not said.strip()
    ]
    if missing:
        raise Refused(_("An alert has to say: %(missing)s.") % {"missing": "; ".join(missing)}, code="not_stated")


def _dates(review_on: date, expires_on: date, today: date) -> None:
    if not today <= review_on <= expires_on:
        raise Refused(
            _(
                "An alert is looked at again from today on and before it expires: review %(review)s, expiry "
                "%(expires)s, today %(today)s."
            )
            % {"review": review_on, "expires": expires_on, "today": today},
            code="alert_dates",
        )


def review_alert(*, number: str, review_on: date, note: str, expires_on: date | None = None, by: Actor) -> None:
    """Its owner still needs it: say why, and when it is looked at again; `expires_on` moves its last day.

    Raises Refused without a note or for dates that make no sense, Unknown when it is not active.
    """
    by.require("alerts.manage")
    if not note.strip():
        raise Refused(_("Write down why the alert is still needed."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _active(number)
        last = expires_on or row.expires_on
        _dates(review_on, last, local_day("", clock.now()))
        event = AlertReviewed(
            id=row.id, review_on=review_on, expires_on=last, expires_at=day_bounds("", last)[1], note=note.strip()
        )
        record(event, by=by)


def end_alert(*, number: str, why: str, by: Actor) -> None:
    """The alert matches nobody from now on; its open reviews close, what it was offered for ends, checks settle."""
    by.require("alerts.manage")
    if not why.strip():
        raise Refused(_("Write down why the alert ends."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _active(number)
        record(AlertEnded(id=row.id, why=why.strip()), *_closing([row.number], "alert_ended"), by=by)


def expire_alerts(*, by: Actor = SYSTEM) -> int:
    """Let alerts whose last day is over have ended, and forget who was sought in those that ended long enough ago.

    Does nothing, cheaply, when there is none. Returns how many expired.
    """
    now = clock.now()
    over, old = _over(now), _old(now)
    if not over.exists() and not old.exists():
        return 0
    with guard.refusals(), transaction.atomic():
        lock_head()
        expired, purged = list(over.order_by("entry")), list(old.order_by("entry"))
        events: list[Event] = [AlertExpired(id=row.id) for row in expired]
        events += _closing([row.number for row in expired], "alert_expired")
        record(*events, *(AlertPurged(id=row.id) for row in purged), by=by)
        for row in purged:
            keys.destroy(row.id)
    return len(expired)


def _over(now: datetime) -> QuerySet[Alert]:
    return Alert.objects.filter(status="active", expires_at__lte=now)


def _old(now: datetime) -> QuerySet[Alert]:
    kept = timedelta(days=in_force().review.sought_keep_days)
    return Alert.objects.filter(purged=False, over_at__lte=now - kept)


def _closing(numbers: Collection[str], code: str) -> list[Event]:
    """What follows for reviews of these alerts: open ones close, what nobody has taken over yet ends."""
    reviews = Review.objects.filter(list_name=ALERTS, list_entry__in=numbers)
    waiting = list(reviews.filter(status__in=("open", "lapsed")).order_by("opened_at", "id"))
    offered = list(
        HandOver.objects.filter(review__in=reviews.values("id"), status="offered").order_by("deadline", "id")
    )
    about = reviews.filter(id__in=[h.review for h in offered]).values_list("person", "check_id")
    changes: dict[UUID, dict[str, Any]] = {r.id: {"status": "closed"} for r in waiting}
    changes |= {h.review: {"over": "hand_over_ended"} for h in offered}
    return [
        *(ReviewClosed(person=r.person, review=r.id, status="closed", why=code) for r in waiting),
        *(HandOverEnded(person=h.person, hand_over=h.id, review=h.review, why=code) for h in offered),
        *settled({(r.person, r.check_id) for r in waiting} | set(about), changes),
    ]


def _active(number: str) -> Alert:
    row = Alert.objects.filter(number=number.strip().upper()).first()
    if row is None:
        raise Unknown(_("There is no alert %(number)s. `cauce alert list` names them.") % {"number": number})
    if row.status != "active" or row.expires_at <= clock.now():
        raise Refused(_("The alert %(number)s is over already.") % {"number": row.number}, code="alert_over")
    return row
