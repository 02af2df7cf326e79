"""The newest bulletin that was kept, in the edition for partners: nothing is counted, recorded or told anew for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal.models import Node
from cauce.outlook.models import Bulletin, Published
from cauce.outlook.warning import bulletin, partner
from cauce.outlook.warning.issuing import Issued, for_partners


def newest_for(actor: Actor) -> Issued | None:
    """None where no bulletin was issued yet.

    Its counts are what partners were told of each day; none where a day of its periods was not told in one way. Where
    days were told with noise, those with small cells hidden are not told as well: together they would say more.
    """
    actor.require("outlook.read")
    row = Bulletin.objects.order_by("-day", "-issued_at").first()
    if row is None:
        return None
    days, noise = _told_days(row.day)
    said = for_partners(row.figures, days, row.day, noise)
    return Issued(str(row.id), row.day, in_force().name, "partner", Node.here().training, said)


def _told_days(day: date) -> tuple[Mapping[date, partner.Said] | None, float]:
    """What was said of every day of the longest period, and the epsilon of its noise: the smallest of several."""
    wanted = {day - timedelta(days=back) for back in range(1, max(bulletin.PERIODS) + 1)}
    kinds: dict[float, dict[date, partner.Said]] = {}
    for row in Published.objects.filter(day__in=wanted):
        kinds.setdefault(row.noise, {})[row.day] = row.figures
    noisy = {noise: days for noise, days in kinds.items() if noise}
    for noise, days in sorted((noisy or kinds).items()):
        if days.keys() == wanted:
            return days, noise
    return None, 0.0
