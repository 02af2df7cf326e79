"""Groups for machines: joined, split, headed; which travel together, and which never share a vehicle (P9, F4)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Done, Made, Moment, Reason, ReasonTold, Shown, Told
from cauce.access.services import note_reading
from cauce.journal.errors import Unknown
from cauce.people import company, services
from cauce.people.api import MOST_MEMBERS
from cauce.people.models import Parting
from cauce.people.selectors import group_for, members_for, partings_for

machines = Machines("groups", __name__)


class SplitTold(Told):
    """`persons` leave their group and travel as a group of their own."""

    persons: Annotated[list[UUID], Field(min_length=1, max_length=MOST_MEMBERS)]
    reason: Reason


class SplitMade(Shown):
    """`group` is the new one. Null: a child would be parted from a guardian; `parting` waits for another officer."""

    group: UUID | None
    parting: UUID | None


class OtherTold(Told):
    """`other`: the id of the group that joins this one."""

    other: UUID


class PairTold(Told):
    """`other`: the id of the other group."""

    other: UUID
    reason: Reason


class HeadTold(Told):
    person: UUID


class PartingShown(Shown):
    """P9: `persons` would leave the group `group`; somebody else than `proposed_by` has to agree."""

    id: UUID
    group: UUID
    persons: list[UUID]
    reason: str
    proposed_by: str
    proposed_at: Moment


class Partings(Shown):
    items: list[PartingShown]


class PairShown(Shown):
    """`kind`: `together` or `apart`; `reason` is empty for who may not read it."""

    id: UUID
    kind: str
    group: UUID
    number: str
    since: Moment
    reason: str


class Pairs(Shown):
    items: list[PairShown]


@machines.writes("/groups/{group}/join", "people.group", Done)
def join(request: HttpRequest, group: UUID, told: OtherTold) -> Done:
    """Everybody of the other group becomes a member of this one, which keeps the earlier arrival."""
    actor = actor_of(request)
    one, other = group_for(actor, group), group_for(actor, told.other)
    services.join_groups(into=one.id, other=other.id, by=actor)
    return Done()


@machines.writes("/groups/{group}/split", "people.group", SplitMade)
def split(request: HttpRequest, group: UUID, told: SplitTold) -> SplitMade:
    """Let some leave their group; where that parts a child from a guardian, another officer has to agree."""
    actor = actor_of(request)
    made = services.split_group(group=group_for(actor, group).id, persons=told.persons, reason=told.reason, by=actor)
    return SplitMade(group=made.group, parting=made.proposal)


@machines.writes("/groups/{group}/head", "people.group", Done, method="PUT")
def set_head(request: HttpRequest, group: UUID, told: HeadTold) -> Done:
    """Make a member the head of the group."""
    actor = actor_of(request)
    services.set_head(group=group_for(actor, group).id, person=told.person, by=actor)
    return Done()


@machines.reads("/partings", "people.part_child", Partings)
def partings(request: HttpRequest) -> Partings:
    """Requests to part a child from a guardian that wait for a second officer, the oldest first. It is noted."""
    actor = actor_of(request)
    rows = partings_for(actor)
    shown = [_parting(row) for row in rows]
    note_reading(actor=actor, what="api group", persons=dict.fromkeys(p for one in shown for p in one.persons))
    return Partings(items=shown)


def _parting(row: Parting) -> PartingShown:
    return PartingShown(
        id=row.id,
        group=row.group_id,
        persons=[UUID(hex=each) for each in row.persons],
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
    )


@machines.writes("/partings/{parting}/confirm", "people.part_child", Made)
def confirm_parting(request: HttpRequest, parting: UUID) -> Made:
    """P9: a second officer agrees to part a child from a guardian; the id of the new group."""
    actor = actor_of(request)
    if all(row.id != parting for row in partings_for(actor)):
        raise Unknown(_("No such request waits for a second officer."))
    return Made(id=services.confirm_split(proposal=parting, by=actor))


@machines.reads("/groups/{group}/company", "people.read", Pairs)
def pairs(request: HttpRequest, group: UUID) -> Pairs:
    """With whom a group travels and, for those in charge, from whom it is kept apart. The reading is noted."""
    actor = actor_of(request)
    row = group_for(actor, group)
    note_reading(actor=actor, what="api group", persons=[one.id for one in members_for(actor, row.id)])
    return Pairs(items=[PairShown.model_validate(one) for one in company.company_for(actor, row.id)])


@machines.writes("/groups/{group}/company/link", "people.group", Made, status=201)
def link(request: HttpRequest, group: UUID, told: PairTold) -> Made:
    """Let two groups travel together; they stand in the queue where the later of them would."""
    actor = actor_of(request)
    one, other = group_for(actor, group), group_for(actor, told.other)
    return Made(id=company.link_groups(one=one.id, other=other.id, reason=told.reason, by=actor))


@machines.writes("/groups/{group}/company/apart", "people.keep_apart", Made, status=201)
def keep_apart(request: HttpRequest, group: UUID, told: PairTold) -> Made:
    """Never put two groups into one vehicle; a link of theirs ends. The reason is read by those in charge alone."""
    actor = actor_of(request)
    one, other = group_for(actor, group), group_for(actor, told.other)
    return Made(id=company.keep_apart(one=one.id, other=other.id, reason=told.reason, by=actor))


@machines.writes("/groups/{group}/company/{pair}/end", "people.group", Done)
def end_pair(request: HttpRequest, group: UUID, pair: UUID, told: ReasonTold) -> Done:
    """Two groups are no longer linked or, for those in charge, no longer kept apart."""
    actor = actor_of(request)
    row = group_for(actor, group)
    if all(one.id != pair for one in company.company_for(actor, row.id)):
        raise Unknown(_("These groups are neither linked nor kept apart any more."))
    company.end_company(companion=pair, reason=told.reason, by=actor)
    return Done()
