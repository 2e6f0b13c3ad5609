from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.urls import reverse

from polyphonie.conferences.models import Conference
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced, Urn
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import INSTALLATION, Role

from ..enums import AFTER_THE_SITTING, Distribution, MeetingState, Purpose, Stage

IN_THE_ROOM = (Role.MEMBER, Role.CHAIR, Role.RAPPORTEUR)


def uids(urns: Iterable[str], kind: str) -> list[UUID]:
    """The public ids among the urns that are of one kind."""
    found = []
    for text in urns:
        try:
            urn = Urn.parse(text)
        except ValueError:
            continue  # the installation's own scope is no object
        if urn.kind == kind:
            found.append(urn.uid)
    return sorted(found)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def kept_by(self, viewer: Actor) -> MeetingQuerySet:
        """Those whose secretariat the viewer keeps."""
        if viewer.is_system or viewer.holds(Role.ADMINISTRATOR, INSTALLATION):
            return self
        scopes = viewer.scopes(Role.HOST_COORDINATOR)
        return self.filter(
            models.Q(instance__uid__in=uids(scopes, "organisation"))
            | models.Q(conference__uid__in=uids(scopes, "conference"))
        )

    def seating(self, viewer: Actor) -> MeetingQuerySet:
        """Those in whose room the viewer sits."""
        return self.filter(group__uid__in=uids(viewer.scopes(*IN_THE_ROOM), "group"))

    def inviting(self, viewer: Actor) -> MeetingQuerySet:
        """Those to which a member is invited whose correspondent the viewer is."""
        members = uids(viewer.scopes(Role.NATIONAL_CORRESPONDENT), "organisation")
        if not members:
            return self.none()
        invited = Delegation.objects.filter(member__uid__in=members).order_by().values("meeting")
        return self.filter(pk__in=invited)

    def announced_to(self, viewer: Actor, at: datetime) -> MeetingQuerySet:
        """What the calendar announces, and, before that, what the invited and the room prepare."""
        announced = Conference.objects.announced_to(viewer, at).order_by().values("pk")
        return self.filter(
            models.Q(conference__in=announced)
            | models.Q(pk__in=self.model._default_manager.seating(viewer).order_by().values("pk"))
            | models.Q(pk__in=self.model._default_manager.inviting(viewer).order_by().values("pk"))
        )

    def readable_by(self, viewer: Actor, at: datetime) -> MeetingQuerySet:
        """Its frame (days, place, themes); items, documents and decisions are cut by their own rules."""
        return self.announced_to(viewer, at)

    def open_about_delegations(self, viewer: Actor, at: datetime) -> MeetingQuerySet:
        """Those of which the viewer learns who comes: a closed meeting tells the public afterwards."""
        manager = self.model._default_manager
        return self.readable_by(viewer, at).filter(
            models.Q(is_closed=False)
            | models.Q(state__in=AFTER_THE_SITTING)
            | models.Q(pk__in=manager.kept_by(viewer).order_by().values("pk"))
            | models.Q(pk__in=manager.seating(viewer).order_by().values("pk"))
            | models.Q(pk__in=manager.inviting(viewer).order_by().values("pk"))
        )


class Meeting(Identified):
    """A meeting of an instance, one to one with the conference that carries its days, place and
    programme. It has two stages, experts then ministers.

    ``process`` is where its decisions are written; ``group`` is who sits in its room: the officers, and
    everybody whose credentials were accepted. A closed meeting (*huis clos*) shows its drafts to them.
    """

    urn_kind: ClassVar[str] = "meeting"

    conference = models.OneToOneField("conferences.Conference", on_delete=models.PROTECT, related_name="+")
    instance = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    process = models.OneToOneField("recommendations.Process", on_delete=models.PROTECT, related_name="+")
    group = models.OneToOneField(
        "network.Group", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    series = models.CharField(max_length=40)
    is_closed = models.BooleanField(default=False)
    presiding = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    experts_from = models.DateField(null=True, blank=True)
    experts_until = models.DateField(null=True, blank=True)
    ministers_from = models.DateField(null=True, blank=True)
    ministers_until = models.DateField(null=True, blank=True)
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    state = models.CharField(max_length=20, choices=MeetingState, default=MeetingState.CALLED)
    version = models.PositiveIntegerField(default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-conference__start_date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["instance", "series"], name="meeting_series_once"),
        ]

    def __str__(self) -> str:
        return self.series

    def get_absolute_url(self) -> str:
        return reverse("meeting", kwargs={"slug": self.conference.slug})


