from django.db import models


class OutboxMessage(models.Model):
    """A mail that waits to leave, written in the transaction of the verb that asked for it."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    cause_urn = models.CharField(max_length=200)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    # a sign-in code is of no use once it has left: its text is not kept
    forget_body = models.BooleanField(default=False)

    class Meta:
        ordering = ["queued_at", "pk"]
        indexes = [
            models.Index(fields=["queued_at"], condition=models.Q(sent_at=None), name="outbox_waiting")
        ]

    def __str__(self) -> str:
        return self.subject
