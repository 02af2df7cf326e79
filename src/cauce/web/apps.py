from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


def _drop(**_: Any) -> None:
    """SQLite renames no table while a trigger of another one reads it."""
    from cauce.journal import triggers

    triggers.drop()


def _install(**_: Any) -> None:
    from cauce.journal import triggers

    triggers.install()


class WebConfig(AppConfig):
    name = "cauce.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The last room: every other's tables stand when its turn comes.
        pre_migrate.connect(_drop, sender=self, dispatch_uid="cauce.triggers.drop")
        post_migrate.connect(_install, sender=self, dispatch_uid="cauce.triggers")
