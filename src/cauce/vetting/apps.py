from django.apps import AppConfig


class VettingConfig(AppConfig):
    name = "cauce.vetting"
    label = "vetting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in ("events", "triggers", "review_triggers", "reactions"):
            try:
                import_module(f"cauce.vetting.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.vetting.{module}":
                    raise
