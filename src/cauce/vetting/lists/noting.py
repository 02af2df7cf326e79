"""What a list says of a person, noted in a draft; what is not understood is complained about, never guessed."""

import re
from collections.abc import Callable
from datetime import date

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import ABOUT_YEARS, parse_range, widened
from cauce.vetting.lists.model import DateRange, Document, Draft
from cauce.vetting.lists.quick import sex

Complain = Callable[[str], None]
PERSON = frozenset(["person", "p", "individual"])
OTHERS = frozenset(
    ["entity", "enterprise", "e", "ship", "vessel", "aircraft", "transport", "organisation", "organization", "company"]
)
SHOWN = 60
"""Letters of a value that a problem quotes."""
_PASSPORT = re.compile(r"passe?port|pasaporte|laissez|travel doc", re.I)
_TAX = re.compile(r"tax|fiscal|\bNIT\b|\bR\.?F\.?C\.?\b|\bRUC\b|\bRIF\b|C\.U\.I\.T|\bRTN\b|\bINN\b|\bTIN\b", re.I)
_OTHER = re.compile(r"registration|company|business|enterprise|licen[cs]e|vessel|aircraft|serial|\bother\b", re.I)
_NO_PAPER = re.compile(
    r"phone|fax|e-?mail|website|address|swift|bic\b|currency|section|order|resolution|sanction|directive|gender"
    r"|linked|determination|information|\bLEI\b|\bIMO\b|MMSI|target|effective|listing|risk",
    re.I,
)


def born(draft: Draft, said: str, complain: Complain, *, about: bool = False) -> None:
    """A birth date as text; `about` for one that the list calls approximate."""
    if said:
        born_in(draft, parse_range(said), said, complain, about=about)


def born_in(draft: Draft, found: DateRange | None, said: str, complain: Complain, *, about: bool = False) -> None:
    """A birth date as a range, or None when what was `said` makes no range."""
    if found is None:
        complain(f"birth date not understood: {said[:SHOWN]!r}")
    else:
        draft.birth_dates[widened(found, ABOUT_YEARS) if about else found] = None


def citizen(draft: Draft, said: str, complain: Complain) -> None:
    """A nationality or citizenship, as a code or a name."""
    code = alpha3(said)
    if code:
        draft.nationalities[code] = None
    elif code is None:
        complain(f"country not understood: {said[:SHOWN]!r}")


def of_sex(draft: Draft, said: str, complain: Complain) -> None:
    """Male, female or another, in words or letters."""
    letter = sex(said)
    if letter:
        draft.sexes[letter] = None
    elif letter is None:
        complain(f"sex not understood: {said[:SHOWN]!r}")


def born_at(draft: Draft, *parts: str) -> None:
    """A place of birth, from the smallest to the largest."""
    place = ", ".join(dict.fromkeys(part for part in parts if part))
    if place:
        draft.birth_places[place] = None


def paper(draft: Draft, title: str, number: str, country: str, complain: Complain) -> None:
    """A document by what the list calls it; what is no document (a telephone, an order) is passed over."""
    kind = document_kind(title)
    if not number or not kind:
        return
    code = alpha3(country)
    if code is None:
        complain(f"country of a document not understood: {country[:SHOWN]!r}")
    draft.documents[Document(kind, number, code or "")] = None


def document_kind(title: str) -> str:
    """passport, national, tax or other; empty for what is no document."""
    if _PASSPORT.search(title):
        return "passport"
    if _TAX.search(title):
        return "tax"
    if _NO_PAPER.search(title):
        return ""
    return "other" if _OTHER.search(title) else "national"


def kind(draft: Draft, said: str, complain: Complain) -> None:
    """What sort of party it is; one that cannot be told is taken for a person, so that nobody is missed."""
    word = said.lower()
    draft.kind = "other" if word in OTHERS else "person"
    if word not in PERSON and word not in OTHERS:
        complain(f"kind of party not understood: {said[:SHOWN]!r}; taken for a person")


def day(said: str, order: str = "ymd") -> date | None:
    """The day a list was made, written year first, day first (`dmy`) or month first (`mdy`); None when it is none."""
    numbers = [int(part) for part in re.findall(r"\d+", said[:10])]
    if len(numbers) != 3:
        return None
    found = dict(zip(order, numbers, strict=True))
    try:
        return date(found["y"], found["m"], found["d"])
    except ValueError:
        return None
