"""The store has the triggers that are registered, before and after a migration."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from cauce.journal import guard, triggers
from cauce.journal.errors import Refused
from cauce.journal.triggers import Trigger, trigger


def test_every_registered_trigger_is_installed_and_no_other(db):
    assert triggers.installed() == set(triggers.known())


def test_a_migration_installs_them_again(transactional_store):
    triggers.drop()
    assert not triggers.installed() & triggers.known().keys()
    call_command("migrate", verbosity=0)
    assert triggers.installed() == set(triggers.known())


def test_every_trigger_is_explained_to_the_person_who_asked():
    for rule in triggers.known().values():
        text = guard.sentence(rule.code)
        assert text != rule.code, f"{rule.name} refuses with {rule.code}, which nobody explains"
        assert text.endswith("."), rule.code


def test_a_trigger_has_one_meaning():
    known = next(iter(triggers.known().values()))
    assert trigger(known) is known
    with pytest.raises(ValueError, match="two different triggers"):
        trigger(Trigger(name=known.name, table="x", when="INSERT", refuse_if="1 = 1", code="x"))


def test_an_unknown_refusal_of_the_database_is_not_dressed_up():
    with pytest.raises(IntegrityError), guard.refusals():
        raise IntegrityError("UNIQUE constraint failed: somewhere.else")
    with pytest.raises(Refused) as refused, guard.refusals():
        raise IntegrityError("cauce:journal_is_append_only")
    assert refused.value.code == "journal_is_append_only"
