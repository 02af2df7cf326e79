"""Importing people from a file, a few groups a transaction, so that it can be killed at any moment and started again.

A group's rows are written together or not at all, and each transaction is on the disk before the next begins.

A bad row is refused whole and stops nothing but its own group (F2): the rest is registered, the group is marked
incomplete and waits for the row's external id. Nothing is remembered between runs but what is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from django.db import IntegrityError

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, zone_of
from cauce.journal import clock, guard
from cauce.journal.errors import Misused, Refused
from cauce.people import cells
from cauce.people.comparing import differences
from cauce.people.enrolling import TWO_HEADS
from cauce.people.importing_groups import UNNAMED, Brought, Family, Frame, Known, bring
from cauce.people.importing_notes import Notes
from cauce.people.intake import Problem, claims_head
from cauce.people.rejects import CELL, Rejects
from cauce.people.sheets import Row, Sheet
from cauce.people.wording import sentence

LONGEST_SOURCE = 60
RUN = 200  # rows of one group held at once; the others join it later
BATCH = 500  # rows looked up at once
TOGETHER = 40  # people of one transaction, about: who registers at a desk meanwhile waits for it
REASONS = 20  # refusals told when there is no rejects file


@dataclass(slots=True)
class Imported:
    """What an import did. `groups` are those that got a member; `incomplete` those that wait for one now."""

    rows: int = 0
    registered: int = 0
    unchanged: int = 0
    refused: int = 0
    groups: int = 0
    incomplete: int = 0
    encoding: str = ""
    doubt: str = ""
    reasons: list[tuple[int, str]] = field(default_factory=list)


Progress = Callable[[int, int], None]


def import_people(
    *,
    path: Path,
    by: Actor,
    place: str = "",
    source: str = "",
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Register the people of the file at `path`.

    `place` is for rows that name none; external ids are unique in `source` (default: the row's place). `progress` is
    called with bytes read and in all. Raises Misused for what is no table of people, Refused for an unknown place.
    """
    by.require("people.import", place=place)
    if len(source) > LONGEST_SOURCE:
        raise Misused(f"The source {source[:20]!r}… is longer than {LONGEST_SOURCE} characters. Shorten it.")
    corridor = in_force()
    zones = {each.id: zone_of(each.id) for each in corridor.places}
    if place and place not in zones:
        raise Refused(f"{place!r} is no place of the corridor. Choose one of: {', '.join(zones)}.")
    with closing(Sheet(path, placed=bool(place))) as sheet, closing(Notes()) as notes:
        run = _Run(sheet, by, source, cells.Setting(zones, place, clock.now()), notes)
        if rejects is None:
            run.all(None, progress)
        else:
            with Rejects(rejects, sheet.header, source=path) as refused:
                run.all(refused, progress)
    return run.done


@dataclass(slots=True)
class _Read:
    """A row with what it tells or what is wrong with it."""

    line: int
    kept: tuple[str, ...]  # the cells, cut: what a refusal writes down
    source: str
    told: cells.Told | None
    group_id: str
    external_id: str
    wrong: list[Problem]


