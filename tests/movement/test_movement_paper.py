"""What leaves the station on paper and as data: enough to travel by, and nothing more."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from tests.factories import a_family, a_person
from tests.movement.rows import TODAY, a_group

from cauce.access.actor import Actor
from cauce.access.models import Reading
from cauce.journal import triggers
from cauce.journal.errors import Misused, Refused
from cauce.journal.models import Node
from cauce.movement import services
from cauce.movement.export import export_manifest
from cauce.movement.paper import _labels, contents, covered, font_families, paper, printable, render, seal_code
from cauce.movement.selectors import ManifestView, manifest_for
from cauce.people.models import Person
from cauce.protection.models import Release
from cauce.vetting.models import CheckResult

Actors = dict[str, Actor]
NAMES = {
    "Latin": "María-José Ñúñez d’Ávila",
    "Vietnamese": "Nguyễn Thị Thuỳ Dương",
    "Yoruba": "Ọláṣubọ̀mí Ẹ̀gbẹ́yẹmí",
    "Arabic": "محمد عبد الرحمن الحسيني",
    "Urdu": "پرویز گُل ٹھاکر",
    "Han": "王小明 陳麗華 赵翀",
    "Devanagari": "प्रेम बहादुर श्रेष्ठ",
    "Bengali": "মোঃ শফিকুল ইসলাম ক্ষুদ্র",
    "Ethiopic": "ተስፋይ ኃይለ ሥላሴ",
    "Cyrillic": "Әлия Қасымова Ёжикова",
    "Tamil": "சுப்பிரமணியம் ஸ்ரீதரன்",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Sinhala": "ශ්‍රී ප්‍රියන්ත",
    "Georgian": "გიორგი მაისურაძე",
    "Armenian": "Հովհաննիսյան",
    "Hebrew": "שָׁלוֹם כהן",
    "Khmer": "សុខ ស្រីមុំ",
    "Myanmar": "အောင်ဆန်းစုကြည်",
    "Thai": "สมชาย น้ำใจ",
    "Hangul": "김철수",
    "Kana": "やまだ タロウ",
}


def view(actors: Actors, names: list[str] | None = None, *, seal: bool = False) -> ManifestView:
    a_group([{"full_name": name} for name in names or ["Ana Pérez"]])
    plan = services.dispatch(place="lajas_blancas", date=TODAY, by=actors["coordinator"])
    (manifest,) = plan.manifests
    if seal:
        services.seal(manifest=manifest, by=actors["coordinator"])
    return manifest_for(actors["coordinator"], manifest)


def glyphs(svg: bytes) -> set[str]:
    """The outlines of every glyph that an SVG draws."""
    return {path for path in re.findall(rb'<symbol[^>]*>\s*<path d="([^"]*)"', svg) if path}


def a_page(name: str) -> set[str]:
    people = [{"seat": 1, "card": "0", "name": name}]
    content = {
        **dict.fromkeys(("number", "origin", "destination", "date", "vehicle", "count", "version", "sealed"), "0"),
        "seal": "0",
        "language": "es",
        "fonts": list(font_families()),
        "training": False,
        "draft": False,
        "people": people,
        "labels": dict.fromkeys(_labels(), "0"),
    }
    return glyphs(render(content, "svg"))


def test_no_name_has_a_missing_glyph() -> None:
    blank = a_page("")
    no_glyph = a_page("\U0010fffd") - blank
    assert len(no_glyph) == 1  # what a font draws for what it lacks
    for script, name in NAMES.items():
        drawn = a_page(name) - blank
        assert drawn, script
        assert not drawn & no_glyph, script
        assert printable(name) == name, script


def test_every_name_of_the_demonstration_has_its_glyphs() -> None:
    folder = files("cauce.demo") / "data" / "names"
    for path in Path(str(folder)).glob("*.tsv"):
        lacking = {c for c in path.read_text(encoding="utf-8") if c not in "\t\n" and not covered(ord(c))}
        assert not lacking, f"{path.name}: {lacking}"


def test_a_character_without_a_glyph_is_followed_by_latin_letters() -> None:
    assert not covered(ord("𠮷"))
    assert printable("𠮷田") == "?田 (KichiTian)"


def test_p10_the_paper_carries_seat_card_number_and_name_only(store: Actors) -> None:
    made = a_person(
        store,
        full_name="Rosa Vargas",
        nationality="VEN",
        next_of_kin="Pedro, +57 300 1234567",
        birth_first=date(1991, 4, 3),
        birth_last=date(1991, 4, 3),
    )
    CheckResult.objects.filter(person__in=made.person_ids).update(result="clear")
    (manifest,) = services.dispatch(place="lajas_blancas", date=TODAY, by=store["coordinator"]).manifests
    content = contents(manifest_for(store["coordinator"], manifest), "es")
    assert content["people"] == [{"seat": 1, "card": made.cards[0][0], "name": "Rosa Vargas"}]
    printed = json.dumps(content, ensure_ascii=False)
    for told in ("VEN", "1991", "Pedro", "300 1234567", "passport"):
        assert told not in printed
    template = (files("cauce.movement") / "manifest.typ").read_text(encoding="utf-8")
    assert set(re.findall(r"one\.(\w+)", template)) == {"seat", "card", "name"}


def test_the_paper_is_a_pdf_with_route_day_vehicle_version_and_seal(store: Actors) -> None:
    seen = view(store, list(NAMES.values()), seal=True)
    content = contents(seen, "en")
    assert content["destination"] == "Paso Canoas"
    assert (content["date"], content["vehicle"], content["version"]) == ("2023-08-15", "bus_lajas_blancas", "3")
    assert content["sealed"].startswith("2023-08-15 10:00")  # local, at the station
    assert re.fullmatch(r"([0-9A-F]{4}-){2}[0-9A-F]{4}", content["seal"])
    assert paper(seen, "en").startswith(b"%PDF-")


def test_a_seal_code_changes_with_anybody_on_the_manifest(store: Actors) -> None:
    group, _ = a_group(2)
    seen = view(store, seal=True)
    before = seal_code(seen)
    services.remove_group(manifest=seen.row.id, group=group.id, reason="stays", by=store["coordinator"])
    assert seal_code(manifest_for(store["coordinator"], seen.row.id)) != before


def test_f7_a_training_store_says_so_on_the_paper(store: Actors) -> None:
    seen = view(store)
    plain = contents(seen, "en")
    assert plain["training"] is False
    triggers.drop()  # a store never changes sides by itself
    Node.objects.update(training=True)
    Node.forget()
    marked = contents(seen, "en")
    assert marked["training"] is True
    assert len(render(marked, "svg")) > len(render(plain, "svg"))


def test_an_unsealed_manifest_prints_as_a_draft_and_leaves_as_nothing_else(store: Actors) -> None:
    seen = view(store)
    assert contents(seen, "en")["draft"] is True
    for form in ("csv", "json"):
        with pytest.raises(Refused, match="only once it is"):
            export_manifest(store["coordinator"], seen, form=form)
    with pytest.raises(Misused):
        export_manifest(store["coordinator"], seen, form="docx")


def test_p11_data_leave_through_the_gate_to_the_recipient_of_the_leg(store: Actors) -> None:
    made = a_family(store, size=2)
    at_home = a_person(store, nationality="CRI", documents=())
    CheckResult.objects.filter(person__in=[*made.person_ids, *at_home.person_ids]).update(result="clear")
    Person.objects.filter(id=made.person_ids[0]).update(full_name="=HYPERLINK(1)")
    (manifest,) = services.dispatch(place="lajas_blancas", date=TODAY, by=store["coordinator"]).manifests
    services.seal(manifest=manifest, by=store["coordinator"])
    raw = export_manifest(store["coordinator"], manifest_for(store["coordinator"], manifest), form="csv")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8"))))
    assert {row["card_number"] for row in rows} == {card[0] for card in made.cards}
    assert "needs" not in rows[0]
    assert {row["name"][0] for row in rows if "HYPERLINK" in row["name"]} == {"'"}
    released = Release.objects.get()
    assert (released.recipient, released.people, released.withheld) == ("cri_dgme", 2, 1)


def test_printing_is_noted_as_a_reading_of_everybody_on_it(store: Actors) -> None:
    seen = view(store)
    export_manifest(store["coordinator"], seen, form="pdf")
    assert {reading.person for reading in Reading.objects.filter(what="manifest")} == set(seen.persons)
