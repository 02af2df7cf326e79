"""The forms of what is done about one person. Each knows the dossier that its page showed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.corridor.faces import OnceForm
from cauce.corridor.selectors import in_force, local_day
from cauce.desk import words
from cauce.desk.dossier import Dossier
from cauce.desk.registration_forms import CountryField, choices, need_groups
from cauce.desk.zones import read_zone
from cauce.journal import clock
from cauce.people.dating import shown
from cauce.people.forms import PartialDateField, WholeDateField
from cauce.people.intake import NewDocument, NewPerson

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ENDINGS = ("walked_on", "hospital", "custody", "returned", "died", "unknown", "registered_in_error")


class ActionForm(OnceForm):
    """A form about one person. `fits_now` raises ValidationError when what was shown is not so any more."""

    def __init__(self, *args: Any, file: Dossier, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file = file
        self.actor = actor


class ReasonForm(ActionForm):
    """Nothing but why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def moment_field() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=16,
        label=gettext_lazy("When"),
        help_text=gettext_lazy("Empty: now"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


def moment_of(text: str) -> datetime | None:
    """The time typed, in the zone of the page; None for nothing typed."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Write a date and a time, for example 2023-08-15 09:30.")) from None
    return at if at.tzinfo else timezone.make_aware(at)


class CorrectForm(ActionForm):
    """Every fact as it stands; what differs is put right. Refused when somebody else changed it meanwhile."""

    family_names = forms.CharField(required=False, max_length=200, label=gettext_lazy("Family names"))
    given_names = forms.CharField(required=False, max_length=200, label=gettext_lazy("Given names"))
    full_name = forms.CharField(required=False, max_length=400, label=gettext_lazy("Whole name as printed"))
    description = forms.CharField(required=False, max_length=2000, label=gettext_lazy("Description"))
    sex = forms.ChoiceField(required=False, choices=choices(words.SEXES), label=gettext_lazy("Sex"))
    birth_date = PartialDateField(label=gettext_lazy("Born"), help_text=gettext_lazy("A day, a month or a year"))
    birth_estimated = forms.BooleanField(required=False, label=gettext_lazy("Birth date is estimated"))
    said_minor = forms.BooleanField(required=False, label=gettext_lazy("A child, age not known"))
    nationality = CountryField(label=gettext_lazy("Nationality"))
    feared_country = CountryField(label=gettext_lazy("A country they fear"))
    language = forms.ChoiceField(required=False, label=gettext_lazy("Language"))
    relation = forms.ChoiceField(required=False, label=gettext_lazy("Relation to the head of the group"))
    guardian = forms.ChoiceField(required=False, label=gettext_lazy("Parent or guardian in this group"))
    next_of_kin = forms.CharField(required=False, max_length=300, label=gettext_lazy("Whom to tell in an emergency"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, file: Dossier, actor: Actor, **kwargs: Any) -> None:
        now = facts(file)
        super().__init__(*args, file=file, actor=actor, initial={**now, "seen": digest(now)}, **kwargs)
        person = file.person
        # A value that another node or an import gave stays a choice.
        self.fields["language"].choices = _with(words.LANGUAGES, person.language)  # type: ignore[attr-defined]
        self.fields["relation"].choices = _with(words.RELATIONS, person.relation)  # type: ignore[attr-defined]
        others = [(str(m.id), m.display_name) for m in file.members if m.id != person.id and not m.erased]
        self.fields["guardian"].choices = [("", _("none recorded")), *others]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("seen") != digest(facts(self.file)):
            raise ValidationError(
                _("Somebody else corrected this person meanwhile. Open the page again, look, then correct.")
            )
        return told

    def changes(self) -> dict[str, Any]:
        """What differs from how the person stands."""
        now = facts(self.file)
        told = {name: self.cleaned_data[name] for name in now if name in self.cleaned_data}
        span = told.pop("birth_date")
        told["birth_date"] = self.data.get("birth_date", "") and _shown(span)
        guardian = told.pop("guardian")
        found = {name: value for name, value in told.items() if value != now[name]}
        if guardian != now["guardian"]:
            found["guardian"] = UUID(guardian) if guardian else None
        return found


def _with(known: Mapping[str, StrOrPromise], value: str) -> list[tuple[str, Any]]:
    rows = choices(known)
    return rows if not value or value in known else [*rows, (value, value)]


def _shown(span: Any) -> str:
    return shown(*span) if span else ""


def facts(file: Dossier) -> dict[str, Any]:
    """The person's facts as the form shows them."""
    person = file.person
    names = [
        name for name in CorrectForm.base_fields if name not in ("birth_date", "guardian", "reason", "seen", "nonce")
    ]
    return {
        **{name: getattr(person, name) for name in names},
        "birth_date": file.born,
        "guardian": str(person.guardian or ""),
    }


def digest(values: Mapping[str, Any]) -> str:
    """What a form carries to tell whether the facts are still those it showed."""
    return hashlib.sha256("\x00".join(f"{k}={values[k]}" for k in sorted(values)).encode()).hexdigest()[:24]


class PaperForm(ActionForm):
    """A paper shown after the registration."""

    mrz = forms.CharField(
        required=False,
        max_length=400,
        strip=False,
        label=gettext_lazy("Machine-readable zone"),
        help_text=gettext_lazy("What the zone says need not be typed again below."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "mrz", "spellcheck": "false"}),
    )
    keep = forms.BooleanField(
        required=False, label=gettext_lazy("Keep what is printed. The document check will look at it.")
    )
    kind = forms.ChoiceField(
        required=False, choices=choices(words.DOCUMENTS, gettext_lazy("as the zone says")), label=gettext_lazy("Paper")
    )
    number = forms.CharField(required=False, max_length=60, label=gettext_lazy("Number of the paper"))
    issuer = CountryField(label=gettext_lazy("Issued by"))
    expires = WholeDateField(required=False, max_length=20, label=gettext_lazy("Valid until"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not (told.get("mrz", "").strip() or told.get("number") or told.get("kind")):
            raise ValidationError(_("Type the zone, or the kind and number of the paper."))
        self.kept = False
        if told.get("mrz", "").strip():
            here = self.file.stay.place if self.file.stay else ""
            known = {"document_number": told.get("number"), "document_expires": told.get("expires")}
            reading = read_zone(told["mrz"], known, local_day(here, clock.now()))
            self.kept = bool(reading.doubts)
            if reading.doubts and not told.get("keep"):
                self.add_error("mrz", " ".join(reading.doubts))
            for name in ("kind", "number", "issuer"):
                told[name] = told.get(name) or reading.values.get(f"document_{name}", "")
            expires = reading.values.get("document_expires")
            told["expires"] = told.get("expires") or (datetime.fromisoformat(expires).date() if expires else None)
        return told

    def document(self) -> NewDocument:
        told = self.cleaned_data
        return NewDocument(
            kind=told["kind"] or "other",
            number=told["number"],
            issuer=told["issuer"],
            expires=told["expires"],
            mrz=told["mrz"],
            kept_as_printed=self.kept,
        )


class PaperOffForm(ReasonForm):
    """Which paper was recorded in error."""

    document = forms.ChoiceField(label=gettext_lazy("Paper"))
    field_order = ("document", "reason")

    def __init__(self, *args: Any, file: Dossier, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, file=file, actor=actor, **kwargs)
        self.fields["document"].choices = [  # type: ignore[attr-defined]
            (str(row["id"]), f"{words.word(words.DOCUMENTS, row['kind'])} {row['number']}") for row in file.papers
        ]


class NeedForm(ActionForm):
    """A need seen later."""

    code = forms.ChoiceField(label=gettext_lazy("What was seen or said"))

    def __init__(self, *args: Any, file: Dossier, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, file=file, actor=actor, **kwargs)
        groups = [(title, list(rows)) for title, rows in need_groups(in_force().needs)]
        signs = [(code, str(title)) for code, title in words.INDICATORS.items()]
        self.fields["code"].choices = [("", ""), *signs, *groups]  # type: ignore[attr-defined]


class NeedOffForm(ReasonForm):
    """Which need was flagged in error."""

    need = forms.ChoiceField(label=gettext_lazy("Need"))
    field_order = ("need", "reason")

    def __init__(self, *args: Any, file: Dossier, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, file=file, actor=actor, **kwargs)
        self.fields["need"].choices = [(str(row["id"]), row["title"]) for row in file.needs]  # type: ignore[attr-defined]


class MoveForm(ActionForm):
    """To another place of the corridor, alone or with the group."""

    place = forms.ChoiceField(label=gettext_lazy("Where to"))
    whole = forms.BooleanField(required=False, initial=True, label=gettext_lazy("The whole group goes"))
    at = moment_field()

    def __init__(self, *args: Any, file: Dossier, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, file=file, actor=actor, **kwargs)
        here = file.stay.place if file.stay else ""
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (place.id, place.name) for place in in_force().places if place.id != here
        ]

    def clean_at(self) -> datetime | None:
        return moment_of(self.cleaned_data["at"])


class TakeOverForm(ActionForm):
    """Came here from another station's care, alone or with the group."""

    place = forms.ChoiceField(label=gettext_lazy("Where the person is now"))
    whole = forms.BooleanField(required=False, label=gettext_lazy("The whole group is here"))
    reason = forms.CharField(max_length=300, label=gettext_lazy("How and why they came"))

    def __init__(self, *args: Any, file: Dossier, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, file=file, actor=actor, **kwargs)
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (place.id, place.name)
            for place in in_force().places
            if (place.registers or place.beds) and actor.place in ("", place.id)
        ]


