"""Every write of vetting: checks, reviews, matches, lists, objections."""

from cauce.vetting.services.checks import record_check, record_vaccination, restart_checks, start_checks
from cauce.vetting.services.clocks import Lapsed, lapse_due
from cauce.vetting.services.hand_overs import end_hand_over, take_up
from cauce.vetting.services.listing import Imported, import_list
from cauce.vetting.services.objections import answer_objection, object_to
from cauce.vetting.services.reviews import Decided, decide, extend, pass_on
from cauce.vetting.services.running import Ran, run_pending
from cauce.vetting.services.thresholds import confirm_threshold, propose_threshold, withdraw_threshold

__all__ = [
    "Decided",
    "Imported",
    "Lapsed",
    "Ran",
    "answer_objection",
    "confirm_threshold",
    "decide",
    "end_hand_over",
    "extend",
    "import_list",
    "lapse_due",
    "object_to",
    "pass_on",
    "propose_threshold",
    "record_check",
    "record_vaccination",
    "restart_checks",
    "run_pending",
    "start_checks",
    "take_up",
    "withdraw_threshold",
]
