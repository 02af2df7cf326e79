"""Around every page: the place's own time (F8), nothing loaded from elsewhere, nothing kept by the browser."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cauce.access.models import Account
from cauce.corridor.selectors import held, zone_of
from cauce.desk.uploads import REQUEST
from cauce.journal.errors import Unknown
from cauce.journal.full import is_full

_log = logging.getLogger(__name__)

# Nothing inline, nothing from another host, and scripts may not write markup from text. Bars are drawn as pictures.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
# What a page never asks of a device. Passkeys are left to it: they are off everywhere but on its own origin.
DEVICES = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)


class Hardened:
    """Around files and errors too: whom it answers, how much it takes, and what Django's own headers do not say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = _refused(request) or self.get_response(request)
        set_by_default = response.headers.setdefault
        set_by_default("Content-Security-Policy", POLICY)
        set_by_default("Permissions-Policy", DEVICES)
        set_by_default("Cross-Origin-Resource-Policy", "same-origin")
        return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to who asks for another host, or sends more than any page takes, before anything of it is read."""
    try:
        request.get_host()
    except DisallowedHost:
        return _plainly(400, "Bad request.")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return _plainly(400, "Bad request.")
    if length < 0:
        return _plainly(400, "Bad request.")
    if length > REQUEST:
        return _plainly(413, "Too large: at most 200 MB at once.")
    return None


def _plainly(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


class LocalPage:
    """Shows times in the zone of the officer's place, else the corridor's, and leaves no page in the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":  # a writer asks again, after it has the chain's head
            return self._local(request)
        with held():
            return self._local(request)

    def process_exception(self, request: HttpRequest, reason: Exception) -> HttpResponse | None:
        """A disk without room is told as what it is; what was typed is still in the browser."""
        if not is_full(reason):
            return None
        _log.error("The disk of the store is full: %s", reason)
        return render(request, "desk/disk_full.html", status=507)

    def _local(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        place = user.place if isinstance(user, Account) else ""
        try:
            zone = zone_of(place)
        except (Unknown, KeyError):  # no corridor yet, or one that lacks the account's place: UTC is still right
            zone = None
        with timezone.override(zone):
            response = self.get_response(request)
        # A shared tablet: after signing out, "back" must not show a person.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
