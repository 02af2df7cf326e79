"""The store has the triggers that are registered, before and after a migration."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models
from django.db.models.signals import pre_migrate

from cauce.journal import guard, triggers
from cauce.journal.errors import Refused
from cauce.journal.triggers import Trigger, trigger
from cauce.protection.models import Hold


def test_every_registered_trigger_is_installed_and_no_other(db):
    assert triggers.installed() == set(triggers.known())


def test_a_migration_installs_them_again(transactional_store):
    triggers.drop()
    assert not triggers.installed() & triggers.known().keys()
    call_command("migrate", verbosity=0)
    assert triggers.installed() == set(triggers.known())


def test_a_migration_may_change_a_table_that_triggers_read(transactional_store):
    """SQLite rebuilds a table to change it, and refuses to while a trigger of another table reads it."""
    seen = []

    def change(**_):
        with connection.schema_editor() as editor:
            editor.alter_field(Hold, Hold._meta.get_field("kind"), longer)
            editor.alter_field(Hold, longer, Hold._meta.get_field("kind"))
        seen.append(triggers.installed())

    longer = models.CharField(max_length=60, blank=True, name="kind")
    longer.set_attributes_from_name("kind")
    longer.model = Hold
    # Runs where a migration's operations do: after the signal that precedes them all.
    pre_migrate.connect(change, sender=apps.get_app_config("web"), weak=False, dispatch_uid="test.change")
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(sender=apps.get_app_config("web"), dispatch_uid="test.change")
    assert seen
    assert not seen[0] & triggers.known().keys()
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
