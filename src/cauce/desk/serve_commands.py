"""`cauce serve`: the desk on one port, and a process beside it that runs pending work."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from cauce.journal.errors import Misused, Refused
from cauce.options import DATA, Data


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8000,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", exists=True, dir_okay=False, help="Certificate (PEM).")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", exists=True, dir_okay=False, help="Its key (PEM).")
    ] = None,
    public_url: Annotated[str, typer.Option("--public-url", help="How others reach it, for links and QR codes.")] = "",
    data: Data = DATA,
) -> None:
    """Serve the desk and run pending work beside it, until interrupted."""
    if (tls_cert is None) != (tls_key is None):
        raise Misused("Give --tls-cert and --tls-key together, or neither.")
    _environment(host, public_url, tls=tls_cert is not None)
    from cauce.store import open_store, wake

    wake(data)
    from cauce.journal import master, rotation

    master.hold_open()  # a passphrase is asked for once, here, where somebody sits
    open_store(data)
    rotation.settle()
    _free(host, port)
    scheme = "https" if tls_cert else "http"
    print(f"The desk is at {public_url or f'{scheme}://{host}:{port}'} (Ctrl-C stops it).", flush=True)
    beside = ["cauce.desk.background", *(["cauce.desk.backup_beside"] if os.environ.get("CAUCE_BACKUP") else [])]
    workers = [subprocess.Popen([sys.executable, "-m", name, str(data), str(os.getpid())]) for name in beside]
    try:
        _run(host, port, tls_cert, tls_key)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(timeout=30)


def _environment(host: str, public_url: str, *, tls: bool) -> None:
    if public_url:
        os.environ["CAUCE_PUBLIC_URL"] = public_url
    if tls:
        os.environ["CAUCE_TLS"] = "1"
    known = os.environ.get("CAUCE_HOSTS", "127.0.0.1,localhost,[::1]")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - asked for by name
        known += f",{socket.gethostname()},{socket.getfqdn()}"
    os.environ["CAUCE_HOSTS"] = f"{known},{host}"
    if not tls and not _loopback(host):
        print(
            f"cauce: {host} is open to the network without TLS: names and passwords travel readable. "
            "Give --tls-cert and --tls-key.",
            file=sys.stderr,
        )


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


def _run(host: str, port: int, cert: Path | None, key: Path | None) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "cauce.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_enabled=False,
        ssl_cert=cert,
        ssl_key=key,
    ).serve()
