"""Making a second factor, in two steps over two requests: what is asked of the device, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cauce.access import factors, passkeys
from cauce.access.actor import Actor
from cauce.access.passkeys import Site
from cauce.desk import qr
from cauce.journal.errors import Refused

KEY = "making"


@dataclass(frozen=True, slots=True)
class Making:
    """What the page shows of a factor being made: of an app the picture and the letters, of a passkey the question."""

    kind: str
    label: str
    secret: str = ""
    picture: SafeString | str = ""
    options: str = ""


def site_of(request: HttpRequest) -> Site:
    """Where this desk is open now."""
    host = request.get_host()
    name = urlsplit(f"//{host}").hostname or ""
    origins = [f"{request.scheme}://{host}"]
    public = settings.CAUCE_PUBLIC_URL
    if public and urlsplit(public).hostname == name:  # something before us speaks TLS
        origins.append(public)
    return Site(name, tuple(origins))


def begin(request: HttpRequest, by: Actor, kind: str, label: str) -> None:
    """Remember in the session what is being made. Raises Refused as `factors` and `passkeys` do."""
    if kind == "totp":
        factors.begin_totp(label=label, by=by)
        request.session[KEY] = {"kind": kind, "label": label.strip()}
    else:
        asked = passkeys.begin(label=label, site=site_of(request), by=by)
        request.session[KEY] = {
            "kind": kind, "label": label.strip(), "options": asked.options, "challenge": asked.challenge,
        }  # fmt: skip


def shown(request: HttpRequest, by: Actor) -> Making | None:
    """What is being made, for the page; None when nothing is."""
    told = request.session.get(KEY)
    if not told:
        return None
    if told["kind"] == "passkey":
        return Making("passkey", told["label"], options=told["options"])
    begun = factors.being_made(by.account)
    if begun is None:
        return None
    spaced = " ".join(begun.secret[at : at + 4] for at in range(0, len(begun.secret), 4))
    return Making("totp", told["label"], secret=spaced, picture=qr.picture(begun.address))


def finish(request: HttpRequest, by: Actor) -> tuple[list[str], str]:
    """The device's answer puts it in force: recovery codes to be shown once (or none), and its kind.

    Raises Refused for a wrong answer; an app may try again, a passkey is asked anew.
    """
    told = request.session.get(KEY)
    if not told:
        raise Refused(_("Nothing is being set up. Begin again."))
    if told["kind"] == "totp":
        codes = factors.finish_totp(code=request.POST.get("code", ""), by=by)
    else:
        request.session.pop(KEY)
        credential, challenge = request.POST.get("credential", ""), told["challenge"]
        site = site_of(request)
        codes = passkeys.finish(label=told["label"], credential=credential, challenge=challenge, site=site, by=by)
    request.session.pop(KEY, None)
    return codes, told["kind"]
