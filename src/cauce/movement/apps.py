from django.apps import AppConfig

_MODULES = ("events", "applying", "triggers", "reactions", "waiting", "awaited", "head_starts")
_ABOARD = ("aboard.events", "aboard.applying", "aboard.triggers", "aboard.letting_go")
_FUNDS = ("funds.events", "funds.applying", "funds.triggers")
_RETURNS = ("returns.applying", "returns.triggers", "returns.reactions", "returns.keeping")
_CHARTERS = ("charters.events", "charters.applying", "charters.triggers", "charters.reactions")


class MovementConfig(AppConfig):
    name = "cauce.movement"
    label = "movement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        for module in (*_MODULES, *_ABOARD, *_FUNDS, *_RETURNS, *_CHARTERS):
            try:
                import_module(f"cauce.movement.{module}")
            except ModuleNotFoundError as missing:
                if missing.name != f"cauce.movement.{module}":
                    raise
