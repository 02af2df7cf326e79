"""What has to be so before a seal and before a departure, said all at once and with what to do next.

The database refuses the same (`triggers`), for whoever comes past here.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cauce.journal.errors import Refused
from cauce.movement.aboard import words
from cauce.movement.aboard.selectors import lacking, waiting_for_approval
from cauce.movement.models import Manifest


def require_approved(row: Manifest) -> None:
    """Refused while an exception waits for another officer; the database says the same to whoever comes past here."""
    waiting = waiting_for_approval(row.id)
    if waiting:
        raise Refused(
            ngettext(
                "Manifest %(number)s has %(count)s exception that nobody but %(who)s has seen (group %(group)s). "
                "Another officer approves it first: `cauce manifest approve %(number)s`, or the manifest's page.",
                "Manifest %(number)s has %(count)s exceptions that nobody but %(who)s has seen (groups %(group)s). "
                "Another officer approves them first: `cauce manifest approve %(number)s`, or the manifest's page.",
                len(waiting),
            )
            % {
                "number": row.number,
                "count": len(waiting),
                "who": ", ".join(dict.fromkeys(one.account for one in waiting)),
                "group": ", ".join(dict.fromkeys(one.number for one in waiting)),
            },
            code="manifest_exceptions_open",
        )


def require_ready(row: Manifest, aboard: int) -> None:
    """Refused while something lacks that the corridor file demands before this departure; says all of it at once."""
    gone = lacking(row, aboard)
    if gone:
        raise Refused(
            _("Manifest %(number)s does not leave yet. %(what)s")
            % {"number": row.number, "what": " ".join(words.lacks(one, aboard) for one in gone)},
            code=f"departure_{gone[0].what}",
        )
