from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "cauce.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cauce.journal import among, erasures, letters, moments, services, triggers  # noqa: F401
