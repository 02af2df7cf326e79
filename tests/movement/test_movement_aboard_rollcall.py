"""The roll-call from paper: what is left of the codes says what it can, and names what it cannot."""

from __future__ import annotations

import random
import time
from datetime import date

import pyrage
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from cauce.journal.errors import CauceError
from cauce.movement.aboard import content, parts
from cauce.movement.aboard.content import Emergency, Passenger, Trip
from cauce.movement.aboard.rollcall import RollCall, call
from cauce.movement.aboard.rollcall_words import troubles

pytestmark = pytest.mark.one_store
ROLE, STRANGER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
THREE = [str(one.to_public()) for one in (ROLE, pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate())]
SIGNER = Ed25519PrivateKey.generate()
KEY = SIGNER.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
TRIP = Trip("LB-230815-12", 7, "lajas_blancas", "paso_canoas", date(2023, 8, 15), "bus_lajas_blancas", "CB 4711")
_RANDOM = random.Random(5)


def word(letters: int) -> str:
    return "".join(_RANDOM.choice("aeioubcdfghjklmnñprstvz") for _ in range(letters)).title()


def passenger(seat: int) -> Passenger:
    """With a name of four words and a next of kin with a telephone, which compress worse than true ones."""
    kin = f"{word(6)} {word(8)}, hermana, +{_RANDOM.randrange(10**11, 10**12)}"
    name = f"{word(6)} {word(7)} {word(7)} {word(6)}"
    needs = ("SM-CI",) if seat % 5 == 0 else ()
    return Passenger(seat, f"7W6-{_RANDOM.randrange(10**4):04d}-{word(1)}", name, "ht", kin, needs)


def a_paper(people: int = 3, *, trip: Trip = TRIP, signer: Ed25519PrivateKey = SIGNER) -> tuple[list[str], list[str]]:
    told = Emergency(trip, tuple(passenger(seat + 1) for seat in range(people)), {"SM-CI": "Chronic illness"})
    key = signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    return content.codes(told, node="lajas", key=key, signer=signer.sign, recipients=THREE)


def opens(sealed: bytes) -> bytes:
    return bytes(pyrage.decrypt(sealed, [ROLE]))


def called(texts: list[str] | str, **more: object) -> RollCall:
    text = texts if isinstance(texts, str) else "\n".join(texts)
    return call(text, opens, trusted={"lajas": KEY}, **more)  # type: ignore[arg-type]


def test_p10_a_full_bus_fits_ten_codes_and_is_read_in_a_moment() -> None:
    signed, sealed = a_paper(55)
    assert len(signed) <= 2
    assert len(sealed) <= 7 + 1  # a spare one
    for text in (*signed, *sealed):
        code = segno.make(text, error="m", micro=False, boost_error=False)
        assert code.mode == "alphanumeric"
        assert code.symbol_size(border=0)[0] <= 101
    started = time.process_time()
    found = called([*signed, *sealed])
    assert time.process_time() - started < 0.5
    assert (found.sound, found.signature, len(found.people)) == (True, "good", 55)
    assert [one.seat for one in found.people] == list(range(1, 56))
    assert troubles(found) == []


def test_codes_come_in_any_order_twice_with_line_breaks_in_small_letters_and_with_lookalikes() -> None:
    signed, sealed = a_paper(30)
    texts = [*signed, *sealed, *sealed]
    _RANDOM.shuffle(texts)
    typed = "scanned: " + " \n; ".join(f"{text[:70]}\r\n  {text[70:]}" for text in texts)
    assert called(typed.lower()).sound
    head, body = signed[0].rsplit("/", 2)[0], signed[0][len(signed[0].rsplit("/", 2)[0]) :]
    assert called([head + body.replace("O", "0").replace("I", "1").replace("B", "8"), *signed[1:], *sealed]).sound


def test_a_damaged_code_is_named_and_a_good_scan_of_it_mends_all() -> None:
    signed, sealed = a_paper(30)
    torn = sealed[1][:200] + ("A" if sealed[1][200] != "A" else "B") + sealed[1][201:]
    found = called([*signed, sealed[0], torn, *sealed[2:-1]])
    assert not found.sound
    assert f"Sealed code 2 of {len(sealed) - 1} is damaged: scan it again." in troubles(found)
    assert (found.people, found.seats, found.signature) == ((), frozenset(range(1, 31)), "good")
    assert called([*signed, sealed[0], torn, *sealed[1:]]).sound
    assert called(["CAUCE/E/LB-23", *signed, *sealed]).sound  # a scan that broke off


