"""The newest bulletin that was kept, in the edition for partners: nothing is counted, recorded or told anew for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal.models import Node
from cauce.outlook.models import Bulletin, Published
from cauce.outlook.warning import bulletin, partner
from cauce.outlook.warning.issuing import Issued, for_partners, kind_of


def newest_for(actor: Actor) -> Issued | None:
    """None where no bulletin was issued yet.

    Its counts are what partners were told of each day, in the kind in which they were first told of its days; none
    where not every day was told in that kind. The other kind besides would say more.
    """
    actor.require("outlook.read")
    row = Bulletin.objects.order_by("-day", "-issued_at").first()
    if row is None:
        return None
    days, noise = _told_days(row.day)
    said = for_partners(row.figures, days, row.day, noise, in_force().suppress_below)
    return Issued(str(row.id), row.day, in_force().name, "partner", Node.here().training, said)


def _told_days(day: date) -> tuple[Mapping[date, partner.Said] | None, float]:
    """What was said of every day of the longest period, and the epsilon of its noise."""
    wanted = {day - timedelta(days=back) for back in range(1, max(bulletin.PERIODS) + 1)}
    noise = kind_of(day)
    if noise is None:
        return None, 0.0
    days = {row.day: row.figures for row in Published.objects.filter(day__in=wanted, noise=noise)}
    return (days if days.keys() == wanted else None), noise
