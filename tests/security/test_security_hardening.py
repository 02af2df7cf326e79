"""What a browser is told, what is refused unread, what an error and a log line say, and what a spreadsheet is given."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.access.services import add_account
from cauce.access.tokens import add_token
from cauce.address import tls_of
from cauce.desk import backup_postgres
from cauce.people import portrait
from cauce.people.rejects import Rejects
from cauce.people.sheets import Sheet
from cauce.spreadsheets import inert, typed
from cauce.vetting.names import Hit, Query
from cauce.vetting.screening.hits import write_hits
from cauce.web import settings
from cauce.web.logs import Reticent

SECRET = "Rosalba Quintero"
TOKEN = "rcg0mv8q5GCYkaEDgTDI8g"


def breaks(_request: Any, token: str) -> HttpResponse:
    try:
        raise ValueError(f"{SECRET} cannot be read")
    except ValueError as reason:
        raise KeyError(f"DETAIL: Key (card_token)=({token})") from reason


urlpatterns = [path("c/<str:token>", breaks)]


@pytest.mark.parametrize("address", ["/login/", "/static/cauce/cauce.css", "/nowhere/", "/people/"])
def test_every_answer_forbids_what_a_page_here_never_does(store: dict[str, Actor], address: str) -> None:
    answer = Client().get(address)
    answer.close()
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert {value for name, value in policy.items() if name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert answer["Cross-Origin-Resource-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    import cauce

    for file in Path(cauce.__file__).parent.rglob("*.html"):
        text = file.read_text("utf-8")
        for wrong in (" style=", "<style", "javascript:", " onclick=", " onload=", " onsubmit="):
            assert wrong not in text, f"{file.name}: {wrong}"
        assert text.count("<script") == text.count("<script src="), file.name


@pytest.mark.one_store
@pytest.mark.parametrize("told", [{"CAUCE_TLS": "1"}, {"CAUCE_PUBLIC_URL": "https://hub.example"}, {}])
def test_cookies_are_of_this_host_alone_and_never_leave_it_in_the_clear(tmp_path: Path, told: dict[str, str]) -> None:
    names = [f"{which}_COOKIE_{what}" for which in ("SESSION", "CSRF", "LANGUAGE")
             for what in ("NAME", "SECURE", "HTTPONLY", "SAMESITE")]  # fmt: skip
    names += ["SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    ask = (
        f"import json; from cauce.web import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE_", "DJANGO_"))}
    environment = {**kept, "CAUCE_DATA": str(tmp_path), **told}
    done = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert (found["SECURE_HSTS_SECONDS"] >= 365 * 86_400) is found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is bool(told)
    for which in ("SESSION", "CSRF", "LANGUAGE"):
        assert found[f"{which}_COOKIE_SAMESITE"] == "Strict"
        assert found[f"{which}_COOKIE_HTTPONLY"] is True
        assert found[f"{which}_COOKIE_SECURE"] is bool(told)
        assert found[f"{which}_COOKIE_NAME"].startswith("__Host-") is bool(told)


def test_the_server_speaks_tls_1_3_alone_and_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    import inspect

    import granian

    from cauce.desk import serve_commands

    told: dict[str, Any] = {}
    known = {name: one.default for name, one in inspect.signature(granian.Granian.__init__).parameters.items()}

    class Server:
        def __init__(self, *_target: str, **options: Any) -> None:
            told.update(known | options)

        def serve(self) -> None:
            told["served"] = True

    monkeypatch.setattr(granian, "Granian", Server)
    serve_commands._run("127.0.0.1", 8000, (Path("desk.crt"), Path("desk.key")), 3)
    assert told["served"]
    assert told["workers"] == 3
    assert told["respawn_failed_workers"]  # one that died is replaced
    assert told["ssl_protocol_min"].value == "tls1.3"
    assert told["http1_settings"].header_read_timeout <= 10_000
    assert told["static_path_mount"] is None  # no folder of the disk is served


def test_who_asks_for_another_host_is_told_nothing(store: dict[str, Actor]) -> None:
    with override_settings(ALLOWED_HOSTS=["desk.local"]):
        assert Client(headers={"host": "desk.local"}).get("/login/").status_code == 200
        for address in ("/login/", "/static/cauce/cauce.css", "/c/" + TOKEN):
            answer = Client(headers={"host": "evil.example"}).get(address)
            assert (answer.status_code, answer.content) == (400, b"Bad request.\n")


@pytest.mark.parametrize(("length", "status"), [("200000001", 413), ("99999999999999", 413), ("x", 400), ("-1", 400)])
def test_what_is_too_large_is_refused_before_it_is_read(store: dict[str, Actor], length: str, status: int) -> None:
    class Unread(io.BytesIO):
        def read(self, *_size: Any) -> bytes:
            raise AssertionError("somebody read it")

    told = {"CONTENT_LENGTH": length, "wsgi.input": Unread(), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    assert Client().post("/login/", **told).status_code == status


def test_a_form_without_its_token_changes_nothing(store: dict[str, Actor]) -> None:
    add_account(name="rosa", role="registrar", password="thirty canoes a morning")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/login/", {"name": "rosa", "password": "thirty canoes a morning"})
    assert answer.status_code == 403
    assert "_auth_user_id" not in strict.session
    assert "token" not in answer.content.decode().casefold()  # nothing that helps to send a better one


@override_settings(ROOT_URLCONF=__name__)
def test_an_error_tells_the_reader_and_the_log_nothing_of_anybody(
    store: dict[str, Actor], capsys: pytest.CaptureFixture[str]
) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(Reticent())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    try:
        answer = Client(raise_request_exception=False).get(f"/c/{TOKEN}")
    finally:
        logger.removeHandler(handler)
    line = handler.stream.getvalue()  # type: ignore[attr-defined]
    assert answer.status_code == 500
    for text in (answer.content.decode(), line, "".join(capsys.readouterr())):
        assert SECRET not in text
        assert TOKEN not in text
        assert "card_token" not in text
    assert "500 GET /c/<str:token>" in line  # where it was, so that it can be found
    assert "KeyError" in line
    assert "breaks" in line


def test_who_is_refused_a_page_or_an_endpoint_is_written_to_the_log(store: dict[str, Actor]) -> None:
    logger, handler = logging.getLogger("django.request"), logging.StreamHandler(io.StringIO())
    handler.setFormatter(Reticent())
    logger.addHandler(handler)
    add_account(name="rosa", role="registrar")
    browser, machine = Client(), Client()
    browser.force_login(Account.objects.get(name="rosa"))
    made = add_token(account="rosa", name="scales", capabilities=["board.read"], days=1, by=store["operator"])
    try:
        assert browser.get("/settings/").status_code == 403
        told = {"Authorization": f"Bearer {made}"}
        assert machine.get("/api/v1/matters", headers=told).status_code == 403
        assert browser.get("/c/nobody").status_code == 404  # nobody was refused anything
    finally:
        logger.removeHandler(handler)
    page, endpoint = handler.stream.getvalue().splitlines()  # type: ignore[attr-defined]
    assert page.endswith("403 GET /settings/ refused to rosa")
    assert endpoint.endswith("403 GET /api/v1/matters refused to rosa")


def test_the_settings_log_through_that_formatter() -> None:
    from django.conf import settings

    assert settings.LOGGING["formatters"]["reticent"]["()"] == "cauce.web.logs.Reticent"
    assert all(handler["formatter"] == "reticent" for handler in settings.LOGGING["handlers"].values())
    assert settings.DEBUG is False


@given(st.text(max_size=40))
def test_no_cell_begins_what_a_spreadsheet_would_run_and_each_comes_back(cell: str) -> None:
    shown = inert(cell)
    assert shown[:1] not in set("=@\t\r\n＝＋－＠")
    if shown[:1] in set("+-") and shown[:1]:
        float(shown)  # a number, which nobody runs
    assert typed(shown) == cell


def test_a_table_of_hits_has_its_columns_and_no_formula() -> None:
    out = io.StringIO()
    bad = '=HYPERLINK("http://evil.example")'
    hit = Hit(entry_id="@SUM(1)", score=9.0, matched_alias=bad, pieces=())
    write_hits(out, [(Query(id="-7", names=("Ana Paz",)), [hit])], 5.0, None)
    header, row = csv.reader(io.StringIO(out.getvalue()))
    assert header == ["person", "entry", "score", "alert", "matched_name", "pieces"]
    assert row == ["-7", "'@SUM(1)", "9.0", "1", f"'{bad}", "[]"]


def test_a_refused_row_opens_in_a_spreadsheet_and_is_read_again_as_it_was(tmp_path: Path) -> None:
    source, refused = tmp_path / "people.csv", tmp_path / "refused.csv"
    columns = ["external_id", "arrived_at", "given_names", "family_names", "place"]
    source.write_text(",".join(columns) + "\n", "utf-8")
    with Rejects(refused, columns, source=source) as file:
        file.add(["A1", "2023-08-14", "=cmd|'/c calc'!A1", "Paz", "nowhere"], 2, "no such place")
    assert ",'=cmd" in refused.read_text("utf-8")
    sheet = Sheet(refused, placed=False)
    [row] = sheet.rows()
    assert sheet.told(row)["given_names"] == "=cmd|'/c calc'!A1"
    sheet.close()


def test_a_photograph_keeps_nothing_but_what_is_seen() -> None:
    taken = Image.effect_noise((900, 700), 50).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    taken.save(out, "JPEG", exif=exif, comment=SECRET.encode())
    assert SECRET.encode() in out.getvalue()
    kept = portrait.portrait(out.getvalue())
    assert SECRET.encode() not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert not shown.getexif()
        assert shown.info.get("comment") is None


def test_what_a_file_is_its_content_says_and_a_bomb_is_none() -> None:
    page = b"<html><script>alert(1)</script></html>"
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as bomb:
        bomb.writestr("a", bytes(5_000_000))
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "x" * 3_000_000, zip=True)  # unpacks to more than a decoder should take
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG", pnginfo=text)
    huge = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(huge, "PNG")
    for content in (page, packed.getvalue(), picture.getvalue(), huge.getvalue(), b"\xff\xd8\xff" + page):
        with pytest.raises(portrait.NotAPortrait):
            portrait.portrait(content)


@pytest.mark.one_store
@pytest.mark.parametrize(
    ("address", "mode", "authorities"),
    [
        ("postgresql://me@db.example.org/cauce", "verify-full", "given"),
        ("postgresql://me@db.example.org/cauce?sslrootcert=/own.pem", "verify-full", "/own.pem"),
        ("postgresql://me@db.example.org/cauce?sslmode=require", "require", None),
        ("postgresql://me@127.0.0.1:5433/cauce", None, None),
        ("postgresql:///cauce", None, None),
    ],
)
def test_a_server_beyond_this_machine_is_spoken_with_over_tls_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, address: str, mode: str | None, authorities: str | None
) -> None:
    monkeypatch.setenv("CAUCE_DATABASE", address)
    monkeypatch.setenv("PGSSLROOTCERT", "given")
    monkeypatch.delenv("PGSSLMODE", raising=False)
    options = settings._database()["OPTIONS"]
    assert (options.get("sslmode"), options.get("sslrootcert")) == (mode, authorities)
    dumped = backup_postgres._parts(address)
    assert (dumped.get("PGSSLMODE"), dumped.get("PGSSLROOTCERT")) == (mode, authorities)
    for wrong in ("?sslmode=perhaps", "?password=seen"):
        with pytest.raises(ValueError, match="sslmode"):
            tls_of("postgresql://me@db.example.org/cauce" + wrong)
