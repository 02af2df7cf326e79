"""The way to the hub over a network: one request, one answer. What it carries is sealed and signed already."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from cauce.journal.errors import CauceError, Misused, Refused
from cauce.sync.wire import LARGEST

TYPE = "application/vnd.cauce.batch"
TIMEOUT = httpx.Timeout(120.0, connect=15.0)


class Unreachable(CauceError):
    """There is no way to the hub now. Nothing is lost: it is tried again."""

    code = "unreachable"


class Untrusted(Unreachable):
    """What answers at the hub's address has a certificate that this machine does not trust."""

    code = "untrusted"


def checked(url: str, *, insecure: bool) -> str:
    """The hub's address without a slash at its end. Misused for what is none, and for http beyond this machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misused(f"{url!r} is no address of a hub: it begins with https://")
    if parts.scheme == "http" and not insecure and not _loopback(parts.hostname):
        raise Misused(
            f"{url} is not encrypted on the way. Batches are sealed and signed all the same, but whoever listens sees "
            "who talks to whom. Use https://, or say --insecure-link."
        )
    return url.rstrip("/")


def get(url: str, path: str) -> bytes:
    """What the hub tells everybody."""
    return _sent("GET", url + path, None)


def post(url: str, path: str, content: bytes) -> bytes:
    """Hand the hub these bytes; its answer. Unreachable without one, Refused with the hub's words when it is a no."""
    return _sent("POST", url + path, content)


def _sent(method: str, address: str, content: bytes | None) -> bytes:
    headers = {"Content-Type": TYPE, "Accept-Encoding": "identity"}
    try:
        with httpx.stream(method, address, content=content, headers=headers, timeout=TIMEOUT) as answer:
            found = bytearray()
            for part in answer.iter_bytes():
                found += part
                if len(found) > LARGEST:
                    raise Unreachable(f"What answers at {address} sends more than any hub does.")
            if answer.status_code == 200:
                return bytes(found)
            told = _told(bytes(found))
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as reason:
        raise _why(address, reason) from reason
    if "text" in told:
        raise Refused(f"The hub says: {told['text']}", code=str(told.get("code", "refused"))[:20])
    raise Unreachable(
        f"What answers at {address} is no hub: it says {answer.status_code}. Is the address right?{_https(address)}"
    )


def _why(address: str, reason: Exception) -> Unreachable:
    """What stands in the way, and what somebody can do about it. What becomes of the entries, the caller says."""
    behind = list(_behind(reason))
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in behind):
        return Untrusted(
            f"The certificate of the hub at {address} is not trusted here ({_short(reason)}). Of a hub that serves "
            "with --tls-self bring keys/authority.crt here and name it: SSL_CERT_FILE=FILE. Otherwise look at the "
            "address, and at the clock of this machine."
        )
    if any(isinstance(each, ssl.SSLError) for each in behind):
        return Unreachable(
            f"What answers at {address} speaks no TLS that is understood here ({_short(reason)}). Look at the address: "
            "is it http:// there, or another port?"
        )
    if address.startswith("http:") and isinstance(
        reason, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError
    ):
        return Unreachable(f"What is at {address} hung up ({_short(reason)}).{_https(address)}")
    return Unreachable(f"No way to the hub at {address} now ({_short(reason)}).")


def _https(address: str) -> str:
    parts = urlsplit(address)
    return f" If this hub speaks https: use https://{parts.netloc}." if parts.scheme == "http" else ""


def _behind(reason: BaseException) -> Iterator[BaseException]:
    """The error, and what each was caused by: the client's own ones wrap the one of the connection."""
    at: BaseException | None = reason
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def _told(content: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _short(reason: Exception) -> str:
    return " ".join(str(reason).split())[:120] or type(reason).__name__


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
