"""Names for whole parties, so that families look like families. Pure."""

from __future__ import annotations

from random import Random

from cauce.demo.generator.names import Name, descend, invent, share_family
from cauce.demo.generator.people import Party, Traveller
from cauce.demo.generator.profiles import Profile, profile_of

TRIES = 6  # to find a given name that no one else in the party bears


def name_party(rng: Random, party: Party) -> None:
    """Names for every member, the focal person and then the adults first."""
    taken: set[str] = set()
    for member in (*party.adults, *party.children):
        for _ in range(TRIES):
            member.name = _name(rng, party, member)
            if member.name.given_latin not in taken:
                break
        taken.add(member.name.given_latin if member.name else "")


def _name(rng: Random, party: Party, member: Traveller) -> Name:
    head = party.members[0]
    profile = profile_of(member.culture)
    if member is head or head.name is None:
        return invent(rng, profile, member.sex)
    if member.relation == "sibling":
        return share_family(rng, profile, member.sex, head.name)
    if member.relation in ("son", "daughter", "grandchild"):
        father, mother = _parents(party, head)
        return descend(rng, profile, member.sex, father, mother)
    invented = invent(rng, profile, member.sex)
    if member.relation in ("father", "mother"):
        return _parent_of(profile, invented, head.name, member.relation)
    return invented


def _parents(party: Party, head: Traveller) -> tuple[Name | None, Name | None]:
    couple = [person for person in party.adults if person is head or person.relation in ("spouse", "partner")]
    father = next((person.name for person in couple if person.sex == "M"), None)
    mother = next((person.name for person in couple if person.sex == "F"), None)
    return father, mother


def _parent_of(profile: Profile, parent: Name, child: Name, relation: str) -> Name:
    two = profile.style in ("two_surnames", "portuguese") and len(child.family) > 1
    if two:
        handed_down = (
            child.family[0] if (relation == "father") == (profile.style == "two_surnames") else child.family[1]
        )
        own = (
            (handed_down, *parent.family[1:]) if profile.style == "two_surnames" else (*parent.family[:-1], handed_down)
        )
        return Name(parent.given, own, parent.style)
    if relation == "father" and profile.style in ("western", "haitian", "han", "vietnamese"):
        return Name(parent.given, child.family, parent.style)
    return parent
