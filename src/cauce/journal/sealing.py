"""Columns that are sealed under the key of the person whom the row is about.

A row's class says in `sealed_under` which of its fields holds the person. What lies in the table is AES-256-GCM bound
to table, column and row; the attribute opens when it is read, with the keys of all rows of the same query at once.
A column is empty in the clear, so that rows of the erased need no key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute

from cauce.journal import keys
from cauce.journal.errors import CauceError

M = TypeVar("M", bound=models.Model)


class Sealed:
    """The content of a cell as it lies in the table. It has no text: nothing closed gets onto a page by mistake."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __bool__(self) -> bool:
        return bool(self.content)

    def __eq__(self, other: object) -> bool:
        """Equal content in the same cell; an empty cell is whatever empty value it would open to."""
        if isinstance(other, Sealed):
            return self.content == other.content
        return not self.content and other in ("", [], {})

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        raise TypeError("a sealed column was read without its row: read it from the object, or open it")


class Together:
    """The keys of rows that came from one query: loaded once, when the first of them is opened."""

    __slots__ = ("_loaded", "persons", "ring")

    def __init__(self, persons: Iterable[UUID]) -> None:
        self.persons = persons
        self.ring = keys.Ring()
        self._loaded = False

    def key_of(self, person: UUID) -> keys.Key | None:
        if not self._loaded:
            self.ring.load(self.persons)
            self._loaded = True
        if not self.ring.knows(person):
            self.ring.load({person})
        return self.ring.get(person)


class Opening(DeferredAttribute):
    """A sealed column of a row: opens when it is read, and stays open."""

    field: SealedField[Any]

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.opened(instance, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


T = TypeVar("T")
if TYPE_CHECKING:
    Field = models.Field
else:

    class Field(models.Field):
        """Django's own, which takes no types."""

        def __class_getitem__(cls, kinds: object) -> type:
            return cls


class SealedField(Field[Any, T]):
    """What both kinds share. The table holds bytes; empty bytes for the empty value."""

    descriptor_class = Opening
    empty_strings_allowed = False

    def get_internal_type(self) -> str:
        return "BinaryField"

    def nothing(self) -> T:
        """What is read from an empty cell."""
        raise NotImplementedError

    def packed(self, value: T) -> bytes:
        raise NotImplementedError

    def unpacked(self, plain: bytes) -> T:
        raise NotImplementedError

    def get_default(self) -> T:
        return self.nothing()

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is something can be asked of the store."""
        return Exact if lookup_name == "exact" else None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed:
        return Sealed(bytes(value or b""))

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.content
        if value is None or value == self.nothing() or value == b"":
            return b""
        raise FieldError(
            f"{self.name} is sealed: write sealing.cell(...), not the plain value; only emptiness is found"
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        content = self.get_prep_value(value) if not isinstance(value, bytes) else value
        return connection.Database.Binary(content) if connection.vendor != "sqlite" else content

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return Sealed(self.content_for(model_instance))

    def content_for(self, row: Any) -> bytes:
        """The cell of this row as it goes into the table; empty when the person's key is gone."""
        value = row.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            return value.content
        if not value and (value is None or value == self.nothing()):
            return b""
        ring = keys.present()
        person = subject_of(row)
        if not ring.knows(person):
            ring.load({person})
        return self._closed(ring.get(person), row.pk, value)

    def contents(self, values: Sequence[Any], rows: Sequence[Any], persons: Sequence[UUID]) -> list[bytes]:
        """`content_for` of many rows, told as values of this column, primary keys, and whom the rows are about."""
        nothing = self.nothing()
        cells = [value.content if isinstance(value, Sealed) else b"" for value in values]
        told = ((at, value) for at, value in enumerate(values) if value is not None and type(value) is not Sealed)
        plain = [at for at, value in told if value != nothing]
        if plain:
            ring = keys.present()
            ring.load({persons[at] for at in plain})
            for at in plain:
                cells[at] = self._closed(ring.get(persons[at]), rows[at], values[at])
        return cells

    def opened(self, row: models.Model, sealed: Sealed) -> T:
        """CauceError when the cell is another one's, or was changed."""
        if not sealed.content:
            return self.nothing()
        key = key_of(row)
        if key is None:
            return self.nothing()
        return self.opened_with(key, row.pk, sealed.content)

    def opened_with(self, key: keys.Key, row: Any, content: bytes) -> T:
        """CauceError as above; `row` is its primary key."""
        try:
            return self.unpacked(key.unseal_cell(content, self._about(row)))
        except InvalidTag as reason:
            raise CauceError(
                f"Column {self.column} of row {row} in {self.model._meta.db_table} is not what was written there. "
                "`cauce journal rebuild` makes the tables anew from the journal.",
                code="changed_cell",
            ) from reason

    def _closed(self, key: keys.Key | None, row: Any, value: T) -> bytes:
        return b"" if key is None else key.seal_cell(self.packed(value), self._about(row))

    def _about(self, row: Any) -> bytes:
        return f"{self.model._meta.db_table}\0{self.column}\0{row}".encode()


class SealedText(SealedField[str]):
    """Text that only the person's key opens."""

    def nothing(self) -> str:
        return ""

    def packed(self, value: str) -> bytes:
        return value.encode()

    def unpacked(self, plain: bytes) -> str:
        return plain.decode()


class SealedJSON(SealedField[Any]):
    """Lists and mappings that only the person's key opens; `default` says which of the two an empty cell is."""

    def nothing(self) -> Any:
        return self.default() if callable(self.default) else None

    def packed(self, value: Any) -> bytes:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)

    def unpacked(self, plain: bytes) -> Any:
        return orjson.loads(plain)


