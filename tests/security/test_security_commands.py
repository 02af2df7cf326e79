"""Every command, as every role, against the table of roles. A command that is not in the table fails here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import pytest
from django.conf import settings
from tests.conftest import ROLES

from cauce import cli
from cauce.access import roles
from cauce.access.actor import Actor

MAY = "These roles may:"
DATA = Path(__file__).parents[1] / "data"
# Values that every command of the house understands; what is asked for does not exist.
TOLD = {
    "basis": "Law 3 of 2008",
    "authority": "Migration",
    "capabilities": "people.read",
    "consequence": "refer",
    "date": "2023-08-15",
    "day": "2023-08-15",
    "maximum": "2023-08-16T10:00-0500",
    "next_review": "2023-08-16T09:00-0500",
    "on": "2023-08-15",
    "since": "2023-08-15T09:00-0500",
    "until": "2023-09-01",
    "days": "3",
    "driven": "2",
    "expires": "2023-09-01",
    "format": "csv",
    "hours": "5",
    "how": "in person",
    "kind": "asylum",
    "next_": "2023-09-01",
    "number": "7QK-0000-0",
    "outcome": "not_same",
    "owner": "operator",
    "person": "7QK-0000-0",
    "place": "lajas_blancas",
    "reason": "Because of the walk.",
    "relation": "daughter",
    "rest": "10",
    "border": "paso_canoas",
    "told": "sex=F",
    "out": "told.json",
    "seats": "5",
    "source": "Gazette 29",
    "review": "2023-08-20",
    "role": "registrar",
    "text": "zzyzx",
    "why": "Because of the walk.",
    "year": "2023",
}
MORE = {
    "account require-second-factor": ["registrar"],
    "watchlist threshold": ["un-sc", "0.9", "--reason", "Because of the walk."],
}


def every(command: Any = cli.root, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Each command that does something, with the words that call it."""
    context = click.Context(cli.root)
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from every(command.get_command(context, name), (*path, name))
    if path and (not hasattr(command, "list_commands") or command.invoke_without_command):
        yield " ".join(path), command


COMMANDS = dict(every())
READ = cache(partial(cli.Lazy.get_command, cli.root, None))  # every command is given by every role: read once
SPECIAL = ("machine", "nothing", "own")
ASKED = {name: what for name, what in roles.commands().items() if what[0] not in SPECIAL}


def arguments(name: str, command: Any, folder: Path) -> list[str]:
    """The words after the command's own: everything it insists on, and nothing else."""
    told, options = [], []
    for one in command.params:
        if not one.required:
            continue
        value = TOLD.get(one.name) or str(uuid4())
        if one.name in ("file", "code", "target"):
            value = str(folder / "told")
        if one.name == "file" and name in ("people import", "watchlist import"):
            value = str(folder / "told.csv")
        if one.name == "file" and name.startswith("corridor"):
            value = str(Path(__file__).parents[2] / "corridors" / "darien" / "corridor.toml")
        if one.name in ("scenario", "one", "other"):
            value = str(folder / "told.toml")
        if one.name == "review" and name.startswith("reviews"):
            value = str(uuid4())
        if one.param_type_name == "argument":
            told.append(value)
        elif getattr(one, "is_flag", False):
            options.append(one.opts[0])
        else:
            options += [one.opts[0], value]
    return [*told, *options, *MORE.get(name, ())]


@pytest.fixture
def walk(store: dict[str, Actor], monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> Callable[..., str]:
    """`walk(command, role)`: what it says, whichever way it ends."""
    (tmp_path / "told.csv").write_text("id,name\n1,Ana Paz\n", "utf-8")
    (tmp_path / "told").write_text("nothing of worth", "utf-8")
    (tmp_path / "told.toml").write_text('[[place]]\nid = "nowhere"\nbeds = 1\n', "utf-8")
    original = sys.modules["cauce.store"].open_store  # type: ignore[attr-defined]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "CAUCE_DATA", str(tmp_path))

    def opened(_data: Path, account: str = "operator") -> Actor:
        return Actor(account=f"{account}9", role=account)

    for _name, (where, _text) in cli.COMMANDS.items():
        import_module(where.partition(":")[0])
    for module in [each for each in list(sys.modules.values()) if vars(each).get("open_store") is original]:
        monkeypatch.setattr(module, "open_store", opened)
    monkeypatch.setattr(cli.Lazy, "get_command", lambda _self, _ctx, name: READ(name))

    def run(name: str, role: str) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit):
            cli.main([*name.split(), *arguments(name, COMMANDS[name], tmp_path), "--as", role])
        out, err = capsys.readouterr()
        return str(out + err)

    return run


def test_every_command_says_who_may_give_it() -> None:
    assert set(COMMANDS) == set(roles.commands()), "roles.toml lists every command, and no other"
    assert {one for told in ASKED.values() for one in told} <= set(roles.capabilities())


def test_a_command_that_asks_for_a_capability_takes_an_account_and_no_other_does() -> None:
    for name, command in COMMANDS.items():
        takes = any("--as" in getattr(one, "opts", ()) for one in command.params)
        assert takes is (roles.commands()[name][0] not in ("machine", "nothing")), name


def test_every_command_that_writes_in_a_language_takes_those_there_are_and_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {name: one for name, command in COMMANDS.items() for one in command.params if "--language" in one.opts}
    known = [code for code, _name in settings.LANGUAGES]
    writing = [name for name, option in asked.items() if not option.required]  # the others ask what somebody speaks
    assert len(writing) >= 5
    for name in writing:
        assert ", ".join(known) in asked[name].help, name
        with pytest.raises(SystemExit) as end:
            cli.main([*name.split(), *arguments(name, COMMANDS[name], tmp_path), "--language", "xx"])
        said = capsys.readouterr().err
        assert end.value.code == 2, name
        assert all(code in said for code in known), said


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gives_its_commands_and_no_other(walk: Callable[..., str], role: str) -> None:
    wrong = []
    for name, capabilities in ASKED.items():
        said = walk(name, role)
        if (MAY not in said) is not any(roles.may(role, one) for one in capabilities):
            wrong.append(f"cauce {name}: {said[:90]}")
    assert not wrong, "\n".join(wrong)


FIRST_STEPS = """
import json, sys, traceback
from cauce import cli, store
from cauce.journal.errors import Misused

def asleep(*_about, **_how):
    raise Misused("no store here")

store.open_store = store.wake = store.found_store = asleep
for words in json.load(sys.stdin):
    try:
        cli.main(words)
    except SystemExit:
        pass
    except Exception:
        print(words, traceback.format_exc(limit=-2), file=sys.stderr)
        print(" ".join(words))
"""


@pytest.mark.one_store
def test_until_its_store_is_open_no_command_needs_one(tmp_path: Path) -> None:
    (tmp_path / "told.csv").write_text("id,name\n1,Ana Paz\n", "utf-8")
    (tmp_path / "told").write_text("nothing of worth", "utf-8")
    (tmp_path / "told.toml").write_text('[[place]]\nid = "nowhere"\nbeds = 1\n', "utf-8")
    asked = [[*name.split(), *arguments(name, command, tmp_path)] for name, command in COMMANDS.items()]
    awake = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    ran = subprocess.run(
        [sys.executable, "-c", FIRST_STEPS],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env=awake,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "no store here" in ran.stderr
    assert "Traceback" not in ran.stderr, ran.stderr[-4000:]
