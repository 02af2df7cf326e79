"""What a corridor is, as frozen dataclasses: places, legs, checks, holds, quotas, queue rules. Pure.

Every number that a rule uses stands here because it was read from the corridor file; nothing is a default of the code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

MOVEMENT_KINDS = ("onward", "return", "internal")
REGISTRATION = "registration"  # the desk that is no check
DESK_EACH = ("person", "group")
RETURN_KINDS = ("voluntary", "deportation", "expulsion")
CHECK_RESULTS = ("clear", "refer", "pending", "waived", "lapsed", "confirmed")
PLACE_ROLES = ("departure", "trail", "village", "station", "border", "town", "hospital", "shelter", "port")
LEG_MODES = ("walk", "boat", "canoe", "bus", "train", "flight")
CONSEQUENCES = ("inform", "refer", "hold")
BASES = ("law", "vital_interest", "consent")
# What may stand for a person's identity (P4), best first; `declared` is the person's own word.
EVIDENCE_KINDS = (
    "passport",
    "travel_document",
    "identity_card",
    "residence_permit",
    "consular_document",
    "birth_certificate",
    "visa",
    "declared",
)
# Facts besides a needs code that may raise a hold at once.
INDICATORS = ("asylum_wish", "trafficking", "statelessness")
# What may leave about an individual (P11): nothing of P15's sensitive notes is in the list, so no file can name it.
EXPORT_FIELDS = (
    "seat",
    "card_number",
    "name",
    "birth_date",
    "sex",
    "nationality",
    "document_type",
    "document_number",
    "document_expiry",
    "document_issuer",
)
DEMANDS = ("inspection", "driver", "life_jackets")
HOURS_DEMANDED = ("max_hours_driven", "max_hours_driving", "min_rest_hours")
# Codes of protection are never among what a paper carries for an emergency, sealed or not (P10).
EMERGENCY_NEEDS = ("SM", "DS", "ER", "WR-LC", "CR-TP")
MEASURES = ("level", "rise", "mix", "overflow")
STANDARDS = (
    "water_litres_per_person_day",
    "energy_kcal_per_person_day",
    "floor_m2_per_person",
    "people_per_toilet",
    "people_per_tap",
    "soap_grams_per_person_month",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a number comes from; `assumed` says that no source gives it."""

    source: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    name: str
    country: str  # ISO 3166-1 alpha-3
    lat: float
    lon: float
    role: str  # one of PLACE_ROLES
    beds: int = 0
    time_zone: str = "UTC"
    registers: bool = False  # people are registered here
    receives_per_day: int | None = None  # people that vehicles may bring here on one day; None: nobody set a limit
    full_at_beds: bool = False  # nobody is sent here for whom there is no free bed
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Leg:
    """A way people are moved by the corridor (`kind` set) or go by themselves (`kind` empty)."""

    origin: str
    destination: str
    mode: str
    kind: str = ""  # one of MOVEMENT_KINDS, or "" when nobody dispatches it
    border: str = ""  # the border whose quota it spends, "" when none
    hours: float = 0.0
    recipient: str = ""  # id of the [[recipient]] that receives the manifest
    priority: int = 0  # among legs of one origin and kind: the lowest is proposed first
    figure: Figure = Figure()  # of `hours`


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: str
    place: str
    mode: str
    seats: int
    count: int  # how many leave on one day
    special_seats: int | None = None  # of `seats`, for a wheelchair or a stretcher; None: nobody counted them
    inspected_until: date | None = None  # the last day on which they may leave; None: not recorded here
    driver_hours: float | None = None  # of one driver: a leg longer than all have is not theirs; None: not recorded
    drivers: int = 1  # who take turns
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Subsidy:
    """F9: seats a day from a place that a named fund pays. Who sits in them is settled after sealing, never before."""

    fund: str
    place: str
    seats_per_day: int
    start: date
    until: date | None
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Quota:
    """People a day across a border, on weekdays (Monday 0), from `start` to `until` inclusive."""

    border: str
    per_day: int
    start: date
    until: date | None
    weekdays: frozenset[int]
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Closure:
    border: str
    start: date
    until: date
    reason: str
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Check:
    id: str  # document, watchlist, biometric, health or any other
    suffices: dict[str, tuple[str, ...]]  # movement kind -> results that suffice (P3)
    from_age: int = 0  # years; younger people are not asked
    start: str = "pending"  # the result at registration


