"""Which passwords are taken: long enough, and not what somebody would guess first. Nothing is asked of the internet."""

from __future__ import annotations

import pytest

from cauce.access import services
from cauce.access.models import Account
from cauce.access.passwords import common, weakness
from cauce.access.services import add_account, choose_password, set_password
from cauce.journal.errors import Refused

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short1234", "too_short"),
        ("x" * 201, "too_long"),
        ("basketball", "common"),
        ("Basketball!2024", "common"),
        ("b4sk3tb4ll", "common"),
        ("1q2w3e4r5t", "common"),
        ("Contraseña2024", "own_name"),
        ("cauce-2026!", "own_name"),
        ("Maria.Lopez99", "own_name"),
        ("metetí-metetí", "own_name"),
        ("1234567890123456", "pattern"),
        ("abcdefghijklm", "pattern"),
        ("20230815 001", ""),
        ("202308150011", "pattern"),
        ("abcabcabcabc", "pattern"),
        ("aaaaaaaaaabb", "pattern"),
        ("plátano río canoa", ""),
        ("a long password", ""),
        ("correct horse battery", ""),
        ("vW3-kq0_Zt8x1Lpd", ""),
    ],
)
def test_what_is_quickly_guessed_is_not_taken(password, why):
    assert weakness(password, account="maria.lopez", words=("Metetí",)) == why


def test_the_list_of_common_passwords_is_on_the_machine():
    assert len(common()) > 19_000
    assert "football" in common()


def test_every_character_counts_and_none_is_asked_for():
    assert weakness(" " * 3 + "only small letters here" + " " * 3) == ""


@pytest.mark.django_db
def test_every_way_to_a_password_looks_at_it(store):
    by = store["administrator"]
    for weak in ("basketball", "rosa-12345", "short"):
        with pytest.raises(Refused, match=r"password|Password"):
            add_account(name="rosa", role="registrar", password=weak, by=by)
    assert not Account.objects.exists()
    add_account(name="rosa", role="registrar", password="plátano río canoa", by=by)
    with pytest.raises(Refused, match="tried first"):
        set_password(name="rosa", password="basketball1", by=by)
    from cauce.access.services import actor_named

    rosa = actor_named("rosa")
    for wrong in ("plátano río canoa", "basketball"):
        with pytest.raises(Refused):
            choose_password(old="plátano río canoa", new=wrong, by=rosa)
    with pytest.raises(Refused, match="not your present"):
        choose_password(old="guessed", new="otra palabra larga", by=rosa)
    choose_password(old="plátano río canoa", new="otra palabra larga", by=rosa)
    assert Account.objects.get().check_password("otra palabra larga")


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["given", "closed"])
def test_an_administrator_who_comes_in_between_is_not_overruled_by_whoever_knew_the_old_one(store, monkeypatch, how):
    by = store["administrator"]
    add_account(name="rosa", role="registrar", password="plátano río canoa", by=by)
    rosa = services.actor_named("rosa")

    def meanwhile(*told, **named):
        monkeypatch.undo()
        if how == "given":
            set_password(name="rosa", by=by)
        else:
            services.disable_account(name="rosa", by=by)
        return ""

    monkeypatch.setattr(services, "weakness", meanwhile)
    with pytest.raises(Refused, match="not your present"):
        choose_password(old="plátano río canoa", new="otra palabra larga", by=rosa)
    account = Account.objects.get()
    assert not account.check_password("otra palabra larga")
    assert account.must_choose
    assert account.is_active == (how == "given")


def test_real_stores_keep_passwords_with_argon2():
    """The settings of the tests use a quick hash; those of a store must not (OWASP: 46 MiB for one round, or 19 for
    two)."""
    import ast
    from pathlib import Path

    import cauce.web.settings as real

    tree = ast.parse(Path(real.__file__).read_text(encoding="utf-8"))
    found = {getattr(node.targets[0], "id", ""): node.value for node in tree.body if isinstance(node, ast.Assign)}
    hashers = ast.literal_eval(found["PASSWORD_HASHERS"])
    assert hashers[0] == "cauce.access.stretching.Stretched"
    assert all("Argon2" in one for one in hashers[1:])
    rounds, memory, lanes = ast.literal_eval(found["PASSWORD_ARGON2"])
    assert rounds >= 2
    assert memory >= 47_104
    assert lanes >= 1
