"""Tries are counted in the store: they outlive a process, and no two processes count apart."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from tests.conftest import NOON

from cauce.access.attempts import Tries, network_of
from cauce.access.signin_models import Attempt
from cauce.journal import clock

TRIES = Tries("test", 3, first=60, longest=300, forget=3600)


def fail(times: int, key: str = "a") -> list[int]:
    return [TRIES.take(key) for _time in range(times)]


def test_the_wait_doubles_with_every_further_failure_up_to_the_longest(store):
    assert fail(4) == [0, 0, 0, 60]
    waits, now = [], NOON
    for _time in range(5):
        now += timedelta(seconds=300)
        with clock.stopped(now):
            assert TRIES.take("a") == 0
            waits.append(TRIES.wait("a"))
    assert waits == [120, 240, 300, 300, 300]
    assert TRIES.wait("b") == 0


def test_a_success_forgets_and_so_does_time(store):
    fail(3)
    TRIES.clear("a")
    assert fail(3) == [0, 0, 0]
    with clock.stopped(NOON + timedelta(seconds=3601)):
        assert fail(3) == [0, 0, 0]


def test_the_try_that_was_right_does_not_count_but_those_before_it_do(store):
    fail(2)
    TRIES.take("a")
    TRIES.give_back("a")
    assert fail(2) == [0, 60]


def test_nobody_reads_from_the_store_what_was_typed_as_a_name(store):
    TRIES.take("my password, in the wrong field")
    assert "password" not in str(list(Attempt.objects.values()))


def test_a_clock_that_was_wrong_by_a_year_locks_nobody_out(store):
    with clock.stopped(NOON + timedelta(days=365)):
        fail(4)
    assert TRIES.take("a") == 0


def test_a_network_of_ipv6_is_one_address():
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")


def test_old_tries_are_not_kept(store):
    fail(1)
    with clock.stopped(NOON + timedelta(days=3)):
        fail(1, "b")
    assert Attempt.objects.count() == 1


@pytest.mark.postgres  # a store in memory has one connection; SQLite's writers take turns anyway
def test_tries_at_the_same_moment_are_all_counted(transactional_store):
    told: list[int] = []

    def one() -> None:
        with clock.stopped(NOON):
            told.append(TRIES.take("a"))
        connection.close()

    threads = [Thread(target=one) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told)[:4] == [0, 0, 0, 60]


pytestmark = pytest.mark.django_db
