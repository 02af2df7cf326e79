"""Groups and head-counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import attempt, status_of
from cauce.corridor.selectors import in_force
from cauce.people import services
from cauce.people.company import company_for
from cauce.people.forms import (
    CompleteForm,
    EndCompanyForm,
    GroupForm,
    HeadCountForm,
    HeadForm,
    JoinForm,
    KeepApartForm,
    LinkForm,
    MoveGroupForm,
    SplitForm,
)
from cauce.people.models import Group
from cauce.people.selectors import group_for, head_count_for, listed_for, members_for, partings_for, places_of

Act = Callable[[Actor, Group, Any], tuple[str, UUID]]  # what is said afterwards, and the group to show


_KINDS: dict[str, type[GroupForm]] = {
    "join": JoinForm,
    "split": SplitForm,
    "head": HeadForm,
    "move": MoveGroupForm,
    "complete": CompleteForm,
    "link": LinkForm,
    "apart": KeepApartForm,
    "unlink": EndCompanyForm,
}


@page("people.read")
def group(request: HttpRequest, actor: Actor, group: UUID) -> HttpResponseBase:
    """Who travels together, where each is, and what can be changed about the group."""
    return _show(request, actor, group_for(actor, group), {})


def _show(request: HttpRequest, actor: Actor, row: Group, bound: dict[str, forms.Form]) -> HttpResponseBase:
    members = members_for(actor, row.id)
    note_reading(actor=actor, what="group", persons=[member.id for member in members])
    corridor = in_force()
    made = {name: bound.get(name) or kind(members=members, row=row, prefix=name) for name, kind in _KINDS.items()}
    waiting = [p for p in partings_for(actor) if p.group_id == row.id] if actor.may("people.part_child") else []
    by_hex = {member.id.hex: member for member in members}
    context = {
        "group": row,
        "members": members,
        "places": places_of(member.id for member in members),
        "names": {place.id: place.name for place in corridor.places},
        "forms": made,
        "partings": [(one, [by_hex[each] for each in one.persons if each in by_hex]) for one in waiting],
        "company": company_for(actor, row.id),
        "guardians": {member.id: member.display_name for member in members},
    }
    wrong = next((form for form in bound.values() if form.errors), None)
    return render(request, "people/group.html", context, status=status_of(wrong) if wrong else 200)


def _changing(name: str, capability: str, kind: type[GroupForm], act: Act) -> Callable[..., HttpResponseBase]:
    """A page that changes a group: POST does it, GET and refusals show the group with the form."""

    @page(capability)
    def view(request: HttpRequest, actor: Actor, group: UUID) -> HttpResponseBase:
        row = group_for(actor, group)
        if request.method != "POST":
            return redirect("people:group", group=group)
        form = kind(request.POST, members=members_for(actor, group), row=row, prefix=name)
        said: list[tuple[str, UUID]] = []
        if form.is_valid() and attempt(form, lambda: said.append(act(actor, row, form))):
            messages.success(request, said[0][0])
            return redirect("people:group", group=said[0][1])
        return _show(request, actor, row, {name: form})

    return view


def _join(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    other = group_for(actor, form.cleaned_data["other"])
    services.join_groups(into=row.id, other=other.id, by=actor)
    return _("%(other)s joined this group.") % {"other": other.number}, row.id


def _split(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    told = form.cleaned_data
    made = services.split_group(
        group=row.id, persons=[UUID(each) for each in told["persons"]], reason=told["reason"], by=actor
    )
    if made.group is None:
        return _("A child would be parted from a guardian: another protection officer has to agree."), row.id
    return _("This is the new group. It keeps its place in the queue."), made.group


def _head(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    services.set_head(group=row.id, person=UUID(form.cleaned_data["person"]), by=actor)
    return _("The group has another head."), row.id


def _move(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    services.move_to(group=row.id, place=form.cleaned_data["place"], by=actor)
    return _("The group was moved."), row.id


def _complete(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    services.complete_group(group=row.id, reason=form.cleaned_data["reason"], by=actor)
    return _("The group is whole and may board."), row.id


def _link(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    other = group_for(actor, form.cleaned_data["other"])
    services.link_groups(one=row.id, other=other.id, reason=form.cleaned_data["reason"], by=actor)
    return _("This group and %(other)s travel together.") % {"other": other.number}, row.id


def _apart(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    other = group_for(actor, form.cleaned_data["other"])
    services.keep_apart(one=row.id, other=other.id, reason=form.cleaned_data["reason"], by=actor)
    return _("This group and %(other)s never share a vehicle.") % {"other": other.number}, row.id


def _unlink(actor: Actor, row: Group, form: Any) -> tuple[str, UUID]:
    services.end_company(companion=form.cleaned_data["companion"], reason=form.cleaned_data["reason"], by=actor)
    return _("That has ended."), row.id


join = _changing("join", "people.group", JoinForm, _join)
split = _changing("split", "people.group", SplitForm, _split)
head = _changing("head", "people.group", HeadForm, _head)
move = _changing("move", "people.stay", MoveGroupForm, _move)
complete = _changing("complete", "people.group", CompleteForm, _complete)
link = _changing("link", "people.group", LinkForm, _link)
apart = _changing("apart", "people.keep_apart", KeepApartForm, _apart)
unlink = _changing("unlink", "people.group", EndCompanyForm, _unlink)


@page("people.part_child")
def part(request: HttpRequest, actor: Actor, group: UUID, parting: UUID) -> HttpResponseBase:
    """P9: the second officer agrees that a child is parted from a guardian."""
    if request.method != "POST":
        return redirect("people:group", group=group)
    new = services.confirm_split(proposal=parting, by=actor)
    messages.success(request, _("Two officers agreed. This is the new group."))
    return redirect("people:group", group=new)


@page("people.stay")
def head_count(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """F1: scan who is there, look at who was not seen, and only then close their stays."""
    form = HeadCountForm(request.POST or None, initial={"place": actor.place})
    corridor = in_force()
    places = [p for p in corridor.places if (p.id == actor.place if actor.place else p.registers or p.beds)]
    form.fields["place"].choices = [(place.id, place.name) for place in places]  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        place, seen = form.cleaned_data["place"], form.scanned()
        actor.require("people.stay", place=place)
        if request.POST.get("do") == "close":
            made: list[services.HeadCount] = []
            if str(len(head_count_for(actor, place, seen).missing)) != request.POST.get("expected", ""):
                form.add_error(None, _("Somebody came or left meanwhile. Look at the list again."))
            elif attempt(form, lambda: made.append(services.head_count(place=place, seen=seen, by=actor))):
                return render(request, "people/head_count_done.html", _counted(actor, made[0]))
        count = context["count"] = head_count_for(actor, place, seen)
        note_reading(actor=actor, what="head-count", persons=[person.id for person in count.missing])
    return render(request, "people/head_count.html", context, status=status_of(form) if form.errors else 200)


def _counted(actor: Actor, made: services.HeadCount) -> dict[str, Any]:
    return {
        "count": made,
        "closed": listed_for(actor, made.closed),
        "elsewhere": listed_for(actor, made.elsewhere),
    }
