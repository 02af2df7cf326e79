"""The door of every page: who may open it is said where the page is defined, and tested from there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from cauce.access.models import Account
from cauce.access.selectors import actor_of
from cauce.journal.errors import NotAllowed, Refused, Unknown

View = Callable[..., HttpResponseBase]


def page(capability: str) -> Callable[[View], View]:
    """Wrap `view(request, actor, ...)`: nobody is sent to sign in, a role without `capability` gets 403.

    Unknown becomes 404, any other Refused that the view lets through becomes a 409 page with the sentence.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not isinstance(request.user, Account):
                return redirect_to_login(request.get_full_path())
            actor = actor_of(request)
            try:
                actor.require(capability)
                return view(request, actor, *args, **kwargs)
            except Unknown as reason:
                return render(request, "cauce/refused.html", {"reason": reason, "title": "404"}, status=404)
            except NotAllowed as reason:
                return render(request, "cauce/refused.html", {"reason": reason, "title": "403"}, status=403)
            except Refused as reason:
                return render(request, "cauce/refused.html", {"reason": reason, "title": "409"}, status=409)

        opened.capability = capability  # type: ignore[attr-defined]
        return opened

    return wrap
