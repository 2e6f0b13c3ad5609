from django.db import models


class LedgerBook(models.Model):
    """The head of one chain: one book per root object. Locked last, for as short a time as can be."""

    name = models.CharField(max_length=200, unique=True)
    head_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name


class LedgerEvent(models.Model):
    """One act. Without foreign keys and without personal data, so that nothing can cascade into it."""

    event_id = models.UUIDField(unique=True)
    book = models.CharField(max_length=200)
    seq = models.PositiveBigIntegerField()
    what = models.CharField(max_length=100)
    urn = models.CharField(max_length=200, db_index=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    caused_by = models.UUIDField(null=True, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["book", "seq"]
        constraints = [models.UniqueConstraint(fields=["book", "seq"], name="ledger_one_seq_per_book")]

    def __str__(self) -> str:
        return f"{self.book} #{self.seq} {self.what}"
