"""P15: notes in confidence open with the password of who was let into them, and with no key that the node has."""

from __future__ import annotations

from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from struct import pack
from threading import Barrier, BrokenBarrierError

import pyrage
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, connections
from django.test import Client
from tests.conftest import NOON
from tests.factories import a_person, an_unassessed_child

from cauce.access import confidants, stretching
from cauce.access.models import Account
from cauce.access.services import actor_named, add_account, disable_account, set_password
from cauce.access.signin_models import Act, CircleKey, Confidant
from cauce.journal import clock, letters
from cauce.journal.errors import NotAllowed, Refused
from cauce.journal.keys import Ring, secrets_of
from cauce.journal.letters import CircleOpened
from cauce.journal.models import Circle, Entry, Head
from cauce.journal.rebuild import rebuild
from cauce.journal.sealing import Sealed
from cauce.journal.services import record
from cauce.journal.verify import verify
from cauce.people.models import Person
from cauce.protection.models import BestInterests, Hold
from cauce.protection.services import assess_child, place_hold
from cauce.vetting.models import Duplicate
from cauce.vetting.services import compare_all_new, decide_duplicate

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "four words nobody guesses", "four other words entirely"
REASON = "burnt house in Zaragoza"
CLOSED = "only those who are let into these notes"
OTHER_KEYS = "Sealed to keys that you do not have"


def signed_in(name: str, password: str = PASSWORD) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.post("/login/", {"name": name, "password": password})
    return client


@pytest.fixture
def ana(store):
    """The first protection officer who signs in."""
    for name in ("ana", "berta"):
        add_account(name=name, role="protection", password=PASSWORD)
    return signed_in("ana")


@pytest.fixture
def hold(store, ana):
    person = a_person(store).person_ids[0]
    return place_hold(person=person, kind="asylum", reason=REASON, by=store["registrar"])


def seen(client: Client, hold) -> str:
    return client.get(f"/holds/{hold}/").content.decode()


def test_p15_all_keys_of_the_node_open_no_reason_of_a_hold(store, ana, hold):
    row = Hold.objects.get(id=hold)
    assert isinstance(row.reason, letters.Unread)
    assert REASON not in row.reason.letter
    ring = Ring()
    ring.load({row.person})
    entries = [entry for entry in Entry.objects.filter(person=row.person) if entry.sealed is not None]
    told = [ring.unseal(entry.person, bytes(entry.sealed), entry.name) for entry in entries]
    assert any(b"cauce letter 1" in secret for secret in told)
    assert not any(REASON.encode() in secret for secret in told)
    assert secrets_of([row.person])  # the person's key was there all the time
    assert verify().first_bad is None
    assert rebuild().identical
    assert isinstance(Hold.objects.get(id=hold).reason, letters.Unread)


def test_p15_who_was_let_in_reads_and_a_colleague_of_the_role_waits(store, ana, hold):
    berta = signed_in("berta")
    assert REASON in seen(ana, hold)
    assert REASON not in seen(berta, hold)
    assert CLOSED in seen(berta, hold)
    assert "berta" in ana.get("/account/").content.decode()
    assert "Ask one of these to let you in: ana" in berta.get("/account/").content.decode()
    said = {"name": "berta", "circle": "protection", "password": PASSWORD}
    assert berta.post("/account/notes/", said).status_code == 422
    for left_open in ("", OTHER):  # the desk of ana, and somebody else at it
        assert ana.post("/account/notes/", {**said, "password": left_open}).status_code == 422
    assert REASON not in seen(berta, hold)
    assert ana.post("/account/notes/", said).status_code == 302
    assert REASON in seen(berta, hold)
    assert Act.objects.filter(account="ana", about="berta", what="let_in", note="protection").exists()


def test_p15_neither_the_sessions_row_nor_the_cookie_opens_a_note_alone(store, ana, hold):
    token = ana.cookies[settings.NOTES_COOKIE_NAME]
    assert (token["httponly"], token["samesite"]) == (True, "Strict")
    del ana.cookies[settings.NOTES_COOKIE_NAME]
    assert REASON not in seen(ana, hold)
    berta = signed_in("berta")
    berta.cookies[settings.NOTES_COOKIE_NAME] = token.value
    assert REASON not in seen(berta, hold)


