"""From bits to sentences, each for the eyes that read it (P7).

Confidential holds, reviews and the question who looks after a child read, for everybody but the officer in charge, as
"an interview is still to come": one sentence for all of them, and an open review of a document is as ordinary as that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cauce.access import roles
from cauce.movement.reasons import HOLDS, REVIEWS, Reason
from cauce.protection.audience import in_charge

AUDIENCES = ("officer", "gate", "person", "public")
INTERVIEW = "interview"
_INTERVIEW_SENTENCE = gettext_noop("An interview is still to come.")
_CONFIDENTIAL = (
    REVIEWS
    | Reason.HOLD_PROTECTION
    | Reason.HOLD_SECURITY
    | Reason.CHILD_UNASSESSED
    | Reason.GROUP_CHILD
    | Reason.RETURN_INTERVIEW
)
# Whom somebody is kept apart from, and that they are, only those in charge read: for others the seats are taken.
_READS_AS = {Reason.KEPT_APART: Reason.NO_SEAT}
_CHILD = Reason.CHILD_UNASSESSED | Reason.GROUP_CHILD

_TRUE: dict[Reason, str] = {
    Reason.DOCUMENT_PENDING: gettext_noop("The check of documents is still to come."),
    Reason.WATCHLIST_PENDING: gettext_noop("The check against lists is still to come."),
    Reason.BIOMETRIC_PENDING: gettext_noop("Prints or irises are still to be taken."),
    Reason.HEALTH_PENDING: gettext_noop("The health check is still to come."),
    Reason.OTHER_PENDING: gettext_noop("A check is still to come."),
    Reason.DOCUMENT_REVIEW: gettext_noop("An analyst has still to look at the documents."),
    Reason.WATCHLIST_REVIEW: gettext_noop("An analyst has still to decide about a match with a list."),
    Reason.BIOMETRIC_REVIEW: gettext_noop("An analyst has still to look at the prints or irises."),
    Reason.HEALTH_REVIEW: gettext_noop("The clinic has still to look at the health check."),
    Reason.OTHER_REVIEW: gettext_noop("An officer has still to look at the result of a check."),
    Reason.HOLD: gettext_noop("A hold stands."),
    Reason.HOLD_PROTECTION: gettext_noop("A protection hold stands."),
    Reason.HOLD_SECURITY: gettext_noop("A hold after a confirmed match or an order stands."),
    Reason.CHILD_UNASSESSED: gettext_noop("No adult of the group is recorded as parent or guardian of this child."),
    Reason.GROUP_CHILD: gettext_noop("A child of the group has no recorded parent or guardian in it."),
    Reason.GROUP_INCOMPLETE: gettext_noop("The registration of the group is not finished."),
    Reason.NOT_PRESENT: gettext_noop("Not registered as present at the place of departure."),
    Reason.GROUP_WAITS: gettext_noop("The family waits for one of its members."),
    Reason.MEMBER_ELSEWHERE: gettext_noop("A member of the family is at another place or in hospital."),
    Reason.ON_MANIFEST: gettext_noop("Has a seat on a manifest."),
    Reason.KEPT_BACK: gettext_noop("A coordinator took the group off the manifest."),
    Reason.QUOTA_CLOSED: gettext_noop("The border takes nobody from here on this day."),
    Reason.QUOTA_FULL: gettext_noop("The quota of the day is used by people ahead in the queue."),
    Reason.NO_SEAT: gettext_noop("The seats of the day are taken by people ahead in the queue."),
    Reason.TOO_LARGE: gettext_noop("The group is larger than the quota or all the seats of the day."),
    Reason.NO_WAY: gettext_noop("No vehicle leaves from here."),
    Reason.OVERTAKEN: gettext_noop("A group with a priority that the rules allow went ahead."),
    Reason.NO_BED: gettext_noop("Where the vehicles go takes no more people on this day."),
    Reason.NO_SPECIAL_SEAT: gettext_noop("The seats that this group needs are taken by people ahead in the queue."),
    Reason.KEPT_APART: gettext_noop("In every vehicle with room sits somebody from whom this group is kept apart."),
    Reason.COMPANY_WAITS: gettext_noop("A group that this one travels with cannot leave yet."),
    Reason.BEHIND_DUE: gettext_noop("A group ahead has been passed over before: nobody behind it leaves first."),
    Reason.RETURN_NO_CASE: gettext_noop("There is no open return case."),
    Reason.RETURN_UNDECIDED: gettext_noop("The decision is missing, or not final: it can still be appealed against."),
    Reason.RETURN_PAPERS: gettext_noop("A travel document that lasts is missing."),
    Reason.RETURN_UNFIT: gettext_noop("The finding of a clinician that lasts is missing."),
    Reason.RETURN_CONSENT: gettext_noop("No consent to go back counts on this day."),
    Reason.RETURN_INTERVIEW: gettext_noop("A fear, a claim or an undecided review stands against a return."),
}


class Standing(Protocol):
    """What of a group in the queue its sentence needs."""

    @property
    def since(self) -> datetime: ...
    @property
    def head_start_hours(self) -> float: ...
    @property
    def passed_over(self) -> bool: ...
    @property
    def linked(self) -> tuple[str, ...]: ...
    @property
    def mask(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Said:
    """A reason as one audience hears it. `code` is stable: the reason's name in lower case, or `interview`."""

    code: str
    text: str


