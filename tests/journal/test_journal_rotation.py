"""The master key: where it comes from, how it is changed, and that nothing is lost whenever that is interrupted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from cauce.journal import device, keys, master, rotation
from cauce.journal.errors import CauceError, Refused
from cauce.journal.events import new_id
from cauce.journal.models import NodeKey, PersonKey

WORDS = "gravel orchid seven lantern"


@pytest.fixture
def key_file(store, settings, tmp_path, monkeypatch):
    """A store whose key file may be changed, with two people's keys, one of them destroyed."""
    path = tmp_path / "master.key"
    shutil.copy(settings.CAUCE_KEY_FILE, path)
    settings.CAUCE_KEY_FILE = path
    for name in ("CREDENTIALS_DIRECTORY", master.OPENED, master.PASSPHRASE_FILE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("CAUCE_KEY_FILE", raising=False)
    keys.Ring().make({new_id(), gone := new_id()})
    keys.destroy(gone)
    yield path
    master.forget()


@pytest.fixture
def words(tmp_path, monkeypatch):
    path = tmp_path / "words"
    path.write_text(WORDS + "\n")
    monkeypatch.setenv(master.PASSPHRASE_FILE, str(path))
    return path


def secrets():
    """What every key of the store opens to."""
    persons = PersonKey.objects.filter(wrapped__isnull=False).values_list("person", flat=True)
    return keys.secrets_of(persons), keys.node_secret(keys.SEARCH)


def test_a_new_master_key_opens_the_same_keys_and_the_old_one_none(key_file):
    before, old = secrets(), key_file.read_bytes()
    assert rotation.rotate(rotation.plain) == 2  # one person, the node's own
    assert secrets() == before
    assert key_file.read_bytes() != old
    assert sorted(path.name for path in key_file.parent.iterdir()) == ["master.key"]
    key_file.write_bytes(old)
    with pytest.raises(CauceError, match="wrong key file"):
        secrets()


def test_a_destroyed_key_stays_destroyed_through_a_change(key_file):
    rotation.rotate(rotation.plain)
    assert PersonKey.objects.filter(wrapped__isnull=True).count() == 1


@pytest.mark.parametrize("step", range(1, 9))
def test_interrupted_at_any_step_all_keys_are_old_or_all_new(key_file, monkeypatch, step):
    """Every call that writes to disk or store may be the last one."""
    before, calls = secrets(), iter(range(1, 100))

    def breaking(function):
        def wrapped(*args, **kwargs):
            if next(calls) == step:
                raise KeyboardInterrupt
            return function(*args, **kwargs)

        return wrapped

    for name in ("_write", "_wrap_persons", "_wrap_node", "_named", "_sync", "_scrub"):
        monkeypatch.setattr(rotation, name, breaking(getattr(rotation, name)))
    with suppress(KeyboardInterrupt):
        rotation.rotate(rotation.plain)
    monkeypatch.undo()
    master.forget()
    assert secrets() == before
    assert len({bytes(w)[: master.NAME] for w in NodeKey.objects.values_list("wrapped", flat=True)}) == 1
    assert rotation.status().stale == 0
    rotation.settle()
    assert secrets() == before
    assert sorted(path.name for path in key_file.parent.iterdir()) == ["master.key"]
    assert rotation.rotate(rotation.plain) == 2
    assert secrets() == before


def test_a_key_made_by_a_process_that_knew_the_old_one_is_wrapped_with_the_new(key_file):
    secrets()
    rotation.rotate(rotation.plain)
    keys.Ring().make({new_id()})
    assert rotation.status().stale == 0


@pytest.mark.one_store  # the file alone is tried, and age takes a second for each passphrase
def test_sealed_with_a_passphrase_the_file_alone_opens_nothing(key_file, words, monkeypatch):
    before, old = secrets(), key_file.read_bytes()
    rotation.rotate(rotation.sealed_with(WORDS))
    assert key_file.read_bytes().startswith(master.SEALED)
    assert old not in key_file.read_bytes()
    assert secrets() == before
    words.write_text("another passphrase altogether")
    master.forget()
    with pytest.raises(CauceError, match="passphrase is another one"):
        secrets()
    monkeypatch.delenv(master.PASSPHRASE_FILE)
    master.forget()
    with pytest.raises(CauceError, match="no terminal to ask on"):
        secrets()


@pytest.mark.one_store  # the file alone is tried, and age takes a second for each passphrase
def test_what_serve_opened_its_children_read_from_memory_and_no_disk(key_file, words, monkeypatch):
    rotation.rotate(rotation.sealed_with(WORDS))
    handle = master.hold_open()
    try:
        monkeypatch.delenv(master.PASSPHRASE_FILE)
        child = subprocess.run(
            [sys.executable, "-c", "import os; print(len(open(os.environ['CAUCE_OPENED_KEYS'], 'rb').read()))"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(child.stdout) == 64
        assert os.environ[master.OPENED].startswith("/proc/")
        master.forget()
        assert secrets()
    finally:
        os.close(handle)


def test_a_short_passphrase_is_refused(key_file):
    with pytest.raises(Refused, match="12 characters"):
        rotation.sealed_with("short")


def test_a_credential_of_the_system_is_used_and_changed_elsewhere(key_file, tmp_path, monkeypatch):
    before = secrets()
    folder = tmp_path / "credentials"
    folder.mkdir()
    key_file.rename(folder / master.CREDENTIAL)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert secrets() == before
    assert rotation.status().kind == "credential"
    with pytest.raises(Refused, match="--to FILE"):
        rotation.rotate(rotation.plain)
    fresh = tmp_path / "fresh.key"
    rotation.rotate(rotation.plain, to=fresh)
    fresh.replace(folder / master.CREDENTIAL)
    assert secrets() == before


def test_a_place_that_cannot_be_written_changes_nothing(key_file, tmp_path):
    before = secrets()
    with pytest.raises(Refused, match="Nothing was changed"):
        rotation.rotate(rotation.plain, to=tmp_path / "no" / "such" / "folder")
    assert secrets() == before


def test_a_device_that_is_not_there_is_named(key_file, monkeypatch):
    monkeypatch.delenv("CAUCE_PKCS11_MODULE", raising=False)
    with pytest.raises(CauceError, match="CAUCE_PKCS11_MODULE"):
        device.wrap(bytes(32))


LIBRARIES = [
    Path(folder) / "libsofthsm2.so"
    for folder in (
        "/usr/lib/softhsm",
        "/usr/lib/x86_64-linux-gnu/softhsm",
        "/usr/lib64/pkcs11",
        "/usr/local/lib/softhsm",
    )
]


def _softhsm():
    return os.environ.get("CAUCE_TEST_PKCS11") or next((str(path) for path in LIBRARIES if path.exists()), "")


@pytest.mark.skipif(
    not _softhsm() or not shutil.which("softhsm2-util"), reason="SKIPPED: no SoftHSM here, PKCS#11 was not tried"
)
def test_a_device_wraps_the_master_key_and_only_it_opens_it(key_file, tmp_path, monkeypatch):
    import pkcs11

    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    (tmp_path / "pin").write_text("424242")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "cauce", "--pin", "424242", "--so-pin", "42424242"],
        check=True,
        capture_output=True,
    )
    with pkcs11.lib(_softhsm()).get_token(token_label="cauce").open(rw=True, user_pin="424242") as session:
        session.generate_key(pkcs11.KeyType.AES, 256, label="master", store=True)
    for name, value in zip(device.ASKED, (_softhsm(), "cauce", "master", str(tmp_path / "pin")), strict=True):
        monkeypatch.setenv(name, value)
    before = secrets()
    rotation.rotate(rotation.by_device)
    assert key_file.read_bytes().startswith(master.DEVICE)
    assert secrets() == before
    master.forget()
    (tmp_path / "pin").write_text("111111")
    with pytest.raises(CauceError, match="PKCS#11 device"):
        secrets()
