"""One's own account: the password, second factors, recovery codes, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access import confidants, factors, ruleset
from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.pages import page
from cauce.access.services import choose_password
from cauce.access.sessions import KEY, sessions_for, sign_out_everywhere
from cauce.desk import making
from cauce.desk.signin import BY_NAME, told_wait
from cauce.desk.signin_forms import ChooseForm, LabelForm, LetInForm, OwnMakeForm, SureForm
from cauce.journal.errors import Refused


@page("account.own")
def own(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """How the reader signs in, and where."""
    return _show(request, actor, {})


def _show(request: HttpRequest, actor: Actor, bound: dict[str, Any], **more: Any) -> HttpResponseBase:
    context = {
        "factors": factors.factors_for(actor),
        "codes_left": factors.codes_left(actor.account),
        "required": ruleset.needs_second_factor(actor.role),
        "sessions": sessions_for(actor, here=request.session.get(KEY)),
        "make": bound.get("make") or OwnMakeForm(site=making.site_of(request), auto_id="make_%s"),
        "choose": bound.get("choose") or ChooseForm(auto_id="choose_%s"),
        "label": bound.get("label") or LabelForm(auto_id=False),
        "making": making.shown(request, actor),
        "circles": confidants.standings_for(actor),
        **more,
    }
    wrong = any(form.errors for form in bound.values()) or more.get("error")
    return render(request, "desk/own.html", context, status=422 if wrong else 200)


def sure(request: HttpRequest, actor: Actor, form: forms.Form) -> bool:
    """Whether the form came with the reader's own password; a wrong one is an error of the form, and is counted."""
    if not form.is_valid():
        return False
    wait = BY_NAME.take(actor.account)
    account = request.user
    assert isinstance(account, Account)
    if not wait and account.check_password(form.cleaned_data["password"]):
        BY_NAME.clear(actor.account)
        return True
    form.add_error("password", told_wait(wait) if wait else _("This is not your present password."))
    return False


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused as reason:
        form.add_error(None, str(reason))
        return False
    return True


@page("account.own")
def add(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Begin another second factor, or try the one just begun."""
    if request.method != "POST":
        return redirect("desk:own")
    if "kind" in request.POST:
        form = OwnMakeForm(request.POST, site=making.site_of(request), auto_id="make_%s")
        told = form.data
        if sure(request, actor, form) and _done(
            form, lambda: making.begin(request, actor, told["kind"], told["label"])
        ):
            return redirect("desk:own")
        return _show(request, actor, {"make": form})
    try:
        codes, _kind = making.finish(request, actor)
    except Refused as reason:
        return _show(request, actor, {}, error=str(reason))
    if codes:
        return _show(request, actor, {}, codes=codes)
    messages.success(request, _("It is in force. From now on signing in asks for a second factor."))
    return redirect("desk:own")


@page("account.own")
def cancel(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Leave a factor that was begun."""
    request.session.pop(making.KEY, None)
    return redirect("desk:own")


@require_POST
@page("account.own")
def change(request: HttpRequest, actor: Actor, factor: UUID) -> HttpResponseBase:
    """Rename a second factor, or remove it."""
    removes = "remove" in request.POST
    form: forms.Form = SureForm(request.POST, auto_id=False) if removes else LabelForm(request.POST, auto_id=False)
    if sure(request, actor, form):
        if removes:
            factors.remove(factor=factor, by=actor)
            messages.success(request, _("It is removed and opens nothing any more."))
        else:
            factors.rename(factor=factor, label=form.cleaned_data["label"], by=actor)
        return redirect("desk:own")
    return _show(request, actor, {"label": form}, error=_first(form))


@require_POST
@page("account.own")
def codes(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """New recovery codes, shown on this answer and nowhere again."""
    form = SureForm(request.POST, auto_id=False)
    if sure(request, actor, form):
        return _show(request, actor, {}, codes=factors.make_codes(by=actor))
    return _show(request, actor, {}, error=_first(form))


@page("account.own")
def password(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Change one's own password; every other session ends."""
    if request.method != "POST":
        return redirect("desk:own")
    form = ChooseForm(request.POST, auto_id="choose_%s")
    here = request.session.get(KEY)
    if form.is_valid():
        wait = BY_NAME.take(actor.account)
        if wait:
            form.add_error(None, told_wait(wait))
        elif _done(form, lambda: _choose(request, form.cleaned_data, actor, here)):
            BY_NAME.clear(actor.account)
            messages.success(request, _("Your password is changed. You are signed out everywhere else."))
            return redirect("desk:own")
    return _show(request, actor, {"choose": form})


def _choose(request: HttpRequest, told: dict[str, Any], actor: Actor, here: int | None) -> None:
    account = choose_password(old=told["old"], new=told["new"], by=actor, session=here)
    update_session_auth_hash(request, account)


@require_POST
@page("account.own")
def let_in(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Let a colleague read the confidential notes that the reader reads; not from a desk that was left open."""
    form = LetInForm(request.POST, auto_id=False)
    if sure(request, actor, form):
        told = {"name": form.cleaned_data["name"], "circle": form.cleaned_data["circle"]}
        if _done(form, lambda: confidants.let_in(**told, by=actor)):
            messages.success(request, _("%(name)s reads these notes from now on.") % told)
            return redirect("desk:own")
    return _show(request, actor, {}, error=_first(form))


@require_POST
@page("account.own")
def elsewhere(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """End every session but this one."""
    sign_out_everywhere(name=actor.account, by=actor, but=request.session.get(KEY))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("desk:own")


def _first(form: forms.Form) -> str:
    return next((str(errors[0]) for errors in form.errors.values()), "")
