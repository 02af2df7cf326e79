"""Prints docs/events.md: every registered event, what it means, its fields, and which of them are sealed.

python -m cauce.journal.describe > docs/events.md
"""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from inspect import cleandoc
from itertools import groupby

from cauce.journal.events import Event, known_events, personal_names

HEAD = """\
# Events

Every change is one of these, appended to the journal and never changed. Fields marked *sealed* are encrypted under the
person's own key; when the key is destroyed they read as their default. The others hold no name, contact, need or kind
of hold. Beside its fields each entry holds the chain (`node`, `seq`, `prev`, `hash`), who recorded it (`account`,
`place`), when it happened and when it was recorded. What it means how far an event travels stands in [sync](sync.md).
This file is written by `python -m cauce.journal.describe`.
"""


def described() -> str:
    """The whole document."""
    parts = [HEAD]
    for room, events in groupby(known_events().items(), key=lambda pair: pair[0].partition(".")[0]):
        parts.append(f"\n## {room}\n")
        parts.extend(_one(name, event) for name, event in events)
    return "".join(parts)


def _one(name: str, event: type[Event]) -> str:
    hidden = personal_names(event)
    rows = [
        f"| `{field.name}` | `{_type(field.type)}` | {'sealed' if field.name in hidden else ''} |\n"
        for field in fields(event)
    ]
    text = " ".join(cleandoc(event.__doc__ or "").split())
    version = f" (version {event.version})" if event.version > 1 else ""
    table = "".join(["\n| field | type | |\n|---|---|---|\n", *rows]) if rows else ""
    return f"\n### {name}{version}\n\n{text}\n\nTravels: `{event.travels}`.\n{table}"


def _type(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return text.replace("|", "or")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cauce.web.settings")
    import django

    django.setup()
    sys.stdout.write(described())


if __name__ == "__main__":
    main()
