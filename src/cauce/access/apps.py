from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "cauce.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in ("events", "triggers", "reactions"):
            try:
                import_module(f"cauce.access.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.access.{module}":
                    raise
        from cauce.access.confidants import openable
        from cauce.journal.letters import kept_by

        kept_by(openable)
