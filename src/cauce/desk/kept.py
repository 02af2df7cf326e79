"""A form that came when its sender was signed in no more: kept sealed, and shown again filled in as it was.

Only to the account that filled it in. It lies as photographs of drafts do (drafts.py): the key is in the sender's
browser alone, in a cookie, so that nothing of it is in an address, in a log or in the store. Chosen files are not kept,
nor are passwords.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware import csrf
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_http_methods

from cauce.access.actor import Actor
from cauce.access.machines.limits import Window
from cauce.access.models import Account
from cauce.access.pages import page
from cauce.access.sessions import EARLIER, was_signed_in
from cauce.desk import drafts
from cauce.desk.refilling import FRESH, Refilled, refill
from cauce.journal import clock

MOST = 5
"""So many forms of one browser are kept: one a tab, and some."""
OFTEN = Window("kept", 3600)
MOST_AN_HOUR = 60  # of one account
UNSEEN = frozenset({"submission", "nonce", "seen", "version", "count", "do"})
"""Names of fields that nobody types."""
SECRET = frozenset({"password", "old", "new", "again", "code", "credential", "pin"})
"""Names of fields that hold what nobody else may keep; none of them takes long to type."""
CARRIED = "photo_kept"
"""What a field is called that a page has only once a photo was chosen: the photo itself lies with the drafts."""
_REACHED = (200, 302, 303, 409, 422)  # what was typed is in a page, or recorded


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent. `page`: where it stood; `action`: where it went; `typed`: field -> values."""

    token: str
    page: str
    action: str
    at: datetime
    typed: dict[str, list[str]]
    files: bool


class KeptForms:
    """Middleware: keeps what comes too late, and shows it when its sender is back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not _tokens(request) or not isinstance(request.user, Account):
            return response
        if request.method == "POST" and response.status_code in _REACHED:
            for kept in _all_of(request, request.user):
                if urlsplit(kept.action).path == request.path:
                    forget(request, response, kept.token)
                    break
        elif request.method == "GET":
            for kept in _all_of(request, request.user):
                if kept.page == request.get_full_path():
                    return _shown(request, response, kept)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """The form's token was looked at before this: it is one of our own pages that is sent."""
        if request.method != "POST" or not hasattr(view, "capability") or isinstance(request.user, Account):
            return None
        where = page_of(request)
        response = redirect_to_login(where)
        account = was_signed_in(request)
        if account is not None and not request.path.startswith(reverse("desk:own")):
            keep(request, response, account, where)
        return response


def page_of(request: HttpRequest) -> str:
    """The page that the form stood on, as its browser says; with as many persons as it had when it was sent."""
    told = urlsplit(request.META.get("HTTP_REFERER", ""))
    same = told.netloc == request.get_host() and told.path.startswith("/")
    path = told.path if same else request.path
    query = told.query if same else ""
    if request.POST.get("count", "").isdigit():
        query = urlencode({"count": request.POST["count"]})
    return f"{path}?{query}" if query else path


def keep(request: HttpRequest, response: HttpResponseBase, account: Account, where: str) -> None:
    """Keep the form of this request for the account; the browser gets what opens it."""
    if OFTEN.count(account.name) > MOST_AN_HOUR:
        return
    typed = {name: request.POST.getlist(name) for name in request.POST if name not in FRESH | SECRET}
    told = {
        "page": where,
        "action": request.path,
        "at": clock.stamp(clock.now()),
        "typed": typed,
        "files": any(request.FILES.values()),
    }
    token = drafts.keep(orjson.dumps(told), account.name)
    _set(response, [*_tokens(request), token][-MOST:])


def forget(request: HttpRequest, response: HttpResponseBase, token: str) -> None:
    drafts.forget(token)
    _set(response, [one for one in _tokens(request) if one != token])


def page_for(request: HttpRequest, account: Account) -> str:
    """Where the account's newest kept form stood; empty when none is kept for it."""
    return next((kept.page for kept in _all_of(request, account)), "")


