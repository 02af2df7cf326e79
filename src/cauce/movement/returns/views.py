"""The pages of returns and of the register of custody. No rules here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import attempt, page_of, place_name, status_of
from cauce.corridor.selectors import in_force
from cauce.movement.returns import forms, selectors, services, wording
from cauce.movement.returns.acts import ACTS
from cauce.movement.returns.selectors import CaseView, CustodyView
from cauce.people.languages import LANGUAGES
from cauce.people.models import Person
from cauce.people.mrz.codes import name_of
from cauce.people.selectors import person_for


@page("returns.read")
def returns(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?kind=` `&missing=` `&over=1` choose; each kind is counted apart."""
    kind, missing = request.GET.get("kind", ""), request.GET.get("missing", "")
    kind = kind if kind in wording.KINDS else ""
    every = selectors.cases_for(actor, over=bool(request.GET.get("over")))
    of_kind = [view for view in every if not kind or view.row.kind == kind]
    found = [view for view in of_kind if not missing or missing in {said.code for said in view.missing}]
    shown = page_of(request, found, 50)
    note_reading(actor=actor, what="returns", persons=[view.row.person for view in shown])
    whys: dict[str, tuple[str, int]] = {}
    for said in (said for view in of_kind for said in view.missing):
        whys[said.code] = (said.text, whys.get(said.code, ("", 0))[1] + 1)
    context = {
        "page": shown,
        "rows": [_row(view) for view in shown],
        "tabs": [(k, told, selectors.counted(every)[k], k == kind) for k, told in wording.KINDS_MANY.items()],
        "total": len(every),
        "kind": kind,
        "missing": missing,
        "whys": sorted(((code, *told) for code, told in whys.items()), key=lambda why: -why[2]),
        "may_open": actor.may("returns.manage") or actor.may("returns.decide"),
    }
    return render(request, "movement/returns/list.html", context)


def _row(view: CaseView) -> dict[str, Any]:
    return {
        "view": view,
        "person": view.person,
        "kind": wording.KINDS[view.row.kind],
        "country": _country(view.row.destination),
        "state": wording.STATES[view.state],
        "tag": wording.TAGS.get(view.state, "plain"),
    }


def _country(code: str) -> str:
    return _(name_of(code) or code)


