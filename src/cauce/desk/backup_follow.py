"""A copy of the store that follows every write: Litestream lays down changed pages, and a mirror carries them away.

    FOLDER/backup.json                   whose store it is, and whether what follows is sealed
    FOLDER/identity.age                  the key of what is sealed, itself sealed with the passphrase
    FOLDER/RUN/tables, keys, lists, …    one run of Litestream over one store; a restored store begins another
    FOLDER/RUN/level                     when everything there was last as in the store

Litestream (https://litestream.io, Apache-2.0) is found when it is needed and never imported.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pyrage

from cauce.desk.backup import KEPT, STORE, check_tables, lay_out, scratch_for
from cauce.desk.backup_mirror import Mirror, files, put
from cauce.journal.errors import Refused

FOLLOWING = "following"  # in the store's folder: what Litestream laid down and the mirror carries away
EVERY = 1.0  # seconds between two rounds over the tables
SLOWLY = 20  # rounds between two over photographs, lists and keys
KEPT_HOURS = 24  # how long what was erased may still be found in the copy, and half as long again
CONFIG = """\
snapshot:
  interval: {half}h
  retention: {hours}h
dbs:
  - path: {store}
    replica:
      type: file
      path: {following}
      sync-interval: 1s
"""
Tell = Callable[[str], None]


def litestream() -> Path | None:
    """The program: from its wheel beside this Python, or from the path; None when it is not installed."""
    beside = Path(sys.executable).parent / "litestream"
    found = str(beside) if beside.exists() else shutil.which("litestream")
    return Path(found) if found else None


def is_following(folder: Path) -> bool:
    """Is this a folder that `follow` wrote?"""
    return (folder / "backup.json").exists()


class Follower:
    """Follows the store in `data` into `folder` until told to stop."""

    def __init__(self, data: Path, folder: Path, node: str, passphrase: str = "") -> None:
        program = litestream()
        if program is None:
            raise Refused("Litestream is not installed. `pip install 'cauce[backup]'` brings it.")
        self.program, self.data, self.folder, self.node, self.passphrase = program, data, folder, node, passphrase
        self.process: subprocess.Popen[bytes] | None = None
        self.mirrors: tuple[Mirror, Mirror] | None = None  # of the tables, and of all else
        self._proven = ""  # the recipient whose key our passphrase opens
        self.rounds = 0
        self.wrong = ""
        self.level: datetime | None = None

    def follow(self, stop: Callable[[], bool], tell: Tell) -> None:
        """Copy what changes, once a second, until `stop()`. A disk that is gone or full is told and tried again."""
        try:
            while not stop():
                self.once(tell)
                time.sleep(EVERY)
        finally:
            self.close()
        self._round(tell, whole=True)

    def once(self, tell: Tell) -> None:
        """One round, with Litestream started again if it ended."""
        if self.process is None or self.process.poll() is not None:
            if self.process is not None:
                tell(f"Litestream ended with {self.process.returncode}; it is started again.")
            elif self.folder.parent.exists():
                self._claimed()  # the wrong folder is told before anything runs
            self._start()
        self._round(tell, whole=self.rounds % SLOWLY == 0)
        self.rounds += 1

    def close(self) -> None:
        """End Litestream; it brings its last changes down first."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _start(self) -> None:
        following = self.data / FOLLOWING
        config = following / "litestream.yml"
        hours = {"hours": KEPT_HOURS, "half": KEPT_HOURS // 2}
        text = CONFIG.format(
            store=json.dumps(str(self.data / STORE)), following=json.dumps(str(following / "tables")), **hours
        )
        put(config, text.encode())
        command = [str(self.program), "replicate", "-no-expand-env", "-config", str(config), "-log-level", "error"]
        # In a session of its own: Ctrl-C is for us, and we end it when the last change is down.
        self.process = subprocess.Popen(command, umask=0o077, start_new_session=True, stdin=subprocess.DEVNULL)

    def _round(self, tell: Tell, *, whole: bool) -> None:
        try:
            if self.mirrors is None:
                self.mirrors, whole = self._opened(), True
            tables, kept = self.mirrors
            touched = tables.round("tables")
            if whole:
                touched += kept.round(*KEPT)
            if (touched or self.wrong) and any((tables.target / "tables").rglob("*.ltx*")):
                self.level = datetime.now(UTC)
                put(tables.target / "level", self.level.isoformat().encode())
            if self.wrong:
                tell(f"{self.folder} is level with the store again.")
            self.wrong = ""
        except OSError as reason:
            self.mirrors = None  # what is there is looked at anew when the disk is back
            if str(reason) != self.wrong:
                self.wrong = str(reason)
                tell(f"{self.folder} does not follow the store ({reason}). It is tried again every second.")

    def _opened(self) -> tuple[Mirror, Mirror]:
        """Into this run's folder. What other runs left is taken away after its time."""
        if not self.folder.parent.exists():
            raise FileNotFoundError(2, "No such folder", str(self.folder.parent))
        recipient = self._claimed()
        run = self.data / FOLLOWING / "run"
        if not run.exists():
            put(run, uuid4().hex.encode())
        own = self.folder / run.read_text(encoding="utf-8")
        for other in self.folder.glob("*/level"):
            age = datetime.now(UTC).timestamp() - other.stat().st_mtime
            if other.parent != own and age > KEPT_HOURS * 3600:
                shutil.rmtree(other.parent)
        return Mirror(self.data / FOLLOWING, own, recipient), Mirror(self.data, own, recipient)

    def _claimed(self) -> str:
        """Look that the folder is this store's, or make it so. The recipient that copies are sealed to, or nothing."""
        told = self.folder / "backup.json"
        if not told.exists():
            recipient = ""
            if self.passphrase:
                identity = pyrage.x25519.Identity.generate()
                recipient = str(identity.to_public())
                put(self.folder / "identity.age", pyrage.passphrase.encrypt(str(identity).encode(), self.passphrase))
            put(told, json.dumps({"format": 1, "node": self.node, "recipient": recipient}, indent=1).encode())
            self._proven = recipient
        known = json.loads(told.read_text(encoding="utf-8"))
        if known["node"] != self.node:
            raise Refused(f"{self.folder} follows the store of {known['node']}. Name another folder for {self.node}.")
        if bool(known["recipient"]) != bool(self.passphrase):
            state = "sealed" if known["recipient"] else "not sealed"
            raise Refused(f"{self.folder} is {state}, and this time it was to be otherwise. Name another folder.")
        if self.passphrase and self._proven != known["recipient"]:
            _identity(self.folder, self.passphrase)
            self._proven = known["recipient"]
        return str(known["recipient"])


def read_following(folder: Path, data: Path, *, passphrase: str = "") -> datetime:
    """Lay out in `data` the store that `folder` followed; when it was last level with it.

    Raises Refused, with nothing laid out, when there is a store, the passphrase is wrong, or the copy is not whole.
    """
    program = litestream()
    if program is None:
        raise Refused("This backup followed by Litestream, which is not installed: `pip install 'cauce[backup]'`.")
    told = json.loads((folder / "backup.json").read_text(encoding="utf-8"))
    identity = _identity(folder, passphrase) if told["recipient"] else None
    levels = {path.read_text().strip(): path.parent for path in folder.glob("*/level")}
    if not levels:
        raise Refused(f"{folder} has not been level with the store even once. Nothing was restored.")
    newest = max(levels)
    with scratch_for(data) as scratch:
        _bring_back(levels[newest], scratch, identity)
        _replay(program, folder, scratch)
        lay_out(scratch, data)
    return datetime.fromisoformat(newest)


def _identity(folder: Path, passphrase: str) -> pyrage.x25519.Identity:
    if not passphrase:
        raise Refused(f"{folder} is sealed. Give the passphrase with --passphrase-file.")
    try:
        opened = pyrage.passphrase.decrypt((folder / "identity.age").read_bytes(), passphrase)
    except pyrage.DecryptError as reason:
        raise Refused(f"{folder} does not open: the passphrase is another one, or the copy is damaged.") from reason
    return pyrage.x25519.Identity.from_str(opened.decode())


def _bring_back(run: Path, scratch: Path, identity: pyrage.x25519.Identity | None) -> None:
    for name, path in files(run):
        if name == "level":
            continue
        content = path.read_bytes()
        try:
            put(scratch / name, content if identity is None else pyrage.decrypt(content, [identity]))
        except pyrage.DecryptError as reason:
            raise Refused(f"{path} is damaged. Nothing was restored.") from reason


def _replay(program: Path, folder: Path, scratch: Path) -> None:
    tables = scratch / "tables"
    command = [str(program), "restore", "-no-expand-env", "-o", str(scratch / STORE), f"file://{tables}"]
    done = subprocess.run(command, umask=0o077, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{folder} is no whole backup ({' '.join(done.stderr.split())[-300:]}). Nothing was restored.")
    shutil.rmtree(tables)
    check_tables(folder, scratch / STORE)
    for left in scratch.glob(f"{STORE}-*"):
        left.unlink()
