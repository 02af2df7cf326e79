"""What the database refuses before a manifest is sealed and before it leaves: nobody signs off their own exception, no
vehicle leaves without what the corridor file demands of it (F11)."""
# ruff: noqa: S608  what is put into these conditions are this module's own constants; nothing typed in comes here

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger

STANDS = (
    "((m.verb = 'add' AND EXISTS (SELECT 1 FROM movement_seat t WHERE t.manifest_id = m.manifest "
    "AND t.group = m.group AND t.live)) OR (m.verb = 'remove' AND NOT EXISTS (SELECT 1 FROM movement_seat t "
    "WHERE t.manifest_id = m.manifest AND t.group = m.group AND t.live)))"
).replace(".group", '."group"')
"""Whether what a coordinator did (a row m of movement_move) still makes a difference to the manifest."""

trigger(
    Trigger(
        name="movement_seal_exceptions_approved",
        table="movement_manifest",
        when="UPDATE OF status",
        refuse_if="NEW.status = 'sealed' AND OLD.status <> 'sealed' AND EXISTS (SELECT 1 FROM movement_move m "
        f"WHERE m.manifest = NEW.id AND m.approved_by = '' AND {STANDS})",
        code="manifest_exceptions_open",
    )
)

_INSPECTED = "SELECT 1 FROM movement_inspection i WHERE i.manifest = NEW.id AND i.passed AND i.valid_until >= NEW.date"
_ABOARD = "(SELECT COUNT(*) FROM movement_seat t WHERE t.manifest_id = NEW.id AND t.live)"
_DRIVER = "SELECT 1 FROM movement_driver v WHERE v.manifest = NEW.id"
_ANY = "SELECT 1 FROM movement_driver x WHERE x.manifest = NEW.id"
_WAY = (
    "SELECT 1 FROM corridor_leghours w WHERE w.kind = NEW.kind AND w.mode = NEW.mode "
    "AND w.origin = NEW.origin AND w.destination = NEW.destination"
)
_AT_THE_WHEEL = (
    "(SELECT 0.000001 + COALESCE(SUM(CASE WHEN v.hours_driven < d.figure THEN d.figure - v.hours_driven ELSE 0 END), "
    "0) FROM movement_driver v WHERE v.manifest = NEW.id)"
)
_MET = {
    "inspection": _INSPECTED,
    "life_jackets": f"SELECT 1 FROM movement_inspection i WHERE i.manifest = NEW.id AND i.life_jackets >= {_ABOARD}",
    "driver": _DRIVER,
    "max_hours_driven": f"{_DRIVER} AND NOT EXISTS ({_ANY} AND x.hours_driven > d.figure)",
    "min_rest_hours": f"{_DRIVER} AND NOT EXISTS ({_ANY} AND x.rest_hours < d.figure)",
    "max_hours_driving": f"SELECT 1 WHERE NOT EXISTS ({_WAY} AND w.hours > {_AT_THE_WHEEL})",
}
for _what, _met in _MET.items():
    trigger(
        Trigger(
            name=f"movement_departure_{_what}",
            table="movement_manifest",
            when="UPDATE OF status",
            refuse_if="NEW.status = 'departed' AND OLD.status <> 'departed' AND EXISTS ("
            "SELECT 1 FROM corridor_demand d WHERE d.kind = NEW.kind AND d.mode = NEW.mode "
            f"AND d.what = '{_what}' AND NOT EXISTS ({_met}))",
            code=f"departure_{_what}",
        )
    )

explain(
    "manifest_exceptions_open",
    _("Somebody was put on this manifest or kept off it against the queue. Another officer approves that first."),
)
explain(
    "movement_move_approved_by_another",
    _("Whoever put a group on or took it off does not approve that. Ask another officer."),
)
explain(
    "departure_inspection",
    _("No passed inspection of the vehicle that is valid on this day is recorded. Record it, or take another vehicle."),
)
explain(
    "departure_life_jackets",
    _("There are fewer life-jackets recorded than people on board. Bring more and record them, or take people off."),
)
explain("departure_driver", _("No driver is recorded. Record who drives and for how long already, then depart."))
explain("departure_max_hours_driven", _("A driver has driven too long today. Name another driver."))
explain("departure_min_rest_hours", _("A driver has not rested long enough. Name another driver."))
explain(
    "departure_max_hours_driving",
    _("The way takes longer than the drivers named may drive on one day. Name another one who takes turns."),
)
explain(
    "movement_inspection_plate", _("An inspection needs the plate or registration. Type what stands on the vehicle.")
)
explain("movement_driver_hours", _("Hours driven are from 0 to 24, hours of rest not below 0. Correct them."))
