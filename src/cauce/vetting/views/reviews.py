"""The list of reviews and one review: both sides, the score taken apart, the decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import CHANGED, attempt, page_of, status_of
from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.journal.errors import Conflict
from cauce.vetting import forms, selectors, services, wording
from cauce.vetting.counterfactual import what_would_change
from cauce.vetting.entry_changes import changes
from cauce.vetting.review_selectors import Ordered, waits_first
from cauce.vetting.review_words import changed_fields, rank_words, what_words
from cauce.vetting.selectors import Sides, Waiting
from cauce.vetting.sought_selectors import families_for
from cauce.vetting.views.sides import asked, facts

AT_ONCE = 25
"""Reviews on a page: the first are those most worth looking at, and who is listed is written down as read."""


@dataclass(frozen=True, slots=True)
class Line:
    """A review as the list shows it."""

    waiting: Waiting
    check: str
    reasons: list[str]
    why: list[str]
    overdue: bool
    per_cent: int


@page("reviews.read")
def reviews(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The reviews that wait for an analyst, the one most worth looking at first."""
    mine = request.GET.get("show") == "mine"
    rows = selectors.reviews_in_order_for(actor, place=actor.place)
    chosen = rows.only(lambda row: (row.id in rows.mine) is mine)
    return _list(request, actor, chosen, {"mine": mine, "count": len(chosen), "others": len(rows) - len(chosen)})


@page("reviews.protect")
def protected(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """P6: matches with a list of the person's own or feared state, which a protection officer sees first."""
    rows = selectors.reviews_in_order_for(actor).only(waits_first)
    return _list(request, actor, rows, {"protecting": True})


def _list(request: HttpRequest, actor: Actor, rows: Ordered, context: dict[str, Any]) -> HttpResponseBase:
    shown = page_of(request, rows, AT_ONCE)
    note_reading(actor=actor, what="review", persons=selectors.registered(row.person for row in shown))
    shown.object_list = _lines(list(shown))
    # Families to reunite come before any suspicion, for those who hear of them at all.
    families = families_for(actor) if actor.may("tracing.decide") else []
    note_reading(actor=actor, what="tracing", persons=dict.fromkeys(one.person.id for one in families))
    return render(request, "vetting/reviews.html", {"page": shown, "families": families, **context})


def _lines(rows: list[Waiting]) -> list[Line]:
    now = clock.now()
    return [
        Line(
            waiting=row,
            check=wording.check_name(row.check_id),
            reasons=wording.reason_words(row.reasons),
            why=rank_words(row.why),
            overdue=row.due_at <= now,
            per_cent=round(row.score * 100),
        )
        for row in rows
    ]


@dataclass(slots=True)
class Forms:
    """The forms of the page; the one that was sent holds what was typed."""

    decide: Form | None = None
    extend: Form = field(default_factory=forms.ExtensionForm)
    note: Form = field(default_factory=forms.NoteForm)

    @property
    def sent(self) -> list[Form]:
        return [form for form in (self.decide, self.extend, self.note) if form is not None and form.errors]


@page("reviews.read")
def review(request: HttpRequest, actor: Actor, review: UUID) -> HttpResponseBase:
    """One review. POST decides it; another analyst's answer never stands on the page while it is open."""
    sides = selectors.review_for(actor, review)
    form = forms.DecisionForm(request.POST or None, outcomes=wording.outcome_names(bool(sides.review.list_name)))
    if request.method != "POST" or not form.is_valid():
        return _page(request, actor, review, Forms(decide=form))
    said = form.cleaned_data
    done: list[services.Decided] = []
    try:
        attempt(
            form,
            lambda: done.append(
                services.decide(review=review, outcome=said["outcome"], reason=said["reason"], by=actor)
            ),
        )
    except Conflict as reason:
        return _page(request, actor, review, Forms(), conflict=str(reason), typed=said["reason"])
    if not done:
        return _page(request, actor, review, Forms(decide=form))
    if done[0].truth:
        return redirect("vetting:review", review)  # which tells that the case was planted
    messages.success(request, _after(done[0]))
    return redirect("vetting:reviews")


def _after(done: services.Decided) -> str:
    return (
        _("Decided and closed.")
        if done.closed
        else _("Your answer is kept. Another analyst looks now, without seeing it.")
    )


@page("reviews.protect")
def protect(request: HttpRequest, actor: Actor, review: UUID) -> HttpResponseBase:
    """P6: the protection officer's view of such a match; POST passes it on to the analysts."""
    form = forms.NoteForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: services.pass_on(review=review, note=form.cleaned_data["note"], by=actor))
    ):
        messages.success(request, _("Passed on. The analysts decide it now."))
        return redirect("vetting:protected")
    return _page(request, actor, review, Forms(note=form), protecting=True)


