"""A manifest on its way out: as data for the recipient of the leg, through the one gate (P11), or as paper (P10)."""

from __future__ import annotations

import io
from collections.abc import Sequence

import orjson
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.services import note_reading
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Recipient
from cauce.journal.errors import Misused, Refused
from cauce.movement.aboard.advance import advance_list
from cauce.movement.aboard.emergency import codes_of, travelling
from cauce.movement.models import Manifest
from cauce.movement.selectors import ManifestView
from cauce.protection.gate import release
from cauce.spreadsheets import write_table

FORMATS = ("csv", "json", "paxlst", "codes", "pdf")


def export_manifest(actor: Actor, view: ManifestView, *, form: str, recipient: str = "", language: str = "es") -> bytes:
    """The manifest in one of FORMATS. `recipient` defaults to that of the leg; `language` is the paper's.

    `paxlst` is UN/EDIFACT PAXLST D.05B; `codes` the texts of the paper's codes, one a line, for whoever keeps a file.

    Data leave only once the manifest is sealed, with the fields the corridor file grants that recipient, and without
    the people P11 keeps back. Paper may be printed earlier and says so. Raises Misused for another format, Refused
    without a recipient, and what the gate refuses.
    """
    actor.require("manifest.export", place="" if actor.place == view.row.destination else view.row.origin)
    if form not in FORMATS:
        raise Misused(
            _("There is no format %(format)s. Choose one of: %(known)s.")
            % {"format": repr(form), "known": ", ".join(FORMATS)}
        )
    if form == "pdf":
        from cauce.movement.paper import paper

        note_reading(actor=actor, what="manifest", persons=view.persons)
        return paper(view, language)
    if form == "codes":
        return _codes(actor, view)
    to, rows = _released(actor, view, form, recipient)
    if form == "paxlst":
        return advance_list(view.row, rows, to)
    if form == "json":
        return orjson.dumps({"manifest": view.row.number, "people": rows}, option=orjson.OPT_INDENT_2)
    return _csv(to.fields, rows)


def _codes(actor: Actor, view: ManifestView) -> bytes:
    """Like the paper: nothing in it can be read without one of the keys that it is sealed to."""
    _require_sealed(view.row)
    note_reading(actor=actor, what="manifest codes", persons=view.persons)
    signed, sealed = codes_of(view, travelling(view))
    return "".join(f"{text}\n" for text in (*signed, *sealed)).encode()


def _require_sealed(row: Manifest) -> None:
    if row.status not in ("sealed", "departed", "arrived"):
        raise Refused(
            _("Manifest %(number)s is not sealed: names leave only once it is. Seal it, or print the paper.")
            % {"number": row.number},
            code="not_sealed",
        )


def _released(actor: Actor, view: ManifestView, form: str, recipient: str) -> tuple[Recipient, list[dict[str, str]]]:
    row = view.row
    _require_sealed(row)
    to = recipient or _recipient_of(row)
    if not to:
        raise Refused(
            _("The way from %(origin)s to %(destination)s names no recipient in the corridor file. Name one.")
            % {"origin": row.origin, "destination": row.destination},
            code="no_recipient",
        )
    seats = {one.person: {"seat": str(one.seat)} for one in travelling(view)}
    what = f"manifest {row.number}, {form}"
    rows = release(recipient=to, persons=list(seats), what=what, by=actor, extra=seats, divided=form == "paxlst")
    return next(r for r in in_force().recipients if r.id == to), rows


def _recipient_of(row: Manifest) -> str:
    for leg in in_force().legs:
        if (leg.origin, leg.destination, leg.mode) == (row.origin, row.destination, row.mode):
            return leg.recipient
    return ""


def _csv(fields: Sequence[str], rows: Sequence[dict[str, str]]) -> bytes:
    text = io.StringIO()
    write_table(text, [fields, *([row.get(field, "") for field in fields] for row in rows)], ending="\r\n")
    return text.getvalue().encode("utf-8")
