"""Where a tablet gets the station's authority before it can trust it: one page and one file, in the clear, on a port of
its own. It opens no store and knows nobody. What keeps a stranger's authority out is the officer who compares the
fingerprint on the tablet with the one on the station's own screen.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cauce.desk.certificates import fingerprint

PAGE = """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cauce</title></head><body>
<h1>Cauce</h1>
<p lang="es">1. Instale la autoridad de esta estación: <a href="/cauce.crt">cauce.crt</a>. 2. Compare la huella con
la que muestra la pantalla de la estación; si difiere, no la instale y avise. 3. Abra <a href="{desk}">{desk}</a>.</p>
<p lang="en">1. Install this station's authority: <a href="/cauce.crt">cauce.crt</a>. 2. Compare the fingerprint with
the one on the station's screen; if it differs, do not install it and tell somebody. 3. Open
<a href="{desk}">{desk}</a>.</p>
<p>SHA-256: <code>{fingerprint}</code></p>
</body></html>
"""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def server(authority: Path, host: str, port: int, desk: str) -> ThreadingHTTPServer:
    """The listener, bound and not yet serving."""
    certificate = x509.load_pem_x509_certificate(authority.read_bytes())
    page = PAGE.format(desk=escape(desk), fingerprint=fingerprint(certificate)).encode()
    answers = {
        "/": (page, "text/html; charset=utf-8"),
        "/cauce.crt": (certificate.public_bytes(Encoding.DER), "application/x-x509-ca-cert"),
    }

    class Answering(BaseHTTPRequestHandler):
        timeout = 10  # seconds: who asks slowly is not waited for
        server_version, sys_version = "Cauce", ""

        def do_GET(self) -> None:
            content, kind = answers.get(self.path, (b"", ""))
            self.send_response(200 if kind else 404)
            for name, value in {**HEADERS, "Content-Type": kind or "text/plain"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_told: object) -> None:
            """Nobody is written down for having asked."""

    class Listening(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    return Listening((host, port), Answering)


def main() -> None:
    """`python -m cauce.desk.joining AUTHORITY HOST PORT DESK PARENT_PID`: until the parent is gone."""
    authority, host, port, desk, parent = sys.argv[1:6]
    listening = server(Path(authority), host, int(port), desk)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    done = threading.Event()
    while os.getppid() == int(parent):
        done.wait(1)


if __name__ == "__main__":
    main()
