from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import Role, label_of

from ..enums import Opening, Translation
from ..rules import uids_of
from .access import AccessGrant


class ResourceKind(models.Model):
    """Framing report, scientific input, expert note … The list is data: a new kind is a row."""

    slug = models.SlugField(max_length=60, unique=True)
    label = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)
    opens_early = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.label)


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Who may know of a resource, and who may read it. Every channel asks here and nowhere else."""

    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        """Public ones; early ones for whom an access grant holds; all of them for who coordinates
        the body or the conference they belong to. Never a withdrawn one."""
        return self._standing(at).filter(_readable(viewer, at))

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        """What is readable, and, for people with a mandate, what has been announced: kind and dates."""
        known = _readable(viewer, at)
        if viewer.is_person and viewer.claims:
            known |= Q(announced_at__lte=at)
        return self._standing(at).filter(known)

    def with_readability(self, viewer: Actor, at: datetime) -> Self:
        """Each row says in ``is_readable`` whether ``readable_by`` would hold it, for lists that show
        what is open and what is only announced side by side."""
        readable = ExpressionWrapper(_readable(viewer, at), output_field=models.BooleanField())
        return self.annotate(is_readable=readable)

    def once_readable_by(self, viewer: Actor, at: datetime) -> Self:
        """As ``readable_by``, withdrawn ones included: a claim keeps the source it was read in."""
        return self.filter(_readable(viewer, at))

    def withdrawn_from(self, viewer: Actor, at: datetime) -> Self:
        """Withdrawn ones that the viewer could have known of: they are told that it is gone."""
        known = Q(public_at__lte=models.F("withdrawn_at"))
        if viewer.is_person and viewer.claims:
            known |= Q(announced_at__lte=models.F("withdrawn_at"))
        return self.filter(known, withdrawn_at__lte=at)

    def kept_by(self, viewer: Actor) -> Self:
        """Those whose dates, versions and withdrawal are the viewer's to decide: of a body they
        coordinate, or of a conference they coordinate where its host issued the resource. One that
        another body lent to the conference stays that body's."""
        coordinated = viewer.scopes(Role.HOST_COORDINATOR)
        if not coordinated:
            return self.none()
        bodies = uids_of(coordinated, "organisation")
        own = Q(host=None) | Q(resource__issuer=None) | Q(host=models.F("resource__issuer"))
        shown_in = Q(urn__in=coordinated) | Q(host__uid__in=bodies)
        return self.filter(
            Q(uid__in=uids_of(coordinated, "resource"))
            | Q(issuer__uid__in=bodies)
            | _in_context(shown_in & own)
        )

    def _standing(self, at: datetime) -> Self:
        return self.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))


def _readable(viewer: Actor, at: datetime) -> Q:
    readable = Q(public_at__lte=at)
    if viewer.is_visitor:
        return readable
    coordinated = viewer.scopes(Role.HOST_COORDINATOR)
    if coordinated:
        bodies = uids_of(coordinated, "organisation")
        shown_in = Q(urn__in=coordinated) | Q(host__uid__in=bodies)
        readable |= Q(issuer__uid__in=bodies) | _in_context(shown_in)
    granted = AccessGrant.objects.scopes_open_to(viewer, at)
    if granted:
        named = (
            Q(uid__in=uids_of(granted, "resource"))
            | Q(issuer__uid__in=uids_of(granted, "organisation"))
            | _in_context(Q(urn__in=granted))
        )
        readable |= Q(early_at__lte=at) & named
    return readable


def _in_context(which: Q) -> Q:
    return Q(Exists(ResourceContext.objects.filter(which, resource=OuterRef("pk"))))


class Resource(Identified, Sourced):
    """One document, clip or deck. Three plain instants say who reads it when:
    ``announced_at`` (kind and date only), ``early_at`` (entitled partners), ``public_at`` (everybody)."""

    urn_kind: ClassVar[str] = "resource"
    is_readable: bool  # set by ``with_readability``

    kind = models.ForeignKey("evidence.ResourceKind", on_delete=models.PROTECT, related_name="+")
    title = LocalisedField()
    summary = LocalisedField(blank=True)
    authors = models.CharField(max_length=300, blank=True)
    issuer = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    themes = models.ManyToManyField("network.Theme", related_name="+", blank=True)
    dated = models.DateField(null=True, blank=True)
    link = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    locator = models.CharField(max_length=200, blank=True)
    opening_zone = models.CharField(max_length=60, default="Europe/Paris")
    announced_at = models.DateTimeField(null=True, blank=True)
    early_at = models.DateTimeField(null=True, blank=True)
    public_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "pk"]
        constraints = [
            models.CheckConstraint(
                name="resource_early_before_public",
                condition=models.Q(early_at=None)
                | models.Q(public_at=None)
                | models.Q(early_at__lte=models.F("public_at")),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("resource", args=[self.uid])

    @property
    def languages(self) -> list[str]:
        """The languages in which some version is released (prefetch ``versions`` in lists)."""
        return sorted({v.language for v in self.versions.all()})

    def opening(self, at: datetime) -> Opening:
        """Where it stands at an instant, by its dates alone."""
        if self.withdrawn_at and self.withdrawn_at <= at:
            return Opening.WITHDRAWN
        if self.public_at and self.public_at <= at:
            return Opening.PUBLIC
        if self.early_at and self.early_at <= at:
            return Opening.EARLY
        if self.announced_at and self.announced_at <= at:
            return Opening.ANNOUNCED
        return Opening.UNKNOWN


class ResourceContext(models.Model):
    """What a resource belongs to (a conference, by urn and label), written by the room above.

    A grant over that urn opens the resource early; the announcement names it without the title.
    ``host`` is the body that runs it: its coordinators see what is shown there.
    """

    resource = models.ForeignKey("evidence.Resource", on_delete=models.CASCADE, related_name="contexts")
    urn = models.CharField(max_length=200, db_index=True)
    label = LocalisedField()
    host = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["resource", "pk"]
        constraints = [models.UniqueConstraint(fields=["resource", "urn"], name="resource_context_once")]

    def __str__(self) -> str:
        return str(self.label)


class ResourceVersion(Identified):
    """One released state of a resource in one language: a file of ours or an address elsewhere."""

    urn_kind: ClassVar[str] = "resource_version"

    resource = models.ForeignKey("evidence.Resource", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=20)
    translation = models.CharField(max_length=10, default="original")
    file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link = models.URLField(max_length=500, blank=True)
    released_at = models.DateTimeField()

    class Meta:
        ordering = ["resource", "-number", "language"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "number", "language"], name="resource_version_once"),
            models.CheckConstraint(
                name="resource_version_file_or_link",
                condition=models.Q(file__isnull=False, link="") | (models.Q(file=None) & ~models.Q(link="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} v{self.number} ({self.language})"

    @property
    def translation_label(self) -> str:
        return label_of(Translation, self.translation)
