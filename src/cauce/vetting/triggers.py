"""What no screen and no script can do: let one analyst decide against a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal import guard
from cauce.journal.triggers import Trigger, trigger

_FEWER_THAN_TWO = (
    "(SELECT COUNT(DISTINCT account) FROM vetting_decision WHERE review_id = NEW.id AND outcome = 'same') < 2"
)
_NOBODY_SAID_SO = (
    "NOT EXISTS (SELECT 1 FROM vetting_review r WHERE r.person = NEW.person AND r.check_id = NEW.check_id "
    "AND r.outcome = 'same')"
)

for _verb, _before in (("INSERT", ""), ("UPDATE", " AND OLD.outcome <> 'same'")):
    trigger(
        Trigger(
            name=f"vetting_review_takes_two_{_verb.lower()}",
            table="vetting_review",
            when=_verb,
            refuse_if=f"NEW.outcome = 'same'{_before} AND {_FEWER_THAN_TWO}",
            code="review_takes_two",
        )
    )
for _verb, _before in (("INSERT", ""), ("UPDATE", " AND OLD.result <> 'confirmed'")):
    trigger(
        Trigger(
            name=f"vetting_confirmed_by_people_{_verb.lower()}",
            table="vetting_checkresult",
            when=_verb,
            refuse_if=f"NEW.result = 'confirmed'{_before} AND {_NOBODY_SAID_SO}",
            code="confirmed_by_people",
            once_in=_verb == "INSERT",
        )
    )

_NOT_CONFIRMED = (
    "NEW.threshold IS NOT NULL{} AND NOT EXISTS (SELECT 1 FROM vetting_thresholdchange c "
    "WHERE c.list_name = NEW.name AND c.status = 'confirmed' AND c.threshold = NEW.threshold)"
)
for _verb, _before in (("INSERT", ""), ("UPDATE", " AND (OLD.threshold IS NULL OR OLD.threshold <> NEW.threshold)")):
    trigger(
        Trigger(
            name=f"vetting_list_threshold_takes_two_{_verb.lower()}",
            table="vetting_watchlist",
            when=_verb,
            refuse_if=_NOT_CONFIRMED.format(_before),
            code="list_threshold_takes_two",
        )
    )

_ALERT_OVER = (
    "NEW.list_name = 'local-alerts' AND {} AND NOT EXISTS (SELECT 1 FROM vetting_alert a "
    "WHERE a.number = NEW.list_entry AND a.status = 'active' AND a.expires_at > NEW.{})"
)
for _verb, _when in (
    ("INSERT", ("NEW.status = 'open'", "opened_at")),
    ("UPDATE", ("NEW.outcome = 'same' AND OLD.outcome <> 'same'", "closed_at")),
):
    # An alert matches nobody from the moment it is over, whatever any program remembers of it.
    trigger(
        Trigger(
            name=f"vetting_alert_over_{_verb.lower()}",
            table="vetting_review",
            when=_verb,
            refuse_if=_ALERT_OVER.format(*_when),
            code="alert_over",
        )
    )
trigger(
    Trigger(
        name="vetting_tracing_request_open",
        table="vetting_tracingmatch",
        when="INSERT",
        refuse_if="NOT EXISTS (SELECT 1 FROM vetting_tracingrequest t "
        "WHERE t.id = NEW.request_id AND t.status = 'open')",
        code="tracing_request_over",
    )
)
trigger(
    Trigger(
        name="vetting_tracing_child_agreed",
        table="vetting_tracingmatch",
        when="UPDATE",
        refuse_if="NEW.agreed_how = 'person' AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = NEW.person AND "
        "(p.adult_on > DATE(NEW.agreed_at) OR (p.adult_on IS NULL AND p.said_minor)))",
        code="tracing_child_agreed",
    )
)

guard.explain(
    "review_takes_two", _("A decision against a person needs two different analysts. Ask a second one to look.")
)
guard.explain(
    "confirmed_by_people",
    _("Only people confirm a match. The machine refers it to a review; two analysts decide there."),
)
guard.explain("vetting_decision_once_each", _("You have decided this review already; it waits for another analyst."))
guard.explain("vetting_review_one_open", _("A review of this person and entry is open already."))
guard.explain(
    "vetting_threshold_takes_two",
    _("Whoever proposed a threshold does not confirm it. Ask somebody else to look at what it would do."),
)
guard.explain(
    "list_threshold_takes_two", _("A list's threshold changes when one account proposes it and another confirms it.")
)
guard.explain(
    "vetting_threshold_one_open",
    _("Another threshold is proposed for this list already. Confirm or withdraw that one first."),
)
guard.explain("vetting_threshold_on_scale", _("A threshold lies between 0 and 1."))
guard.explain("alert_over", _("The local alert is over: it matches nobody any more."))
guard.explain("tracing_request_over", _("Nobody looks for this person any more: the request has ended."))
guard.explain(
    "tracing_child_agreed", _("A child does not agree alone: a protection officer decides what is best for the child.")
)
guard.explain(
    "vetting_tracing_agreed_before_told",
    _("The seeker is told nothing before the person who was found agrees, or a protection officer for a child."),
)
guard.explain(
    "vetting_alert_stated", _("An alert has to say whose it is, on what basis, until when, and who takes over.")
)
