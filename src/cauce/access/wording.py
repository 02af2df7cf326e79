"""What roles are called, wherever one is named to a user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from cauce.access.roles import capabilities

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROLES: Mapping[str, StrOrPromise] = {
    "registrar": gettext_lazy("registrar"),
    "analyst": gettext_lazy("analyst"),
    "protection": gettext_lazy("protection officer"),
    "coordinator": gettext_lazy("coordinator"),
    "finance": gettext_lazy("finance officer"),
    "partner": gettext_lazy("partner"),
    "administrator": gettext_lazy("administrator"),
    "supervisor": gettext_lazy("supervisor"),
    "operator": gettext_lazy("operator of the system"),
}


ACTS: Mapping[str, StrOrPromise] = {
    "account_added": gettext_lazy("made the account"),
    "account_disabled": gettext_lazy("disabled the account"),
    "account_enabled": gettext_lazy("enabled the account"),
    "password_given": gettext_lazy("gave a new password"),
    "password_chosen": gettext_lazy("chose a new password"),
    "signed_in": gettext_lazy("signed in"),
    "locked": gettext_lazy("too many wrong tries"),
    "factor_added": gettext_lazy("added a second factor"),
    "factor_removed": gettext_lazy("removed a second factor"),
    "factors_reset": gettext_lazy("took all second factors away"),
    "codes_made": gettext_lazy("made recovery codes"),
    "sessions_ended": gettext_lazy("signed out everywhere"),
    "circle_opened": gettext_lazy("opened the keys of confidential notes"),
    "let_in": gettext_lazy("let into confidential notes"),
    "rule_changed": gettext_lazy("changed what signing in asks for"),
}


def role_name(role: str) -> str:
    """The role in words; a role this version does not know as it is written."""
    return str(ROLES.get(role, role))


def who_may(capability: str) -> str:
    """The roles that have the capability, in words; the command line's own role only where it is the only one."""
    may = capabilities()[capability]
    named = [role for role in ROLES if role in may and role != "operator"]
    return ", ".join(map(role_name, named or sorted(may)))
