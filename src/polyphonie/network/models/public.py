from __future__ import annotations

from datetime import datetime
from typing import Self, TypeVar

from django.db import models

from polyphonie.kernel.actor import Actor

Row = TypeVar("Row", bound=models.Model)


class PublicQuerySet(models.QuerySet[Row]):
    """Reference data: bodies, territories, themes. Everybody may know of them and read them."""

    def announced_to(self, viewer: Actor, at: datetime) -> Self:
        return self.all()

    def readable_by(self, viewer: Actor, at: datetime) -> Self:
        return self.all()
