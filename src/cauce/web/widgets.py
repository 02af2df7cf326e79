"""Fields of forms written directly.

Django draws each by a template of its own, and one more for every choice of a list: on a page for a family of five that
was half of the work. What is written is the same but for blanks between tags, which a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


class Written(DjangoTemplates):
    """Django's renderer of forms, with the plain fields written without a template."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        write = _WRITTEN.get(template_name)
        if write is None:
            return SafeString(super().render(template_name, context, request))
        return mark_safe(write(context["widget"]))  # noqa: S308 - every value is escaped below


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{conditional_escape(widget["type"])}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _choice(widget: Widget) -> str:
    if not widget.get("wrap_label"):
        return _input(widget)
    key = widget["attrs"].get("id")
    begin = f'<label for="{conditional_escape(key)}">' if key else "<label>"
    return f"{begin}{_input(widget)} {conditional_escape(widget['label'])}</label>"


def _select(widget: Widget) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'<optgroup label="{conditional_escape(group)}">')
        parts.extend(map(_option, options))
        if group:
            parts.append("</optgroup>")
    return "".join(parts) + "</select>"


def _option(widget: Widget) -> str:
    value = f' value="{conditional_escape(widget["value"])}"'
    return f"<option{value}{_attributes(widget['attrs'])}>{conditional_escape(widget['label'])}</option>"


def _textarea(widget: Widget) -> str:
    value = conditional_escape(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>\n{value}</textarea>'


_INPUTS = (
    "input",
    "text",
    "hidden",
    "number",
    "email",
    "url",
    "password",
    "file",
    "checkbox",
    "date",
    "datetime",
    "time",
)
_WRITTEN: dict[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in _INPUTS},
    "django/forms/widgets/radio_option.html": _choice,
    "django/forms/widgets/checkbox_option.html": _choice,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/textarea.html": _textarea,
}
