"""What the database itself refuses about seats and manifests: P1, P2, P3, P9, F1, F2, F11. No screen can forget it.

Every condition is written once, in SQL that SQLite and PostgreSQL both read, and used twice: when a seat is taken, and
again for everybody on board when a manifest is sealed and when it departs.
"""
# ruff: noqa: S608  what is put into these conditions are this module's own constants; nothing typed in comes here

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger


def _open_stay(person: str, place: str = "") -> str:
    here = f" AND s.place = {place}" if place else ""
    return f"EXISTS (SELECT 1 FROM people_stay s WHERE s.person_id = {person} AND s.until IS NULL{here})"


def _minor(person: str, day: str) -> str:
    known = f"{person}.adult_on IS NOT NULL AND {person}.adult_on > {day}"
    return f"(({known}) OR ({person}.adult_on IS NULL AND {person}.said_minor))"


def _blocked(person: str, kind: str) -> str:
    """P1: a standing hold blocks this kind of movement."""
    return f"EXISTS (SELECT 1 FROM protection_block b WHERE b.person = {person} AND b.kind = {kind} AND b.active)"


def _unchecked(person: str, kind: str) -> str:
    """P3: a check that the corridor requires for this kind has no result that suffices; no row is no result."""
    return (
        f"EXISTS (SELECT 1 FROM corridor_sufficient f WHERE f.kind = {kind} AND NOT EXISTS ("
        "SELECT 1 FROM vetting_checkresult r JOIN corridor_sufficient o "
        "ON o.kind = f.kind AND o.check_id = f.check_id AND o.result = r.result "
        f"WHERE r.person = {person} AND r.check_id = f.check_id))"
    )


def _unassessed(person: str, kind: str, day: str) -> str:
    """P2: in this person's group stays a child without an adult of the group, present too, recorded as guardian."""
    guarded = (
        "EXISTS (SELECT 1 FROM people_person g WHERE g.id = c.guardian AND g.group_id = c.group_id "
        f"AND NOT {_minor('g', day)} AND {_open_stay('g.id')})"
    )
    return (
        f"{kind} IN ('onward', 'return') AND EXISTS ("
        "SELECT 1 FROM people_person p JOIN people_person c ON c.group_id = p.group_id "
        f"WHERE p.id = {person} AND {_minor('c', day)} AND {_open_stay('c.id')} AND NOT c.guardian_cleared "
        f"AND (c.guardian_doubted OR NOT {guarded}))"
    )


def _of_another(person: str, group: str) -> str:
    """P9: a seat in the name of another group than the person's: whoever takes the family off would leave it there."""
    return f"EXISTS (SELECT 1 FROM people_person p WHERE p.id = {person} AND p.group_id <> {group})"


def _incomplete(person: str) -> str:
    """F2: a member's row was refused at registration and is not finished."""
    return (
        "EXISTS (SELECT 1 FROM people_person p JOIN people_group h ON h.id = p.group_id "
        f"WHERE p.id = {person} AND h.incomplete)"
    )


_TAKEN = "NEW.live AND EXISTS (SELECT 1 FROM movement_manifest m WHERE m.id = NEW.manifest_id AND "
_ON_BOARD = (
    "NEW.status IN ('sealed', 'departed') AND OLD.status <> NEW.status AND EXISTS ("
    "SELECT 1 FROM movement_seat t WHERE t.manifest_id = NEW.id AND t.live AND "
)

