from typing import ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField

from ..enums import TerritoryKind, label_of
from .public import PublicQuerySet


class Territory(Identified, Sourced):
    """A country, a government, a région académique, an académie, a commune … with its validity.

    ``code`` is the house's own; an ISO code is an optional, non-unique mapping (``iso_code``).
    """

    urn_kind: ClassVar[str] = "territory"

    kind = models.CharField(max_length=40)
    code = models.SlugField(max_length=60, unique=True)
    iso_code = models.CharField(max_length=10, blank=True)
    name = LocalisedField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    time_zone = models.CharField(max_length=60, blank=True)
    languages = models.JSONField(default=list, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    objects = PublicQuerySet["Territory"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="territory_validity",
                condition=models.Q(valid_until=None)
                | models.Q(valid_from=None)
                | models.Q(valid_until__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="territory_not_its_successor",
                condition=models.Q(successor=None) | ~models.Q(successor=models.F("pk")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("territory", args=[self.code])

    @property
    def kind_label(self) -> str:
        return label_of(TerritoryKind, self.kind)
