"""What nodes ask of a hub, and the page that tells people how things stand."""

from __future__ import annotations

import logging
from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from cauce.access.actor import Actor
from cauce.access.machines.limits import Window
from cauce.access.pages import page
from cauce.corridor.selectors import in_force
from cauce.journal.errors import CauceError
from cauce.sync import enrolling, exchange, selectors
from cauce.sync.transport import TYPE
from cauce.sync.wire import LARGEST

log = logging.getLogger(__name__)
WRONG = Window("sync-wrong", 60)
MOST_WRONG = 30  # batches of one address that are none, in a minute


def _refusal(code: str, text: str, status: int) -> HttpResponse:
    return HttpResponse(orjson.dumps({"code": code, "text": text}), content_type="application/json", status=status)


def _answered(request: HttpRequest, act: Callable[[bytes], bytes]) -> HttpResponse:
    """Nodes are not signed in: the seal and the signature of what they send is all that counts."""
    address = request.META.get("REMOTE_ADDR", "")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _refusal("too_large", "This is larger than any batch.", 413)
    try:
        with translation.override("en"):
            answer = act(request.read(LARGEST + 1))
    except CauceError as reason:
        count = WRONG.count(address)
        if count <= MOST_WRONG:
            log.warning("Something from %s was refused at %s: %s", address, request.path, reason)
            return _refusal(reason.code, str(reason), 403)
        return _refusal("too_often", "Too much of what comes from your address is refused. Wait a minute.", 429)
    return HttpResponse(answer, content_type=TYPE)


@csrf_exempt
@require_POST
def trade(request: HttpRequest) -> HttpResponse:
    """One exchange: a sealed batch in, a sealed batch out."""
    return _answered(request, exchange.answer)


@csrf_exempt
@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    """A station comes with its one-time code."""
    return _answered(request, enrolling.admit)


@require_GET
def card(request: HttpRequest) -> HttpResponse:
    """This node's public keys. A station believes them by the fingerprint in its code."""
    try:
        told = enrolling.card()
    except CauceError as reason:
        return _refusal(reason.code, str(reason), 403)
    content = orjson.dumps({"name": told.name, "key": told.key, "recipient": told.recipient})
    return HttpResponse(content, content_type="application/json")


def _names(places: tuple[str, ...]) -> str:
    called = {place.id: place.name for place in in_force().places}
    return ", ".join(called.get(place, place) for place in places)


@page("sync.read")
@require_GET
def status(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How this station stands with its hub; at the hub, how each station stands."""
    conflicts, stations = selectors.conflicts_for(actor), selectors.stations_for(actor)
    return render(
        request,
        "sync/status.html",
        {
            "stations": [(station, _names(station.places)) for station in stations],
            "held": any(station.state == "quarantined" for station in stations),
            "receipt": selectors.newest_receipt(),
            "conflicts": conflicts,
            "twice": dict.fromkeys(one.node for one in conflicts) if actor.may("matters.read") else (),
        },
    )
