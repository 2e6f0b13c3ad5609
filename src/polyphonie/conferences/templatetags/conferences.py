"""Words and hours of this room in templates."""

from __future__ import annotations

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


@register.filter
def conference_kind(conference: Any) -> str:
    return _word(ConferenceKind, conference.kind)


@register.filter
def conference_state(conference: Any) -> str:
    return _word(ConferenceState, conference.state)


@register.filter
def session_kind(session: Any) -> str:
    return _word(SessionKind, session.kind)


@register.filter
def site_kind(site: Any) -> str:
    return _word(SiteKind, site.kind)


@register.filter
def site_mode(site: Any) -> str:
    return _word(SiteMode, site.mode)


@register.filter
def site_state(site: Any) -> str:
    return _word(SiteState, site.state)


@register.filter
def participation_role(participation: Any) -> str:
    return _word(ParticipationRole, participation.role)


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
