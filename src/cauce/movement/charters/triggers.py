"""What the database refuses about flights: permits before money, money before the seal, no seat twice (F10, P18)."""
# ruff: noqa: S608  what is put into these conditions are this module's own constants; nothing typed in comes here

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal.guard import explain
from cauce.journal.triggers import Trigger, trigger

_SEALS = "NEW.kind = 'return' AND NEW.status IN ('sealed', 'departed') AND OLD.status <> NEW.status"
_FLIGHT_OF = (
    "EXISTS (SELECT 1 FROM movement_flightstop s JOIN movement_flight f ON f.id = s.flight_id WHERE s.manifest = NEW.id"
)
_NO_PERMIT = (
    "EXISTS (SELECT 1 FROM movement_flightstop s WHERE s.flight_id = NEW.id AND NOT s.refused AND NOT EXISTS ("
    "SELECT 1 FROM movement_permit p WHERE p.flight_id = NEW.id AND p.country = s.country "
    "AND p.start <= NEW.day AND p.until >= NEW.day))"
)
# People who have a place and the escorts they need, counted as integers on both stores.
_FULL = (
    "(SELECT COALESCE(SUM(p.people), 0) FROM movement_place p WHERE p.flight_id = f.id AND p.live "
    "AND p.status = 'reserved' AND p.id <> NEW.id) + NEW.people + "
    "((SELECT COALESCE(SUM(p.people), 0) FROM movement_place p WHERE p.flight_id = f.id AND p.live "
    "AND p.status = 'reserved' AND p.escorted AND p.id <> NEW.id) "
    "+ CASE WHEN NEW.escorted THEN NEW.people ELSE 0 END + f.escort_ratio - 1) / f.escort_ratio "
    "> f.seats - f.crew_seats"
)
_RULES = (
    (
        "flight_not_booked",
        "movement_manifest",
        "UPDATE OF status",
        f"{_SEALS} AND {_FLIGHT_OF} AND f.status <> 'booked')",
    ),
    (
        "flight_landing_refused",
        "movement_manifest",
        "UPDATE OF status",
        f"{_SEALS} AND {_FLIGHT_OF} AND s.refused)",
    ),
    (
        "flight_no_permit",
        "movement_flight",
        "UPDATE OF status",
        f"NEW.status = 'booked' AND OLD.status <> 'booked' AND NEW.kind = 'charter' AND {_NO_PERMIT}",
    ),
    (
        "flight_seat_sold_twice",
        "movement_seat",
        "INSERT",
        "NEW.live AND EXISTS (SELECT 1 FROM movement_flightstop a JOIN movement_flightstop b "
        "ON b.flight_id = a.flight_id AND b.manifest <> a.manifest JOIN movement_seat t ON t.manifest_id = b.manifest "
        "WHERE a.manifest = NEW.manifest_id AND t.live AND t.number = NEW.number)",
    ),
    (
        "flight_no_place",
        "movement_seat",
        "INSERT",
        "NEW.live AND EXISTS (SELECT 1 FROM movement_flightstop s WHERE s.manifest = NEW.manifest_id "
        "AND NOT EXISTS (SELECT 1 FROM movement_place p WHERE p.flight_id = s.flight_id AND p.live "
        'AND p.status = \'reserved\' AND p."group" = NEW."group"))',
    ),
    (
        "flight_full",
        "movement_place",
        "INSERT",
        "NEW.live AND NEW.status = 'reserved' AND EXISTS (SELECT 1 FROM movement_flight f "
        f"WHERE f.id = NEW.flight_id AND {_FULL})",
    ),
    (
        "flight_closed",
        "movement_place",
        "INSERT",
        "NEW.live AND NOT EXISTS (SELECT 1 FROM movement_flight f "
        "WHERE f.id = NEW.flight_id AND f.status IN ('offered', 'proposed', 'booked'))",
    ),
    (
        "flight_commits_own_proposal",
        "movement_commitment",
        "INSERT",
        "EXISTS (SELECT 1 FROM movement_flight f WHERE f.id = NEW.about AND f.proposed_by = NEW.account)",
    ),
)
for _code, _table, _when, _condition in _RULES:
    trigger(Trigger(name=f"movement_{_code}", table=_table, when=_when, refuse_if=_condition, code=_code))

explain(
    "flight_not_booked",
    _("The money of this flight is not committed yet, so nothing is sealed. Somebody of finance commits it first."),
)
explain("flight_landing_refused", _("The country has refused the landing of this flight. Plan these people again."))
explain(
    "flight_no_permit",
    _("A permit to land is missing for that day, so no money is committed. Record the permit first."),
)
explain("flight_seat_sold_twice", _("Somebody who leaves the aircraft elsewhere has this seat. Take another one."))
explain(
    "flight_no_place",
    _("Seats of a flight home go to groups with a place on it. Give the group a place first: `cauce flight add`."),
)
explain("flight_full", _("This flight has no room for the group and the escorts it needs."))
explain("flight_closed", _("This flight is called off or withdrawn: nobody gets a place on it."))
_TWO = _("Whoever proposed a flight does not commit its money. Ask somebody else of finance.")
for _code in ("flight_commits_own_proposal", "movement_flight_takes_two"):
    explain(_code, _TWO)
for _code in ("movement_place_one_reserved", "movement_place_once", "movement_place.group", "movement_place.flight_id"):
    explain(_code, _("This group has a place on a flight already. Free that one first."))
explain("movement_flight_number", _("There is a flight of that number already."))
explain("movement_flight_figures", _("A flight has more seats than its crew takes, and no price below nothing."))
