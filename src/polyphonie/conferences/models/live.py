from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified


class LiveCounter(models.Model):
    """The last ``seq`` given in a conference, and the last programme time: locked, so never a gap."""

    conference = models.OneToOneField("conferences.Conference", on_delete=models.CASCADE, related_name="+")
    head = models.PositiveBigIntegerField(default=0)
    programme_time = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.conference_id}: {self.head}"


class LiveEvent(models.Model):
    """The one append-only log of a conference. The envelope never changes; the body can be erased."""

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveBigIntegerField()
    programme_time = models.DateTimeField()
    refers_to = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=30)
    scope = models.CharField(max_length=10, default="public")
    site = models.ForeignKey(
        "conferences.Site", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    now_sites = models.JSONField(default=list)
    session = models.ForeignKey(
        "conferences.Session", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    target_seq = models.PositiveBigIntegerField(null=True, blank=True)
    body_hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["conference", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "seq"], name="live_seq_once"),
            models.CheckConstraint(
                name="live_refers_to_the_past",
                condition=models.Q(refers_to=None) | models.Q(refers_to__lte=models.F("programme_time")),
            ),
        ]
        indexes = [
            models.Index(fields=["conference", "programme_time"], name="live_by_time"),
            models.Index(fields=["conference", "kind", "seq"], name="live_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class LiveBody(models.Model):
    """What an event says. Moderation and erasure delete this row; the envelope stays.

    ``askers`` are the pseudonymous ids of those whom the event concerns in person; they never leave the
    server. ``nonce`` enters the hash kept in the envelope, so that an erased body cannot be guessed from it.
    """

    event = models.OneToOneField("conferences.LiveEvent", on_delete=models.CASCADE, related_name="body_row")
    language = models.CharField(max_length=20, blank=True)
    body = models.JSONField(default=dict)
    askers = models.JSONField(default=list)
    nonce = models.CharField(max_length=32)

    def __str__(self) -> str:
        return str(self.event_id)


class Participant(Identified):
    """Somebody in a hall who came by the site's short code: an opaque id, no name, no address."""

    urn_kind: ClassVar[str] = "participant"

    site = models.ForeignKey("conferences.Site", on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.uid)
