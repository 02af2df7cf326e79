"""Whatever is sent, an answer is given that the description knows: never a fault of the server."""

from __future__ import annotations

import pytest
from tests.api.fuzz import try_all
from tests.api.world import a_world

from cauce.access.roles import capabilities

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = 3  # `python -m tests.api.soak` sends more


def test_no_invented_request_breaks_the_server(store, machine, tmp_path, settings):
    settings.CAUCE_API_PER_MINUTE = 1_000_000
    there = a_world(store, tmp_path)
    secrets: dict[str, str] = {}

    def token(capability: str) -> str:
        able = capabilities().get(capability, frozenset({"registrar"}))
        role = min(able - {"operator", "partner"})
        return secrets.setdefault(role, machine(role).secret)

    tried = try_all(token, there, examples=EXAMPLES, number=20230815)
    assert len(tried.operations) >= 50
    assert tried.statuses.keys() <= {200, 201, 400, 401, 403, 404, 409, 413, 422}
    assert tried.statuses[200] + tried.statuses[201] > tried.requests / 20
