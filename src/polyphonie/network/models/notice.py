from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified
from polyphonie.kernel.localised import LocalisedField


class Notice(Identified):
    """What is expected of a person, about which object, by when. Done when ``done_at`` is set."""

    urn_kind: ClassVar[str] = "notice"

    person = models.ForeignKey("network.Person", on_delete=models.CASCADE, related_name="+")
    subject_urn = models.CharField(max_length=200, db_index=True)
    expectation = LocalisedField()
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "-created_at", "pk"]

    def __str__(self) -> str:
        return str(self.expectation)
