"""Writing a name into a zone, cut short as Doc 9303 permits (parts 4 to 7, section 4.2.3)."""

from cauce.people.mrz.codes import known
from cauce.people.mrz.layouts import ALPHABET, LAYOUTS, Layout, layout_named
from cauce.people.mrz.names import readings

# Of the first given name a too long family name leaves this much, so that the person can still be found by it.
_GIVEN_SHARE = 8
# Where family names are cut too, so many letters of it are worth more than the initial of a further one.
_GIVEN_LEAST = 3


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
    """Cut as the standard's examples are; where that leaves the last place empty, family names are shortened only as
    far as leaves room for a share of the given names, which fill the rest.
    """
    even = _cut_evenly(primary, secondary, width)
    if len(even) == width and not even.endswith("<"):
        return even
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


def _cut_evenly(primary: list[str], secondary: list[str], width: int) -> str:
    """Family names whole while the given names have their share; several too long ones and the given names, taken as
    one, get equal parts. "" for a single family name that is too long.
    """
    family, given_length, least = "<".join(primary), len("<".join(secondary)), _GIVEN_SHARE
    if len(family) + 2 + min(len(secondary[0]), _GIVEN_SHARE) > width:
        letters = width - 2 - (len(primary) - 1)
        if len(primary) == 1 or letters <= len(primary):
            return ""
        most = _even_part([*map(len, primary), given_length], letters)
        family, least = "<".join(word[:most] for word in primary), _GIVEN_LEAST
    return family + "<<" + _given_part(secondary, width - 2 - len(family), least)


def _even_part(lengths: list[int], letters: int) -> int:
    """The largest number to which all may be cut so that they have room together."""
    return max(part for part in range(letters + 1) if sum(min(length, part) for length in lengths) <= letters)


def _given_part(words: list[str], room: int, least: int) -> str:
    """Given names in `room` characters: the first as whole as leaves the others an initial, but `least` letters of it;
    those that have no room for one left out from the end; the last cut, or where that is not enough all behind the
    first evenly.
    """
    first = words[0]
    kept = max(1, min(len(words), 1 + (room - min(len(first), least)) // 2))
    letters = room - (kept - 1)
    first = first[: letters - (kept - 1)]
    rest, left = words[1:kept], letters - len(first)
    before = sum(map(len, rest[:-1]))
    if rest and before < left:
        rest[-1] = rest[-1][: left - before]
    elif rest:
        part = _even_part([*map(len, rest)], left)
        spare = left - sum(min(len(word), part) for word in rest)
        rest = [word[: part + (at < spare)] for at, word in enumerate(rest)]
    return "<".join([first, *rest])


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
