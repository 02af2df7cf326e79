"""Bulletins sent: by letter or to an address that takes them. Who gets one, and which edition, stands in a small file.

    [[recipient]]
    name = "Ministry"
    email = ["planning@example.org"]
    edition = "full"

    [[recipient]]
    name = "Costa Rica"
    webhook = "https://example.org/cauce"
    secret_file = "/etc/cauce/costa-rica.secret"

Without `edition` a recipient gets the one for partners. A webhook gets JSON, and of it an HMAC-SHA256 (RFC 2104) with
the secret in the header `Cauce-Signature: sha256=…`, so that it can tell who sent it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cauce.corridor.problem import CorridorError
from cauce.corridor.toml import document_of, text_of
from cauce.journal.errors import Misused
from cauce.outlook.warning.issuing import Issued
from cauce.outlook.warning.telling import as_csv, as_json, as_text

TRIES = 3
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Recipient:
    name: str
    edition: str = "partner"
    email: tuple[str, ...] = ()
    webhook: str = ""
    secret_file: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one recipient's bulletin: `why` is empty when it went out."""

    name: str
    why: str = ""


def recipients(path: Path) -> list[Recipient]:
    """The recipients of a file. Misused when it cannot be read or a recipient is none."""
    try:
        told = document_of(text_of(path).replace("\r\n", "\n"))
    except CorridorError as reason:
        raise Misused(f"{path}: {reason}. Correct the file of recipients (docs/warning.md).") from None
    rows = told.get("recipient")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise Misused(f"{path} names no [[recipient]]. Add one (docs/warning.md).")
    return [_recipient(row, f"{path}, recipient {at}") for at, row in enumerate(rows, start=1)]


def _recipient(row: Mapping[str, object], where: str) -> Recipient:
    unknown = set(row) - {"name", "edition", "email", "webhook", "secret_file"}
    if unknown:
        raise Misused(f"{where}: {sorted(unknown)[0]!r} is not known. A recipient has name, edition, email or webhook.")
    email = row.get("email", [])
    addresses = tuple(str(one) for one in email) if isinstance(email, list) else (str(email),)
    one = Recipient(
        name=str(row.get("name", "")),
        edition=str(row.get("edition", "partner")),
        email=addresses,
        webhook=str(row.get("webhook", "")),
        secret_file=str(row.get("secret_file", "")),
    )
    if not one.name or one.edition not in ("full", "partner"):
        raise Misused(f"{where}: give a name, and as edition full or partner.")
    if bool(one.email) == bool(one.webhook):
        raise Misused(f"{where} ({one.name}): give either email or webhook.")
    if one.webhook and not one.webhook.startswith("https://"):
        raise Misused(f"{where} ({one.name}): a webhook begins with https://, so that nobody reads along.")
    if one.webhook and not one.secret_file:
        raise Misused(f"{where} ({one.name}): a webhook needs secret_file, with which what is sent is signed.")
    return one


def send(
    chosen: list[Recipient], editions: Mapping[str, Issued], post: Callable[..., None] | None = None
) -> list[Sent]:
    """Send to each the edition it gets. One that fails, after TRIES tries, keeps nobody else from theirs."""
    told = []
    for one in chosen:
        issued = editions[one.edition]
        why = ""
        for _try in range(TRIES):
            try:
                if one.webhook:
                    _call(one, issued, post or _post)
                else:
                    _write_to(one, issued)
                why = ""
                break
            except Exception as reason:  # whatever a server or a network does: it is told, and the others go on
                why = f"{type(reason).__name__}: {reason}"
        told.append(Sent(one.name, why))
    return told


def _write_to(one: Recipient, issued: Issued) -> None:
    from django.core.mail import EmailMessage

    training = "TRAINING " if issued.training else ""
    subject = f"{training}{issued.corridor}: {issued.day}"
    letter = EmailMessage(subject=subject, body=as_text(issued), to=list(one.email))
    letter.attach(f"bulletin-{issued.day}.csv", as_csv(issued, tags=True), "text/csv")
    letter.send()


def _call(one: Recipient, issued: Issued, post: Callable[..., None]) -> None:
    body = as_json(issued).encode()
    secret = Path(one.secret_file).read_bytes().strip()
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    post(one.webhook, body, {"Content-Type": "application/json", "Cauce-Signature": f"sha256={signature}"})


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    import httpx

    with httpx.stream("POST", url, content=body, headers=dict(headers), timeout=_SECONDS) as answer:
        if not answer.is_success:  # what else it says, and for how long, keeps nobody waiting
            raise ConnectionError(f"it answered {answer.status_code} {answer.reason_phrase}".strip())
