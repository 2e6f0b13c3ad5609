"""Tags of the design system."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from polyphonie.kernel import clock
from polyphonie.kernel.localised import LocalisedText, direction
from polyphonie.web import language_names, slots, zones

register = template.Library()

SPRITE = "web/icons.svg"


@register.simple_tag(takes_context=True)
def slot(context: dict[str, Any], name: str, subject: Any = None) -> SafeString:
    """What the rooms above show in this slot. A page of error, which has no reader, shows nothing."""
    if context.get("viewer") is None or context.get("at") is None:
        return SafeString()
    parts = slots.fill(name, subject, context["viewer"], context["at"])
    return mark_safe("".join(parts))  # each part was rendered, and so escaped, by its room


@register.filter
def localised(text: Any) -> SafeString:
    """The text for the reader; marked with its language where it is not the reader's.

    What is not a :class:`LocalisedText` passes as it is, so that components take both.
    """
    if not isinstance(text, LocalisedText):
        return SafeString(conditional_escape("" if text is None else text))
    reader = get_language() or "fr"
    found = text.language_for(reader)
    if not found or found == reader:
        return format_html("{}", text.read(reader))
    return format_html('<span lang="{}" dir="{}">{}</span>', found, direction(found), text.read(reader))


@register.simple_tag
def language_note(content_language: str | None) -> SafeString:
    """A sentence that says in which language the content is, when it is not the reader's."""
    reader = get_language() or "fr"
    if not content_language or content_language == reader or content_language.split("-")[0] == reader:
        return SafeString()
    return format_html(
        '<p class="language-note">{}</p>',
        _("Ce contenu n’existe pas encore dans votre langue ; il est en %(language)s.")
        % {"language": language_names.of(content_language)},
    )


@register.filter
def language_name(tag: str) -> str:
    """The name of a language in the reader's language."""
    return language_names.of(tag)


@register.filter
def text_direction(tag: str) -> str:
    return direction(str(tag)) if tag else "ltr"


def _reader_zone(context: dict[str, Any]) -> str:
    return context.get("reader_zone") or timezone.get_current_timezone_name()


@register.simple_tag(takes_context=True)
def instant(
    context: dict[str, Any], value: datetime | None, zone: str = "", show: str = "full"
) -> SafeString:
    """An instant on the clock of ``zone`` (the reader's when none is named), with the zone in words
    where it is not the reader's. ``show="time"`` leaves the day out, where the page has said it.
    """
    if value is None:
        return SafeString()
    reader = _reader_zone(context)
    zone = str(zone or reader)
    local = clock.local(value, zone)
    clock_time = formats.date_format(local, "H:i")
    if show == "time":
        words = clock_time
    else:
        words = _("%(day)s à %(time)s") % {
            "day": formats.date_format(local, "DATE_FORMAT"),
            "time": clock_time,
        }
    stamp = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if zone == reader and zone != "UTC":
        return format_html('<time datetime="{}">{}</time>', stamp, words)
    return format_html(
        '<time datetime="{}">{} <span class="zone">({})</span></time>', stamp, words, zones.in_words(zone)
    )


@register.simple_tag
def day(value: date | None) -> SafeString:
    """A day, which has no zone."""
    if value is None:
        return SafeString()
    return format_html(
        '<time datetime="{}">{}</time>', value.strftime("%Y-%m-%d"), formats.date_format(value, "DATE_FORMAT")
    )


@register.simple_tag
def icon_address(name: str) -> str:
    """The address of one drawing of the sprite."""
    return f"{static(SPRITE)}#{name}"


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether a field is one box to tick, whose label stands after it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def field_anchor(field: BoundField) -> str:
    """Where the error summary leads: the input, or the group of inputs."""
    return f"{field.auto_id}_group" if field.use_fieldset else field.id_for_label
