"""The token itself, for whoever holds it."""

from __future__ import annotations

from django.http import HttpRequest

from cauce.access.machines.door import TOKEN_ONLY, Machines, actor_of
from cauce.access.machines.fields import Moment, Shown

machines = Machines("token", __name__)


class TokenShown(Shown):
    """Who this token acts as, what it is for, where, and until when."""

    name: str
    account: str
    role: str
    place: str
    capabilities: list[str]
    expires_at: Moment


@machines.reads("/token", TOKEN_ONLY, TokenShown)
def read_token(request: HttpRequest) -> TokenShown:
    """What this token may do, and until when."""
    actor, bearer = actor_of(request), request.bearer  # type: ignore[attr-defined]
    return TokenShown(
        name=bearer.name,
        account=actor.account,
        role=actor.role,
        place=actor.place,
        capabilities=sorted(one for one in actor.only or () if actor.may(one)),
        expires_at=bearer.expires_at,
    )
