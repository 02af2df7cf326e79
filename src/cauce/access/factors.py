"""Second factors: apps that make codes, and recovery codes; passkeys.py has the rest."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID, uuid4

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access import ruleset
from cauce.access.actor import Actor
from cauce.access.acts import note_act
from cauce.access.models import Account
from cauce.access.signin_models import Factor, RecoveryCode
from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.keys import node_secret

STEP = 30  # seconds; RFC 6238
AROUND = 1  # steps before and after the present one that still count: telephones' clocks differ
CODES = 10
MOST = 12
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters that nobody mixes up: five bits each
_NONCE = 12
_KEY = "second factors"  # of the node


@dataclass(frozen=True, slots=True)
class Begun:
    """An app being set up: `secret` to type, `address` for the picture. It is in force once a code was right."""

    factor: UUID
    secret: str
    address: str


def factors_of(name: str) -> list[Factor]:
    """The second factors in force of an account, the oldest first."""
    return list(Factor.objects.filter(account__name=name, tried_at__isnull=False).order_by("added_at", "id"))


def factors_for(actor: Actor, name: str = "") -> list[Factor]:
    """The same, for oneself or for who manages accounts."""
    _may_see(name or actor.account, actor)
    return factors_of(name or actor.account)


def codes_left(name: str) -> int:
    """Recovery codes that were not used yet."""
    return RecoveryCode.objects.filter(account__name=name, used_at__isnull=True).count()


def begin_totp(*, label: str, by: Actor, name: str = "") -> Begun:
    """Start to set up an app for codes. What was begun before and never tried is forgotten."""
    account = account_named(name or by.account, by)
    number = uuid4()
    secret = pyotp.random_base32()
    with transaction.atomic():
        check_label(account, label)
        Factor.objects.filter(account=account, tried_at__isnull=True).delete()
        Factor.objects.create(
            id=number,
            account=account,
            kind="totp",
            name=label.strip(),
            secret=_seal(secret, number),
            added_at=clock.now(),
        )
    return begun(number, secret, account.name)


def begun(number: UUID, secret: str, account: str) -> Begun:
    from cauce.journal.models import Node

    issuer = f"Cauce {Node.here().name}"
    return Begun(number, secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


def being_made(name: str) -> Begun | None:
    """The app that is being set up, to be shown once more after a wrong code."""
    row = Factor.objects.filter(account__name=name, kind="totp", tried_at__isnull=True).first()
    return begun(row.id, _open(row), name) if row else None


def finish_totp(*, code: str, by: Actor, name: str = "") -> list[str]:
    """The first code of the app puts it in force. Returns recovery codes, to be shown once, when there were none.

    Raises Refused for a wrong code, Unknown when nothing was begun.
    """
    account = account_named(name or by.account, by)
    with transaction.atomic():
        row = Factor.objects.select_for_update().filter(account=account, kind="totp", tried_at__isnull=True).first()
        if row is None:
            raise Unknown(_("No app is being set up. Begin again."))
        step = _step_of(_open(row), code, row.last_step)
        if step is None:
            raise Refused(wrong_code())
        row.last_step, row.tried_at = step, clock.now()
        row.save()
        return added(account, row, by)


def added(account: Account, row: Factor, by: Actor) -> list[str]:
    """What follows when a factor is in force: it is written down, and the first one brings recovery codes."""
    note_act(by=by, what="factor_added", about=account.name, note=f"{row.kind}: {row.name}")
    if RecoveryCode.objects.filter(account=account, used_at__isnull=True).exists():
        return []
    return new_codes(account)


def code_is(*, name: str, code: str) -> str:
    """How a typed code is right: `totp`, `recovery`, or empty. What is right is used up, once for all processes."""
    typed = "".join(code.split()).replace("-", "").upper()
    if typed.isdecimal():
        for row in Factor.objects.filter(account__name=name, kind="totp", tried_at__isnull=False):
            step = _step_of(_open(row), typed, row.last_step)
            mine = Factor.objects.filter(id=row.id, last_step__lt=step or 0)
            if step is not None and mine.update(last_step=step, used_at=clock.now()):
                return "totp"
        return ""
    digest = _digest(name, typed)
    unused = RecoveryCode.objects.filter(account__name=name, digest=digest, used_at__isnull=True)
    return "recovery" if typed and unused.update(used_at=clock.now()) else ""


def make_codes(*, by: Actor, name: str = "") -> list[str]:
    """New recovery codes, to be shown once; those before open nothing any more. Refused without a second factor."""
    account = account_named(name or by.account, by)
    if not factors_of(account.name):
        raise Refused(_("Recovery codes stand in for a second factor. Add one first."))
    with transaction.atomic():
        note_act(by=by, what="codes_made", about=account.name)
        return new_codes(account)


def new_codes(account: Account) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _letter in range(16)) for _code in range(CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_digest(account.name, code)) for code in codes
    )
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def rename(*, factor: UUID, label: str, by: Actor) -> None:
    """Another name for one's own factor."""
    row = _own(factor, by)
    check_label(row.account, label, but=row.id)
    Factor.objects.filter(id=row.id).update(name=label.strip())


