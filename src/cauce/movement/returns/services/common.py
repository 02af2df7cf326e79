"""What the services of returns share: the person, the case as it stands, a text that has to be said."""

from __future__ import annotations

import re
from uuid import UUID

from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import ReturnRules
from cauce.journal.errors import Refused, Unknown
from cauce.movement.returns.models import ReturnCase
from cauce.people import reach
from cauce.people.mrz.codes import known


def case_now(case: UUID, by: Actor, capability: str, *, gone: bool = False) -> ReturnCase:
    """The open case as it stands; call it under the chain's lock. `gone`: one that has departed is meant.

    Raises Unknown for none, Refused for one that is closed, or has departed, or has not where it should have.
    """
    by.require(capability)
    row = ReturnCase.objects.filter(id=case).first()
    if row is None:
        raise Unknown(_("There is no such return case. `cauce return list` shows those that are open."))
    reach.someone(row.person, by, capability)
    if row.closed_at is not None:
        raise Refused(_("This return case is closed; nothing more was done. Open another one."), code="case_closed")
    if gone and row.departed_at is None:
        raise Refused(_("This person has not left yet: first the flight departs."), code="case_not_departed")
    if not gone and row.departed_at is not None:
        raise Refused(_("The door has closed: this person has left. Nothing was changed."), code="case_departed")
    return row


def said(text: str, complaint: str) -> str:
    """The text without outer blanks; Refused with the complaint when there is none."""
    if not text.strip():
        raise Refused(complaint, code="words_missing")
    return text.strip()


def one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Refused(
            _("%(value)r is not known here. Choose one of: %(known)s.") % {"value": value, "known": ", ".join(known)},
            code="not_known",
        )
    return value


def country(code: str) -> str:
    """Three capital letters of ISO 3166-1."""
    if not re.fullmatch(r"[A-Z]{3}", code.strip().upper()) or not known(code.strip().upper()):
        raise Refused(
            _("%(code)r is no country: give the three letters of ISO 3166-1, like COL.") % {"code": code},
            code="not_a_country",
        )
    return code.strip().upper()


def how() -> ReturnRules:
    """What the corridor file says of returns; Refused while it says nothing."""
    told = in_force().returns
    if told is None:
        raise Refused(
            _(
                "The corridor file does not say how anybody is returned. Add a [returns] table with "
                "cooling_off_hours and fit_days, and apply the file."
            ),
            code="no_return_rules",
        )
    return told
