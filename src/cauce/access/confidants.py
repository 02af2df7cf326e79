"""Who holds the keys of confidential notes, and who lets whom in.

Each account of such a role has a pair of keys of its own; the private one lies here under a key that Argon2id makes
of the password (`access.stretching`), and nowhere else. With it open the keys of the circles that the account was let
into (`journal.letters`). The first of a role who signs in opens the circle; everybody after is let in by somebody who
is. A circle has several pairs in its life: after a restore the present one may be of a day that the copy does not know,
so only who holds the private half of the present one is in it. Keys of earlier pairs are kept, for the notes before it.
So an administrator, who has the master key and can give anybody another password, reads none: who comes with a
password that somebody else gave has lost the old keys, and waits to be let in again.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pyrage
from argon2.exceptions import HashingError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.acts import note_act
from cauce.access.models import Account
from cauce.access.roles import may
from cauce.access.signin_models import CircleKey, Confidant
from cauce.access.stretching import Cost, cost_now, derived, salt_of
from cauce.journal import clock
from cauce.journal.errors import Refused, Unknown
from cauce.journal.letters import CircleOpened, Identity, Opener, held
from cauce.journal.models import Circle, Node
from cauce.journal.services import lock_head, record

CIRCLES = {"protection": "notes.protection", "medical": "notes.medical"}
"""Circle -> the capability of the roles that may be in it."""
_HEAD = struct.Struct(">BBIBB")  # the layout, then rounds, memory in KiB, lanes, bytes of salt
_LAYOUT = 0  # what was sealed before layouts had a number begins with the rounds, of which there is one at least
_MOST = Cost(64, 1 << 20, 16)  # more was never asked for: a damaged row must not take the memory of the machine
_SALT, _NONCE = 16, 12
_KEY = b"cauce confidant's own key"


def circles_of(role: str) -> list[str]:
    """The circles that an account of the role may be in."""
    return [circle for circle, capability in CIRCLES.items() if role != "operator" and may(role, capability)]


def enter(account: Account, password: str) -> bytes:
    """The account's own private key, opened with the password that it just signed in with; made the first time.

    A circle of the role is opened for it where nobody holds the private half of its present pair. Empty for a role
    without circles, and for a password that somebody else gave: whoever knows that one is not meant. Refused where a
    key is kept that cannot be opened, as one that another version sealed: it and what it opens stay as they are.
    """
    circles = circles_of(account.role)
    if not circles or account.must_choose:
        return b""
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)  # two browsers at once: one makes the keys for both
        try:
            identity = _own(account, password)
        except InvalidTag:
            raise Refused(
                _(
                    "The key to your confidential notes is kept, but does not open here. Ask whether this program is "
                    "the newest; else an administrator gives you another password, and a colleague lets you in again."
                )
            ) from None
        for circle in circles:
            if not _holders(circle, _present(circle)):
                _open_circle(circle, account, identity)
    return str(identity).encode()


def rewrap(account: Account, old: str, new: str) -> None:
    """The password was changed by whoever knew the old one: what it opened opens with the new one."""
    row = Confidant.objects.filter(account=account).first()
    if row is None:
        return
    with suppress(InvalidTag):  # it did not open before either, which `enter` tells
        secret = _opened(bytes(row.sealed), old, account)
        Confidant.objects.filter(account=account).update(sealed=_sealed(secret, new, account))


def forget(account: Account) -> None:
    """Somebody else gave the account a password, or closed it: it holds no keys any more."""
    CircleKey.objects.filter(account=account).delete()
    Confidant.objects.filter(account=account).delete()


def opener_of(account: int, secret: bytes) -> Opener:
    """What opens letters for an account whose own private key is `secret`. Each circle's keys are asked for once."""
    known: dict[str, Sequence[Identity]] = {}

    def opener(circle: str) -> Sequence[Identity]:
        if circle not in known:
            rows = CircleKey.objects.filter(account=account, circle__startswith=f"{circle}:").order_by("-at")
            own = pyrage.x25519.Identity.from_str(secret.decode())
            known[circle] = _keys(rows.values_list("sealed", flat=True), own)
        return known[circle]

    return opener


def _keys(rows: Iterable[bytes | memoryview], own: Identity) -> list[Identity]:
    found = []
    for row in rows:
        try:
            found.append(_identity(pyrage.decrypt(bytes(row), [own])))
        except pyrage.DecryptError:  # the account has had other keys since this browser signed in
            continue
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """One circle as an account of its role sees it: whether it reads these notes, who does, and who waits for a key."""

    circle: str
    reads: bool
    holders: list[str]
    waiting: list[str]


def standings_for(actor: Actor) -> list[Standing]:
    """The circles of the actor's role; who waits is told to those who can let them in."""
    found = []
    for circle in circles_of(actor.role):
        present = _present(circle)
        holders = _holders(circle, present)
        reads = actor.account in holders and _opens(circle, present)
        found.append(Standing(circle, reads, holders, _waiting(circle) if reads else []))
    return found


def _waiting(circle: str) -> list[str]:
    """Who of such a role lacks a key that whoever is being answered has, the present one or one of before."""
    mine = {_pair(circle, str(key.to_public())) for key in held(circle)}
    have: dict[str, set[str]] = {}
    for name, pair in CircleKey.objects.filter(circle__in=mine).values_list("account__name", "circle"):
        have.setdefault(name, set()).add(pair)
    rows = Confidant.objects.filter(account__is_active=True).order_by("account__name")
    return [
        name
        for name, role in rows.values_list("account__name", "account__role")
        if circle in circles_of(role) and mine - have.get(name, set())
    ]


