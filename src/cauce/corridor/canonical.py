"""A corridor as plain JSON values and back, exactly: so the journal keeps it and rebuilds without reading a file."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from cauce.corridor.shape import Corridor


def canonical(corridor: Corridor) -> dict[str, Any]:
    """The corridor as dicts, lists, texts and numbers; dates in ISO form, sets in order."""
    plain: dict[str, Any] = _plain(corridor)
    return plain


def from_canonical(plain: dict[str, Any]) -> Corridor:
    """The corridor that `canonical` gave.

    A field that an older form lacks takes its default. Raises ValueError on a field that this version does not know or
    that is missing without a default: such a corridor was written by another version, and must be upcast first.
    """
    corridor: Corridor = _made(Corridor, plain)
    return corridor


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, plain: dict[str, Any]) -> Any:
    hints = _hints(kind)
    if unknown := plain.keys() - hints.keys():
        raise ValueError(f"{kind.__name__}: unknown field {sorted(unknown)[0]!r}; upcast it first")
    for field in fields(kind):
        given = field.default is not MISSING or field.default_factory is not MISSING
        if field.name not in plain and not given:
            raise ValueError(f"{kind.__name__}: field {field.name!r} is missing; upcast it first")
    return kind(**{name: _typed(hints[name], value) for name, value in plain.items()})


def _typed(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        if value is None:
            return None
        return _typed(next(argument for argument in arguments if argument is not NoneType), value)
    if origin is dict:
        return {key: _typed(arguments[1], item) for key, item in value.items()}
    if origin in (tuple, frozenset):
        return origin(_typed(arguments[0], item) for item in value)
    if is_dataclass(hint):
        return _made(hint, value)
    if hint is date:
        return date.fromisoformat(value)
    # JSON has one kind of number: 8.0 may come back as 8.
    return float(value) if hint is float else value
