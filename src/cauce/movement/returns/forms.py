"""What is typed in about a return and about custody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cauce.corridor.faces import OnceForm, choices
from cauce.corridor.selectors import in_force
from cauce.movement.returns import wording
from cauce.people.languages import LANGUAGES


def words(label: Any, help_text: Any = "", *, required: bool = True, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=4000, widget=forms.Textarea({"rows": rows})
    )


def line(label: Any, help_text: Any = "", *, required: bool = True, most: int = 300) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=most)


def day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=widget, input_formats=["%Y-%m-%d"]
    )


def moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """Local time of the node, as the browser's own picker gives it."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget, input_formats=["%Y-%m-%dT%H:%M"])


def one_of(label: Any, known: Mapping[str, Any], *, but: str = "") -> forms.ChoiceField:
    offered = [(code, told) for code, told in known.items() if code != but]
    return forms.ChoiceField(label=label, choices=offered, widget=forms.RadioSelect)


def country(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    widget = forms.TextInput({"autocapitalize": "characters", "size": 5, "spellcheck": "false"})
    return forms.CharField(
        label=label, help_text=help_text, required=required, min_length=3, max_length=3, widget=widget
    )


class ActForm(OnceForm):
    """A form on the page of a case: several stand there, so each has ids of its own."""

    def __init__(self, *args: Any, act: str = "", **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{act}_%s" if act else "id_%s", **kwargs)
        if "language" in self.fields:
            known = [("", "—"), *((code, LANGUAGES.get(code, code)) for code in in_force().languages)]
            self.fields["language"].choices = known  # type: ignore[attr-defined]


class OpenForm(ActForm):
    person = forms.CharField(
        label=_("Person's number"),
        max_length=60,
        help_text=_("As on the card; the card can be scanned."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    kind = one_of(_("Kind"), wording.KINDS)
    destination = country(_("Country of destination"), _("Three letters, like COL."))
    asked = country(_("Country the person asked for"), _("Empty when they asked for none."), required=False)


class DecideForm(ActForm):
    authority = line(_("Authority that decided"))
    reference = line(_("Number of the decision"), most=120)
    legal_basis = line(_("Law on which it rests"))
    decided_on = day(_("Decided on"))
    appeal_until = day(_("Last day to appeal"), required=False)
    no_appeal = forms.BooleanField(label=_("The law gives no appeal"), required=False)


class AppealForm(ActForm):
    filed_on = day(_("Filed on"))
    suspensive = forms.BooleanField(label=_("By law it stops the return"), required=False)


class OutcomeForm(ActForm):
    outcome = one_of(_("How the appeal ended"), wording.OUTCOMES)
    decided_on = day(_("Decided on"))


class DestinationForm(ActForm):
    destination = country(_("Country of destination"))
    reason = words(_("Why another country"))


class DocumentForm(ActForm):
    kind = forms.ChoiceField(label=_("Travel document"), choices=list(wording.DOCUMENTS.items()))
    until = day(_("Its last day"))


class ConsulateForm(ActForm):
    recipient = forms.ChoiceField(label=_("Consulate"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(to.id, f"{to.controller} ({to.country})") for to in in_force().recipients]
        self.fields["recipient"].choices = told  # type: ignore[attr-defined]


class EscortForm(ActForm):
    escort = one_of(_("Escort"), wording.ESCORTS)
    reason = words(_("Why"), _("What this person did or needs. Nationality is no reason."))


class FitForm(ActForm):
    finding = one_of(_("What the clinician found"), wording.FINDINGS)
    found_by = line(_("Clinician"))
    until = day(_("Holds until"), _("Empty: as long as the corridor file allows."), required=False)
    note = words(_("Care that is needed"), required=False)


class ExplainForm(ActForm):
    language = forms.ChoiceField(label=_("Language in which it was explained"))
    given = forms.BooleanField(label=_("The person has the rules on paper, and had time to ask"))


class ConsentForm(ActForm):
    language = forms.ChoiceField(label=_("Language in which the person was asked"))
    shared = forms.BooleanField(label=_("Both of us speak it well"), required=False)
    interpreter = line(_("Interpreter"), _("Name; empty when nobody interpreted."), required=False)
    counsel = line(_("Counsel at the person's side"), _("Name; without counsel no consent in custody."), required=False)
    custody = line(_("Held at"), _("Empty when the person is free to leave."), required=False)


class WordsForm(ActForm):
    words = words(_("In the person's own words"), _("Nothing has to be said."), required=False)


class ObjectForm(ActForm):
    words = words(_("In the person's own words"))


class ReceivedForm(ActForm):
    to = line(_("Who received the person"))


class FollowUpForm(ActForm):
    found = words(_("How the person is"), _("What the person, or who was asked, said."))


class CloseForm(ActForm):
    why = one_of(_("Why the case ends"), wording.CLOSED, but="followed_up")


class AsideForm(ActForm):
    sure = forms.BooleanField(label=_("The authority took its decision back"))


class CustodyForm(ActForm):
    person = OpenForm.base_fields["person"]
    place = forms.ChoiceField(label=_("Place"))
    basis = line(_("Law on which the person is held"))
    authority = line(_("Who ordered it"))
    since = moment(_("Since"))
    maximum = moment(_("Ends at the latest"))
    next_review = moment(_("Looked at next"))
    counsel = line(_("Counsel"), required=False)

    def __init__(self, *args: Any, only: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [place for place in in_force().places if not only or place.id == only]
        self.fields["place"].choices = choices(places)  # type: ignore[attr-defined]


class LookForm(ActForm):
    outcome = words(_("What was found, and why the person is still held"))
    next_review = moment(_("Looked at next"))
    counsel = line(_("Counsel"), _("Empty: as before."), required=False)


class EndForm(ActForm):
    why = one_of(_("Why it ends"), wording.ENDED)
