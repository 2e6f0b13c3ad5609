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


class Room(models.Model):
    """A hall of the conference. ``guid`` is kept for life and travels in the interchange files."""

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="rooms")
    guid = models.UUIDField()
    slug = models.SlugField(max_length=80)
    name = LocalisedField()
    capacity = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["conference", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "slug"], name="room_slug_once"),
            models.UniqueConstraint(fields=["conference", "guid"], name="room_guid_once"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class SessionQuerySet(models.QuerySet["Session"]):
    def announced_to(self, viewer: Actor, at: datetime) -> SessionQuerySet:
        """Nothing of a closed session is announced: who may not read it does not learn that it is held."""
        return self.readable_by(viewer, at)

    def readable_by(self, viewer: Actor, at: datetime) -> SessionQuerySet:
        """Sessions of readable conferences; closed ones for their group and for the host's coordination."""
        return self.once_readable_by(viewer, at).filter(withdrawn_at=None)

    def once_readable_by(self, viewer: Actor, at: datetime) -> SessionQuerySet:
        """As ``readable_by``, those taken out of the programme included: their address says so."""
        if sees_everything(viewer):
            return self
        group_uids = uids(viewer.scopes(Role.MEMBER, Role.CHAIR), "group")
        return self.filter(
            models.Q(access="public", conference__in=Conference.objects.readable_by(viewer, at))
            | models.Q(access="closed", group__uid__in=group_uids)
            | models.Q(access="closed", conference__in=Conference.objects.run_by(viewer))
        )


class Session(Identified, Sourced):
    """One dated item of a programme. The public id is also its guid in schedule files, unless it came
    from such a file with a guid of its own; the guid is kept for life, wherever the session moves.

    A session taken out of the programme keeps its row (``withdrawn_at``): what was said there remains.
    """

    urn_kind: ClassVar[str] = "session"

    conference = models.ForeignKey(
        "conferences.Conference", on_delete=models.CASCADE, related_name="sessions"
    )
    room = models.ForeignKey(
        "conferences.Room", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guid = models.CharField(max_length=80)
    code = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40, default="plenary")
    title = LocalisedField()
    abstract = LocalisedField(blank=True)
    language = models.CharField(max_length=20, default="fr")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    access = models.CharField(max_length=10, default="public")
    group = models.ForeignKey(
        "network.Group", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    hour_is_invented = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["start_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="session_end_after_start", condition=models.Q(end_at__gt=models.F("start_at"))
            ),
            models.CheckConstraint(
                name="session_closed_has_group",
                condition=models.Q(access="public") | models.Q(group__isnull=False),
            ),
            models.UniqueConstraint(fields=["conference", "guid"], name="session_guid_once"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("session", kwargs={"uid": self.uid})


class Participation(models.Model):
    """A person's role in a session, as the published programme names it (speaker, moderator …).

    ``person`` is set where the participant also works here; a published name is a plain text.
    """

    session = models.ForeignKey(
        "conferences.Session", on_delete=models.CASCADE, related_name="participations"
    )
    role = models.CharField(max_length=20)
    public_name = models.CharField(max_length=200)
    affiliation = LocalisedField(blank=True)
    person = models.ForeignKey(
        "network.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guid = models.CharField(max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["session", "order", "pk"]

    def __str__(self) -> str:
        return f"{self.public_name} ({self.role})"