def remove(*, factor: UUID, by: Actor) -> None:
    """Take one's own factor away. Refused for the last one of a role that has to have one."""
    with transaction.atomic():
        row = _own(factor, by)
        others = Factor.objects.filter(account=row.account, tried_at__isnull=False).exclude(id=row.id)
        if not others.exists():
            if ruleset.needs_second_factor(row.account.role):
                raise Refused(_("Your role signs in with a second factor. Add another one before you remove this."))
            RecoveryCode.objects.filter(account=row.account).delete()
        note_act(by=by, what="factor_removed", about=row.account.name, note=f"{row.kind}: {row.name}")
        row.delete()


def reset(*, name: str, by: Actor) -> int:
    """Take every second factor from an account whose owner lost them, and end its sessions. Written down.

    Returns how many there were. Raises Refused for one's own: a thief at an open desk would do that first.
    """
    by.require("accounts.manage")
    if name == by.account:
        raise Refused(_("These are your own. Remove them on your own page, or ask another administrator."))
    from cauce.access.sessions import end_all

    with transaction.atomic():
        account = account_named(name, by, manage=True)
        count = Factor.objects.filter(account=account, tried_at__isnull=False).count()
        Factor.objects.filter(account=account).delete()
        RecoveryCode.objects.filter(account=account).delete()
        end_all(account, why="reset")
        note_act(by=by, what="factors_reset", about=name, note=str(count))
    return count


def account_named(name: str, by: Actor, *, manage: bool = False) -> Account:
    """The account whose factors `by` may touch: their own. For another only the command line sets one up."""
    if name != by.account and not (manage and by.may("accounts.manage")) and by.role != "operator":
        raise NotAllowed(_("A second factor is set up by whose it is. You can only reset it."))
    account = Account.objects.filter(name=name, is_active=True).first()
    if account is None:
        raise Unknown(_("There is no account %(name)s that can sign in.") % {"name": name})
    return account


def check_label(account: Account, label: str, but: UUID | None = None) -> None:
    """Refused for no name, one that is taken, and a thirteenth factor."""
    if not 1 <= len(label.strip()) <= 60:
        raise Refused(_("Give it a name that you know again, of at most 60 letters: my telephone, grey key."))
    rows = Factor.objects.filter(account=account, tried_at__isnull=False)
    rows = rows if but is None else rows.exclude(id=but)
    if rows.filter(name=label.strip()).exists():
        raise Refused(_("You have a second factor %(name)s already. Choose another name.") % {"name": label.strip()})
    if but is None and rows.count() >= MOST:
        raise Refused(_("You have %(most)d second factors. Remove one that you no longer use.") % {"most": MOST})


def wrong_code() -> str:
    """A code that does not fit, with the clock it was held against: a wrong clock is the usual reason offline."""
    return _("This code does not fit. Codes depend on the time: this station's clock says %(time)s UTC.") % {
        "time": time.strftime("%H:%M:%S", time.gmtime(time.time()))
    }


def _own(factor: UUID, by: Actor) -> Factor:
    row = Factor.objects.select_related("account").filter(id=factor, account__name=by.account).first()
    if row is None:
        raise Unknown(_("You have no such second factor. Your page lists those you have."))
    return row


def _may_see(name: str, by: Actor) -> None:
    if name != by.account:
        by.require("accounts.manage")


def _step_of(secret: str, code: str, last: int) -> int | None:
    """The step whose code it is, of those around the present one that come after `last`. The telephone's clock shows
    the real time, also beside a training store."""
    typed = "".join(code.split())
    present = int(time.time()) // STEP
    totp = pyotp.TOTP(secret)
    for step in range(present - AROUND, present + AROUND + 1):
        if step > last and compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def _seal(secret: str, about: UUID) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(node_secret(_KEY)).encrypt(nonce, secret.encode(), about.bytes)


def _open(row: Factor) -> str:
    sealed = bytes(row.secret)
    return AESGCM(node_secret(_KEY)).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.id.bytes).decode()


def _digest(name: str, code: str) -> str:
    """Eighty random bits need no slow hash."""
    return hashlib.sha256(f"cauce recovery\0{name}\0{code}".encode()).hexdigest()
