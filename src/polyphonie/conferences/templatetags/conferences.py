"""Words and hours of this room in templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import template
from django.db.models import TextChoices
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from polyphonie.web import zones

from ..domain.wording import hour
from ..enums import (
    ConferenceKind,
    ConferenceState,
    ParticipationRole,
    Remedy,
    SessionKind,
    SiteKind,
    SiteMode,
    SiteState,
)

register = template.Library()

VERBS = {
    "invite_site": _("Inviter l'instance"),
    "accept_proposal": _("Accepter ce site"),
    "accept_invitation": _("Accepter l'invitation"),
    "decline_invitation": _("Décliner l'invitation"),
    "withdraw_site": _("Retirer le site"),
}


def _word(labels: type[TextChoices], value: str) -> str:
    """The label of a known word; lists are open, so an unknown one is shown as it is."""
    return str(labels(value).label) if value in labels.values else value


def _word_of(labels: type[TextChoices], attribute: str) -> Callable[[Any], str]:
    """A filter that says in words what an object's field holds."""

    def said(subject: Any) -> str:
        return _word(labels, getattr(subject, attribute))

    return said


for _name, _labels, _attribute in (
    ("conference_kind", ConferenceKind, "kind"),
    ("conference_state", ConferenceState, "state"),
    ("session_kind", SessionKind, "kind"),
    ("site_kind", SiteKind, "kind"),
    ("site_mode", SiteMode, "mode"),
    ("site_state", SiteState, "state"),
    ("participation_role", ParticipationRole, "role"),
):
    register.filter(_name, _word_of(_labels, _attribute))


@register.filter
def remedy_label(remedy: str) -> str:
    return _word(Remedy, remedy)


@register.filter
def zone_place(zone: str) -> str:
    """The town by which a zone is called."""
    return zones.place(zone)


@register.simple_tag
def site_verb(verb: str) -> str:
    return str(VERBS[verb])


@register.simple_tag
def clock_hour(local: datetime) -> SafeString:
    """An hour on the clock of its own zone."""
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), hour(local))


@register.simple_tag
def day_shift(days: int) -> SafeString:
    """« + 1 jour » where the calendar differs from the host's."""
    if not days:
        return SafeString()
    words = ngettext("%(sign)s%(days)d jour", "%(sign)s%(days)d jours", abs(days)) % {
        "sign": "+" if days > 0 else "−",
        "days": abs(days),
    }
    return format_html('<span class="day-shift">({})</span>', words)
