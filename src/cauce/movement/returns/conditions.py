"""Who may not be returned, in SQL that SQLite and PostgreSQL both read: once here, for triggers and for planning alike.

Each condition is about a row `c` of movement_returncase and a day, an expression of the statement it is put into.
`moment` is given where somebody is on board already: what must be over must be over by then.
"""
# ruff: noqa: S608  what is put into these conditions are this module's own constants and ISO dates; nothing typed in

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.movement.reasons import Reason
from cauce.protection.gate import decides

OPEN = "c.closed_at IS NULL AND c.departed_at IS NULL"


def no_case(person: str) -> str:
    """Nobody is returned without a case of their own."""
    return f"NOT EXISTS (SELECT 1 FROM movement_returncase c WHERE c.person = {person} AND {OPEN})"


def undecided(day: str, moment: str = "") -> str:
    """No decision that stands, a running appeal or objection, or time left to appeal (P17)."""
    by_then = f" OR (c.appeal_until IS NOT NULL AND c.appeal_until >= {day})"
    return (
        "(c.kind <> 'voluntary' AND (c.decided_on IS NULL OR (c.appeal_until IS NULL AND NOT c.no_appeal)"
        f"{by_then})) OR (c.appeal_filed_on IS NOT NULL AND c.appeal_outcome NOT IN ('dismissed', 'withdrawn')"
        " AND c.kind <> 'voluntary')"
        " OR EXISTS (SELECT 1 FROM vetting_objection o WHERE o.person = c.person AND o.about = 'return' "
        "AND (o.about_id = c.id OR o.about_id IS NULL) AND o.answered_at IS NULL)"
    )


def unpapered(day: str, moment: str = "") -> str:
    """No travel document, or one that ends before the day."""
    return f"c.document = '' OR c.document_until IS NULL OR c.document_until < {day}"


def unfit(day: str, moment: str = "") -> str:
    """No finding, an adverse one, or one that is too old."""
    return f"c.fit NOT IN ('fit', 'fit_with_care') OR c.fit_until IS NULL OR c.fit_until < {day}"


def unconsented(day: str, moment: str = "") -> str:
    """P12: no consent to this country that counts: not withdrawn, understood, with counsel in custody, cooled off."""
    cooled = f" AND k.cooling_until <= {moment}" if moment else ""
    return (
        "c.kind = 'voluntary' AND NOT EXISTS (SELECT 1 FROM movement_returnconsent k WHERE k.case_id = c.id "
        "AND k.withdrawn_at IS NULL AND k.destination = c.destination AND (k.shared OR k.interpreter) "
        f"AND (k.counsel OR NOT k.in_custody) AND k.ready_on <= {day}{cooled})"
    )


def protected(day: str, moment: str = "") -> str:
    """A feared destination, a wish for asylum not taken back, or a review nobody decided: for `return` none lapses."""
    return (
        "EXISTS (SELECT 1 FROM people_person p WHERE p.id = c.person AND p.feared_country <> '' "
        "AND p.feared_country = c.destination) "
        "OR EXISTS (SELECT 1 FROM people_need n WHERE n.person_id = c.person AND n.code = 'asylum_wish' "
        "AND NOT n.withdrawn) "
        "OR EXISTS (SELECT 1 FROM vetting_review r WHERE r.person = c.person AND r.status IN ('open', 'lapsed'))"
    )


ABOUT_A_CASE = {
    "return_undecided": (Reason.RETURN_UNDECIDED, undecided),
    "return_papers": (Reason.RETURN_PAPERS, unpapered),
    "return_unfit": (Reason.RETURN_UNFIT, unfit),
    "return_consent": (Reason.RETURN_CONSENT, unconsented),
    "return_protected": (Reason.RETURN_INTERVIEW, protected),
}
"""What may stand against a case: the code of the refusal, the reason it is told as, the condition."""


def of(person: str, condition: str) -> str:
    """That the condition holds of this person's open case."""
    return f"EXISTS (SELECT 1 FROM movement_returncase c WHERE c.person = {person} AND {OPEN} AND ({condition}))"


@decides
def finally_decided(persons: set[UUID]) -> set[UUID]:
    """P11: those whose return an authority ordered, with nothing left to appeal, nothing running and nothing feared."""
    literal = f"'{local_day('', clock.now()).isoformat()}'"
    wrong = " OR ".join(f"({condition(literal)})" for condition in (undecided, protected))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.person FROM movement_returncase c WHERE {OPEN} AND c.kind <> 'voluntary' AND NOT ({wrong})"
        )
        return persons & {_uuid(row[0]) for row in cursor.fetchall()}


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def against(persons: Iterable[UUID], day: date) -> dict[UUID, int]:
    """The reasons of each of these persons against a return on that day, of their case alone; 0 for none.

    One query for any number. Holds, checks and children are asked by `movement.reasons`.
    """
    literal = f"'{day.isoformat()}'"
    found = {person: int(Reason.RETURN_NO_CASE) for person in persons}
    if not found:
        return found
    asked = [(int(reason), condition(literal)) for reason, condition in ABOUT_A_CASE.values()]
    columns = ", ".join(f"CASE WHEN {condition} THEN 1 ELSE 0 END" for _, condition in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.person, {columns} FROM movement_returncase c WHERE {OPEN}")
        for row in cursor.fetchall():
            person = _uuid(row[0])
            if person in found:
                found[person] = sum(bit for (bit, _), holds in zip(asked, row[1:], strict=True) if holds)
    return found