# code -> condition about a seat (NEW) on a manifest (m), and the same about one on board (t) of a manifest (NEW)
_PERSON = {
    "seat_hold_blocks": (_blocked("NEW.person", "m.kind"), _blocked("t.person", "NEW.kind")),
    "seat_checks_insufficient": (_unchecked("NEW.person", "m.kind"), _unchecked("t.person", "NEW.kind")),
    "seat_child_unassessed": (
        _unassessed("NEW.person", "m.kind", "m.date"),
        _unassessed("t.person", "NEW.kind", "NEW.date"),
    ),
    "seat_group_incomplete": (_incomplete("NEW.person"), _incomplete("t.person")),
    "seat_other_group": (_of_another("NEW.person", 'NEW."group"'), _of_another("t.person", 't."group"')),
    "seat_not_present": (f"NOT {_open_stay('NEW.person', 'm.origin')}", f"NOT {_open_stay('t.person', 'NEW.origin')}"),
}
_SEAT_ONLY = {
    "seat_manifest_closed": "m.status NOT IN ('proposed', 'sealed')",
    "seat_beyond_vehicle": "(NEW.number < 1 OR NEW.number > m.seats)",
    # The unique indexes say so too, and hold when two write at once; these say it the same way on both stores.
    "seat_person_has_one": (
        "EXISTS (SELECT 1 FROM movement_seat x WHERE x.person = NEW.person AND x.live AND x.id <> NEW.id)"
    ),
    "seat_number_taken": (
        "EXISTS (SELECT 1 FROM movement_seat x WHERE x.manifest_id = NEW.manifest_id AND x.number = NEW.number "
        "AND x.live AND x.id <> NEW.id)"
    ),
}
# P9: somebody of a family on board is at the place and has no seat on the same manifest, or, of a family that no such
# vehicle holds, on another one of the same way and day. When the first of two departs, the second must be sealed at
# least; who has left the place meanwhile takes nobody's seat away.
_FAMILY = f"(SELECT count(*) FROM people_person f WHERE f.group_id = p.group_id AND {_open_stay('f.id', 'NEW.origin')})"
_NOT_WHOLE = (
    f"{_ON_BOARD}EXISTS (SELECT 1 FROM people_person p JOIN people_person q ON q.group_id = p.group_id "
    f"WHERE p.id = t.person AND {_open_stay('q.id', 'NEW.origin')} AND NOT EXISTS ("
    "SELECT 1 FROM movement_seat u JOIN movement_manifest n ON n.id = u.manifest_id "
    "WHERE u.person = q.id AND u.live AND (n.id = NEW.id OR (n.date = NEW.date AND n.kind = NEW.kind "
    "AND n.origin = NEW.origin AND n.destination = NEW.destination "
    f"AND ((n.status = 'sealed' AND (NEW.status = 'departed' OR {_FAMILY} > NEW.seats)) "
    f"OR (n.status = 'proposed' AND NEW.status = 'sealed' AND {_FAMILY} > NEW.seats)))))))"
)
# P9: a child is left behind by its guardian, wherever the child stays meanwhile.
_PARTED = (
    f"{_ON_BOARD}EXISTS (SELECT 1 FROM people_person c JOIN people_person p ON p.id = t.person "
    f"WHERE c.guardian = p.id AND c.group_id = p.group_id AND {_minor('c', 'NEW.date')} AND {_open_stay('c.id')} "
    "AND NOT EXISTS (SELECT 1 FROM movement_seat u WHERE u.person = c.id AND u.live)))"
)

# P7, P9: two groups that are kept apart never share a vehicle, whoever put them there; nor as one group, which they are
# where another node joined them before it heard.
_APART = (
    f"{_ON_BOARD}EXISTS (SELECT 1 FROM people_companion k WHERE k.kind = 'apart' AND NOT k.ended AND "
    """k.one = t."group" AND (k.other = k.one OR EXISTS (SELECT 1 FROM movement_seat o """
    """WHERE o.manifest_id = NEW.id AND o.live AND o."group" = k.other))))"""
)

