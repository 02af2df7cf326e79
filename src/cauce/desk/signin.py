"""Signing in, step by step, and out: the password, what one has besides it, and a password of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cauce.access import factors, passkeys, ruleset
from cauce.access.actor import Actor
from cauce.access.acts import note_act
from cauce.access.attempts import Tries, network_of
from cauce.access.models import Account
from cauce.access.services import choose_password
from cauce.access.sessions import EARLIER, HOW, WAS, remember_whose
from cauce.access.stretching import once
from cauce.desk import confidence, kept, making
from cauce.desk.context import doors_of
from cauce.desk.signin_forms import ChooseForm, MakeForm, SecondForm, SignInForm
from cauce.journal import clock
from cauce.journal.errors import Refused

BY_NAME = Tries("name", 5)
BY_ADDRESS = Tries("address", 30)  # a station's tablets may share one address
BY_SECOND = Tries("second", 5)
HALF = "half"
HALF_LASTS = timedelta(minutes=15)


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Name and password. Wrong ones are counted for the name and for the address, and waited out."""
    after = _after(request)
    if isinstance(request.user, Account) and request.method == "GET":
        return redirect(after or first_page(request.user))
    form = SignInForm(request.POST or None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        with once():
            account, wait = _known(request, form)
            if account is not None:
                _begin_half(request, account, after, form.cleaned_data["password"])
                return _next(request, account)
    status = 429 if wait else 422 if form.errors else 200
    context = {"form": form, "next": after, "kept": kept.waits(request)}
    return _answer(request, "desk/signin.html", context, status, wait)


def _known(request: HttpRequest, form: SignInForm) -> tuple[Account | None, int]:
    """The account that name and password open, or the seconds to wait. A try counts before it is looked at."""
    name, address = form.cleaned_data["name"].strip().lower(), network_of(request.META.get("REMOTE_ADDR", ""))
    wait = BY_ADDRESS.take(address) or BY_NAME.take(name)
    if wait:
        form.add_error(None, told_wait(wait))
        return None, wait
    account = authenticate(request, username=name, password=form.cleaned_data["password"])
    if isinstance(account, Account) and account.role != "operator":  # that one is the command line's
        BY_NAME.clear(name)
        BY_ADDRESS.give_back(address)
        return account, 0
    wait = max(BY_NAME.wait(name), BY_ADDRESS.wait(address))
    if BY_NAME.wait(name):
        note_act(by=None, what="locked", about=name if Account.objects.filter(name=name).exists() else "", note=address)
    form.add_error(None, told_wait(wait) if wait else _("Name and password do not fit together. Type them again."))
    return None, wait


def told_wait(seconds: int) -> str:
    """How long to wait, in words."""
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many wrong tries. Wait %(minutes)d minute, or ask an administrator for help.",
        "Too many wrong tries. Wait %(minutes)d minutes, or ask an administrator for help.",
        minutes,
    ) % {"minutes": minutes}


def _begin_half(request: HttpRequest, account: Account, after: str, password: str) -> None:
    """Who knows the password is not in yet: the session says who it would be, and opens nothing."""
    request.session.cycle_key()
    until = (clock.now() + HALF_LASTS).timestamp()
    request.session[HALF] = {"account": account.pk, "after": after, "until": until, "how": ""}
    request.session[HALF]["notes"] = confidence.begin(request, account, password)
    request.session.pop(making.KEY, None)


def _half(request: HttpRequest) -> tuple[Account, dict[str, Any]] | None:
    told = request.session.get(HALF)
    if not told or clock.now().timestamp() > told["until"]:
        return None
    account = Account.objects.filter(pk=told["account"], is_active=True).first()
    return (account, told) if account else None


def _next(request: HttpRequest, account: Account) -> HttpResponseBase:
    """To the step that is still missing, or in."""
    told = request.session[HALF]
    has = bool(factors.factors_of(account.name))
    if has and not told["how"]:
        return redirect("desk:second")
    if account.must_choose:
        return redirect("desk:choose")
    if not has and ruleset.needs_second_factor(account.role):
        return redirect("desk:make")
    return redirect(_enter(request, account))


def _enter(request: HttpRequest, account: Account) -> str:
    """Let somebody in, under a new session key; the page to go to."""
    told = request.session.pop(HALF)
    request.session[HOW] = told["how"] or "password"
    earlier = request.META.get("CSRF_COOKIE", "") if request.session.get(WAS) == account.pk else ""
    login(request, account)
    request.session[EARLIER] = earlier
    request.session[confidence.KEY] = told["notes"]
    note_act(
        by=Actor(account.name, account.role, account.place), what="signed_in", about=account.name, note=told["how"]
    )
    return told["after"] or kept.page_for(request, account) or first_page(account)