class LeaveForm(ActionForm):
    """How somebody left otherwise than on a vehicle of ours."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[("", ""), *((code, words.OUTCOMES[code]) for code in ENDINGS)]
    )
    note = forms.CharField(required=False, max_length=200, label=gettext_lazy("Note"))
    at = moment_field()

    def clean_at(self) -> datetime | None:
        return moment_of(self.cleaned_data["at"])


class BirthForm(ActionForm):
    """A child born here."""

    given_names = forms.CharField(required=False, max_length=200, label=gettext_lazy("Given names"))
    family_names = forms.CharField(required=False, max_length=200, label=gettext_lazy("Family names"))
    sex = forms.ChoiceField(required=False, choices=choices(words.SEXES), label=gettext_lazy("Sex"))
    birth_date = WholeDateField(
        required=False, max_length=20, label=gettext_lazy("Born"), help_text=gettext_lazy("Empty: today")
    )

    def person(self) -> NewPerson:
        told = self.cleaned_data
        unnamed = _("Child of %(number)s") % {"number": self.file.person.number}
        return NewPerson(
            given_names=told["given_names"],
            family_names=told["family_names"],
            description="" if told["given_names"] or told["family_names"] else unnamed,
            sex=told["sex"],
            birth_first=told["birth_date"],
            birth_last=told["birth_date"],
        )


class NothingForm(ActionForm):
    """A button."""
