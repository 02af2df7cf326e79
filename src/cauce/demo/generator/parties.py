"""Who travels with whom: families, couples, friends, and children without theirs. Shares are assumed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from cauce.demo.generator.people import Party, Traveller, adult_age, child_ages
from cauce.demo.generator.profiles import pick, profile_of

UNACCOMPANIED_PER_100 = 3  # of minors, assumed; four in ten of these are with an adult relative (separated)
SEPARATED_PER_100 = 40
CHILDREN = (("1", 48), ("2", 33), ("3", 13), ("4", 5), ("5", 1))
FAMILIES = (("parents", 58), ("mother", 28), ("father", 4), ("grandmother", 3), ("extended", 7))
COMPANY = (("1", 68), ("2", 16), ("3", 9), ("4", 4), ("5", 2), ("6", 1))  # adults without children, in groups of
COUPLES_PER_100 = 28  # of the women without children
MOST_CHILDREN = 6
YOUNGEST_MOTHER, OLDEST_MOTHER = 16, 45  # years between mother and child


@dataclass(slots=True)
class Community:
    """People of one origin who may be of one family."""

    men: list[Traveller] = field(default_factory=list)
    women: list[Traveller] = field(default_factory=list)
    minors: list[Traveller] = field(default_factory=list)

    def adult(self, sex: str) -> Traveller | None:
        """Somebody of the sex, else of the other, else nobody."""
        first, second = (self.women, self.men) if sex == "F" else (self.men, self.women)
        pool = first or second
        return pool.pop() if pool else None


def form_parties(rng: Random, people: list[Traveller]) -> list[Party]:
    """Every person in exactly one party, with relation, guardian and age set."""
    minors = [person for person in people if person.minor]
    for child, age in zip(minors, child_ages(rng, len(minors)), strict=True):
        child.age = age
    alone = _unaccompanied(rng, minors)
    parties: list[Party] = []
    for community in _communities(rng, [person for person in people if person not in alone]):
        separated = [child for child in alone[:] if child.culture in _cultures(community)]
        parties += _separated(rng, community, separated, alone)
        parties += _families(rng, community)
        parties += _company(rng, community)
    parties += [Party("unaccompanied", [child]) for child in alone]
    for party in parties:
        _set_ages(rng, party)
    return parties


def _unaccompanied(rng: Random, minors: list[Traveller]) -> list[Traveller]:
    old_enough = [child for child in minors if child.age >= 12] or [child for child in minors if child.age >= 6]
    wanted = max(1 if len(minors) >= 8 else 0, round(len(minors) * UNACCOMPANIED_PER_100 / 100))
    return rng.sample(old_enough, min(wanted, len(old_enough)))


def _communities(rng: Random, people: list[Traveller]) -> list[Community]:
    found: dict[str, Community] = {}
    for person in people:
        if not person.minor:
            community = found.setdefault(person.culture, Community())
            (community.women if person.sex == "F" else community.men).append(person)
    largest = max(found, key=lambda code: (len(found[code].men) + len(found[code].women), code), default="")
    for person in people:
        if person.minor:
            origin = _origin(rng, person, found) or largest
            found.setdefault(origin, Community()).minors.append(person)
            person.culture = origin or person.culture
    for community in found.values():
        for pool in (community.men, community.women, community.minors):
            rng.shuffle(pool)
    return list(found.values())


def _origin(rng: Random, child: Traveller, found: dict[str, Community]) -> str:
    """Whose child it is: some are born where their parents lived, Haitians' in Chile and Brazil above all."""
    at = rng.randrange(100)
    for code, share in profile_of(child.culture).raised_by:
        at -= share
        if at < 0 and code in found:
            return code
    return child.culture if child.culture in found else ""


def _cultures(community: Community) -> set[str]:
    return {person.culture for person in (*community.men, *community.women)}


def _separated(rng: Random, community: Community, candidates: list[Traveller], alone: list[Traveller]) -> list[Party]:
    parties = []
    for child in candidates:
        if rng.randrange(100) < SEPARATED_PER_100 and (adult := community.adult("F" if rng.randrange(3) else "M")):
            alone.remove(child)
            child.relation = "sibling" if rng.randrange(2) else "other"
            parties.append(Party("separated", [adult, child]))
    return parties