@page("returns.read")
def open_case(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Open a case; `?person=` fills the number in."""
    form = forms.OpenForm(request.POST or None, initial={"person": request.GET.get("person", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found: list[Person] = []
        made: list[UUID] = []
        if attempt(form, lambda: found.append(person_for(actor, said["person"])), "person") and attempt(
            form,
            lambda: made.append(
                services.open_case(
                    person=found[0].id,
                    kind=said["kind"],
                    destination=said["destination"],
                    asked=said["asked"],
                    by=actor,
                )
            ),
        ):
            messages.success(request, _("The case of %(number)s is open.") % {"number": found[0].number})
            return redirect("movement:return", made[0])
    return render(request, "movement/returns/open.html", {"form": form}, status=status_of(form))


@page("returns.read")
def case_of(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """A person's case, or the form that opens one."""
    person = person_for(actor, number)
    found = selectors.case_of(person.id)
    if found is not None:
        return redirect("movement:return", found.id)
    return redirect(f"{reverse('movement:return_open')}?{urlencode({'person': person.number})}")


@page("returns.read")
def case(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponseBase:
    """One case: how far it has come, what is missing, and what this officer may do about it."""
    return _case_page(request, actor, selectors.case_for(actor, case))


def _case_page(
    request: HttpRequest, actor: Actor, view: CaseView, name: str = "", sent: forms.ActForm | None = None
) -> HttpResponseBase:
    note_reading(actor=actor, what="return", persons=[view.row.person])
    offered = {
        one: sent if one == name and sent is not None else act.form(act=one)
        for one, act in ACTS.items()
        if (actor.may(act.capability) and act.fits(view)) or (one == name and sent is not None)
    }
    row = view.row
    context = _row(view) | {
        "acts": [(one, ACTS[one], form, one == name) for one, form in offered.items()],
        "wrong": sent,
        "rules": [(rule, _country(rule.country)) for rule in selectors.rules_for(actor, row)],
        "document": wording.DOCUMENTS.get(row.document, row.document),
        "fit": wording.FINDINGS.get(row.fit, ""),
        "escort": wording.ESCORTS[row.escort],
        "outcome": wording.OUTCOMES.get(row.appeal_outcome, ""),
        "set_aside": wording.SET_ASIDE.get(row.set_aside, ""),
        "closed": wording.CLOSED.get(row.closed_why, ""),
        "language": LANGUAGES.get(view.consent.language, view.consent.language) if view.consent else "",
        "medical": actor.may("returns.fit"),
        "consulates": forms.ConsulateForm(act="consulate") if _may_tell(actor, view) else None,
    }
    return render(request, "movement/returns/case.html", context, status=status_of(sent) if sent else 200)


def _may_tell(actor: Actor, view: CaseView) -> bool:
    return actor.may("manifest.export") and view.row.departed_at is None and view.row.closed_at is None


def _acting(name: str) -> Callable[..., HttpResponseBase]:
    act = ACTS[name]

    @require_POST
    @page(act.capability)
    def sent(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponseBase:
        form = act.form(request.POST, act=name)
        if form.is_valid() and form.once(actor, lambda: act.do(case, form.cleaned_data, actor)):
            messages.success(request, str(act.done))
            return redirect("movement:return", case)
        return _case_page(request, actor, selectors.case_for(actor, case), name, form)

    return sent


ACTING = {name: _acting(name) for name in ACTS}


@page("returns.read")
def rules(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponseBase:
    """The entry bars and re-entry rules on paper, for the person: to be given before anybody asks."""
    view = selectors.case_for(actor, case)
    note_reading(actor=actor, what="return", persons=[view.row.person])
    told = in_force().returns
    context = {
        "view": view,
        "rules": [(rule, _country(rule.country)) for rule in selectors.rules_for(actor, view.row)],
        "country": _country(view.row.destination),
        "kind": wording.KINDS[view.row.kind],
        "hours": told.cooling_off_hours if told else None,
    }
    return render(request, "movement/returns/rules.html", context)


@require_POST
@page("manifest.export")
def consulate(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponseBase:
    """P11: who somebody is, for the own consulate, through the one gate."""
    view = selectors.case_for(actor, case)
    form = forms.ConsulateForm(request.POST, act="consulate")
    found: dict[str, str] = {}
    told: list[dict[str, str]] = []
    if form.is_valid() and attempt(
        form,
        lambda: told.append(
            services.tell_consulate(case=view.row.id, recipient=form.cleaned_data["recipient"], by=actor)
        ),
    ):
        found = {name: value for name, value in told[0].items() if value}
    context = {"view": view, "person": view.person, "form": form, "found": found}
    return render(request, "movement/returns/consulate.html", context, status=status_of(form))


@page("custody.read")
def custody(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """P13: who is held, those past a limit first."""
    return _custody_page(request, actor, forms.CustodyForm(only=actor.place))


def _custody_page(
    request: HttpRequest, actor: Actor, new: forms.CustodyForm, about: UUID | None = None, sent: Any = None
) -> HttpResponseBase:
    found = selectors.custody_for(actor)
    shown = page_of(request, found, 50)
    note_reading(actor=actor, what="custody", persons=[view.row.person for view in shown])
    context = {
        "page": shown,
        "rows": [_held(actor, view, sent if view.row.id == about else None) for view in shown],
        "red": sum(bool(view.red) for view in found),
        "new": new if actor.may("custody.record") else None,
        "may_look": actor.may("custody.review"),
        "may_end": actor.may("custody.record"),
        "named": actor.may("people.read"),
    }
    wrong = sent if sent is not None else new
    return render(request, "movement/returns/custody.html", context, status=status_of(wrong))


def _held(actor: Actor, view: CustodyView, sent: Any) -> dict[str, Any]:
    short = view.row.id.hex[-8:]
    return {
        "view": view,
        "place": place_name(view.row.place),
        "red": [wording.RED[code] for code in view.red],
        "look": sent if isinstance(sent, forms.LookForm) else forms.LookForm(act=f"look{short}"),
        "end": sent if isinstance(sent, forms.EndForm) else forms.EndForm(act=f"end{short}"),
        "wrong": sent,
        "told": actor.may("returns.read"),
    }


@require_POST
@page("custody.record")
def record_custody(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Write somebody into the register."""
    form = forms.CustodyForm(request.POST, only=actor.place)
    if form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name not in ("nonce", "person")}
        found: list[Person] = []
        if attempt(form, lambda: found.append(person_for(actor, form.cleaned_data["person"])), "person") and form.once(
            actor, lambda: services.record_custody(person=found[0].id, by=actor, **said)
        ):
            messages.success(request, _("%(number)s stands in the register.") % {"number": found[0].number})
            return redirect("movement:custody")
    return _custody_page(request, actor, form)


@require_POST
@page("custody.review")
def review_custody(request: HttpRequest, actor: Actor, custody: UUID) -> HttpResponseBase:
    """Somebody else looked whether it is still needed."""
    form = forms.LookForm(request.POST, act=f"look{custody.hex[-8:]}")
    if form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "nonce"}
        if form.once(actor, lambda: services.review_custody(custody=custody, by=actor, **said)):
            messages.success(request, _("Looked at."))
            return redirect("movement:custody")
    return _custody_page(request, actor, forms.CustodyForm(only=actor.place), custody, form)


@require_POST
@page("custody.record")
def end_custody(request: HttpRequest, actor: Actor, custody: UUID) -> HttpResponseBase:
    """The person is held no longer."""
    form = forms.EndForm(request.POST, act=f"end{custody.hex[-8:]}")
    if form.is_valid() and form.once(
        actor, lambda: services.end_custody(custody=custody, why=form.cleaned_data["why"], by=actor)
    ):
        messages.success(request, _("The custody has ended."))
        return redirect("movement:custody")
    return _custody_page(request, actor, forms.CustodyForm(only=actor.place), custody, form)
