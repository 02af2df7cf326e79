"""What finance officers type in: donors, promises, grants, receipts, rates, costs; commitments, payments, seats."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import OnceForm
from cauce.movement.charters.wording import ITEM_NAMES
from cauce.movement.funds.money import is_currency, parse, rate_of
from cauce.movement.funds.selectors import Funds
from cauce.movement.funds.terms import HELP, PURPOSES
from cauce.movement.funds.wording import help_name, purpose_name
from cauce.movement.returns.forms import country, day, line, words

TRANCHES = 4
_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "size": 5}


def _currency() -> forms.CharField:
    return forms.CharField(
        label=_("Currency"), initial="USD", min_length=3, max_length=3, widget=forms.TextInput(_CODE)
    )


def _amount(label: Any = None, *, required: bool = True) -> forms.CharField:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(
        label=label or _("Amount"),
        required=required,
        max_length=30,
        widget=widget,
        help_text=_("In whole units, as 1140846 or 670.50."),
    )


def _source() -> forms.CharField:
    return line(_("Where it stands"), _("A statement, a contract, an address."), required=False, most=2000)


class MoneyForm(OnceForm):
    """Amounts come out as smallest units of the currency that is typed, or of the tranche that is chosen."""

    def __init__(self, *args: Any, funds: Funds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currencies: dict[str, str] = {}
        offered: dict[str, list[tuple[str, Any]]] = {
            "donor": [(str(one.id), one.name) for one in funds.donors],
            "tranche": [(str(one.row.id), self._tranche(one)) for one in funds.tranches],
            "promise": [(str(one.row.id), f"{one.donor}: {one.row.title}") for one in funds.help],
            "commitment": [(str(one.id), self._commitment(one)) for one in funds.commitments if one.amount > one.spent],
        }
        for name, known in offered.items():
            if name in self.fields:
                first = [] if self.fields[name].required else [("", "–")]
                self.fields[name].choices = [*first, *known]  # type: ignore[attr-defined]

    def _tranche(self, one: Any) -> str:
        self.currencies[str(one.row.id)] = one.currency
        return f"{one.number} · {one.donor} · {one.row.start} – {one.row.until} · {one.currency}"

    def _commitment(self, one: Any) -> str:
        self.currencies[str(one.id)] = one.tranche.grant.currency
        return f"{one.title or purpose_name(one.purpose)} · {one.tranche.grant.number} · {one.needed_on}"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "currency" in said:
            said["currency"] = said["currency"].upper()
            if not is_currency(said["currency"]):
                self.add_error("currency", _("A currency has three letters, as USD."))
                return said
        said["in_currency"] = said.get("currency") or self.currencies.get(
            said.get("tranche") or said.get("commitment") or "", ""
        )
        for name in [name for name in self.fields if name.startswith(("amount", "fare"))]:
            self._parse(said, name)
        return said

    def _parse(self, said: dict[str, Any], name: str) -> None:
        told, currency = said.get(name), said["in_currency"]
        if not told:
            said[name] = None
            return
        try:
            said[name] = parse(told, currency) if currency else None
        except ValueError:
            self.add_error(name, _("Write a number, as 1140846 or 670.50, no finer than the currency goes."))


class DonorForm(MoneyForm):
    code = line(_("Short code"), _("As usa. The same code again changes the name."), most=40)
    name = line(_("Name"), most=200)
    country = country(_("Country"), _("Three letters, where it is a state."), required=False)


class PledgeForm(MoneyForm):
    donor = forms.ChoiceField(label=_("Donor"))
    amount = _amount()
    currency = _currency()
    on = day(_("Said on"))
    source = _source()


class PromiseForm(MoneyForm):
    donor = forms.ChoiceField(label=_("Donor"))
    what = forms.ChoiceField(label=_("Kind"), choices=[(one, help_name(one)) for one in HELP])
    title = line(_("What is promised"), most=200)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=1_000_000)
    on = day(_("Said on"))
    due = day(_("Due on"), required=False)
    source = _source()


class ArrivedForm(MoneyForm):
    promise = forms.ChoiceField(label=_("Promise"))
    quantity = forms.IntegerField(label=_("How many came"), min_value=1, max_value=1_000_000)
    on = day(_("Day"))
    note = line(_("Note"), required=False)


class GrantForm(MoneyForm):
    """A grant with up to four tranches; one without an amount is none."""

    donor = forms.ChoiceField(label=_("Donor"))
    number = line(_("Number of the grant"), most=60)
    currency = _currency()
    on = day(_("Signed on"))
    source = _source()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = [(one, purpose_name(one)) for one in PURPOSES]
        for at in range(1, TRANCHES + 1):
            first = at == 1
            self.fields[f"amount_{at}"] = _amount(_("Tranche: amount"), required=first)
            self.fields[f"start_{at}"] = day(_("From"), required=first)
            self.fields[f"until_{at}"] = day(_("Until"), required=first)
            self.fields[f"purposes_{at}"] = forms.MultipleChoiceField(
                label=_("It may pay for"), choices=purposes, widget=forms.CheckboxSelectMultiple, required=first
            )
            self.fields[f"later_{at}"] = forms.BooleanField(
                label=_("Paid by the donor after it was spent"), required=False
            )

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("donor", "number", "currency", "on", "source")]

    @property
    def tranches(self) -> list[tuple[bool, list[forms.BoundField]]]:
        """Whether it is shown at once, and its fields."""
        parts = ("amount", "start", "until", "purposes", "later")
        groups = [[self[f"{part}_{at}"] for part in parts] for at in range(1, TRANCHES + 1)]
        return [(at == 0 or any(one.value() or one.errors for one in group), group) for at, group in enumerate(groups)]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for at in range(2, TRANCHES + 1):
            if said.get(f"amount_{at}"):
                for part in ("start", "until", "purposes"):
                    if not said.get(f"{part}_{at}") and f"{part}_{at}" not in self.errors:
                        self.add_error(f"{part}_{at}", _("A tranche says its days and what it may pay for."))
        return said


class ReceiptForm(MoneyForm):
    tranche = forms.ChoiceField(label=_("Tranche"))
    amount = _amount()
    on = day(_("In the account on"))
    reference = line(_("Reference of the bank"), required=False, most=200)


class CutForm(MoneyForm):
    tranche = forms.ChoiceField(label=_("Tranche"))
    amount = _amount(_("What is left of it"))
    reason = words(_("Reason"))


class RateForm(MoneyForm):
    currency = forms.CharField(label=_("One unit of"), min_length=3, max_length=3, widget=forms.TextInput(_CODE))
    into = forms.CharField(label=_("in"), min_length=3, max_length=3, widget=forms.TextInput(_CODE))
    worth = forms.CharField(label=_("is so much"), max_length=30, help_text=_("As 0.00025."))
    on = day(_("From this day on"))
    source = line(_("Where it was read"), most=2000)

    def clean_worth(self) -> int:
        try:
            return rate_of(self.cleaned_data["worth"])
        except ValueError:
            raise forms.ValidationError(_("Write a number above zero, as 0.00025.")) from None


class CostForm(MoneyForm):
    item = forms.ChoiceField(label=_("Part of a return"), choices=list(ITEM_NAMES.items()))
    amount = _amount()
    currency = _currency()
    on = day(_("From this day on"))
    source = line(_("Where it stands"), _("A contract, a tariff, an invoice."), most=2000)


class CommitForm(MoneyForm):
    tranche = forms.ChoiceField(label=_("Tranche"))
    amount = _amount()
    purpose = forms.ChoiceField(label=_("For"), choices=[(one, purpose_name(one)) for one in PURPOSES])
    on = day(_("Needed on"))
    title = line(_("What it is"), required=False, most=200)


class ReleaseForm(MoneyForm):
    commitment = forms.ChoiceField(label=_("Commitment"))
    reason = words(_("Reason"))


class PaymentForm(MoneyForm):
    commitment = forms.ChoiceField(label=_("Commitment"))
    amount = _amount()
    on = day(_("Paid on"))
    reference = line(_("Invoice"), required=False, most=200)


class SubsidyForm(MoneyForm):
    manifest = forms.CharField(label=_("Number of a sealed manifest"), max_length=40, widget=forms.TextInput(_CODE))
    tranche = forms.ChoiceField(label=_("Tranche that pays"))
    fare = _amount(_("Of one seat"))
    seats = forms.IntegerField(
        label=_("How many seats"),
        required=False,
        min_value=1,
        max_value=5000,
        help_text=_("Empty: all not settled yet."),
    )
