"""Every change of flights home: offers (offering), places (placing), money and calling off (booking)."""

from cauce.movement.charters.services.booking import book, cancel, refuse_landing
from cauce.movement.charters.services.offering import (
    NewFlight,
    NewTickets,
    enter_cost,
    offer_flight,
    offer_tickets,
    record_permit,
    withdraw,
    withdraw_tickets,
)
from cauce.movement.charters.services.placing import Travelling, fill, free, give, propose, seat_present

__all__ = [
    "NewFlight",
    "NewTickets",
    "Travelling",
    "book",
    "cancel",
    "enter_cost",
    "fill",
    "free",
    "give",
    "offer_flight",
    "offer_tickets",
    "propose",
    "record_permit",
    "refuse_landing",
    "seat_present",
    "withdraw",
    "withdraw_tickets",
]
