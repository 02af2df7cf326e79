"""Registration: one page for a whole family. It is shown again until everything fits, and nothing typed is lost."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.corridor.faces import OnceForm, attempt
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import INDICATORS, Corridor
from cauce.desk import drafts, words
from cauce.desk.qr import picture
from cauce.desk.registration_forms import MOST, Choices, GroupForm, PersonForm, countries, notices
from cauce.desk.uploads import PhotoField
from cauce.desk.zones import Reading, read_zone
from cauce.journal import clock
from cauce.journal.errors import Misused, Refused
from cauce.people.cards import pin_of
from cauce.people.registration import flagged
from cauce.people.selectors import group_for, members_for, persons_for
from cauce.people.services import Registered, add_person, register_group, take_photo
from cauce.people.wording import NotRegistrable, sentence
from cauce.protection.selectors import consents_for
from cauce.protection.services import Answer, record_consents

# The form's fields for what the service calls otherwise.
_FIELD_OF = {"birth_date": "birth", "mrz": "mrz", "guardian": "guardian", "needs": "needs"}


@dataclass(slots=True)
class Desk:
    """What one request of the page works on: the corridor, what was typed, and how many persons it is about."""

    corridor: Corridor
    actor: Actor
    data: QueryDict
    files: MultiValueDict[str, Any]
    count: int
    place: str = ""  # where this officer registered last
    members: Choices | None = None  # who is registered already, when the page adds to a group

    @classmethod
    def of(cls, request: HttpRequest, actor: Actor) -> Desk:
        data = request.POST.copy()
        try:
            count = int(data.get("count") or request.GET.get("count") or 1)
        except ValueError:
            count = 1
        return cls(in_force(), actor, data, request.FILES, min(max(count, 1), MOST), request.session.get("place", ""))

    @property
    def others(self) -> Choices:
        if self.members is not None:
            return self.members
        return [(str(at), self._name(at)) for at in range(self.count)]

    def _name(self, at: int) -> str:
        told = [self.data.get(f"p{at}-{name}", "") for name in ("full_name", "given_names", "family_names")]
        name = told[0] or " ".join(filter(None, told[1:]))
        return f"{at + 1}. {name or _('Person %(number)d') % {'number': at + 1}}"

    def group(self, *, check: bool) -> GroupForm:
        options: dict[str, Any] = {"corridor": self.corridor, "actor": self.actor}
        if check:
            return GroupForm(self.data, **options)
        first = {
            "place": self.actor.place or self.place,
            "arrived_at": timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M"),
            "explained_in": "",
            "submission": secrets.token_hex(16),
        }
        return GroupForm(initial={**first, **self.data.dict()} if self.data else first, **options)

    def persons(self, *, check: bool) -> list[PersonForm]:
        return [self.person(at, check=check) for at in range(self.count)]

    def person(self, at: int, *, check: bool) -> PersonForm:
        day = local_day(self.actor.place, clock.now())
        account = self.actor.account
        options: dict[str, Any] = {"corridor": self.corridor, "today": day, "account": account, "prefix": f"p{at}"}
        others = [pair for pair in self.others if pair[0] != str(at)]  # nobody is their own guardian
        chosen = f"p{at}-photo" in self.files
        if check:
            form = PersonForm(self.data, self.files, others=others, **options)
            form.photo_chosen = chosen
            return form
        start = {"relation": "focal" if at == 0 and self.members is None else ""}
        cut = len(f"p{at}-")
        typed: dict[str, Any] = {name[cut:]: value for name, value in self.data.items() if name.startswith(f"p{at}-")}
        typed["needs"] = self.data.getlist(f"p{at}-needs")
        form = PersonForm(initial={**start, **typed}, others=others, **options)
        form.photo_chosen = chosen
        return form

    def keep_photos(self) -> None:
        """What was chosen, for a page that is shown again; what is no photo has to be chosen anew."""
        for name in [f"p{at}-photo" for at in range(MOST) if f"p{at}-photo" in self.files]:
            with suppress(ValidationError):
                self.keep_photo(name, PhotoField().clean(self.files[name]))

    def keep_photo(self, name: str, picture: bytes | None) -> None:
        if picture and self.data.get(name.replace("-photo", "-consent_photo")) != "no":  # P14: a no keeps nothing
            drafts.forget(self.data.get(f"{name}_kept", ""))
            self.data[f"{name}_kept"] = drafts.keep(picture, self.actor.account)

    def forget_photos(self) -> None:
        """All is saved."""
        for name, value in self.data.items():
            if name.endswith("-photo_kept"):
                drafts.forget(str(value))


@page("people.register")
def register(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """GET: an empty page (`?count=5` for five persons). POST `do`: save, check, add, remove-N, zone-N or suggest-N."""
    desk = Desk.of(request, actor)
    if request.method != "POST":
        return _show(request, desk, desk.group(check=False), desk.persons(check=False))
    verb, _sep, number = request.POST.get("do", "check").partition("-")
    steps: dict[str, Callable[[Desk, int], None]] = {"add": _add, "remove": _remove}
    at = int(number) if number.isdigit() and int(number) < desk.count else 0
    if verb in steps:
        desk.keep_photos()
        steps[verb](desk, at)
        return _show(request, desk, desk.group(check=False), desk.persons(check=False), focus=f"p{desk.count - 1}")
    if verb in ("zone", "suggest"):
        desk.keep_photos()
        return _zone(request, desk, at, take=verb == "suggest")
    return _save(request, desk, commit=verb == "save")


def _add(desk: Desk, _at: int) -> None:
    desk.count = min(desk.count + 1, MOST)


def _remove(desk: Desk, gone: int) -> None:
    """Take one person off the page; those behind move up, guardians with them."""
    if desk.count == 1:
        return
    kept = QueryDict(mutable=True)
    for name, values in desk.data.lists():
        prefix, _sep, field = name.partition("-")
        if not (prefix[:1] == "p" and prefix[1:].isdigit() and field):
            kept.setlist(name, values)
            continue
        at = int(prefix[1:])
        if at == gone:
            if field == "photo_kept":
                drafts.forget(str(values[0]))
            continue
        moved = [_moved_up(value, gone) for value in values] if field == "guardian" else values
        kept.setlist(f"p{at - (at > gone)}-{field}", moved)
    desk.data, desk.count = kept, desk.count - 1


def _moved_up(value: Any, gone: int) -> str:
    if not str(value).isdigit() or int(value) == gone:
        return ""
    return str(int(value) - (int(value) > gone))


def _zone(request: HttpRequest, desk: Desk, at: int, *, take: bool) -> HttpResponse:
    """Fill a person's fields from the zone (or from the suggestion for it); what the zone leaves out stays."""
    reading = _read(desk, at, take=take)
    return _show(
        request,
        desk,
        desk.group(check=False),
        desk.persons(check=False),
        readings={at: reading},
        focus=f"p{at}-read" if reading.doubts else f"p{at}-full_name",
    )


