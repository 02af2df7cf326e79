"""The background process: warm, patient with errors, and done when told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.conftest import NOON
from tests.vetting.conftest import LISTED, NAMED, Bring, Person

from cauce.access.actor import Actor
from cauce.vetting import worker
from cauce.vetting.models import CheckResult, Review
from cauce.vetting.selectors import checks_of


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's transaction is never committed: its connection must not be closed for being so old."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def rounds(number: int) -> Callable[[], bool]:
    """A `stop` that says yes after so many rounds."""
    left = iter([False] * number)
    return lambda: next(left, True)


def test_a_registration_is_checked_in_the_next_round(
    store: dict[str, Actor], bring: Bring, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(LISTED)
    people: list[UUID] = []

    def sleep(seconds: float) -> None:
        assert seconds == 0.5
        people.append(person(**NAMED))

    monkeypatch.setattr("time.sleep", sleep)
    worker.run_forever(rounds(3), every=0.5)
    assert len(people) == 3
    assert [checks_of([who])[who]["watchlist"].result for who in people] == ["refer", "refer", "pending"]


def test_the_clocks_run_in_the_background(listed: UUID, at: Callable[..., object]) -> None:
    worker.run_forever(rounds(1), every=0)
    with at(NOON + timedelta(hours=24)):
        worker.run_forever(rounds(1), every=0)
    assert Review.objects.get().status == "lapsed"


def test_an_error_is_logged_and_the_next_round_goes_on(
    listed: UUID, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = worker.run_pending
    calls: list[int] = []

    def fails_once(**options: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("disk full")
        return real(**options)

    monkeypatch.setattr(worker, "run_pending", fails_once)
    worker.run_forever(rounds(2), every=0)
    assert "disk full" in caplog.text
    assert not CheckResult.objects.filter(due=True).exists()


@pytest.mark.parametrize(("code", "swapped"), [(0, True), (1, False)])
def test_machine_code_is_used_once_another_process_has_made_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: int, swapped: bool
) -> None:
    said = f"import sys; sys.exit({code})"
    real = subprocess.Popen
    done: list[str] = []

    def process(command: list[str]) -> subprocess.Popen[bytes]:
        assert command[-2:] == ["-m", "cauce.vetting.screening.compiling"]
        done.append("made")
        return real([sys.executable, "-c", said])

    monkeypatch.setattr("subprocess.Popen", process)
    monkeypatch.setattr(worker, "compile_kernels", lambda: done.append("used"))
    worker.quicken().join(30)
    assert done == (["made", "used"] if swapped else ["made"])
    assert ("not compiled (code 1)" in caplog.text) is not swapped


def test_where_compiled_code_cannot_be_kept_it_is_not_made_ahead(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cauce.vetting.screening import compiling

    monkeypatch.setattr(compiling, "cache_folder", lambda: None)
    monkeypatch.setattr(compiling, "compile_kernels", lambda: pytest.fail("compiled for nothing"))
    assert compiling.main() == 0
    assert "No folder" in capsys.readouterr().out


def test_compiled_code_is_kept_for_the_user_where_the_package_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from cauce.vetting.names import jit

    beside = jit.cache_folder()
    assert beside is not None
    allowed = os.access
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != beside and allowed(path, mode))
    assert jit.cache_folder() == tmp_path / "cauce" / beside.name
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert jit.cache_folder() is None
