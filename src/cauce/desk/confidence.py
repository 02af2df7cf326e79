"""In a browser whose officer signed in with the password, what was told to that officer in confidence opens.

The officer's own key lies sealed in the session; what opens it is in that browser alone, in a cookie. So neither the
tables nor the master key open a note, and with the session the way to it is gone.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase

from cauce.access.confidants import enter, opener_of
from cauce.access.models import Account
from cauce.access.sessions import account_of
from cauce.journal.errors import Refused
from cauce.journal.letters import Identity, read_by

KEY = "notes"
"""In a session: the account's own key, sealed; what opens it is in the cookie."""
_TOKEN = "_cauce_notes"  # noqa: S105 - the name of an attribute
_NONCE = 12


def begin(request: HttpRequest, account: Account, password: str) -> str:
    """What the session keeps from now on, empty for a role without such notes; the answer brings the cookie along.

    Whose key does not open signs in all the same, and is told.
    """
    try:
        secret = enter(account, password)
    except Refused as reason:
        messages.error(request, str(reason))
        return ""
    if not secret:
        return ""
    key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    setattr(request, _TOKEN, urlsafe_b64encode(key).decode())
    return b64encode(nonce + AESGCM(key).encrypt(nonce, secret, _about(account))).decode()


class InConfidence:
    """Middleware: while an officer is answered, letters open for them. Nothing is opened before a note is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with read_by(lambda circle: _held(request, circle)):
            response = self.get_response(request)
        if token := getattr(request, _TOKEN, ""):
            name, secure = settings.NOTES_COOKIE_NAME, settings.CAUCE_TLS
            response.set_cookie(name, token, httponly=True, secure=secure, samesite="Strict")
        return response


def _held(request: HttpRequest, circle: str) -> Sequence[Identity]:
    account = account_of(request)
    if not isinstance(account, Account):
        return ()
    opener = getattr(request, "_cauce_opener", None)
    if opener is None:
        secret = _secret(request, account)
        opener = opener_of(account.pk, secret) if secret else lambda _circle: ()
        request._cauce_opener = opener  # type: ignore[attr-defined]
    found: Sequence[Identity] = opener(circle)
    return found


def _secret(request: HttpRequest, account: Account) -> bytes:
    try:
        sealed = b64decode(request.session.get(KEY, ""))
        key = urlsafe_b64decode(request.COOKIES.get(settings.NOTES_COOKIE_NAME, ""))
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _about(account)) if sealed else b""
    except (ValueError, InvalidTag):
        return b""


def _about(account: Account) -> bytes:
    return account.handle.bytes
