"""Handing somebody what is held about them."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.access.services import note_reading
from cauce.desk.held_paper import language_for, paper_for
from cauce.people.selectors import person_for

_TYPES = {"pdf": "application/pdf", "json": "application/json"}


class ExportForm(forms.Form):
    """In which language, as what, and whether it is handed over in private."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, label=gettext_lazy("Language"))
    form = forms.ChoiceField(
        choices=[("pdf", gettext_lazy("PDF, to read")), ("json", gettext_lazy("JSON, to take along"))],
        label=gettext_lazy("As"),
    )
    private = forms.BooleanField(
        required=False, label=gettext_lazy("With confidential reasons: handed over in private")
    )

    def __init__(self, *args: object, may_tell: bool = False, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        if not may_tell:
            del self.fields["private"]


@page("people.export")
def export(request: HttpRequest, actor: Actor, person: UUID) -> HttpResponseBase:
    """The form; sent, the file."""
    row = person_for(actor, person, capability="people.export")
    first = {"language": language_for(row.language), "form": "pdf"}
    form = ExportForm(request.POST or None, initial=first, may_tell=actor.may("holds.read"))
    if not form.is_valid():
        note_reading(actor=actor, what="page", persons=[row.id])
        return render(request, "desk/export.html", {"person": row, "form": form}, status=422 if form.errors else 200)
    told = form.cleaned_data
    name, content = paper_for(
        actor, row.id, form=told["form"], language=told["language"], private=told.get("private", False)
    )
    answer = HttpResponse(content, content_type=_TYPES[told["form"]])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
