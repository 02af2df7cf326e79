"""What happened to manifests is nothing but what the journal says."""

from __future__ import annotations

import pytest
from tests.factories import a_family, a_person, ready_to_leave
from tests.movement.rows import TODAY

from cauce.access.actor import SYSTEM, Actor
from cauce.journal.models import Entry, Mention
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record
from cauce.movement import services
from cauce.movement.aboard.services import approve, name_emergency_key
from cauce.movement.models import Manifest, Move, Seat
from cauce.people.services import split_group
from cauce.protection.services import place_hold
from cauce.vetting.events import ChecksCompleted


@pytest.mark.parametrize("ending", ["refused", "cancelled"])
def test_a_rebuild_of_a_day_of_manifests_gives_the_same_rows(store: dict[str, Actor], ending: str) -> None:
    by = store["coordinator"]
    family, single, struck = a_family(store, size=4), a_person(store), a_person(store)
    cleared = {"document": "clear", "watchlist": "clear", "health": "clear"}
    everybody = [*family.person_ids, *single.person_ids, *struck.person_ids]
    record(*(ChecksCompleted(person=person, results=cleared) for person in everybody), by=SYSTEM)
    (manifest,) = services.dispatch(place="lajas_blancas", date=TODAY, by=by).manifests
    services.remove_group(manifest=manifest, group=single.group_id, reason="asked", by=by)
    services.add_group(manifest=manifest, group=single.group_id, reason="asked again", by=by)
    approve(manifest=manifest, by=store["coordinator2"])
    place_hold(person=struck.person_ids[0], kind="medical", reason="fever", by=store["protection"])
    split_group(group=family.group_id, persons=[family.person_ids[1]], reason="own wish", by=store["registrar"])
    services.seal(manifest=manifest, by=by)
    if ending == "cancelled":
        services.unseal(manifest=manifest, reason="no driver", by=by)
        services.cancel(manifest=manifest, reason="no driver", by=by)
    else:
        on = set(Seat.objects.filter(live=True).values_list("person", flat=True))
        services.roll_call(manifest=manifest, boarded=on - {family.person_ids[1]}, by=by)
        ready_to_leave(store, manifest)
        public = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
        name_emergency_key(recipient=public, by=store["administrator"])
        services.depart(manifest=manifest, by=by)
        services.refuse_at_border(manifest=manifest, persons=single.person_ids, by=by, reason="papers")
        services.arrive(manifest=manifest, by=by)
    before = [list(model.objects.order_by("id").values()) for model in (Manifest, Seat, Move)]
    assert rebuild().identical
    assert [list(model.objects.order_by("id").values()) for model in (Manifest, Seat, Move)] == before
    kinds = {
        entry.name
        for entry in Entry.objects.filter(id__in=Mention.objects.filter(person=family.person_ids[0]).values("entry"))
    }
    assert "movement.seats_taken" in kinds
