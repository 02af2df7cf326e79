"""What must never be so about manifests and money, asked of the tables by other words than the triggers use.

One statement, because it is asked after every operation of a walk: each part of it gives a sentence for each wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from cauce.corridor.selectors import in_force
from cauce.journal import clock

KINDS = ("onward", "return", "internal")


def wrongs() -> list[str]:
    """Every way in which a sealed manifest or a tranche is what it must never be. Empty: all is well."""
    checks = tuple((check.id, tuple(check.suffices.get(kind, ()) for kind in KINDS)) for check in in_force().checks)
    query, values = _asked(checks, connection.vendor)
    # Where a consent has cooled off the moment counts; it stands last, once for each time that it is asked.
    moment = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, moment])
        return [str(said) for (said,) in cursor.fetchall()]


@lru_cache
def _asked(checks: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...], vendor: str) -> tuple[str, list[Any]]:
    told = [(kind, check, results) for check, each in checks for kind, results in zip(KINDS, each, strict=True)]
    asked = [(kind, check) for kind, check, results in told if results]
    good = [(kind, check, result) for kind, check, results in told for result in results]
    watched = [(kind, check) for kind, check, results in told if "refer" not in results]
    blocked = "json_each(h.blocks) b" if vendor == "sqlite" else "jsonb_array_elements_text(h.blocks) AS b(value)"
    query = _ABOARD.format(asked=_rows(asked, 2), good=_rows(good, 3), watched=_rows(watched, 2)) + " UNION ALL ".join(
        part.format(blocked=blocked) for part in _WRONG
    )
    return query, [value for rows in (asked, good, watched) for row in rows for value in row]


def _rows(rows: Sequence[tuple[str, ...]], width: int) -> str:
    """VALUES of so many rows; of none, one that nothing equals."""
    one = f"({', '.join(['%s'] * width)})"
    return f"VALUES {', '.join([one] * len(rows))}" if rows else f"VALUES ({', '.join(['NULL'] * width)})"


_ABOARD = """
WITH asked(kind, check_id) AS ({asked}), good(kind, check_id, result) AS ({good}),
watched(kind, check_id) AS ({watched}),
aboard AS (
  SELECT s.person, m.id, m.number, m.kind, m.origin, m.destination, m.date FROM movement_seat s
  JOIN movement_manifest m ON m.id = s.manifest_id WHERE s.live AND m.status = 'sealed')
"""

_WRONG = (
    # P1: held in a way that this movement is.
    """SELECT a.number || ': held (' || h.kind || '): ' || a.person FROM aboard a
       JOIN protection_hold h ON h.person = a.person AND h.lifted_at IS NULL
       WHERE EXISTS (SELECT 1 FROM {blocked} WHERE b.value = a.kind)""",
    # P3: a check that this movement asks for has no result that suffices.
    """SELECT a.number || ': ' || k.check_id || ' does not suffice: ' || a.person FROM aboard a
       JOIN asked k ON k.kind = a.kind
       WHERE NOT EXISTS (SELECT 1 FROM vetting_checkresult r JOIN good g ON g.kind = a.kind
                         AND g.check_id = r.check_id AND g.result = r.result
                         WHERE r.person = a.person AND r.check_id = k.check_id)""",
    # P5: a question about them waits for an answer.
    """SELECT a.number || ': a review is open: ' || a.person FROM aboard a
       JOIN vetting_review r ON r.person = a.person AND r.status = 'open' AND r.blocks
       JOIN watched w ON w.kind = a.kind AND w.check_id = r.check_id""",
    # F2: only who is there can leave from there.
    """SELECT a.number || ': not at ' || a.origin || ': ' || a.person FROM aboard a
       WHERE NOT EXISTS (SELECT 1 FROM people_stay t
                         WHERE t.person_id = a.person AND t.until IS NULL AND t.place = a.origin)""",
    # P9: one of the family is at the place and does not go the same way on that day.
    """SELECT DISTINCT a.number || ': split from the family: ' || q.id FROM aboard a
       JOIN people_person p ON p.id = a.person JOIN people_person q ON q.group_id = p.group_id
       JOIN people_stay t ON t.person_id = q.id AND t.until IS NULL AND t.place = a.origin
       WHERE NOT EXISTS (SELECT 1 FROM aboard o WHERE o.person = q.id AND o.origin = a.origin
                         AND o.destination = a.destination AND o.date = a.date AND o.kind = a.kind)""",
    # P12: nobody returns without a case, on an appeal that runs, or without a consent that counts.
    """SELECT a.number || ': no case: ' || a.person FROM aboard a WHERE a.kind = 'return' AND NOT EXISTS (
         SELECT 1 FROM movement_returncase c WHERE c.person = a.person AND c.closed_at IS NULL)""",
    """SELECT a.number || ': an appeal runs: ' || a.person FROM aboard a
       JOIN movement_returncase c ON c.person = a.person AND c.closed_at IS NULL AND c.kind <> 'voluntary'
       WHERE a.kind = 'return' AND c.appeal_filed_on IS NOT NULL AND c.appeal_suspensive AND c.appeal_outcome = ''""",
    "SELECT 'two seats: ' || person FROM movement_seat WHERE live GROUP BY person HAVING count(*) > 1",
    """SELECT 'sold twice: ' || manifest_id || ' ' || number FROM movement_seat WHERE live
       GROUP BY manifest_id, number HAVING count(*) > 1""",
    """SELECT 'no such seat: ' || m.number || ' ' || s.number FROM movement_seat s
       JOIN movement_manifest m ON m.id = s.manifest_id WHERE s.live AND (s.number < 1 OR s.number > m.seats)""",
    """SELECT 'tranche ' || id || ': ' || committed || ' committed of ' || amount || ', ' || spent || ' spent'
       FROM movement_tranche WHERE committed > amount OR spent > committed""",
    """SELECT 'flight ' || f.number || ': more aboard than its seats' FROM movement_flight f
       WHERE f.status NOT IN ('cancelled', 'withdrawn') AND f.seats - f.crew_seats < (
         SELECT count(*) FROM movement_flightstop p JOIN movement_seat s ON s.manifest_id = p.manifest AND s.live
         WHERE p.flight_id = f.id)""",
    """SELECT a.number || ': no consent that counts: ' || a.person FROM aboard a
       JOIN movement_returncase c ON c.person = a.person AND c.closed_at IS NULL AND c.kind = 'voluntary'
       WHERE a.kind = 'return' AND NOT EXISTS (
         SELECT 1 FROM movement_returnconsent y WHERE y.case_id = c.id AND y.withdrawn_at IS NULL
         AND y.destination = c.destination AND y.cooling_until <= %s)""",
)
