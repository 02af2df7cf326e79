"""Every write about people, under one roof. How each works stands in the module it comes from."""

from __future__ import annotations

from cauce.people.company import end_company, keep_apart, link_groups
from cauce.people.enrolling import Registered, add_person, register_birth, register_group
from cauce.people.erasing import erase
from cauce.people.grouping import (
    Split,
    complete_group,
    confirm_split,
    join_groups,
    mark_incomplete,
    set_head,
    split_group,
)
from cauce.people.identity import (
    add_document,
    correct,
    doubt_guardian,
    flag_need,
    reissue_card,
    revoke_card,
    withdraw_document,
    withdraw_need,
)
from cauce.people.photos import remove_photo, take_photo
from cauce.people.staying import (
    HeadCount,
    assign_bed,
    end_stay,
    head_count,
    move_to,
    record_arrivals,
    record_departures,
    reopen_stay,
    reopen_stays,
)
from cauce.people.taking_over import ask_for, known_as, take_over

__all__ = [
    "HeadCount",
    "Registered",
    "Split",
    "add_document",
    "add_person",
    "ask_for",
    "assign_bed",
    "complete_group",
    "confirm_split",
    "correct",
    "doubt_guardian",
    "end_company",
    "end_stay",
    "erase",
    "flag_need",
    "head_count",
    "join_groups",
    "keep_apart",
    "known_as",
    "link_groups",
    "mark_incomplete",
    "move_to",
    "record_arrivals",
    "record_departures",
    "register_birth",
    "register_group",
    "reissue_card",
    "remove_photo",
    "reopen_stay",
    "reopen_stays",
    "revoke_card",
    "set_head",
    "split_group",
    "take_over",
    "take_photo",
    "withdraw_document",
    "withdraw_need",
]
