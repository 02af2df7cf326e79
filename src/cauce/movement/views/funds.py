"""The page of funds: from the pledge to the payment, what came of what was promised, and what waits to be paid for."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import status_of
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.movement.charters import services as charters
from cauce.movement.charters.selectors import awaiting_money_for
from cauce.movement.funds.acts import ACTS, Act
from cauce.movement.funds.export import rows_of
from cauce.movement.funds.money import RATE_UNIT, shown
from cauce.movement.funds.seats import seats_for
from cauce.movement.funds.selectors import Funds, Line, funds_for
from cauce.movement.funds.wording import help_name, purpose_name
from cauce.spreadsheets import write_table

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


SEAT_DAYS = 30
_PAYERS: dict[str, StrOrPromise] = {
    "subsidised": gettext_lazy("a fund"),
    "paid": gettext_lazy("the travellers"),
    "waived": gettext_lazy("nobody: waived"),
    "open": gettext_lazy("not said yet"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a donor's money: the sum, and its share of the largest."""

    title: str
    amount: str
    per_cent: int


@page("funds.read")
def funds(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Everything about money; POST goes to `commit`."""
    return _page(request, actor)


def _page(request: HttpRequest, actor: Actor, wrong: str = "") -> HttpResponseBase:
    found = funds_for(actor)
    today = local_day(actor.place, clock.now())
    open_commitments = [row for row in found.commitments if row.amount > row.spent]
    context = {
        "wrong": wrong,
        "lines": [(line, _steps(line), shown(line.free, line.currency)) for line in found.lines],
        "tranches": [
            (
                one,
                shown(one.left, one.currency),
                shown(one.row.amount, one.currency),
                round(100 * one.row.committed / one.row.amount) if one.row.amount else 0,
                ", ".join(str(purpose_name(purpose)) for purpose in one.purposes),
            )
            for one in found.tranches
        ],
        "help": [
            (one, str(help_name(one.row.what)), round(100 * one.row.arrived / one.row.quantity)) for one in found.help
        ],
        "commitments": [
            (row, str(purpose_name(row.purpose)), shown(row.amount - row.spent, row.tranche.grant.currency))
            for row in open_commitments[:100]
        ],
        "more_commitments": max(0, len(open_commitments) - 100),
        "rates": [(row, f"{Decimal(row.billionths) / RATE_UNIT:f}") for row in found.rates[:20]],
        "waiting": [(row, shown(amount, row.currency)) for row, amount in awaiting_money_for(actor)],
        "seats": [
            (line, str(_PAYERS[line.how]), shown(line.amount, line.currency) if line.currency else "")
            for line in seats_for(actor, today - timedelta(days=SEAT_DAYS - 1), today)
        ],
        "seat_days": SEAT_DAYS,
        "may_commit": actor.may("funds.commit"),
        "acts": [(name, act.title) for name, act in ACTS.items() if actor.may(act.needs)],
    }
    return render(request, "movement/funds.html", context, status=409 if wrong else 200)


def _steps(line: Line) -> list[Step]:
    told = (
        (_("pledged"), line.pledged),
        (_("granted"), line.granted),
        (_("received"), line.received),
        (_("committed"), line.committed),
        (_("spent"), line.spent),
    )
    most = max((amount for _title, amount in told), default=0) or 1
    return [Step(title, shown(amount, line.currency), round(100 * amount / most)) for title, amount in told]


@page("funds.read")
def table(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same as CSV."""
    found: Funds = funds_for(actor)
    text = io.StringIO()
    write_table(text, rows_of(found), ending="\r\n")
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="funds.csv"'
    return answer


@require_POST
@page("funds.commit")
def commit(request: HttpRequest, actor: Actor, flight: UUID) -> HttpResponseBase:
    """Commit all that a proposed flight costs."""
    try:
        charters.book(flight=flight, by=actor)
    except (Refused, Misused) as reason:
        return _page(request, actor, str(reason))
    messages.success(request, _("The money is committed; the flight's manifests can be sealed."))
    return redirect("movement:funds")


@page("funds.read")
def enter(request: HttpRequest, actor: Actor, what: str) -> HttpResponseBase:
    """Type in one thing about money; each asks for its own capability, and what is refused stands beside the form."""
    act = ACTS.get(what)
    if act is None:
        raise Http404
    actor.require(act.needs)
    form = act.form(request.POST or None, funds=funds_for(actor))
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "nonce"}
        if form.once(actor, lambda: _done(act, said, actor)):
            messages.success(request, _("Written down."))
            return redirect("movement:funds")
    context = {"act": act, "form": form}
    return render(request, "movement/funds_enter.html", context, status=status_of(form))


def _done(act: Act, said: dict[str, object], actor: Actor) -> None:
    """What is not found, as a manifest by its number, stands beside the form like a refusal."""
    try:
        act.do(said, actor)
    except Unknown as reason:
        raise Refused(str(reason), code="not_found") from reason
