from django.apps import AppConfig

_MODULES = (
    "events",
    "matter_events",
    "custody",
    "lifting",
    "triggers",
    "reactions",
    "receiving",
    "receiving_groups",
    "carried",
    "custody_selectors",
    "lists",
    "vouching",
    "receipts",
    "versions",
)


class SyncConfig(AppConfig):
    name = "cauce.sync"
    label = "sync"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in _MODULES:
            try:
                import_module(f"cauce.sync.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.sync.{module}":
                    raise
