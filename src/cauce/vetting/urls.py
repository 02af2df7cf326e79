"""Addresses of the pages of vetting."""

from django.urls import path

from cauce.vetting.views import checks, matters, reviews, stats

app_name = "vetting"
urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/first/", reviews.protected, name="protected"),
    path("reviews/first/<uuid:review>/", reviews.protect, name="protect"),
    path("reviews/<uuid:review>/", reviews.review, name="review"),
    path("reviews/<uuid:review>/extend/", reviews.extend, name="extend"),
    path("screening/stats/", stats.stats, name="stats"),
    path("screening/quality/", stats.quality, name="quality"),
    path("screening/quality/plant/", stats.plant, name="plant"),
    path("hand-overs/", matters.hand_overs, name="hand_overs"),
    path("hand-overs/<uuid:hand_over>/take-up/", matters.take_up, name="take_up"),
    path("hand-overs/<uuid:hand_over>/end/", matters.end_hand_over, name="end_hand_over"),
    path("objections/", matters.objections, name="objections"),
    path("objections/new/", matters.file_objection, name="object"),
    path("objections/<uuid:objection>/", matters.objection, name="objection"),
    path("checks/<str:number>/", checks.checks, name="checks"),
    path("checks/<str:number>/vaccination/", checks.vaccination, name="vaccination"),
]
