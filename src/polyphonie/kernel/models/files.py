from typing import ClassVar

from django.db import models

from ..identity import Identified


class StoredFile(Identified):
    """The bytes of a file, named by their hash. ``owner_urn`` is asked before anybody reads them."""

    urn_kind: ClassVar[str] = "file"

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    filename = models.CharField(max_length=200)
    storage_key = models.CharField(max_length=200)
    owner_urn = models.CharField(max_length=200, db_index=True)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.filename
