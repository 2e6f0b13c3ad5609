from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from ..enums import Distribution, DocumentKind, SymbolSuffix, VersionState
from .meeting import Meeting, distributed_to


class OfficialDocumentQuerySet(models.QuerySet["OfficialDocument"]):
    def readable_by(self, viewer: Actor, at: datetime) -> OfficialDocumentQuerySet:
        """By its distribution; a withdrawn one for the secretariat alone."""
        kept = Meeting.objects.kept_by(viewer).order_by().values("pk")
        return self.filter(
            distributed_to(viewer, at), models.Q(withdrawn_at=None) | models.Q(meeting__in=kept)
        )

    def once_readable_by(self, viewer: Actor, at: datetime) -> OfficialDocumentQuerySet:
        """As ``readable_by``, those withdrawn included: their permanent address says that they are gone."""
        return self.filter(distributed_to(viewer, at))

    def announced_to(self, viewer: Actor, at: datetime) -> OfficialDocumentQuerySet:
        """Who may read a document knows of it, its languages and its deadline before it is there."""
        return self.readable_by(viewer, at)


class OfficialDocument(Identified, Sourced):
    """A document under its symbol, which is unique and never used again. ``about`` is the document
    that this one replaces, completes or corrects, as ``suffix`` says."""

    urn_kind: ClassVar[str] = "official_document"

    meeting = models.ForeignKey("governance.Meeting", on_delete=models.PROTECT, related_name="documents")
    item = models.ForeignKey(
        "governance.AgendaItem", on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    kind = models.CharField(max_length=30, choices=DocumentKind)
    symbol = models.CharField(max_length=80, unique=True)
    number = models.PositiveSmallIntegerField()
    suffix = models.CharField(max_length=5, choices=SymbolSuffix, blank=True)
    suffix_number = models.PositiveSmallIntegerField(default=0)
    about = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers"
    )
    title = LocalisedField()
    author = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    distribution = models.CharField(max_length=12, choices=Distribution, default=Distribution.LIMITED)
    original_language = models.CharField(max_length=20, default="fr")
    due_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfficialDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "number", "suffix", "suffix_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number", "suffix", "suffix_number"], name="document_number_once"
            ),
            models.CheckConstraint(
                name="document_suffix_has_subject",
                condition=models.Q(suffix="", about=None, suffix_number=0)
                | (~models.Q(suffix="") & models.Q(about__isnull=False, suffix_number__gte=1)),
            ),
        ]

    def __str__(self) -> str:
        return self.symbol

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#doc-{self.uid}"


class LanguageVersionQuerySet(models.QuerySet["LanguageVersion"]):
    def readable_by(self, viewer: Actor, at: datetime) -> LanguageVersionQuerySet:
        """The issued versions of readable documents; drafts for the secretariat alone."""
        documents = OfficialDocument.objects.readable_by(viewer, at).order_by().values("pk")
        kept = Meeting.objects.kept_by(viewer).order_by().values("pk")
        return self.filter(
            models.Q(document__in=documents),
            models.Q(state=VersionState.ISSUED, issued_at__lte=at) | models.Q(document__meeting__in=kept),
        )

    def announced_to(self, viewer: Actor, at: datetime) -> LanguageVersionQuerySet:
        """Which languages are awaited is known to the readers of the document."""
        return self.filter(
            document__in=OfficialDocument.objects.readable_by(viewer, at).order_by().values("pk")
        )


class LanguageVersion(Identified):
    """A document in one language: a file of ours or an address elsewhere, from awaited to issued.
    Lateness is never stored: it follows from ``issued_at`` and the deadline."""

    urn_kind: ClassVar[str] = "language_version"

    document = models.ForeignKey(
        "governance.OfficialDocument", on_delete=models.PROTECT, related_name="versions"
    )
    language = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=VersionState, default=VersionState.AWAITED)
    file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link = models.URLField(max_length=500, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)

    objects = LanguageVersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "language"]
        constraints = [
            models.UniqueConstraint(fields=["document", "language"], name="language_version_once"),
            models.CheckConstraint(
                name="language_version_issued_is_there",
                condition=~models.Q(state="issued")
                | (models.Q(issued_at__isnull=False) & (models.Q(file__isnull=False) | ~models.Q(link=""))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.language}"

    def is_late(self, due_at: datetime, at: datetime) -> bool:
        """Whether it came after the deadline, or has not come though the deadline is past."""
        if self.issued_at is not None and self.issued_at <= at:
            return self.issued_at > due_at
        return at > due_at