class Rows(models.QuerySet[M]):
    """Rows of one query share their keys."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh:
            _join(self._result_cache or ())

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        ready = list(objs)
        with self.model.keys_for(ready):  # type: ignore[attr-defined]
            return super().bulk_create(ready, *args, **kwargs)

    def update(self, **values: Any) -> int:
        """As ever; a plain value of a sealed column is sealed for each row by itself, which takes a query a row."""
        plain = {name: value for name, value in values.items() if self._has_to_be_sealed(name, value)}
        if not plain:
            return super().update(**values)
        rows = list(self.order_by().values_list("pk", self.model.sealed_under))  # type: ignore[attr-defined]
        with keys.at_hand(keys.present()) as ring:
            ring.load({person for _, person in rows})
            for row, person in rows:
                sealed = {name: cell(self.model, name, row, person, value) for name, value in plain.items()}
                self.model._base_manager.filter(pk=row).update(**values | sealed)
        return len(rows)

    def _has_to_be_sealed(self, name: str, value: Any) -> bool:
        field = self.model._meta.get_field(name)
        return isinstance(field, SealedField) and not isinstance(value, Sealed) and value != field.nothing()


class Shared(models.Manager[M]):
    """The manager of a table whose rows open together."""

    def get_queryset(self) -> models.QuerySet[M]:
        return Rows(self.model, using=self._db)


class Sealing(models.Model):
    """A table with sealed columns."""

    sealed_under: ClassVar[str] = "person"
    objects: ClassVar[Shared[Self]] = Shared()

    class Meta:
        abstract = True

    @classmethod
    def keys_for(cls, rows: Sequence[models.Model]) -> AbstractContextManager[keys.Ring]:
        """A ring at hand with the keys of all rows that have something to seal, opened in one query."""
        ring, names = keys.present(), _columns(cls)
        ring.load({subject_of(row) for row in rows if any(row.__dict__.get(n) not in (e, None) for n, e in names)})
        return keys.at_hand(ring)


@lru_cache(maxsize=64)
def _columns(model: type[models.Model]) -> tuple[tuple[str, Any], ...]:
    fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
    return tuple((field.attname, field.nothing()) for field in fields)


def subject_of(row: models.Model) -> UUID:
    person: UUID = getattr(row, row.sealed_under)  # type: ignore[attr-defined]
    return person


def key_of(row: models.Model) -> keys.Key | None:
    """The key of the row's person, opened with those of all rows of the same query; None when it was destroyed."""
    return together(row).key_of(subject_of(row))


def together(row: models.Model) -> Together:
    found: Together | None = row.__dict__.get("_together")
    if found is None:
        found = row.__dict__["_together"] = Together((subject_of(row),))
    return found


def _join(rows: Sequence[Any]) -> None:
    """Rows of one result, and those that were read along with them, open together."""
    groups: dict[type, list[Any]] = {}
    for row in rows:
        if not isinstance(row, models.Model):
            return
        for each in (row, *row._state.fields_cache.values()):
            if isinstance(each, Sealing) and each.sealed_under in each.__dict__:
                groups.setdefault(type(each), []).append(each)
    for some in groups.values():
        shared = Together({subject_of(row) for row in some})
        for row in some:
            row.__dict__.setdefault("_together", shared)


def mark(row: models.Model, text: str) -> str:
    """A name for `text` among what is about the row's person: equal on every node, and nobody guesses it back."""
    key = key_of(row) if text else None
    return key.mark(text) if key else ""


class Hex(models.Func):
    """A sealed column as hexadecimal digits, for questions that are answered in JSON."""

    output_field = models.CharField()

    def as_sql(self, *args: Any, **more: Any) -> Any:
        return super().as_sql(*args, **more | {"function": "HEX"})

    def as_postgresql(self, *args: Any, **more: Any) -> Any:
        return super().as_sql(*args, **more | {"template": "ENCODE(%(expressions)s, 'hex')"})


def open_cells(cells: Sequence[tuple[SealedField[Any], UUID, UUID, str]]) -> list[Any]:
    """What is in cells that were read as `Hex`: field, row, person, digits. The keys of all come in one query."""
    ring = keys.Ring()
    ring.load({person for _, _, person, digits in cells if digits})
    return [
        field.opened_with(key, row, bytes.fromhex(digits)) if digits and (key := ring.get(person)) else field.nothing()
        for field, row, person, digits in cells
    ]


def cell(model: type[models.Model], column: str, row: UUID, person: UUID, value: Any) -> Sealed:
    """The value as that cell holds it, for `update(...)`: sealed under the person's key, empty once it is gone."""
    field = model._meta.get_field(column)
    if not isinstance(field, SealedField):
        raise TypeError(f"{column} of {model.__name__} is not sealed")
    if value == field.nothing():
        return Sealed(b"")
    ring = keys.present()
    ring.load({person})
    return Sealed(field._closed(ring.get(person), row, value))
