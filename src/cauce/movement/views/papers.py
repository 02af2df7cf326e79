"""What leaves of a manifest: the paper, and the file for a recipient."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.corridor.faces import attempt
from cauce.journal.models import Node
from cauce.movement import forms, selectors
from cauce.movement.export import export_manifest
from cauce.movement.views.manifest import Entered, show


@page("manifest.export")
def pdf(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """The paper manifest (P10), in the language of the page."""
    view = selectors.manifest_for(actor, manifest)
    content = export_manifest(actor, view, form="pdf", language=get_language() or "es")
    return _file(content, "application/pdf", f"{view.row.number}.pdf", "inline")


@require_POST
@page("manifest.export")
def export(request: HttpRequest, actor: Actor, manifest: UUID) -> HttpResponseBase:
    """The manifest as CSV or PAXLST for one recipient, through the gate (P11)."""
    form = forms.ExportForm(request.POST)
    view = selectors.manifest_for(actor, manifest)
    found: list[bytes] = []
    if form.is_valid() and attempt(
        form,
        lambda: found.append(
            export_manifest(actor, view, form=_chosen(form), recipient=form.cleaned_data["recipient"])
        ),
    ):
        kind, ending = _KINDS[_chosen(form)]
        return _file(found[0], kind, f"{view.row.number}.{ending}", "attachment")
    return show(request, actor, manifest, Entered("export", form))


_KINDS = {"csv": ("text/csv; charset=utf-8", "csv"), "paxlst": ("application/edifact", "edi")}


def _chosen(form: forms.ExportForm) -> str:
    return form.cleaned_data["form"] or "csv"


def _file(content: bytes, kind: str, name: str, how: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    training = "TRAINING-" if Node.here().training else ""
    answer["Content-Disposition"] = f'{how}; filename="{training}{name}"'
    return answer