@pytest.fixture
def stretched(monkeypatch):
    """What Argon2id was asked for, in turn: the password, what it gave."""
    done: list[tuple[bytes, bytes]] = []
    real = stretching.hash_secret_raw

    def counting(password: bytes, *more):
        done.append((password, real(password, *more)))
        return done[-1][1]

    monkeypatch.setattr(stretching, "hash_secret_raw", counting)
    return done


def test_p15_signing_in_stretches_the_password_once_and_what_is_stored_opens_nothing(store, ana, hold, stretched):
    """The verifier in the table of accounts comes of the same Argon2id as the key of the notes, and is not that key."""
    assert REASON in seen(signed_in("ana"), hold)
    assert [password for password, _root in stretched] == [PASSWORD.encode()]
    account, row = Account.objects.get(name="ana"), Confidant.objects.get(account__name="ana")
    sealed, verifier = bytes(row.sealed), b64decode(account.password.rpartition("$")[2])
    _cost, _salt, rest = confidants._under(sealed)
    for key in (verifier, stretched[0][1]):
        with pytest.raises(InvalidTag):
            AESGCM(key).decrypt(rest[:12], rest[12:], account.handle.bytes)
    assert confidants._opened(sealed, PASSWORD, account).startswith(b"AGE-SECRET-KEY-")
    for name in ("ana", "nobody"):  # a wrong password takes as long for somebody as for nobody
        del stretched[:]
        signed_in(name, OTHER)
        assert len(stretched) == 1


def test_p15_a_password_stored_as_once_is_stored_anew_at_sign_in_and_notes_still_open(store, ana, hold, stretched):
    earlier = make_password(PASSWORD, hasher="argon2")
    Account.objects.filter(name="ana").update(password=earlier)
    assert REASON in seen(signed_in("ana"), hold)
    assert Account.objects.get(name="ana").password.startswith("argon2id-hkdf$1,8,1$")
    del stretched[:]
    assert REASON in seen(signed_in("ana"), hold)
    assert len(stretched) == 1
    assert "/login/" in signed_in("ana", OTHER).get("/").url


def sealed_before(sealed: bytes) -> bytes:
    """As it was before the header had a layout and the length of the salt."""
    _layout, *cost, size = confidants._HEAD.unpack_from(sealed)
    salt = bytes([4]) + sealed[confidants._HEAD.size + 1 :][:15]  # its first byte was taken for a length
    return pack(">BIB", *cost) + salt + sealed[confidants._HEAD.size + size :]


@pytest.mark.parametrize(
    "damage",
    [
        sealed_before,
        lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),  # a bit
        lambda sealed: sealed[:5],  # cut off within the header
        lambda sealed: sealed[:7] + b"\x04" + sealed[8:],  # a salt that Argon2 refuses
        lambda sealed: sealed[:2] + b"\xff" + sealed[3:],  # and memory that no machine has
        lambda sealed: b"\x01" + sealed[1:],  # a layout to come
    ],
)
def test_p15_a_key_that_does_not_open_is_told_and_kept(store, ana, hold, damage):
    own = Confidant.objects.filter(account__name="ana")
    whole, keys = bytes(own.get().sealed), set(CircleKey.objects.values_list("sealed", flat=True))
    own.update(sealed=damage(whole))
    again = signed_in("ana")
    assert "is kept, but does not open here" in again.get("/holds/").content.decode()
    assert REASON not in seen(again, hold)
    again.post("/account/password/", {"old": PASSWORD, "new": OTHER, "again": OTHER})
    assert again.get("/account/").status_code == 200
    assert bytes(own.get().sealed) == damage(whole)
    assert set(CircleKey.objects.values_list("sealed", flat=True)) == keys
    own.update(sealed=whole)  # as a version that reads it finds it
    Account.objects.filter(name="ana").update(password=make_password(PASSWORD))
    assert REASON in seen(signed_in("ana"), hold)


def test_p15_a_password_that_an_administrator_gave_opens_no_note(store, ana, hold):
    set_password(name="ana", password=OTHER, by=store["administrator"])
    again = signed_in("ana", OTHER)
    assert again.get("/holds/").status_code == 302
    assert not CircleKey.objects.exists()
    again.post("/login/password/", {"old": OTHER, "new": PASSWORD, "again": PASSWORD})
    assert again.get("/holds/").status_code == 200
    assert REASON not in seen(again, hold)
    later = place_hold(person=a_person(store).person_ids[0], kind="asylum", reason="since then", by=store["registrar"])
    assert "since then" in seen(again, later)  # nobody was left who reads: notes from now on are for who is there
    assert Circle.objects.filter(name="protection").count() == 1
    with pytest.raises(NotAllowed):
        confidants.let_in(name="ana", circle="protection", by=store["administrator"])


