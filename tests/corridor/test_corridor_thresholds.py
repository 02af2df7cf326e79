"""Who is referred, and when the corridor warns, is changed by two people, by a corridor file too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from tests.founding import with_any_list

from cauce.access.actor import Actor
from cauce.access.services import add_account, disable_account
from cauce.access.vouching import BY_NAME, vouched
from cauce.corridor import commands
from cauce.corridor.file import shipped
from cauce.corridor.models import Adopted
from cauce.corridor.selectors import in_force
from cauce.corridor.services import apply_corridor
from cauce.corridor.shape import Corridor
from cauce.corridor.thresholds import changed
from cauce.journal.errors import NotAllowed, Refused
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild

PASSWORD = "four words nobody guesses"
FILE = with_any_list(shipped())
LIST, WARNING = FILE.lists[0], FILE.warnings[0]
LOWER = replace(FILE, lists=(replace(LIST, threshold=LIST.threshold - 0.1), *FILE.lists[1:]))


@pytest.mark.one_store
@pytest.mark.parametrize(
    ("file", "told"),
    [
        (LOWER, [f"list {LIST.name}"]),
        (replace(FILE, lists=FILE.lists[1:]), [f"list {LIST.name}"]),
        (replace(FILE, lists=(*FILE.lists, replace(LIST, name="more"))), ["list more"]),
        (replace(FILE, lists=(replace(LIST, consequence="inform"), *FILE.lists[1:])), [f"list {LIST.name}"]),
        (replace(FILE, lists=(replace(LIST, needed=True), *FILE.lists[1:])), [f"list {LIST.name}"]),
        (replace(FILE, lists=(replace(LIST, fresh_days=1), *FILE.lists[1:])), []),
        (replace(FILE, warnings=FILE.warnings[1:]), [f"warning {WARNING.id}"]),
        (
            replace(FILE, warnings=(replace(WARNING, raise_at=WARNING.raise_at + 1), *FILE.warnings[1:])),
            [f"warning {WARNING.id}"],
        ),
        (
            replace(
                FILE, warnings=(replace(WARNING, clear_after_days=WARNING.clear_after_days + 1), *FILE.warnings[1:])
            ),
            [f"warning {WARNING.id}"],
        ),
        (replace(FILE, warnings=(*FILE.warnings, replace(WARNING, id="more"))), []),
        (replace(FILE, name="Another name", lists=FILE.lists[::-1]), []),
    ],
)
def test_what_of_a_file_takes_two(file: Corridor, told: list[str]) -> None:
    assert changed(FILE, file) == told


@pytest.mark.django_db
def test_p5_nobody_changes_alone_by_a_corridor_file_who_is_referred(store: dict[str, Actor]) -> None:
    keeper, entries = store["administrator"], Entry.objects.count()
    with pytest.raises(Refused, match=f"list {LIST.name}") as said:
        apply_corridor(corridor=LOWER, by=keeper)
    assert said.value.code == "corridor_thresholds_take_two"
    for second in (keeper, store["coordinator"]):  # oneself, and somebody who has no say in it
        with pytest.raises(NotAllowed):
            apply_corridor(corridor=LOWER, by=keeper, second=second)
    assert Entry.objects.count() == entries
    assert in_force() == FILE
    assert apply_corridor(corridor=replace(FILE, name="Another name"), by=keeper)
    assert apply_corridor(corridor=LOWER, by=keeper, second=store["analyst"])
    assert in_force().lists == LOWER.lists
    row = Adopted.objects.get(thresholds=True)
    assert (row.account, row.second) == ("administrator", "analyst")
    for second in ("", "administrator"):
        with pytest.raises(IntegrityError, match="corridor_thresholds_take_two"), transaction.atomic():
            Adopted.objects.filter(id=row.id).update(second=second)
    assert rebuild().identical


@pytest.mark.django_db
def test_whoever_agrees_at_the_terminal_types_a_password_of_their_own(store: dict[str, Actor], monkeypatch, capsys):
    add_account(name="ana", role="analyst", password=PASSWORD)
    add_account(name="new", role="analyst", password=PASSWORD, by=store["administrator"])
    monkeypatch.setattr("cauce.store.open_store", lambda *_: store["administrator"])
    monkeypatch.setattr("cauce.corridor.file.load", lambda _: LOWER)
    typed = iter(("a wrong one", PASSWORD))
    monkeypatch.setattr(commands, "getpass", lambda _: next(typed))
    with pytest.raises(NotAllowed):
        commands.apply(commands.Path("x"), second="ana")
    assert in_force() == FILE
    commands.apply(commands.Path("x"), second="ana")
    assert "in force from now on" in capsys.readouterr().out
    assert Adopted.objects.get(thresholds=True).second == "ana"
    for name in ("operator", "new", "nobody"):  # the command line's own, a password that was given, nobody
        with pytest.raises(NotAllowed):
            vouched(name=name, password=PASSWORD)
    disable_account(name="ana", by=store["administrator"])
    for _try in range(BY_NAME.free + 1):
        with pytest.raises(NotAllowed):
            vouched(name="ana", password=PASSWORD)
    assert BY_NAME.wait("ana")
