"""Addresses of the pages of returns and custody."""

from django.urls import path

from cauce.movement.returns import views
from cauce.movement.returns.views import ACTING

urlpatterns = [
    path("returns/", views.returns, name="returns"),
    path("returns/new/", views.open_case, name="return_open"),
    path("returns/of/<str:number>/", views.case_of, name="return_of"),
    path("returns/<uuid:case>/", views.case, name="return"),
    path("returns/<uuid:case>/rules/", views.rules, name="return_rules"),
    path("returns/<uuid:case>/consulate/", views.consulate, name="return_consulate"),
    *(path(f"returns/<uuid:case>/{name}/", view, name=f"return_{name}") for name, view in ACTING.items()),
    path("custody/", views.custody, name="custody"),
    path("custody/new/", views.record_custody, name="custody_record"),
    path("custody/<uuid:custody>/review/", views.review_custody, name="custody_review"),
    path("custody/<uuid:custody>/end/", views.end_custody, name="custody_end"),
]
