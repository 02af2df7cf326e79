"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from cauce.sync import matter_views, views

app_name = "sync"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sync/", views.status, name="status"),
    path("matters/", matter_views.index, name="matters"),
    path("matters/<uuid:matter>/settle/", matter_views.settle, name="settle"),
    path("sync/exchange", views.trade, name="sync_exchange"),
    path("sync/enrol", views.enrol, name="sync_enrol"),
    path("sync/card", views.card, name="sync_card"),
]
