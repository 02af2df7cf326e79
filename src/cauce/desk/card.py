"""The public page of a card: one's own status, what is missing, rights and whom to ask. Nothing else, nobody's name."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import pgettext

from cauce.access.actor import Actor
from cauce.access.attempts import Tries, network_of
from cauce.corridor.selectors import in_force
from cauce.desk.card_status import Private, expired, holder, pin_is, private_of, status_of
from cauce.journal.errors import CauceError
from cauce.people.models import Person
from cauce.vetting.services import object_to

# The person speaks; no account can have this name, for it has a space.
HOLDER = Actor(account="card holder", role="registrar")
STRANGERS = Tries("card", 30, longest=600, forget=3600)  # addresses that guess tokens
ESTIMATES = Tries("estimate", 10, first=600, longest=3600, forget=3600)  # each reads the whole queue of a place
OBJECTIONS = Tries("objection", 3, first=24 * 3600, longest=24 * 3600)
LOCKED_SECONDS = 3600
_OWN_NAMES = {
    "es": "Español",
    "en": "English",
    "fr": "Français",
    "ht": "Kreyòl",
    "pt": "Português",
    "ar": "العربية",
    "zh-hans": "中文",
}
_SPOKEN_AS = {"zh": "zh-hans"}


def pins() -> Tries:
    """Wrong PINs of a card, as many as the corridor file in force allows."""
    return Tries("pin", in_force().card.pin_attempts, first=LOCKED_SECONDS, longest=LOCKED_SECONDS)


def card(request: HttpRequest, token: str) -> HttpResponse:
    """GET: the status. POST `pin`: place, vehicle and who looked. POST `words`: an objection. No session is used."""
    address = network_of(request.META.get("REMOTE_ADDR", ""))
    often = STRANGERS.wait(address)
    person = None if often else holder(token)
    with translation.override(language_of(request, person)):
        if often:
            return answer(request, "desk/card_gone.html", {"why": "often"}, 429)
        if person is None:
            STRANGERS.take(address)
            return answer(request, "desk/card_gone.html", {"why": "unknown"}, 404)
        if expired(person):
            return answer(request, "desk/card_gone.html", {"why": "expired"}, 410)
        return opened(request, person, {})


def opened(request: HttpRequest, person: Person, context: dict[str, object]) -> HttpResponse:
    """The page of somebody's card, with what was posted to it; `context` says where it is shown."""
    status = 200
    if "pin" in request.POST:
        status = _open(request, person, context)
    elif "words" in request.POST:
        status = _object(request, person, context)
    context["status"] = status_of(person)
    return answer(request, "desk/card.html", context, status)


def _open(request: HttpRequest, person: Person, context: dict[str, object]) -> int:
    """P8: what the PIN opens is on this one answer and nowhere kept; wrong ones are counted for the card."""
    tries = pins()
    key = person.id.hex
    if not tries.take(key) and pin_is(person, request.POST["pin"]):
        tries.clear(key)
        context["private"] = disclosed(person)
        return 200
    left = not tries.wait(key)
    context["pin_error"] = (
        pgettext("card", "This PIN is not right. Look at your slip and try again.")
        if left
        else pgettext("card", "Too many wrong PINs. Wait an hour, or ask an officer for a new card.")
    )
    return 422 if left else 429


def disclosed(person: Person) -> Private:
    """What a PIN opens, however it came; the place in the queue only so often for one card."""
    return private_of(person, estimate=not ESTIMATES.take(person.id.hex))


def _object(request: HttpRequest, person: Person, context: dict[str, object]) -> int:
    words = request.POST["words"].strip()[:4000]
    context["words"] = words
    if OBJECTIONS.wait(person.id.hex):
        context["words_error"] = pgettext(
            "card", "You wrote several times today. An officer will answer; you can also speak to one."
        )
        return 429
    try:
        object_to(person=person.id, about="other", words=words, by=HOLDER)
    except CauceError:
        context["words_error"] = pgettext("card", "Write in your own words what you do not agree with.")
        return 422
    OBJECTIONS.take(person.id.hex)
    context.update(words="", filed=True)
    return 200


def answer(request: HttpRequest, template: str, context: dict[str, object], status: int) -> HttpResponse:
    """A page for whom a card belongs to: told to no search engine and no other site."""
    known = dict(settings.LANGUAGES)
    try:
        spoken = [_SPOKEN_AS.get(code, code) for code in in_force().languages]
    except CauceError:
        spoken = list(known)
    context["languages"] = [(code, _OWN_NAMES.get(code, code)) for code in spoken if code in known]
    response = render(request, template, context, status=status)
    response.headers["Content-Language"] = translation.get_language() or ""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # Not no-referrer: with it a browser posts the PIN with the origin "null", which the form's protection refuses.
    # Same-origin tells no other site, and the page links to none.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def language_of(request: HttpRequest, person: Person | None) -> str:
    """The one chosen on the page, else the person's, else the browser's, else the site's."""
    known = dict(settings.LANGUAGES)
    chosen = request.GET.get("lang", "")
    if chosen in known:
        return chosen
    own = _SPOKEN_AS.get(person.language, person.language) if person else ""
    return own if own in known else translation.get_language_from_request(request)
