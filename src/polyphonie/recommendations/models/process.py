from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Urn
from polyphonie.kernel.localised import LocalisedField
from polyphonie.network.enums import Role

from ..enums import ProcessKind, SiteProcessState

INSIDERS = (Role.MEMBER, Role.CHAIR, Role.RAPPORTEUR)


def uids_in(urns: frozenset[str], kind: str) -> list[str]:
    """The public ids among urns of one kind; what is not a urn names nothing here."""
    found = []
    for text in sorted(urns):
        try:
            urn = Urn.parse(text)
        except ValueError:
            continue
        if urn.kind == kind:
            found.append(str(urn.uid))
    return found


class ProcessQuerySet(models.QuerySet["Process"]):
    def worked_on_by(self, viewer: Actor) -> ProcessQuerySet:
        """The processes whose drafts the viewer sees: as a member of a panel, or, unless the
        deliberation is closed, as a coordinator of the host (its process) or of the site (its own).
        One may come twice, for two seats in its panels: to be asked for existence, or as a subquery."""
        inside = viewer.scopes(*INSIDERS)
        hosts = viewer.scopes(Role.HOST_COORDINATOR)
        sites = viewer.scopes(Role.SITE_COORDINATOR)
        ways = []
        if groups := uids_in(inside, "group"):
            ways.append(models.Q(panels__group__uid__in=groups))
        if bodies := uids_in(hosts, "organisation"):
            issued = models.Q(issuer__uid__in=bodies) | models.Q(conference__host__uid__in=bodies)
            ways.append(models.Q(is_closed=False, site_process=None) & issued)
        if conferences := uids_in(hosts, "conference"):
            ways.append(models.Q(is_closed=False, site_process=None, conference__uid__in=conferences))
        if own := uids_in(sites, "site"):
            ways.append(models.Q(is_closed=False, site_process__site__uid__in=own))
        if bodies := uids_in(sites, "organisation"):
            ways.append(models.Q(is_closed=False, site_process__site__organisation__uid__in=bodies))
        if not ways:
            return self.none()
        return self.filter(reduce(or_, ways)).order_by()


class Process(Identified):
    """Writing together under rules fixed beforehand: a jury's, a workshop's, or a site's own.

    ``phases`` is data: a list of ``{"key", "title": {lang: text}, "from_date", "until_date"}``.
    ``is_closed`` is a deliberation *à huis clos*: its drafts are seen by its panels alone.
    ``requires_evidence``: an answer without an evidence statement is refused.
    """

    urn_kind: ClassVar[str] = "process"

    kind = models.CharField(max_length=40, choices=ProcessKind)
    conference = models.ForeignKey(
        "conferences.Conference", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issuer = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    title = LocalisedField()
    phases = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    is_closed = models.BooleanField(default=False)
    requires_evidence = models.BooleanField(default=False)
    is_fictitious = models.BooleanField(default=False)
    opened_at = models.DateTimeField()

    objects = ProcessQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.title)


class SiteProcessQuerySet(models.QuerySet["SiteProcess"]):
    def readable_by(self, viewer: Actor, at: datetime) -> SiteProcessQuerySet:
        """What a site has published, and the work of those who are at it."""
        return self.filter(
            models.Q(published_at__lte=at)
            | models.Q(process__in=Process.objects.worked_on_by(viewer).values("pk"))
        )

    def announced_to(self, viewer: Actor, at: datetime) -> SiteProcessQuerySet:
        """A site's work is not announced before it is published."""
        return self.readable_by(viewer, at)


class SiteProcess(Identified):
    """A site's own process on the recommendations of ``source_process``, the host's.

    ``version`` counts every answer and decision; ``published_version`` counts what the public saw.
    """

    urn_kind: ClassVar[str] = "site_process"

    process = models.OneToOneField(
        "recommendations.Process", on_delete=models.CASCADE, related_name="site_process"
    )
    source_process = models.ForeignKey(
        "recommendations.Process", on_delete=models.PROTECT, related_name="site_processes"
    )
    site = models.OneToOneField("conferences.Site", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=SiteProcessState, default=SiteProcessState.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    published_version = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = SiteProcessQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.site_id)

    def get_absolute_url(self) -> str:
        language = get_language() or "fr"
        return reverse("brief", args=[self.site.uid, language if language in {"fr", "en"} else "fr", "html"])
