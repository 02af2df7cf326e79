from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "cauce.protection"
    label = "protection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in ("events", "retention_events", "triggers", "reactions"):
            try:
                import_module(f"cauce.protection.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.protection.{module}":
                    raise
