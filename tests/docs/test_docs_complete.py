"""What a user can type or set stands in the documents, and the documents name nothing that is not there."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cauce.cli import COMMANDS, root

HOME = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.one_store


def text(name: str) -> str:
    return (HOME / name).read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command as it is typed, with the click command behind it."""
    for name in COMMANDS:
        command = root.get_command(None, name)  # type: ignore[arg-type]
        found = getattr(command, "commands", None)
        if not found:
            yield name, command
            continue
        if getattr(command, "invoke_without_command", False):
            yield name, command
        for sub, inner in found.items():
            yield f"{name} {sub}", inner


@pytest.mark.parametrize(("typed", "command"), [pytest.param(t, c, id=t) for t, c in commands()])
def test_every_command_and_option_is_documented(typed: str, command: Any) -> None:
    sections = re.split(r"^#+ ", text("docs/commands.md"), flags=re.MULTILINE)
    own = [s for s in sections if s.splitlines() and f"`cauce {typed}" in s.splitlines()[0]]
    assert own, f"docs/commands.md has no heading for `cauce {typed}`"
    options = {o for p in command.params for o in p.opts if o.startswith("--")}
    options -= {"--help", "--data", "--as"}  # explained once, at the top of the page
    missing = sorted(o for o in options if f"`{o}" not in own[0])
    assert not missing, f"docs/commands.md does not explain {missing} of `cauce {typed}`"


def test_the_documents_name_no_command_that_is_not_there() -> None:
    known = {typed for typed, _ in commands()} | set(COMMANDS)
    for name in re.findall(r"^#+ `cauce ([a-z-]+(?: [a-z-]+)?)", text("docs/commands.md"), flags=re.MULTILINE):
        assert name in known, f"docs/commands.md explains `cauce {name}`, which does not exist"


def test_every_setting_is_documented() -> None:
    used = set()
    for path in [*HOME.glob("src/**/*.py"), *HOME.glob("tests/**/*.py"), *HOME.glob("scripts/*")]:
        if path.is_file():
            used |= set(re.findall(r"\bCAUCE_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    local = {"CAUCE_TEST_CLUSTER"}
    documented = set(re.findall(r"`(CAUCE_[A-Z_]+)`", text("docs/settings.md")))
    assert documented == used - local


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    lines = text("docs/dependencies.md").lower()
    for wanted in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name = re.split(r"[\[<>=~!; ]", wanted)[0].lower()
        shown = {"psycopg": "psycopg 3", "django": "django 5.2"}.get(name, name)
        assert shown in lines, f"docs/dependencies.md has no line for {name}"


def test_requirements_are_pinned_hashed_and_name_no_index() -> None:
    for name in ("requirements/run.txt", "requirements/dev.txt"):
        lines = text(name).splitlines()
        pins = [line for line in lines if re.match(r"^[a-z0-9]", line)]
        assert pins
        assert all("==" in line for line in pins)
        assert text(name).count("--hash=sha256:") >= len(pins)
        assert not [line for line in lines if re.match(r"^\s*--(index|extra-index|find-links|trusted-host)", line)]


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [HOME / "README.md", *HOME.glob("docs/*.md"), *HOME.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} points at {target}, which is not there"


def typed_in(page: str, *names: str) -> list[list[str]]:
    """The commands of these names that the page's indented blocks type, as words."""
    lines = re.findall(r"^ {4}cauce (.+)$", text(page), flags=re.MULTILINE)
    return [
        words for line in lines if (words := shlex.split(line.rstrip("\\"), comments=True))[: len(names)] == [*names]
    ]


def given(words: list[str], option: str) -> str:
    return words[words.index(option) + 1] if option in words else ""


@pytest.mark.parametrize("page", ["README.md", "docs/sync.md"])
def test_the_station_that_a_page_founds_is_the_one_that_its_hub_invites(page: str) -> None:
    corridor = tomllib.loads(text("corridors/darien/corridor.toml"))
    invited = {words[2]: given(words, "--place") for words in typed_in(page, "node", "invite")}
    founded = [words for words in typed_in(page, "init") if given(words, "--hub")]
    assert invited.keys() == {given(words, "--node") for words in founded}
    assert set(invited.values()) <= {place["id"] for place in corridor["place"]}
    stores = {given(words, "--data") for words in founded}
    assert stores == {given(words, "--data") for words in typed_in(page, "node", "enrol") if "--card" not in words}
    for words in typed_in(page, "init"):
        assert page != "README.md" or (HOME / given(words, "--corridor")).is_file()