def waits(request: HttpRequest) -> bool:
    """Whether this browser has sent a form that is kept; not for whom."""
    return bool(_tokens(request))


@page("account.own")
@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """What is kept for the reader, as it was typed: where the page itself can show it no more. POST throws one away."""
    assert isinstance(request.user, Account)
    if request.method == "POST":
        response = redirect("desk:kept")
        forget(request, response, request.POST.get("token", ""))
        messages.success(request, _("Thrown away."))
        return response
    forms = [(one, _lines(one)) for one in _all_of(request, request.user)]
    return render(request, "desk/kept.html", {"forms": forms})


def refused(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The answer to a form whose token does not count. Of one that stood open in another window while its own account
    signed in anew here, that is because signing in changes the token: such a form is kept as well, and shown again."""
    secret, told = request.session.get(EARLIER, ""), request.POST.get("csrfmiddlewaretoken", "")
    if not isinstance(request.user, Account) or not secret or not _is_of(told, secret):
        return csrf_failure(request, reason)
    where = page_of(request)
    response = redirect(where)
    keep(request, response, request.user, where)
    return response


def _is_of(token: str, secret: str) -> bool:
    try:
        return bool(csrf._does_token_match(token, secret))  # type: ignore[attr-defined]
    except (AssertionError, ValueError):  # no token at all
        return False


def _lines(form: Kept) -> list[tuple[str, str]]:
    """Name and value of what a person typed."""
    told = {name: values for name, values in form.typed.items() if name not in UNSEEN and not name.endswith(CARRIED)}
    return [(name.replace("_", " "), ", ".join(values)) for name, values in told.items() if any(values)]


def _shown(request: HttpRequest, response: HttpResponseBase, kept: Kept) -> HttpResponseBase:
    """The page with the form filled in. Where it has the form no more it says where to read what was typed."""
    if not isinstance(response, HttpResponse) or response.status_code != 200:
        return redirect("desk:kept")  # there is no such page any more
    page = response.content.decode()
    filled = refill(page, request.path, kept.action, kept.typed, lambda name: name.endswith(CARRIED))
    main = '<main id="main">'
    response.content = (filled.page if filled else page).replace(main, main + _note(kept, filled), 1).encode()
    return response


def _note(kept: Kept, filled: Refilled | None) -> str:
    told = [_("You were signed out before your form was sent. Nothing of it is recorded yet.")]
    if filled is not None:
        told.append(_("It is filled in again as it was: look at it, and send it."))
    if filled is not None and kept.files:
        told.append(_("Chosen files were not kept: choose them again."))
    if filled is None or any(map(any, filled.left.values())):
        told.append(_("Not everything that you typed has a place on this page now."))
    return format_html(
        '<p class="message warning" role="status">{} <a href="{}">{}</a></p>',
        " ".join(told),
        reverse("desk:kept"),
        _("All that you typed"),
    )


def _tokens(request: HttpRequest) -> list[str]:
    return [one for one in request.COOKIES.get(settings.KEPT_COOKIE_NAME, "").split(".") if one][-MOST:]


def _set(response: HttpResponseBase, tokens: list[str]) -> None:
    name, secure = settings.KEPT_COOKIE_NAME, settings.CAUCE_TLS
    if not tokens:
        response.delete_cookie(name, samesite="Strict")
        response.cookies[name]["secure"] = secure
        return
    response.set_cookie(
        name, ".".join(tokens), max_age=drafts.LIFETIME, httponly=True, secure=secure, samesite="Strict"
    )


def _all_of(request: HttpRequest, account: Account) -> Iterator[Kept]:
    """What is kept for this account, the newest first."""
    for token in reversed(_tokens(request)):
        content = drafts.find(token, account.name)
        if content is not None:
            told = orjson.loads(content)
            yield Kept(token, told["page"], told["action"], clock.unstamp(told["at"]), told["typed"], told["files"])
