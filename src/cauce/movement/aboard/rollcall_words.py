"""What a roll-call from paper found, in sentences that say what to do. `say` translates; without it they are English.

No store and no settings are needed, so nothing is translated when this is imported.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation.trans_null import gettext_noop  # asks for no settings

from cauce.movement.aboard import parts
from cauce.movement.aboard.parts import Fault
from cauce.movement.aboard.rollcall import BROKEN, GOOD, UNKNOWN, RollCall

Say = Callable[[str], str]

_SIGNATURE = {
    GOOD: gettext_noop("Signature good: %(node)s, key %(key)s."),
    UNKNOWN: gettext_noop(
        "Signature sound, by the key %(key)s of %(node)s, which nobody vouches for here: compare it with the one "
        "printed on the paper, or ask the station."
    ),
    BROKEN: gettext_noop("SIGNATURE BROKEN: the signed codes are not as the station wrote them."),
}
_UNSIGNED = gettext_noop("No signature: the signed codes are missing, so nobody vouches for this list.")
_TROUBLE = {
    "emergency_missing": gettext_noop(
        "The sealed codes are missing or not complete: names, next of kin, language and needs are in them."
    ),
    "exchanged": gettext_noop(
        "The sealed codes are not those that the station signed for: they are of another print, or were changed."
    ),
    "seats_differ": gettext_noop("Seats or cards in the sealed codes differ from those that the station signed for."),
    "cannot_open": gettext_noop("The sealed codes cannot be opened."),
    "unreadable": gettext_noop("A set of codes is whole, and yet not of this program. Take another copy of the paper."),
    "two_manifests": gettext_noop("These are codes of more than one manifest: give those of one at a time."),
}
_SIGNED_PART = {
    "damaged": gettext_noop("Signed code %(part)s of %(of)s is damaged: scan it again."),
    "missing": gettext_noop("Signed code %(part)s of %(of)s is missing: scan it too."),
    "mixed": gettext_noop("The signed codes do not belong together: scan those of one paper only."),
}
_SEALED_PART = {
    "damaged": gettext_noop("Sealed code %(part)s of %(of)s is damaged: scan it again."),
    "missing": gettext_noop("Sealed code %(part)s of %(of)s is missing: scan it too."),
    "mixed": gettext_noop("The sealed codes do not belong together: scan those of one paper only."),
}
_UNREADABLE = gettext_noop("A code cannot be read: scan it again.")
_NOTHING = gettext_noop("There is no code of a paper manifest in this. Each begins with CAUCE/.")


def signature(found: RollCall, say: Say = str) -> str:
    """What the signature is worth."""
    return say(_SIGNATURE.get(found.signature, _UNSIGNED)) % {"node": found.node, "key": found.fingerprint}


def troubles(found: RollCall, say: Say = str) -> list[str]:
    """Each thing that is wrong."""
    if found.trip is None and not found.faults and found.trouble == ("emergency_missing",):
        return [say(_NOTHING)]
    told = [_faulty(fault, say) for fault in found.faults]
    return told + [f"{say(_TROUBLE[code])}{_why(found, code)}" for code in found.trouble]


def need(found: RollCall, code: str) -> str:
    """A need in the words that stand in the codes, with its code."""
    return f"{found.words[code]} ({code})" if found.words.get(code) else code


def _why(found: RollCall, code: str) -> str:
    return f" {found.why}" if code == "cannot_open" and found.why else ""


def _faulty(fault: Fault, say: Say) -> str:
    sentences = _SIGNED_PART if fault.kind == parts.SIGNED else _SEALED_PART
    return say(sentences.get(fault.code, _UNREADABLE)) % {"part": fault.part, "of": fault.of}