def second(request: HttpRequest) -> HttpResponseBase:
    """The second step for who has a second factor: a code, a passkey, or a recovery code."""
    found = _half(request)
    if found is None:
        return redirect("desk:login")
    account, told = found
    site = making.site_of(request)
    form, wait = SecondForm(request.POST or None), 0
    if request.method == "POST" and form.is_valid():
        wait = BY_SECOND.take(account.name)
        how = "" if wait else _proved(request, account.name, form, site)
        if how:
            BY_SECOND.clear(account.name)
            request.session[HALF] = {**told, "how": how}
            return _next(request, account)
        if not wait and BY_SECOND.wait(account.name):
            note_act(by=None, what="locked", about=account.name, note="second")
        form.add_error(None, told_wait(wait) if wait else factors.wrong_code())
    asked = passkeys.ask(name=account.name, site=site)
    request.session["challenge"] = asked.challenge if asked else ""
    mine = factors.factors_of(account.name)
    context = {
        "form": form,
        "asked": asked.options if asked else "",
        "apps": any(row.kind == "totp" for row in mine),
        "elsewhere": sorted({row.site for row in mine if row.kind == "passkey" and row.site != site.name}),
    }
    return _answer(request, "desk/second.html", context, 429 if wait else 422 if form.errors else 200, wait)


def _proved(request: HttpRequest, name: str, form: SecondForm, site: passkeys.Site) -> str:
    """What proved it: totp, passkey, recovery, or nothing. A challenge is answered once."""
    challenge = request.session.pop("challenge", "")
    if credential := form.cleaned_data["credential"]:
        told = {"name": name, "credential": credential, "challenge": challenge, "site": site}
        return "passkey" if challenge and passkeys.answer_is(**told) else ""
    return factors.code_is(name=name, code=form.cleaned_data["code"])


@once()
def choose(request: HttpRequest) -> HttpResponseBase:
    """Who came with a password that somebody else made chooses one that nobody else knows."""
    found = _half(request)
    if found is None or not found[0].must_choose or (not found[1]["how"] and factors.factors_of(found[0].name)):
        return redirect("desk:login")
    account = found[0]
    form = ChooseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            wait = BY_NAME.take(account.name)
            if wait:
                raise Refused(told_wait(wait))
            by = Actor(account.name, account.role, account.place)
            account = choose_password(old=form.cleaned_data["old"], new=form.cleaned_data["new"], by=by)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            BY_NAME.clear(account.name)
            notes = confidence.begin(request, account, form.cleaned_data["new"])
            request.session[HALF] = {**found[1], "notes": notes}
            return _next(request, account)
    return _answer(request, "desk/choose.html", {"form": form}, 422 if form.errors else 200)


def make(request: HttpRequest) -> HttpResponseBase:
    """Who has to have a second factor and has none makes one now, and is in."""
    found = _half(request)
    if found is None or factors.factors_of(found[0].name) or found[0].must_choose:
        return redirect("desk:login")
    account = found[0]
    by = Actor(account.name, account.role, account.place)
    form = MakeForm(request.POST if "kind" in request.POST else None, site=making.site_of(request))
    error = ""
    try:
        if "kind" in request.POST and form.is_valid():
            making.begin(request, by, form.cleaned_data["kind"], form.cleaned_data["label"])
        elif "code" in request.POST or "credential" in request.POST:
            codes, kind = making.finish(request, by)
            request.session[HALF] = {**request.session[HALF], "how": kind}
            after = _enter(request, account)
            return _answer(request, "desk/codes.html", {"codes": codes, "after": after}, 200)
    except Refused as reason:
        error = str(reason)
    context = {"form": form, "error": error, "making": making.shown(request, by)}
    return _answer(request, "desk/make.html", context, 422 if error or form.errors else 200)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int, wait: int = 0) -> HttpResponse:
    response = render(request, template, context, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _after(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or ""
    secure = request.is_secure()
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=secure) else ""


def first_page(account: Account) -> str:
    """Where a role begins."""
    doors = doors_of(account.role)
    return doors[0].address if doors else "/"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. A form that is still open in another window is kept for whose it is."""
    account = request.user
    logout(request)
    if isinstance(account, Account):
        remember_whose(request, account)
    return HttpResponseRedirect(reverse("desk:login"))
