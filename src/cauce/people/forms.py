"""Reading what is typed into a registration: one form for the group, one for each person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.corridor.selectors import in_force
from cauce.people.dating import partial_date
from cauce.people.models import Group, Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def day_or_part(text: str) -> tuple[date, date] | None:
    """First and last day of `17/05/1984`, `05/1984`, `1984`, or the same as ISO; None for nothing typed.

    ValidationError for anything else.
    """
    told = text.strip()
    if not told:
        return None
    parts = [part for part in told.replace(".", "/").replace("-", "/").replace(" ", "/").split("/") if part]
    if len(parts[-1]) == 4 and len(parts) > 1:
        parts.reverse()
    iso = "-".join(part.zfill(2) for part in parts)
    try:
        return partial_date(iso)
    except ValueError:
        raise ValidationError(
            _("%(text)s is no date. Write 17/05/1984, 05/1984 or 1984, or leave it empty.") % {"text": told},
            code="unreadable",
        ) from None


class PartialDateField(forms.CharField):
    """A date, a month or a year; cleaned to its first and last day, or None."""

    def __init__(self, *, label: StrOrPromise = "", help_text: StrOrPromise = "") -> None:
        super().__init__(required=False, max_length=20, label=label, help_text=help_text)

    def clean(self, value: object) -> tuple[date, date] | None:
        return day_or_part(str(super().clean(value)))


class WholeDateField(forms.CharField):
    """One day, typed as people write it."""

    def clean(self, value: object) -> date | None:
        span = day_or_part(str(super().clean(value)))
        if span is None:
            return None
        if span[0] != span[1]:
            raise ValidationError(_("A whole date is needed: day, month and year."), code="unreadable")
        return span[0]


class HeadCountForm(forms.Form):
    """Card numbers or tokens, one a line, as a scanner types them."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    seen = forms.CharField(
        label=gettext_lazy("Cards seen"),
        help_text=gettext_lazy("Scan or type one card after the other, one a line: numbers or the cards' addresses."),
        widget=forms.Textarea(attrs={"rows": 10, "class": "mrz", "autofocus": True, "spellcheck": "false"}),
        max_length=400_000,
    )

    def scanned(self) -> list[str]:
        """One text a card: of an address only its last part."""
        lines = self.cleaned_data["seen"].replace(",", "\n").replace(";", "\n").splitlines()
        return [text.rstrip("/").rpartition("/")[2] for line in lines if (text := line.strip())]


class GroupForm(forms.Form):
    """A form about one group and its members."""

    def __init__(self, *args: Any, members: Sequence[Person], row: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        self.row = row

    def choose(self, field: str, *, empty: bool = False) -> None:
        rows = [(str(member.id), member.display_name) for member in self.members if not member.erased]
        self.fields[field].choices = [("", ""), *rows] if empty else rows  # type: ignore[attr-defined]


class JoinForm(GroupForm):
    other = forms.CharField(
        label=gettext_lazy("Number of the other group"),
        max_length=20,
        help_text=gettext_lazy("Both must be at one place."),
    )


class SplitForm(GroupForm):
    persons = forms.MultipleChoiceField(label=gettext_lazy("Who leaves"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("persons")


class HeadForm(GroupForm):
    person = forms.ChoiceField(label=gettext_lazy("Head of the group"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("person", empty=True)


class MoveGroupForm(GroupForm):
    place = forms.ChoiceField(label=gettext_lazy("Where to"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(place.id, place.name) for place in in_force().places if place.id != self.row.place]
        self.fields["place"].choices = [("", ""), *rows]  # type: ignore[attr-defined]


class CompleteForm(GroupForm):
    reason = forms.CharField(label=gettext_lazy("Why nobody is missing any more"), max_length=200)


class LinkForm(GroupForm):
    other = forms.CharField(label=gettext_lazy("Number of the other group"), max_length=20)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Both stand in the queue where the later of them would."),
    )


class KeepApartForm(GroupForm):
    other = forms.CharField(label=gettext_lazy("Number of the other group"), max_length=20)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Only protection officers read it. They never share a vehicle."),
    )


class EndCompanyForm(GroupForm):
    companion = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Why this ends"), max_length=200)
