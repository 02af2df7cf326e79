"""Who is sought, as somebody types it: names, dates, countries and papers brought into shape.

Everything that is not understood is refused with what it was: somebody sought under half a date is not found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from cauce.journal.errors import Misused
from cauce.vetting.alerts import sought
from cauce.vetting.lists import DateRange
from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range, widened, year_range
from cauce.vetting.names import Index, Query

MOST_NAMES, LONGEST = 50, 200
SEXES = ("F", "M", "X", "")
KINDS = ("passport", "national", "tax", "other")


def names(said: Iterable[str]) -> list[str]:
    """The names, each once; Misused when there is none that can be read, or too many."""
    found = list(dict.fromkeys(" ".join(name.split())[:LONGEST] for name in said if name.strip()))
    if not found or len(found) > MOST_NAMES:
        raise Misused(_("Give 1 to %(most)s names of the person sought.") % {"most": MOST_NAMES})
    for name in found:
        if not readable(name):
            raise Misused(_("Nothing of the name %(name)r can be read. Give it in another script.") % {"name": name})
    return found


def birth_dates(said: Iterable[str]) -> list[tuple[date, date]]:
    """Each as first and last day: `1971`, `1971-03`, `1971-03-09`, `1969/1973`, `circa 1970`. Misused otherwise."""
    return [(one.first, one.last) for text in said if text.strip() for one in [_born(text)]]


def born_at_age(age: int, today: date, about: int = 1) -> tuple[date, date]:
    """First and last day somebody of that age today may be born on, give or take `about` years."""
    if not 0 <= age <= 120:
        raise Misused(_("An age is between 0 and 120 years, not %(age)s.") % {"age": age})
    years = year_range(today.year - age - 1, today.year - age)
    assert years is not None
    wide = widened(years, about)
    return wide.first, min(wide.last, today)


def sex(said: str) -> str:
    plain = said.strip().upper()
    if plain not in SEXES:
        raise Misused(_("The sex is F, M, X or left out; not %(said)r.") % {"said": said})
    return plain


def countries(said: Iterable[str]) -> list[str]:
    """Alpha-3 codes; Misused for what is no country."""
    return list(dict.fromkeys(country(text) for text in said if text.strip()))


def country(said: str) -> str:
    """Alpha-3, or empty for an empty text."""
    found = alpha3(said) if said.strip() else ""
    if found is None:
        raise Misused(_("%(said)r is no country: give its code or its English name.") % {"said": said})
    return found


def documents(said: Iterable[str]) -> list[tuple[str, str, str]]:
    """`KIND:NUMBER:COUNTRY`, the country may be missing, as (kind, number, alpha-3). Misused for another form."""
    found = []
    for text in said:
        if not text.strip():
            continue
        kind, _colon, rest = text.partition(":")
        number, _colon, issuer = rest.partition(":")
        if kind.strip() not in KINDS or not number.strip():
            raise Misused(
                _("Write a paper as KIND:NUMBER or KIND:NUMBER:COUNTRY, KIND one of %(kinds)s; not %(said)r.")
                % {"kinds": ", ".join(KINDS), "said": text}
            )
        found.append((kind.strip(), number.strip()[:60], country(issuer)))
    return found


def readable(name: str) -> bool:
    """Whether the matcher finds somebody of exactly that name."""
    entry = sought("", [name])
    return bool(Index([entry]).search(Query(id="", names=(name,)), 0.0, 1))


def _born(text: str) -> DateRange:
    found = parse_range(text)
    if found is None:
        raise Misused(
            _("The birth date %(said)r is not understood. Write 1971, 1971-03, 1971-03-09 or 1969/1973.")
            % {"said": text}
        )
    return found
