"""Somebody signed in, for tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from cauce.access.actor import Actor
from cauce.access.models import Account

SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    """No count of another test's people is remembered."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def signed_in(store: dict[str, Actor]) -> SignedIn:
    """`signed_in("registrar")`: a browser of that account, made at the first call; `place` binds it to one."""

    def sign_in(name: str, place: str = "", **client: Any) -> Client:
        role = store[name].role
        account, _made = Account.objects.get_or_create(name=name, defaults={"role": role, "place": place})
        browser = Client(HTTP_ACCEPT_LANGUAGE="en", **client)
        browser.force_login(account)
        return browser

    return sign_in


@pytest.fixture
def checks(store: dict[str, Actor], tmp_path: Path) -> Callable[[], object]:
    """`checks()` runs what is pending, against a list of one invented entry: without a list nobody is clear."""
    from cauce.vetting.services import import_list, run_pending

    path = tmp_path / "list.csv"
    path.write_text(
        "id,name,aliases,dob,nationality,gender,passports\ne1,Wexford Thimblethorne,,1950-01-01,GBR,male,\n"
    )
    import_list(path=path, format="csv", name="ofac-sdn", by=store["administrator"])
    return run_pending
