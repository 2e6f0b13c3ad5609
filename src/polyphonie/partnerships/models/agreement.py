from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified, Sourced, Urn
from polyphonie.kernel.localised import LocalisedField

from ..enums import HOST_ROLES, PARTNER_ROLES, SAME_TERMS, AgreementState, OpeningRule, Standing
from ..rules import is_installer


def uids_of(urns: frozenset[str], kind: str) -> list[UUID]:
    """The public ids of the urns of one kind."""
    parts = (text.split(":") for text in urns)
    return sorted(Urn.parse(":".join(p)).uid for p in parts if len(p) == 3 and p[1] == kind)


def of_body(field: str, uids: list[UUID]) -> Q:
    """Rows of these bodies, or of those that they took over from."""
    return (
        Q(**{f"{field}__uid__in": uids})
        | Q(**{f"{field}__successor__uid__in": uids})
        | Q(**{f"{field}__successor__successor__uid__in": uids})
    )


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Which agreements somebody may know of. None is ever public."""

    def readable_by(self, viewer: Actor, at: datetime) -> AgreementQuerySet:
        """The host's people read all of theirs; the partner's people what was sent to them."""
        written = self.filter(drafted_at__lte=at)
        if is_installer.test(viewer):
            return written
        hosts = uids_of(viewer.scopes(*HOST_ROLES), "organisation")
        partners = uids_of(viewer.scopes(*PARTNER_ROLES), "organisation")
        if not viewer.is_person or not (hosts or partners):
            return self.none()
        known = Q(pk__in=[])
        if hosts:
            known |= of_body("host", hosts)
        if partners:
            known |= Q(sent_at__lte=at) & of_body("partner", partners)
        return written.filter(known)

    def announced_to(self, viewer: Actor, at: datetime) -> AgreementQuerySet:
        """What is readable; and, once it is signed, that it exists, for a third party named in it."""
        readable = self.readable_by(viewer, at)
        third = uids_of(viewer.scopes(*PARTNER_ROLES, *HOST_ROLES), "organisation")
        if not viewer.is_person or not third:
            return readable
        named = self.model.third_parties.through.objects.filter(of_body("organisation", third)).values(
            "agreement_id"
        )
        return self.filter(Q(pk__in=readable.order_by().values("pk")) | Q(pk__in=named, signed_at__lte=at))


class Agreement(Identified, Sourced):
    """The frame signed by a host and a partner: what each does, from when to when, under which rule.

    ``legal_body`` signs for the host. Each step leaves its instant, so that where the agreement stands at
    any instant is computed; ``until_date`` is the first day on which it holds no more.
    """

    urn_kind: ClassVar[str] = "agreement"

    reference = models.CharField(max_length=40, unique=True)
    host = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    legal_body = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    legal_siret = models.CharField(max_length=14)
    partner = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="+")
    third_parties = models.ManyToManyField("network.Organisation", related_name="+", blank=True)
    purpose = LocalisedField()
    start_date = models.DateField()
    until_date = models.DateField()
    zone = models.CharField(max_length=60, default="Europe/Paris")
    opening_rule = models.CharField(max_length=20, choices=OpeningRule, default=OpeningRule.ON_ACCEPTANCE)
    grace_days = models.PositiveSmallIntegerField(default=60)
    template_version = models.CharField(max_length=20)
    renews = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals"
    )
    state = models.CharField(max_length=15, choices=AgreementState, default=AgreementState.DRAFT)
    drafted_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    signed_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    activated_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)
    termination_reason = models.TextField(blank=True)
    wording_sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-start_date", "reference"]
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_start", condition=Q(until_date__gt=models.F("start_date"))
            ),
            models.CheckConstraint(name="agreement_parties_differ", condition=~Q(host=models.F("partner"))),
            models.CheckConstraint(
                name="agreement_signed_has_file",
                condition=Q(state__in=["draft", "in_review", "sent"])
                | Q(signed_file__isnull=False, signed_at__isnull=False, signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="agreement_active_has_instant",
                condition=~Q(state="active") | Q(activated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="agreement_terminated_has_reason",
                condition=~Q(state="terminated")
                | (Q(terminated_at__isnull=False) & ~Q(termination_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.uid])

    @property
    def last_day(self) -> date:
        return self.until_date - timedelta(days=1)

    @property
    def is_open(self) -> bool:
        """Whether its text may still change: nobody has been asked to sign it."""
        return self.state in {AgreementState.DRAFT, AgreementState.IN_REVIEW}

    def midnight(self, day: date) -> datetime:
        """The instant at which a day begins where the agreement holds."""
        return datetime(day.year, day.month, day.day, tzinfo=clock.zone(self.zone))

    def day_of(self, at: datetime) -> date:
        return clock.local(at, self.zone).date()

    def standing(self, at: datetime) -> Standing:
        """Where it stands at an instant."""
        if self.terminated_at is not None and self.terminated_at <= at:
            return Standing.TERMINATED
        if self.activated_at is not None and self.activated_at <= at:
            if at < self.midnight(self.start_date):
                return Standing.UPCOMING
            return Standing.ACTIVE if at < self.midnight(self.until_date) else Standing.ENDED
        if self.signed_at is not None and self.signed_at <= at:
            return Standing.SIGNED
        if self.sent_at is not None and self.sent_at <= at:
            return Standing.SENT
        if self.reviewed_at is not None and self.reviewed_at <= at:
            return Standing.IN_REVIEW
        return Standing.DRAFT

    def wanting_commitments(self) -> list[Any]:
        """Which of the four commitments have neither a due date nor a waiver."""
        from .base_tier import CommitmentType  # the two modules know each other

        held = {c.type.slug for c in self.commitments.select_related("type")}
        types = {t.slug: t for t in CommitmentType.objects.filter(slug__in=SAME_TERMS)}
        return [types[slug].label if slug in types else slug for slug in SAME_TERMS if slug not in held]


class Clause(models.Model):
    """One clause in its languages. Rows are frozen once the agreement is sent: only an amendment changes
    what was signed. A clause that was negotiated is not written anew from the template."""

    agreement = models.ForeignKey("partnerships.Agreement", on_delete=models.CASCADE, related_name="clauses")
    key = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField()
    title = LocalisedField()
    text = LocalisedField()
    negotiated = models.BooleanField(default=False)

    class Meta:
        ordering = ["agreement", "order"]
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="clause_once")]

    def __str__(self) -> str:
        return str(self.title)


class EntitlementRule(models.Model):
    """Which commitments condition one benefit under one agreement, as they stood when it was drafted."""

    agreement = models.ForeignKey("partnerships.Agreement", on_delete=models.CASCADE, related_name="rules")
    benefit = models.ForeignKey("partnerships.Benefit", on_delete=models.PROTECT, related_name="+")
    required = models.ManyToManyField("partnerships.CommitmentType", related_name="+")

    class Meta:
        ordering = ["agreement", "benefit__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["agreement", "benefit"], name="entitlement_rule_once")]

    def __str__(self) -> str:
        return str(self.benefit)


class OpenedAccess(models.Model):
    """An access grant of the room of resources that this agreement's entitlement has written."""

    agreement = models.ForeignKey("partnerships.Agreement", on_delete=models.CASCADE, related_name="accesses")
    grant = models.OneToOneField("evidence.AccessGrant", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.grant)
