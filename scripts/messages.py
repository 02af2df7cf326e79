"""Gather what users see into the catalogues under web/locale, compile them, and check that nothing is left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from cauce.corridor.file import shipped
from cauce.people.mrz.codes import table

SOURCE = Path(__file__).resolve().parents[1] / "src" / "cauce"
LOCALE = SOURCE / "web" / "locale"
COMPLETE = ("es", "en")
PREPARED = ("fr", "ht", "pt", "ar", "zh_Hans")
# For a language that gettext has no rule of; a placeholder in its stead would break every page in it.
PLURALS = {"ht": "nplurals=2; plural=(n > 1);"}
CARD = "card"  # texts of the card page carry this context: they are complete in every language


def gather(into: Path) -> None:
    """Write one catalogue a language under `into`, an empty folder, starting from the kept ones."""
    before = {}
    for language in (*COMPLETE, *PREPARED):
        path, kept = (base / language / "LC_MESSAGES" / "django.po" for base in (into, LOCALE))
        path.parent.mkdir(parents=True)
        if kept.exists():
            path.write_bytes(kept.read_bytes())
        before[language] = polib.pofile(str(kept), wrapwidth=0) if kept.exists() else polib.POFile()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cauce.web.settings", "MESSAGES_INTO": str(into)}
    program = (
        "import os, django; from django.conf import settings; django.setup(); "
        "settings.LOCALE_PATHS = [os.environ['MESSAGES_INTO']]; from django.core.management import call_command; "
        "call_command('makemessages', locale="
        f"{[*COMPLETE, *PREPARED]!r}, no_wrap=True, no_location=True, no_obsolete=True, verbosity=0, "
        # A folder `locale` that it meets on its way would take the texts around it, instead of `into`.
        "ignore_patterns=['migrations/*', '*.egg-info/*', 'web/locale'])"
    )
    subprocess.run([sys.executable, "-c", program], cwd=SOURCE, env=environment, check=True)
    for language in (*COMPLETE, *PREPARED):
        _settle(into / language / "LC_MESSAGES" / "django.po", language, before[language])


def texts_of_data() -> dict[str, str]:
    """Texts that stand in data and not in code, by where they stand: countries, titles of the shipped corridor file."""
    corridor = shipped()
    titles = [one.title for one in corridor.holds] + [one.title for one in corridor.needs]
    titles += [one.title for one in corridor.purposes] + [one.title for one in corridor.vaccines]
    titles += [text for one in corridor.warnings for text in (one.title, one.asks) if text]
    return {row.name: "a country" for row in table().values()} | dict.fromkeys(titles, "a corridor file")


def _settle(path: Path, language: str, before: polib.POFile) -> None:
    """No dates, no guesses: the same texts give the same bytes."""
    catalogue = polib.pofile(str(path), wrapwidth=0)
    catalogue.metadata_is_fuzzy = False
    for text, where in texts_of_data().items():
        if not catalogue.find(text, msgctxt=None):
            known = before.find(text, msgctxt=None)
            translated = known.msgstr if known else ""
            catalogue.append(polib.POEntry(msgid=text, msgstr=translated, comment=f"From {where}."))
    for key in ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Report-Msgid-Bugs-To"):
        catalogue.metadata.pop(key, None)
    catalogue.metadata["Project-Id-Version"] = "cauce"
    catalogue.metadata["Language"] = language
    if language in PLURALS:
        catalogue.metadata["Plural-Forms"] = PLURALS[language]
    catalogue.header = ""
    for entry in catalogue:
        if "fuzzy" in entry.flags:
            entry.flags.remove("fuzzy")
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
            entry.previous_msgctxt = entry.previous_msgid = None
            entry.previous_msgid_plural = None
        if language == "en" and not entry.translated():
            if entry.msgid_plural:
                entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
            else:
                entry.msgstr = entry.msgid
    catalogue.sort(key=lambda entry: (entry.msgctxt or "", entry.msgid))
    catalogue.save(str(path))


def compile_all(base: Path) -> None:
    for path in sorted(base.glob("*/LC_MESSAGES/django.po")):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def faults() -> list[str]:
    """What is out of step, one sentence each; empty when all is well."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        gather(fresh)
        for path in sorted(fresh.glob("*/LC_MESSAGES/django.po")):
            language = path.parts[-3]
            kept = LOCALE / path.relative_to(fresh)
            if not kept.exists() or {_id(e) for e in polib.pofile(str(kept))} != {
                _id(e) for e in polib.pofile(str(path))
            }:
                found.append(f"{language}: texts in the code changed; run scripts/messages")
            found += _gaps(kept, language)
    return found


def _gaps(path: Path, language: str) -> list[str]:
    found = []
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        must = language in COMPLETE or entry.msgctxt == CARD
        if must and not entry.translated():
            found.append(f"{language}: no translation of {entry.msgid!r}")
    compiled = path.with_suffix(".mo")
    shown = {_id(e): e.msgstr or e.msgstr_plural for e in polib.mofile(str(compiled))} if compiled.exists() else {}
    written = {_id(e): e.msgstr or e.msgstr_plural for e in catalogue if e.translated()}
    if shown != written:
        found.append(f"{language}: the compiled catalogue is of another day; run scripts/messages")
    return found


def _id(entry: polib.POEntry) -> tuple[str, str, str]:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def main() -> int:
    if "--check" in sys.argv:
        problems = faults()
        print("\n".join(problems) or "The catalogues are in step and complete.")
        return 1 if problems else 0
    with tempfile.TemporaryDirectory() as scratch:
        gather(Path(scratch))
        for path in Path(scratch).glob("*/LC_MESSAGES/django.po"):
            kept = LOCALE / path.relative_to(scratch)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, kept.with_suffix(".new"))
            kept.with_suffix(".new").replace(kept)  # whole or not at all, for whoever reads it meanwhile
    compile_all(LOCALE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
