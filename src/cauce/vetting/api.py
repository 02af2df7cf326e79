"""Checks for machines: finding people, results, and checks and vaccinations recorded from outside."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Day, Done, Line, Made, Moment, Shown, Told
from cauce.access.services import note_reading
from cauce.people.selectors import person_for
from cauce.vetting import searching, selectors, services
from cauce.vetting.services.checks import HOW

machines = Machines("checks", __name__)


class FoundShown(Shown):
    """`how`: number, card, document, group or name. `place` is where they are, or were last when `here` is false."""

    person: UUID
    number: str
    name: str
    group: UUID
    group_number: str
    place: str
    here: bool
    how: str


class Found(Shown):
    items: list[FoundShown]


Asked = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Most = Annotated[int, Field(ge=1, le=50)]
Born = Annotated[str, Field(max_length=10, pattern=r"^[^\x00]*$", description="Year of birth, or age")]


@machines.reads("/people", "people.find", Found)
def find_people(
    request: HttpRequest, q: Asked, born: Born = "", sex: Literal["F", "M", ""] = "", limit: Most = 20
) -> Found:
    """Find people by number, card, document or group number, or by a part of the name; the best first, noted."""
    actor = actor_of(request)
    lines = searching.find_for(actor, q, limit, born=born, sex=sex)
    note_reading(actor=actor, what="api find", persons=[line.person for line in lines if line.how != "elsewhere"])
    return Found(items=[FoundShown.model_validate(line) for line in lines])


class CheckShown(Shown):
    """`result`: clear, refer, pending, waived, lapsed, confirmed; `interview` where the rest is not for this token."""

    check: str
    result: str
    reasons: list[str]
    at: Moment


class Checks(Shown):
    items: list[CheckShown]


@machines.reads("/people/{person}/checks", "people.read", Checks)
def checks(request: HttpRequest, person: UUID) -> Checks:
    """Where each check of a person stands, as far as this token may know it. The reading is noted."""
    actor = actor_of(request)
    row = person_for(actor, person)
    note_reading(actor=actor, what="api checks", persons=[row.id])
    found = selectors.results_for(actor, row.id)
    return Checks(
        items=[CheckShown(check=one.check, result=one.result, reasons=list(one.reasons), at=one.at) for one in found]
    )


class ResultTold(Told):
    """A check that was done elsewhere: clear or pending, or waived where the corridor lets it be."""

    result: Literal["clear", "pending", "waived"]
    reasons: Annotated[list[Code], Field(max_length=20)] = []
    note: Line = ""


@machines.writes("/people/{person}/checks/{check}", "checks.record", Done, method="PUT")
def record_check(request: HttpRequest, person: UUID, check: Code, told: ResultTold) -> Done:
    """Record a check done elsewhere: prints or irises taken, the clinic's look."""
    services.record_check(
        person=person,
        check_id=check,
        result=told.result,
        reasons=told.reasons,
        note=told.note,
        by=actor_of(request),
    )
    return Done()


class VaccinationTold(Told):
    """`vaccine` is an id of the corridor file; `how` it is known."""

    vaccine: Code
    how: Literal[HOW]  # type: ignore[valid-type]
    given_on: Day | None = None


@machines.writes("/people/{person}/vaccinations", "checks.record", Made, status=201)
def record_vaccination(request: HttpRequest, person: UUID, told: VaccinationTold) -> Made:
    """Add a line to somebody's immunisation record."""
    made = services.record_vaccination(
        person=person, vaccine=told.vaccine, how=told.how, given_on=told.given_on, by=actor_of(request)
    )
    return Made(id=made)
