"""What a decision would change: the page, the file and the paper, from who is in the corridor now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOON
from tests.factories import a_family
from tests.pages.conftest import browser as browser  # noqa: PLC0414

from cauce.access.actor import Actor
from cauce.outlook.simulation.compiling import run_all_kernels

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    run_all_kernels()


@pytest.fixture
def crowd(store: dict[str, Actor]) -> None:
    """Sixty people at Lajas Blancas, ten families on each of two days."""
    for ago in (1, 2):
        for _family in range(10):
            a_family(store, arrived_at=NOON - timedelta(days=ago))


def test_page(browser: Callable[..., Any], crowd: None, django_assert_max_num_queries: Any) -> None:
    client = browser("coordinator")
    with django_assert_max_num_queries(40):
        page = client.get("/outlook/simulate/")
    text = page.content.decode()
    assert page.status_code == 200
    print(len(page.content), page.context["sentence"], page.context["assumptions"])
    page = client.get("/outlook/simulate/?try=quota")
    print(page.context["form"].errors, page.context.get("why_not"))
    print(page.context["sentence"], page.context["moved"])
    import time

    t = time.time()
    c = time.process_time()
    page = client.get("/outlook/simulate/?try=arrivals&days=90")
    print(page.context["sentence"], page.context["moved"], time.time() - t, time.process_time() - c)
    print(client.get(page.context["file"]).content.decode())
    pdf = client.get(page.context["paper"])
    assert pdf.content.startswith(b"%PDF")
