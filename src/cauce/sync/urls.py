"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from cauce.sync import views

app_name = "sync"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sync/", views.status, name="status"),
    path("sync/exchange", views.trade, name="sync_exchange"),
    path("sync/enrol", views.enrol, name="sync_enrol"),
    path("sync/card", views.card, name="sync_card"),
]
