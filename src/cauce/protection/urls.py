"""Addresses of the pages of protection."""

from django.urls import path

from cauce.protection import views

app_name = "protection"
urlpatterns = [
    path("holds/", views.holds, name="holds"),
    path("holds/new/", views.place_hold, name="place"),
    path("holds/<uuid:hold>/", views.hold, name="hold"),
    path("holds/<uuid:hold>/propose/", views.propose, name="propose"),
    path("holds/<uuid:hold>/confirm/", views.confirm, name="confirm"),
    path("holds/<uuid:hold>/withdraw/", views.withdraw, name="withdraw"),
    path("children/", views.waiting_children, name="children"),
    path("children/<str:number>/", views.child, name="child"),
    path("children/<str:number>/<uuid:assessment>/undo/", views.undo_assessment, name="undo_assessment"),
    path("consents/<str:number>/", views.consents, name="consents"),
    path("consents/<str:number>/<uuid:consent>/withdraw/", views.withdraw_consent, name="withdraw_consent"),
]
