"""A day to tamper with, and the means to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from journal_days import Day, a_day

from cauce.access.actor import Actor
from cauce.journal import triggers


@pytest.fixture
def day(store: dict[str, Actor]) -> Day:
    return a_day(store)


@pytest.fixture
def tampering() -> Callable[[], object]:
    """`with tampering():` the triggers are off, and whatever was done is undone at the end."""

    @contextmanager
    def off() -> Iterator[None]:
        with transaction.atomic():
            triggers.drop()
            yield
            transaction.set_rollback(True)

    return off
