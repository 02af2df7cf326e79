"""The catalogues: in step with the code, complete, compiled; and pages that keep to one language."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import polib
import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.translation import ngettext
from tests.conftest import ROLES
from tests.factories import a_family, a_person, an_unassessed_child

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.desk.registration_forms import CountryField, countries
from cauce.journal.errors import NotAllowed, Refused
from cauce.movement.services import dispatch
from cauce.people.models import Group, Person
from cauce.people.services import flag_need
from cauce.protection.services import place_hold
from cauce.vetting.services import import_list, object_to, run_pending

pytestmark = [pytest.mark.one_store]
ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "src" / "cauce" / "web" / "locale"
CARD_LANGUAGES = ("es", "en", "fr", "ht", "pt", "ar", "zh-hans")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]|\{\w*\}")
# What the glossary (docs/glossary.md) calls otherwise: English word -> Spanish ones that another translator would take.
OTHERWISE = {
    r"holds?": r"retenci\w+",
    r"queue": r"colas?",
    r"stays?": r"estancias?",
    r"objections?": r"objeci\w+|oposici\w+",
    r"roles?": r"papel(es)?",
    r"partners?": r"socios?",
    r"bus(es)?": r"bus(es)?",
    r"boats?": r"botes?",
    r"canoes?": r"canoas?",
    r"watchlists?": r"\w*vigilancia",
    r"strangers?": r"extrañ[oa]s?",
    r"bands?": r"bandas?",
    r"checks?": r"controles",
    r"plant(ed)?": r"s(e|ie)mbr\w+",
    r"entr(y|ies) (of|is|here)": r"registros?",
}
# Words that stand in nearly every English sentence and in no Spanish one.
ENGLISH = {"the", "of", "and", "is", "are", "this", "that", "with", "for", "not", "was", "were", "nobody", "which"}


ACCOUNTS = {f"{role}{suffix}" for role in ROLES for suffix in ("", "2", "3")}  # names of accounts stand as they are


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalogues() -> Iterator[tuple[str, polib.POFile]]:
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        yield path.parts[-3], polib.pofile(str(path))


def test_a_text_without_translation_and_a_stale_compilation_are_told_of(tmp_path: Path) -> None:
    module = script()
    path = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Seal", msgstr=""))
    catalogue.append(polib.POEntry(msgid="Seat", msgstr="Asiento"))
    catalogue.save(str(path))
    told = module._gaps(path, "es")
    assert len(told) == 2
    assert "'Seal'" in told[0]
    assert "compiled" in told[1]
    module.compile_all(tmp_path)
    assert len(module._gaps(path, "es")) == 1


def test_every_translation_keeps_the_placeholders() -> None:
    for language, catalogue in catalogues():
        for entry in catalogue.translated_entries():
            wanted = Counter(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
            forms = entry.msgstr_plural or {0: entry.msgstr}
            for number, text in forms.items():
                found = Counter(PLACEHOLDER.findall(text))
                if entry.msgid_plural and number == 0:  # "one person" may leave the number out
                    assert found <= wanted + Counter(PLACEHOLDER.findall(entry.msgid)), (language, text)
                else:
                    assert found == wanted, (language, entry.msgid, text)


def test_one_thing_has_one_spanish_name() -> None:
    (spanish,) = (catalogue for language, catalogue in catalogues() if language == "es")
    for entry in spanish.translated_entries():
        said = " ".join([entry.msgstr, *entry.msgstr_plural.values()])
        for english, other in OTHERWISE.items():
            if re.search(rf"\b({english})\b", entry.msgid, re.I):
                assert not re.search(rf"\b({other})\b", said, re.I), (entry.msgid, said)


def test_each_language_has_its_own_plural_forms() -> None:
    forms = {language: catalogue.metadata["Plural-Forms"] for language, catalogue in catalogues()}
    assert set(forms) == {"ar", "en", "es", "fr", "ht", "pt", "zh_Hans"}
    for language, count in {"ar": 6, "en": 2, "fr": 2, "ht": 2, "pt": 2, "zh_Hans": 1}.items():
        assert forms[language].startswith(f"nplurals={count};"), language


def test_one_and_two_are_said_differently() -> None:
    said = Template(
        "{% load i18n %}{% blocktranslate count n=n %}{{ n }} group{% plural %}{{ n }} groups{% endblocktranslate %}"
    )
    with translation.override("es"):
        assert [ngettext("%(n)s person", "%(n)s people", n) % {"n": n} for n in (1, 2, 0)] == [
            "1 persona",
            "2 personas",
            "0 personas",
        ]
        assert [said.render(Context({"n": n})) for n in (1, 2, 1_000_000)] == ["1 grupo", "2 grupos", "1000000 grupos"]
    with translation.override("en"):
        assert [said.render(Context({"n": n})) for n in (1, 2)] == ["1 group", "2 groups"]
    for language in CARD_LANGUAGES:
        with translation.override(language):
            assert all(str(n) in said.render(Context({"n": n})) for n in (0, 1, 2, 3, 11, 100))


class Visible(HTMLParser):
    """The texts of a page that somebody reads or hears, each by itself; scripts and what carries `lang` left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._silent = 0
        self._foreign: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "svg"):
            self._silent += 1
        if tag == "a" and told.get("href", "").startswith("/"):
            self.links.append(told["href"])
        if "lang" in told and tag in ("a", "button", "section"):
            self._foreign.append(tag)
        for name in ("placeholder", "title", "aria-label", "alt", "data-label"):
            self._keep(told.get(name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "svg"):
            self._silent -= 1
        if self._foreign and self._foreign[-1] == tag:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._foreign:
            self._keep(data)

    def _keep(self, text: str) -> None:
        if text.strip():
            self.texts.append(" ".join(text.split()))


def english_only(language: str) -> dict[str, str]:
    """English texts that the language says otherwise, and how; by themselves, without what is filled in."""
    catalogue = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
    own = {text for entry in catalogue for text in (entry.msgstr, *entry.msgstr_plural.values())}
    return {e.msgid: e.msgstr for e in catalogue if e.msgstr and e.msgstr != e.msgid and e.msgid not in own}


def left_in_english(page: str, english: dict[str, str], data: Sequence[str] = ()) -> list[str]:
    found = []
    for shown in Visible(page).texts:
        text = re.sub(r"/c/[\w-]+", "", shown)  # an address is drawn by lot, and may have the letters of a word
        for part in data:
            text = text.replace(part, "")
        if text in ACCOUNTS:
            continue
        words = set(re.findall(r"[^\W\d_]+", text.lower()))
        if text in english or text.rstrip(":") in english or words & ENGLISH:
            found.append(shown)
    return found


def test_what_is_left_in_english_is_found() -> None:
    page = '<h1>Tablero</h1><p title="Sealed">El manifiesto</p><script>the end</script><p>Look at the list</p>'
    assert left_in_english(page, {"Sealed": "Sellado"}) == ["Sealed", "Look at the list"]
    assert left_in_english("<p>http://testserver/c/Kihh4the4UNa-of_2xQ</p>", {}) == []


@pytest.fixture
def a_day(store: dict[str, Actor], tmp_path: Path) -> dict[str, Actor]:
    """Something to see on every page: a match, a hold, a child to assess, an objection, a bus."""
    path = tmp_path / "list.csv"
    path.write_text(
        "id,name,aliases,dob,nationality,gender,passports\n"
        "e1,Zarbuk Ostrovoy Qandil,,1971-03-09,SYR,male,\ne2,Wexford Thimblethorne,,1950-01-01,GBR,male,\n"
    )
    import_list(path=path, format="csv", name="ofac-sdn", by=store["administrator"])
    family = a_family(store, size=4)
    an_unassessed_child(store)
    a_person(store, given_names="Zarbuk", family_names="Ostrovoy Qandil", sex="M", nationality="SYR")
    held = a_person(store, nationality="HTI", documents=()).person_ids[0]
    run_pending()
    place_hold(person=held, kind="asylum", reason="lo dijo en la mesa", by=store["protection"])
    flag_need(person=held, code="SM-CI", by=store["registrar"])
    object_to(person=held, about="other", words="No soy yo", by=store["registrar"])
    dispatch(place="lajas_blancas", date=date(2023, 8, 15), by=store["coordinator"])
    assert family
    return store


def pages(client: Client, most: int = 70) -> Iterator[tuple[str, str]]:
    """Every page that links lead to from the start, some of each kind."""
    waiting, seen, kinds = ["/"], set(), Counter[str]()
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        kind = re.sub(r"[0-9a-f-]{36}|[0-9A-Z]{3}-\d{4}-.|\d+", "*", address)
        if address in seen or kinds[kind] >= 3:
            continue
        seen.add(address)
        kinds[kind] += 1
        answer = client.get(address, follow=True)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            page = answer.content.decode()
            yield address, page
            waiting += [link.partition("#")[0] for link in Visible(page).links]


def corridor_words() -> list[str]:
    """What the corridor file says in its own words, the longest first; its titles are in the catalogues."""
    titles = script().texts_of_data()

    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str) and value not in titles:
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from strings(inner)

    text = (ROOT / "corridors" / "darien" / "corridor.toml").read_text(encoding="utf-8")
    return sorted({one for one in strings(tomllib.loads(text)) if len(one) > 8}, key=len, reverse=True)


