"""Flights home: what is offered, what a seat costs, who has a place, who stands by, what follows when one is off."""
