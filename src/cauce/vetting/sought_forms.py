"""What is typed in about people who are sought."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import OnceForm
from cauce.vetting.forms import long_text

SEX = (("", _("not known")), ("F", _("female")), ("M", _("male")), ("X", _("other")))


def day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )


def line(label: Any, help_text: Any = "", *, required: bool = True, most: int = 200) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=most)


def lines(label: Any, help_text: Any = "", *, required: bool = True, rows: int = 2) -> forms.CharField:
    """Several values, one a line."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=4000, widget=forms.Textarea({"rows": rows})
    )


def split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.splitlines() if part.strip())


class AlertForm(OnceForm):
    names = lines(_("Names"), _("One a line, in any script: every spelling that is known."), rows=3)
    birth_dates = line(
        _("Birth date"), _("1971, 1971-03, 1971-03-09 or 1969/1973. May stay empty."), required=False, most=80
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=SEX, required=False)
    nationality = line(_("Nationality"), _("Code or English name. It raises no score."), required=False, most=80)
    documents = lines(
        _("Papers"), _("One a line: passport:AB123456:HTI, national:…, other:…. May stay empty."), required=False
    )
    why = long_text(_("Why the person is sought"), _("A tip alone is no reason: clients of smugglers may be victims."))
    owner = line(_("Whose alert it is"), _("The authority that answers for it."))
    basis = line(_("Legal basis here"))
    consequence = forms.ChoiceField(
        label=_("What a confirmed match may lead to"),
        choices=(
            ("inform", _("Inform: it blocks nothing")),
            ("refer", _("Refer: a person decides; a match is offered to the authority")),
            ("hold", _("Hold: until the authority takes over, or its deadline ends")),
        ),
        initial="refer",
        widget=forms.RadioSelect,
    )
    authority = line(_("Which authority takes a match over"))
    state = line(
        _("Which state asks"), _("Only where a state does: its own people are protected from it."), required=False
    )
    review_on = day(_("Look at it again on"))
    expires_on = day(_("Last day"), _("From the next day on it matches nobody."))


class AlertReviewForm(forms.Form):
    review_on = day(_("Look at it again on"))
    expires_on = day(_("Last day"))
    note = long_text(_("Why it is still needed"), rows=2)


class EndingForm(forms.Form):
    why = long_text(_("Why it ends"), rows=2)


class TracingForm(OnceForm):
    names = lines(_("Names of the person sought"), _("One a line, in any script, as the family says them."))
    relation = line(_("What this person is to the seeker"), _("Child, mother, brother."), most=60)
    birth = line(_("Birth date"), _("2016, 2016-02 or 2016-02-29. May stay empty."), required=False, most=40)
    age = forms.IntegerField(
        label=_("Or age in years"), help_text=_("As it is guessed."), required=False, min_value=0, max_value=120
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=SEX, required=False)
    last_place = line(_("Seen last at"), required=False)
    last_day = line(_("When"), _("As it is said."), required=False, most=40)
    seeker = line(
        _("Number of the person who is looking"),
        _("As on the card. Empty when an agency asks."),
        required=False,
        most=60,
    )
    agency = line(_("Or agency that asks from outside"), required=False)
    contact = lines(_("How the agency is reached"), required=False)


class FoundForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Is this the one sought?"),
        choices=(("found", _("Yes, found")), ("not_same", _("No, somebody else"))),
        widget=forms.RadioSelect,
    )
    reason = long_text(_("Reason"), _("What speaks for it. Do not tell either side yet."), rows=3)


class AgreedForm(forms.Form):
    how = forms.ChoiceField(label=_("May the seeker be told?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        yes = (
            ("officer", _("Yes: it is safe and best for the child; I decide so"))
            if child
            else ("person", _("Yes: the person who was found wants it"))
        )
        self.fields["how"].choices = [yes, ("declined", _("No: nobody is told"))]  # type: ignore[attr-defined]
