"""A write is done once: the same again gets the first answer, also when nobody heard it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from tests.api.test_api_people import GROUP

from cauce.access.machines import once
from cauce.access.token_models import Answer
from cauce.access.tokens import revoke_token
from cauce.journal import clock
from cauce.journal.models import Entry
from cauce.people.models import Group

pytestmark = pytest.mark.django_db


def test_the_same_again_gets_the_first_answer_and_does_nothing(store, machine):
    device = machine("registrar")
    first = device.post("/groups", GROUP, key="k-1")
    entries = Entry.objects.count()
    again = device.post("/groups", GROUP, key="k-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Entry.objects.count() == entries
    assert Group.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(store, machine):
    device = machine("registrar")
    device.post("/groups", GROUP, key="k-1")
    other = device.post("/groups", {**GROUP, "source": "another"}, key="k-1")
    elsewhere = device.post("/places/lajas_blancas/head-counts", {"seen": []}, key="k-1")
    for answer in (other, elsewhere):
        assert answer.status_code == 422
        assert answer.json()["code"] == "key_used"
    assert Group.objects.count() == 1


def test_two_tokens_have_keys_of_their_own(store, machine):
    for device in (machine("registrar"), machine("registrar")):
        assert device.post("/groups", GROUP, key="k-1").status_code == 201
    assert Group.objects.count() == 2


def test_what_was_refused_may_be_sent_again_with_its_key(store, machine):
    device = machine("registrar")
    late = {**GROUP, "arrived_at": "2023-08-15T10:30:00-05:00"}
    assert device.post("/groups", late, key="k-1").status_code == 409  # it is ten o'clock
    assert not Answer.objects.exists()
    with clock.stopped(clock.now() + timedelta(hours=1)):
        assert device.post("/groups", late, key="k-1").status_code == 201


def test_a_day_later_the_key_is_free(store, machine):
    device = machine("registrar")
    device.post("/groups", GROUP, key="k-1")
    with clock.stopped(clock.now() + timedelta(hours=25)):
        assert "Idempotency-Replayed" not in device.post("/groups", GROUP, key="k-1").headers
    assert Answer.objects.count() == 1


def test_a_crash_between_the_effect_and_the_answer_leaves_both_or_neither(store, machine, monkeypatch):
    """Killed before the commit: nothing was done, and the retry does it. Killed after it: the retry gets the answer."""
    device = machine("registrar")

    def killed(self, body, about):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(once._Vault, "seal", killed)
        with pytest.raises(KeyboardInterrupt):
            device.post("/groups", GROUP, key="k-1")
    assert not Group.objects.exists()
    assert not Answer.objects.exists()

    def unheard(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(once, "_given", unheard)
        with pytest.raises(KeyboardInterrupt):
            device.post("/groups", GROUP, key="k-1")
    assert Group.objects.count() == 1
    heard = device.post("/groups", GROUP, key="k-1")
    assert heard.status_code == 201
    assert heard.json()["group"] == str(Group.objects.get().id)
    assert Group.objects.count() == 1


def test_p15_a_kept_answer_opens_only_with_the_token(store, machine):
    """The answer to a registration holds PINs: what is kept of it is closed to whoever has the store."""
    device = machine("registrar")
    card = device.post("/groups", GROUP, key="k-1").json()["cards"][0]
    kept = bytes(Answer.objects.get().sealed)
    assert card["pin"].encode() not in kept
    assert card["token"].encode() not in kept
    with pytest.raises(InvalidTag):
        once._Vault("cauce_" + "0" * 64).open(kept, "k-1")
    assert card["token"].encode() in once._Vault(device.secret).open(kept, "k-1")


def test_a_revoked_token_leaves_no_answers_behind(store, machine):
    device = machine("registrar")
    device.post("/groups", GROUP, key="k-1")
    name = device.get("/token").json()["name"]
    revoke_token(name=name, by=store["administrator"])
    assert not Answer.objects.exists()
    assert device.post("/groups", GROUP, key="k-1").status_code == 401
