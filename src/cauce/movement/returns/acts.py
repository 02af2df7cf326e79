"""What an officer may do on the page of a case: a form, who may send it, what it does, and when it makes sense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cauce.access.actor import Actor
from cauce.movement.returns import forms, services
from cauce.movement.returns.selectors import CaseView
from cauce.movement.returns.services.consenting import Circumstances

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """`do(case, what was typed, who)`; `fits` says whether it is offered for a case as it stands."""

    capability: str
    title: StrOrPromise
    button: StrOrPromise
    done: StrOrPromise
    form: type[forms.ActForm]
    do: Callable[[UUID, Said, Actor], object]
    fits: Callable[[CaseView], bool]
    danger: bool = False


def _here(view: CaseView) -> bool:
    return view.row.closed_at is None and view.row.departed_at is None


def _ordered(view: CaseView) -> bool:
    return _here(view) and view.row.kind != "voluntary"


def _decided(view: CaseView) -> bool:
    return _ordered(view) and view.row.decided_on is not None


def _appealing(view: CaseView) -> bool:
    return _decided(view) and view.row.appeal_filed_on is not None and not view.row.appeal_outcome


def _voluntary(view: CaseView) -> bool:
    return _here(view) and view.row.kind == "voluntary"


def _agreed(view: CaseView) -> bool:
    return _voluntary(view) and view.consent is not None and view.consent.withdrawn_at is None


def _away(view: CaseView) -> bool:
    return view.row.closed_at is None and view.row.departed_at is not None


def _plain(service: Callable[..., object]) -> Callable[[UUID, Said, Actor], object]:
    """A service that takes what the form's fields are called."""

    def do(case: UUID, said: Said, by: Actor) -> object:
        return service(case=case, by=by, **{name: value for name, value in said.items() if name != "nonce"})

    return do


def _explain(case: UUID, said: Said, by: Actor) -> object:
    return services.explain(case=case, language=said["language"], by=by)


def _consent(case: UUID, said: Said, by: Actor) -> object:
    asked = Circumstances(
        language=said["language"],
        shared=said["shared"],
        interpreter=said["interpreter"],
        counsel=said["counsel"],
        custody_place=said["custody"],
    )
    return services.consent(case=case, asked=asked, by=by)


def _set_aside(case: UUID, said: Said, by: Actor) -> object:
    services.set_aside(case=case, by=by)
    return None


ACTS: dict[str, Act] = {
    "explain": Act(
        "returns.consent", _("Explain the rules"), _("It was explained"), _("Recorded: the rules were explained."),
        forms.ExplainForm, _explain, _voluntary,
    ),
    "consent": Act(
        "returns.consent", _("Ask for consent"), _("The person agrees"),
        _("Recorded. It counts after the cooling-off."),
        forms.ConsentForm, _consent, lambda view: _voluntary(view) and view.explained is not None,
    ),
    "withdraw": Act(
        "returns.withdraw", _("Take the consent back"), _("The person takes it back"),
        _("Taken back. The family has no seat any more."),
        forms.WordsForm, _plain(services.withdraw_consent), _agreed, danger=True,
    ),
    "decide": Act(
        "returns.decide", _("Decision"), _("Write the decision down"), _("The decision is written down."),
        forms.DecideForm, _plain(services.decide), lambda view: _ordered(view) and not _appealing(view),
    ),
    "appeal": Act(
        "returns.appeal", _("Appeal"), _("The person appeals"), _("Recorded. Until it is decided there is no seat."),
        forms.AppealForm, _plain(services.file_appeal), lambda view: _decided(view) and not _appealing(view),
    ),
    "outcome": Act(
        "returns.decide", _("End of the appeal"), _("Write the outcome down"), _("The outcome is written down."),
        forms.OutcomeForm, _plain(services.decide_appeal), _appealing,
    ),
    "object": Act(
        "returns.read", _("Objection"), _("Write the objection down"), _("Written down. A third person answers."),
        forms.ObjectForm, _plain(services.object_to), _here,
    ),
    "set-aside": Act(
        "returns.decide", _("Decision taken back"), _("The decision falls"), _("There is no decision any more."),
        forms.AsideForm, _set_aside, _decided, danger=True,
    ),
    "document": Act(
        "returns.manage", _("Travel document"), _("Keep the document"), _("The document is kept."),
        forms.DocumentForm, _plain(services.record_document), _here,
    ),
    "fit": Act(
        "returns.fit", _("Fit to travel"), _("Keep the finding"), _("The finding is kept."),
        forms.FitForm, _plain(services.find_fit), _here,
    ),
    "escort": Act(
        "returns.manage", _("Escort"), _("Keep this"), _("Kept."),
        forms.EscortForm, _plain(services.set_escort), _here,
    ),
    "destination": Act(
        "returns.manage", _("Another country"), _("Change the country"), _("Changed. A consent is asked anew."),
        forms.DestinationForm, _plain(services.set_destination), _voluntary,
    ),
    "ordered-destination": Act(
        "returns.decide", _("Another country"), _("Change the country"), _("Changed. A seat to the old one is free."),
        forms.DestinationForm, _plain(services.set_destination), _ordered,
    ),
    "hand-over": Act(
        "returns.manage", _("Received at home"), _("Keep who received them"), _("The hand-over is kept."),
        forms.ReceivedForm, _plain(services.hand_over),
        lambda view: _away(view) and view.row.handed_over_at is None,
    ),
    "follow-up": Act(
        "returns.manage", _("Follow-up"), _("Keep it and close the case"), _("The case is closed."),
        forms.FollowUpForm, _plain(services.follow_up),
        lambda view: _away(view) and view.row.handed_over_at is not None,
    ),
    "close": Act(
        "returns.manage", _("Close the case"), _("Close"), _("The case is closed."),
        forms.CloseForm, _plain(services.close), _here, danger=True,
    ),
}  # fmt: skip
