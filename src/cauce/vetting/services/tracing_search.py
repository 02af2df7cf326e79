"""Everybody present, and everybody new, is searched in what families ask. A possible match blocks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from cauce.access.actor import SYSTEM, Actor
from cauce.journal import guard
from cauce.journal.events import Event, new_id
from cauce.journal.services import lock_head, record
from cauce.people.models import Person, Stay
from cauce.vetting.alerts import index_of, sought
from cauce.vetting.events import TracingMatchClosed, TracingMatchOpened, TracingSearched
from cauce.vetting.facts import facts_of
from cauce.vetting.lists import DateRange, Entry
from cauce.vetting.models import NotTheSame
from cauce.vetting.names import DEFAULT_THRESHOLD, Hit
from cauce.vetting.sought_models import TRACING, TracingMatch, TracingRequest, TracingSearch
from cauce.vetting.watchlist import entry_digest, pieces_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Open:
    """A request that somebody may answer."""

    row: TracingRequest
    entry: Entry
    family: frozenset[UUID]  # who cannot be the one sought: the seeker, and whoever travels with them


def search_families(*, limit: int | None = None, by: Actor = SYSTEM) -> int:
    """Search whoever is present and was not searched yet in every open request. Returns how many people."""
    total = 0
    while limit is None or total < limit:
        searched = _batch(BATCH if limit is None else min(BATCH, limit - total), by)
        if searched is None:
            break
        total += searched
    return total


def _batch(size: int, by: Actor) -> int | None:
    requests = _open()
    if not requests:
        return None
    newest = max(one.row.entry for one in requests)
    due = _due(newest, size)
    if not due:
        return None
    hits = _hits(list(due), requests)
    with guard.refusals(), transaction.atomic():
        lock_head()
        still = _due(newest, size, list(due))
        here = {person: upto for person, upto in due.items() if person in still}
        numbers = {one.row.number: one for one in _open()}
        if here:  # else another process searched them meanwhile
            events = _events(here, {person: hits.get(person, []) for person in here}, numbers)
            record(*events, TracingSearched(persons=tuple(here), upto=newest), by=by)
    return len(due)


def _open() -> list[Open]:
    rows = list(TracingRequest.objects.filter(status="open").order_by("entry"))
    if not rows:
        return []
    seekers = [row.seeker for row in rows if row.seeker]
    groups = dict(Person.objects.filter(id__in=seekers).values_list("id", "group_id"))
    members: dict[UUID, set[UUID]] = {}
    for person, group in Person.objects.filter(group__in=set(groups.values())).values_list("id", "group_id"):
        members.setdefault(group, set()).add(person)
    return [
        Open(
            row, entry_of(row), frozenset(members.get(groups[row.seeker], ())) if row.seeker in groups else frozenset()
        )
        for row in rows
    ]


def entry_of(row: TracingRequest) -> Entry:
    born = (DateRange(row.birth_first, row.birth_last),) if row.birth_first and row.birth_last else ()
    return sought(row.number, row.names, birth_dates=born, sex=row.sex)


def _due(newest: int, size: int, among: Sequence[UUID] | None = None) -> dict[UUID, int]:
    """People present who were not searched up to the newest request -> up to which they were (0: in none)."""
    here = Stay.objects.filter(person=OuterRef("pk"), until__isnull=True)
    done = TracingSearch.objects.filter(person=OuterRef("pk"), upto__gte=newest)
    rows = Person.objects.filter(Exists(here), ~Exists(done), erased=False)
    if among is not None:
        rows = rows.filter(id__in=among)
    persons = list(rows.order_by("-id").values_list("id", flat=True)[:size])
    upto = dict(TracingSearch.objects.filter(person__in=persons).values_list("person", "upto"))
    return {person: upto.get(person, 0) for person in persons}


def _hits(persons: Sequence[UUID], requests: Sequence[Open]) -> dict[UUID, list[Hit]]:
    facts = facts_of(persons)
    asked = [facts[person] for person in persons if person in facts]
    answers = index_of(tuple(one.entry for one in requests)).search_many(
        [one.query() for one in asked], DEFAULT_THRESHOLD, len(requests)
    )
    return {one.id: answer for one, answer in zip(asked, answers, strict=True)}


def _events(due: Mapping[UUID, int], hits: Mapping[UUID, list[Hit]], requests: Mapping[str, Open]) -> list[Event]:
    """Matches that open, and those whose ground is gone: only of somebody about whom something was corrected."""
    asked = list(TracingMatch.objects.filter(person__in=due).select_related("request"))
    live = {(match.person, match.request.number): match for match in asked if match.status in ("open", "found")}
    others = set(
        NotTheSame.objects.filter(person__in=due, list_name=TRACING).values_list("person", "list_entry", "entry_digest")
    )
    opened: list[Event] = []
    for person, found in hits.items():
        for hit in found:
            one = requests.get(hit.entry_id)  # nosec B113 # a dict of families' requests, no network
            if one is None or person in one.family or one.row.entry <= due[person]:
                continue
            digest = entry_digest(one.entry)
            if (person, hit.entry_id) not in live and (person, hit.entry_id, digest) not in others:
                opened.append(_opened(person, one, hit, digest))
    return [*_gone(due, hits, live.values()), *opened]


def _opened(person: UUID, one: Open, hit: Hit, digest: str) -> TracingMatchOpened:
    return TracingMatchOpened(
        id=new_id(),
        person=person,
        request=one.row.id,
        digest=digest,
        score=round(hit.probability, 6),
        pieces=list(pieces_of(hit)),
    )


def _gone(due: Mapping[UUID, int], hits: Mapping[UUID, list[Hit]], live: Iterable[TracingMatch]) -> list[Event]:
    met = {(person, hit.entry_id) for person, found in hits.items() for hit in found}
    return [
        TracingMatchClosed(person=match.person, match=match.id, why="no_longer_met")
        for match in live
        if match.status == "open" and due[match.person] == 0 and (match.person, match.request.number) not in met
    ]
