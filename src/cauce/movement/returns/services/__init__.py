"""Every change of a return case and of the register of custody. Each is one transaction."""

from cauce.movement.returns.services.consenting import consent, explain, withdraw_consent
from cauce.movement.returns.services.custody import end_custody, record_custody, review_custody
from cauce.movement.returns.services.deciding import decide, decide_appeal, file_appeal, object_to, set_aside
from cauce.movement.returns.services.opening import (
    close,
    find_fit,
    follow_up,
    hand_over,
    open_case,
    record_document,
    set_destination,
    set_escort,
)
from cauce.movement.returns.services.telling import tell_consulate

__all__ = [
    "close",
    "consent",
    "decide",
    "decide_appeal",
    "end_custody",
    "explain",
    "file_appeal",
    "find_fit",
    "follow_up",
    "hand_over",
    "object_to",
    "open_case",
    "record_custody",
    "record_document",
    "review_custody",
    "set_aside",
    "set_destination",
    "set_escort",
    "tell_consulate",
    "withdraw_consent",
]
