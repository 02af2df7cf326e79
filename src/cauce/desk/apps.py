from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from cauce.access.actor import Actor


class DeskConfig(AppConfig):
    name = "cauce.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cauce.sync.matters import kinds_read_by

        kinds_read_by(_may_read)


def _may_read(actor: Actor, name: str) -> bool:
    from cauce.desk.timeline import may_read_kind  # loads half the house, for who reads matters alone

    return may_read_kind(actor, name)
