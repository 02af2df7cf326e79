"""The engines as machine code: compiled once for each state of their sources, and kept where the matcher keeps its own.

Importing a kernel compiles nothing; the first call does, or reads what was kept.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

_HERE = Path(__file__).parent
_F = TypeVar("_F", bound=Callable[..., Any])
_parts = itertools.count()


class _Part(JITCodeLibrary):
    """The code of a kernel that only other kernels call: it is made better, and machine code, as part of its entry.

    As numba has it, every kernel is, with all that it calls, once for itself and once more for whoever calls it.
    """

    @property
    def codegen(self) -> Any:
        return _Unwritten(self._codegen)

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()  # type: ignore[no-untyped-call]
        return 0


class _Unwritten:
    """The code generator as a part sees it: there is no machine code yet into which it could write."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, name: str, environment: object) -> None:
        pass


class _Parts(Compiler):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        part: Any = _Part
        self.state.library = part(self.state.targetctx.codegen(), f"part{next(_parts)}")


def kernel(function: _F) -> _F:
    """Mark a function that only other kernels call, and that makes no arrays."""
    njit: Any = numba.njit  # what it is not told it takes: see numba.core.decorators
    made: Any = njit(
        nogil=True,
        _nrt=False,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        error_model="numpy",
        pipeline_class=_Parts,
        forceinline=True,
    )
    return cast(_F, made(function))


def entry(function: _F) -> _F:
    """Mark a kernel that is called from Python, and makes no arrays either; its machine code is kept."""
    folder = cache_folder()
    njit: Any = numba.njit
    made: Any = njit(nogil=True, _nrt=False, no_cfunc_wrapper=True, cache=folder is not None, error_model="numpy")
    with _kept_in(folder):
        return cast(_F, made(function))


@contextmanager
def _kept_in(folder: Path | None) -> Iterator[None]:
    """Numba looks where to keep code when a function is marked, and only at that function's own file."""
    before = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before  # type: ignore[attr-defined]


@cache
def cache_folder() -> Path | None:
    """Where machine code is kept, one folder for each state of the sources; None when none can be written."""
    sources = [*sorted((_HERE / "kernels").glob("*.py")), _HERE / "machine.py"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]
    for folder in (_HERE / "__pycache__", Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "cauce"):
        try:
            kept = folder.expanduser() / f"simulation-{digest}"
            kept.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError):  # no right to write there; no home
            continue
        if os.access(kept, os.W_OK):
            return kept
    return None