def test_p15_a_password_of_ones_own_keeps_what_one_read_and_a_closed_account_nothing(store, ana, hold):
    ana.post("/account/password/", {"old": PASSWORD, "new": OTHER, "again": OTHER})
    assert REASON in seen(ana, hold)
    assert REASON in seen(signed_in("ana", OTHER), hold)
    signed_in("berta")
    disable_account(name="ana", by=store["administrator"])
    assert not CircleKey.objects.filter(account__name="ana").exists()
    assert Confidant.objects.values_list("account__name", flat=True).get() == "berta"


def test_p15_a_role_without_these_notes_gets_no_keys_and_cannot_be_let_in(store, ana):
    add_account(name="carla", role="analyst", password=PASSWORD)
    carla = signed_in("carla")
    assert settings.NOTES_COOKIE_NAME not in carla.cookies
    assert not Confidant.objects.filter(account__name="carla").exists()
    told = {"name": "carla", "circle": "protection", "password": PASSWORD}
    assert "waits for nothing here" in ana.post("/account/notes/", told).content.decode()
    assert confidants.circles_of("registrar") == ["medical"]
    assert confidants.circles_of("administrator") == confidants.circles_of("operator") == []
    temporary = add_account(name="dora", role="protection", by=store["administrator"])
    add_account(name="elsa", role="protection", password=OTHER, by=store["administrator"])
    for name, given in (("dora", temporary), ("elsa", OTHER)):
        signed_in(name, given)
        assert not Confidant.objects.filter(account__name=name).exists()  # who knows that password is not meant
    with pytest.raises(Refused, match="do not read these notes yourself"):
        confidants.let_in(name="berta", circle="protection", by=actor_named("ana"))


def test_p15_what_the_machine_passes_on_stays_closed(store, ana, hold, at):
    """The hold of a record that turned out to be another one's goes over unread; a reader's own page opens it."""
    kept = Hold.objects.get(id=hold).person
    child = an_unassessed_child(store).person_ids[0]
    assess_child(person=child, outcome="stays", note="seen with two men", by=store["protection"])
    who = Person.objects.get(id=kept)
    with at(clock.now() + timedelta(hours=3)):
        again = a_person(store, given_names=who.given_names, family_names=who.family_names, documents=()).person_ids[0]
        second = place_hold(person=again, kind="torture", reason="as she told", by=store["registrar"])
        compare_all_new()
        decide_duplicate(duplicate=Duplicate.objects.get().id, same=True, reason="The same", by=store["registrar"])
    carried = Hold.objects.get(person=kept, kind="torture")
    assert carried.reason.letter == Hold.objects.get(id=second).reason.letter
    assert "as she told" in seen(ana, carried.id)
    assert isinstance(BestInterests.objects.get(person=child).note, letters.Unread)
    assert "seen with two men" in ana.get(f"/children/{Person.objects.get(id=child).number}/").content.decode()


def test_p15_a_pair_that_nobody_holds_any_more_is_replaced_and_what_was_before_still_opens(store, ana, hold):
    """After a restore the chain brings a circle back of which the copy has no private half."""
    berta = signed_in("berta")
    said = {"name": "berta", "circle": "protection", "password": PASSWORD}
    lost = pyrage.x25519.Identity.generate()
    record(CircleOpened(circle="protection", recipient=str(lost.to_public())), by=store["registrar"])
    assert "Sign out and in again with your password." in ana.get("/account/").content.decode()
    assert ana.post("/account/notes/", said).status_code == 422  # who is let in now would not read what comes
    person = a_person(store).person_ids[0]
    between = place_hold(person=person, kind="asylum", reason="before anybody came", by=store["registrar"])
    assert "before anybody came" in seen(ana, between)  # sealed to the pair before, which she still has
    assert "before anybody came" not in seen(berta, between)
    ana = signed_in("ana")
    assert "before anybody came" in seen(ana, between)
    later = place_hold(person=a_person(store).person_ids[0], kind="asylum", reason="since then", by=store["registrar"])
    assert "since then" in seen(ana, later)
    assert REASON in seen(ana, hold)
    assert "since then" not in seen(berta, later)
    assert ana.post("/account/notes/", said).status_code == 302
    assert "since then" in seen(berta, later)
    assert REASON in seen(berta, hold)


