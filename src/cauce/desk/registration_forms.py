"""The registration page's forms: the group, and each person with papers, needs and consents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.shape import INDICATORS, Corridor, Need, Purpose
from cauce.desk import drafts, words
from cauce.desk.uploads import PhotoField
from cauce.desk.zones import Reading, read_zone
from cauce.journal import clock
from cauce.people.forms import PartialDateField, WholeDateField
from cauce.people.intake import LIFETIME, NewDocument, NewPerson
from cauce.people.mrz.codes import alpha3, table
from cauce.protection.selectors import PHOTO

MOST = 20  # persons on one page; a larger party is registered in two and joined
Choices = list[tuple[str, Any]]


_NOT_KNOWN = gettext_lazy("not known")


def choices(of: Mapping[str, Any], empty: Any = _NOT_KNOWN) -> Choices:
    """A select's options with an empty one first: nothing is ever forced."""
    return [("", empty), *of.items()]


def countries() -> tuple[tuple[str, str], ...]:
    """Code and name of every state and every ICAO code in the active language: what a field completes from."""
    return _countries(get_language())


@cache
def _countries(_language: str | None) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((c.code, _(c.name)) for c in table().values() if len(c.code) == 3), key=lambda row: row[1]))


class CountryField(forms.CharField):
    """A code or a name of a country, cleaned to the code; what is not understood is an error at the field."""

    def __init__(self, *, label: Any, help_text: Any = "") -> None:
        widget = forms.TextInput(attrs={"list": "countries", "autocomplete": "off"})
        super().__init__(required=False, max_length=100, label=label, help_text=help_text, widget=widget)

    def clean(self, value: object) -> str:
        told = str(super().clean(value)).strip()
        if not told:
            return ""
        code = alpha3(told.rpartition("(")[2].rstrip(")") if told.endswith(")") else told)
        code = code or next((listed for listed, name in countries() if name.casefold() == told.casefold()), None)
        if code is None:
            raise ValidationError(
                _("%(told)s is no country that is known here. Write three letters or a name, or leave it empty.")
                % {"told": told}
            )
        return code


class GroupForm(forms.Form):
    """Where and when the people came, and in which language things were explained to them."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    arrived_at = forms.CharField(
        label=gettext_lazy("Arrived"),
        max_length=16,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("When they came to the corridor. The place in the queue counts from then."),
    )
    explained_in = forms.ChoiceField(label=gettext_lazy("Language of the explanation"), required=False)
    told = forms.BooleanField(required=False, label=gettext_lazy("These notices were given to the group"))
    submission = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, corridor: Corridor, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places_of(corridor, actor)  # type: ignore[attr-defined]
        spoken = {code: words.LANGUAGES.get(code, code) for code in corridor.languages}
        self.fields["explained_in"].choices = choices(spoken, "")  # type: ignore[attr-defined]

    def clean_arrived_at(self) -> datetime:
        try:
            moment = datetime.fromisoformat(self.cleaned_data["arrived_at"])
        except ValueError:
            raise ValidationError(_("Write the arrival as a date and a time, for example 2023-08-15 09:30.")) from None
        local = moment if moment.tzinfo else timezone.make_aware(moment)
        if local > clock.now():
            raise ValidationError(_("The arrival lies in the future. Correct the time."))
        if local < clock.now() - LIFETIME:
            raise ValidationError(_("The arrival is longer ago than anybody has lived. Correct the time."))
        return local


def places_of(corridor: Corridor, actor: Actor) -> Choices:
    """The places where people are registered; an officer of one place has that one."""
    return [(p.id, p.name) for p in corridor.places if (p.registers if not actor.place else p.id == actor.place)]


def need_groups(needs: Iterable[Need]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The corridor's needs as questions: (group in plain words, [(code, title)])."""
    found: dict[str, list[tuple[str, str]]] = {}
    for need in needs:
        found.setdefault(need.code.partition("-")[0], []).append((need.code, words.title(need.title)))
    order = {prefix: at for at, prefix in enumerate(words.NEED_GROUPS)}
    return [
        (words.word(words.NEED_GROUPS, prefix), rows)
        for prefix, rows in sorted(found.items(), key=lambda pair: order.get(pair[0], 99))
    ]