for _code, (_seat, _aboard) in _PERSON.items():
    # A group that is parted or joined with another renames seats wherever their people are by then.
    _named = ', "group"' if _code == "seat_other_group" else ""
    for _verb, _when in (("insert", "INSERT"), ("update", f"UPDATE OF live, manifest_id, person{_named}")):
        trigger(
            Trigger(
                name=f"movement_{_verb}_{_code}",
                table="movement_seat",
                when=_when,
                refuse_if=f"{_TAKEN}{_seat})",
                code=_code,
            )
        )
    trigger(
        Trigger(
            name=f"movement_manifest_{_code}",
            table="movement_manifest",
            when="UPDATE OF status",
            refuse_if=f"{_ON_BOARD}{_aboard})",
            code=_code.replace("seat_", "manifest_"),
        )
    )
for _code, _seat in _SEAT_ONLY.items():
    for _verb, _when in (("insert", "INSERT"), ("update", "UPDATE OF live, manifest_id, number, person")):
        trigger(
            Trigger(
                name=f"movement_{_verb}_{_code}",
                table="movement_seat",
                when=_when,
                refuse_if=f"{_TAKEN}{_seat})",
                code=_code,
            )
        )
for _code, _condition in (
    ("manifest_family_not_whole", _NOT_WHOLE),
    ("manifest_parts_child", _PARTED),
    ("manifest_kept_apart", _APART),
):
    trigger(
        Trigger(
            name=f"movement_{_code}",
            table="movement_manifest",
            when="UPDATE OF status",
            refuse_if=_condition,
            code=_code,
        )
    )

_INTERVIEW = _("Nobody can board from whom an interview is still to come. The protection officer knows more.")
explain("seat_hold_blocks", _INTERVIEW)
explain(
    "seat_checks_insufficient",
    _("A check of this person is missing, pending or open, so there is no seat yet. `cauce why` names it."),
)
explain("seat_child_unassessed", _INTERVIEW)
explain(
    "seat_group_incomplete",
    _("The registration of this group is not finished, so nobody of it boards. Finish it at the desk first."),
)
explain(
    "seat_other_group",
    _("This seat is in the name of another group than the person's. Put the person on with the group it belongs to."),
)
explain(
    "seat_not_present",
    _("This person is not registered as present where the vehicle leaves. Record where the person is, then try again."),
)
explain(
    "seat_manifest_closed", _("This manifest has departed or is cancelled: nobody can be put on it. Use another one.")
)
explain("seat_beyond_vehicle", _("The vehicle has no such seat. Take a free seat number, or another vehicle."))
_HAS_ONE = _("This person has a seat already. Take the person off that manifest first.")
_TAKEN_BY_ANOTHER = _("Somebody else got this seat a moment ago. Look again and take another one.")
for _code in ("seat_person_has_one", "movement_seat_one_live"):
    explain(_code, _HAS_ONE)
for _code in ("seat_number_taken", "movement_seat_number_once"):
    explain(_code, _TAKEN_BY_ANOTHER)
explain(
    "manifest_hold_blocks",
    _("Somebody on this manifest has an interview still to come. Take the group off, then seal again."),
)
explain(
    "manifest_checks_insufficient",
    _("A check of somebody on this manifest is missing or open again. Take the group off, then seal again."),
)
explain(
    "manifest_child_unassessed",
    _("Somebody on this manifest has an interview still to come. Take the group off, then seal again."),
)
explain(
    "manifest_group_incomplete",
    _("The registration of a group on this manifest is not finished. Finish it or take the group off."),
)
explain(
    "manifest_other_group",
    _("Somebody on this manifest sits there in the name of another group. Take the person off, then put the group on."),
)
explain(
    "manifest_not_present",
    _("Somebody on this manifest is no longer at the place it leaves from. Take the person off, then try again."),
)
explain(
    "manifest_family_not_whole",
    _("A family on this manifest is not whole: a member is here without a seat. Seat the member or take all off."),
)
explain(
    "manifest_parts_child",
    _("A child would be parted from the guardian. Only two officers can decide that: part the group first."),
)
explain(
    "manifest_kept_apart",
    _("Two groups on this manifest do not travel in one vehicle. Propose the day again: each gets another one."),
)
