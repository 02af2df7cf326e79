"""A screen at the station for who has no telephone (F6): a slip is held to its reader, or its number and PIN are typed.

Nothing of anybody stands in an address of it, no session is kept, and it goes back to its beginning by itself.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import pgettext

from cauce.access.attempts import Tries, network_of
from cauce.desk.card import answer, disclosed, language_of, opened, pins
from cauce.desk.card_status import expired, holder, pin_is
from cauce.desk.find import token_in
from cauce.people.models import Person
from cauce.people.numbering import normal

SECONDS = 120
# Everybody at the station shares this screen: its limit lets a hall of people mistype and still stops a program.
WRONG = Tries("kiosk", 60, longest=60, forget=600)


def kiosk(request: HttpRequest) -> HttpResponse:
    """GET: the first page. POST `card`, what was scanned, or a number with its PIN as `code`: the card's page."""
    told = request.POST.get("card", "").strip()[:300]
    address = network_of(request.META.get("REMOTE_ADDR", ""))
    often = bool(told) and WRONG.wait(address) > 0
    person, proved = _whose(told, request.POST.get("code", "").strip()) if told and not often else (None, False)
    with translation.override(language_of(request, person)):
        if person is None:
            if told and not often:
                WRONG.take(address)
            return answer(request, "desk/kiosk.html", {"error": _error(told, often)}, _status(told, often))
        context: dict[str, object] = {"kiosk": person.card_token, "seconds": SECONDS}
        if expired(person):
            return answer(request, "desk/card_gone.html", context | {"why": "expired"}, 410)
        if proved:
            context["private"] = disclosed(person)
        return opened(request, person, context)


def _whose(told: str, code: str) -> tuple[Person | None, bool]:
    """Whose card it is, and whether the PIN was right: a number, which others may know, opens only with it (P8)."""
    person = holder(token_in(told))
    number = normal(told)
    if person is not None or not number or not code:
        return person, False
    person = Person.objects.filter(number=number, erased=False, card_token__isnull=False).first()
    if person is None or pins().take(person.id.hex) or not pin_is(person, code):
        return None, False
    pins().clear(person.id.hex)
    return person, True


def _error(told: str, often: bool) -> str:
    if often:
        return pgettext("card", "There were too many wrong entries here. Wait a minute and try again.")
    if told:
        return pgettext("card", "This did not work. Scan the slip again, or type its number and its PIN.")
    return ""


def _status(told: str, often: bool) -> int:
    return 429 if often else 422 if told else 200
