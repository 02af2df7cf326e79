"""Settings of the store and the site. What a user can set is an environment variable listed in docs/settings.md."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from cauce.address import tls_of

DATA = Path(os.environ.get("CAUCE_DATA", "var")).absolute()
CAUCE_DATA = DATA
CAUCE_KEY_FILE = Path(os.environ.get("CAUCE_KEY_FILE") or DATA / "keys" / "master.key")
CAUCE_PUBLIC_URL = os.environ.get("CAUCE_PUBLIC_URL", "").rstrip("/")
# Told by `cauce serve` when it has a certificate; a public address of https says that a proxy in front has one.
CAUCE_TLS = bool(os.environ.get("CAUCE_TLS")) or CAUCE_PUBLIC_URL.startswith("https://")


def _secret_key() -> str:
    """The key that signs sessions: made once a store, kept beside the master key, never in the repository."""
    path = DATA / "keys" / "session.key"
    if path.exists():
        return path.read_text()
    return secrets.token_urlsafe(48)  # no store yet: nothing signed with it outlives this process


# A desk asks many small questions of tables that are mostly in memory: what compiles a plan, or gives one page all
# processors, costs the others more than it saves that one.
_SMALL_QUESTIONS = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"


def _database() -> dict[str, Any]:
    address = os.environ.get("CAUCE_DATABASE", "")
    kept = DATA / "keys" / "database"  # written by `cauce init`; it holds a password
    if not address and kept.exists():
        address = kept.read_text().strip()
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "cauce.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON; "
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError("CAUCE_DATABASE must be postgresql://user:password@host:port/name, or empty for SQLite")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"options": _SMALL_QUESTIONS, **tls_of(address)},
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("CAUCE_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
if CAUCE_PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(CAUCE_PUBLIC_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [CAUCE_PUBLIC_URL]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "cauce.journal",
    "cauce.access",
    "cauce.corridor",
    "cauce.people",
    "cauce.vetting",
    "cauce.protection",
    "cauce.movement",
    "cauce.outlook",
    "cauce.sync",
    "cauce.desk",
    "cauce.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cauce.desk.middleware.Hardened",
    "cauce.web.files.Files",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cauce.access.sessions.Signed",
    "cauce.desk.confidence.InConfidence",
    "cauce.desk.middleware.LocalPage",
    "cauce.desk.kept.KeptForms",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "cauce.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "cauce.desk.context.site",
            ],
            "builtins": ["cauce.web.templatetags.bars", "cauce.web.templatetags.dates"],
        },
    }
]
FORM_RENDERER = "cauce.web.widgets.Written"
AUTH_USER_MODEL = "access.Account"
# The second was the only one once: what it wrote is written anew when its owner signs in.
PASSWORD_HASHERS = ["cauce.access.stretching.Stretched", "django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_ARGON2 = (3, 65_536, 4)  # Argon2id: rounds, KiB, lanes; RFC 9106, section 4, for where memory is scarce
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"reticent": {"()": "cauce.web.logs.Reticent"}},
    "filters": {"worth": {"()": "cauce.web.logs.Worth"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "reticent"}},
    "loggers": {
        # Without DEBUG Django tells nobody of an error on a page; and its own handler would send mail.
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.request": {"filters": ["worth"], "level": "WARNING"},
        "cauce": {"handlers": ["stderr"], "level": "WARNING"},
    },
}
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
# A cookie of this name is taken only from this very host, over TLS, for all of the site: no neighbour can plant one.
_COOKIE = "__Host-cauce" if CAUCE_TLS else "cauce"
SESSION_COOKIE_NAME = f"{_COOKIE}-session"
SESSION_COOKIE_SECURE = CAUCE_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = f"{_COOKIE}-form"
CSRF_COOKIE_SECURE = CAUCE_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a sentence may name somebody: no cookie
CSRF_FAILURE_VIEW = "cauce.desk.kept.refused"
KEPT_COOKIE_NAME = f"{_COOKIE}-kept"
NOTES_COOKIE_NAME = f"{_COOKIE}-notes"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CAUCE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = CAUCE_TLS

LANGUAGE_CODE = os.environ.get("CAUCE_LANGUAGE", "es")
LANGUAGES = [
    ("es", _("Spanish")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ht", _("Haitian Creole")),
    ("pt", _("Portuguese")),
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
]
LANGUAGE_COOKIE_NAME = f"{_COOKIE}-language"
LANGUAGE_COOKIE_SECURE = CAUCE_TLS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Strict"
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder", "cauce.web.files.ByContent"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "cauce.web.files.Named"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
CAUCE_API_PER_MINUTE = int(os.environ.get("CAUCE_API_PER_MINUTE", "600"))  # requests of one token
FILE_UPLOAD_HANDLERS = ["cauce.desk.uploads.InMemory"]
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# The mail server for bulletins: smtp://user:password@host:587 (STARTTLS) or smtps://…:465.
_SMTP = urlsplit(os.environ.get("CAUCE_SMTP", ""))
EMAIL_HOST = _SMTP.hostname or "localhost"
EMAIL_PORT = _SMTP.port or (465 if _SMTP.scheme == "smtps" else 587 if _SMTP.hostname else 25)
EMAIL_HOST_USER = unquote(_SMTP.username or "")
EMAIL_HOST_PASSWORD = unquote(_SMTP.password or "")
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
EMAIL_USE_TLS = _SMTP.scheme == "smtp"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("CAUCE_MAIL_FROM", "cauce@localhost")
