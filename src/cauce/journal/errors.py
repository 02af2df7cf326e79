"""What can go wrong when somebody asks for a change. Faces turn these into messages."""

from __future__ import annotations


class CauceError(Exception):
    """Anything this system says no to. `code` is stable for programs, the text is for people."""

    code = "error"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        if code:
            self.code = code


class Refused(CauceError):
    """A rule says no: what, about whom, and what to do next stand in the text. Exit status 1."""

    code = "refused"


class NotAllowed(Refused):
    """The actor's role or place does not allow this."""

    code = "not_allowed"


class Conflict(Refused):
    """Somebody else changed it first; nothing was written. Look again, then decide again."""

    code = "conflict"


class Unknown(Refused):
    """Nothing here has that number, token or identifier, or the actor may not know of it."""

    code = "unknown"


class Misused(CauceError):
    """The command or form was used in a way that makes no sense. Exit status 2."""

    code = "usage"
