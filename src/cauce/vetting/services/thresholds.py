"""A list's threshold changes by two people; then everybody present is searched in that list again."""

from __future__ import annotations

from math import isfinite
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import guard
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.services import lock_head, record
from cauce.vetting.events import ThresholdConfirmed, ThresholdProposed, ThresholdWithdrawn
from cauce.vetting.models import ThresholdChange, WatchList
from cauce.vetting.rules import PAPERS, rule_of
from cauce.vetting.services.running import Progress, Ran, run_pending


def propose_threshold(*, list_name: str, threshold: float, reason: str, by: Actor) -> UUID:
    """Propose that a list refers from another score (0 to 1) on. Returns the proposal's id; nothing changes yet.

    Raises Unknown for a list that is not in force, Misused for what lies off the scale, Refused without a reason,
    when it stands so already, or while another proposal for the list is open.
    """
    by.require("lists.threshold")
    if not (isfinite(threshold) and 0 <= threshold <= 1):
        raise Misused(_("A threshold lies between 0 and 1; not %(threshold)s.") % {"threshold": threshold})
    if not reason.strip():
        raise Refused(_("Write down why the threshold should change, and what it was tried on."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _listed(list_name)
        before = rule_of(row, in_force()).threshold
        if before == threshold:
            raise Refused(
                _("The list %(name)s refers from %(threshold)g already.") % {"name": list_name, "threshold": before},
                code="same_threshold",
            )
        if ThresholdChange.objects.filter(list_name=list_name, status="proposed").exists():
            raise Refused(guard.sentence("vetting_threshold_one_open"), code="vetting_threshold_one_open")
        proposal = ThresholdProposed(
            id=new_id(), list_name=list_name, threshold=threshold, before=before, reason=reason.strip()
        )
        record(proposal, by=by)
    return proposal.id


def confirm_threshold(*, proposal: UUID, by: Actor, search: bool = True, progress: Progress | None = None) -> Ran:
    """Another account puts the threshold in force. Everybody present is then searched in that list again: new hits
    open reviews, open ones that are now below it close. `search` False leaves the search to the background process.

    Raises NotAllowed for whoever proposed it, Conflict when it was confirmed or withdrawn before, Unknown.
    """
    by.require("lists.threshold")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _open(proposal)
        if row.proposed_by == by.account:
            raise NotAllowed(guard.sentence("vetting_threshold_takes_two"), code="vetting_threshold_takes_two")
        _listed(row.list_name)
        record(ThresholdConfirmed(proposal=row.id, list_name=row.list_name, threshold=row.threshold), by=by)
    return run_pending(progress=progress) if search else Ran()


def withdraw_threshold(*, proposal: UUID, reason: str, by: Actor) -> None:
    """Take a proposal back, with a reason; whoever may confirm may also withdraw. Conflict when it is not open."""
    by.require("lists.threshold")
    if not reason.strip():
        raise Refused(_("Write down why it is taken back."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _open(proposal)
        record(ThresholdWithdrawn(proposal=row.id, list_name=row.list_name, reason=reason.strip()), by=by)


def _listed(name: str) -> WatchList:
    row = WatchList.objects.exclude(format=PAPERS).filter(name=name).first()
    if row is None:
        raise Unknown(
            _("No list of people %(name)s is in force here. `cauce watchlist list` names those that are.")
            % {"name": name}
        )
    return row


def _open(proposal: UUID) -> ThresholdChange:
    row = ThresholdChange.objects.filter(id=proposal).first()
    if row is None:
        raise Unknown(_("There is no such proposal of a threshold."))
    if row.status != "proposed":
        raise Conflict(_("This proposal was confirmed or withdrawn already; nothing was changed. Look at it again."))
    return row
