"""P11: the one gate outward."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cauce.access.models import Reading
from cauce.access.selectors import looks_for
from cauce.corridor.selectors import in_force
from cauce.corridor.services import apply_corridor
from cauce.corridor.shape import EXPORT_FIELDS, Purpose, Recipient
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.models import Entry, Mention
from cauce.journal.services import record
from cauce.people.events import NeedFlagged
from cauce.protection import gate, services
from cauce.protection.models import Release

VENEZUELA = Recipient(
    id="consulate",
    controller="Consulate of Venezuela",
    country="VEN",
    legal_basis="Vienna Convention on Consular Relations, art. 36",
    purpose="Travel papers",
    fields=EXPORT_FIELDS,
    retention_days=7,
    until=date(2027, 1, 1),
)


@pytest.fixture
def corridor(store):
    """The Darién with a consulate as a recipient and a purpose that is asked."""
    changed = replace(
        in_force(),
        recipients=(*in_force().recipients, VENEZUELA),
        purposes=(*in_force().purposes, Purpose(id="consular", title="Travel papers", basis="consent")),
    )
    apply_corridor(corridor=changed, by=store["administrator"])
    return changed


def release(store, persons, recipient="cri_dgme", **more):
    return gate.release(recipient=recipient, persons=persons, what="manifest B-1, CSV", by=store["coordinator"], **more)


def wish(store, person, *, given=True):
    return services.record_consent(
        person=person, purpose="consular", recipient="consulate", given=given, language="es", by=store["registrar"]
    )


def test_the_gate_knows_every_field_that_a_corridor_file_may_name():
    assert set(gate.FIELDS) == set(EXPORT_FIELDS)


def test_only_the_recipients_fields_leave_and_in_the_order_asked(store, register, passport):
    last = register(full_name="Zoe", sex="F", documents=(passport(number="V77"),))
    first = register(full_name="Abel", birth_first=date(1984, 1, 1), birth_last=date(1984, 12, 31))
    rows = release(store, [last, first], extra={last: {"seat": "4"}})
    fields = next(r for r in in_force().recipients if r.id == "cri_dgme").fields
    assert [tuple(row) for row in rows] == [fields, fields]
    assert (rows[0]["name"], rows[0]["seat"], rows[0]["document_number"], rows[0]["sex"]) == ("Zoe", "4", "V77", "F")
    assert (rows[1]["name"], rows[1]["seat"], rows[1]["birth_date"]) == ("Abel", "", "1984")


def test_p11_a_release_is_logged_in_the_timeline_of_each_and_read_by_name(store, register):
    persons = [register(), register()]
    release(store, persons)
    row = Release.objects.get()
    assert (row.recipient, row.people, row.withheld, row.what, row.account) == (
        "cri_dgme",
        2,
        0,
        "manifest B-1, CSV",
        "coordinator",
    )
    assert row.legal_basis
    entry = Entry.objects.get(name="protection.released")
    assert set(Mention.objects.filter(entry=entry).values_list("person", flat=True)) == set(persons)
    assert [look.what for look in looks_for(persons[0])] == ["release"]
    assert b"Person" not in bytes(entry.body), "the log names who, never what"


def test_p11_an_unknown_recipient_gets_nothing(store, register):
    with pytest.raises(Refused) as refused:
        release(store, [register()], recipient="press")
    assert refused.value.code == "unknown_recipient"
    assert not Release.objects.exists()
    assert not Reading.objects.exists()


def test_p11_a_recipient_gets_nothing_after_its_end_date(store, register, at):
    person = register()
    until = next(r for r in in_force().recipients if r.id == "cri_dgme").until
    with at(datetime(until.year, until.month, until.day, 23, 0, tzinfo=UTC)):
        assert len(release(store, [person])) == 1
    with at(datetime(until.year + 1, 1, 1, 12, 0, tzinfo=UTC)), pytest.raises(Refused) as refused:
        release(store, [person])
    assert refused.value.code == "recipient_ended"


@pytest.mark.parametrize("facts", [{"nationality": "CRI"}, {"nationality": "NIC", "feared_country": "CRI"}])
def test_p11_the_country_of_nationality_or_fear_does_not_hear_of_a_person(store, register, facts):
    own, other = register(**facts), register(full_name="Other")
    assert [row["name"] for row in release(store, [own, other])] == ["Other"]
    assert (Release.objects.get().people, Release.objects.get().withheld) == (1, 1)
    assert not Mention.objects.filter(person=own, entry__name="protection.released").exists()


def test_p11_a_passport_of_the_country_counts_like_its_nationality(store, register, passport):
    person = register(nationality="", documents=(passport(issuer="CRI"),))
    with pytest.raises(Refused) as refused:
        release(store, [person])
    assert refused.value.code == "own_or_feared_country"


def test_p11_strict_releases_all_or_nothing(store, register):
    with pytest.raises(Refused) as refused:
        release(store, [register(), register(nationality="CRI")], strict=True)
    assert refused.value.code == "own_or_feared_country"
    assert not Release.objects.exists()


def test_p11_the_own_consulate_sees_travel_identity_at_the_persons_own_request_only(
    store, corridor, register, passport
):
    asking, silent = register(documents=(passport(),)), register()
    refusing, foreign = register(), register(nationality="COL", full_name="Foreign")
    wish(store, asking)
    wish(store, refusing, given=False)
    rows = release(store, [asking, silent, refusing, foreign], recipient="consulate", extra={asking: {"seat": "1"}})
    assert [row["document_number"] for row in rows] == ["X1234567", ""]
    assert (rows[0]["seat"], rows[0]["card_number"]) == ("", ""), "how and that the person travels is not identity"
    assert rows[0]["name"]
    assert rows[1]["card_number"]
    assert Release.objects.get().withheld == 2


@pytest.mark.parametrize("why", ["hold", "claim", "fear", "withdrawn"])
def test_p11_an_own_request_opens_nothing_under_a_hold_a_claim_or_fear_or_once_withdrawn(
    store, corridor, register, why
):
    person = register(**({"feared_country": "VEN"} if why == "fear" else {}))
    consent = wish(store, person)
    if why == "hold":
        services.place_hold(person=person, kind="medical", reason="x", by=store["protection"])
    if why == "claim":
        record(NeedFlagged(person=person, id=new_id(), code="asylum_wish"), by=store["registrar"])
    if why == "withdrawn":
        services.withdraw_consent(consent=consent, by=store["registrar"])
    with pytest.raises(Refused) as refused:
        release(store, [person], recipient="consulate")
    assert refused.value.code == "own_or_feared_country"


def test_the_gate_opens_for_those_who_may_export_and_for_people_who_are_here(store, register):
    person = register()
    with pytest.raises(NotAllowed):
        gate.release(recipient="cri_dgme", persons=[person], what="x", by=store["partner"])
    with pytest.raises(Unknown):
        release(store, [person, new_id()])
    with pytest.raises(Refused, match="nobody to release"):
        release(store, [])


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(1984, 5, 2), date(1984, 5, 2), "1984-05-02"),
        (date(1984, 5, 1), date(1984, 5, 31), "1984-05"),
        (date(1984, 1, 1), date(1984, 12, 31), "1984"),
        (date(1984, 1, 1), date(1986, 12, 31), ""),
        (None, None, ""),
    ],
)
def test_a_birth_date_is_told_as_exactly_as_it_is_known(first, last, text):
    assert gate.birth_text(first, last) == text
