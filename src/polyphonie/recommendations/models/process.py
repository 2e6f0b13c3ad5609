from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField


class Process(Identified):
    """Writing together under rules fixed beforehand: a jury's, a workshop's, or a site's own.

    ``phases`` is data: a list of ``{"key", "title": {lang: text}, "from_date", "until_date"}``.
    """

    urn_kind: ClassVar[str] = "process"

    kind = models.CharField(max_length=40)
    conference = models.ForeignKey(
        "conferences.Conference", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issuer = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    title = LocalisedField()
    phases = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    is_fictitious = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.title)


class SiteProcess(Identified):
    """A site's own process on the host's recommendations; its steps are optional unless required."""

    urn_kind: ClassVar[str] = "site_process"

    process = models.OneToOneField(
        "recommendations.Process", on_delete=models.CASCADE, related_name="site_process"
    )
    site = models.OneToOneField("conferences.Site", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, default="received")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.site_id)
