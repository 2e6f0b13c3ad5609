"""Names that never change: time-ordered public ids and urns ``room:kind:id``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db import models
from django.urls import reverse
from uuid6 import uuid7

if TYPE_CHECKING:
    from typing import Self


def new_uid() -> UUID:
    """A new time-ordered public id (UUID version 7, RFC 9562)."""
    return UUID(bytes=uuid7().bytes)


@dataclass(frozen=True, slots=True)
class Urn:
    """``room:kind:id``. ``kind`` is unique over all rooms, so that ``/id/<kind>/<id>`` needs no room."""

    room: str
    kind: str
    uid: UUID

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a urn. Raises ``ValueError`` when it is not one."""
        room, kind, uid = text.split(":")
        return cls(room, kind, UUID(uid))

    def __str__(self) -> str:
        return f"{self.room}:{self.kind}:{self.uid}"


class Identified(models.Model):
    """A model whose rows have a public id, made once. The primary key stays an integer.

    Subclasses name ``urn_kind``; ``identified_models()`` finds them by it.
    """

    urn_kind: ClassVar[str] = ""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def urn(self) -> str:
        return str(Urn(self._meta.app_label, self.urn_kind, self.uid))

    @property
    def permalink(self) -> str:
        """The address that never changes; it leads to the page."""
        return reverse("permalink", kwargs={"kind": self.urn_kind, "uid": self.uid})


def identified_models() -> dict[str, type[Any]]:
    """Every concrete model with a urn, by kind. Two models of one kind are a programming error."""
    from django.apps import apps  # the registry is complete only after start-up

    found: dict[str, type[Any]] = {}
    for model in apps.get_models():
        if issubclass(model, Identified):
            if not model.urn_kind or model.urn_kind in found:
                raise LookupError(f"{model.__name__} needs a urn_kind of its own.")
            found[model.urn_kind] = model
    return found


class Sourced(models.Model):
    """A fact carries where it was read: label, address, day of reading; or it is marked as invented."""

    source_label = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_read_date = models.DateField(null=True, blank=True)
    is_fictitious = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @property
    def has_source(self) -> bool:
        return bool(self.source_label or self.source_url)
