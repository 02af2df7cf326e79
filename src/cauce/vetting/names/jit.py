"""The kernels as machine code, when the work is worth the half second that it takes to load the compiler.

One person against a list of some thousands is answered sooner by the same functions as plain Python. Whichever way,
the answers are the same: there is one source.
"""

import hashlib
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast

WORTH_IT = 4_000_000
"""People times names from which machine code is faster, its loading included."""
_MODULES = ("letters", "dating", "meeting", "aligning", "searching", "pairing")
_F = TypeVar("_F", bound=Callable[..., Any])
_kernels: list[FunctionType] = []
_entries: list[FunctionType] = []
_HERE = Path(__file__).parent
_lock = threading.Lock()
_done = threading.Event()
_waiting = threading.Event()
_turn = threading.Condition()
_inside: set[int] = set()
"""Threads that run kernels as plain Python. From the middle of one no kernel can be called as machine code: trying it
ends the process. Whoever compiles waits until nobody is inside.
"""


def kernel(function: _F) -> _F:
    """Mark a function that only other kernels call, and that makes no arrays."""
    _kernels.append(cast(FunctionType, function))
    return function


def entry(function: _F) -> _F:
    """Mark a kernel that others call too; it may make arrays. Plain Python until `compile_kernels` was called."""
    _entries.append(cast(FunctionType, function))
    return function


@contextmanager
def unchanged() -> Iterator[None]:
    """Within, kernels stay what they are: whoever calls kernels does so within, compiles outside."""
    me = threading.get_ident()
    if _done.is_set() or me in _inside:
        yield
        return
    with _turn:
        _turn.wait_for(lambda: not _waiting.is_set())
        _inside.add(me)
    try:
        yield
    finally:
        with _turn:
            _inside.discard(me)
            _turn.notify_all()


def compile_kernels() -> None:
    """From now on every kernel of this process runs as machine code; the first time on a machine takes some seconds.

    The code is kept beside the package or, where that cannot be written, in the user's cache folder. Waits for threads
    that are within `unchanged`; RuntimeError within it.
    """
    with _lock:
        if _done.is_set():
            return
        if threading.get_ident() in _inside:
            raise RuntimeError("Kernels were to be compiled in the middle of one. Call compile_kernels before.")
        modules = [importlib.import_module(f"cauce.vetting.names.kernels.{name}") for name in _MODULES]
        folder = cache_folder()
        if folder is not None:
            os.environ.setdefault("NUMBA_CACHE_DIR", str(folder))
        import numba

        njit: Any = numba.njit

        inner = njit(nogil=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
        made = {function: inner(function) for function in _kernels}
        made |= {function: njit(cache=folder is not None, nogil=True)(function) for function in _entries}
        users = [module for name, module in list(sys.modules.items()) if name.startswith("cauce.vetting.names")]
        with _turn:
            _waiting.set()  # whoever comes now waits; else searches that overlap would never let it happen
            _turn.wait_for(lambda: not _inside)
            for module in {*modules, *users}:
                for name, value in list(vars(module).items()):
                    if isinstance(value, FunctionType) and value in made:
                        setattr(module, name, made[value])
            _done.set()
            _waiting.clear()
            _turn.notify_all()


def is_compiled() -> bool:
    return _done.is_set()


def is_kept() -> bool:
    """Whether machine code of the kernels as they are was made before, so that loading it takes half a second."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("*.nbi"))


@cache
def made_by() -> str:
    """A short digest of the matcher as it is here, its tables included: an index that another one made is not used."""
    room = _HERE.parent
    return _digest([*_HERE.glob("*.py"), *_kernel_sources(), *room.glob("data/*.tsv*"), room / "lists" / "model.py"])


def cache_folder() -> Path | None:
    """Where machine code is kept; None when no such folder can be written.

    One for each state of the sources: numba looks only at the file of the function itself, not at what it calls.
    """
    name = f"kernels-{_digest([*_kernel_sources(), _HERE / 'weights.py', _HERE / 'jit.py'])}"
    for folder in (_HERE / "__pycache__", Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "cauce"):
        try:
            kept = folder.expanduser() / name
            kept.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError):  # no right to write there; no home
            continue
        if os.access(kept, os.W_OK):
            return kept
    return None


def _kernel_sources() -> list[Path]:
    return list((_HERE / "kernels").glob("*.py"))


def _digest(files: list[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:12]
