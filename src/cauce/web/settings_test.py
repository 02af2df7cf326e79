"""Settings of the tests: a store of their own, SQLite unless CAUCE_TEST_DATABASE names a PostgreSQL server."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_scratch = Path(tempfile.mkdtemp(prefix="cauce-test-"))
os.environ["CAUCE_DATA"] = str(_scratch)
os.environ["CAUCE_DATABASE"] = os.environ.get("CAUCE_TEST_DATABASE", "")
(_scratch / "keys").mkdir(mode=0o700)
(_scratch / "keys" / "master.key").write_bytes(b"0123456789abcdef0123456789abcdef")
(_scratch / "keys" / "session.key").write_text("a key for tests that signs nothing of worth")

from cauce.web.settings import *  # noqa: E402, F403

PASSWORD_ARGON2 = (1, 8, 1)  # quick
ALLOWED_HOSTS = ["*"]
LANGUAGE_CODE = "en"  # tests name what a page says by its msgid; those of the translations choose their own language