def test_a_missing_code_is_named() -> None:
    signed, sealed = a_paper(55)
    told = troubles(called([*signed, *sealed[:2], *sealed[3:-1]]))
    assert f"Sealed code 3 of {len(sealed) - 1} is missing: scan it too." in told
    two = troubles(called([*signed, *sealed[:2], *sealed[4:]]))
    assert [f"Sealed code {lost} of {len(sealed) - 1} is missing: scan it too." for lost in (3, 4)] == two[:2]
    assert f"Signed code 2 of {len(signed)} is missing: scan it too." in troubles(called([signed[0], *sealed]))
    assert troubles(called("what is this")) == [
        "There is no code of a paper manifest in this. Each begins with CAUCE/."
    ]


@pytest.mark.parametrize("people", [12, 30, 55])
def test_p10_any_one_sealed_code_may_be_burned_when_the_spare_one_is_there(people: int) -> None:
    signed, sealed = a_paper(people)
    assert sealed[-1].split("/")[4].startswith("0-")
    for lost in range(len(sealed)):
        found = called([*signed, *sealed[:lost], *sealed[lost + 1 :]])
        assert (found.sound, len(found.people), found.faults) == (True, people, ()), lost


def test_p10_who_changed_the_signed_codes_or_put_others_in_their_place_is_found_out() -> None:
    _signed, sealed = a_paper()
    forged, _ = a_paper(signer=Ed25519PrivateKey.generate())
    assert called([*forged, *sealed]).signature == "key_not_known"
    body = parts.collect("\n".join(_signed)).wholes[0].data
    broken = parts.split("S", TRIP.number, TRIP.version, bytes([body[0] ^ 1]) + body[1:])
    found = called([*broken, *sealed])
    assert (found.signature, found.sound) == ("broken", False)
    without = called(sealed)
    assert (without.signature, without.sound, len(without.people)) == ("missing", False, 3)


def test_p10_other_people_sealed_to_the_same_key_are_not_those_that_were_signed_for() -> None:
    signed, _ = a_paper()
    _, others = a_paper(4)
    found = called([*signed, *others])
    assert found.trouble == ("exchanged", "seats_differ")
    assert not found.sound


def test_a_newer_print_counts_and_two_manifests_do_not_mix() -> None:
    first = a_paper()
    second = a_paper(trip=Trip(*[8 if name == "version" else getattr(TRIP, name) for name in TRIP.__slots__]))
    assert called([*first[0], *first[1], *second[0], *second[1]]).trip == Trip(
        "LB-230815-12", 8, "lajas_blancas", "paso_canoas", date(2023, 8, 15), "bus_lajas_blancas", "CB 4711"
    )
    other = a_paper(
        trip=Trip(*["LB-230815-13" if name == "number" else getattr(TRIP, name) for name in TRIP.__slots__])
    )
    assert "two_manifests" in called([*first[0], *first[1], *other[0]]).trouble


def test_whoever_has_another_key_learns_the_number_of_seats_and_nothing_else() -> None:
    signed, sealed = a_paper()

    def other(data: bytes) -> bytes:
        try:
            return bytes(pyrage.decrypt(data, [STRANGER]))
        except pyrage.DecryptError:
            raise CauceError("not this key") from None

    found = call("\n".join((*signed, *sealed)), other)
    assert (found.people, len(found.seats), found.trouble) == ((), 3, ("cannot_open",))


@given(data=st.binary(min_size=1, max_size=3000), seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_any_bytes_come_back_from_their_codes(data: bytes, seed: int) -> None:
    texts = parts.split(parts.SIGNED, "N-1", 3, data)
    random.Random(seed).shuffle(texts)
    found = parts.collect("".join(texts))
    assert [whole.data for whole in found.wholes] == [data]
    assert found.faults == ()


@given(text=st.text(max_size=400))
@settings(max_examples=40, deadline=None)
def test_no_text_whatever_breaks_it(text: str) -> None:
    signed, _ = SMALL
    call(text + "CAUCE/" + text, opens)
    call(signed[0][: len(text)] + text + signed[0][len(text) :], opens)


SMALL = a_paper(1)
