"""Accounts and the log of who read what. Local to the node: neither is in the journal."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(name=username)


class Account(AbstractBaseUser):
    """Somebody who signs in, with one role and, when `place` is set, one place."""

    name = models.CharField(max_length=60, unique=True)
    role = models.CharField(max_length=20)
    place = models.CharField(max_length=40, blank=True)  # empty: every place
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    must_choose = models.BooleanField(default=False)  # somebody else made the password: it opens nothing but the change
    handle = models.UUIDField(default=uuid4, unique=True)  # what passkeys call the account, instead of its name
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    role__in=[
                        "registrar",
                        "analyst",
                        "protection",
                        "coordinator",
                        "finance",
                        "partner",
                        "administrator",
                        "supervisor",
                        "operator",
                    ]
                ),
                name="access_account_role",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """Who read what about whom (P17), chained like the journal so that no line can be taken out."""

    id = models.BigAutoField(primary_key=True)
    account = models.CharField(max_length=60)
    role = models.CharField(max_length=20)
    place = models.CharField(max_length=40, blank=True)
    what = models.CharField(max_length=40)  # page, review, export, card ...
    person = models.UUIDField(db_index=True)
    at = models.CharField(max_length=27)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


def columns(row: Any) -> tuple[str, ...]:
    """What of a Reading enters its hash."""
    return (row.account, row.role, row.place, row.what, row.person.hex, row.at)


from cauce.access.signin_models import (  # noqa: E402, F401 - likewise
    Act,
    Attempt,
    CircleKey,
    Confidant,
    Factor,
    RecoveryCode,
    SignedIn,
    SignInRule,
)
from cauce.access.token_models import Answer, Asked, Pressed, Token  # noqa: E402, F401  - likewise
