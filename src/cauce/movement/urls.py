"""Addresses of the pages of movement."""

from django.urls import path

from cauce.movement.returns import urls as returns
from cauce.movement.views import aboard, buses, flights, funds, manifest, manifests, papers, queue, quotas, rollcall

app_name = "movement"
urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("quotas/", quotas.quotas, name="quotas"),
    path("quotas/allot/", quotas.give, name="allot"),
    path("quotas/<uuid:allotment>/withdraw/", quotas.withdraw, name="withdraw_allotment"),
    path("manifests/", manifests.manifests, name="manifests"),
    path("manifests/dispatch/", manifests.dispatch, name="dispatch"),
    path("manifests/plan/", buses.board, name="buses"),
    path("manifests/plan/move/", buses.move, name="move"),
    path("manifests/<uuid:manifest>/", manifest.manifest, name="manifest"),
    path("manifests/<uuid:manifest>/add/", manifest.add, name="add"),
    path("manifests/<uuid:manifest>/remove/", manifest.remove, name="remove"),
    path("manifests/<uuid:manifest>/seal/", manifest.seal, name="seal"),
    path("manifests/<uuid:manifest>/unseal/", manifest.unseal, name="unseal"),
    path("manifests/<uuid:manifest>/cancel/", manifest.cancel, name="cancel"),
    path("manifests/<uuid:manifest>/refused/", manifest.refused, name="refused"),
    path("manifests/<uuid:manifest>/paper.pdf", papers.pdf, name="pdf"),
    path("manifests/<uuid:manifest>/export/", papers.export, name="export"),
    path("manifests/<uuid:manifest>/approve/", aboard.approve, name="approve"),
    path("manifests/<uuid:manifest>/inspection/", aboard.inspection, name="inspection"),
    path("manifests/<uuid:manifest>/driver/", aboard.driver, name="driver"),
    path("rollcall/", aboard.paper, name="paper_rollcall"),
    path("manifests/<uuid:manifest>/board/", rollcall.board, name="board"),
    path("manifests/<uuid:manifest>/depart/", rollcall.depart, name="depart"),
    path("manifests/<uuid:manifest>/arrive/", rollcall.arrive, name="arrive"),
    path("funds/", funds.funds, name="funds"),
    path("funds/funds.csv", funds.table, name="funds_csv"),
    path("funds/enter/<str:what>/", funds.enter, name="funds_enter"),
    path("funds/commit/<uuid:flight>/", funds.commit, name="commit"),
    path("flights/", flights.flights, name="flights"),
    path("flights/plan/", flights.plan, name="flight_plan"),
    path("flights/<uuid:flight>/", flights.flight, name="flight"),
    path("flights/<uuid:flight>/give/", flights.give, name="flight_give"),
    path("flights/<uuid:flight>/take-back/", flights.take_back, name="flight_take_back"),
    path("flights/<uuid:flight>/fill/", flights.fill, name="flight_fill"),
    path("flights/<uuid:flight>/cancel/", flights.cancel, name="flight_cancel"),
    path("flights/<uuid:flight>/landing/", flights.landing, name="flight_landing"),
    *returns.urlpatterns,
]
