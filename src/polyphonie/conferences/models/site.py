from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import Role

from .conference import Conference
from .reach import sees_everything, uids


class SiteQuerySet(models.QuerySet["Site"]):
    def announced_to(self, viewer: Actor, at: datetime) -> SiteQuerySet:
        """Accepted sites of announced conferences; those still under discussion to the host, to their own
        people and to the coordinators of the conference's other sites."""
        if sees_everything(viewer):
            return self
        bodies = uids(viewer.scopes(Role.SITE_COORDINATOR), "organisation")
        own = uids(viewer.scopes(Role.SITE_COORDINATOR), "site")
        neighbours = Site.objects.filter(
            models.Q(organisation__uid__in=bodies) | models.Q(uid__in=own)
        ).exclude(state__in=("declined", "withdrawn"))
        return self.filter(
            self._of_their_own(viewer)
            | models.Q(state="accepted", conference__in=Conference.objects.announced_to(viewer, at))
            | (
                models.Q(conference__in=neighbours.values("conference"))
                & ~models.Q(state__in=("declined", "withdrawn"))
            )
        )

    def readable_by(self, viewer: Actor, at: datetime) -> SiteQuerySet:
        """Accepted sites of announced conferences, and those of one's own. What the page shows to a team
        alone (readiness, absent voices, short code) is asked by :meth:`prepared_by`."""
        if sees_everything(viewer):
            return self
        return self.filter(
            self._of_their_own(viewer)
            | models.Q(state="accepted", conference__in=Conference.objects.announced_to(viewer, at))
        )

    def prepared_by(self, viewer: Actor) -> SiteQuerySet:
        """Those that the viewer coordinates, for the host or for the site."""
        if sees_everything(viewer):
            return self
        scopes = viewer.scopes(Role.SITE_COORDINATOR)
        return self.filter(
            models.Q(uid__in=uids(scopes, "site"))
            | models.Q(organisation__uid__in=uids(scopes, "organisation"))
            | models.Q(conference__in=Conference.objects.run_by(viewer))
        )

    def coordinated_by(self, viewer: Actor) -> SiteQuerySet:
        """Those that the viewer coordinates for the site's own body."""
        scopes = viewer.scopes(Role.SITE_COORDINATOR)
        return self.filter(
            models.Q(uid__in=uids(scopes, "site"))
            | models.Q(organisation__uid__in=uids(scopes, "organisation"))
        )

    @staticmethod
    def _of_their_own(viewer: Actor) -> models.Q:
        return (
            models.Q(uid__in=uids(viewer.scopes(), "site"))
            | models.Q(organisation__uid__in=uids(viewer.scopes(Role.SITE_COORDINATOR), "organisation"))
            | models.Q(conference__in=Conference.objects.run_by(viewer))
        )


class Site(Identified, Sourced):
    """One body's own session of a conference: live, in slight delay or in replay. A cursor on its log."""

    urn_kind: ClassVar[str] = "site"

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="sites")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, default="partner")
    mode = models.CharField(max_length=10, default="live")
    delay_minutes = models.PositiveIntegerField(default=0)
    time_zone = models.CharField(max_length=60)
    language = models.CharField(max_length=20, default="fr")
    expected_attendance = models.PositiveIntegerField(null=True, blank=True)
    audience = LocalisedField(blank=True)
    place = LocalisedField(blank=True)
    state = models.CharField(max_length=20, default="proposed")
    answers = models.CharField(max_length=20, default="at_once")
    night_confirmed = models.BooleanField(default=False)
    short_code = models.CharField(max_length=12, unique=True)
    version = models.PositiveIntegerField(default=1)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["conference", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "organisation"], name="site_once_per_body"),
            models.CheckConstraint(
                name="site_delay_range",
                condition=models.Q(delay_minutes__gte=0) & models.Q(delay_minutes__lte=10_080),
            ),
            models.CheckConstraint(
                name="site_live_has_no_delay",
                condition=~models.Q(mode="live") | models.Q(delay_minutes=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("site", kwargs={"uid": self.uid})


class Relay(models.Model):
    """A piece of a site's clock: from ``wall_from`` the programme runs on from ``programme_from``
    (rate 1) or stands still (rate 0). Without rows the site follows its constant delay."""

    site = models.ForeignKey("conferences.Site", on_delete=models.CASCADE, related_name="relay_pieces")
    epoch = models.PositiveSmallIntegerField(default=1)
    wall_from = models.DateTimeField()
    programme_from = models.DateTimeField()
    rate = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["site", "epoch", "wall_from"]
        constraints = [
            models.UniqueConstraint(fields=["site", "epoch", "wall_from"], name="relay_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.wall_from}"


class ReadinessAnswer(models.Model):
    """The answer to one of the six readiness questions; without a row the question is open."""

    site = models.ForeignKey("conferences.Site", on_delete=models.CASCADE, related_name="readiness_answers")
    question = models.CharField(max_length=20)
    is_ready = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["site", "question"]
        constraints = [models.UniqueConstraint(fields=["site", "question"], name="readiness_once")]

    def __str__(self) -> str:
        return self.question


class SiteGroup(models.Model):
    """A stakeholder group at a site: invited or not, present or not. Uninvited is an absent voice."""

    site = models.ForeignKey("conferences.Site", on_delete=models.CASCADE, related_name="site_groups")
    group = models.ForeignKey("network.StakeholderGroup", on_delete=models.PROTECT, related_name="+")
    invited = models.BooleanField(default=False)
    present = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["site", "group__order"]
        constraints = [models.UniqueConstraint(fields=["site", "group"], name="site_group_once")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.group_id}"


class LanguageRemedy(models.Model):
    """What a site does where no channel exists in its working language."""

    site = models.OneToOneField("conferences.Site", on_delete=models.CASCADE, related_name="language_remedy")
    remedy = models.CharField(max_length=30)
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.remedy


class Attendance(models.Model):
    """How many were there, by site, session and group. Counted in the room, nobody is followed."""

    site = models.ForeignKey("conferences.Site", on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey("conferences.Session", on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey("network.StakeholderGroup", on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["site", "session", "group"], name="attendance_once")]

    def __str__(self) -> str:
        return str(self.count)
