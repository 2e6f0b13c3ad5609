from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField


class Brief(Identified):
    """What a decision-maker reads: two pages made from a site's process. The words here are the
    site's own (problem, next date); all the rest is read from the record when it is exported."""

    urn_kind: ClassVar[str] = "brief"

    site_process = models.OneToOneField(
        "recommendations.SiteProcess", on_delete=models.CASCADE, related_name="brief"
    )
    problem = LocalisedField(blank=True)
    next_step = LocalisedField(blank=True)
    next_date = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.site_process_id)


class BriefFigure(models.Model):
    """A figure that the brief shows, with its source."""

    brief = models.ForeignKey("recommendations.Brief", on_delete=models.CASCADE, related_name="figures")
    figure = models.ForeignKey("evidence.Figure", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["brief", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["brief", "figure"], name="brief_figure_once")]

    def __str__(self) -> str:
        return str(self.figure_id)
