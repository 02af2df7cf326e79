"""A table as rows are told to it: values in the order of its columns, sealed and written as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, models

from cauce.journal import binary

_AS_IT_IS = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)
_AS_IT_IS_ON_A_SERVER = (models.DateField, models.FloatField)  # moments are dates, to Django
Values = list[Any]
"""One row: what each column holds, in the order of `Table.names`."""
Converter = Callable[[Any], Any]
Fill = Callable[[Sequence[Any]], Values]


if TYPE_CHECKING:
    _Number = models.BigIntegerField[int, int]
else:
    _Number = models.BigIntegerField  # takes no types while it runs


class EntryNumber(_Number):
    """The number of an entry in this store, which rows that are made before it has one wait for."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs


class Awaited:
    """The number that an entry will have here; `at` is its place among those that came with it."""

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at


class Table:
    """What there is to know of a model to write its rows. A key that the store counts is no column of them."""

    def __init__(self, model: type[models.Model], vendor: str) -> None:
        self.model, self.vendor = model, vendor
        self.fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
        self.names: tuple[str, ...] = tuple(field.attname for field in self.fields)
        self.at = {name: at for at, name in enumerate(self.names)}
        self.defaults = [field.get_default() for field in self.fields]
        key = model._meta.pk
        # Rows without a key of one column, or with one that the store counts, are never spoken of again.
        counted = isinstance(key, (models.AutoField, models.CompositePrimaryKey))
        self.key = None if counted else self.at[key.attname]
        # The number of an identifier is found again several times as fast as the identifier.
        self.by_number = isinstance(kept_as(key), models.UUIDField)
        self.quoted = connection.ops.quote_name(str(model._meta.db_table))
        self.columns = tuple(connection.ops.quote_name(str(field.column)) for field in self.fields)
        self.entries = [at for at, field in enumerate(self.fields) if _is_of_an_entry(field)]
        self._pick = itemgetter(*self.names)
        self._sealed: list[tuple[int, Any]] = [
            (at, field) for at, field in enumerate(self.fields) if hasattr(field, "content_for")
        ]
        self._convert = [
            (at, change)
            for at, field in enumerate(self.fields)
            if (change := converter(field, vendor)) is not None and not hasattr(field, "content_for")
        ]

    def of(self, row: models.Model) -> Values:
        """The values of an object; what is sealed stays closed."""
        return list(self._pick(row.__dict__))

    def number(self, row: Values) -> Any:
        """What stands for the row's key."""
        key = row[self.key]  # type: ignore[index]
        return key.int if self.by_number else key

    def adapted(self, rows: Sequence[Values]) -> list[tuple[Any, ...]]:
        """The rows as parameters of a statement."""
        columns = self._closed(rows)
        for at, change in self._convert:
            columns[at] = [change(value) for value in columns[at]]
        return list(zip(*columns, strict=True))

    def encoded(self, rows: Sequence[Values], keys: Sequence[int] | None = None) -> bytes:
        """The rows as content of a binary COPY, behind keys of their own if there are any."""
        columns = self._closed(rows)
        told = [encode(column) for encode, column in zip(_encoders(self.model), columns, strict=True)]
        if keys is not None:
            told.insert(0, binary.encoder(models.BigIntegerField())(keys))
        return binary.rows(told)

    def prepared(self, rows: Sequence[Values], keys: Sequence[Any] | None = None) -> binary.Parts:
        """As `encoded`, but for the numbers of entries, which may be `Awaited`."""
        columns: list[Any] = list(self._closed(rows))
        for at, encode in enumerate(_encoders(self.model)):
            if at not in self.entries:
                columns[at] = binary.column(encode, columns[at])
        if keys is None and all(type(column) is bytes for column in columns):
            columns[0] = [columns[0]] * len(rows)
        if keys is None:
            return binary.Parts(columns, self.entries)
        return binary.Parts([keys, *columns], [0, *(at + 1 for at in self.entries)])

    def _closed(self, rows: Sequence[Values]) -> list[Sequence[Any]]:
        """The rows as columns, what is to be sealed sealed, with the keys of all of them at once."""
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        if not self._sealed:
            return columns
        persons = columns[self.at[self.model.sealed_under]]  # type: ignore[attr-defined]
        keys = columns[self.at[self.model._meta.pk.attname]]
        for at, field in self._sealed:
            columns[at] = field.contents(columns[at], keys, persons)
        return columns


def _is_of_an_entry(field: Any) -> bool:
    return isinstance(field, EntryNumber) or (
        isinstance(field, models.ForeignKey) and field.related_model._meta.label == "journal.Entry"
    )


@lru_cache(maxsize=256)
def _table(model: type[models.Model], vendor: str) -> Table:
    return Table(model, vendor)


def table_of(model: type[models.Model]) -> Table:
    return _table(model, connection.vendor)


@lru_cache(maxsize=256)
def _encoders(model: type[models.Model]) -> list[binary.Encode]:
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
    return [binary.bytes_of if hasattr(f, "content_for") else binary.encoder(kept_as(f)) for f in fields]


@lru_cache(maxsize=256)
def filled(model: type[models.Model], names: tuple[str, ...]) -> Fill:
    """Whole rows of those that are told as values of these columns only; TypeError for a name that is none."""
    table = table_of(model)
    unknown = set(names) - set(table.names)
    if unknown:
        raise TypeError(f"{model.__name__} has no column {', '.join(sorted(unknown))}")
    told = {name: at for at, name in enumerate(names)}
    rest = [(name, value) for name, value in zip(table.names, table.defaults, strict=True) if name not in told]
    told |= {name: len(names) + at for at, (name, _) in enumerate(rest)}
    if names == table.names:
        return list
    pick = itemgetter(*(told[name] for name in table.names))
    if not rest:
        return lambda values: list(pick(values))
    same = tuple(value for _, value in rest)
    return lambda values: list(pick((*values, *same)))


def kept_as(field: Any) -> models.Field[Any, Any]:
    """The field whose values a foreign key holds."""
    return field.target_field if isinstance(field, models.ForeignKey) else field


def converter(field: models.Field[Any, Any], vendor: str) -> Converter | None:
    """What makes a parameter of a value; None where it is one already."""
    kept = kept_as(field)
    if isinstance(kept, _AS_IT_IS) and not isinstance(kept, models.AutoField):
        return None
    if isinstance(kept, models.BinaryField):
        return None
    if hasattr(kept, "content_for"):
        return kept.get_prep_value
    if isinstance(kept, models.UUIDField):
        return None if vendor == "postgresql" else _sqlite_uuid
    if vendor == "postgresql" and isinstance(kept, _AS_IT_IS_ON_A_SERVER):
        return None
    if vendor == "sqlite" and type(kept) is models.DateTimeField:
        return _sqlite_moment
    if type(kept) is models.JSONField:
        return binary.as_json
    return lambda value: kept.get_db_prep_save(value, connection)


def _sqlite_uuid(value: UUID | None) -> str | None:
    return None if value is None else value.hex


def _sqlite_moment(value: datetime | None) -> str | None:
    """As Django keeps it, so that its own reading and comparing fit."""
    return None if value is None else str(value.astimezone(UTC).replace(tzinfo=None))
