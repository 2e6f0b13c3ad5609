"""Reading amendments: what was estimated, what was spent, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.domain.queries.people import name_for
from polyphonie.network.models import Organisation, Person

from ...enums import TimeState
from ...models import Agreement, Amendment, Deliverable, Service, ServicePhase, Tariff, TimeEntry
from ...rules import works_on_amendment
from ...states import all_items_are_stated
from ..amendments import hours_in_words
from ..money import amount_of, total

WARN_AT = 80
TONES = {
    "draft": ("neutral", "edit"),
    "costed": ("info", "table"),
    "sent": ("info", "send"),
    "signed": ("good", "check"),
    "closed": ("neutral", "lock"),
    "cancelled": ("neutral", "stop"),
}


@dataclass(frozen=True)
class PhaseRow:
    """One phase: estimated, logged and approved, in words; the amount of the estimate."""

    phase: ServicePhase
    estimated: int
    amount: Decimal | None
    logged: int
    approved: int

    @property
    def estimated_words(self) -> str:
        return hours_in_words(self.estimated)

    @property
    def logged_words(self) -> str:
        return hours_in_words(self.logged)

    @property
    def approved_words(self) -> str:
        return hours_in_words(self.approved)


@dataclass(frozen=True)
class EntryRow:
    """A time entry; ``author`` is empty where the viewer may not see it."""

    entry: TimeEntry
    author: str
    may_review: bool

    @property
    def minutes_words(self) -> str:
        return hours_in_words(self.entry.minutes)


@dataclass(frozen=True)
class AmendmentCard:
    """An amendment as a list shows it."""

    amendment: Amendment

    @property
    def tone(self) -> str:
        return TONES[self.amendment.state][0]

    @property
    def icon(self) -> str:
        return TONES[self.amendment.state][1]

    @property
    def label(self) -> str:
        return str(self.amendment.get_state_display())

    @property
    def left_words(self) -> str:
        return hours_in_words(self.amendment.minutes_left)

    @property
    def ceiling_words(self) -> str:
        return hours_in_words(self.amendment.ceiling_minutes)

    @property
    def used_percent(self) -> int:
        if not self.amendment.ceiling_minutes:
            return 0
        return self.amendment.logged_minutes * 100 // self.amendment.ceiling_minutes

    @property
    def is_nearly_spent(self) -> bool:
        return self.used_percent >= WARN_AT


@dataclass(frozen=True)
class AmendmentPage:
    """Everything that the page of an amendment shows."""

    amendment: Amendment
    card: AmendmentCard
    phases: tuple[PhaseRow, ...]
    entries: tuple[EntryRow, ...]
    deliverables: tuple[Deliverable, ...]
    total_amount: Decimal | None
    wanting: str
    keeps: bool
    logs: bool
    accepts: bool


def amendment_named(uid: UUID, viewer: Actor, at: datetime) -> Amendment:
    """The amendment at this address. Unknown and unreadable are the same."""
    found = (
        Amendment.objects.readable_by(viewer, at)
        .select_related(
            "service",
            "signed_file",
            "agreement__host__successor__successor",
            "agreement__partner__successor__successor",
        )
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def entry_named(uid: UUID, viewer: Actor, at: datetime) -> TimeEntry:
    readable = Amendment.objects.readable_by(viewer, at).order_by().values("pk")
    found = (
        TimeEntry.objects.select_related("amendment__agreement__host__successor__successor")
        .filter(uid=uid, amendment__in=readable)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def deliverable_named(uid: UUID, viewer: Actor, at: datetime) -> Deliverable:
    readable = Amendment.objects.readable_by(viewer, at).order_by().values("pk")
    found = (
        Deliverable.objects.select_related("amendment__agreement__partner__successor__successor")
        .filter(uid=uid, amendment__in=readable)
        .first()
    )
    if found is None:
        raise Unknown()
    return found


def amendment_page(uid: UUID, viewer: Actor, at: datetime) -> AmendmentPage:
    """The page of one amendment. Both sides read the time by phase; who logged it, the host alone."""
    amendment = amendment_named(uid, viewer, at)
    keeps = may("partnerships.keep_agreement", viewer, amendment.agreement)
    works = keeps or works_on_amendment.test(viewer, amendment)
    entries = list(amendment.entries.select_related("phase").order_by("day", "pk"))
    lines = {line.phase_id: line for line in amendment.lines.order_by("pk")}
    rows = []
    for phase in amendment.service.phases.order_by("order", "pk"):
        line = lines.get(phase.pk)
        spent = [e for e in entries if e.phase_id == phase.pk and e.state != TimeState.REFUSED]
        amount = (
            amount_of(line.minutes, amendment.hourly_rate)
            if line and amendment.hourly_rate is not None
            else None
        )
        rows.append(
            PhaseRow(
                phase,
                line.minutes if line else 0,
                amount,
                sum(e.minutes for e in spent),
                sum(e.minutes for e in spent if e.state == TimeState.APPROVED),
            )
        )
    return AmendmentPage(
        amendment,
        AmendmentCard(amendment),
        tuple(rows),
        _entries(entries, viewer, keeps=keeps) if works else (),
        tuple(amendment.deliverables.select_related("file").order_by("delivered_at", "pk")),
        total(r.amount for r in rows if r.amount is not None) if lines else None,
        str(all_items_are_stated(amendment) or "") if amendment.is_open else "",
        keeps,
        amendment.state == "signed" and may("partnerships.log_time", viewer, amendment),
        may("partnerships.accept_deliverable", viewer, amendment.agreement),
    )


def _entries(entries: list[TimeEntry], viewer: Actor, *, keeps: bool) -> tuple[EntryRow, ...]:
    people = (
        Person.objects.filter(actor_identity__actor_id__in={e.logged_by for e in entries})
        .select_related("actor_identity")
        .order_by("pk")
    )
    names = {p.actor_identity.actor_id: name_for(p, viewer=viewer) for p in people}
    return tuple(
        EntryRow(
            e,
            names.get(e.logged_by, ""),
            keeps and e.state == TimeState.SUBMITTED and e.logged_by != viewer.id,
        )
        for e in entries
    )


def amendments_of(agreement: Agreement, viewer: Actor, at: datetime) -> tuple[AmendmentCard, ...]:
    """The amendments of an agreement that the viewer reads."""
    rows = (
        Amendment.objects.readable_by(viewer, at)
        .filter(agreement=agreement)
        .select_related("service")
        .order_by("number")
    )
    return tuple(AmendmentCard(a) for a in rows)


def amendments_to_log(viewer: Actor, at: datetime) -> tuple[AmendmentCard, ...]:
    """The signed amendments on which the viewer may log time."""
    rows = (
        Amendment.objects.readable_by(viewer, at)
        .filter(state="signed")
        .select_related("service", "agreement__partner", "agreement__host__successor__successor")
        .order_by("agreement", "number")
    )
    return tuple(AmendmentCard(a) for a in rows if works_on_amendment.test(viewer, a))


def services() -> QuerySet[Service]:
    return Service.objects.order_by("order", "slug")


def scale_of(hosts: QuerySet[Organisation]) -> list[tuple[Service, list[Tariff]]]:
    """Each service with the rates that these hosts have entered."""
    rates: dict[int, list[Tariff]] = {}
    for tariff in (
        Tariff.objects.filter(host__in=hosts.order_by().values("pk"))
        .select_related("host")
        .order_by("valid_from", "pk")
    ):
        rates.setdefault(tariff.service_id, []).append(tariff)
    return [(s, rates.get(s.pk, [])) for s in services().prefetch_related("phases")]
