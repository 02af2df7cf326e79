"""The interface for machines: every room's endpoints under one address, its description, and its page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.parser import Parser

from cauce import __version__
from cauce.access.api import machines as token
from cauce.access.machines.problems import TITLES, Problem, Wrong, install, not_here, problem, refused
from cauce.corridor.api import machines as corridor
from cauce.corridor.api_allotting import machines as allotments
from cauce.movement.aboard.api import machines as departures
from cauce.movement.api import machines as movement
from cauce.movement.api_sharing import machines as shares
from cauce.movement.charters.api import machines as flights
from cauce.movement.returns.api import machines as returns
from cauce.outlook.api import machines as report
from cauce.people.api import machines as people
from cauce.people.api_groups import machines as groups
from cauce.people.api_needs import machines as needs
from cauce.people.api_stays import machines as stays
from cauce.people.wording import NotRegistrable, sentence
from cauce.protection.api import machines as holds
from cauce.sync.api import machines as sync
from cauce.vetting.api import machines as checks
from cauce.vetting.api_reviews import machines as reviews
from cauce.vetting.api_sought import machines as sought
from cauce.web import api_page

ROOT = "api/v1/"
_MOVING = (movement, flights, departures, returns)
_PEOPLE = (people, groups, needs, stays)
ROOMS = (token, corridor, allotments, shares, *_PEOPLE, checks, reviews, sought, holds, *_MOVING, report, sync)


class Orjson(Parser):
    """Reads JSON strictly: a text that is none, as half a surrogate pair, is refused at the door."""

    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


api = NinjaAPI(
    title="Cauce",
    version=__version__,
    description="The interface for devices and partners of a station or the hub.",
    openapi_url="",
    docs_url="",
    parser=Orjson(),
    urls_namespace="machines",
)
install(api)
for room in ROOMS:
    api.add_router("", room.router)


@api.exception_handler(NotRegistrable)
def not_registrable(request: HttpRequest, error: NotRegistrable) -> HttpResponse:
    """Each problem of each person by itself, with the field that is to blame."""
    errors = [
        Wrong(where=f"members.{at}.{one.field}", code=one.code, detail=sentence(one)) for at, one in error.problems
    ]
    return refused(error, errors)


@cache
def described() -> dict[str, Any]:
    """The description in OpenAPI 3.1, in English."""
    with translation.override("en"):
        found = dict(api.get_openapi_schema(path_prefix=ROOT))
        known = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = found["components"]["schemas"]
    schemas |= known.pop("$defs", {})
    schemas["Problem"] = known
    return found


def openapi(request: HttpRequest) -> HttpResponse:
    """The description, for programs."""
    return JsonResponse(described())


def start(request: HttpRequest) -> HttpResponse:
    """The description, for people. Nothing on the page comes from elsewhere."""
    problems = [(status, title) for status, title in TITLES.items() if status != 500]
    return render(request, "web/api.html", {"rooms": api_page.rooms(described()), "problems": problems})


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    return not_here()


def _with_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if isinstance(answer, HttpResponseNotAllowed):
            allowed = answer.headers["Allow"]
            told = _("It takes %(allowed)s.") % {"allowed": allowed}
            return problem(405, "method", told, headers={"Allow": allowed})
        return answer

    return answered


def _endpoints() -> list[URLPattern]:
    found = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        if pattern.name != "api-root":
            pattern.callback = _with_problems(pattern.callback)
            found.append(pattern)
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="machines"),
    path("openapi.json", openapi, name="openapi"),
    *_endpoints(),
    path("<path:rest>", nowhere, name="nowhere"),
]
