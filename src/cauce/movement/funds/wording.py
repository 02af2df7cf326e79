"""What purposes and kinds of help are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_PURPOSES: dict[str, StrOrPromise] = {
    "charter": _("charter flights"),
    "commercial": _("single tickets"),
    "escorts": _("escorts"),
    "ground": _("ground transport"),
    "custody": _("days in custody"),
    "permits": _("permits"),
    "bus_seat": _("subsidised bus seats"),
    "reception": _("reception on arrival"),
    "other": _("other costs"),
}
_HELP: dict[str, StrOrPromise] = {
    "planes": _("planes"),
    "staff": _("staff"),
    "training": _("training"),
    "goods": _("goods"),
}


def purpose_name(purpose: str) -> StrOrPromise:
    return _PURPOSES.get(purpose, purpose)


def help_name(what: str) -> StrOrPromise:
    return _HELP.get(what, what)
