from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.conferences.models.reach import sees_everything
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from ..enums import Audience, CellReason, VisitState
from .reach import body_is_one_of, organised_by, teams_of


class VisitQuerySet(models.QuerySet["Visit"]):
    def announced_to(self, viewer: Actor, at: datetime) -> VisitQuerySet:
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> VisitQuerySet:
        """Published visits of published programmes; one in preparation, its team and its organiser."""
        if sees_everything(viewer):
            return self.all()
        return self.filter(
            models.Q(published_at__lte=at, flow__programme__published_at__lte=at)
            | models.Q(team__uid__in=teams_of(viewer))
            | body_is_one_of("flow__organiser", organised_by(viewer))
        )

    def of_teams_of(self, viewer: Actor) -> VisitQuerySet:
        """The visits in whose team the viewer sits."""
        return self.filter(team__uid__in=teams_of(viewer))


class Visit(Identified, Sourced):
    """A team stays with its hosts for some days and fills a grid. ``end_date`` is the last day itself."""

    urn_kind: ClassVar[str] = "visit"

    flow = models.ForeignKey("mobility.Flow", on_delete=models.PROTECT, related_name="visits")
    team = models.OneToOneField("network.Group", on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey("mobility.GridVersion", on_delete=models.PROTECT, related_name="+")
    title = LocalisedField()
    start_date = models.DateField()
    end_date = models.DateField()
    time_zone = models.CharField(max_length=60)
    languages = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=12, choices=VisitState, default=VisitState.PLANNED)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["start_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="visit_period", condition=models.Q(end_date__gte=models.F("start_date"))
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.uid])

    @property
    def days(self) -> list[date]:
        return [
            self.start_date + timedelta(days=n) for n in range((self.end_date - self.start_date).days + 1)
        ]

    def is_public(self, at: datetime) -> bool:
        return self.published_at is not None and self.published_at <= at


class Consent(Identified):
    """Somebody agreed, in writing, that something about them is shown; they may take it back.

    ``subject`` says what, by function, never by name. What is withdrawn is hidden everywhere and stays
    as a trace that there was something.
    """

    urn_kind: ClassVar[str] = "consent"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="consents")
    subject = models.CharField(max_length=200)
    scope = models.CharField(max_length=10, choices=Audience)
    text_version = models.CharField(max_length=20)
    given_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.subject

    def holds(self, at: datetime) -> bool:
        return self.withdrawn_at is None or self.withdrawn_at > at

    def reaches(self, audience: str, at: datetime) -> bool:
        """Whether the consent is in force and goes as far as ``audience``."""
        order = list(Audience.values)
        return self.holds(at) and order.index(self.scope) >= order.index(audience)


class Host(Identified):
    """Who received the team: a function in a body. The name is kept only with a written consent."""

    urn_kind: ClassVar[str] = "visit_host"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="hosts")
    function = LocalisedField()
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    body_label = LocalisedField(blank=True)
    name = models.CharField(max_length=200, blank=True)
    consent = models.ForeignKey(
        "mobility.Consent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)
    is_fictitious = models.BooleanField(default=False)

    class Meta:
        ordering = ["visit", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="host_name_with_consent",
                condition=models.Q(name="") | models.Q(consent__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.function)

    def name_for(self, audience: str, at: datetime) -> str:
        """The name where the host consented that readers of this audience see it; otherwise nothing."""
        return self.name if self.consent is not None and self.consent.reaches(audience, at) else ""


class Slot(Identified):
    """An hour of the visit's programme: when, with whom, about what."""

    urn_kind: ClassVar[str] = "visit_slot"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="slots")
    day = models.DateField()
    starts = models.TimeField(null=True, blank=True)
    purpose = LocalisedField()
    host = models.ForeignKey(
        "mobility.Host", on_delete=models.SET_NULL, null=True, blank=True, related_name="slots"
    )

    class Meta:
        ordering = ["visit", "day", "starts", "pk"]

    def __str__(self) -> str:
        return str(self.purpose)


class CellNote(models.Model):
    """What the team says of a cell apart from its sheets: expected, not observable, refused, without
    object. That it was observed is told by the sheets."""

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="cell_notes")
    criterion = models.ForeignKey("mobility.Criterion", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=15, choices=CellReason)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["visit", "criterion"]
        constraints = [models.UniqueConstraint(fields=["visit", "criterion"], name="cell_note_once")]

    def __str__(self) -> str:
        return self.reason


class Debrief(Identified):
    """An evening of the team: how many cells had a sheet, how many were empty, what was said of it."""

    urn_kind: ClassVar[str] = "debrief"

    visit = models.ForeignKey("mobility.Visit", on_delete=models.CASCADE, related_name="debriefs")
    day = models.DateField()
    held_at = models.DateTimeField()
    observed = models.PositiveSmallIntegerField()
    empty = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["visit", "day"]
        constraints = [models.UniqueConstraint(fields=["visit", "day"], name="debrief_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day}"
