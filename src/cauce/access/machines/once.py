"""A write has its effect once, however often it is sent: the key, the effect and the answer are one transaction."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cauce.access.machines.problems import Stopped, problem
from cauce.access.token_models import Answer
from cauce.journal import clock, guard

KEPT = timedelta(hours=24)
HEADER = "Idempotency-Key"
_NONCE = 12


def key_of(request: HttpRequest) -> str:
    """The key of a write; Stopped with a 400 when there is none, or none that can be kept."""
    key = request.headers.get(HEADER, "").strip()
    if not key or len(key) > 100 or not key.isascii() or not key.isprintable():
        raise Stopped(
            problem(
                400,
                "no_idempotency_key",
                _("A write needs the header %(header)s: a new one for each thing to be done, at most 100 characters.")
                % {"header": HEADER},
            )
        )
    return key


def once(request: HttpRequest, *, token: int, secret: str, act: Callable[[], tuple[int, bytes]]) -> HttpResponse:
    """Do `act` and keep its answer, or give the answer it had: both or nothing. What it refuses leaves no trace.

    `act` returns a status and a body. Stopped with a 422 when the key was used for something else.
    """
    key, asked, vault = key_of(request), _asked(request), _Vault(secret)
    with guard.refusals(), transaction.atomic():
        Answer.objects.filter(at__lt=clock.now() - KEPT).delete()
        row, mine = _claim(token, key, asked)
        if not mine:
            if row.asked != asked:
                raise Stopped(_other_body())
            return _given(row.status, vault.open(bytes(row.sealed), key), again=True)
        status, body = act()
        Answer.objects.filter(id=row.id).update(status=status, sealed=vault.seal(body, key))
    return _given(status, body, again=False)


def _claim(token: int, key: str, asked: str) -> tuple[Answer, bool]:
    """The row of this key, and whether it is new. Whoever comes second waits here until the first has ended."""
    found = Answer.objects.filter(token_id=token, key=key).first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            return Answer.objects.create(token_id=token, key=key, asked=asked, at=clock.now()), True
    except IntegrityError:
        return Answer.objects.get(token_id=token, key=key), False


def _asked(request: HttpRequest) -> str:
    where = f"{request.method}\x00{request.get_full_path()}\x00".encode("utf-8", "surrogatepass")
    return hashlib.sha256(where + request.body).hexdigest()


def _given(status: int, body: bytes, *, again: bool) -> HttpResponse:
    headers = {"Idempotency-Replayed": "true"} if again else {}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def _other_body() -> HttpResponse:
    return problem(
        422,
        "key_used",
        _("This %(header)s was used for something else. Use a new one; nothing was recorded.") % {"header": HEADER},
    )


class _Vault:
    """P15: an answer may hold a card's PIN. Only who shows the token again can have it opened."""

    def __init__(self, secret: str) -> None:
        self._key = AESGCM(hashlib.sha256(b"answers\x00" + secret.encode()).digest())

    def seal(self, body: bytes, about: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._key.encrypt(nonce, body, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        return self._key.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
