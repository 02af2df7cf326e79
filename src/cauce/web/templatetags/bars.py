"""Bars of a share, drawn as SVG: an attribute of a picture needs no style in the page, so the policy allows none."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def bar(share: Any, kind: str = "") -> SafeString:
    """A bar filled to `share` per cent, cut to 0..100; `kind` is a class of the style sheet (calm, good, over).

    It says nothing that the text beside it does not, so it is hidden from screen readers.
    """
    filled = min(100.0, max(0.0, float(share or 0)))
    name = f"bar {kind}" if kind else "bar"
    return format_html(
        '<svg class="{}" aria-hidden="true"><rect width="{}%" height="100%"/></svg>', name, f"{filled:g}"
    )