def _read(desk: Desk, at: int, *, take: bool) -> Reading:
    day = local_day(desk.actor.place, clock.now())
    reading = read_zone(desk.data.get(f"p{at}-mrz", ""), {}, day)
    if take and reading.suggestion:
        desk.data[f"p{at}-mrz"] = reading.suggestion
        reading = read_zone(reading.suggestion, {}, day)
    for name, value in reading.values.items():
        desk.data[f"p{at}-{name}"] = value
    return reading


def _save(request: HttpRequest, desk: Desk, *, commit: bool) -> HttpResponseBase:
    group, persons = desk.group(check=True), desk.persons(check=True)
    if desk.count > 1 and persons[-1].empty:
        # The last fieldset was opened and never filled in: nobody is meant.
        persons, desk.count = persons[:-1], desk.count - 1
    fits = all([group.is_valid(), *(person.is_valid() for person in persons)])
    refused = ""
    if fits and any(person.answers() for person in persons) and not group.cleaned_data["explained_in"]:
        group.add_error("explained_in", _("Say in which language the questions were explained."))
        fits = False
    if fits and commit:
        try:
            made = _write(desk, group, persons)
            desk.forget_photos()
            request.session["place"] = group.cleaned_data["place"]
            return redirect("desk:cards", group=made.group_id)
        except NotRegistrable as wrong:
            for at, problem in wrong.problems:
                field = _FIELD_OF.get(problem.field, problem.field)
                form = persons[at]
                form.add_error(field if field in form.fields else None, sentence(problem))
            fits = False
        except (Refused, Misused) as reason:
            refused, fits = str(reason), False
    _keep_chosen(desk, persons)
    return _show(request, desk, group, persons, refused=refused, checked=fits, status=200 if fits else 422)


def _keep_chosen(desk: Desk, persons: list[PersonForm]) -> None:
    """The photos of this request, read already, for the page that is shown again."""
    for form in persons:
        if form.photo_chosen:
            desk.keep_photo(f"{form.prefix}-photo", form.picture)


def _write(desk: Desk, group: GroupForm, persons: list[PersonForm]) -> Registered:
    """Register the group and keep what was answered, all or nothing. The same form again finds the first group."""
    told = group.cleaned_data
    with transaction.atomic():
        made = register_group(
            place=told["place"],
            arrived_at=told["arrived_at"],
            members=[person.person() for person in persons],
            submission=told["submission"],
            by=desk.actor,
        )
        answers = [] if consents_for(desk.actor, made.person_ids[0]) else _answers(desk, told, persons, made.person_ids)
        if answers:
            record_consents(answers=answers, by=desk.actor)
        _photograph(desk, made.person_ids, persons)
    return made


def _photograph(desk: Desk, ids: list[UUID], persons: list[PersonForm]) -> None:
    """Keep the photos that were chosen; somebody who has one was registered by this very form before."""
    chosen = {id_: form.picture for id_, form in zip(ids, persons, strict=True) if form.picture}
    for id_, person in persons_for(desk.actor, chosen).items() if chosen else ():
        if not person.photo:
            take_photo(person=id_, image=chosen[id_], by=desk.actor)


