"""From kernels to LLVM's intermediate code: numba does it, and is needed for nothing else of the simulation."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

from cauce.outlook.simulation import machine

_parts = itertools.count()


class _Part(JITCodeLibrary):
    """Code that is not made better, nor machine code, here: that is done once for an entry with all that it calls."""

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


def translated(entry: machine.Entry, args: tuple[Any, ...]) -> str:
    """The intermediate code of an entry for arguments like these, as text; its function is `cauce_` and its name."""
    known: Any = numba.typeof
    types = tuple(known(one) for one in args)
    with _as_numba_knows_them():
        made = _marked(entry.function)
        made.compile(types)
    found = made.overloads[types]
    name, module = found.fndesc.llvm_func_name, found.library._final_module
    for function in module.functions:
        if not function.is_declaration and function.name != name:
            function.linkage = "internal"
            if any(f"{len(one)}{one}B" in function.name for one in machine.apart):
                function.add_function_attribute("noinline")
    lines = str(module).replace(f'"{name}"', name).replace(name, f"cauce_{entry.name}").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("target ", "; ModuleID", "source_filename")))


def _marked(function: Any) -> Any:
    njit: Any = numba.njit  # what it is not told it takes: see numba.core.decorators
    return njit(
        nogil=True,
        _nrt=False,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        error_model="numpy",
        pipeline_class=_Parts,
        forceinline=function.__name__ not in machine.apart,
    )(function)


@contextmanager
def _as_numba_knows_them() -> Iterator[None]:
    """While it is translated a kernel is found by numba's own name for it in every module of the package."""
    known = {id(function): _marked(function) for function in machine.kernels}
    package = f"{__package__}.kernels."
    places = [
        (vars(module), name, value)
        for title, module in list(sys.modules.items())
        if title.startswith(package)
        for name, value in list(vars(module).items())
        if id(value) in known
    ]
    for names, name, value in places:
        names[name] = known[id(value)]
    try:
        yield
    finally:
        for names, name, value in places:
            names[name] = value
