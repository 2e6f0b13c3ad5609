from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField


class Group(Identified):
    """A jury, a panel, a delegation, a team. Its members hold the mandate ``member`` over its urn."""

    urn_kind: ClassVar[str] = "group"

    kind = models.CharField(max_length=40)
    name = LocalisedField()
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_fictitious = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.name)


class StakeholderGroup(models.Model):
    """A kind of voice expected in a room: teachers, parents, régions … The list is data."""

    slug = models.SlugField(max_length=60, unique=True)
    name = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return str(self.name)