def test_p15_a_note_sealed_to_lost_keys_says_what_to_do_and_a_colleague_who_has_them_gives_them(store, ana, hold):
    lost = pyrage.x25519.Identity.generate()
    record(CircleOpened(circle="protection", recipient=str(lost.to_public())), by=store["registrar"])
    berta = signed_in("berta")  # opens a circle of her own: nobody holds the present pair
    told = seen(berta, hold)
    assert REASON not in told
    assert CLOSED not in told, "she is let in: that is not what keeps her"
    assert OTHER_KEYS in told
    assert "lets you in again under Your account" in told
    said = {"circle": "protection", "password": PASSWORD}
    assert berta.post("/account/notes/", {"name": "ana", **said}).status_code == 302
    offered = '<input type="hidden" name="name" value="berta"><input type="hidden" name="circle" value="protection">'
    assert offered in ana.get("/account/").content.decode()
    assert ana.post("/account/notes/", {"name": "berta", **said}).status_code == 302
    assert REASON in seen(berta, hold)
    assert offered not in ana.get("/account/").content.decode()


@pytest.mark.parametrize("lost", ["given", "closed"])
@pytest.mark.parametrize("hub", [True, False])
def test_p15_what_is_written_while_nobody_holds_a_key_is_sealed_to_who_can_open_it(store, ana, hold, hub, lost):
    """The only one who read has lost the keys: the hub reads what comes; without one it is as on the first day."""
    there = pyrage.x25519.Identity.generate()
    if hub:
        Head.objects.create(node="hub", seq=0, hash="", partial=True)
        told = {"node": "hub", "name": "protection", "recipient": str(there.to_public()), "opened_at": clock.now()}
        Circle.objects.create(id="hub:protection", **told)
    if lost == "given":
        set_password(name="ana", password=OTHER, by=store["administrator"])
    else:
        disable_account(name="ana", by=store["administrator"])
    person = a_person(store).person_ids[0]
    between = place_hold(person=person, kind="asylum", reason="while nobody reads", by=store["registrar"])
    berta = signed_in("berta")
    assert ("while nobody reads" in seen(berta, between)) is not hub
    with letters.read_by(lambda circle: [there]):
        assert Hold.objects.get(id=between).reason == "while nobody reads"


def test_p15_a_browser_from_before_the_accounts_keys_were_made_anew_reads_nothing_and_shows_its_pages(ana, hold):
    Confidant.objects.filter(account__name="ana").delete()
    again = signed_in("ana")  # with keys of its own, and a circle opened with them
    assert REASON not in seen(ana, hold)
    assert [client.get("/account/").status_code for client in (ana, again)] == [200, 200]


@pytest.mark.parametrize("broken", ["x", "é", "QUJD", ""])
def test_what_only_begins_like_a_letter_reads_as_sealed(store, ana, broken):
    told = f"{letters.MARK}protection\0{broken}"
    person = a_person(store).person_ids[0]
    hold = place_hold(person=person, kind="asylum", reason=told, by=store["registrar"])
    assert OTHER_KEYS in seen(ana, hold)


def test_a_sealed_letter_has_no_text_by_mistake(store, ana, hold):
    cell = Hold.objects.filter(id=hold).values_list("reason", flat=True).get()
    assert isinstance(cell, Sealed)
    assert Account.objects.get(name="ana").check_password(PASSWORD)


@pytest.mark.postgres
def test_two_first_sign_ins_of_one_account_at_once_both_open_the_same_keys(transactional_store, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("a server is needed: CAUCE_TEST_DATABASE")
    add_account(name="ana", role="protection", password=PASSWORD)
    both, sealed = Barrier(2), confidants._sealed

    def slowly(secret, password, account):
        with suppress(BrokenBarrierError):  # nobody else comes this far: that is what is wanted
            both.wait(0.4)
        return sealed(secret, password, account)

    def enter(_browser):
        try:
            with clock.stopped(NOON):
                return confidants.enter(Account.objects.get(name="ana"), PASSWORD)
        finally:
            connections.close_all()

    monkeypatch.setattr(confidants, "_sealed", slowly)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(enter, range(2))
    assert first == second != b""
    assert CircleKey.objects.count() == Circle.objects.count() == len(confidants.CIRCLES)
