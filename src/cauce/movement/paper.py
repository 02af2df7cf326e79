"""The paper manifest as PDF, with a glyph for every name (P10). Works without a network and without system fonts."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson
import segno
import typst
from anyascii import anyascii
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cauce.corridor.selectors import in_force, zone_of
from cauce.journal.models import Node
from cauce.movement.aboard.content import fingerprint
from cauce.movement.aboard.emergency import codes_of, travelling
from cauce.movement.aboard.vouching import voucher
from cauce.movement.selectors import ManifestView


def paper(view: ManifestView, language: str = "es") -> bytes:
    """The manifest as PDF in that language: route, day, vehicle, version and seal; of people seat, card and name.

    A manifest that is not sealed says that it is a draft, one of a training store says TRAINING (F7).
    """
    with translation.override(language):
        content = contents(view, language)
    return render(content)


def seal_code(view: ManifestView) -> str:
    """Twelve characters that two copies share only when seat for seat the same people sit on them; empty unsealed."""
    row = view.row
    if row.status in ("proposed", "cancelled"):
        return ""
    text = "\n".join((row.number, *(f"{one.seat} {one.number}" for one in travelling(view))))
    digest = hashlib.sha256(text.encode()).hexdigest().upper()
    return "-".join(digest[at : at + 4] for at in (0, 4, 8))


def contents(view: ManifestView, language: str) -> dict[str, Any]:
    """All that the paper says. The people's rows are built here and from nothing else."""
    row = view.row
    places = {place.id: place.name for place in in_force().places}
    people = [{"seat": one.seat, "card": one.number, "name": printable(one.name)} for one in travelling(view)]
    zone = zone_of(row.origin)
    sealed = f"{_local(row.sealed_at, zone)} · {row.sealed_by}" if row.sealed_at else "–"
    return {
        "language": language.split("-", maxsplit=1)[0],
        "fonts": list(font_families()),
        "training": Node.here().training,
        "draft": row.status == "proposed",
        "number": row.number,
        "origin": places.get(row.origin, row.origin),
        "destination": places.get(row.destination, row.destination),
        "date": row.date.isoformat(),
        "vehicle": row.vehicle,
        "count": f"{len(people)} / {row.seats}",
        "version": str(row.version),
        "sealed": sealed,
        "seal": seal_code(view) or "–",
        "people": people,
        "labels": _labels(),
        **_codes(view),
    }


def _codes(view: ManifestView) -> dict[str, Any]:
    """The codes as pictures and as text. P10: what is about people in them is a digest, or sealed."""
    signed, sealed = codes_of(view, travelling(view))
    return {
        "signed": [_code(text) for text in signed],
        "sealed_codes": [_code(text) for text in sealed],
        "codes": [*signed, *sealed],
        "fingerprint": fingerprint(voucher().key) if signed else "",
    }


def _code(text: str) -> dict[str, str]:
    """A code as a picture, with which of how many it is; the spare one is 0."""
    part, _dash, of = text.split("/")[4].partition("-")
    label = f"{part} / {of}" if part != "0" else _("spare: stands in for any one of these")
    return {"label": label, "picture": _picture(text)}


def _picture(text: str) -> str:
    out = BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(out, kind="svg", border=2)
    return out.getvalue().decode()


def _labels() -> dict[str, str]:
    return {
        "title": _("Manifest"),
        "training": _("TRAINING"),
        "draft": _("Draft, not sealed"),
        "origin": _("From"),
        "destination": _("To"),
        "date": _("Date"),
        "vehicle": _("Vehicle"),
        "people": _("People / seats"),
        "version": _("Version"),
        "sealed": _("Sealed"),
        "seal": pgettext("on a manifest", "Seal"),
        "seat": _("Seat"),
        "card": _("Card number"),
        "name": _("Name"),
        "boarded": _("Boarded"),
        "arrived": _("Arrived"),
        "driver": _("Driver"),
        "station": _("Station of departure"),
        "receiver": _("Received by"),
        "codes": _("Codes for an emergency"),
        "scan": _("After an accident scan every code, in any order: cauce manifest rollcall, or the page /rollcall/."),
        "signed_codes": _("Signed: seats and cards, by the station with the key"),
        "sealed_codes": _("Sealed: only both stations and the emergency role can open them"),
    }


def render(
    content: dict[str, Any],
    form: Literal["pdf", "svg"] = "pdf",
    template: tuple[str, str] = ("cauce.movement", "manifest"),
) -> bytes:
    """The template (package, name) filled, as `pdf`, or as `svg` of the first page, with the fonts shipped here."""
    package, name = template
    with as_file(files(package) / f"{name}.typ") as path, as_file(files("cauce.movement") / "fonts") as fonts:
        compiler = typst.Compiler(str(path), font_paths=[str(fonts)], ignore_system_fonts=True)
        made = compiler.compile(format=form, sys_inputs={"data": orjson.dumps(content).decode()})
    first = made[0] if isinstance(made, list) else made
    assert first is not None  # only None when an output file is named
    return first


def printable(name: str) -> str:
    """The name; where a character has no glyph in our fonts, in Latin letters after it."""
    if all(covered(ord(character)) for character in name):
        return name
    shown = "".join(character if covered(ord(character)) else "?" for character in name)
    return f"{shown} ({anyascii(name).strip()})"


def covered(code_point: int) -> bool:
    """Whether a shipped font has a glyph for it, or it needs none (joiners, marks of direction)."""
    if 0x200B <= code_point <= 0x200F or 0xFE00 <= code_point <= 0xFE0F:
        return True
    starts, ends = _coverage()
    at = bisect_right(starts, code_point) - 1
    return at >= 0 and code_point <= ends[at]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    starts, ends = [], []
    for line in (files("cauce.movement") / "fonts" / "coverage.tsv").read_text().split():
        first, _dash, last = line.partition("-")
        starts.append(int(first, 16))
        ends.append(int(last or first, 16))
    return starts, ends


@cache
def font_families() -> tuple[str, ...]:
    """The shipped families, plain Noto Sans first."""
    with as_file(files("cauce.movement") / "fonts") as fonts:
        found = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
        ).families()
    return tuple(sorted(found, key=lambda family: (family != "Noto Sans", family)))


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