class PersonForm(forms.Form):
    """One person. Nothing is required but some name or a description."""

    mrz = forms.CharField(
        required=False,
        max_length=400,
        strip=False,
        label=gettext_lazy("Machine-readable zone"),
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "class": "mrz",
                "spellcheck": "false",
                "autocapitalize": "characters",
                "autocomplete": "off",
            }
        ),
    )
    keep = forms.BooleanField(
        required=False, label=gettext_lazy("Keep what is printed. The document check will look at it.")
    )
    family_names = forms.CharField(required=False, max_length=200, label=gettext_lazy("Family names"))
    given_names = forms.CharField(required=False, max_length=200, label=gettext_lazy("Given names"))
    full_name = forms.CharField(required=False, max_length=400, label=gettext_lazy("Name as printed"))
    description = forms.CharField(required=False, max_length=2000, label=gettext_lazy("Or a description"))
    sex = forms.ChoiceField(required=False, choices=choices(words.SEXES), label=gettext_lazy("Sex"))
    birth = PartialDateField(
        label=gettext_lazy("Born"), help_text=gettext_lazy("17/05/1984, 05/1984 or 1984; empty when not known")
    )
    birth_estimated = forms.BooleanField(required=False, label=gettext_lazy("Birth date is estimated"))
    said_minor = forms.BooleanField(required=False, label=gettext_lazy("A child, age not known"))
    nationality = CountryField(label=gettext_lazy("Nationality"), help_text=gettext_lazy("Empty when not known"))
    language = forms.ChoiceField(required=False, choices=choices(words.LANGUAGES), label=gettext_lazy("Language"))
    relation = forms.ChoiceField(
        required=False, choices=choices(words.RELATIONS), label=gettext_lazy("Relation to the head")
    )
    guardian = forms.ChoiceField(required=False, label=gettext_lazy("Parent or guardian"))
    document_kind = forms.ChoiceField(
        required=False, choices=choices(words.DOCUMENTS, gettext_lazy("none shown")), label=gettext_lazy("Paper")
    )
    document_number = forms.CharField(required=False, max_length=60, label=gettext_lazy("Number of the paper"))
    document_issuer = CountryField(label=gettext_lazy("Issued by"))
    document_expires = WholeDateField(required=False, max_length=20, label=gettext_lazy("Valid until"))
    next_of_kin = forms.CharField(required=False, max_length=300, label=gettext_lazy("Whom to tell in an emergency"))
    other_card = forms.CharField(
        required=False, max_length=20, label=gettext_lazy("Number of the card of another station")
    )
    feared_country = CountryField(label=gettext_lazy("A country they fear"))
    bed = forms.BooleanField(required=False, label=gettext_lazy("Has a bed here"))
    photo = PhotoField(help_text=gettext_lazy("Only with the person's consent, below."))
    photo_kept = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    photo_dropped = forms.BooleanField(required=False, label=gettext_lazy("Leave this photo out"))

    def __init__(
        self, *args: Any, corridor: Corridor, others: Choices, today: date, account: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.account = today, account
        self.purposes = asked(corridor)
        known = {code: title for need in corridor.needs for code, title in [(need.code, need.title)]}
        self.fields["needs"] = forms.MultipleChoiceField(
            required=False, choices=[(code, code) for code in (*known, *INDICATORS)]
        )
        self.fields["guardian"].choices = [("", _("none recorded")), *others]  # type: ignore[attr-defined]
        for purpose in self.purposes:
            self.fields[f"consent_{purpose.id}"] = forms.ChoiceField(
                required=False,
                label=words.title(purpose.title),
                choices=[("", _("not asked")), ("yes", _("Yes")), ("no", _("No"))],
                widget=forms.RadioSelect,
            )
        self.groups = need_groups(corridor.needs)
        self.reading: Reading | None = None
        self.photo_chosen = False  # in this request
        self.picture: bytes | None = None  # chosen now or on the page before

    @property
    def ticked(self) -> set[str]:
        """The needs chosen so far, on a page that is shown again."""
        return set(self["needs"].value() or ())

    @property
    def photo_is_kept(self) -> bool:
        """Whether a photo chosen before waits for this page to be saved."""
        return bool(drafts.find(str(self["photo_kept"].value() or ""), self.account))

    @property
    def photo_is_lost(self) -> bool:
        """Whether a photo that was chosen has to be chosen again."""
        return bool(self.photo_chosen or self["photo_kept"].value()) and not self.photo_is_kept

    @property
    def consent_fields(self) -> list[forms.BoundField]:
        return [self[f"consent_{purpose.id}"] for purpose in self.purposes]

    @property
    def empty(self) -> bool:
        """Whether nothing that tells who this is was typed."""
        told = ("mrz", "family_names", "given_names", "full_name", "description", "document_number")
        return not (
            self.photo_chosen
            or self["photo_kept"].value()
            or any(str(self[name].value() or "").strip() for name in told)
        )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not any(told.get(name) for name in ("family_names", "given_names", "full_name", "description")):
            self.add_error("family_names", _("A name is needed, or a description of the person."))
        if not told.get("photo") and "photo" not in self.errors and not told.get("photo_dropped"):
            told["photo"] = drafts.find(told.get("photo_kept", ""), self.account)
        self.picture = told.get("photo")
        if self.picture and told.get(f"consent_{PHOTO}", "yes") != "yes":
            self.add_error("photo", _("Ask whether the person agrees to a photo, and record the yes below."))
        if str(told.get("mrz", "")).strip():
            self.reading = read_zone(told["mrz"], told, self.today)
            if self.reading.doubts and not told.get("keep"):
                self.add_error("mrz", _("Correct the zone, take the suggestion, or keep what is printed."))
        return told

    def person(self) -> NewPerson:
        """What was typed, for the service."""
        told = self.cleaned_data
        born = told["birth"] or (None, None)
        return NewPerson(
            **{name: told[name] for name in _PLAIN},
            birth_first=born[0],
            birth_last=born[1],
            head=told["relation"] == "focal",
            guardian=_guardian(told["guardian"]),
            documents=self._documents(),
            needs=tuple(told["needs"]),
        )

    def _documents(self) -> tuple[NewDocument, ...]:
        told = self.cleaned_data
        zone = told["mrz"].strip()
        if not (zone or told["document_kind"] or told["document_number"]):
            return ()
        paper = NewDocument(
            kind=told["document_kind"] or "other",
            number=told["document_number"],
            issuer=told["document_issuer"],
            expires=told["document_expires"],
            mrz="|".join(self.reading.lines) if self.reading and self.reading.lines else zone,
            kept_as_printed=bool(self.reading and self.reading.doubts),
        )
        return (paper,)

    def answers(self) -> dict[str, bool]:
        """Purpose -> what the person said; who was not asked is left out."""
        said = {purpose.id: self.cleaned_data[f"consent_{purpose.id}"] for purpose in self.purposes}
        return {purpose: answer == "yes" for purpose, answer in said.items() if answer}


def _guardian(told: str) -> int | UUID | None:
    """Another one of the page by its place there, or somebody registered before by the id."""
    if not told:
        return None
    return int(told) if told.isdigit() else UUID(told)


_PLAIN = (
    "family_names",
    "given_names",
    "full_name",
    "description",
    "sex",
    "birth_estimated",
    "said_minor",
    "nationality",
    "language",
    "relation",
    "next_of_kin",
    "other_card",
    "feared_country",
    "bed",
)


def asked(corridor: Corridor) -> list[Purpose]:
    """The purposes for which a person is asked."""
    return [purpose for purpose in corridor.purposes if purpose.basis == "consent"]


def notices(corridor: Corridor) -> list[Purpose]:
    """The purposes of which a person is told: law and vital interest need no yes (P14)."""
    return [purpose for purpose in corridor.purposes if purpose.basis != "consent"]