class Delegation(Identified):
    """A member's delegation to a meeting. Its persons hold mandates over ``group``."""

    urn_kind: ClassVar[str] = "delegation"

    meeting = models.ForeignKey("governance.Meeting", on_delete=models.PROTECT, related_name="delegations")
    member = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    group = models.OneToOneField("network.Group", on_delete=models.PROTECT, related_name="+")
    is_observer = models.BooleanField(default=False)
    languages = models.JSONField(default=list, blank=True)
    name_by = models.DateTimeField(null=True, blank=True)
    is_fictitious = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="delegation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.member_id}"


class Delegate(models.Model):
    """A person of a delegation, in a capacity that is always said."""

    delegation = models.ForeignKey(
        "governance.Delegation", on_delete=models.CASCADE, related_name="delegates"
    )
    person = models.ForeignKey(
        "network.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    capacity = models.CharField(max_length=20)
    arrival = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["delegation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation", "person"],
                condition=models.Q(person__isnull=False),
                name="delegate_once",
            ),
            models.CheckConstraint(name="delegate_has_capacity", condition=~models.Q(capacity="")),
        ]

    def __str__(self) -> str:
        return f"{self.delegation_id} {self.capacity}"


class Credential(Identified):
    """The proof that somebody may speak and vote for a member: a letter, who issued it, what was found.

    Rights in the room follow the accepted credential, never the letter alone.
    """

    urn_kind: ClassVar[str] = "credential"

    delegate = models.OneToOneField(
        "governance.Delegate", on_delete=models.CASCADE, related_name="credential"
    )
    state = models.CharField(max_length=20, default="expected")
    authority = models.CharField(max_length=300, blank=True)
    letter = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="credential_accepted_has_authority",
                condition=~models.Q(state="accepted") | ~models.Q(authority=""),
            )
        ]

    def __str__(self) -> str:
        return self.state


class RollCall(models.Model):
    """Somebody of a delegation answers the roll on a day, on the clock of the meeting's place."""

    delegate = models.ForeignKey("governance.Delegate", on_delete=models.CASCADE, related_name="roll_calls")
    day = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["delegate", "day"], name="roll_call_once")]

    def __str__(self) -> str:
        return f"{self.delegate_id} {self.day}"


def distributed_to(viewer: Actor, at: datetime) -> models.Q:
    """The one rule of distribution, for items and documents: general, limited, restricted."""
    meetings = Meeting.objects
    kept = models.Q(meeting__in=meetings.kept_by(viewer).order_by().values("pk"))
    seated = models.Q(meeting__in=meetings.seating(viewer).order_by().values("pk"))
    invited = models.Q(meeting__in=meetings.inviting(viewer).order_by().values("pk"))
    readable = models.Q(meeting__in=meetings.readable_by(viewer, at).order_by().values("pk"))
    return (
        (models.Q(distribution=Distribution.GENERAL) & readable)
        | (models.Q(distribution=Distribution.LIMITED) & (kept | seated | invited))
        | (models.Q(distribution=Distribution.RESTRICTED) & (kept | seated))
    )


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def readable_by(self, viewer: Actor, at: datetime) -> AgendaItemQuerySet:
        return self.filter(distributed_to(viewer, at), withdrawn_at=None)

    def announced_to(self, viewer: Actor, at: datetime) -> AgendaItemQuerySet:
        """That an item is on a closed agenda is part of what is closed."""
        return self.readable_by(viewer, at)


class AgendaItem(Identified):
    """A point of the agenda. Items move (``order``), numbers of an issued agenda do not."""

    urn_kind: ClassVar[str] = "agenda_item"

    meeting = models.ForeignKey("governance.Meeting", on_delete=models.PROTECT, related_name="agenda")
    number = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.DISCUSS)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.MINISTERS)
    distribution = models.CharField(max_length=12, choices=Distribution, default=Distribution.GENERAL)
    presenter = LocalisedField(blank=True)
    outcome = LocalisedField(blank=True)
    is_fictitious = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="agenda_number_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class AgendaWording(Sourced):
    """The words of an item as one source gives them. Where sources differ, each has its row."""

    item = models.ForeignKey("governance.AgendaItem", on_delete=models.CASCADE, related_name="wordings")
    text = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["item", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "order"], name="agenda_wording_once")]

    def __str__(self) -> str:
        return str(self.text)
