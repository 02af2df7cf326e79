"""A disk that is full says so in many ways; all of them mean that nothing of this was saved, and what was is."""

from __future__ import annotations

import errno

_NUMBERS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_WORDS = ("database or disk is full", "no space left on device", "could not extend file")


def is_full(reason: BaseException | None) -> bool:
    """Whether this error, or what it came from, is a disk (or a quota of it) without room."""
    while reason is not None:
        if isinstance(reason, OSError) and reason.errno in _NUMBERS:
            return True
        if any(words in str(reason).lower() for words in _WORDS):
            return True
        reason = reason.__cause__ or reason.__context__
    return False
