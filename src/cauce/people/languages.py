"""Languages that people speak, as they are recorded (ISO 639); other ones than those that pages are written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES: Mapping[str, StrOrPromise] = {
    "es": gettext_lazy("Spanish"),
    "en": gettext_lazy("English"),
    "fr": gettext_lazy("French"),
    "ht": gettext_lazy("Haitian Creole"),
    "pt": gettext_lazy("Portuguese"),
    "ar": gettext_lazy("Arabic"),
    "zh": gettext_lazy("Chinese"),
    "am": gettext_lazy("Amharic"),
    "bn": gettext_lazy("Bengali"),
    "fa": gettext_lazy("Persian or Dari"),
    "hi": gettext_lazy("Hindi"),
    "ln": gettext_lazy("Lingala"),
    "ne": gettext_lazy("Nepali"),
    "ps": gettext_lazy("Pashto"),
    "ru": gettext_lazy("Russian"),
    "so": gettext_lazy("Somali"),
    "sw": gettext_lazy("Swahili"),
    "ta": gettext_lazy("Tamil"),
    "ti": gettext_lazy("Tigrinya"),
    "uk": gettext_lazy("Ukrainian"),
    "ur": gettext_lazy("Urdu"),
    "uz": gettext_lazy("Uzbek"),
    "vi": gettext_lazy("Vietnamese"),
    "wo": gettext_lazy("Wolof"),
}