@dataclass(frozen=True, slots=True)
class HoldKind:
    id: str
    title: str
    blocks: tuple[str, ...]  # movement kinds (P1)
    basis: str
    protection: bool
    raised_by: tuple[str, ...] = ()  # needs codes (or a prefix, `SC`) or INDICATORS that raise it at once
    review_days: int = 7
    confidential: bool = True  # outside the officers in charge it reads "an interview is still to come" (P7)


@dataclass(frozen=True, slots=True)
class Need:
    """A specific-needs code (UNHCR), flagged for referral; `head_start_hours`: its bounded priority in queue (F4)."""

    code: str
    title: str
    head_start_hours: float = 0.0
    special_seat: bool = False  # needs one of a vehicle's `special_seats`
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Evidence:
    """P4: what stands for a document. `nationality` is a code, or `*` for everybody else."""

    nationality: str
    accepts: tuple[str, ...]  # of EVIDENCE_KINDS
    expired_years: float = 0.0  # a passport expired for no longer than this suffices
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class ListRule:
    """P6: what a watchlist may do here."""

    name: str
    owner: str
    legal_basis: str
    consequence: str  # one of CONSEQUENCES
    authority: str  # who takes a confirmed match over
    deadline_hours: float  # until the authority takes it up; afterwards the block ends
    threshold: float  # score (0..1) from which a hit refers
    state: str = ""  # country that owns the list, when one does
    needed: bool = True  # while it is not here nobody is clear of the lists
    fresh_days: int = 0  # an edition older than this is told to be; 0: never


@dataclass(frozen=True, slots=True)
class Recipient:
    """P11: to whom data of individuals may go."""

    id: str
    controller: str
    country: str
    legal_basis: str
    purpose: str
    fields: tuple[str, ...]
    retention_days: int
    until: date