def let_in(*, name: str, circle: str, by: Actor) -> None:
    """Give somebody of the role the keys of a circle that the actor is in, those of earlier pairs too. Written down.

    Raises NotAllowed for a role that has no business with it, Refused when the actor does not read these notes, Unknown
    for somebody who does not wait.
    """
    by.require(CIRCLES.get(circle, "accounts.manage"))
    present = _present(circle)
    if not _opens(circle, present) or by.account not in _holders(circle, present):
        raise Refused(
            _("You do not read these notes yourself: sign in with your password, or ask somebody to let you in.")
        )
    with transaction.atomic():
        row = Confidant.objects.select_for_update().filter(account__name=name, account__is_active=True).first()
        account = Account.objects.filter(name=name).first()
        if row is None or account is None or circle not in circles_of(account.role):
            raise Unknown(
                _(
                    "%(name)s waits for nothing here: they sign in once with a password of their own, then you let "
                    "them in."
                )
                % {"name": name}
            )
        for key in held(circle):
            _give(circle, account, row.recipient, key, by.account)
        note_act(by=by, what="let_in", about=name, note=circle)


def openable(circle: str, pairs: Sequence[str]) -> list[str]:
    """Which of these pairs of a circle (public halves) somebody here can still open; in the order they came in."""
    rows = CircleKey.objects.filter(circle__startswith=f"{circle}:", account__is_active=True)
    known = set(rows.values_list("circle", flat=True))
    return [pair for pair in pairs if _pair(circle, pair) in known]


def _present(circle: str) -> str:
    """The public half that this node's notes are sealed to from now on; empty before the circle is opened."""
    rows = Circle.objects.filter(node=Node.here().name, name=circle).values_list("recipient", flat=True)
    return rows.first() or ""


def _pair(circle: str, recipient: str) -> str:
    """What a key is kept under: the circle, and which of its pairs (what follows `age1`, 45 bits of it)."""
    return f"{circle}:{recipient[4:13]}"


def _opens(circle: str, present: str) -> bool:
    return any(str(key.to_public()) == present for key in held(circle))


def _holders(circle: str, present: str) -> list[str]:
    rows = CircleKey.objects.filter(circle=_pair(circle, present), account__is_active=True)
    return list(rows.order_by("account__name").values_list("account__name", flat=True))


def _own(account: Account, password: str) -> Identity:
    row = Confidant.objects.filter(account=account).first()
    if row is not None:
        secret = _opened(bytes(row.sealed), password, account)
        _seal_anew(row, secret, password, account)
        return _identity(secret)
    forget(account)
    identity = pyrage.x25519.Identity.generate()
    Confidant.objects.create(
        account=account,
        recipient=str(identity.to_public()),
        sealed=_sealed(str(identity).encode(), password, account),
        made_at=clock.now(),
    )
    return identity


def _open_circle(circle: str, account: Account, own: Identity) -> None:
    lock_head()
    if _holders(circle, _present(circle)):  # somebody else signed in at the same moment
        return
    fresh = pyrage.x25519.Identity.generate()
    by = Actor(account.name, account.role, account.place)
    record(CircleOpened(circle=circle, recipient=str(fresh.to_public())), by=by)
    _give(circle, account, str(own.to_public()), fresh, account.name)
    note_act(by=by, what="circle_opened", about=account.name, note=circle)


def _give(circle: str, account: Account, recipient: str, key: Identity, by: str) -> None:
    sealed = pyrage.encrypt(str(key).encode(), [pyrage.x25519.Recipient.from_str(recipient)])
    told = {"sealed": sealed, "let_in_by": by, "at": clock.now()}
    pair = _pair(circle, str(key.to_public()))
    CircleKey.objects.update_or_create(account=account, circle=pair, defaults=told)


def _identity(text: bytes) -> Identity:
    return pyrage.x25519.Identity.from_str(text.decode())


def _seal_anew(row: Confidant, secret: bytes, password: str, account: Account) -> None:
    """Where the password was stretched anew since, the key follows: the next sign-in takes one Argon2id again."""
    under = salt_of(account.password)
    if under is not None and _under(bytes(row.sealed))[:2] != under:
        Confidant.objects.filter(account=account).update(sealed=_sealed(secret, password, account))


def _sealed(secret: bytes, password: str, account: Account) -> bytes:
    """Under the very salt and cost of the account's password, so that one Argon2id gives both; with its own without."""
    cost, salt = salt_of(account.password) or (cost_now(), os.urandom(_SALT))
    nonce = os.urandom(_NONCE)
    key = derived(password, salt, cost, _KEY)
    head = _HEAD.pack(_LAYOUT, *cost, len(salt))
    return head + salt + nonce + AESGCM(key).encrypt(nonce, secret, account.handle.bytes)


def _opened(sealed: bytes, password: str, account: Account) -> bytes:
    """InvalidTag when the password is another one, and for what is damaged or was sealed otherwise."""
    cost, salt, rest = _under(sealed)
    try:
        key = derived(password, salt, cost, _KEY)
    except HashingError:
        raise InvalidTag from None
    return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], account.handle.bytes)


def _under(sealed: bytes) -> tuple[Cost, bytes, bytes]:
    """Cost and salt of a sealed key, and what comes after them. InvalidTag for what is none."""
    if len(sealed) < _HEAD.size:
        raise InvalidTag
    layout, *numbers, size = _HEAD.unpack_from(sealed)
    cost, rest = Cost(*numbers), sealed[_HEAD.size :]
    dear = any(one > most for one, most in zip(cost, _MOST, strict=True))
    if layout != _LAYOUT or dear or len(rest) <= size + _NONCE:
        raise InvalidTag
    return cost, rest[:size], rest[size:]
