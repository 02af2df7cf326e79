"""Who asks. Every service and selector takes one; rows are reached only through it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cauce.access import roles
from cauce.access.wording import role_name, who_may
from cauce.journal.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """`place` empty: every place. `account` is what the journal records.

    `only`: of what the role may do, what the token that it came by is for; None: everything.
    """

    account: str
    role: str
    place: str = ""
    only: frozenset[str] | None = None

    def may(self, capability: str) -> bool:
        return roles.may(self.role, capability) and (self.only is None or capability in self.only)

    def require(self, capability: str, *, place: str = "") -> None:
        """NotAllowed unless the role has the capability and, when `place` is given, works there."""
        if not self.may(capability):
            if roles.may(self.role, capability):
                raise NotAllowed(
                    _("This token is not for %(capability)s. An administrator can make one that is.")
                    % {"capability": capability}
                )
            raise NotAllowed(
                _(
                    "%(account)s has the role %(role)s, which may not do this. These roles may: %(may)s. Ask one of "
                    "them, or an administrator for another role."
                )
                % {"account": self.account, "role": role_name(self.role), "may": who_may(capability)}
            )
        if place and self.place and self.place != place:
            raise NotAllowed(
                _("%(account)s works at %(place)s, not at %(other)s. Ask an officer of that place.")
                % {"account": self.account, "place": self.place, "other": place}
            )


SYSTEM = Actor(account="system", role="operator")
"""The machine itself: it refers, lapses and strikes, and never decides about a person."""
