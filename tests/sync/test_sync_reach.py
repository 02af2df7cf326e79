"""P15: how far each event travels. A new one has to decide, here."""

from __future__ import annotations

from cauce.journal.events import known_events, personal_names

EVERYWHERE = """
corridor.allotment_withdrawn corridor.applied corridor.quota_changed corridor.quota_change_undone
corridor.seats_allotted journal.circle_opened movement.emergency_key_named
sync.node_enrolled sync.node_revoked sync.node_quarantined sync.node_released
vetting.list_imported vetting.list_unloaded
vetting.threshold_proposed vetting.threshold_confirmed vetting.threshold_withdrawn
"""
WITH_PERSON = """
movement.head_start_given movement.manifest_departed movement.manifest_arrived movement.refused_at_border
people.bed_assigned people.card_issued people.card_revoked people.company_ended people.document_added
people.document_withdrawn people.groups_kept_apart people.groups_linked
people.group_completed people.group_head_set people.group_marked_incomplete people.group_registered people.group_split
people.groups_joined people.guardian_doubted people.guardian_named people.person_arrived people.person_corrected
people.person_erased people.person_moved people.person_registered people.person_taken_over people.photo_removed
people.photo_taken people.stay_ended people.stay_reopened
protection.blocked_elsewhere protection.unblocked_elsewhere protection.child_assessed
protection.child_assessment_undone protection.consent_recorded protection.consent_withdrawn
sync.matter_opened sync.matter_settled
vetting.check_recorded vetting.check_settled vetting.checks_completed vetting.checks_started
vetting.duplicate_linked vetting.duplicate_reopened vetting.not_the_same_remembered vetting.vaccination_recorded
"""
HUB = """
journal.clock_jumped journal.node_opened
movement.cost_entered movement.donor_named movement.flight_booked movement.flight_cancelled movement.flight_offered
movement.flight_places_freed movement.flight_places_given movement.flight_proposed movement.flight_withdrawn
movement.grant_made movement.help_arrived movement.help_pledged movement.landing_refused movement.money_committed
movement.money_pledged movement.money_received movement.money_released movement.money_spent movement.permit_recorded
movement.rate_entered movement.seats_settled movement.tickets_offered movement.tickets_withdrawn movement.tranche_cut
movement.custody_ended movement.custody_recorded movement.custody_reviewed
movement.return_appeal_decided movement.return_appeal_filed movement.return_closed movement.return_consent_withdrawn
movement.return_consented movement.return_decided movement.return_decision_set_aside
movement.return_destination_set movement.return_document_recorded movement.return_escort_set movement.return_explained
movement.return_fitness_found movement.return_followed_up movement.return_handed_over movement.return_opened
movement.driver_named movement.exceptions_approved movement.vehicle_inspected
movement.dispatched movement.group_moved movement.manifest_cancelled movement.manifest_proposed
movement.manifest_sealed movement.manifest_unsealed movement.roll_called movement.seats_struck movement.seats_taken
people.company_explained people.decision_explained people.need_flagged people.need_withdrawn
people.parting_proposed people.person_asked_for
protection.assessment_explained protection.hold_expired protection.hold_lift_proposed
protection.hold_lift_withdrawn protection.hold_lifted protection.hold_placed protection.released
protection.review_copies_dropped
vetting.alert_added vetting.alert_ended vetting.alert_expired vetting.alert_purged vetting.alert_reviewed
vetting.case_planted vetting.planted_case_answered vetting.planted_case_extended vetting.planted_cases_withdrawn
vetting.check_explained vetting.duplicate_closed vetting.duplicate_dismissed vetting.duplicate_suspected
vetting.hand_over_ended vetting.hand_over_expired vetting.hand_over_offered vetting.hand_over_taken_up
vetting.list_rechecked vetting.match_confirmed vetting.objection_answered vetting.objection_filed
vetting.review_closed vetting.review_decided vetting.review_escalated vetting.review_extended vetting.review_lapsed
vetting.review_opened vetting.review_passed vetting.review_set_aside
vetting.tracing_agreed vetting.tracing_ended vetting.tracing_match_closed vetting.tracing_match_decided
vetting.tracing_match_opened vetting.tracing_purged vetting.tracing_requested vetting.tracing_searched
vetting.tracing_told
movement.crew_forgotten
"""
NEVER = "outlook.bulletin_issued outlook.figures_published outlook.report_told"


def test_p15_every_event_has_decided_how_far_it_travels() -> None:
    said = {"everywhere": EVERYWHERE, "with_person": WITH_PERSON, "hub": HUB, "never": NEVER}
    decided = {name: reach for reach, names in said.items() for name in names.split()}
    assert {name: kind.travels for name, kind in known_events().items()} == decided


def test_p15_nothing_sealed_goes_everywhere() -> None:
    kinds = known_events()
    assert not [name for name in EVERYWHERE.split() if personal_names(kinds[name])]
