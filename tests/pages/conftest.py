"""A signed-in browser for each role, over a store with people in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from cauce.access.actor import Actor

Browser = Callable[..., Client]


@pytest.fixture
def browser(store: dict[str, Actor]) -> Browser:
    """`browser("analyst2")`: a client signed in as that actor, speaking English unless told otherwise."""
    from cauce.access.models import Account

    def open_as(name: str, language: str = "en", place: str = "") -> Client:
        account, _made = Account.objects.get_or_create(name=name, defaults={"role": store[name].role, "place": place})
        client = Client(HTTP_ACCEPT_LANGUAGE=language)
        client.force_login(account)
        return client

    return open_as
