"""What is held about somebody as a file to hand over: PDF to read, JSON to take elsewhere."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.services import note_reading
from cauce.desk.held import Held, held_for
from cauce.journal.models import Node
from cauce.movement.paper import font_families, printable, render
from cauce.people.selectors import person_for

Form = Literal["pdf", "json"]
_SPOKEN_AS = {"zh": "zh-hans"}


def paper_for(
    actor: Actor, person: UUID | str, *, form: Form = "pdf", language: str = "", private: bool = False
) -> tuple[str, bytes]:
    """Name and content of the file, in `language` or the person's own; that it was made is noted as a reading."""
    row = person_for(actor, person, capability="people.export")
    chosen = language_for(language or row.language)
    with translation.override(chosen):
        held = held_for(actor, row.id, private=private)
        content = _as_json(held, chosen) if form == "json" else _as_pdf(held, chosen)
    note_reading(actor=actor, what="export", persons=[row.id])
    return f"{held.number}.{form}", content


def language_for(spoken: str) -> str:
    """The catalogue for that language; the station's own where there is none."""
    code = _SPOKEN_AS.get(spoken, spoken)
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _as_json(held: Held, language: str) -> bytes:
    sections = {each.id: {"title": each.title, "entries": each.entries} for each in held.sections}
    told = {
        "number": held.number,
        "language": language,
        "made_at": held.made_at.isoformat(),
        "private": held.private,
        "training": Node.here().training,
        "sections": sections,
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _as_pdf(held: Held, language: str) -> bytes:
    content: dict[str, Any] = {
        "language": language.split("-", maxsplit=1)[0],
        "fonts": list(font_families()),
        "training": Node.here().training,
        "number": held.number,
        "name": printable(held.name),
        "made": held.made_at.date().isoformat(),
        "sections": [
            {
                "title": printable(each.title),
                "entries": [[[printable(k), printable(v)] for k, v in entry.items()] for entry in each.entries],
            }
            for each in held.sections
        ],
        "labels": {
            "title": _("What is held about you"),
            "training": _("TRAINING"),
            "made": _("Made on"),
            "intro": _(
                "You may have what is wrong put right, object to a decision, and ask that what is not needed by law "
                "be erased. Show this paper to nobody you do not trust."
            ),
        },
    }
    return render(content, template=("cauce.desk", "held"))
