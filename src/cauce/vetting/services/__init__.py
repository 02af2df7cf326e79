"""Every write of vetting: checks, reviews, matches, lists, objections."""

from cauce.vetting.services.alerts import Added, Sought, add_alert, end_alert, expire_alerts, review_alert
from cauce.vetting.services.checks import record_check, record_vaccination, restart_checks, start_checks
from cauce.vetting.services.clocks import Lapsed, lapse_due
from cauce.vetting.services.duplicates import compare_all_new, compare_new, decide_duplicate, undo_duplicate
from cauce.vetting.services.hand_overs import end_hand_over, take_up
from cauce.vetting.services.listing import Imported, import_list, unload_list
from cauce.vetting.services.objections import answer_objection, object_to
from cauce.vetting.services.planting import plant
from cauce.vetting.services.reviews import Decided, decide, extend, pass_on
from cauce.vetting.services.running import Ran, run_pending
from cauce.vetting.services.thresholds import confirm_threshold, propose_threshold, withdraw_threshold
from cauce.vetting.services.tracing import (
    Filed,
    Looked,
    add_tracing,
    agree_tracing,
    decide_tracing,
    end_tracing,
    purge_tracing,
    tell_tracing,
)

__all__ = [
    "Added",
    "Decided",
    "Filed",
    "Imported",
    "Lapsed",
    "Looked",
    "Ran",
    "Sought",
    "add_alert",
    "add_tracing",
    "agree_tracing",
    "answer_objection",
    "compare_all_new",
    "compare_new",
    "confirm_threshold",
    "decide",
    "decide_duplicate",
    "decide_tracing",
    "end_alert",
    "end_hand_over",
    "end_tracing",
    "expire_alerts",
    "extend",
    "import_list",
    "lapse_due",
    "object_to",
    "pass_on",
    "plant",
    "propose_threshold",
    "purge_tracing",
    "record_check",
    "record_vaccination",
    "restart_checks",
    "review_alert",
    "run_pending",
    "start_checks",
    "take_up",
    "tell_tracing",
    "undo_duplicate",
    "unload_list",
    "withdraw_threshold",
]
