"""The way between two nodes: HTTP, sticks, commands, the worker."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import httpx
import pytest
from django.core.cache import cache
from django.test import Client
from meeting import OPERATOR, Pair
from tests.factories import a_person

from cauce.cli import main
from cauce.desk.certificates import papers
from cauce.journal.errors import Misused, Refused
from cauce.journal.models import Entry
from cauce.sync import enrolling, services, sticks, transport, worker
from cauce.sync.identity import mine
from cauce.sync.models import Invitation, Link, Peer
from cauce.sync.selectors import status
from cauce.sync.wire import LARGEST
from cauce.sync.wording import told

pytestmark = pytest.mark.one_store
HUB = "http://hub.test"


@pytest.fixture
def wired(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Requests of the station arrive at the hub's own views; calling it cuts the wire."""
    cache.clear()
    up = [True]

    class Wire(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if not up[0]:
                raise httpx.ConnectError("no route to host")
            with pair.at("hub"):
                answer = Client().generic(
                    request.method,
                    request.url.path,
                    request.read(),
                    content_type=request.headers.get("Content-Type", ""),
                )
            return httpx.Response(answer.status_code, content=answer.content)

    client = httpx.Client(transport=Wire())
    monkeypatch.setattr(httpx, "stream", client.stream)
    with pair.at("bajo"):
        Link.objects.update(url=HUB)
    return lambda: up.__setitem__(0, not up[0])


# HTTP.


def test_a_station_meets_its_hub_over_http(pair: Pair, wired, actors):
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        level = services.meet(by=OPERATOR)
        assert level.up > 0
        assert status().level
        assert services.meet(by=OPERATOR).up == 0


def test_enrolling_over_http_asks_answers_and_is_refused_loudly(apart: Pair, wired):
    code = apart.invited()
    with apart.at("bajo"):
        assert services.enrol(code=code, url=HUB, insecure=True, by=OPERATOR) == ["bajo_chiquito"]
        Link.objects.all().delete()
    with apart.at("hub"):
        own = mine()
        forged = str(enrolling.codes.new(enrolling.fingerprint(own.key, own.recipient)))
    with apart.at("bajo"), pytest.raises(Refused, match="The hub says: This code was not made"):
        services.enrol(code=forged, url=HUB, insecure=True, by=OPERATOR)


def test_a_link_that_is_down_loses_nothing_and_is_told(pair: Pair, wired, actors):
    wired()
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        with pytest.raises(transport.Unreachable, match="Nothing is lost"):
            services.meet(by=OPERATOR)
        now = status()
        assert (now.trouble, now.level, now.unsent > 0) == ("unreachable", False, True)
    wired()
    with pair.at("bajo"):
        services.meet(by=OPERATOR)
        assert (status().trouble, status().level) == ("", True)


@pytest.mark.parametrize("path", [services.EXCHANGE, services.ENROL])
def test_what_is_no_batch_is_refused_and_too_much_of_it_is_not_read(pair: Pair, path):
    cache.clear()
    with pair.at("hub"):
        client = Client()
        answer = client.generic("POST", path, b"hello")
        assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "unreadable")
        assert client.get(path).status_code == 405
        codes = [client.generic("POST", path, b"x").status_code for _ in range(35)]
        assert codes[-1] == 429
        large = client.generic("POST", path, b"", CONTENT_LENGTH=str(LARGEST + 1))
        assert large.status_code == 413


def test_a_hub_tells_its_public_keys_and_a_training_store_none(pair: Pair):
    with pair.at("hub"):
        told = json.loads(Client().get(services.CARD).content)
        assert (told["name"], told["key"]) == ("hub", mine().key)
        assert "AGE-SECRET" not in repr(told)
    pair.open("lesson", training=True)
    with pair.at("lesson"):
        assert Client().get(services.CARD).status_code == 403


def test_plain_http_beyond_this_machine_needs_to_be_said_out_loud():
    for url in ("https://hub.example", "http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"):
        assert transport.checked(url + "/", insecure=False) == url
    with pytest.raises(Misused, match="--insecure-link"):
        transport.checked("http://hub.example", insecure=False)
    assert transport.checked("http://hub.example", insecure=True) == "http://hub.example"
    for wrong in ("hub.example", "ftp://hub.example", "https://"):
        with pytest.raises(Misused, match="no address"):
            transport.checked(wrong, insecure=True)


