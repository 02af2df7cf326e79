"""Addresses of the pages of outlook."""

from django.urls import path

from cauce.outlook import views

app_name = "outlook"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/report.json", views.report_json, name="report_json"),
    path("report/report.csv", views.report_csv, name="report_csv"),
]
