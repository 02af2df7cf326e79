"""Who belongs: a station comes with a one-time code; the hub can put it out again at once.

An enrolment is one question and one answer. The station asks the hub for its public keys, and believes them only if the
code's fingerprint fits; what it says then is sealed to the hub, and the hub's answer is signed, and sealed to the
station.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.journal.errors import CauceError, Misused, Refused, Unknown
from cauce.journal.models import Node
from cauce.journal.services import lock_head, record
from cauce.people.numbering import person_number
from cauce.sync import codes
from cauce.sync.events import NodeEnrolled, NodeQuarantined, NodeReleased, NodeRevoked
from cauce.sync.identity import Identity, change, coming, fingerprint, mine
from cauce.sync.models import Invitation, Link, Peer, Receipt
from cauce.sync.waiting import NAME
from cauce.sync.wire import Batch, Letter, Unreadable, opened, packed, peeked


@dataclass(frozen=True, slots=True)
class Card:
    """A hub's public half: what a station asks for first."""

    name: str
    key: str
    recipient: str


def invite(*, name: str, places: Sequence[str], days: int = 1, by: Actor) -> str:
    """Expect a station that will serve these places; the code to give it, good for so many days and one station.

    A known node may be invited again: it comes with new keys, and the old ones are good for nothing from then on.
    Raises Refused for a training store (F7), a name or place that is taken, Misused for a name nobody can have.
    """
    by.require("nodes.manage")
    own = _real_node()
    if not NAME.fullmatch(name):
        raise Misused(f"{name!r} is no name of a node: use 2 to 40 of a-z, 0-9 and dash.")
    with transaction.atomic():
        lock_head()
        if Link.objects.exists():
            raise Refused(f"{own} is a station itself. Invite {name} at the hub.")
        _free(own, name, places)
        identity = mine()
        if not Peer.objects.filter(name=own, key=identity.key).exists():
            record(NodeEnrolled(node=own, role="hub", key=identity.key, recipient=identity.recipient), by=by)
        code = codes.new(fingerprint(identity.key, identity.recipient))
        Invitation.objects.update_or_create(
            node=name,
            defaults={
                "places": list(places),
                "digest": code.digest,
                "expires_at": clock.now() + timedelta(days=days),
                "account": by.account,
                "used_by": "",
            },
        )
    return str(code)


def _real_node() -> str:
    node = Node.here()
    if node.training:
        raise Refused("This is a training store. It can never be enrolled, nor be a hub: everybody in it is invented.")
    return node.name


def _free(own: str, name: str, places: Sequence[str]) -> None:
    others = Peer.objects.exclude(name=name)
    taken = {person_number(each, 0)[:3]: each for each in (own, *others.values_list("name", flat=True))}
    twin = taken.get(person_number(name, 0)[:3])
    if name == own or twin:
        raise Refused(
            f"The numbers that {name} would give to people begin like those of {twin or own}: two people could get the "
            "same one. Choose another name for the station."
        )
    known = {place.id for place in in_force().places}
    for place in places:
        if place not in known:
            raise Unknown(f"There is no place {place!r} in the corridor. It has: {', '.join(sorted(known))}.")
    _promised_to_nobody(others, name, places)


def _promised_to_nobody(others: QuerySet[Peer], name: str, places: Sequence[str]) -> None:
    """A place has one station: neither another one that is enrolled nor one whose code is still good."""
    for other in others.filter(revoked=False):
        both = set(other.places) & set(places)
        if both:
            raise Refused(
                f"{', '.join(sorted(both))} is served by {other.name}. A place has one station: revoke that one first, "
                "or give this one another place."
            )
    for one in Invitation.objects.filter(used_by="", expires_at__gt=clock.now()).exclude(node=name):
        both = set(one.places) & set(places)
        if both:
            raise Refused(
                f"{', '.join(sorted(both))} is promised to {one.node}, which is invited already. A place has one "
                f"station: give this one another place, or take that back with `cauce node invite {one.node}`, without "
                "the place."
            )


# What the station says, and the hub answers.


def card() -> Card:
    """This node's public keys, for whoever asks: a code's fingerprint tells whether they are the right ones."""
    identity = mine()
    return Card(_real_node(), identity.key, identity.recipient)


def asking(code: str, hub: Card) -> bytes:
    """The station's question, sealed to the hub whose fingerprint the code carries."""
    read = codes.read(code)
    if read is None:
        raise Misused("This is no code, or a letter of it is wrong. Ask the hub to read it out again.")
    node = Node.here()
    if node.training:
        raise Refused("This is a training store. It can never be enrolled: everybody in it is invented.")
    if not hmac.compare_digest(read.hub, fingerprint(hub.key, hub.recipient)):
        raise Refused(
            f"What answers there ({hub.name}) is not the hub that gave this code. Check the address; if it is right, "
            "somebody may be listening: do not enrol over this link.",
            code="fingerprint",
        )
    identity = _next()
    told = {"secret": read.secret.hex(), "key": identity.key, "recipient": identity.recipient}
    batch = Batch(kind="enrol", sender=node.name, receiver=hub.name, at=clock.stamp(datetime.now(UTC)), told=told)
    return packed(batch, identity.signer, hub.recipient)


