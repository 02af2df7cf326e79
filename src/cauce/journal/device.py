"""A master key that lies wrapped by a key inside a PKCS#11 device: a card, a module, or SoftHSM for trying it out.

The device's own key is an AES key that never leaves it. `CAUCE_PKCS11_MODULE` names the library of the device,
`CAUCE_PKCS11_TOKEN` and `CAUCE_PKCS11_KEY` the labels of token and key, `CAUCE_PKCS11_PIN_FILE` a file with the PIN.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cauce.journal.errors import CauceError

_BLOCK = 16
ASKED = ("CAUCE_PKCS11_MODULE", "CAUCE_PKCS11_TOKEN", "CAUCE_PKCS11_KEY", "CAUCE_PKCS11_PIN_FILE")


def wrap(secret: bytes) -> bytes:
    """The 32 bytes as the device's key wraps them (AES-CBC with padding and a chance vector in front)."""
    with _key() as key:
        vector = os.urandom(_BLOCK)
        return vector + bytes(key.encrypt(secret, mechanism_param=vector))


def unwrap(wrapped: bytes) -> bytes:
    """CauceError when the device is not there, or its key is another one. Master keys know their own name besides."""
    from pkcs11.exceptions import PKCS11Error

    with _key() as key:
        try:
            return bytes(key.decrypt(wrapped[_BLOCK:], mechanism_param=wrapped[:_BLOCK]))
        except PKCS11Error as reason:
            raise _no_device(f"its key does not open the master key: {type(reason).__name__}") from reason


@contextmanager
def _key() -> Iterator[Any]:
    try:
        import pkcs11
        from pkcs11.exceptions import PKCS11Error
    except ImportError as reason:
        raise _no_device("python-pkcs11 is not installed: pip install 'cauce[hsm]'") from reason
    missing = [name for name in ASKED if not os.environ.get(name)]
    if missing:
        raise _no_device(f"{', '.join(missing)} not set")
    module, token, label, pin_file = (os.environ[name] for name in ASKED)
    try:
        pin = Path(pin_file).read_text().strip()
        with pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin) as session:
            yield session.get_key(label=label, object_class=pkcs11.ObjectClass.SECRET_KEY)
    except (PKCS11Error, OSError, RuntimeError) as reason:
        raise _no_device(f"{type(reason).__name__} {reason}".strip()) from reason


def _no_device(why: str) -> CauceError:
    return CauceError(
        f"The PKCS#11 device that wraps the master key cannot be used ({why}). Plug it in, look at the settings "
        f"{', '.join(ASKED)}, and try again.",
        code="no_device",
    )
