"""The kernels as machine code, when the work is worth the half second that it takes to load the compiler.

One person against a list of some thousands is answered sooner by the same functions as plain Python. Whichever way,
the answers are the same: there is one source.
"""

import hashlib
import importlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast

WORTH_IT = 4_000_000
"""People times names from which machine code is faster, its loading included."""
_MODULES = ("letters", "dating", "meeting", "aligning", "searching")
_F = TypeVar("_F", bound=Callable[..., Any])
_kernels: list[FunctionType] = []
_entries: list[FunctionType] = []
_lock = threading.Lock()
_done = threading.Event()


def kernel(function: _F) -> _F:
    """Mark a function that only other kernels call, and that makes no arrays."""
    _kernels.append(cast(FunctionType, function))
    return function


def entry(function: _F) -> _F:
    """Mark a kernel that others call too; it may make arrays. Plain Python until `compile_kernels` was called."""
    _entries.append(cast(FunctionType, function))
    return function


def compile_kernels() -> None:
    """From now on every kernel of this process runs as machine code; the first time on a machine takes some seconds.

    The code is kept beside the package or, where that cannot be written, in the user's cache folder.
    """
    with _lock:
        if _done.is_set():
            return
        modules = [importlib.import_module(f"cauce.vetting.names.kernels.{name}") for name in _MODULES]
        os.environ.setdefault("NUMBA_CACHE_DIR", str(_folder()))
        import numba

        njit: Any = numba.njit

        inner = njit(nogil=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
        made = {function: inner(function) for function in _kernels}
        made |= {function: njit(cache=True, nogil=True)(function) for function in _entries}
        users = [module for name, module in list(sys.modules.items()) if name.startswith("cauce.vetting.names")]
        for module in {*modules, *users}:
            for name, value in list(vars(module).items()):
                if isinstance(value, FunctionType) and value in made:
                    setattr(module, name, made[value])
        _done.set()


def is_compiled() -> bool:
    return _done.is_set()


def _folder() -> Path:
    """One for each state of the sources: numba looks only at the file of the function itself, not at what it calls."""
    here = Path(__file__).parent
    sources = sorted([*here.glob("*.py"), *(here / "kernels").glob("*.py")])
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    beside = here / "__pycache__"
    if os.access(beside if beside.is_dir() else here, os.W_OK):
        return beside / f"kernels-{state}"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cauce" / f"kernels-{state}"
