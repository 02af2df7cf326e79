from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "cauce.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        modules = ("events", "applying", "applying_groups", "applying_company", "applying_guardians")
        for module in (*modules, "triggers", "reactions"):
            try:
                import_module(f"cauce.people.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.people.{module}":
                    raise