def told_to(role: str) -> Reason:
    """Which of the confidential reasons an officer of that role is in charge of, and so reads as they are."""
    told = Reason(0)
    if roles.may(role, "reviews.read"):
        told |= REVIEWS
    if in_charge(role, protection=True):
        told |= Reason.HOLD_PROTECTION
    if in_charge(role, protection=False):
        told |= Reason.HOLD_SECURITY
    if roles.may(role, "child.assess"):
        told |= _CHILD
    if roles.may(role, "returns.consent"):
        told |= Reason.RETURN_INTERVIEW
    if roles.may(role, "people.keep_apart"):
        told |= Reason.KEPT_APART
    return told


def explain(mask: int, audience: str = "public", *, role: str = "", holds: Sequence[str] = ()) -> list[Said]:
    """Each reason of the mask once, in the active language. `holds`: titles of the holds, for who may know them.

    Audience `officer` is the one in charge of everything unless `role` narrows it; every other audience reads
    confidential reasons as an interview. ValueError for an audience that nobody defined.
    """
    if audience not in AUDIENCES:
        raise ValueError(f"no audience {audience!r}: one of {', '.join(AUDIENCES)}")
    open_to = Reason(0)
    if audience == "officer":
        open_to = told_to(role) if role else _CONFIDENTIAL | Reason.KEPT_APART
    said: dict[str, Said] = {}
    for reason in _read(Reason(mask), open_to):
        code, text = reason.name.lower() if reason.name else "", _(_TRUE[reason])
        if reason in _CONFIDENTIAL and reason not in open_to:
            code, text = INTERVIEW, _(_INTERVIEW_SENTENCE)
        elif reason in HOLDS and holds:
            text = _("%(sentence)s %(holds)s") % {"sentence": text, "holds": "; ".join(holds)}
        said.setdefault(code, Said(code, text))
    # The interview comes first whatever stands behind it, so that its place in the list tells nothing.
    return sorted(said.values(), key=lambda one: one.code != INTERVIEW)


def _read(reasons: Reason, open_to: Reason) -> Reason:
    for hidden, ordinary in _READS_AS.items():
        if hidden in reasons and hidden not in open_to:
            reasons = (reasons & ~hidden) | ordinary
    return reasons


def sentences(mask: int, audience: str = "public", *, role: str = "", holds: Sequence[str] = ()) -> list[str]:
    """The texts of `explain`."""
    return [one.text for one in explain(mask, audience, role=role, holds=holds)]


def sentence(mask: int, audience: str = "public", *, role: str = "") -> str:
    """All reasons in one line; that nothing is missing for who has none."""
    return " ".join(sentences(mask, audience, role=role)) or nothing_missing()


def standing(row: Standing, zone: tzinfo, *, role: str = "") -> str:
    """Why a group stands where it stands in the queue, and what it waits for: for an officer of that role (P7).

    Times are those of the place's `zone`.
    """
    said = [_("Waits since %(since)s.") % {"since": row.since.astimezone(zone).strftime("%Y-%m-%d %H:%M")}]
    if row.passed_over:
        said.append(
            _("The last seats of an earlier day were too few: the longest head start, %(hours)s hours.")
            % {"hours": f"{row.head_start_hours:g}"}
        )
    elif row.head_start_hours:
        hours = {"hours": f"{row.head_start_hours:g}"}
        said.append(_("A priority of the corridor file gives a head start of %(hours)s hours.") % hours)
    if row.linked:
        with_whom = {"groups": ", ".join(row.linked)}
        said.append(_("Stands where the later of the groups stands that it travels with: %(groups)s.") % with_whom)
    return " ".join([*said, sentence(row.mask, "officer", role=role) if role else sentence(row.mask, "gate")])


def text_of(code: str) -> str:
    """The sentence of a code that `explain` gave; that nothing is missing for any other."""
    if code == INTERVIEW:
        return _(_INTERVIEW_SENTENCE)
    known = Reason.__members__.get(code.upper())
    return _(_TRUE[known]) if known is not None else nothing_missing()


def nothing_missing() -> str:
    """What somebody hears against whom no rule says anything."""
    return _("Nothing is missing; the place in the queue decides.")
