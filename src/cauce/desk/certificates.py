"""F5: a station's own authority, and the certificate under which its tablets reach the desk. Knows no database.

The authority may vouch only for names of a local network (name constraints, RFC 5280 4.2.1.10): a tablet that trusts it
gives nobody who steals its key a way to read its owner's mail.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cauce.journal.errors import Refused

AUTHORITY_DAYS = 3650
DESK_DAYS = 397  # browsers refuse what is valid for longer
RENEWED = timedelta(days=30)  # before its end
BACKDATED = timedelta(days=2)  # a tablet's clock may be behind
LOCAL_NAMES = ("localhost", "local", "lan", "internal", "home.arpa")
LOCAL_NETWORKS = (
    "10.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)


@dataclass(frozen=True, slots=True)
class Papers:
    """Files (PEM) for the server, and the authority's SHA-256 fingerprint as a tablet shows it."""

    certificate: Path
    key: Path
    authority: Path
    fingerprint: str


def papers(keys: Path, names: Iterable[str], *, found: Iterable[str] = (), now: datetime | None = None) -> Papers:
    """The desk's certificate for these names and addresses, made or renewed in the folder `keys` where it must be.

    `found` are those nobody asked for: left out where the authority may not vouch for them. Refused when one of `names`
    is such a name, and when the authority's key is not beside it.
    """
    moment, wanted = now or datetime.now(UTC), _tidy(names)
    authority, signer = _authority(keys, _tidy([*wanted, *found]), moment)
    wanted = _tidy([*wanted, *(name for name in _tidy(found) if _permitted(authority, name))])
    files = keys / "desk.crt", keys / "desk.key"
    if not all(file.exists() for file in files) or not _serves(files[0], authority, wanted, moment):
        for name in wanted:
            if not _permitted(authority, name):
                raise _outside(name)
        key = ec.generate_private_key(ec.SECP256R1())
        made = _desk(authority, signer, key, wanted, moment)
        _write(files[1], _pem_of(key))
        _write(files[0], made.public_bytes(serialization.Encoding.PEM))
    return Papers(files[0], files[1], keys / "authority.crt", fingerprint(authority))


def _tidy(names: Iterable[str]) -> list[str]:
    return sorted({name.strip("[]").lower() for name in names if name})


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256, pairs of hexadecimal digits with colons: what a person compares between two screens."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _authority(keys: Path, names: list[str], now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate, secret = keys / "authority.crt", keys / "authority.key"
    if certificate.exists():
        made = x509.load_pem_x509_certificate(certificate.read_bytes())
        if not secret.exists() or made.not_valid_after_utc < now + timedelta(days=DESK_DAYS):
            raise Refused(
                f"The authority of this station in {keys}/ lost its key or ends within {DESK_DAYS} days. Move "
                "authority.crt and authority.key away and start again: a new one is made, which tablets install anew."
            )
        key = serialization.load_pem_private_key(secret.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return made, key
    key = ec.generate_private_key(ec.SECP256R1())
    made = _founded(key, names, now)
    _write(secret, _pem_of(key))
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))
    return made, key


def _founded(key: ec.EllipticCurvePrivateKey, names: list[str], now: datetime) -> x509.Certificate:
    own = [name for name in names if _address(name) is None]
    numbers = [name for name in names if _address(name) is not None]
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys((*LOCAL_NAMES, *own))]
    permitted += [
        x509.IPAddress(ipaddress.ip_network(network)) for network in dict.fromkeys((*LOCAL_NETWORKS, *numbers))
    ]
    subject = _named(f"Cauce {own[0] if own else 'station'} {now:%Y-%m-%d}")
    usage = {**_NO_USAGE, "key_cert_sign": True, "crl_sign": True}
    return (
        _signed_by(key, subject, subject, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _desk(
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: list[str],
    now: datetime,
) -> x509.Certificate:
    usage = {**_NO_USAGE, "digital_signature": True}
    others = [_general(name) for name in names]
    return (
        _signed_by(key, _named(names[0]), authority.subject, now, DESK_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )


_NO_USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


def _signed_by(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now - BACKDATED + timedelta(days=days))
    )


def _serves(file: Path, authority: x509.Certificate, names: list[str], now: datetime) -> bool:
    """Whether the certificate there is this authority's, for all these names, and not near its end."""
    made = x509.load_pem_x509_certificate(file.read_bytes())
    told = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    try:
        made.verify_directly_issued_by(authority)
    except Exception:
        # An older authority's, or another name's: whatever does not fit, the answer is a new one.
        return False
    return {_general(name) for name in names} <= set(told) and made.not_valid_after_utc > now + RENEWED


def _permitted(authority: x509.Certificate, name: str) -> bool:
    told = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    address = _address(name)
    if address is None:
        domains = [one.value for one in told if isinstance(one, x509.DNSName)]
        return any(name == domain or name.endswith(f".{domain}") for domain in domains)
    networks = [one.value for one in told if isinstance(one, x509.IPAddress)]
    return any(address in network for network in networks if not isinstance(network, _ADDRESSES))


def _outside(name: str) -> Refused:
    return Refused(
        f"The authority of this station may not vouch for {name}. Reach the desk under a local name or address, give "
        "--tls-cert and --tls-key of a public authority, or move authority.crt and authority.key away to make a new "
        "one, which tablets install anew."
    )


_ADDRESSES = (ipaddress.IPv4Address, ipaddress.IPv6Address)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
