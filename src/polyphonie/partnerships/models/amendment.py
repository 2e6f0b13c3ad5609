from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Identified
from polyphonie.network.enums import Role

from ..enums import AmendmentState, TimeState
from .agreement import Agreement, of_body, uids_of


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def readable_by(self, viewer: Actor, at: datetime) -> AmendmentQuerySet:
        """The host's people read all of theirs, the partner's what was sent to them; an expert of the host
        reads what is signed, to log time on it."""
        written = self.filter(drafted_at__lte=at)
        agreements = Agreement.objects.readable_by(viewer, at).order_by().values("pk")
        known = Q(agreement__in=agreements) & (Q(sent_at__lte=at) | Q(agreement__in=_hosted(viewer, at)))
        if experts := uids_of(viewer.scopes(Role.EXPERT), "organisation"):
            known |= Q(signed_at__lte=at) & of_body("agreement__host", experts)
        return written.filter(known)

    def announced_to(self, viewer: Actor, at: datetime) -> AmendmentQuerySet:
        return self.readable_by(viewer, at)


def _hosted(viewer: Actor, at: datetime) -> models.QuerySet[Agreement]:
    """The agreements that the viewer reads for the host."""
    from ..enums import HOST_ROLES  # the words of the room
    from ..rules import is_installer

    readable = Agreement.objects.readable_by(viewer, at)
    if not is_installer.test(viewer):
        readable = readable.filter(of_body("host", uids_of(viewer.scopes(*HOST_ROLES), "organisation")))
    return readable.order_by().values("pk")  # type: ignore[return-value]  # a subquery of keys


class Amendment(Identified):
    """A signed, priced annex of an agreement: the legal support of one à-la-carte service.

    It states nature, content, duration, price and payment terms. The price is an estimate of time at the
    rate of the day, kept as a snapshot; ``ceiling_minutes`` is what it allows, and the table itself refuses
    a minute more.
    """

    urn_kind: ClassVar[str] = "amendment"

    agreement = models.ForeignKey(
        "partnerships.Agreement", on_delete=models.PROTECT, related_name="amendments"
    )
    number = models.PositiveSmallIntegerField()
    service = models.ForeignKey("partnerships.Service", on_delete=models.PROTECT, related_name="+")
    nature = models.TextField(blank=True)
    content = models.TextField(blank=True)
    start_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)
    payment_terms = models.TextField(blank=True)
    hourly_rate = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    ceiling_minutes = models.PositiveIntegerField(default=0)
    ceiling_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    logged_minutes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=AmendmentState, default=AmendmentState.DRAFT)
    drafted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    signed_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    is_fictitious = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                name="amendment_time_under_ceiling", condition=Q(logged_minutes__lte=F("ceiling_minutes"))
            ),
            models.CheckConstraint(
                name="amendment_ends_after_start",
                condition=Q(until_date=None) | Q(start_date=None) | Q(until_date__gt=F("start_date")),
            ),
            models.CheckConstraint(
                name="amendment_signed_has_file",
                condition=~Q(state__in=["signed", "closed"])
                | Q(signed_file__isnull=False, signed_at__isnull=False, signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="amendment_sent_is_whole",
                condition=~Q(state__in=["sent", "signed", "closed"])
                | (
                    ~Q(nature="")
                    & ~Q(content="")
                    & ~Q(payment_terms="")
                    & Q(
                        start_date__isnull=False,
                        until_date__isnull=False,
                        hourly_rate__isnull=False,
                        ceiling_minutes__gt=0,
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def get_absolute_url(self) -> str:
        return reverse("amendment", args=[self.uid])

    @property
    def last_day(self) -> date | None:
        return self.until_date - timedelta(days=1) if self.until_date else None

    @property
    def minutes_left(self) -> int:
        return self.ceiling_minutes - self.logged_minutes

    @property
    def is_open(self) -> bool:
        """Whether its terms may still change."""
        return self.state in {AmendmentState.DRAFT, AmendmentState.COSTED}


class EstimateLine(models.Model):
    """What one phase is estimated to take."""

    amendment = models.ForeignKey("partnerships.Amendment", on_delete=models.CASCADE, related_name="lines")
    phase = models.ForeignKey("partnerships.ServicePhase", on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        ordering = ["amendment", "phase__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["amendment", "phase"], name="estimate_line_once"),
            models.CheckConstraint(name="estimate_line_minutes", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.phase_id} {self.minutes}"


class TimeEntry(Identified):
    """Minutes that one person spent on one phase on one day, under a signed amendment.

    It counts against the ceiling from the moment it is logged until it is refused. Whoever logged it
    never approves it. What is approved is never edited.
    """

    urn_kind: ClassVar[str] = "time_entry"

    amendment = models.ForeignKey("partnerships.Amendment", on_delete=models.PROTECT, related_name="entries")
    phase = models.ForeignKey("partnerships.ServicePhase", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    minutes = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    logged_at = models.DateTimeField()
    logged_by = models.UUIDField()
    state = models.CharField(max_length=10, choices=TimeState, default=TimeState.SUBMITTED)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.UUIDField(null=True, blank=True)
    refusal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["amendment", "day", "pk"]
        constraints = [
            models.CheckConstraint(name="time_entry_minutes", condition=Q(minutes__gt=0)),
            models.CheckConstraint(
                name="time_entry_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("logged_by")),
            ),
            models.CheckConstraint(
                name="time_entry_reviewed",
                condition=Q(state="submitted", reviewed_by=None, refusal_reason="")
                | Q(state="approved", reviewed_by__isnull=False, refusal_reason="")
                | (Q(state="refused", reviewed_by__isnull=False) & ~Q(refusal_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.minutes}"


class Deliverable(Identified):
    """What an amendment hands over in writing. The partner states that the service was done by accepting it."""

    urn_kind: ClassVar[str] = "deliverable"

    amendment = models.ForeignKey(
        "partnerships.Amendment", on_delete=models.PROTECT, related_name="deliverables"
    )
    title = models.CharField(max_length=200)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["amendment", "delivered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="deliverable_accepted_by_somebody",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title
