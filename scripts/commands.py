"""Write docs/commands.md from the commands' own help and the notes in docs/commands/*.md."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from cauce.cli import COMMANDS, root

DOCS = Path(__file__).resolve().parents[1] / "docs"
HEAD = """# Every command

`cauce COMMAND --help` says the same. `python -m cauce` is `cauce`. This page is written by `scripts/commands`.

Where it reads or writes a store, a command takes `--data DIR` (or `CAUCE_DATA`; otherwise `var/`), and `--as ACCOUNT`,
under which it is recorded: without it the store's own `operator` account, which the rules for two different people bind
like everybody else. Exit status: 0 done, 1 something was refused (said on standard error), 2 it was typed in a way that
makes no sense. Long work shows its progress on a terminal and is silent in a pipe.
"""
SHARED = {"--data", "--as", "--help"}


def main() -> None:
    parts = [HEAD]
    for name in COMMANDS:
        command: Any = root.get_command(None, name)  # type: ignore[arg-type]
        inner = getattr(command, "commands", {})
        if not inner or getattr(command, "invoke_without_command", False):
            parts.append(section(name, command))
        parts += [section(f"{name} {sub}", found) for sub, found in inner.items()]
    (DOCS / "commands.md").write_text("\n".join(parts), encoding="utf-8")


def section(typed: str, command: Any) -> str:
    """One command: how it is typed, what it does, its options, and the note that lies beside."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not SHARED & set(p.opts)]
    words = " ".join(_argument(a) for a in arguments)
    lines = [f"## `cauce {typed}{' ' + words if words else ''}`", "", _help(command.help), ""]
    rows = [f"| `{_argument(a)}` | {_text(a)} |" for a in arguments if _text(a)]
    rows += [f"| {_option(o)} | {_text(o)} |" for o in options]
    if rows:
        lines += ["| | |", "|---|---|", *rows, ""]
    note = DOCS / "commands" / f"{typed.replace(' ', '-')}.md"
    if note.exists():
        lines += [note.read_text(encoding="utf-8").strip(), ""]
    return "\n".join(lines)


def _argument(argument: Any) -> str:
    name = (argument.metavar or argument.name or "").upper().strip("[]").rstrip(".")
    name = re.sub(r":.*", "", name)
    return f"{name}…" if argument.nargs == -1 else name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    names = "/".join(f"`{o}`" for o in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    return names + (" …" if option.multiple else "")


def _text(parameter: Any) -> str:
    text = _help(getattr(parameter, "help", "") or "").replace("|", "\\|")
    shown = getattr(parameter, "show_default", None)
    default = parameter.default
    if isinstance(shown, str):
        text += f" Otherwise: {shown}."
    elif default not in (None, "", False, ()) and not callable(default) and not getattr(parameter, "is_flag", False):
        text += f" Otherwise: `{getattr(default, 'value', default)}`."
    if getattr(parameter, "envvar", None):
        text += f" (`{parameter.envvar}`)"
    if getattr(parameter, "required", False) and parameter.param_type_name == "option":
        text += " Must be given."
    return text.strip()


def _help(text: str | None) -> str:
    cleaned = inspect.cleandoc(text or "").replace("\b", "").replace("\f", "")
    return re.sub(r"\s*\n(?!\n)\s*", " ", cleaned)


if __name__ == "__main__":
    main()
