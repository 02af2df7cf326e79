"""What can be typed in about money: its form, who may, and what it does. The page and its links are made of this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cauce.access.actor import Actor
from cauce.movement.charters import services as charters
from cauce.movement.funds import forms, services
from cauce.movement.funds.selectors import manifest_called, tranche_called

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to write down. `needs`: the capability; `help`: what it means, beside the form."""

    title: StrOrPromise
    form: type[forms.MoneyForm]
    do: Callable[[Said, Actor], object]
    needs: str = "funds.manage"
    help: StrOrPromise = ""


def _donor(said: Said, by: Actor) -> None:
    services.name_donor(code=said["code"], name=said["name"], country=said["country"], by=by)


def _pledge(said: Said, by: Actor) -> None:
    services.pledge(
        donor=UUID(said["donor"]),
        amount=said["amount"],
        currency=said["currency"],
        on=said["on"],
        source=said["source"],
        by=by,
    )


def _promise(said: Said, by: Actor) -> None:
    services.pledge_in_kind(
        donor=UUID(said["donor"]),
        what=said["what"],
        title=said["title"],
        quantity=said["quantity"],
        on=said["on"],
        due=said["due"],
        source=said["source"],
        by=by,
    )


def _arrived(said: Said, by: Actor) -> None:
    services.arrived_in_kind(
        pledge=UUID(said["promise"]), quantity=said["quantity"], on=said["on"], note=said["note"], by=by
    )


def _grant(said: Said, by: Actor) -> None:
    tranches = [
        services.NewTranche(
            said[f"amount_{at}"],
            said[f"start_{at}"],
            said[f"until_{at}"],
            tuple(said[f"purposes_{at}"]),
            said[f"later_{at}"],
        )
        for at in range(1, forms.TRANCHES + 1)
        if said[f"amount_{at}"]
    ]
    services.grant(
        donor=UUID(said["donor"]),
        number=said["number"],
        currency=said["currency"],
        on=said["on"],
        source=said["source"],
        tranches=tranches,
        by=by,
    )


def _receipt(said: Said, by: Actor) -> None:
    services.receive(
        tranche=UUID(said["tranche"]), amount=said["amount"], on=said["on"], reference=said["reference"], by=by
    )


def _cut(said: Said, by: Actor) -> None:
    services.cut(tranche=UUID(said["tranche"]), amount=said["amount"], reason=said["reason"], by=by)


def _rate(said: Said, by: Actor) -> None:
    services.enter_rate(
        currency=said["currency"],
        into=said["into"].upper(),
        billionths=said["worth"],
        since=said["on"],
        source=said["source"],
        by=by,
    )


def _cost(said: Said, by: Actor) -> None:
    charters.enter_cost(
        item=said["item"],
        amount=said["amount"],
        currency=said["currency"],
        since=said["on"],
        source=said["source"],
        by=by,
    )


def _commit(said: Said, by: Actor) -> None:
    services.commit(
        tranche=UUID(said["tranche"]),
        amount=said["amount"],
        currency=said["in_currency"],
        purpose=said["purpose"],
        needed_on=said["on"],
        title=said["title"],
        by=by,
    )


def _release(said: Said, by: Actor) -> None:
    services.release(commitment=UUID(said["commitment"]), reason=said["reason"], by=by)


def _pay(said: Said, by: Actor) -> None:
    services.spend(
        commitment=UUID(said["commitment"]), amount=said["amount"], on=said["on"], reference=said["reference"], by=by
    )


def _subsidise(said: Said, by: Actor) -> None:
    services.settle(
        manifest=manifest_called(said["manifest"]),
        how="subsidised",
        tranche=tranche_called(said["tranche"]).id,
        fare=said["fare"],
        currency=said["in_currency"],
        seats=said["seats"],
        by=by,
    )


ACTS: dict[str, Act] = {
    "donor": Act(_("Name a donor"), forms.DonorForm, _donor),
    "pledge": Act(_("Money pledged"), forms.PledgeForm, _pledge, help=_("A pledge pays for nothing.")),
    "promise": Act(_("Help promised in kind"), forms.PromiseForm, _promise),
    "arrived": Act(_("Help that arrived"), forms.ArrivedForm, _arrived),
    "grant": Act(
        _("A grant with its tranches"),
        forms.GrantForm,
        _grant,
        help=_("Money that is agreed in writing. Each tranche has its days and says what it may pay for."),
    ),
    "receipt": Act(_("Money received"), forms.ReceiptForm, _receipt),
    "cut": Act(_("A tranche is cut"), forms.CutForm, _cut, help=_("Never below what is committed or received.")),
    "rate": Act(_("An exchange rate"), forms.RateForm, _rate, help=_("What was committed before stays as it is.")),
    "cost": Act(_("What a part of a return costs"), forms.CostForm, _cost),
    "commit": Act(
        _("Set money aside"),
        forms.CommitForm,
        _commit,
        "funds.commit",
        _("For a flight press “Commit” beside it: whoever proposed a flight does not commit its money."),
    ),
    "release": Act(_("Let money go again"), forms.ReleaseForm, _release, "funds.commit"),
    "payment": Act(_("A payment"), forms.PaymentForm, _pay, "funds.commit"),
    "seats": Act(
        _("Seats of a bus that a fund pays"),
        forms.SubsidyForm,
        _subsidise,
        "funds.commit",
        _("After the seal only: who gets a seat is decided without knowing who pays."),
    ),
}
