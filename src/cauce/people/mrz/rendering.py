"""Writing a name into a zone, cut short as Doc 9303 permits (parts 4 to 7, section 4.2.3)."""

from cauce.people.mrz.codes import known
from cauce.people.mrz.layouts import ALPHABET, LAYOUTS, Layout, layout_named
from cauce.people.mrz.names import readings

# Of the first given name a too long family name leaves this much, so that the person can still be found by it.
_GIVEN_SHARE = 8


def name_line(form: str, issuer: str, family: str, given: str, document_type: str = "") -> str:
    """The line of the zone that carries the name: the third of TD1, else the whole first line.

    `issuer` is one to three letters and `document_type` one or two, by default I, P or V as the format has it;
    ValueError says which of them cannot stand in a zone, or that the format has no such name.
    """
    layout = layout_named(form)
    name = name_field(layout.format, family, given, issuer)
    return (prefix(layout, issuer, document_type) + name) if layout.prefix else name


def prefix(layout: Layout, issuer: str, document_type: str = "") -> str:
    """The five characters that open a zone: document type and issuer."""
    kind, state = (document_type or layout.kind).upper(), issuer.upper().rstrip("<")
    if not (1 <= len(kind) <= 2 and set(kind) <= set(ALPHABET) and "A" <= kind[0] <= "Z"):
        msg = f"document type {document_type!r} must be one or two letters"
        raise ValueError(msg)
    if (kind[0] == "V") != (layout.kind == "V"):
        msg = f"document type {kind!r} does not go with {layout.format}: V is for visas, and for all of them"
        raise ValueError(msg)
    if not (known(state) or (len(state) == 3 and state.isascii() and state.isalpha())):
        msg = f"issuer {issuer!r} must be a three-letter code, or D for Germany"
        raise ValueError(msg)
    return kind.ljust(2, "<") + state.ljust(3, "<")


def name_field(form: str, family: str, given: str, issuer: str = "") -> str:
    """A printed name as the name field of a format has it: 39 (TD3, MRV-A), 31 (TD2, MRV-B) or 30 characters (TD1).

    Diacritics, Cyrillic and Arabic follow the standard's table, with the issuer's own exceptions; other scripts
    are written by sound. A name without a letter gives only fillers.
    """
    layout = LAYOUTS[form]
    width = layout.name.stop - layout.name.start
    primary, secondary = next(readings(family, given, issuer.upper())).usual
    whole = "<".join(primary) + ("<<" + "<".join(secondary) if secondary else "")
    if len(whole) > width:
        whole = _cut_both(primary, secondary, width) if secondary else _cut(primary, width)
    return whole.ljust(width, "<")


def _cut_both(primary: list[str], secondary: list[str], width: int) -> str:
    """Family names shortened only as far as leaves room for a share of the given names, which fill the rest."""
    given_length = len("<".join(secondary))
    initials = width - 2 - (2 * len(primary) - 1)
    share = min(given_length, len(secondary[0]), _GIVEN_SHARE, max(1, initials))
    cuts = []
    # A share that ends on a separator would hide the cut: the standard wants a letter in the last place.
    for room in [*range(share, min(given_length, width) + 1), *range(share - 1, 0, -1)]:
        family = _shrink(primary, width - 2 - room)
        cuts.append(family + "<<" + _cut(secondary, width - 2 - len(family)))
        if len(cuts[-1]) == width and cuts[-1][-1] != "<":
            return cuts[-1]
    return cuts[0]


def _shrink(words: list[str], room: int) -> str:
    """The words in at most `room` characters, the longest shortened first, none lost while initials fit."""
    # More words than have room for their initials are lost in any case; the rest is then short work.
    words = [word[: max(1, room)] for word in words[: max(1, (room + 1) // 2)]]
    spare = room - len("<".join(words))
    while spare < 0:
        longest = max(range(len(words)), key=lambda at: len(words[at]))
        if len(words[longest]) > 1:
            words[longest] = words[longest][:-1]
            spare += 1
        elif len(words) > 1:
            words.pop()
            spare += 2
        else:
            break
    return "<".join(words)


def _cut(words: list[str], room: int) -> str:
    """The words cut at `room` so that the last place is a letter, wherever some word can give up a letter."""
    cut = "<".join(words)[:room]
    if not cut.endswith("<"):
        return cut
    kept = cut[:-1].split("<")
    for at in range(len(kept) - 1, -1, -1):
        if len(kept[at]) > 1:
            kept[at] = kept[at][:-1]
            return "<".join([*kept, words[len(kept)][0]])
    return cut
