"""`cauce serve`: the desk on one port, in one process or several, and one process beside it that runs pending work."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from urllib.parse import urlsplit

import typer

from cauce.journal.errors import Misused, Refused
from cauce.options import DATA, Data

if TYPE_CHECKING:
    from cauce.desk.certificates import Papers

ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - asked for by name
MOST_WORKERS = 8
"""Of its own accord: a process has some 150 MB, and 4 connections to the database."""
PATIENCE = 20
"""Seconds that a process may take to finish what it was asked before it is ended."""

Insecure = Annotated[
    bool, typer.Option("--insecure", help="Open to the network without TLS: names and passwords travel readable.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=64, help="Processes that answer. [default: one a processor, at most 8]"),
]


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8000,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", exists=True, dir_okay=False, help="Certificate (PEM).")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", exists=True, dir_okay=False, help="Its key (PEM).")
    ] = None,
    tls_self: Annotated[
        bool,
        typer.Option("--tls-self", help="A certificate of this station's own; tablets install its authority once."),
    ] = False,
    tls_name: Annotated[
        list[str] | None, typer.Option("--tls-name", metavar="NAME", help="A local name or address it is for as well.")
    ] = None,
    join_port: Annotated[
        int | None,
        typer.Option("--join-port", min=1, max=65535, help="Where tablets get the authority. [default: port + 1]"),
    ] = None,
    insecure: Insecure = False,
    public_url: Annotated[str, typer.Option("--public-url", help="How others reach it, for links and QR codes.")] = "",
    workers: Workers = None,
    data: Data = DATA,
) -> None:
    """Serve the desk and run pending work beside it, until interrupted."""
    _one_way_of_tls(tls_cert, tls_key, own=tls_self)
    _said_out_loud(host, tls=tls_self or tls_cert is not None, insecure=insecure)
    where = _where(host, port, public_url, tls_name or [], tls=tls_self or tls_cert is not None)
    _wake(data)
    _free(host, port)
    tls, beside = (tls_cert, tls_key), _beside(data)
    if tls_self:
        made = _own_papers(data, where)
        tls, beside = (made.certificate, made.key), beside + _joining(made, host, join_port or port + 1, where)
    print(f"The desk is at {where.address} (Ctrl-C stops it).", flush=True)
    _ready_to_fork()
    with _running(beside):
        _run(host, port, tls, workers or min(MOST_WORKERS, len(os.sched_getaffinity(0))))


class _Where(NamedTuple):
    """Under which names the desk is found, which of them were told, and what to tell others."""

    names: list[str]
    told: tuple[str, ...]
    reached: str
    address: str


def _where(host: str, port: int, public_url: str, more: list[str], *, tls: bool) -> _Where:
    names = _names(host, public_url, more)
    _environment(names, host, public_url, tls=tls)
    reached = _reached(host, names)
    address = public_url or f"{'https' if tls else 'http'}://{reached}:{port}"
    return _Where(names, (host, *more, urlsplit(public_url).hostname or ""), reached, address)


def _one_way_of_tls(tls_cert: Path | None, tls_key: Path | None, *, own: bool) -> None:
    if (tls_cert is None) != (tls_key is None):
        raise Misused("Give --tls-cert and --tls-key together, or neither.")
    if own and tls_cert:
        raise Misused("Give --tls-self, or a certificate with --tls-cert and --tls-key, not both.")


def _said_out_loud(host: str, *, tls: bool, insecure: bool) -> None:
    """Nobody opens the desk to a network in the clear without meaning to."""
    if tls or _loopback(host):
        return
    if not insecure:
        raise Misused(
            f"Whoever listens between here and who asks at {host} would read names and passwords. Give --tls-self, or "
            "--tls-cert and --tls-key; where a proxy beside it has the certificate, or you mean it, --insecure."
        )
    print(f"cauce: {host} is open to the network without TLS: names and passwords travel readable.", file=sys.stderr)


def _wake(data: Path) -> None:
    """Open the store: a passphrase is asked for once, here, where somebody sits."""
    from cauce.store import open_store, wake

    wake(data)
    from cauce.journal import master, rotation

    master.hold_open()
    open_store(data)
    rotation.settle()


def _beside(data: Path) -> list[list[str]]:
    """What runs beside the desk, each a module and its arguments."""
    found = [["cauce.desk.background", str(data), str(os.getpid())]]
    if os.environ.get("CAUCE_BACKUP"):
        found.append(["cauce.desk.backup_beside", str(data), str(os.getpid())])
    return found


def _own_papers(data: Path, where: _Where) -> Papers:
    """The station's own certificate, for the names that were told."""
    from cauce.desk.certificates import papers

    wanted = [name for name in where.names if name in where.told]
    return papers(data / "keys", [*wanted, "localhost", "127.0.0.1"], found=where.names)


@contextmanager
def _running(beside: list[list[str]]) -> Iterator[None]:
    """Until the block ends these processes run."""
    workers = [subprocess.Popen([sys.executable, "-m", *each]) for each in beside]
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(timeout=30)


def _names(host: str, public_url: str, more: list[str]) -> list[str]:
    """Names and addresses under which the desk is reached: the first that is not this machine's alone leads."""
    found = [*more, urlsplit(public_url).hostname or ""]
    if host in ANYWHERE:
        name = socket.gethostname().lower()
        found += [f"{name}.local" if "." not in name else name, name, _own_address()]
    found += [host] if host not in ANYWHERE else []
    return list(dict.fromkeys(one for one in (*found, "localhost", "127.0.0.1") if one))


def _own_address() -> str:
    """This machine's address on its network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:  # no network: the names have to do
            return ""


def _reached(host: str, names: list[str]) -> str:
    """The name to tell others: with no address of its own, the first that is known."""
    name = names[0] if host in ANYWHERE else host
    return f"[{name}]" if ":" in name else name


def _joining(made: Papers, host: str, port: int, where: _Where) -> list[list[str]]:
    """The listener for tablets, and what the officer at the station needs to see. Nobody joins a loopback."""
    if _loopback(host):
        return []
    _free(host, port)
    door = f"http://{where.reached}:{port}/"
    print(f"Tablets install this station's authority from {door} once. Its fingerprint (SHA-256):")
    print(made.fingerprint, flush=True)
    if sys.stdout.isatty():
        import segno

        segno.make(door).terminal(compact=True)
    return [["cauce.desk.joining", str(made.authority), host, str(port), where.address, str(os.getpid())]]


def _environment(names: list[str], host: str, public_url: str, *, tls: bool) -> None:
    if public_url:
        os.environ["CAUCE_PUBLIC_URL"] = public_url
    if tls:
        os.environ["CAUCE_TLS"] = "1"
    known = os.environ.get("CAUCE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
    told = [f"[{name}]" if ":" in name and not name.startswith("[") else name for name in names]
    os.environ["CAUCE_HOSTS"] = ",".join(dict.fromkeys((*known, *told)))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as reason:
            raise Refused(
                f"Port {port} of {host} cannot be used: {reason.strerror}. Choose another with --port."
            ) from reason


def _run(host: str, port: int, tls: tuple[Path | None, Path | None], workers: int) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    Granian(
        "cauce.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.error,  # a process that ended unasked is told
        # Who sends the head of a request slower than this is let go.
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        ssl_cert=tls[0],
        ssl_key=tls[1],
    ).serve()


def _ready_to_fork() -> None:
    """Have in memory once what all processes need, and no connection: of SQLite none may outlive a fork in a child."""
    from django.db import connections
    from django.urls import get_resolver

    import_module("cauce.web.wsgi")
    list(get_resolver().url_patterns)  # imports every room's pages
    connections.close_all()