def _families(rng: Random, community: Community) -> list[Party]:
    families: list[Party] = []
    while community.minors:
        wanted = min(int(pick(rng, CHILDREN)), len(community.minors))
        head = _heads(rng, community)
        if head is None:
            break
        head.members += [community.minors.pop() for _ in range(wanted)]
        families.append(head)
    for family in sorted(families, key=lambda party: len(party.members)):
        while community.minors and len(family.children) < MOST_CHILDREN:
            family.members.append(community.minors.pop())
    for family in families:
        _relate(family)
    left = [Party("unaccompanied", [child]) for child in community.minors]
    community.minors.clear()
    return families + left


def _heads(rng: Random, community: Community) -> Party | None:
    """The adults of a family with children; the kind gives way to who there is."""
    kind = pick(rng, FAMILIES)
    if kind in ("parents", "extended") and community.men and community.women:
        pair = [community.men.pop(), community.women.pop()]
        rng.shuffle(pair)
        pair[1].relation = "spouse" if rng.randrange(2) else "partner"
        if kind == "extended" and (relative := community.adult("F" if rng.randrange(2) else "M")):
            relative.relation = _elder_or_sibling(rng, relative)
            pair.append(relative)
        return Party("parents", pair)
    if kind == "grandmother" and community.women:
        return Party("grandmother", [community.women.pop()])
    adult = community.adult("M" if kind == "father" else "F")
    return Party("mother" if adult.sex == "F" else "father", [adult]) if adult else None


def _elder_or_sibling(rng: Random, relative: Traveller) -> str:
    if rng.randrange(2):
        return "sibling"
    return "mother" if relative.sex == "F" else "father"


def _relate(family: Party) -> None:
    head = family.members[0]
    for child in family.children:
        child.guardian = head
        child.relation = "daughter" if child.sex == "F" else "son"
        if family.kind == "grandmother":
            child.relation = "grandchild"


def _company(rng: Random, community: Community) -> list[Party]:
    """The adults who are left: couples, brothers and sisters, friends, and most of them alone."""
    parties = []
    for _ in range(min(len(community.men), len(community.women) * COUPLES_PER_100 // 100)):
        pair = [community.men.pop(), community.women.pop()]
        rng.shuffle(pair)
        pair[1].relation = "spouse" if rng.randrange(2) else "partner"
        parties.append(Party("couple", pair))
    rest = community.men + community.women
    rng.shuffle(rest)
    while rest:
        size = min(int(pick(rng, COMPANY)), len(rest))
        members = [rest.pop() for _ in range(size)]
        kind = "alone" if size == 1 else "siblings" if size <= 3 and rng.randrange(10) < 4 else "friends"
        for member in members[1:]:
            member.relation = "sibling" if kind == "siblings" else "other"
        parties.append(Party(kind, members))
    return parties


def _set_ages(rng: Random, party: Party) -> None:
    ages = [child.age for child in party.children]
    oldest, youngest = max(ages, default=0), min(ages, default=0)
    parent = min(oldest + YOUNGEST_MOTHER, 60), max(oldest + YOUNGEST_MOTHER, min(youngest + OLDEST_MOTHER, 65))
    for adult in party.adults:
        low, high = 18, 74
        if party.kind == "grandmother":
            low, high = max(46, oldest + 34), 70
        elif adult.relation in ("mother", "father"):
            low, high = max(50, min(party.members[0].age + 17, 70)), 74
        elif party.kind in ("parents", "mother", "father") and adult.relation in ("focal", "spouse", "partner"):
            low, high = max(18, parent[0]), parent[1]
        elif party.kind == "couple" and adult is not party.members[0]:
            low, high = max(18, party.members[0].age - 7), min(74, party.members[0].age + 7)
        elif party.kind == "separated" and party.children[0].relation == "sibling":
            high = 34
        adult.age = adult_age(rng, low, high)
