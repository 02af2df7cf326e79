"""Addresses of the pages of outlook."""

from django.urls import path

from cauce.outlook import bulletin_views, coming_views, passing_views, views
from cauce.outlook.deciding import views as deciding

app_name = "outlook"
urlpatterns = [
    path("outlook/", coming_views.coming, name="coming"),
    path("outlook/bulletin.csv", bulletin_views.bulletin_csv, name="bulletin_csv"),
    path("outlook/forecast.svg", coming_views.coming_svg, name="coming_svg"),
    path("outlook/forecast.csv", coming_views.coming_csv, name="coming_csv"),
    path("outlook/days.svg", coming_views.days_svg, name="days_svg"),
    path("outlook/simulate/", deciding.simulate, name="simulate"),
    path("outlook/simulate/what-if.toml", deciding.scenario_file, name="simulate_file"),
    path("outlook/briefing.pdf", deciding.briefing_pdf, name="briefing"),
    path("outlook/corridor/", passing_views.corridor, name="corridor"),
    path("outlook/corridor/map.svg", passing_views.map_svg, name="map_svg"),
    path("outlook/corridor/months.svg", passing_views.months_svg, name="months_svg"),
    path("report/", views.report, name="report"),
    path("report/report.json", views.report_json, name="report_json"),
    path("report/report.csv", views.report_csv, name="report_csv"),
]