def _next() -> Identity:
    """Who was enrolled before comes with new keys: the old ones may be in other hands."""
    return coming() if Link.objects.exists() else mine()


def admit(content: bytes) -> bytes:
    """The hub's answer to a station's question: enrolled, sealed to it. Refused for a code that is not good.

    The same station may ask again with the same code, because an answer can get lost; nobody else can.
    """
    own = _real_node()
    letter = opened(content, mine().opener)
    with transaction.atomic():
        lock_head()
        invitation = Invitation.objects.select_for_update().filter(node=letter.sender).first()
        batch, key = _read(letter)
        secret = bytes.fromhex(str(batch.told["secret"]))
        digest = codes.Code(secret, b"").digest
        if invitation is None or not hmac.compare_digest(invitation.digest, digest):
            raise _of_another_name(letter.sender)
        if invitation.used_by not in ("", key):
            raise Refused("This code was used already. Ask the hub for a new one.", code="code_used")
        if invitation.expires_at < clock.now():
            raise Refused("This code is over. Ask the hub for a new one.", code="code_over")
        if batch.training:
            raise Refused(f"{letter.sender} is a training store: it can never be enrolled.", code="training")
        recipient = str(batch.told["recipient"])
        if not Peer.objects.filter(name=letter.sender, key=key, revoked=False).exists():
            places = tuple(invitation.places)
            joined = NodeEnrolled(node=letter.sender, role="station", key=key, recipient=recipient, places=places)
            record(joined, by=Actor(account=invitation.account, role=SYSTEM.role))
        invitation.used_by = key
        invitation.save(update_fields=["used_by"])
    answer = Batch(
        kind="enrolled",
        sender=own,
        receiver=letter.sender,
        at=clock.stamp(datetime.now(UTC)),
        told={"places": invitation.places},
    )
    return packed(answer, mine().signer, recipient)


def _of_another_name(name: str) -> Refused:
    return Refused(
        f"This code was not made for a node called {name}, which is the name of the store that asks. At the hub "
        f"`cauce node invite {name} --place ID` makes one for that name; or found the store anew under the name that "
        "the code was made for: `cauce init --node NAME --hub URL …`.",
        code="code",
    )


def _read(letter: Letter) -> tuple[Batch, str]:
    """The question, proved to come from whoever holds the key that it tells."""
    key = str(peeked(letter).told.get("key", ""))
    batch = letter.read(key)
    if batch.kind != "enrol":
        raise Unreadable("This is no question to be enrolled.")
    return batch, key


def joined(content: bytes, hub: Card, *, url: str, insecure: bool, by: Actor) -> list[str]:
    """Take the hub's answer: from now on this node has a hub. The places that it serves."""
    by.require("nodes.manage")
    batch = opened(content, _next().opener).read(hub.key)
    if batch.kind != "enrolled" or batch.receiver != Node.here().name:
        raise Unreadable("This is no answer to this node's question to be enrolled.")
    with transaction.atomic():
        lock_head()
        link = Link.objects.select_for_update().first() or Link()
        if link.hub not in ("", hub.name):
            raise Refused(f"This node is enrolled at {link.hub} already. A station has one hub.")
        if link.key not in ("", hub.key):
            Receipt.objects.all().delete()  # of a hub that was founded anew: nobody can check them any more
        link.hub, link.key, link.recipient = hub.name, hub.key, hub.recipient
        link.url, link.insecure, link.refused, link.trouble = url, insecure, "", ""
        link.save()
        change()
    return list(batch.told.get("places", []))


def link() -> Link:
    """This station's hub; Refused when it has none."""
    found = Link.objects.first()
    if found is None:
        raise Refused(
            "This node has no hub. At the hub, `cauce node invite NAME --place ID` makes a code; here, "
            "`cauce node enrol CODE --hub URL` uses it.",
            code="no_hub",
        )
    return found


def revoke(*, name: str, why: str, by: Actor) -> None:
    """Put a node out at once: it gets nothing more, and nothing more of it is taken in."""
    by.require("nodes.manage")
    with transaction.atomic():
        lock_head()
        peer = _peer(name)
        Invitation.objects.filter(node=name).delete()
        if not peer.revoked:
            record(NodeRevoked(node=name, why=_said(why)), by=by)


def quarantine(*, name: str, why: str) -> None:
    """Take nothing more of a node until somebody has looked."""
    with transaction.atomic():
        lock_head()
        if not _peer(name).quarantined_why:
            record(NodeQuarantined(node=name, why=why), by=SYSTEM)


def release(*, name: str, why: str, by: Actor, after: Callable[[], int] = int) -> int:
    """Somebody looked: the node may go on from what was taken in. What `after`, done in the same transaction, gives."""
    by.require("nodes.manage")
    with transaction.atomic():
        lock_head()
        if not _peer(name).quarantined_why:
            raise Refused(f"{name} is not in quarantine.")
        record(NodeReleased(node=name, why=_said(why)), by=by)
        return after()


def _peer(name: str) -> Peer:
    peer = Peer.objects.filter(name=name, role="station").first()
    if peer is None:
        raise Unknown(f"No station {name} is enrolled here. `cauce node list` names them.")
    return peer


def _said(why: str) -> str:
    told = " ".join(why.split())[:300]
    if not told:
        raise CauceError("A reason is needed: say in a few words why.")
    return told
