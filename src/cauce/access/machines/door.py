"""The door of every endpoint: which capability opens it is said where it is defined, and tested from there."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Router
from ninja.security import HttpBearer
from pydantic import BaseModel

from cauce.access import tokens
from cauce.access.actor import Actor
from cauce.access.machines.limits import Window
from cauce.access.machines.once import HEADER, key_of, once
from cauce.access.machines.problems import MEDIA, TITLES, Stopped, problem
from cauce.access.roles import capabilities

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])

MOST_BYTES = 2_621_440  # Django reads no larger body into memory
WRONG = Window("wrong", 15 * 60)
MOST_WRONG = 30  # wrong tokens from one address in that time
ASKED = Window("asked", 60)
TOKEN_ONLY = ""
"""In the place of a capability: any good token."""
OPENING: set[str] = {"report.full"}
"""Capabilities that open an endpoint, or widen what one answers: those that a token has a use for."""


class BearerToken(HttpBearer):
    """Lets in whoever shows a good token for this capability, and not too often. Who is let in is an Actor."""

    def __init__(self, capability: str, *, writes: bool) -> None:
        super().__init__()
        self.capability = capability
        self.writes = writes

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        bearer = tokens.bearer_of(token.strip())
        if bearer is None:
            _count_wrong(request)
            return None
        _not_too_often(bearer.id)
        request.bearer = bearer  # type: ignore[attr-defined]
        if self.capability:
            bearer.actor.require(self.capability)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise Stopped(problem(413, "too_large", _("A request may have %(most)d bytes.") % {"most": MOST_BYTES}))
        if self.writes:
            key_of(request)
        request.secret = token.strip()  # type: ignore[attr-defined]
        return bearer.actor


def _count_wrong(request: HttpRequest) -> None:
    """A good token passes whatever else comes from its address; the wrong ones are told to wait, and not logged on."""
    address = request.META.get("REMOTE_ADDR", "")
    count = WRONG.count(address)
    if count <= MOST_WRONG:
        log.warning("A token that is not good was shown from %s.", address)
        return
    if count == MOST_WRONG + 1:
        log.warning("More than %d such tokens from %s: no more of them are logged for now.", MOST_WRONG, address)
    raise Stopped(_too_often(_("Too many wrong tokens came from your address."), WRONG.wait()))


def _not_too_often(token: int) -> None:
    if ASKED.count(str(token)) > settings.CAUCE_API_PER_MINUTE:
        told = _("This token may ask %(most)d times a minute.") % {"most": settings.CAUCE_API_PER_MINUTE}
        raise Stopped(_too_often(told, ASKED.wait()))


def _too_often(told: str, seconds: int) -> HttpResponse:
    wait = _("Wait %(seconds)d seconds.") % {"seconds": seconds}
    return problem(429, "too_often", f"{told} {wait}", headers={"Retry-After": str(seconds)})


def actor_of(request: HttpRequest) -> Actor:
    """Who came through the door."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


class Machines:
    """A room's endpoints. `reads` and `writes` register a function with the capability that opens it."""

    def __init__(self, tag: str, module: str) -> None:
        self.tag = tag
        self.module = module
        self.router = Router()

    def reads(self, path: str, capability: str, answer: Any) -> Callable[[F], F]:
        """GET: the function returns a model of the type `answer`."""

        def register(function: F) -> F:
            def view(request: HttpRequest, **told: Any) -> HttpResponse:
                return HttpResponse(_written(function(request, **told)), content_type="application/json")

            self._add("GET", path, capability, {200: answer}, function, view)
            return function

        return register

    def picture(self, path: str, capability: str) -> Callable[[F], F]:
        """GET: the function returns a JPEG as a response."""

        def register(function: F) -> F:
            def view(request: HttpRequest, **told: Any) -> HttpResponse:
                answer: HttpResponse = function(request, **told)
                return answer

            jpeg = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
            extra = {"responses": {"200": {"description": "OK", "content": jpeg}}}
            self._add("GET", path, capability, {200: None}, function, view, extra)
            return function

        return register

    def writes(
        self,
        path: str,
        capability: str,
        answer: Any,
        *,
        status: int = 200,
        method: str = "POST",
        body: dict[str, Any] | None = None,
    ) -> Callable[[F], F]:
        """A write with an Idempotency-Key: the function does it, in one transaction with the answer that is kept.

        `body`: media type -> schema of a body that is no JSON, which the function reads itself.
        """

        def register(function: F) -> F:
            def view(request: HttpRequest, **told: Any) -> HttpResponse:
                bearer, secret = request.bearer, request.secret  # type: ignore[attr-defined]
                return once(
                    request,
                    token=bearer.id,
                    secret=secret,
                    act=lambda: (status, _written(function(request, **told))),
                )

            extra = {"requestBody": {"required": True, "content": body}} if body else None
            self._add(method, path, capability, {status: answer}, function, view, extra)
            return function

        return register

    def _add(
        self,
        method: str,
        path: str,
        capability: str,
        answers: dict[int, Any],
        function: Callable[..., Any],
        view: Callable[..., HttpResponse],
        extra: dict[str, Any] | None = None,
    ) -> None:
        if capability and capability not in capabilities():
            raise ValueError(f"{path}: there is no capability {capability!r}")
        OPENING.update({capability} - {TOKEN_ONLY})
        view.__name__, view.__doc__, view.__module__ = function.__name__, function.__doc__, function.__module__
        view.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
        writes = method != "GET"
        self.router.api_operation(
            [method],
            path,
            auth=BearerToken(capability, writes=writes),
            response=answers,
            operation_id=f"{self.tag}_{function.__name__}",
            summary=_summary(function),
            tags=[self.tag],
            openapi_extra=_documented(capability, extra or {}, writes=writes),
        )(view)


def _written(answer: BaseModel) -> bytes:
    return orjson.dumps(answer.model_dump(mode="json"))


def _summary(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or function.__name__).split("\n", 1)[0].rstrip(".")


def _english(title: StrOrPromise) -> str:
    with translation.override("en"):
        return str(title)


def _documented(capability: str, extra: dict[str, Any], *, writes: bool) -> dict[str, Any]:
    statuses = [401, 403, 404, 409, 422, 429, *([400, 413] if writes else [])]
    found: dict[str, Any] = {
        **extra,
        "x-capability": capability,
        "responses": {
            **extra.get("responses", {}),
            **{
                str(status): {
                    "description": _english(TITLES[status]),
                    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status in sorted(statuses)
            },
        },
    }
    if writes:
        found["parameters"] = [
            {
                "in": "header",
                "name": HEADER,
                "required": True,
                "description": "A new one for each thing to be done. The same with the same body is done once.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
            }
        ]
    return found
