"""What the database refuses about answers and planted cases, whoever writes: two answers, never taken back (P5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cauce.journal import guard
from cauce.journal.triggers import Trigger, trigger

_CLOSED = "EXISTS (SELECT 1 FROM vetting_review r WHERE r.id = NEW.review_id AND r.status NOT IN ('open', 'lapsed'))"

# Two analysts count because neither answer can be written for the other, changed or taken back afterwards. Erasing a
# person empties an answer; that is the one change there is.
for _name, _when, _if, _code in (
    ("not_after_it", "INSERT", _CLOSED, "decision_after_closing"),
    ("stays", "UPDATE OF review_id, account, at", "1 = 1", "decision_stays"),
    ("is_not_changed", "UPDATE OF outcome", "NEW.outcome <> '' AND NEW.outcome <> OLD.outcome", "decision_stays"),
    ("is_not_removed", "DELETE", "1 = 1", "decision_stays"),
):
    trigger(
        Trigger(
            name=f"vetting_decision_{_name}",
            table="vetting_decision",
            when=_when,
            refuse_if=_if,
            code=_code,
            acts_only=_if == _CLOSED,
        )
    )
# Whoever keeps an alert does not say whom it fits.
trigger(
    Trigger(
        name="vetting_alert_keeper_does_not_review",
        table="vetting_decision",
        when="INSERT",
        refuse_if="EXISTS (SELECT 1 FROM vetting_review r JOIN vetting_alert a ON a.number = r.list_entry "
        "WHERE r.id = NEW.review_id AND r.list_name = 'local-alerts' AND a.added_by = NEW.account)",
        code="alert_keeper_does_not_review",
    )
)
# A review is closed with an outcome once; an objection sets it aside by other columns.
trigger(
    Trigger(
        name="vetting_review_outcome_stays",
        table="vetting_review",
        when="UPDATE OF outcome",
        refuse_if="OLD.outcome = 'same' AND NEW.outcome NOT IN ('same', '')",
        code="decision_stays",
    )
)

# A planted case is about nobody: nothing that can keep a person somewhere may ever hang on it.
for _table in ("vetting_checkresult", "vetting_review"):
    trigger(
        Trigger(
            name=f"{_table}_of_no_planted_case",
            table=_table,
            when="INSERT",
            refuse_if="EXISTS (SELECT 1 FROM vetting_plantedcase c WHERE c.id = NEW.person)",
            code="planted_case_is_nobody",
            once_in=True,
        )
    )
trigger(
    Trigger(
        name="vetting_plantedcase_is_nobody",
        table="vetting_plantedcase",
        when="INSERT",
        refuse_if=(
            "EXISTS (SELECT 1 FROM people_person p WHERE p.id = NEW.id OR p.number = NEW.number) "
            "OR EXISTS (SELECT 1 FROM vetting_review r WHERE r.person = NEW.id OR r.id = NEW.id)"
        ),
        code="planted_case_is_nobody",
    )
)

guard.explain("decision_after_closing", _("This review is closed already; nothing was recorded. Look at it again."))
guard.explain(
    "alert_keeper_does_not_review",
    _("You added the alert that this is a match of: other analysts say whether it is the same person."),
)
guard.explain("decision_stays", _("An analyst's answer is never changed or taken back. An objection sets it aside."))
guard.explain("planted_case_is_nobody", _("A planted case is about nobody: it has no place in the register."))
guard.explain(
    "vetting_planted_answer_once_each", _("You have decided this review already; it waits for another analyst.")
)
