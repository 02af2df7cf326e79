"""Settings: tomorrow's quota or a closure, the accounts, and what rules are in force here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access import factors as second_factors
from cauce.access import ruleset
from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.selectors import accounts_for
from cauce.access.services import add_account, disable_account, enable_account, set_password
from cauce.corridor.allotting import days_cut
from cauce.corridor.faces import attempt, status_of
from cauce.corridor.selectors import in_force, local_day, quota_changes_for
from cauce.corridor.services import change_quota, undo_quota_change
from cauce.desk.selectors import adopted_for
from cauce.desk.settings_forms import AccountForm, QuotaForm, RulesForm
from cauce.journal import clock
from cauce.months import as_written
from cauce.vetting.selectors import lists_for


@page("quota.change")
def setup(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """What is in force, and the forms to change it."""
    return _show(request, actor, {})


def _show(request: HttpRequest, actor: Actor, bound: dict[str, Any], **more: Any) -> HttpResponseBase:
    corridor = in_force()
    tomorrow = local_day("", clock.now()).toordinal() + 1
    start = local_day("", clock.now()).fromordinal(tomorrow)
    manages = actor.may("accounts.manage")
    context = {
        "quota": bound.get("quota") or QuotaForm(corridor=corridor, initial={"start": start.isoformat()}),
        "changes": quota_changes_for(actor),
        "names": {place.id: place.name for place in corridor.places},
        "accounts": accounts_for(actor) if manages else [],
        "account": (bound.get("account") or AccountForm(corridor=corridor, auto_id="account_%s")) if manages else None,
        "rules": (bound.get("rules") or RulesForm(initial=ruleset.rules(), auto_id="rules_%s")) if manages else None,
        "lists": lists_for(actor) if actor.may("lists.read") else [],
        "corridor": corridor,
        "adopted": adopted_for(actor),
        **more,
    }
    return render(request, "desk/settings.html", context, status=max([200, *map(status_of, bound.values())]))


@page("quota.change")
def quota(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Change a border's quota or close it for some days."""
    if request.method != "POST":
        return redirect("desk:settings")
    form = QuotaForm(request.POST, corridor=in_force())
    if form.is_valid():
        told = form.cleaned_data
        done = form.once(
            actor,
            lambda: change_quota(
                border=told["border"],
                start=told["start"],
                until=told["until"],
                per_day=None if told["closed"] else told["per_day"],
                reason=told["reason"],
                by=actor,
            ),
        )
        if done:
            messages.success(
                request, _("The quota was changed. Manifests proposed before do not change by themselves.")
            )
            if days := days_cut(told["border"], told["start"], told["until"]):
                messages.warning(
                    request,
                    _(
                        "On %(day)s fewer may cross than were allotted to places: each has its part of them. Tell the "
                        "stations, or allot anew."
                    )
                    % {"day": date_format(days[0], as_written("j M Y"))},
                )
            return redirect("desk:settings")
    return _show(request, actor, {"quota": form})


@require_POST
@page("quota.change")
def undo_quota(request: HttpRequest, actor: Actor, change: UUID) -> HttpResponseBase:
    """Take a change back."""
    undo_quota_change(change=change, reason=request.POST.get("reason", "").strip() or "undone on the page", by=actor)
    messages.success(request, _("The change was taken back."))
    return redirect("desk:settings")


@page("accounts.manage")
def account(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Make an account; its password is shown on this answer and nowhere again."""
    if request.method != "POST":
        return redirect("desk:settings")
    form = AccountForm(request.POST, corridor=in_force(), auto_id="account_%s")
    made: list[str] = []
    if form.is_valid():
        told = form.cleaned_data
        name = told["name"].strip().lower()
        if form.once(
            actor, lambda: made.append(add_account(name=name, role=told["role"], place=told["place"], by=actor))
        ):
            if not made:
                return redirect("desk:settings")
            return _show(request, actor, {}, password=made[0], password_of=name)
    return _show(request, actor, {"account": form})


@require_POST
@page("accounts.manage")
def disable(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """Close an account."""
    disable_account(name=name, by=actor)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": name})
    return redirect("desk:settings")


@require_POST
@page("accounts.manage")
def enable(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """Open a closed account again."""
    enable_account(name=name, by=actor)
    messages.success(request, _("%(name)s can sign in again, with the password from before.") % {"name": name})
    return redirect("desk:settings")


@require_POST
@page("accounts.manage")
def password(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """Give an account a new password, shown on this answer and nowhere again."""
    return _show(request, actor, {}, password=set_password(name=name, by=actor), password_of=name)


@require_POST
@page("accounts.manage")
def factors(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """Take the second factors from an account whose owner lost them; it makes a new one where its role needs one."""
    second_factors.reset(name=name, by=actor)
    messages.success(request, _("%(name)s signs in with the password alone until a new one is made.") % {"name": name})
    return redirect("desk:settings")


@page("accounts.manage")
def rules(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Who needs a second factor, and when sessions end."""
    if request.method != "POST":
        return redirect("desk:settings")
    form = RulesForm(request.POST, auto_id="rules_%s")
    if form.is_valid() and attempt(form, lambda: _keep(form.cleaned_data, actor)):
        messages.success(request, _("Changed. Who has no second factor and needs one makes it at the next sign-in."))
        return redirect("desk:settings")
    return _show(request, actor, {"rules": form})


def _keep(told: dict[str, Any], actor: Actor) -> None:
    with transaction.atomic():
        ruleset.require_second_factor(roles=told["second_factor"], by=actor)
        ruleset.limit_sessions(idle_minutes=told["idle_minutes"], longest_hours=told["longest_hours"], by=actor)