@pytest.mark.parametrize("role", ["registrar", "analyst", "protection", "coordinator", "partner", "administrator"])
@pytest.mark.django_db
def test_no_page_of_a_spanish_desk_says_anything_in_english(a_day: dict[str, Actor], role: str) -> None:
    client = Client(headers={"accept-language": "es"})
    client.force_login(Account.objects.create(name=f"{role}9", role=role))
    english, data, found, count = english_only("es"), corridor_words(), [], 0
    extra = [f"/people/{one}/" for one in Person.objects.values_list("id", flat=True)]
    extra += [f"/groups/{one}/" for one in Group.objects.values_list("id", flat=True)]
    for address, page in [*pages(client), *((one, client.get(one).content.decode()) for one in extra)]:
        count += 1
        found += [(address, text) for text in left_in_english(page, english, data)]
    assert count > 1
    assert sorted({text for _page, text in found}) == []


def shown_to_the_person(card: tuple[str, str, str], language: str) -> list[str]:
    """Every text of the card page as it comes, with the PIN, after an objection, after a wrong PIN, and gone."""
    client, (_number, token, pin) = Client(), card
    at = f"/c/{token}?lang={language}"
    answers = [
        client.get(at),
        client.post(at, {"pin": pin}),
        client.post(at, {"pin": "no"}),
        client.post(at, {"words": "…"}),
        client.post(at, {"words": " "}),
        client.get(f"/c/nobody?lang={language}"),
        client.get(f"/kiosk/?lang={language}"),
        client.post(f"/kiosk/?lang={language}", {"card": "nobody"}),
        client.post(f"/kiosk/?lang={language}", {"card": token}),
    ]
    return [text for answer in answers for text in Visible(answer.content.decode()).texts]


