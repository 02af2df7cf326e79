"""What can happen to a check, a review, a match, a list or an objection, and the rows that follow."""

from cauce.vetting.events import erasure, namekeys
from cauce.vetting.events.alerts import AlertAdded, AlertEnded, AlertExpired, AlertPurged, AlertReviewed
from cauce.vetting.events.checks import (
    CheckRecorded,
    ChecksCompleted,
    CheckSettled,
    ChecksStarted,
    VaccinationRecorded,
)
from cauce.vetting.events.duplicates import (
    DuplicateClosed,
    DuplicateDismissed,
    DuplicateLinked,
    DuplicateReopened,
    DuplicateSuspected,
)
from cauce.vetting.events.lists import ListImported, ListRechecked, ListUnloaded
from cauce.vetting.events.matches import (
    HandOverEnded,
    HandOverExpired,
    HandOverOffered,
    HandOverTakenUp,
    MatchConfirmed,
    NotTheSameRemembered,
)
from cauce.vetting.events.objections import ObjectionAnswered, ObjectionFiled
from cauce.vetting.events.planting import (
    CasePlanted,
    PlantedCaseAnswered,
    PlantedCaseExtended,
    PlantedCasesWithdrawn,
)
from cauce.vetting.events.reviews import (
    ReviewClosed,
    ReviewDecided,
    ReviewEscalated,
    ReviewExtended,
    ReviewLapsed,
    ReviewOpened,
    ReviewPassed,
    ReviewSetAside,
)
from cauce.vetting.events.thresholds import ThresholdConfirmed, ThresholdProposed, ThresholdWithdrawn
from cauce.vetting.events.tracing import (
    TracingAgreed,
    TracingEnded,
    TracingMatchClosed,
    TracingMatchDecided,
    TracingMatchOpened,
    TracingPurged,
    TracingRequested,
    TracingSearched,
    TracingTold,
)

__all__ = [
    "AlertAdded",
    "AlertEnded",
    "AlertExpired",
    "AlertPurged",
    "AlertReviewed",
    "CasePlanted",
    "CheckRecorded",
    "CheckSettled",
    "ChecksCompleted",
    "ChecksStarted",
    "DuplicateClosed",
    "DuplicateDismissed",
    "DuplicateLinked",
    "DuplicateReopened",
    "DuplicateSuspected",
    "HandOverEnded",
    "HandOverExpired",
    "HandOverOffered",
    "HandOverTakenUp",
    "ListImported",
    "ListRechecked",
    "ListUnloaded",
    "MatchConfirmed",
    "NotTheSameRemembered",
    "ObjectionAnswered",
    "ObjectionFiled",
    "PlantedCaseAnswered",
    "PlantedCaseExtended",
    "PlantedCasesWithdrawn",
    "ReviewClosed",
    "ReviewDecided",
    "ReviewEscalated",
    "ReviewExtended",
    "ReviewLapsed",
    "ReviewOpened",
    "ReviewPassed",
    "ReviewSetAside",
    "ThresholdConfirmed",
    "ThresholdProposed",
    "ThresholdWithdrawn",
    "TracingAgreed",
    "TracingEnded",
    "TracingMatchClosed",
    "TracingMatchDecided",
    "TracingMatchOpened",
    "TracingPurged",
    "TracingRequested",
    "TracingSearched",
    "TracingTold",
    "VaccinationRecorded",
    "erasure",
    "namekeys",
]
