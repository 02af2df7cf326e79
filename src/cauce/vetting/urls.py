"""Addresses of the pages of vetting."""

from django.urls import path

from cauce.vetting.views import alerts, checks, matters, reviews, stats, thresholds, tracing

app_name = "vetting"
urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/first/", reviews.protected, name="protected"),
    path("reviews/first/<uuid:review>/", reviews.protect, name="protect"),
    path("reviews/<uuid:review>/", reviews.review, name="review"),
    path("reviews/<uuid:review>/extend/", reviews.extend, name="extend"),
    path("screening/stats/", stats.stats, name="stats"),
    path("screening/thresholds/", thresholds.thresholds, name="thresholds"),
    path("screening/thresholds/count/", thresholds.count, name="count_thresholds"),
    path("screening/thresholds/<uuid:proposal>/confirm/", thresholds.confirm, name="confirm_threshold"),
    path("screening/thresholds/<uuid:proposal>/withdraw/", thresholds.withdraw, name="withdraw_threshold"),
    path("screening/quality/", stats.quality, name="quality"),
    path("screening/quality/plant/", stats.plant, name="plant"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/new/", alerts.add, name="add_alert"),
    path("alerts/<str:number>/review/", alerts.review, name="review_alert"),
    path("alerts/<str:number>/end/", alerts.end, name="end_alert"),
    path("tracing/", tracing.tracing, name="tracing"),
    path("tracing/new/", tracing.add, name="add_tracing"),
    path("tracing/<str:number>/end/", tracing.end, name="end_tracing"),
    path("tracing/matches/<uuid:match>/", tracing.match, name="tracing_match"),
    path("tracing/matches/<uuid:match>/agree/", tracing.agree, name="agree_tracing"),
    path("tracing/matches/<uuid:match>/tell/", tracing.tell, name="tell_tracing"),
    path("hand-overs/", matters.hand_overs, name="hand_overs"),
    path("hand-overs/<uuid:hand_over>/take-up/", matters.take_up, name="take_up"),
    path("hand-overs/<uuid:hand_over>/end/", matters.end_hand_over, name="end_hand_over"),
    path("objections/", matters.objections, name="objections"),
    path("objections/new/", matters.file_objection, name="object"),
    path("objections/<uuid:objection>/", matters.objection, name="objection"),
    path("checks/<str:number>/", checks.checks, name="checks"),
    path("checks/<str:number>/vaccination/", checks.vaccination, name="vaccination"),
]
