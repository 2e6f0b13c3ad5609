"""What would make a training sheet hard to read or to come to, said before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock

from ...models import TrainingAction

NOTICE_DAYS = 21
SHORTEST_TITLE = 3
PARIS = "Europe/Paris"


def remarks_on(action: TrainingAction, at: datetime) -> list[Any]:
    """Remarks, never refusals: what is missing, an opaque title, a short notice, two places on one day."""
    found: list[Any] = [
        _("« %(field)s » n'est pas rempli.") % {"field": label}
        for label, value in (
            (_("Code PAF"), action.code),
            (_("Objectifs"), action.aims),
            (_("Public"), action.public),
            (_("Formateurs"), action.trainers),
            (_("Lieu"), action.place or action.is_remote),
        )
        if not value
    ]
    title = action.title.read("fr")
    if len(title.split()) < SHORTEST_TITLE or title.upper() == title:
        found.append(
            _("Le titre « %(title)s » ne dit pas de quoi il s'agit ; écrivez-le en toutes lettres.")
            % {"title": title}
        )
    known = clock.local(action.published_at or at, PARIS).date()
    notice = (action.start_date - known).days
    if notice < NOTICE_DAYS and (action.published_at is not None or notice >= 0):
        found.append(
            _("Le délai de convocation est de %(days)d jours ; il en faut %(wanted)d au moins.")
            % {"days": max(0, notice), "wanted": NOTICE_DAYS}
        )
    found += [
        _("« %(other)s » réunit le même public le %(day)s dans un autre lieu (%(place)s).")
        % {
            "other": other.title,
            "day": date_format(max(action.start_date, other.start_date), "DATE_FORMAT"),
            "place": other.place or _("à distance"),
        }
        for other in _clashing(action)
    ]
    return found


def _clashing(action: TrainingAction) -> list[TrainingAction]:
    if not action.public:
        return []
    same_days = TrainingAction.objects.filter(
        organisation=action.organisation,
        start_date__lt=action.until_date,
        until_date__gt=action.start_date,
    ).exclude(pk=action.pk)
    return [
        other
        for other in same_days.order_by("start_date", "pk")
        if other.public == action.public
        and (other.place != action.place or other.is_remote != action.is_remote)
    ]
