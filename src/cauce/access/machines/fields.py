"""Kinds of field in what machines send: bounded, so that nothing reaches a store that it cannot keep."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

# No store keeps a NUL, and a lone surrogate is no text.
_PLAIN = r"^[^\x00]*$"
FIRST_YEAR, LAST_YEAR = 1850, 2200


def _in_our_time(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR} is needed")
    return moment


def _day_in_our_time(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR} is needed")
    return day


Line = Annotated[str, StringConstraints(max_length=400, pattern=_PLAIN)]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=_PLAIN)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=_PLAIN)]
Code = Annotated[str, StringConstraints(max_length=80, pattern=_PLAIN)]
"""An id of the corridor file, a short code, a number as it is printed, or a card's token."""
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time), Field(description="ISO 8601 with its offset from UTC")]
Day = Annotated[date, AfterValidator(_day_in_our_time)]
Limit = Annotated[int, Field(ge=1, le=200, description="Rows on a page")]
Cursor = Annotated[str, StringConstraints(max_length=400), Field(description="`next` of the page before; empty: first")]
Version = Annotated[int, Field(ge=0, le=1_000_000_000, description="What you saw: another one is a conflict")]


class Told(BaseModel):
    """What a machine sends. A field that nobody asked for is refused: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """What a machine is answered."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Done(Shown):
    """It is recorded."""

    done: bool = True


class Made(Shown):
    """What was made, by its id."""

    id: UUID


class ReasonTold(Told):
    """Why something is done, or undone."""

    reason: Reason