@require_POST
@page("reviews.extend")
def extend(request: HttpRequest, actor: Actor, review: UUID) -> HttpResponseBase:
    """More time, in writing (P5)."""
    form = forms.ExtensionForm(request.POST)
    protecting = not actor.may("reviews.read")
    if form.is_valid() and attempt(
        form,
        lambda: services.extend(
            review=review, hours=form.cleaned_data["hours"], reason=form.cleaned_data["why"], by=actor
        ),
    ):
        messages.success(request, _("The review has more time, under your name."))
        return redirect("vetting:protect" if protecting else "vetting:review", review)
    return _page(request, actor, review, Forms(extend=form), protecting=protecting)


def _page(
    request: HttpRequest,
    actor: Actor,
    review: UUID,
    entered: Forms,
    *,
    protecting: bool = False,
    conflict: str = "",
    typed: str = "",
) -> HttpResponseBase:
    sides = selectors.review_for(actor, review)
    row = sides.review
    persons = selectors.registered((row.person, *(other.id for other in sides.others)))
    note_reading(actor=actor, what="review", persons=persons)
    if entered.decide is None:
        entered.decide = forms.DecisionForm(outcomes=wording.outcome_names(bool(row.list_name)))
    context = {
        **_words(sides, actor),
        "entered": entered,
        "protecting": protecting,
        "may_decide": actor.may("reviews.decide") and not protecting,
        "conflict": conflict,
        "typed": typed,
    }
    status = CHANGED if conflict else status_of(entered.sent[0]) if entered.sent else 200
    return render(request, "vetting/review.html", context, status=status)


def _words(sides: Sides, actor: Actor) -> dict[str, Any]:
    """The review as its page says it."""
    row = sides.review
    is_open = row.status in ("open", "lapsed")
    outcomes = wording.outcome_names(bool(row.list_name))
    return {
        "sides": sides,
        "review": row,
        "is_open": is_open,
        "overdue": sides.due_at <= clock.now(),
        "check": wording.check_name(row.check_id),
        "reasons": wording.reason_words(row.reasons),
        "per_cent": round(row.score * 100),
        "facts": facts(sides),
        "edition": sides.edition,
        "what": what_words(what_would_change(asked(sides))) if is_open and row.list_name else [],
        "remarks": row.listed.get("remarks", ""),
        "pieces": wording.worded(row.pieces),
        "consequence": wording.CONSEQUENCES.get(sides.rule.consequence, "") if sides.rule else "",
        "outcome": outcomes.get(row.outcome, ""),
        "decisions": [(d, outcomes.get(d.outcome, "")) for d in sides.decisions],
        "earlier": _earlier(sides),
        "answered": any(d.account == actor.account for d in sides.decisions),
        "waits_for_protection": row.protection_first and not row.passed_by,
        "planted": _planted(sides),
        # What a colleague wrote may tell what the colleague thinks.
        "extension_open": not is_open or row.extended_by in ("", actor.account),
        "longest_extension": in_force().review.extend_hours,
    }


def _planted(sides: Sides) -> tuple[str, str, bool] | None:
    """What the analyst said of a planted case, what is true, and whether that is the same."""
    if sides.planted is None:
        return None
    said = [str(wording.OUTCOMES[code]) for code in (sides.planted.said, sides.planted.truth)]
    return said[0], said[1], sides.planted.right


def _earlier(sides: Sides) -> list[dict[str, Any]]:
    """What was decided of this person and entry before, and what the list changed about the entry since."""
    names = wording.outcome_names(bool(sides.review.list_name))
    return [
        {
            "row": row,
            "said": names.get(row.outcome, ""),
            "departed": row.closed_why == "departed",
            "decisions": [(d, names.get(d.outcome, "")) for d in row.decisions.all()],
            "changed": changed_fields(changes(row.listed, sides.review.listed)) if sides.review.list_name else [],
        }
        for row in sides.earlier
    ]
