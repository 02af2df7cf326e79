"""What the codes of returns are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "voluntary": _("voluntary return"),
    "deportation": _("deportation"),
    "expulsion": _("expulsion"),
}
KINDS_MANY = {
    "voluntary": _("Voluntary returns"),
    "deportation": _("Deportations"),
    "expulsion": _("Expulsions"),
}
STATES = {
    "begun": _("the case is open"),
    "open": _("something is missing"),
    "ready": _("ready for a seat"),
    "booked": _("has a seat"),
    "departed": _("on the way"),
    "handed_over": _("received at home"),
    "followed_up": _("followed up"),
    "withdrawn": _("withdrawn"),
    "closed": _("closed"),
}
TAGS = {"open": "warn", "ready": "good", "booked": "good"}
DOCUMENTS = {
    "passport": _("Passport"),
    "travel_document": _("Travel document"),
    "identity_card": _("Identity card"),
    "residence_permit": _("Residence permit"),
    "consular_document": _("Consular document"),
}
FINDINGS = {
    "fit": _("Fit to travel"),
    "fit_with_care": _("Fit to travel with care"),
    "unfit": _("Unfit to travel"),
}
ESCORTS = {"none": _("Travels alone"), "escorted": _("Travels with an escort")}
OUTCOMES = {
    "dismissed": _("Dismissed: the decision stands"),
    "upheld": _("Upheld: the decision falls"),
    "withdrawn": _("Taken back by the person"),
}
CLOSED = {
    "withdrawn": _("Withdrawn"),
    "set_aside": _("The decision fell"),
    "stays": _("The person stays by another way"),
    "in_error": _("Opened in error"),
    "followed_up": _("Followed up after the return"),
}
SET_ASIDE = {
    "appeal_upheld": _("The appeal was upheld: there is no decision any more."),
    "objection_upheld": _("The objection was upheld: there is no decision any more."),
    "taken_back": _("The authority took its decision back."),
}
RED = {
    "past_maximum": _("past the maximum: release, or a new order"),
    "review_due": _("nobody has looked in time"),
    "no_counsel": _("no counsel"),
}
ENDED = {
    "released": _("Released"),
    "returned": _("Returned"),
    "handed_over": _("Handed over to somebody else's order"),
    "in_error": _("Written down in error"),
}
