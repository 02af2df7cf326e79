from django.apps import AppConfig


class MovementConfig(AppConfig):
    name = "cauce.movement"
    label = "movement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in ("events", "applying", "triggers", "reactions", "waiting", "awaited"):
            try:
                import_module(f"cauce.movement.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.movement.{module}":
                    raise
