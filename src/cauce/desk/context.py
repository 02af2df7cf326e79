"""What every page shows: who is signed in, the pages that role has, the node's clock, and whether this is training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cauce.access import roles
from cauce.access.models import Account
from cauce.journal import clock
from cauce.journal.models import Node
from cauce.sync.selectors import status
from cauce.sync.wording import told


@dataclass(frozen=True, slots=True)
class Door:
    """A page in the navigation: where it is, what it is called, which capability opens it, its access key."""

    url: str
    title: str | Promise
    capability: str
    key: str

    @property
    def address(self) -> str:
        """The page's path; empty while no room offers it."""
        return _address(self.url)


@cache
def _address(url: str) -> str:
    """Addresses are the program's own and stay: every page asks for each of some ten doors three times."""
    try:
        return reverse(url)
    except NoReverseMatch:
        return ""


DOORS = (
    Door("desk:board", _("Board"), "board.read", "1"),
    Door("desk:register", _("Register"), "people.register", "2"),
    Door("desk:find", _("Find"), "people.find", "3"),
    Door("vetting:reviews", _("Reviews"), "reviews.read", "4"),
    Door("desk:duplicates", _("Duplicates"), "duplicates.decide", "d"),
    Door("vetting:tracing", _("Families"), "tracing.file", "f"),
    Door("vetting:alerts", _("Alerts"), "alerts.manage", "a"),
    Door("protection:holds", _("Holds"), "holds.read", "5"),
    Door("movement:queue", _("Queue"), "queue.read", "6"),
    Door("movement:manifests", _("Manifests"), "manifest.rollcall", "7"),
    Door("movement:quotas", _("Quotas"), "quota.change", "q"),
    Door("movement:flights", _("Flights"), "flights.read", "h"),
    Door("movement:funds", _("Funds"), "funds.read", "m"),
    Door("movement:returns", _("Returns"), "returns.read", "r"),
    Door("movement:custody", _("Custody"), "custody.read", "c"),
    Door("outlook:report", _("Report"), "report.read", "8"),
    Door("outlook:coming", _("What is coming"), "outlook.read", "o"),
    Door("desk:watch", _("Who read what"), "readings.read", "w"),
    Door("sync:status", _("Stations"), "nodes.manage", "n"),
    Door("desk:settings", _("Settings"), "quota.change", "9"),
)


def doors_of(role: str) -> list[Door]:
    """The pages that a role may open, in the order of the navigation."""
    return [door for door in DOORS if role and roles.may(role, door.capability) and door.address]


def site(request: HttpRequest) -> dict[str, Any]:
    """Template variables of every page: `node`, `training`, `now`, `role`, `doors`, `sync`, `sync_told`."""
    user = getattr(request, "user", None)
    role = user.role if isinstance(user, Account) else ""
    node = _node()
    sync = status() if role and node and not node.training else None
    return {
        "node": node,
        "training": bool(node and node.training),
        "now": clock.now() if node else None,
        "role": role,
        "doors": doors_of(role),
        "sync": sync,
        "sync_told": told(sync) if sync else [],
    }


def _node() -> Node | None:
    try:
        return Node.here()
    except Node.DoesNotExist:  # no store yet
        return None
