"""People who have gone on, many times over, as rows of PostgreSQL: other identities, names and birth dates put together
anew, each word of a name as common as before.

Fast because indexes are made once, behind the rows; identifiers keep the order of time that UUIDv7 has, so that the
newest rows lie together, as they do in a hub that grew.
"""

from __future__ import annotations

import time
from typing import Any

NUMBERS = {
    "people_person": ("number", "card_token"),
    "people_group": ("number",),
    "people_document": ("number_key",),
    "journal_entry": ("node",),
}
KEYS = ("journal_personkey", "journal_nodekey")
STEP = 7919  # a prime: copy k has the family names of whoever stands k steps of it further on

# The k-th identity: made k days earlier, the random bits as they are. The k-th birth date: some years off, other for
# each person, and of a child still a child's.
FUNCTIONS = """
CREATE FUNCTION pg_temp.other(id uuid, k int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint - k * 86400000::bigint)
          & 281474976710655), 12, '0') || right(id::text, 23))::uuid $$;
CREATE FUNCTION pg_temp.shifted(id uuid, k int, born date) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN born < '2005-01-01' THEN (('x' || right(id::text, 4))::bit(16)::int + k * 137) % 9000 - 4500
         ELSE (('x' || right(id::text, 4))::bit(16)::int + k * 137) % 4400 - 2200 END $$;
"""
PEOPLE = """
CREATE TEMP TABLE gone AS
  SELECT p.id AS person, p.group_id, p.given_names, p.family_names, row_number() OVER (ORDER BY p.id) - 1 AS at
  FROM people_person p JOIN people_stay s ON s.person_id = p.id WHERE s.until IS NOT NULL;
CREATE TEMP TABLE words (at bigint, of_family boolean, token text);
CREATE TEMP TABLE folded (at bigint, given text, family text);
"""
OTHER_FAMILY = f"(g.at + k * {STEP}) % (SELECT count(*) FROM gone)"


def multiply(cursor: Any, people: int) -> None:
    """Copy those who have gone on until there are about so many people. Needs a superuser's connection."""
    cursor.execute(FUNCTIONS)
    cursor.execute(PEOPLE)
    cursor.execute("SELECT (SELECT count(*) FROM people_person), (SELECT count(*) FROM gone)")
    here, gone = cursor.fetchone()
    times = max(0, round((people - here) / gone)) if gone else 0
    if not times:
        return
    _words(cursor)
    cursor.execute("ANALYZE gone; ANALYZE words; ANALYZE folded")
    cursor.execute("SET session_replication_role = replica")  # no trigger and no foreign key is asked
    cursor.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'; SET max_parallel_workers_per_gather = 2")
    tables = _tables(cursor)
    tops = {table: _top(cursor, table) for table, columns in tables.items() if columns.get("id") == "bigint"}
    for table, columns in tables.items():
        _copy(cursor, table, columns, times, tops)
    cursor.execute("SET session_replication_role = DEFAULT")


def _words(cursor: Any) -> None:
    """The words by which a name is found and its folded text, given and family names apart."""
    from cauce.people.folding import search_text
    from cauce.vetting.namekeys import words_of

    cursor.execute("SELECT at, given_names, family_names FROM gone")
    words, folded = [], []
    for at, given, family in cursor.fetchall():
        folded.append((at, search_text([given]), search_text([family])))
        words += [(at, False, token) for token in words_of([given])]
        words += [(at, True, token) for token in words_of([family])]
    for table, rows in (("words", words), ("folded", folded)):
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _tables(cursor: Any) -> dict[str, dict[str, str]]:
    """Table -> column -> type, of every table that says something of persons."""
    cursor.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
        "ORDER BY table_name, ordinal_position"
    )
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in cursor.fetchall():
        tables.setdefault(table, {})[column] = kind
    about = {name: told for name, told in tables.items() if {"person", "person_id"} & told.keys() and name not in KEYS}
    return {name: tables[name] for name in ("people_group", "people_person", "journal_entry")} | about


def _top(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
    return int(cursor.fetchone()[0])


def _copy(cursor: Any, table: str, columns: dict[str, str], times: int, tops: dict[str, int]) -> None:
    started = time.perf_counter()
    who = f"JOIN gone g ON g.person = b.{'person' if 'person' in columns else 'person_id'}"
    if table == "people_group":
        who = "JOIN (SELECT DISTINCT group_id FROM gone) g ON g.group_id = b.id"
    elif table == "people_person":
        who = "JOIN gone g ON g.person = b.id"
    cursor.execute(f"SELECT count(*) FROM {table} b {who}")
    if not cursor.fetchone()[0]:
        return
    told = {name: _value(table, name, kind, tops) for name, kind in columns.items()}
    source = f"SELECT {', '.join(told.values())} FROM {table} b {who}"
    if table == "people_person":
        source += f" CROSS JOIN generate_series(1, {times}) k JOIN folded own ON own.at = g.at"
        source += f" JOIN folded kin ON kin.at = {OTHER_FAMILY} JOIN gone other ON other.at = kin.at"
    elif table == "vetting_namepart":
        source = _name_parts(times)
    else:
        source += f" CROSS JOIN generate_series(1, {times}) k"
    cursor.execute(f"UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = '{table}'::regclass")
    cursor.execute(f"INSERT INTO {table} ({', '.join(told)}) {source}")
    rows, copied = cursor.rowcount, time.perf_counter() - started
    cursor.execute(f"REINDEX TABLE {table}")
    if columns.get("id") == "bigint":
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    indexed = time.perf_counter() - started - copied
    print(f"{table}: {rows} rows in {copied:.0f} s, indexes in {indexed:.0f} s", flush=True)


def _name_parts(times: int) -> str:
    """The words of each copy: its own given names, the family names of another."""
    born = (
        "CASE WHEN b.birth_first IS NULL THEN 0 "
        "ELSE to_char(b.birth_first + pg_temp.shifted(b.id, k, b.birth_first), 'YYYYMMDD')::int END"
    )
    rows = f"FROM gone g JOIN people_person b ON b.id = g.person CROSS JOIN generate_series(1, {times}) k"
    mine = f"SELECT w.token, {born}, pg_temp.other(g.person, k) {rows} JOIN words w ON w.at = g.at AND NOT w.of_family"
    kin = f"SELECT w.token, {born}, pg_temp.other(g.person, k) {rows} JOIN words w ON w.at = {OTHER_FAMILY}"
    twice = "SELECT FROM words m WHERE m.at = g.at AND NOT m.of_family AND m.token = w.token"
    return f"{mine} UNION ALL {kin} AND w.of_family WHERE NOT EXISTS ({twice})"


def _value(table: str, column: str, kind: str, tops: dict[str, int]) -> str:
    """What a column of the k-th copy of a row holds: other identities, the same facts."""
    own = {
        "people_person.family_names": "other.family_names",
        "people_person.search": "left(own.given || ' ' || kin.family, 600)",
        "people_stay.until": "b.since + interval '36 hours'",
    }
    if found := own.get(f"{table}.{column}"):
        return found
    if table == "people_person" and column in ("birth_first", "birth_last", "adult_on"):
        return f"b.{column} + pg_temp.shifted(b.id, k, b.birth_first)"
    if kind == "uuid":
        return f"pg_temp.other(b.{column}, k)"
    if column == "id":
        return f"b.id + k * {tops[table]}"
    if column == "entry_id":
        return f"b.entry_id + k * {tops['journal_entry']}"
    if column in NUMBERS.get(table, ()):
        return f"left(k::text || '.' || b.{column}, 40)"
    return f"b.{column}"
