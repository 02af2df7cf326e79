"""Rows of many ids in one question: of a statement they are one value, however many there are.

A subquery repeated in question after question is planned and run each time, and on a server's millions of rows not
always well; thousands of parameters are parsed one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Aggregate, CharField, Lookup, TextField, UUIDField
from django.db.models.functions import Cast


class Keys:
    """Ids as the store writes them (`text_of`), for any number of questions: `filter(person__id__among=keys)`."""

    def __init__(self, texts: Iterable[str]) -> None:
        ids = texts if isinstance(texts, list) else list(texts)
        if connection.vendor == "postgresql":
            self.told = f"{{{','.join(ids)}}}"
        else:
            self.told = '["' + '","'.join(ids) + '"]' if ids else "[]"


if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup  # takes no type while it runs


@UUIDField.register_lookup
class Among(_Lookup):
    """`column__among=Keys(...)`."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, told = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*told, self.rhs.told)  # noqa: S608 - our own column

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, told = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::uuid[])", (*told, self.rhs.told)


class Together(Aggregate):
    """Texts of a group of rows in one, with commas between them: of ids, which have none."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, **more | {"function": "STRING_AGG"})


def as_text(key: UUID) -> str:
    """An id as `text_of` tells it."""
    return str(key) if connection.vendor == "postgresql" else key.hex


def text_of(column: str) -> Cast:
    """An id as the store's own text: tens of thousands of UUID objects would take longer than all else."""
    return Cast(column, output_field=CharField())
