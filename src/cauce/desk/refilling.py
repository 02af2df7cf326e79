"""A page's form filled with what was typed into it before: text in, text out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

FRESH = frozenset({"csrfmiddlewaretoken"})
"""Fields that are the page's own each time."""
_NEVER = frozenset({"file", "password", "submit", "button", "reset", "image"})
_TICKED = frozenset({"checkbox", "radio"})

Typed = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class _Control:
    """A field in the page's text: what of it stands from `start` to `end`."""

    name: str
    kind: str  # an input's type, `option`, or `textarea`
    start: int
    end: int
    attributes: dict[str, str | None]


@dataclass(slots=True)
class _Form:
    action: str
    method: str
    end: int  # of its first tag
    controls: list[_Control] = field(default_factory=list)
    buttons: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Refilled:
    """The page with its form filled; `left`: what was typed and has no field on it."""

    page: str
    left: dict[str, list[str]]


def refill(
    page: str, address: str, action: str, typed: Typed, carried: Callable[[str], bool] = lambda name: False
) -> Refilled | None:
    """The page at `address` with the form that goes to the path `action` filled; None when it has no such form.

    Of several such forms it is the one with the most of the fields. Passwords and files are never filled in. What is
    `carried` by its name and has no field goes along hidden.
    """
    reader = _Reader(page)
    forms = [
        form
        for form in reader.forms
        if form.method == "post" and urlsplit(urljoin(address, form.action)).path == urlsplit(action).path
    ]
    if not forms:
        return None
    best = max(forms, key=lambda form: len({control.name for control in form.controls} & typed.keys()))
    told = {name: list(values) for name, values in typed.items() if name not in FRESH | best.buttons}
    left = {name: list(values) for name, values in told.items()}
    for control in best.controls:
        left.pop(control.name, None)
    hidden = {name: left.pop(name) for name in list(left) if carried(name)}
    parts, at = [page[: best.end]], best.end
    parts += [_tag("input", {"type": "hidden", "name": name, "value": one}) for name in hidden for one in hidden[name]]
    for control in best.controls:
        parts += [page[at : control.start], _written(control, page, told)]
        at = control.end
    return Refilled("".join((*parts, page[at:])), left)


def _written(control: _Control, page: str, told: dict[str, list[str]]) -> str:
    """The field as it stands on the filled page. Of several text fields of one name each takes one value."""
    as_it_is = page[control.start : control.end]
    if control.name in FRESH or control.kind in _NEVER:
        return as_it_is
    values, attributes = told.get(control.name, []), dict(control.attributes)
    if control.kind in _TICKED | {"option"}:
        mark = "selected" if control.kind == "option" else "checked"
        attributes.pop(mark, None)
        if (attributes.get("value") or ("" if control.kind == "option" else "on")) in values:
            attributes[mark] = None
        return _tag("option" if control.kind == "option" else "input", attributes)
    if control.name not in told:
        return as_it_is
    value = values.pop(0) if values else ""
    if control.kind == "textarea":
        return f"\n{escape(value)}"  # a browser drops the first line break of the field
    return _tag("input", attributes | {"value": value})


def _tag(name: str, attributes: Mapping[str, str | None]) -> str:
    told = (key if value is None else f'{key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{' '.join((name, *told))}>"


class _Reader(HTMLParser):
    """Finds the forms of a page and where their fields stand in its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._select = ""
        self._area: _Control | None = None
        self._lines = [0]
        for at, letter in enumerate(page):
            if letter == "\n":
                self._lines.append(at + 1)
        self.feed(page)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _end(self) -> int:
        return self._at() + len(self.get_starttag_text() or "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._form = _Form(told.get("action") or "", (told.get("method") or "get").lower(), self._end())
            self.forms.append(self._form)
        if self._form is None:
            return
        start, end = self._at(), self._end()
        name, kind = told.get("name") or "", (told.get("type") or "text").lower()
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._form.controls.append(_Control(self._select, "option", start, end, told))
        elif tag == "textarea" and name:
            self._area = _Control(name, "textarea", end, end, told)
        elif (tag == "button" or kind in ("submit", "image")) and name:
            self._form.buttons.add(name)
        elif tag == "input" and name:
            self._form.controls.append(_Control(name, kind, start, end, told))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area is not None and self._form is not None:
            self._area.end = self._at()
            self._form.controls.append(self._area)
            self._area = None
