"""Tags of the design system."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from polyphonie.kernel.localised import LocalisedText, direction
from polyphonie.web import slots

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: dict[str, Any], name: str, subject: Any) -> SafeString:
    """What the rooms above show in this slot."""
    parts = slots.fill(name, subject, context["viewer"], context["at"])
    return mark_safe("".join(parts))  # each part was rendered, and so escaped, by its room


@register.filter
def localised(text: LocalisedText) -> SafeString:
    """The text for the reader; marked with its language where it is not the reader's."""
    reader = get_language() or "fr"
    found = text.language_for(reader)
    if not found or found == reader:
        return format_html("{}", text.read(reader))
    return format_html('<span lang="{}" dir="{}">{}</span>', found, direction(found), text.read(reader))
