from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _install(**_: Any) -> None:
    from cauce.journal import triggers

    triggers.install()


class WebConfig(AppConfig):
    name = "cauce.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The last room: every other's tables stand when its turn comes.
        post_migrate.connect(_install, sender=self, dispatch_uid="cauce.triggers")
