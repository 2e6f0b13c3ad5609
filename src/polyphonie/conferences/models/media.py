from django.db import models


class MediaChannel(models.Model):
    """An audio or caption track of one language; ``source`` is the bundled stream or an HLS address."""

    conference = models.ForeignKey(
        "conferences.Conference", on_delete=models.CASCADE, related_name="channels"
    )
    key = models.SlugField(max_length=40)
    role = models.CharField(max_length=20, default="floor")
    language = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, default="bundled")
    source = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["conference", "key"]
        constraints = [models.UniqueConstraint(fields=["conference", "key"], name="channel_key_once")]

    def __str__(self) -> str:
        return self.key


class Clip(models.Model):
    """A moment that can be cited: one to one with an evidence resource; the locator is plain values."""

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="+")
    resource = models.OneToOneField("evidence.Resource", on_delete=models.PROTECT, related_name="+")
    programme_from = models.DateTimeField()
    programme_until = models.DateTimeField()

    class Meta:
        ordering = ["conference", "programme_from"]
        constraints = [
            models.CheckConstraint(
                name="clip_until_after_from",
                condition=models.Q(programme_until__gt=models.F("programme_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_from}"
