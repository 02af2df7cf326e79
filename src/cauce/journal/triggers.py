"""Database rules that no screen can forget. Each is written twice, for SQLite and for PostgreSQL, and installed as one.

Triggers guard the acts of this node. What another node recorded is a fact: while it is taken in, those that are
`acts_only` are `held_back` in that transaction. Triggers are dropped while a journal is replayed, re-installed after
every migrate and rebuild, and `installed()` lists what the store has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Trigger:
    """Before `when` (`INSERT`, `UPDATE`, `DELETE`, `UPDATE OF status`) on `table`: refuse with `code` if `refuse_if`.

    `refuse_if` is a SQL condition that both stores understand, over NEW and OLD. `code` is what the refusal is called;
    `journal.guard` turns it into a sentence. A rule that holds for whatever is written, because the table only grows,
    is not `acts_only`. One that looks at other tables alone, and is asked `once_in`, is asked on PostgreSQL when the
    row is in its table: rows come in one by one past what is asked before.
    """

    name: str
    table: str
    when: str
    refuse_if: str
    code: str
    acts_only: bool = True
    once_in: bool = False


_known: dict[str, Trigger] = {}


def trigger(rule: Trigger) -> Trigger:
    """Register a rule; the same name twice must be the same rule."""
    if _known.setdefault(rule.name, rule) != rule:
        raise ValueError(f"two different triggers are called {rule.name}")
    return rule


def known() -> dict[str, Trigger]:
    return dict(sorted(_known.items()))


@contextmanager
def held_back() -> Iterator[None]:
    """Inside, and in the open transaction alone, the rules that are `acts_only` are not asked.

    When the block raises, the transaction has to be undone: that wakes them. SQLite has a row in `journal_taking` for
    it, which nobody else sees. PostgreSQL has a setting that must be the transaction's own number, and looks at it
    before it calls a rule at all: a station's three days are thousands of rows with up to twenty rules each.
    """
    _say_taking("INSERT INTO journal_taking (id) VALUES (1)", "pg_current_xact_id()::text")
    yield
    _say_taking("DELETE FROM journal_taking", "''")


def _say_taking(sqlite: str, postgres: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlite if connection.vendor == "sqlite" else f"SELECT set_config('cauce.taking', {postgres}, true)"
        )


def _sqlite(rule: Trigger) -> list[str]:
    # The cheap question comes first, so that a catch-up of a whole station asks no other.
    awake = "NOT EXISTS (SELECT 1 FROM journal_taking) AND " if rule.acts_only else ""
    return [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.when} ON {rule.table} FOR EACH ROW WHEN {awake}({rule.refuse_if}) "
        f"BEGIN SELECT RAISE(ABORT, 'cauce:{rule.code}'); END"
    ]


def _postgres(rule: Trigger) -> list[str]:
    give_back = "OLD" if rule.when == "DELETE" else "NEW"
    awake = ""
    if rule.acts_only:
        awake = "WHEN (current_setting('cauce.taking', true) IS DISTINCT FROM pg_current_xact_id()::text) "
    return [
        f"CREATE OR REPLACE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql AS $cauce$ BEGIN "
        f"IF {rule.refuse_if} THEN RAISE EXCEPTION 'cauce:{rule.code}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {give_back}; END $cauce$",
        f"CREATE TRIGGER {rule.name} {'AFTER' if rule.once_in else 'BEFORE'} {rule.when} ON {rule.table} "
        f"FOR EACH ROW {awake}EXECUTE FUNCTION {rule.name}()",
    ]


def install() -> None:
    """Drop and create every registered trigger."""
    drop()
    build = _sqlite if connection.vendor == "sqlite" else _postgres
    with connection.cursor() as cursor:
        for rule in _known.values():
            for statement in build(rule):
                cursor.execute(statement)


def drop(*, keep: frozenset[str] = frozenset()) -> None:
    """Remove every registered trigger but those in `keep`."""
    with connection.cursor() as cursor:
        for rule in _known.values():
            if rule.name in keep:
                continue
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {rule.name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {rule.name} ON {rule.table}")


def installed() -> set[str]:
    """The names of the triggers that the store has now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


for _verb in ("UPDATE", "DELETE"):
    trigger(
        Trigger(
            name=f"journal_entry_no_{_verb.lower()}",
            table="journal_entry",
            when=_verb,
            refuse_if="1 = 1",
            code="journal_is_append_only",
            acts_only=False,
        )
    )

trigger(
    Trigger(
        name="journal_node_stays_what_it_is",
        table="journal_node",
        when="UPDATE",
        refuse_if="NEW.training <> OLD.training OR NEW.clock_offset <> OLD.clock_offset OR NEW.name <> OLD.name",
        code="node_stays_what_it_is",
        acts_only=False,
    )
)
