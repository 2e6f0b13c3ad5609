from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from polyphonie.kernel.identity import Identified, Sourced
from polyphonie.kernel.localised import LocalisedField, LocalisedText, fold

from ..enums import OrganisationKind, label_of
from .public import PublicQuerySet


def folded(*texts: LocalisedText) -> str:
    """All wordings of some names, each between bars, as a search compares them."""
    words = dict.fromkeys(fold(t) for text in texts for t in text.values())
    return "".join(f"|{w}|" for w in words if w)


class OrganisationQuerySet(PublicQuerySet["Organisation"]):
    def named(self, words: str) -> OrganisationQuerySet:
        """Bodies whose present or former name contains the words, in any language, however accented."""
        wanted = fold(words)
        if not wanted:
            return self.none()
        former = OrganisationName.objects.filter(folded_names__contains=wanted).values("organisation")
        return self.filter(
            models.Q(folded_names__contains=wanted) | models.Q(slug=words) | models.Q(pk__in=former)
        )

    def taken_over(self, bodies: Iterable[int], day: date) -> dict[int, list[Organisation]]:
        """For each of the bodies (by key) those that it had taken over by the day, at any remove."""
        roots = {body: body for body in bodies}
        found: dict[int, list[Organisation]] = {}
        frontier = list(roots)
        while frontier:
            followed = self.filter(successor__in=frontier, valid_until__lte=day).exclude(pk__in=list(roots))
            frontier = []
            for body in followed.order_by("slug"):
                root = roots[body.pk] = roots[body.successor_id or 0]
                found.setdefault(root, []).append(body)
                frontier.append(body.pk)
        return found

    def existing_on(self, day: date) -> OrganisationQuerySet:
        return self.filter(
            models.Q(valid_from=None) | models.Q(valid_from__lte=day),
            models.Q(valid_until=None) | models.Q(valid_until__gt=day),
        )


class Organisation(Identified, Sourced):
    """A body: kind, identifiers, validity, successor. An instance is an organisation with a parent.

    A body that ended keeps its row and its history; ``successor`` names the one that took over.
    """

    urn_kind: ClassVar[str] = "organisation"

    kind = models.CharField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    name = LocalisedField()
    short_name = LocalisedField(blank=True)
    territory = models.ForeignKey(
        "network.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    identifiers = models.JSONField(default=dict, blank=True)
    languages = models.JSONField(default=list, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    folded_names = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="organisation_validity",
                condition=models.Q(valid_until=None)
                | models.Q(valid_from=None)
                | models.Q(valid_until__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="organisation_not_its_successor",
                condition=models.Q(successor=None) | ~models.Q(successor=models.F("pk")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.short_name or self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # derived from the names alone, so that no writer can forget it
        self.folded_names = folded(self.name, self.short_name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded_names"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.slug])

    @property
    def kind_label(self) -> str:
        return label_of(OrganisationKind, self.kind)

    def exists_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


class OrganisationName(Sourced):
    """A name that a body bore from a day to a day and bears no more. It still finds the body."""

    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.CASCADE, related_name="former_names"
    )
    name = LocalisedField()
    short_name = LocalisedField(blank=True)
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField()
    folded_names = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["organisation", "-until_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="organisation_name_period",
                condition=models.Q(from_date=None) | models.Q(until_date__gt=models.F("from_date")),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_names = folded(self.name, self.short_name)
        super().save(*args, **kwargs)


class Membership(Identified, Sourced):
    """An organisation belongs to a body, from a day to a day, as a source says."""

    urn_kind: ClassVar[str] = "membership"

    organisation = models.ForeignKey(
        "network.Organisation", on_delete=models.PROTECT, related_name="memberships"
    )
    body = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="members")
    status = models.CharField(max_length=20, default="member")
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="membership_with_source",
                condition=~models.Q(source_label="") | models.Q(is_fictitious=True),
            ),
            models.CheckConstraint(
                name="membership_period",
                condition=models.Q(until_date=None)
                | models.Q(from_date=None)
                | models.Q(until_date__gt=models.F("from_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.body}"
