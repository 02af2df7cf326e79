from django.apps import AppConfig


class OutlookConfig(AppConfig):
    name = "cauce.outlook"
    label = "outlook"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in ("events", "triggers"):
            import_module(f"cauce.outlook.{module}")
