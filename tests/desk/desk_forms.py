"""What a browser would send from the registration page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

# A specimen of ICAO Doc 9303 part 4: fictitious.
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
SLIP = ZONE.replace("L898902C36", "L898902C35")  # the number's check digit is wrong


def nonce_of(page: str) -> str:
    """The nonce that a page's form carries."""
    found = re.search(r'name="submission" value="(\w+)"', page)
    assert found
    return found.group(1)


def value_of(page: str, name: str) -> str:
    """What stands in a text field of a page."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, f"no field {name}"
    value = re.search(r'value="([^"]*)"', tag.group(0))
    return unescape(value.group(1)) if value else ""


def a_form(browser: Client, persons: list[dict[str, Any]], **group: Any) -> dict[str, Any]:
    """A registration as it would be sent: `persons` hold the fields without their prefix."""
    page = browser.get("/register/").content.decode()
    told: dict[str, Any] = {
        "submission": nonce_of(page),
        "count": len(persons),
        "place": "lajas_blancas",
        "arrived_at": "2023-08-15T08:30",
        "do": "save",
        **group,
    }
    for at, person in enumerate(persons):
        told.update({f"p{at}-{name}": value for name, value in person.items()})
    return told