def test_what_answers_and_is_no_hub_is_told(monkeypatch):
    def page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="<html>not here</html>")

    client = httpx.Client(transport=httpx.MockTransport(page))
    monkeypatch.setattr(httpx, "stream", client.stream)
    with pytest.raises(transport.Unreachable, match="is no hub: it says 404"):
        transport.post(HUB, services.EXCHANGE, b"x")
    endless = httpx.Client(transport=httpx.MockTransport(lambda r: httpx.Response(200, content=bytes(LARGEST + 1))))
    monkeypatch.setattr(httpx, "stream", endless.stream)
    with pytest.raises(transport.Unreachable, match="more than any hub"):
        transport.get(HUB, services.CARD)


class _Plain(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def behind_tls(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The port of something that serves with a certificate of its own, as --tls-self does, and its authority."""
    made = papers(tmp_path, ["localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Plain) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who does not trust it hangs up
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1], made.authority
        server.shutdown()
        thread.join()


def test_a_certificate_that_is_not_trusted_and_plain_http_are_told_as_that(behind_tls, monkeypatch):
    port, authority = behind_tls
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(transport.Unreachable, match=r"is not trusted here .*keys/authority.crt .*SSL_CERT_FILE"):
        transport.get(f"https://localhost:{port}", services.CARD)
    with pytest.raises(transport.Unreachable, match=rf"speaks https: use https://localhost:{port}\."):
        transport.get(f"http://localhost:{port}", services.CARD)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with pytest.raises(transport.Unreachable, match="it says 404"):
        transport.get(f"https://localhost:{port}", services.CARD)


def test_a_station_tells_a_certificate_that_is_not_trusted_from_no_way_to_the_hub(behind_tls, monkeypatch, pair: Pair):
    port, authority = behind_tls
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    with pair.at("bajo"):
        Link.objects.update(url=f"https://localhost:{port}")
        with pytest.raises(transport.Untrusted, match="Nothing is lost"):
            services.meet(by=OPERATOR)
        assert status().trouble == "untrusted"
        assert "no way to the hub" not in " ".join(told(status()))
        assert "SSL_CERT_FILE" in told(status())[0]
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        with pytest.raises(transport.Unreachable):
            services.meet(by=OPERATOR)
        assert status().trouble == "unreachable"


def test_https_to_what_speaks_http_is_told_as_that():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Plain) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with pytest.raises(transport.Unreachable, match=r"speaks no TLS .* http:// there"):
            transport.get(f"https://127.0.0.1:{server.server_address[1]}", services.CARD)
        server.shutdown()
        thread.join()


# The worker.


def test_the_worker_meets_the_hub_and_waits_longer_while_there_is_no_way(pair: Pair, wired, actors, monkeypatch):
    moments, tries = iter(range(0, 10_000, 10)), []
    now = [0.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(worker.time, "sleep", lambda _: now.__setitem__(0, float(next(moments))))
    real = worker.once

    def counted() -> bool:
        tries.append(now[0])
        return real()

    monkeypatch.setattr(worker, "once", counted)
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        worker.run_forever(lambda: now[0] > 100)
        assert status().level
        regular = len(tries)
        assert regular >= 3
        wired()
        tries.clear()
        start = now[0]
        worker.run_forever(lambda: now[0] > start + 1_500)
    waits = [after - before for before, after in pairwise(tries)]
    assert waits == sorted(waits)
    assert waits[-1] >= 400 > waits[0]


def test_the_worker_of_a_node_without_a_hub_does_nothing(apart: Pair):
    with apart.at("bajo"):
        assert worker.once() is True


def test_the_worker_goes_on_after_anything(pair: Pair, wired, monkeypatch, caplog):
    monkeypatch.setattr("cauce.sync.worker.meet", lambda **_: 1 / 0)
    with pair.at("bajo"):
        assert worker.once() is False
    assert "ZeroDivisionError" in caplog.text


# Commands and sticks.


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run a command in the store that is open: (status, out, err)."""
    monkeypatch.setattr("cauce.store.open_store", lambda data, account="operator": OPERATOR)

    def go(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            main([*arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


def test_a_station_without_any_link_syncs_by_stick(pair: Pair, run, actors, tmp_path: Path):
    stick, reply = tmp_path / "bajo.cauce", tmp_path / "reply.cauce"
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        name = b"Ana"
        code, out, _ = run("sync", "export", str(stick))
        assert code == 0
        left = status().unsent
        assert f"{left} entries have no receipt yet" in out
        code, _, err = run("sync", "import", str(stick))
        assert (code, f"{stick}: " in err, "own export: take it to the hub" in err) == (1, True, True)
        assert name not in stick.read_bytes()
        assert run("sync", "status")[0] == 1
    with pair.at("hub"):
        assert run("sync", "import", str(stick))[0] == 2
        assert run("sync", "import", str(stick), "--reply", str(reply))[0] == 0
    with pair.at("bajo"):
        assert run("sync", "import", str(reply))[0] == 0
        code, out, _ = run("sync", "status")
        at = Link.objects.get().receipt_at.astimezone(ZoneInfo("America/Panama"))
        assert (code, "everything that is recorded here" in out) == (0, True)
        assert out.endswith(f"{at:%H:%M}.\n"), "the hour of the place"
        assert run("sync", "import", str(reply))[0] == 0
    assert not list(tmp_path.glob("*.partial"))


def test_a_station_that_never_had_a_link_is_enrolled_by_stick(apart: Pair, run, actors, tmp_path: Path):
    card, ask, reply, up, down = (tmp_path / name for name in ("hub.card", "ask", "reply", "up", "down"))
    with apart.at("hub"):
        options = ("--place", "bajo_chiquito", "--card", str(card), "--days", "14")
        done, out, err = run("node", "invite", "bajo", *options)
        assert (done, "--card hub.card --ask FILE" in err) == (0, True)
        code = out.strip()
    with apart.at("bajo"):
        assert run("node", "enrol", code, "--card", str(card))[0] == 2
        assert run("node", "enrol", code, "--card", str(card), "--ask", str(ask))[0] == 0
        assert run("node", "join", str(ask), "--card", str(card))[0] == 1, "that is the question"
        assert code.encode() not in ask.read_bytes()
    with apart.at("hub"):
        assert run("node", "admit", str(card), "--reply", str(reply))[0] == 1
        assert run("node", "admit", str(ask), "--reply", str(reply))[0] == 0
        assert run("node", "admit", str(ask), "--reply", str(reply))[0] == 0, "a stick may get lost on its way back"
    with apart.at("bajo"):
        assert run("node", "join", str(reply), "--card", str(card))[0] == 0
        a_person(actors, "bajo_chiquito")
        assert run("sync")[0] == 1
        assert run("sync", "export", str(up))[0] == 0
    with apart.at("hub"):
        assert run("sync", "import", str(up), "--reply", str(down))[0] == 0
    with apart.at("bajo"):
        assert run("sync", "import", str(down))[0] == 0
        assert status().level
    other = enrolling.Card("hub", "00" * 32, "age1other")
    sticks.write_card(card, other)
    with apart.at("bajo"):
        done, _, err = run("node", "enrol", code, "--card", str(card), "--ask", str(ask))
        assert (done, "not the hub that gave this code" in err) == (1, True)


def test_a_fork_on_a_stick_is_told_loudly(pair: Pair, run, actors, tmp_path: Path):
    stick, reply = tmp_path / "bajo.cauce", tmp_path / "reply.cauce"
    pair.copy("bajo", "copy")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    with pair.at("copy"):
        a_person(actors, "bajo_chiquito")
        assert run("sync", "export", str(stick))[0] == 0
    with pair.at("hub"):
        code, _, err = run("sync", "import", str(stick), "--reply", str(reply))
        assert (code, "QUARANTINE" in err) == (1, True)
        code, out, err = run("node", "list")
        assert (code, "quarantined" in out, "QUARANTINE" in err) == (1, True, True)
        code, out, _ = run("node", "versions", "bajo")
        assert (code, "people.person_registered" in out, "Given names" in out) == (0, True, True)
        assert json.loads(run("node", "versions", "--json")[1].splitlines()[0])["other"]
        code, out, _ = run("node", "release", "bajo", "--why", "somebody looked")
        assert (code, "what only the other version has" in out) == (0, True)
        assert run("node", "list")[0] == 0
        assert run("sync", "matters")[0] == 1


def test_nodes_are_invited_listed_and_put_out(pair: Pair, run, settings):
    with pair.at("hub"):
        code, out, err = run("node", "invite", "lajas", "--place", "lajas_blancas")
        assert code == 0
        assert re.fullmatch(r"([0-9A-Z]{5}-){8}[0-9A-Z]\n", out)
        assert f"cauce node enrol {out.strip()} --hub https://…" in err
        until = Invitation.objects.get(node="lajas").expires_at
        assert "cauce init --node lajas" in err
        assert f"ends at {until:%Y-%m-%d %H:%M} UTC" in err
        settings.CAUCE_PUBLIC_URL = "https://hub.example.org"
        assert "--hub https://hub.example.org" in run("node", "invite", "lajas", "--place", "lajas_blancas")[2]
        _, out, _ = run("node", "list")
        assert {line.split("\t")[0]: line.split("\t")[2] for line in out.splitlines()} == {
            "hub": "active",
            "bajo": "active",
            "lajas": "invited",
        }
        assert "never heard" not in next(line for line in out.splitlines() if line.startswith("hub"))
        assert run("node", "revoke", "bajo", "--why", "the laptop was stolen")[0] == 0
        rows = [json.loads(line) for line in run("node", "list", "--json")[1].splitlines()]
        assert next(row for row in rows if row["name"] == "bajo")["state"] == "revoked"
        assert run("node", "revoke", "nobody", "--why", "x")[0] == 1


def test_enrolling_syncs_at_once(apart: Pair, wired, run):
    code = apart.invited()
    wired()
    with apart.at("bajo"):
        status_, _, err = run("node", "enrol", code, "--hub", HUB, "--insecure-link")
        assert (status_, "Nothing was enrolled and the code is still good" in err, "export" in err) == (1, True, False)
    wired()
    with apart.at("bajo"):
        status_, out, _ = run("node", "enrol", code, "--hub", HUB, "--insecure-link")
        assert (status_, "Places: bajo_chiquito" in out) == (0, True)
        assert status().level
        assert Peer.objects.filter(name="hub").exists()
        assert run("node", "enrol", "AAAAA", "--hub", HUB, "--insecure-link")[0] == 2
        assert run("node", "enrol", code, "--hub", HUB)[0] == 2


def test_a_station_that_was_put_out_is_enrolled_again_at_the_hub_that_it_knows(pair: Pair, wired, run):
    with pair.at("hub"):
        assert run("node", "revoke", "bajo", "--why", "the laptop was stolen")[0] == 0
    code = pair.invited()
    with pair.at("bajo"):
        done, out, _ = run("node", "enrol", code, "--insecure-link")
        assert (done, f"Enrolled at {HUB}" in out) == (0, True)
        assert status().level


def test_a_receipt_is_printed_and_checked(pair: Pair, wired, run, actors):
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        assert run("sync")[0] == 0
        told = json.loads(run("sync", "receipt", "--json")[1])
        head = Entry.objects.filter(node="bajo").order_by("-seq")[0]
        assert (told["count"], told["hash"]) == (head.seq, head.hash)
        assert head.hash in run("sync", "receipt")[1]
        Link.objects.update(key=mine().key)
        code, _, err = run("sync", "receipt")
        assert (code, "proves nothing" in err) == (1, True)


def test_sync_says_why_it_came_to_nothing(pair: Pair, wired, run):
    wired()
    with pair.at("bajo"):
        code, _, err = run("sync", "--once")
        assert (code, "No way to the hub" in err, "`cauce sync --once` when it is run again" in err) == (1, True, True)
        assert run("sync", "--once", "--every", "5")[0] == 2
    with pair.at("hub"):
        code, _, err = run("sync")
        assert (code, "no hub" in err) == (1, True)
        assert run("sync", "status")[0] == 0


def test_a_restored_store_is_recovered_by_one_command(pair: Pair, wired, run, actors):
    pair.copy("bajo", "backup")
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
        assert run("sync")[0] == 0
        count = Entry.objects.filter(node="bajo").count()
    pair.replace("bajo", "backup")
    with pair.at("bajo"):
        Link.objects.update(url=HUB)
        code, _, err = run("sync")
        assert (code, "sync recover" in err) == (1, True)
        assert run("sync", "recover")[0] == 0
        assert Entry.objects.filter(node="bajo").count() == count
        assert status().level
