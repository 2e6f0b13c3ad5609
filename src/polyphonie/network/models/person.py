from typing import ClassVar
from uuid import uuid4

from django.db import models

from polyphonie.kernel.identity import Identified


class Person(Identified):
    """Somebody with a name. What they may do comes from their mandates, never from here."""

    urn_kind: ClassVar[str] = "person"

    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    language = models.CharField(max_length=20, default="fr")
    time_zone = models.CharField(max_length=60, default="Europe/Paris")
    contact_consent = models.BooleanField(default=False)
    calendar_epoch = models.PositiveIntegerField(default=1)
    is_fictitious = models.BooleanField(default=False)

    class Meta:
        ordering = ["family_name", "given_name", "pk"]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class ActorIdentity(models.Model):
    """The one bridge from a pseudonymous id in the ledger to a person; erasing it touches no chain."""

    person = models.OneToOneField("network.Person", on_delete=models.CASCADE, related_name="actor_identity")
    actor_id = models.UUIDField(unique=True, default=uuid4, editable=False)

    def __str__(self) -> str:
        return str(self.actor_id)
