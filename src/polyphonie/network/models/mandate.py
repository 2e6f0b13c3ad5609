from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified, Sourced

from ..enums import Role, label_of


class Mandate(Identified, Sourced):
    """A person holds a role over a scope (the urn of an organisation, a conference, a site, a group)
    from a day to a day, the end exclusive. ``organisation`` is the body for which they hold it."""

    urn_kind: ClassVar[str] = "mandate"

    person = models.ForeignKey("network.Person", on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=200, db_index=True)
    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="mandate_period",
                condition=models.Q(until_date=None)
                | models.Q(from_date=None)
                | models.Q(until_date__gt=models.F("from_date")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.scope}"

    @property
    def role_label(self) -> str:
        return label_of(Role, self.role)
