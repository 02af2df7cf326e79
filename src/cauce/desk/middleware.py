"""Around every page: the place's own time (F8), nothing loaded from elsewhere, nothing kept by the browser."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cauce.access.models import Account
from cauce.corridor.selectors import held, zone_of
from cauce.journal.errors import Unknown

# Widths of bars are style attributes; no style or script element stands in any page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class LocalPage:
    """Shows times in the zone of the officer's place, else the corridor's, and sets the headers of a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":  # a writer asks again, after it has the chain's head
            return self._local(request)
        with held():
            return self._local(request)

    def _local(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        place = user.place if isinstance(user, Account) else ""
        try:
            zone = zone_of(place)
        except (Unknown, KeyError):  # no corridor yet, or one that lacks the account's place: UTC is still right
            zone = None
        with timezone.override(zone):
            response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # A shared tablet: after signing out, "back" must not show a person.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
