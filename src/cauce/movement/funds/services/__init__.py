"""Every change of money and help: what comes in (giving), what is set aside and paid (spending), seats (settling)."""

from cauce.movement.funds.services.giving import (
    NewTranche,
    arrived_in_kind,
    cut,
    enter_rate,
    grant,
    name_donor,
    pledge,
    pledge_in_kind,
    receive,
)
from cauce.movement.funds.services.settling import settle
from cauce.movement.funds.services.spending import commit, commit_all, freed, release, spend

__all__ = [
    "NewTranche",
    "arrived_in_kind",
    "commit",
    "commit_all",
    "cut",
    "enter_rate",
    "freed",
    "grant",
    "name_donor",
    "pledge",
    "pledge_in_kind",
    "receive",
    "release",
    "settle",
    "spend",
]
