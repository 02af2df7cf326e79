"""Every address of the site, composed from the rooms' own."""

from django.urls import include, path

urlpatterns = [
    path("", include("cauce.desk.urls")),
]
