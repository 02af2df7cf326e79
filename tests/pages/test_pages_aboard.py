"""The path of a manifest on its page: what is done, what is next; and the roll-call from paper."""

from __future__ import annotations

import html
import re

from django.urls import reverse
from tests.factories import ready_to_leave

from cauce.access.models import Reading
from cauce.journal.models import Entry
from cauce.movement.export import export_manifest
from cauce.movement.models import Manifest, Move
from cauce.movement.selectors import manifest_for
from cauce.people.models import Group, Person


def address(name: str, bus) -> str:
    return reverse(f"movement:{name}", args=[bus.manifest])


def steps(client, bus) -> dict[str, str]:
    text = client.get(address("manifest", bus)).content.decode()
    found = re.findall(r'<li class="(done|next|later)".*?<strong>(.*?)</strong>', text, re.S)
    return {html.unescape(title): state for state, title in found}


def version(bus) -> int:
    return Manifest.objects.get(id=bus.manifest).version


def test_the_page_says_what_is_next_until_the_bus_has_left(browser, store, bus):
    client = browser("coordinator")
    assert steps(client, bus) == {
        "Sealed": "next",
        "Vehicle inspected": "next",
        "Drivers rested": "next",
        "Roll-call at the vehicle": "later",
        "Departed": "later",
        "Roll-call on arrival": "later",
    }
    vehicle = {"plate": "cb 4711", "passed": "yes", "valid_until": "2023-12-31"}
    done = client.post(address("inspection", bus), vehicle, follow=True)
    assert "No driver: record who drives" in done.content.decode()
    tired = {"driver": "Elías Batista", "hours_driven": "9", "rest_hours": "10"}
    said = html.unescape(client.post(address("driver", bus), tired, follow=True).content.decode())
    assert "A driver may have driven 8 hours at most that day: name another one." in said
    assert steps(client, bus)["Drivers rested"] == "next"
    client.post(address("driver", bus), {**tired, "hours_driven": "2"})
    said = html.unescape(client.get(address("manifest", bus)).content.decode())
    assert "The way takes 14 hours, and nobody drives more than 9 on one day" in said
    client.post(address("driver", bus), {**tired, "driver": "Rosa Pinto", "hours_driven": "0", "relay": "on"})
    assert client.post(address("seal", bus), {"version": version(bus)}).status_code == 302
    assert steps(client, bus) == {
        "Sealed": "done",
        "Vehicle inspected": "done",
        "Drivers rested": "done",
        "Roll-call at the vehicle": "next",
        "Departed": "later",
        "Roll-call on arrival": "later",
    }
    assert "Batista" not in client.get(address("manifest", bus)).content.decode()


def test_what_was_typed_wrong_about_a_vehicle_stands_in_the_form_again(browser, bus):
    client = browser("registrar")
    answer = client.post(address("inspection", bus), {"plate": "CB 1", "passed": "yes", "valid_until": "soon"})
    assert answer.status_code == 422
    assert 'value="CB 1"' in answer.content.decode()
    assert not Entry.objects.filter(name="movement.vehicle_inspected").exists()


def test_another_officer_approves_what_was_put_on_against_the_queue(browser, bus):
    mine, other = browser("coordinator"), browser("coordinator2")
    group = Group.objects.order_by("number")[0]
    taken = {"group": str(group.id), "reason": "asked to wait", "version": version(bus)}
    assert mine.post(address("remove", bus), taken).status_code == 302
    refused = mine.post(address("seal", bus), {"version": version(bus)})
    assert refused.status_code == 422
    assert "Another officer approves it first" in refused.content.decode()
    assert "One of these is yours" in mine.get(address("manifest", bus)).content.decode()
    own = mine.post(address("approve", bus), {"version": version(bus)})
    assert (own.status_code, Move.objects.get().approved_by) == (422, "")
    assert "waits for another officer" in other.get(address("manifest", bus)).content.decode()
    assert other.post(address("approve", bus), {"version": version(bus)}).status_code == 302
    assert Move.objects.get().approved_by == "coordinator2"
    assert mine.post(address("seal", bus), {"version": version(bus)}).status_code == 302


def test_p10_the_station_reads_the_codes_of_a_paper_and_the_reading_is_noted(browser, store, bus):
    client = browser("registrar")
    coordinator = browser("coordinator")
    ready_to_leave(store, bus.manifest)
    coordinator.post(address("seal", bus), {"version": version(bus)})
    codes = export_manifest(store["coordinator"], manifest_for(store["coordinator"], bus.manifest), form="codes")
    page = reverse("movement:paper_rollcall")
    assert page == "/rollcall/"
    assert page in coordinator.get(reverse("movement:manifests")).content.decode()
    entries, readings = Entry.objects.count(), Reading.objects.count()
    text = html.unescape(client.post(page, {"codes": codes.decode()}).content.decode())
    for person in Person.objects.filter(id__in=[one for family in bus.persons for one in family]):
        assert person.number in text
        assert person.display_name in text
    assert "Signature good: test" in text
    assert "CB 4711" in text
    assert Reading.objects.count() == readings + len(Person.objects.all())
    assert Entry.objects.count() == entries  # nothing that was scanned is kept
    torn = html.unescape(client.post(page, {"codes": codes.decode().splitlines()[0][:-3]}).content.decode())
    assert "is damaged: scan it again" in torn
    assert "There is no code of a paper manifest" in client.post(page, {"codes": "hello"}).content.decode()


def test_a_list_of_passengers_leaves_as_edifact(browser, bus):
    client = browser("coordinator")
    client.post(address("seal", bus), {"version": version(bus)})
    answer = client.post(address("export", bus), {"recipient": "cri_dgme", "form": "paxlst"})
    assert answer["Content-Type"] == "application/edifact"
    assert answer["Content-Disposition"].endswith('.edi"')
    assert answer.content.startswith(b"UNA:+.? 'UNB+UNOA:4+")
