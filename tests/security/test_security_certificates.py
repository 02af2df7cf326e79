"""F5: tablets reach one station over TLS, and its authority can vouch for nothing else."""

from __future__ import annotations

import socket
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from cauce.desk import certificates, serve_commands
from cauce.desk.certificates import papers
from cauce.desk.joining import server
from cauce.journal.errors import Misused, Refused

NAMES = ["lajas.local", "192.168.7.2", "localhost", "127.0.0.1"]


@contextmanager
def served(certificate: Path, key: Path) -> Iterator[int]:
    """A server with these files that shakes hands and hangs up; its port."""
    told = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    told.load_cert_chain(certificate, key)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def greet() -> None:
            for _ in range(3):
                try:
                    with listening.accept()[0] as one, told.wrap_socket(one, server_side=True):
                        pass
                except OSError:
                    pass

        threading.Thread(target=greet, daemon=True).start()
        yield listening.getsockname()[1]


def greeted(port: int, authority: Path, name: str) -> str:
    """What a tablet says that trusts this authority and opens the desk under this name."""
    trusting = ssl.create_default_context(cafile=str(authority))
    try:
        with socket.create_connection(("127.0.0.1", port)) as raw, trusting.wrap_socket(raw, server_hostname=name):
            return "fine"
    except ssl.SSLCertVerificationError as reason:
        return reason.verify_message


def test_f5_a_tablet_that_installed_the_authority_reaches_the_desk_and_no_other_name(tmp_path: Path) -> None:
    made = papers(tmp_path, NAMES)
    with served(made.certificate, made.key) as port:
        assert greeted(port, made.authority, "lajas.local") == "fine"
        assert greeted(port, made.authority, "127.0.0.1") == "fine"
        assert "mismatch" in greeted(port, made.authority, "other.local")


def test_a_stolen_authority_opens_no_other_place_of_the_internet(tmp_path: Path) -> None:
    made = papers(tmp_path, NAMES)
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    signer = certificates._authority(tmp_path, NAMES, datetime.now(UTC))[1]
    key = ec.generate_private_key(ec.SECP256R1())
    forged = certificates._desk(authority, signer, key, ["mail.example.org"], datetime.now(UTC))
    crt, pem = tmp_path / "forged.crt", tmp_path / "forged.key"
    crt.write_bytes(forged.public_bytes(certificates.serialization.Encoding.PEM))
    pem.write_bytes(certificates._pem_of(key))
    with served(crt, pem) as port:
        assert "permitted subtree" in greeted(port, made.authority, "mail.example.org")


def test_the_same_papers_serve_until_a_name_is_missing_or_their_end_is_near(tmp_path: Path) -> None:
    first = papers(tmp_path, NAMES).certificate.read_bytes()
    assert papers(tmp_path, NAMES[:2]).certificate.read_bytes() == first
    more = papers(tmp_path, [*NAMES, "10.1.2.3"])
    assert more.certificate.read_bytes() != first
    later = papers(tmp_path, [*NAMES, "10.1.2.3"], now=datetime.now(UTC) + timedelta(days=380))
    assert later.fingerprint == more.fingerprint  # tablets keep what they installed
    made = x509.load_pem_x509_certificate(later.certificate.read_bytes())
    assert made.not_valid_after_utc - made.not_valid_before_utc <= timedelta(days=398)


def test_a_name_out_in_the_world_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    papers(tmp_path, NAMES)
    with pytest.raises(Refused, match=r"may not vouch for example\.org.*--tls-cert"):
        papers(tmp_path, [*NAMES, "example.org"])
    with pytest.raises(Refused, match=r"may not vouch for 203\.0\.113\.9"):
        papers(tmp_path, [*NAMES, "203.0.113.9"])
    made = papers(tmp_path, NAMES, found=["203.0.113.9"])  # an address nobody asked for keeps no station from starting
    with served(made.certificate, made.key) as port:
        assert greeted(port, made.authority, "lajas.local") == "fine"
        assert "mismatch" in greeted(port, made.authority, "203.0.113.9")


def test_an_authority_without_its_key_is_never_replaced_in_silence(tmp_path: Path) -> None:
    papers(tmp_path, NAMES)
    (tmp_path / "authority.key").unlink()
    with pytest.raises(Refused, match="install anew"):
        papers(tmp_path, NAMES)


def test_only_the_owner_reads_the_keys(tmp_path: Path) -> None:
    papers(tmp_path / "keys", NAMES)
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "keys").iterdir()} == {0}


def test_a_tablet_gets_the_authority_and_nothing_else(tmp_path: Path) -> None:
    made = papers(tmp_path, NAMES)
    listening = server(made.authority, "127.0.0.1", 0, "https://lajas.local:8000")
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        with urllib.request.urlopen(f"{base}/") as page:
            text = page.read().decode()
            assert made.fingerprint in text
            assert "https://lajas.local:8000" in text
        with urllib.request.urlopen(f"{base}/cauce.crt") as file:
            assert file.headers["Content-Type"] == "application/x-x509-ca-cert"
            sent = x509.load_der_x509_certificate(file.read())
        assert certificates.fingerprint(sent) == made.fingerprint
        for other in ("/desk.key", "/authority.key", "/../keys/authority.key"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(base + other)
    finally:
        listening.shutdown()
        listening.server_close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "station.local"])
def test_beyond_its_own_machine_nothing_is_served_in_the_clear_by_mistake(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class OpenedError(Exception):
        pass

    def opened(_data: Path) -> None:
        raise OpenedError

    monkeypatch.setattr(serve_commands, "_wake", opened)
    monkeypatch.setattr(serve_commands, "_environment", lambda *_, **__: None)
    with pytest.raises(Misused, match=r"would read names and passwords.*--tls-self"):
        serve_commands.serve(host=host, data=tmp_path)
    with pytest.raises(OpenedError):
        serve_commands.serve(host=host, insecure=True, data=tmp_path)
    assert "travel readable" in capsys.readouterr().err
    for given in ({"host": host, "tls_self": True}, {"host": "127.0.0.1"}, {"host": "localhost"}, {"host": "::1"}):
        with pytest.raises(OpenedError):
            serve_commands.serve(**given, data=tmp_path)  # type: ignore[arg-type]
    assert capsys.readouterr().err == ""
