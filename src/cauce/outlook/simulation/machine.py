"""The engines as machine code.

A kernel is plain Python. Numba translates an entry, with every kernel that it calls, into the intermediate code of LLVM
(see translating.py), which says nothing of the processor and comes with the package: `kernels/*.ll.xz`. On the first
call LLVM makes machine code of it, which takes a second or two and is kept; numba itself, which takes a quarter of a
minute, is asked only where the kernels are not those that were translated.
"""

from __future__ import annotations

import ctypes
import hashlib
import lzma
import os
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

_HERE = Path(__file__).parent
KERNELS = _HERE / "kernels"
_F = TypeVar("_F", bound=Callable[..., Any])
kernels: list[Callable[..., Any]] = []
apart: set[str] = set()
entries: list[Entry] = []


def kernel(function: _F) -> _F:
    """Mark a function that only other kernels call, and that makes no arrays."""
    kernels.append(function)
    return function


def kernel_apart(function: _F) -> _F:
    """Mark a kernel that is long at work when it is called, and has the processor's registers to itself."""
    apart.add(function.__name__)
    return kernel(function)


class Entry:
    """A kernel that is called from Python, with whole numbers, arrays, and named tuples of them; it makes no arrays.

    `code` is its intermediate code, compressed, once it has been called. Raises TypeError when called with arrays of
    other types, or whose rows do not lie one behind the other: the code is for those of the first call.
    """

    def __init__(self, function: Callable[..., None]) -> None:
        self.function, self.name = function, function.__name__
        self.code, self._kinds = b"", ""
        self._run: Any = None
        self._engine: Any = None  # it owns the machine code
        self._loading = threading.Lock()
        entries.append(self)

    def __call__(self, *args: Any) -> None:
        words, kinds = _flat(args)
        if self._run is None:
            with self._loading:
                self._load(args, kinds, len(words))
        if kinds != self._kinds:
            raise TypeError(f"{self.name} is for {self._kinds}, and was called with {kinds}.")
        result, error = ctypes.c_void_p(), ctypes.c_void_p()
        status = self._run(ctypes.byref(result), ctypes.byref(error), *words)
        if status:
            raise RuntimeError(f"{self.name} failed with status {status}.")

    def _load(self, args: tuple[Any, ...], kinds: str, words: int) -> None:
        if self._run is not None:
            return
        self.code, made = self._made(args, kinds)
        self._engine, address = _placed(made, self.name)
        types = [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * words]
        self._run, self._kinds = ctypes.CFUNCTYPE(ctypes.c_int32, *types)(address), kinds

    def _made(self, args: tuple[Any, ...], kinds: str) -> tuple[bytes, bytes]:
        """Intermediate and machine code: what came with the package or was kept, else made now."""
        head = f"; {digest()} {kinds}\n"
        for path in _paths(f"{self.name}.ll.xz"):
            if path.is_file() and lzma.decompress(code := path.read_bytes()).startswith(head.encode()):
                try:
                    return code, _machine_code(self.name, code)
                except RuntimeError:  # written by another version of LLVM
                    continue
        from cauce.outlook.simulation.translating import translated

        code = lzma.compress((head + translated(self, args)).encode())
        _keep(f"{self.name}.ll.xz", code)
        return code, _machine_code(self.name, code)


def entry(function: Callable[..., None]) -> Entry:
    """Mark a kernel that is called from Python."""
    return Entry(function)


def _flat(args: tuple[Any, ...]) -> tuple[list[int], str]:
    """Arguments as numba passes them on: an array as owner (none, twice), sizes, address, shape, strides."""
    words: list[int] = []
    kinds: list[str] = []
    for one in _leaves(args):
        if not isinstance(one, np.ndarray):
            kinds.append("u" if isinstance(one, np.uint64) else "i")
            words.append(int(one))
            continue
        kinds.append(f"{one.dtype.str[1:]}{one.ndim}" + ("" if one.flags.c_contiguous else "gaps"))
        words += [0, 0, one.size, one.itemsize, one.ctypes.data, *one.shape, *one.strides]
    return words, ",".join(kinds)


def _leaves(args: Any) -> Iterator[Any]:
    for one in args:
        if isinstance(one, tuple):
            yield from _leaves(one)
        else:
            yield one


@cache
def digest() -> str:
    """Of the kernels' sources: intermediate code is for one state of them."""
    sources = [*sorted(KERNELS.glob("*.py")), _HERE / "translating.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]


def _paths(name: str) -> Iterator[Path]:
    yield KERNELS / name
    folder = cache_folder()
    if folder is not None:
        yield folder / name


def _keep(name: str, content: bytes) -> None:
    folder = cache_folder()
    if folder is None:
        return
    beside = folder / f"{name}.{os.getpid()}"
    try:
        beside.write_bytes(content)
        beside.replace(folder / name)
    except OSError:  # a full disk: it is made again the next time
        beside.unlink(missing_ok=True)


def _machine_code(name: str, code: bytes) -> bytes:
    """Machine code for this processor, kept or made; RuntimeError where this LLVM does not read that code."""
    llvm = _llvm()
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    about = f"{cpu} {features} {llvm.llvm_version_info}".encode()
    kept = f"{name}-{hashlib.sha256(code + about).hexdigest()[:12]}.o"
    folder = cache_folder()
    if folder is not None and (folder / kept).is_file():
        return (folder / kept).read_bytes()
    machine = _target(cpu=cpu, features=features)
    module = llvm.parse_assembly(lzma.decompress(code).decode())
    module.data_layout, module.triple = str(machine.target_data), machine.triple
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = tuning.slp_vectorization = True
    passes = llvm.create_pass_builder(machine, tuning)
    passes.getModulePassManager().run(module, passes)
    made = bytes(machine.emit_object(module))
    _keep(kept, made)
    return made


def _placed(made: bytes, name: str) -> tuple[Any, int]:
    """Machine code in memory: what owns it, and where the entry begins."""
    llvm = _llvm()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    engine.add_object_file(llvm.ObjectFileRef.from_data(made))
    engine.finalize_object()
    return engine, engine.get_function_address(f"cauce_{name}")


def _target(**processor: str) -> Any:
    target = _llvm().Target.from_default_triple()
    reloc = "static" if target.name.startswith("x86") else "default"  # as LLVM's loader wants it
    return target.create_target_machine(opt=3, reloc=reloc, codemodel="jitdefault", jit=True, **processor)


@cache
def _llvm() -> Any:
    from llvmlite import binding  # type: ignore[import-untyped]

    llvm: Any = binding
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


@cache
def cache_folder() -> Path | None:
    """Where code is kept; None when no folder can be written."""
    for folder in (_HERE / "__pycache__", Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "cauce"):
        try:
            kept = folder.expanduser() / "simulation"
            kept.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError):  # no right to write there; no home
            continue
        if os.access(kept, os.W_OK):
            return kept
    return None
