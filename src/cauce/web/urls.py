"""Every address of the site, composed from the rooms' own."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("cauce.desk.urls")),
    path("", include("cauce.people.urls")),
    path("", include("cauce.vetting.urls")),
    path("", include("cauce.protection.urls")),
    path("", include("cauce.movement.urls")),
    path("", include("cauce.outlook.urls")),
    path("", include("cauce.sync.urls")),
    path("api/v1/", include("cauce.web.api")),
]
