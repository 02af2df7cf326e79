"""Passkeys (WebAuthn): a key that the device keeps, bound to the name that the desk is open under; without internet."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

import webauthn
from django.db import transaction
from django.utils.translation import gettext as _
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cauce.access import factors
from cauce.access.actor import Actor
from cauce.access.signin_models import Factor
from cauce.journal import clock
from cauce.journal.errors import Refused

LONGEST = 20_000
"""Letters of a browser's answer at most."""
# What a browser may send is anything: the library names its own errors, and lets those of its parsers through.
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the desk is open: the host's name without port, and the addresses that a browser may call it by."""

    name: str
    origins: tuple[str, ...]

    @property
    def can(self) -> bool:
        """A passkey belongs to a name; an address of digits has none."""
        try:
            ipaddress.ip_address(self.name.strip("[]"))
        except ValueError:
            return bool(self.name)
        return False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked (`options`, JSON), and the challenge its answer must be about (base64url)."""

    options: str
    challenge: str


def begin(*, label: str, site: Site, by: Actor, name: str = "") -> Asked:
    """Ask the device to make a passkey. Refused where the desk is open under an address of digits."""
    account = factors.account_named(name or by.account, by)
    factors.check_label(account, label)
    if not site.can:
        raise Refused(
            _("Passkeys need the desk open under its name, not under %(address)s. Use the name, or an app for codes.")
            % {"address": site.name}
        )
    known = Factor.objects.filter(account=account, kind="passkey", site=site.name)
    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name="Cauce",
        user_id=account.handle.bytes,
        user_name=account.name,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.DISCOURAGED
        ),
        exclude_credentials=_described(known),
    )
    return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def finish(*, label: str, credential: str, challenge: str, site: Site, by: Actor) -> list[str]:
    """Keep the passkey that the device made. Returns recovery codes, to be shown once, when there were none.

    Raises Refused for an answer to another question, from another site, or one that makes no sense.
    """
    account = factors.account_named(by.account, by)
    factors.check_label(account, label)
    try:
        made = webauthn.verify_registration_response(
            credential=_read(credential),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=list(site.origins),
            require_user_verification=False,
        )
    except _UNREADABLE as reason:
        raise Refused(_not_made()) from reason
    with transaction.atomic():
        identity = bytes_to_base64url(made.credential_id)
        if Factor.objects.filter(credential=identity).exists():
            raise Refused(_("This device holds a passkey for the desk already."))
        now = clock.now()
        Factor.objects.filter(account=account, tried_at__isnull=True).delete()
        row = Factor.objects.create(
            id=uuid4(),
            account=account,
            kind="passkey",
            name=label.strip(),
            credential=identity,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            site=site.name,
            added_at=now,
            tried_at=now,
        )
        return factors.added(account, row, by)


def ask(*, name: str, site: Site) -> Asked | None:
    """Ask for one of the account's passkeys; None when it has none for the name that the desk is open under."""
    rows = Factor.objects.filter(account__name=name, kind="passkey", site=site.name, tried_at__isnull=False)
    described = _described(rows)
    if not described or not site.can:
        return None
    options = webauthn.generate_authentication_options(
        rp_id=site.name, allow_credentials=described, user_verification=UserVerificationRequirement.DISCOURAGED
    )
    return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def answer_is(*, name: str, credential: str, challenge: str, site: Site) -> bool:
    """Whether one of the account's passkeys signed the challenge here. A copied one, whose count goes back, did not."""
    try:
        told = _read(credential)
        row = Factor.objects.filter(
            account__name=name, kind="passkey", credential=str(told.get("id", "")), site=site.name
        ).first()
        if row is None:
            return False
        signed = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=list(site.origins),
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=False,
        )
    except _UNREADABLE:
        return False
    same = Factor.objects.filter(id=row.id, sign_count=row.sign_count)
    return bool(same.update(sign_count=signed.new_sign_count, used_at=clock.now()))


def _described(rows: Iterable[Factor]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in rows]


def _read(credential: str) -> dict[str, object]:
    if len(credential) > LONGEST:
        raise ValueError("too long for a passkey's answer")
    told = json.loads(credential)
    if not isinstance(told, dict):
        raise ValueError("no passkey's answer")
    return told


def _not_made() -> str:
    return _("The device made no passkey that can be used here. Try again, or use an app for codes.")
