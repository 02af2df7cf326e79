"""How a station stands with its hub, in sentences. The page, the band on every page and the command say the same."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cauce.months import as_written
from cauce.sync.selectors import Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TROUBLES: dict[str, StrOrPromise] = {
    "revoked": gettext_lazy(
        "The hub has put this station out. It takes nothing from it and gives it nothing. Call the hub."
    ),
    "quarantined": gettext_lazy("The hub holds this station in quarantine until somebody has looked. Call the hub."),
    "forked": gettext_lazy(
        "There are two stores under this station's name. Record nothing more here, and call the hub: it decides which "
        "one goes on."
    ),
    "aside": gettext_lazy(
        "The hub lets this station go on with this store, once what others have of it is taken up: stop `cauce serve`, "
        "then run `cauce sync recover --aside`. What only this store recorded is kept, as matters."
    ),
    "own": gettext_lazy(
        "The hub has entries of this station that are missing here: the store was restored from an older backup. "
        "`cauce sync recover` brings them back; what is recorded before has to be recorded again."
    ),
    "hub_forked": gettext_lazy(
        "The hub contradicts what it told before: it was restored from an older backup. What is recorded here still "
        "goes up; nothing comes down until somebody at the hub has looked."
    ),
    "unreachable": gettext_lazy("There is no way to the hub now. It is tried again; a stick goes too."),
    "untrusted": gettext_lazy(
        "The hub's certificate is not trusted here, so nothing is exchanged; trying again does not help. Of a hub that "
        "serves with --tls-self bring keys/authority.crt here and start Cauce with SSL_CERT_FILE=that file. Otherwise "
        "look at the hub's address and at the clock of this machine. Until then a stick goes."
    ),
    "stranger": gettext_lazy("The hub does not know this station. Ask it for a code."),
    "signature": gettext_lazy("What answers at the hub's address is not the hub. Check the address; call the hub."),
    "unreadable": gettext_lazy("What came from the hub could not be read. It is asked for again."),
    "version": gettext_lazy("This station and the hub run different versions of Cauce. Update the older one."),
}


def told(status: Status) -> list[str]:
    """What has to be known, the worst first; the last sentence always says what the hub has signed for."""
    lines = [trouble for code in dict.fromkeys((status.refused, status.trouble)) if (trouble := _trouble(code))]
    if status.unsent:
        lines.append(unsent(status))
    elif status.last_receipt_at:
        lines.append(_("The hub has signed for everything that is recorded here."))
    if status.skewed:
        lines.append(skewed(status))
    lines.append(last(status))
    return lines


def counted(number: int, one: str, more: str) -> str:
    """`1 entry`, `2 entries`: for the command line, which is English."""
    return f"{number} {one if number == 1 else more}"


def _trouble(code: str) -> str:
    if not code:
        return ""
    return str(TROUBLES.get(code) or _("The last exchange with the hub failed (%(code)s).") % {"code": code})


def unsent(status: Status) -> str:
    """How many entries have no receipt, since when."""
    since = _moment(status.unsent_since) if status.unsent_since else "?"
    return ngettext(
        "%(count)d entry is not at the hub yet, since %(since)s.",
        "%(count)d entries are not at the hub yet, since %(since)s.",
        status.unsent,
    ) % {"count": status.unsent, "since": since}


def last(status: Status) -> str:
    if status.last_receipt_at is None:
        return _("The hub has signed for nothing yet.")
    return _("Last receipt of %(hub)s: %(at)s.") % {"hub": status.hub, "at": _moment(status.last_receipt_at)}


def skewed(status: Status) -> str:
    """That the clock is wrong, and that nothing depends on it."""
    values = {"skew": str(status.skew)}
    if status.clock_skew > 0:
        return _("This station's clock is %(skew)s ahead of the hub's. Set it; the order of entries is safe.") % values
    return _("This station's clock is %(skew)s behind the hub's. Set it; the order of entries is safe.") % values


def _moment(moment: datetime) -> str:
    """The hour, with the day when it is another one. The local time of the page."""
    local, now = localtime(moment), localtime()
    return date_format(local, "H:i") if local.date() == now.date() else date_format(local, as_written("j M Y, H:i"))
