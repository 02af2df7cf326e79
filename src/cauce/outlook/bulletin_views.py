"""The newest bulletin as partners may see it: on a page, and as rows for humanitarian data tools."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from cauce.access.actor import Actor
from cauce.access.pages import page
from cauce.journal.errors import Unknown
from cauce.outlook.day_field import today
from cauce.outlook.warning.paper import contents
from cauce.outlook.warning.telling import as_csv
from cauce.outlook.warning.told import newest_for


def bulletin_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the bulletin's edition for partners says; for a role that may see the whole outlook with the way back."""
    found = newest_for(actor)
    context: dict[str, Any] = {"found": found, "may_full": actor.may("report.full")}
    if found is not None:
        said = contents(found, get_language() or "es")
        context |= {"said": said, "age": (today() - found.day).days, "below": not found.said["noise"]}
    return render(request, "outlook/bulletin.html", context)


@page("outlook.read")
def bulletin_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same as CSV with a row of HXL tags, as `cauce outlook warn --partner --format hxl` writes it."""
    found = newest_for(actor)
    if found is None:
        raise Unknown(gettext("No bulletin has been issued yet."))
    answer = HttpResponse(as_csv(found, tags=True), content_type="text/csv; charset=utf-8")
    training = "TRAINING-" if found.training else ""
    answer["Content-Disposition"] = f'attachment; filename="{training}bulletin-{found.day}-partner.csv"'
    return answer