class _Run:
    def __init__(self, sheet: Sheet, by: Actor, source: str, setting: cells.Setting, notes: Notes) -> None:
        self.sheet, self.by, self.source, self.setting, self.notes = sheet, by, source, setting, notes
        self.frame = Frame(in_force(), setting.places, setting.now)
        self.done = Imported(encoding=sheet.encoding.name, doubt=sheet.encoding.doubt)
        self._refused: Rejects | None = None
        self._waiting: list[Family] = []  # for the transaction that comes next

    def all(self, refused: Rejects | None, progress: Progress | None) -> None:
        self._refused = refused
        batch: list[list[_Read]] = []
        for run in self._runs():
            batch.append(run)
            if sum(map(len, batch)) >= BATCH:
                self._bring(batch, progress)
                batch = []
        self._bring(batch, progress)
        self.done.groups, self.done.incomplete = self.notes.counts()

    def _runs(self) -> Iterator[list[_Read]]:
        """Neighbours of one group; those without a group each alone."""
        run: list[_Read] = []
        for row in self.sheet.rows():
            read = self._read(row, run[-1].group_id if run else "")
            if run and (not read.group_id or read.group_id != run[0].group_id or len(run) >= RUN):
                yield run
                run = []
            run.append(read)
        if run:
            yield run

    def _read(self, row: Row, before: str) -> _Read:
        told = self.sheet.told(row)
        kept = tuple(cell[: CELL + 1] for cell in row.cells[: len(self.sheet.columns)])
        place = (told.get("place") or self.setting.default_place)[:40]
        # A row too short to have the cell is taken to belong to the group it stands in.
        group = told.get("group_id", before if row.fault and "group_id" in self.sheet.columns else "")[:80]
        external = told.get("external_id", "")[:80]
        found = [Problem("row", row.fault)] if row.fault else cells.read(told, self.setting)
        if isinstance(found, cells.Told) and self.by.place and found.place != self.by.place:
            found = [Problem("place", "not_yours", found.place)]
        wrong = found if isinstance(found, list) else []
        good = found if isinstance(found, cells.Told) else None
        return _Read(row.line, kept, self.source or place, good, group, external, wrong)

    def _bring(self, batch: list[list[_Read]], progress: Progress | None) -> None:
        known = self._known(batch)
        for run in batch:
            good = [read for read in run if read.told]
            sources = list(dict.fromkeys(read.source for read in good)) or [run[0].source]
            for source in sources:
                # A bad row may not say where it belongs: it goes with the good ones of its group.
                mine = [r for r in run if (r.source == source if r.told else source == sources[0])]
                self._group(source, mine, known)
        self._write(known)
        if progress:
            progress(self.sheet.done, self.sheet.size)

    def _known(self, batch: list[list[_Read]]) -> Known:
        reads = [read for run in batch for read in run]
        known = Known()
        known.look({read.external_id for read in reads} - {""}, {read.group_id for read in reads} - {""})
        return known

    def _group(self, source: str, run: list[_Read], known: Known) -> None:
        if self._meets_waiting(source, run):
            self._write(known)
        fresh: list[_Read] = []
        missing: list[str] = []
        for read in run:
            self.done.rows += 1
            if self._settled(source, read, known, fresh, missing) or self._second_head(source, read, known, fresh):
                continue
            fresh.append(read)
        group_id = run[0].group_id
        missing += [read.external_id or UNNAMED for read in run if read.wrong == [TWO_HEADS]]
        if not fresh and not (missing and group_id):
            return
        if group_id:
            missing += self.notes.waited(source, group_id, unnamed=UNNAMED in missing)
        self._waiting.append(Family(source, group_id, [read.told.person for read in fresh if read.told], missing))
        if sum(len(family.members) for family in self._waiting) >= TOGETHER:
            self._write(known)

    def _second_head(self, source: str, read: _Read, known: Known, fresh: list[_Read]) -> bool:
        """Whether the row tells of a head where its group has one: it is refused, and the group waits for it (F2)."""
        if not read.group_id or read.told is None or not claims_head(read.told.person):
            return False
        if any(one.told and claims_head(one.told.person) for one in fresh) or known.headed(source, read.group_id):
            read.wrong = [TWO_HEADS]
            self._refuse(read, sentence(TWO_HEADS))
        return bool(read.wrong)

    def _meets_waiting(self, source: str, run: list[_Read]) -> bool:
        """Whether the rows are about a group or a person that is not written yet."""
        groups = {read.group_id for read in run} - {""}
        ids = {read.external_id for read in run} - {""}
        return any(
            family.source == source
            and (family.group_id in groups or any(member.external_id in ids for member in family.members))
            for family in self._waiting
        )

    def _settled(self, source: str, read: _Read, known: Known, fresh: list[_Read], missing: list[str]) -> bool:
        """Whether the row needs nothing more: it was registered before, or it is refused."""
        before = known.persons.get((source, read.external_id)) if read.external_id else None
        if read.told is None:
            self._refuse(read, "; ".join(map(sentence, read.wrong)))
            if before is None:
                missing.append(read.external_id or UNNAMED)
            return True
        twin = next((r.told for r in fresh if r.told and r.external_id == read.external_id), None)
        if before is None and twin is None:
            return False
        if before and before.erased:
            self._refuse(read, sentence(Problem("external_id", "erased", read.external_id)))
        elif read.told.person.content_digest == (before.digest if before else twin and twin.person.content_digest):
            self.done.unchanged += 1
        elif changed := differences(before.id, read.told) if before else [("row", "", "")]:
            listed = "; ".join(f"{name}: {old or '(empty)'} -> {new or '(empty)'}" for name, old, new in changed)
            told = listed if before else "a row above has the same external_id"
            self._refuse(read, f"{sentence(Problem('external_id', 'other_content', read.external_id))}: {told}")
        else:
            self.done.unchanged += 1
        return True

    def _refuse(self, read: _Read, reason: str) -> None:
        self.done.refused += 1
        if len(self.done.reasons) < REASONS:
            self.done.reasons.append((read.line, reason))
        if self._refused:
            self._refused.add(read.kept, read.line, reason)

    def _write(self, known: Known) -> None:
        """Write who waits, in one transaction; where that is refused, each group in its own."""
        families, self._waiting = self._waiting, []
        if not families:
            return
        try:
            all_brought = bring(families, known, self.frame, by=self.by)
        except (IntegrityError, Refused):
            for family in families:
                self._brought(family, self._alone(family, known))
        else:
            for family, brought in zip(families, all_brought, strict=True):
                self._brought(family, brought)

    def _alone(self, family: Family, known: Known) -> Brought | None:
        try:
            return bring([family], known, self.frame, by=self.by)[0]
        except IntegrityError:
            # Somebody registered one of them meanwhile: look again, once.
            known.look({p.external_id for p in family.members}, {family.group_id} - {""})
            left = [p for p in family.members if (family.source, p.external_id) not in known.persons]
            self.done.unchanged += len(family.members) - len(left)
            family.members = left
            with guard.refusals():
                return bring([family], known, self.frame, by=self.by)[0]

    def _brought(self, family: Family, brought: Brought | None) -> None:
        if brought is None:
            self.notes.wait(family.source, family.group_id, family.missing)
            return
        self.done.registered += brought.registered
        self.notes.touched(brought.group, grew=bool(brought.registered), incomplete=brought.incomplete)