def _answers(desk: Desk, told: dict[str, Any], persons: list[PersonForm], ids: list[UUID]) -> list[Answer]:
    language = told["explained_in"] or settings.LANGUAGE_CODE
    notes = notices(desk.corridor) if told["told"] else []
    found = [Answer(person=id_, purpose=purpose.id, language=language) for id_ in ids for purpose in notes]
    for id_, person in zip(ids, persons, strict=True):
        found += [
            Answer(person=id_, purpose=purpose, given=given, language=language)
            for purpose, given in person.answers().items()
        ]
    return found


def _show(
    request: HttpRequest,
    desk: Desk,
    group: GroupForm,
    persons: list[PersonForm],
    *,
    readings: dict[int, Reading] | None = None,
    refused: str = "",
    checked: bool = False,
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    for at, person in enumerate(persons):
        person.reading = (readings or {}).get(at) or person.reading
    context = {
        **_told(desk, persons),
        "group": group,
        "questions": _questions(desk, persons) if checked or status == 422 else [],
        "refused": refused,
        "checked": checked,
        "focus": focus,
        "wrong": sum(len(errors) for form in (group, *persons) for errors in form.errors.values())
        if status == 422
        else 0,
    }
    return render(request, "desk/register.html", context, status=status)


def _told(desk: Desk, persons: list[PersonForm]) -> dict[str, Any]:
    """What both pages show around the persons' fields."""
    return {
        "persons": persons,
        "count": len(persons),
        "most": MOST,
        "indicators": [(code, words.word(words.INDICATORS, code)) for code in INDICATORS],
        "notices": [
            (words.title(n.title), words.word(words.BASES, n.basis), n.citation) for n in notices(desk.corridor)
        ],
        "countries": countries(),
    }


def _questions(desk: Desk, persons: list[PersonForm]) -> list[str]:
    """Needs that look inconsistent: they are kept, and asked about."""
    day = local_day(desk.actor.place, clock.now())
    found = []
    for at, form in enumerate(persons):
        if not form.is_valid():
            continue
        told = form.person()
        for code in told.needs:
            asked = flagged(desk.corridor, code, told, day).question
            if asked:
                why = words.word(words.QUESTIONS, asked)
                found.append(f"{at + 1}. {code}: {why}")
    return found


@page("people.register")
def add(request: HttpRequest, actor: Actor, group: UUID) -> HttpResponseBase:
    """One more member of a registered group: somebody came later, or a row of an import was bad (F2)."""
    row = group_for(actor, group)
    actor.require("people.register", place=row.place)
    desk = Desk.of(request, actor)
    desk.count = 1
    members = [member for member in members_for(actor, group) if not member.erased]
    desk.members = [(str(member.id), member.display_name) for member in members]
    note_reading(actor=actor, what="group", persons=[member.id for member in members])
    once = OnceForm(request.POST or None)
    verb, _sep, _number = request.POST.get("do", "").partition("-")
    reading = _read(desk, 0, take=verb == "suggest") if verb in ("zone", "suggest") else None
    saving = verb in ("save", "check")
    if not saving:
        desk.keep_photos()
    form = desk.person(0, check=saving)
    form.reading = reading
    if saving and once.is_valid() and form.is_valid() and verb == "save":
        made: list[Registered] = []
        if attempt(form, lambda: once.once(actor, lambda: made.append(_join(desk, group, form)))) and once.is_valid():
            desk.forget_photos()
            return redirect("desk:cards", group=group)
    if saving:
        _keep_chosen(desk, [form])
    context = {**_told(desk, [form]), "group": row, "form": form, "once": once}
    return render(request, "desk/register_add.html", context, status=422 if saving and form.errors else 200)


@transaction.atomic
def _join(desk: Desk, group: UUID, form: PersonForm) -> Registered:
    made = add_person(group=group, person=form.person(), by=desk.actor)
    language = form.cleaned_data["language"] or settings.LANGUAGE_CODE
    answers = [
        Answer(person=made.person_ids[0], purpose=purpose, given=given, language=language)
        for purpose, given in form.answers().items()
    ]
    if answers:
        record_consents(answers=answers, by=desk.actor)
    _photograph(desk, made.person_ids, [form])
    return made


@page("people.register")
def cards(request: HttpRequest, actor: Actor, group: UUID) -> HttpResponseBase:
    """The slips of a group (F6): number, PIN and the address as a picture, to be printed and cut."""
    row = group_for(actor, group)
    actor.require("people.register", place=row.place)
    members = [member for member in members_for(actor, group) if not member.erased]
    note_reading(actor=actor, what="card", persons=[member.id for member in members])
    digits = in_force().card.pin_digits
    slips = [
        {"person": member, "pin": pin_of(member, digits), **_address(request, member.card_token)}
        for member in members
        if member.card_token
    ]
    return render(request, "desk/cards.html", {"group": row, "slips": slips, "members": members})


def _address(request: HttpRequest, token: str) -> dict[str, str]:
    path = reverse("desk:card", kwargs={"token": token})
    address = f"{settings.CAUCE_PUBLIC_URL}{path}" if settings.CAUCE_PUBLIC_URL else request.build_absolute_uri(path)
    return {"address": address, "picture": picture(address)}
