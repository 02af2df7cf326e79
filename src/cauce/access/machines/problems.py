"""Everything that goes wrong, as problem details (RFC 9457), in the caller's language."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from cauce.access.machines.fields import Shown
from cauce.journal.errors import CauceError, Conflict, Misused, NotAllowed, Refused, Unknown

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)

MEDIA = "application/problem+json"
DOCS = "/api/v1/"
TITLES: dict[int, StrOrPromise] = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("No token, or none that is good"),
    403: gettext_lazy("This token may not do that"),
    404: gettext_lazy("Nothing here has that address, number or id"),
    405: gettext_lazy("This address does not take that method"),
    409: gettext_lazy("A rule says no, or somebody else was first"),
    413: gettext_lazy("Too large"),
    422: gettext_lazy("What was sent makes no sense here"),
    429: gettext_lazy("Too often"),
    500: gettext_lazy("Something is broken here"),
}
_FIELDS: dict[str, StrOrPromise] = {
    "missing": gettext_lazy("is missing: fill it in"),
    "extra_forbidden": gettext_lazy("is not known here: take it out, or correct its name"),
    "string_too_long": gettext_lazy("is too long: shorten it"),
    "string_too_short": gettext_lazy("is too short: fill it in"),
    "too_long": gettext_lazy("has too many items: send fewer at once"),
    "too_short": gettext_lazy("has too few items: send one at least"),
    "string_pattern_mismatch": gettext_lazy("holds characters that are not possible here"),
    "timezone_aware": gettext_lazy("needs an offset from UTC, as in 2023-08-15T10:00:00-05:00"),
}


class Wrong(Shown):
    """One field that cannot be taken: where it stands in what was sent, a code, and a sentence."""

    where: str
    code: str
    detail: str


class Problem(Shown):
    """RFC 9457. `code` is stable for programs, `detail` is for people; `errors` says which fields are to blame."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Wrong] = []


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Wrong] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer that says what went wrong and what to do next."""
    told = Problem(
        type=f"{DOCS}#{status}",
        title=str(TITLES[status]),
        status=status,
        code=code,
        detail=detail,
        errors=list(errors),
    )
    body = told.model_dump(mode="json", exclude=set() if errors else {"errors"})
    return HttpResponse(orjson.dumps(body), status=status, content_type=MEDIA, headers=dict(headers or {}))


class Stopped(Exception):
    """Raised at the door with the answer that is given."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer
        super().__init__(answer.status_code)


def install(api: NinjaAPI) -> None:
    """Make every error of this interface a problem."""

    def when(kind: type[Exception], answer: Callable[[Any], HttpResponse]) -> None:
        api.add_exception_handler(kind, lambda request, error: answer(error))

    when(Stopped, lambda error: error.answer)
    when(AuthenticationError, lambda error: no_token())
    when(ValidationError, lambda error: invalid(error.errors))
    when(HttpError, lambda error: unreadable())
    when(CauceError, refused)
    when(Exception, broken)


def no_token() -> HttpResponse:
    return problem(
        401,
        "no_token",
        _("Send a token that is good as “Authorization: Bearer …”. An administrator makes one."),
        headers={"WWW-Authenticate": "Bearer"},
    )


def unreadable() -> HttpResponse:
    return problem(400, "unreadable", _("The body is no JSON that can be read. Nothing was recorded."))


def not_here() -> HttpResponse:
    return problem(404, "no_such_address", _("There is nothing at this address. The list of all stands at /api/v1/."))


def refused(error: CauceError, errors: Sequence[Wrong] = ()) -> HttpResponse:
    """What a service or a selector said no to; `errors`: the fields that are to blame, so that it is a 422."""
    status = 422 if errors else _status(error)
    if status == 500:
        log.error("The interface for machines met: %s", error)
    return problem(status, error.code, str(error), errors=errors)


def _status(error: CauceError) -> int:
    kinds = ((NotAllowed, 403), (Unknown, 404), (Conflict, 409), (Refused, 409), (Misused, 422))
    return next((status for kind, status in kinds if isinstance(error, kind)), 500)


def invalid(found: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """What cannot be taken, field by field; what was sent is not repeated, for it may be about somebody."""
    errors = [
        Wrong(where=".".join(map(str, one.get("loc", ()))), code=str(one.get("type", "")), detail=_sentence(one))
        for one in found[:100]
    ]
    return problem(422, "invalid", _("Some of it cannot be taken: see “errors”. Nothing was recorded."), errors=errors)


def _sentence(one: Mapping[str, Any]) -> str:
    return str(_FIELDS.get(str(one.get("type")), _("cannot be understood: correct it")))


def broken(error: Exception) -> HttpResponse:
    log.error("The interface for machines failed.", exc_info=error)
    return problem(500, "broken", _("Something failed here and was written to the log. Nothing was recorded."))
