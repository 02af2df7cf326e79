"""Addresses of groups and head-counts."""

from django.urls import path

from cauce.people import views

app_name = "people"
urlpatterns = [
    path("groups/<uuid:group>/", views.group, name="group"),
    path("groups/<uuid:group>/join/", views.join, name="join"),
    path("groups/<uuid:group>/split/", views.split, name="split"),
    path("groups/<uuid:group>/head/", views.head, name="head"),
    path("groups/<uuid:group>/move/", views.move, name="move"),
    path("groups/<uuid:group>/complete/", views.complete, name="complete"),
    path("groups/<uuid:group>/link/", views.link, name="link"),
    path("groups/<uuid:group>/apart/", views.apart, name="apart"),
    path("groups/<uuid:group>/unlink/", views.unlink, name="unlink"),
    path("groups/<uuid:group>/part/<uuid:parting>/", views.part, name="part"),
    path("headcount/", views.head_count, name="head_count"),
]
