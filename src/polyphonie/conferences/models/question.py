from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified
from polyphonie.network.enums import Role

from .reach import sees_everything, uids


class QuestionGroup(Identified):
    """One or more questions handled as one. Its texts per language are canonical; members keep theirs."""

    urn_kind: ClassVar[str] = "question_group"

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(
        "conferences.Session", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=20, default="grouped")
    expert = models.ForeignKey(
        "network.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decline_reason = models.CharField(max_length=300, blank=True)
    approved = models.BooleanField(default=False)
    approved_seq = models.PositiveBigIntegerField(null=True, blank=True)
    on_air = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    answer_seq = models.PositiveBigIntegerField(null=True, blank=True)
    answer_programme_time = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.uid)


class QuestionText(models.Model):
    """A text of a group (``part`` question or answer) in one language, and how the translation was made.

    ``doubtful`` lists words marked for the interpreter.
    """

    group = models.ForeignKey("conferences.QuestionGroup", on_delete=models.CASCADE, related_name="texts")
    part = models.CharField(max_length=10)
    language = models.CharField(max_length=20)
    text = models.TextField()
    origin = models.CharField(max_length=10, default="human")
    doubtful = models.JSONField(default=list)

    class Meta:
        ordering = ["group", "part", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "part", "language"], name="question_text_once")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class QuestionQuerySet(models.QuerySet["Question"]):
    """Who may know of a question. Unapproved, it is known to its asker and to those who handle it."""

    def readable_by(self, viewer: Actor, at: datetime) -> QuestionQuerySet:
        """One's own; those of the conferences one moderates or answers; those of the site one coordinates."""
        if sees_everything(viewer):
            return self
        staff = viewer.scopes(Role.MODERATOR, Role.EXPERT, Role.HOST_COORDINATOR, Role.RAPPORTEUR)
        site_staff = viewer.scopes(Role.SITE_COORDINATOR)
        mine = models.Q(pk__in=[]) if viewer.is_visitor else models.Q(asker_id=viewer.id)
        return self.filter(
            mine
            | models.Q(conference__uid__in=uids(staff, "conference"))
            | models.Q(conference__host__uid__in=uids(viewer.scopes(Role.HOST_COORDINATOR), "organisation"))
            | models.Q(site__uid__in=uids(site_staff, "site"))
            | models.Q(site__organisation__uid__in=uids(site_staff, "organisation"))
        )

    def announced_to(self, viewer: Actor, at: datetime) -> QuestionQuerySet:
        """Nobody is told of a question that they may not read."""
        return self.readable_by(viewer, at)


class Question(Identified):
    """Asked at a site. It keeps its text, language, site and the moment its author was watching."""

    urn_kind: ClassVar[str] = "question"

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey("conferences.Site", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        "conferences.Session", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        "conferences.QuestionGroup", on_delete=models.SET_NULL, null=True, blank=True, related_name="members"
    )
    asker_id = models.UUIDField(db_index=True)
    language = models.CharField(max_length=20)
    text = models.TextField()
    state = models.CharField(max_length=20, default="submitted")
    decline_reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    refers_to = models.DateTimeField()
    event_seq = models.PositiveBigIntegerField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "asker_id", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="question_posted_once",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class QuestionVote(models.Model):
    """One participant supports one question, once."""

    question = models.ForeignKey("conferences.Question", on_delete=models.CASCADE, related_name="votes")
    voter_id = models.UUIDField()
    voted_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["question", "voter_id"], name="question_vote_once")]

    def __str__(self) -> str:
        return str(self.question_id)


class Message(Identified):
    """One line of the chat. The text lives in the body of its live event; removal erases it there."""

    urn_kind: ClassVar[str] = "message"

    conference = models.ForeignKey("conferences.Conference", on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(
        "conferences.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_id = models.UUIDField(db_index=True)
    event_seq = models.PositiveBigIntegerField()
    posted_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["posted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "author_id", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="message_posted_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.event_seq)
