"""Who is signed in, where, and until when. A session is a row of ours: ended, it opens nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.acts import note_act
from cauce.access.models import Account
from cauce.access.ruleset import IDLE, LONGEST, rules
from cauce.access.signin_models import SignedIn
from cauce.journal import clock
from cauce.journal.errors import Unknown

KEY = "signed_in"
HOW = "signed_in_how"
"""How somebody proved who they are; set on the session just before they are let in."""
WAS = "was_signed_in"
"""In the session of somebody who is signed in no more: whose browser this was. It opens nothing."""
EARLIER = "earlier_forms"
"""In a session: the secret of forms that the same account had open in this browser before it signed in anew."""
AFTER = timedelta(hours=2)
"""So long a browser knows whose it was: what was typed before one was signed out is kept for nobody else."""
STEP = timedelta(minutes=1)
KEPT = timedelta(days=90)
SET_BACK = timedelta(minutes=10)
"""A clock that goes back by more than this ends sessions: their age can no longer be told."""


class Signed(AuthenticationMiddleware):
    """Sets `request.user` from the session's row: one query, no more than Django's own."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: account_of(request))  # type: ignore[assignment]


def account_of(request: HttpRequest) -> Account | AnonymousUser:
    """Whose session it is, looked up once a request; nobody when it ended."""
    known: Account | AnonymousUser | None = getattr(request, "_cauce_account", None)
    if known is None:
        known = _account_of(request) or AnonymousUser()
        request._cauce_account = known  # type: ignore[attr-defined]
    return known


def _account_of(request: HttpRequest) -> Account | None:
    number = request.session.get(KEY)
    if number is None:
        return None
    row = SignedIn.objects.select_related("account").filter(id=number).first()
    now = clock.now()
    why = "" if row is None else _over(row, now, str(request.session.get(HASH_SESSION_KEY, "")))
    if row is None or why:
        if row is not None:
            _end(SignedIn.objects.filter(id=row.id), why, now)
        request.session.flush()
        if row is not None:
            remember_whose(request, row.account)
        return None
    if abs(now - row.seen_at) >= STEP:
        SignedIn.objects.filter(id=row.id, ended_at__isnull=True).update(seen_at=now)
    return row.account


def _over(row: SignedIn, now: datetime, stamp: str) -> str:
    """Why the session is over; empty while it goes on."""
    if row.ended_at is not None:
        return row.ended_why
    if not row.account.is_active:
        return "disabled"
    if not constant_time_compare(stamp, row.account.get_session_auth_hash()):
        return "password"
    if now >= row.until or now < row.seen_at - SET_BACK:
        return "longest"
    return "idle" if now >= row.seen_at + timedelta(seconds=row.idle) else ""


def remember_whose(request: HttpRequest, account: Account) -> None:
    """A new session, in which nobody is signed in, knows for a while whose browser it was."""
    request.session[WAS] = account.pk
    request.session.set_expiry(AFTER)


def was_signed_in(request: HttpRequest) -> Account | None:
    """Whose browser this was until the session ended; None when nobody's, or when it was too long ago."""
    if isinstance(account_of(request), Account):
        return None
    number = request.session.get(WAS)
    return Account.objects.filter(pk=number).first() if number is not None else None


@receiver(user_logged_in)
def begin(sender: object, request: HttpRequest, user: Account, **_more: object) -> None:
    """A row for everybody whom Django lets in, whatever the way."""
    limits, now = rules(), clock.now()
    SignedIn.objects.filter(account=user, seen_at__lt=now - KEPT).delete()
    row = SignedIn.objects.create(
        account=user,
        how=request.session.pop(HOW, "password"),
        address=request.META.get("REMOTE_ADDR", "")[:45],
        browser=browser_of(request.META.get("HTTP_USER_AGENT", "")),
        started_at=now,
        seen_at=now,
        until=now + timedelta(hours=limits[LONGEST]),
        idle=60 * limits[IDLE],
    )
    request.session[KEY] = row.id
    request.session.pop(WAS, None)
    request.session.set_expiry(timedelta(hours=limits[LONGEST]) + AFTER)  # the browser forgets it then too
    request._cauce_account = user  # type: ignore[attr-defined]


@receiver(user_logged_out)
def leave(sender: object, request: HttpRequest, user: Account | None, **_more: object) -> None:
    if number := request.session.get(KEY):
        _end(SignedIn.objects.filter(id=number), "signed_out", clock.now())


def end_all(account: Account, *, why: str, but: int | None = None) -> int:
    """End every session of an account, except the one numbered `but`; how many went on until now."""
    rows = SignedIn.objects.filter(account=account)
    return _end(rows if but is None else rows.exclude(id=but), why, clock.now())


def _end(rows: QuerySet[SignedIn], why: str, now: datetime) -> int:
    return rows.filter(ended_at__isnull=True).update(ended_at=now, ended_why=why)


def browser_of(agent: str) -> str:
    """Browser and system in two words, as far as they can be told; enough to know one's own telephone again."""
    browsers = ("Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")
    shown = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung", "Mac OS X": "Mac", "CrOS": "ChromeOS"}
    found = [next((word for word in words if word in agent), "") for words in (browsers, systems)]
    return " · ".join(shown.get(word, word) for word in found if word)


@dataclass(frozen=True, slots=True)
class Session:
    """One place where somebody is, or was, signed in. `here`: the reader's own browser."""

    id: int
    how: str
    address: str
    browser: str
    started_at: datetime
    seen_at: datetime
    until: datetime
    ended_at: datetime | None
    here: bool


def sessions_for(actor: Actor, name: str = "", *, here: int | None = None) -> list[Session]:
    """Sessions that go on, the last seen first; of another account only for who manages accounts."""
    name = name or actor.account
    if name != actor.account:
        actor.require("accounts.manage")
    now = clock.now()
    rows = SignedIn.objects.filter(Q(account__name=name), ended_at__isnull=True, until__gt=now).order_by("-seen_at")
    return [
        Session(
            row.id,
            row.how,
            row.address,
            row.browser,
            row.started_at,
            row.seen_at,
            row.until,
            row.ended_at,
            row.id == here,
        )
        for row in rows
        if now < row.seen_at + timedelta(seconds=row.idle)
    ]


def sign_out_everywhere(*, name: str, by: Actor, but: int | None = None) -> int:
    """End the sessions of an account everywhere, except one's own numbered `but`. Returns how many there were."""
    if name != by.account:
        by.require("accounts.manage")
    account = Account.objects.filter(name=name).first()
    if account is None:
        raise Unknown(_("There is no account %(name)s. `cauce account list` shows those there are.") % {"name": name})
    ended = end_all(account, why="everywhere", but=but)
    note_act(by=by, what="sessions_ended", about=name, note=str(ended))
    return ended