@dataclass(frozen=True, slots=True)
class Purpose:
    """P14: what a purpose rests on; only `consent` is asked, the others give notice."""

    id: str
    title: str
    basis: str  # one of BASES
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Vaccine:
    id: str
    title: str
    from_months: int = 0
    until_months: int | None = None
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at a place and how long one takes: read by the simulation alone, no rule asks it."""

    place: str
    check: str  # the id of a check, or REGISTRATION
    servers: int
    minutes: float  # of one person or one group, on average
    each: str = ""  # what comes to the desk at once: "person" or "group"; "" for what is usual there
    spread: float = 1.0  # standard deviation over mean of the minutes: 1 exponential, 0 always the same
    opens: float = 0.0  # hour of the local day
    closes: float = 24.0
    weekdays: frozenset[int] = frozenset(range(7))
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class Arrival:
    """The share of those who come into the corridor that comes in at this place; read by the simulation alone."""

    place: str
    share: float
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class WarningRule:
    """When the corridor warns, and when it stops: with a gap between the two, so that it does not flicker.

    `level`: people a day, the mean of `over_days`. `rise`: that mean over the one before it. `mix`: half the sum of how
    much the shares of nationalities differ between the two (0 to 1). `overflow`: probability (0 to 1) that the place
    has more people than beds within `over_days`.
    """

    id: str
    title: str
    measure: str  # one of MEASURES
    over_days: int
    raise_at: float
    clear_below: float
    clear_after_days: int  # from the first day below `clear_below`
    asks: str  # who is asked to do what
    place: str = ""  # "" for the whole corridor
    must_hold: bool = False  # every one of those days has to be below
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class ReviewRules:
    decide_within_hours: float = 24.0
    extend_hours: float = 72.0
    objection_days: float = 5.0
    registered_twice_days: int = 14  # whoever left no longer ago is compared with those who are registered
    return_fresh_minutes: int = 60  # P18: a return seals and departs with holds from the hub that are no older
    sought_keep_days: int = 30  # a local alert or tracing request that is over; then who was sought is forgotten


@dataclass(frozen=True, slots=True)
class EntryRule:
    """What going back costs somebody later: a country that does not let them in for years, or asks for something first.

    In force from `start` to `until`; explained before a consent to a return `after` which it holds is asked (P12).
    """

    id: str
    country: str  # ISO 3166-1 alpha-3: whose rule it is
    title: str
    start: date
    after: tuple[str, ...] = RETURN_KINDS
    years: float | None = None  # how long it lasts; None: the rule gives no term
    until: date | None = None
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class ReturnRules:
    """How somebody goes home. `cooling_off_hours` lie between a consent and the first door that may close (P12)."""

    cooling_off_hours: float
    fit_days: int  # a clinician's finding lasts no longer
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class QueueRules:
    """F4: nobody is overtaken by someone who came more than `max_head_start_hours` later; and who was passed over on
    `max_times_passed` days, because what was left was too little, goes before everybody behind."""

    max_head_start_hours: float = 48.0
    max_times_passed: int = 2


@dataclass(frozen=True, slots=True)
class CardRules:
    days_after_departure: int = 30
    pin_digits: int = 6
    pin_attempts: int = 5


@dataclass(frozen=True, slots=True)
class Departure:
    """What must be recorded about a vehicle of this mode before it leaves on a movement of these kinds."""

    mode: str
    kinds: tuple[str, ...]
    demands: tuple[str, ...] = ()  # of DEMANDS
    max_hours_driven: float | None = None  # of each driver on that day, before this way
    max_hours_driving: float | None = None  # of each driver on that day, this way included: those named share it
    min_rest_hours: float | None = None  # of each driver before that
    figure: Figure = Figure()


@dataclass(frozen=True, slots=True)
class EmergencyRules:
    """P10: needs that are sealed into the codes of a paper manifest, and to whom besides the two stations."""

    needs: tuple[str, ...] = ("SM", "DS", "ER")  # codes, or the first two letters for all that begin so
    recipient: str = ""  # age recipient of the emergency role, whose key is kept off line


@dataclass(frozen=True, slots=True)
class Retention:
    """P16: how long one kind of data is kept after the person has left (a copy: after its review is closed; who drove
    and inspected: after the way).

    What is over is announced `warn_days` before, waits `grace_days` more, and then goes: by hand, or by itself where
    `automatic`. `law` cites what makes a longer time than the rule allows necessary.
    """

    kind: str  # one of RETENTION_KINDS
    keep_days: int
    warn_days: int = 7
    grace_days: int = 7
    automatic: bool = False
    law: str = ""
    figure: Figure = Figure()


RETENTION = (
    Retention("photo", 30),
    Retention("contact", 30),
    Retention("document", 90),
    Retention("review_copy", 90),
    Retention("crew", 365),
    Retention("person", 365),
)
"""Where the file is silent: there are terms for everything, and nothing goes without somebody who says so."""
RETENTION_KINDS = tuple(rule.kind for rule in RETENTION)
TEMPLATE_DAYS = 30
"""P16: what a face can be known again by goes this many days after departure unless a law is cited."""


@dataclass(frozen=True, slots=True)
class Corridor:
    id: str
    name: str
    time_zone: str
    languages: tuple[str, ...]
    adult_at: int
    suppress_below: int
    places: tuple[Place, ...]
    legs: tuple[Leg, ...]
    vehicles: tuple[Vehicle, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    quotas: tuple[Quota, ...] = ()
    closures: tuple[Closure, ...] = ()
    checks: tuple[Check, ...] = ()
    holds: tuple[HoldKind, ...] = ()
    needs: tuple[Need, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    lists: tuple[ListRule, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    vaccines: tuple[Vaccine, ...] = ()
    standards: dict[str, float] = field(default_factory=dict)  # of STANDARDS, name -> value
    standards_figure: Figure = Figure()
    review: ReviewRules = ReviewRules()
    queue: QueueRules = QueueRules()
    card: CardRules = CardRules()
    retention: tuple[Retention, ...] = ()
    entry_rules: tuple[EntryRule, ...] = ()
    returns: ReturnRules | None = None  # None: the file does not say how anybody is returned, so nobody is
    departures: tuple[Departure, ...] = ()
    desks: tuple[Desk, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    warnings: tuple[WarningRule, ...] = ()
    emergency: EmergencyRules = EmergencyRules()

    def keeps(self) -> tuple[Retention, ...]:
        """The term of every kind of data, in the order in which they end."""
        said = {rule.kind: rule for rule in self.retention}
        return tuple(said.get(rule.kind, rule) for rule in RETENTION)

    def place(self, place_id: str) -> Place:
        """The place of that id; KeyError when the corridor has none."""
        for place in self.places:
            if place.id == place_id:
                return place
        raise KeyError(place_id)