@pytest.mark.parametrize("language", [one for one in CARD_LANGUAGES if one != "en"])
@pytest.mark.django_db
def test_the_card_page_says_nothing_in_english_in_any_other_language(a_day: dict[str, Actor], language: str) -> None:
    cards = [a_person(a_day, documents=()).cards[0], a_family(a_day, size=2).cards[0]]
    said = [text for card in cards for text in shown_to_the_person(card, language)]
    catalogue = polib.pofile(str(LOCALE / translation.to_locale(language) / "LC_MESSAGES" / "django.po"))
    own = {e.msgstr: e.msgid for e in catalogue if e.msgctxt == "card"}
    english = {msgid: msgstr for msgstr, msgid in own.items() if msgstr != msgid and msgid not in own}
    assert len(set(said) & own.keys()) > 20
    assert not [text for text in said if text in english or set(re.findall(r"[^\W\d_]+", text.lower())) & ENGLISH]


@pytest.mark.django_db
def test_an_arabic_card_reads_from_right_to_left(store: dict[str, Actor]) -> None:
    token = a_person(store, language="ar").cards[0][1]
    page = Client().get(f"/c/{token}").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "حقوقك" in page
    assert 'dir="ltr"' in page[page.index('id="pin"') : page.index('id="pin"') + 200]  # figures keep their direction
    assert '<html lang="fr" dir="ltr">' in Client().get(f"/c/{token}?lang=fr").content.decode()


@pytest.mark.django_db
def test_a_refusal_speaks_the_language_of_the_desk(store: dict[str, Actor]) -> None:
    person = a_person(store).person_ids[0]
    with translation.override("es"):
        with pytest.raises(Refused, match=r"^Un bloqueo necesita un motivo"):
            place_hold(person=person, kind="asylum", reason=" ", by=store["protection"])
        with pytest.raises(NotAllowed, match="tiene el rol coordinador"):
            place_hold(person=person, kind="asylum", reason="x", by=store["coordinator"])
    with translation.override("en"), pytest.raises(Refused, match=r"^A hold needs a reason"):
        place_hold(person=person, kind="asylum", reason=" ", by=store["protection"])


@pytest.mark.django_db
def test_countries_and_titles_of_the_corridor_file_are_said_in_spanish(a_day: dict[str, Actor]) -> None:
    client = Client(headers={"accept-language": "es"})
    client.force_login(Account.objects.create(name="protection9", role="protection"))
    held = Person.objects.get(nationality="HTI")
    page = client.get(f"/people/{held.id}/").content.decode()
    for text in ("Haití (HTI)", "Desea solicitar asilo", "Enfermedad crónica"):
        assert text in page


def test_the_command_line_speaks_english_on_a_spanish_desk(store_on_disk: Path) -> None:
    def cauce(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE", "DJANGO"))}
        return subprocess.run(
            [sys.executable, "-m", "cauce", *words, "--data", str(store_on_disk)],
            capture_output=True,
            text=True,
            env=environment | {"CAUCE_LANGUAGE": "es"},
            cwd=store_on_disk,
        )

    refused = cauce("holds", "place", "7QK-0000-0", "asylum", "--reason", "x")
    assert refused.returncode == 1
    assert "Nobody here has the number" in refused.stderr


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_country_is_offered_and_understood_in_the_language_of_the_desk(language: str) -> None:
    field = CountryField(label="")
    with translation.override(language):
        names = dict(countries())
        assert names["SAU"] == {"es": "Arabia Saudita", "en": "Saudi Arabia"}[language]
        assert {code: field.clean(name) for code, name in names.items()} == {code: code for code in names}
