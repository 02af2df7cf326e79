from django.apps import AppConfig


class CorridorConfig(AppConfig):
    name = "cauce.corridor"
    label = "corridor"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in ("events", "triggers", "reactions"):
            try:
                import_module(f"cauce.corridor.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.corridor.{module}":
                    raise
