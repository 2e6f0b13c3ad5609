"""An à-la-carte service is ordered by an amendment: drafted, costed, sent, signed, then time under a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db.models import F, Max
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.rights import permit

from ..enums import AmendmentState, TimeState
from ..models import Agreement, Amendment, EstimateLine, Service, ServicePhase, TimeEntry
from ..states import AMENDMENT, TIME_ENTRY
from .agreements import SignedFileMissing, SignedFileNotPdf, SignedInFuture
from .money import amount_of, total
from .refusals import ReasonMissing, lock
from .services import tariff_on

LONGEST_DAY = 24 * 60


class AgreementNotSigned(Refusal):
    def __init__(self, agreement: Agreement) -> None:
        super().__init__(
            _("Un avenant s'annexe à une convention active ; activez d'abord la convention %(reference)s.")
            % {"reference": agreement.reference}
        )


class AmendmentOutsideAgreement(Refusal):
    def __init__(self, agreement: Agreement) -> None:
        super().__init__(
            _(
                "La durée de l'avenant sort de la convention, qui va du %(start)s au %(end)s ; corrigez ses dates."
            )
            % {"start": _words(agreement.start_date), "end": _words(agreement.last_day)},
            field="last_day",
        )


class AmendmentEndsBeforeStart(Refusal):
    def __init__(self, start: date, last: date) -> None:
        super().__init__(
            _(
                "L'avenant finirait le %(end)s, avant de commencer le %(start)s ; corrigez l'une des deux dates."
            )
            % {"start": _words(start), "end": _words(last)},
            field="last_day",
        )


class AmendmentFrozen(Refusal):
    def __init__(self, amendment: Amendment) -> None:
        super().__init__(
            _(
                "L'avenant n° %(number)d est envoyé ou signé, ses termes ne changent plus ; préparez-en un autre."
            )
            % {"number": amendment.number}
        )


class NoTariff(Refusal):
    """No rate is shipped; without one that the host entered, nothing is costed."""

    def __init__(self, service: Service, day: date) -> None:
        super().__init__(
            _(
                "Aucun tarif n'est saisi pour « %(service)s » au %(day)s ; le barème est sur demande : "
                "saisissez le vôtre avant de chiffrer."
            )
            % {"service": service.label, "day": _words(day)}
        )


class EstimateEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Donnez un temps à une phase au moins : le plafond en est la somme."))


class PhaseOfAnotherService(Refusal):
    def __init__(self, phase: ServicePhase, service: Service) -> None:
        super().__init__(
            _(
                "La phase « %(phase)s » n'est pas de la prestation « %(service)s » ; choisissez-en une des siennes."
            )
            % {"phase": phase.label, "service": service.label},
            field="phase",
        )


class AmendmentNotSigned(Refusal):
    def __init__(self, amendment: Amendment) -> None:
        super().__init__(
            _("Aucun temps sans avenant signé : faites signer l'avenant n° %(number)d d'abord.")
            % {"number": amendment.number}
        )


class DayOutsideAmendment(Refusal):
    def __init__(self, day: date, amendment: Amendment) -> None:
        assert amendment.start_date is not None
        assert amendment.last_day is not None
        super().__init__(
            _("Le %(day)s est hors de l'avenant, qui va du %(start)s au %(end)s ; corrigez le jour.")
            % {
                "day": _words(day),
                "start": _words(amendment.start_date),
                "end": _words(amendment.last_day),
            },
            field="day",
        )


class AgreementOver(Refusal):
    def __init__(self, agreement: Agreement) -> None:
        assert agreement.terminated_at is not None
        super().__init__(
            _("La convention %(reference)s a été résiliée le %(day)s ; aucun temps ne se note après ce jour.")
            % {"reference": agreement.reference, "day": _words(agreement.day_of(agreement.terminated_at))},
            field="day",
        )


class DayInFuture(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("Le %(day)s est à venir ; notez le temps une fois passé.") % {"day": _words(day)}, field="day"
        )


class MinutesImpossible(Refusal):
    def __init__(self, minutes: int) -> None:
        super().__init__(
            _(
                "Un temps de %(minutes)d minutes en un jour n'est pas possible ; donnez entre 1 minute et 24 heures."
            )
            % {"minutes": minutes},
            field="minutes",
        )


class CeilingReached(Refusal):
    """What the amendment allows is spent; a new amendment allows more."""

    def __init__(self, amendment: Amendment) -> None:
        super().__init__(
            _("Il reste %(left)s sur %(ceiling)s : préparez un nouvel avenant.")
            % {
                "left": hours_in_words(amendment.minutes_left),
                "ceiling": hours_in_words(amendment.ceiling_minutes),
            },
            field="minutes",
        )


class ApprovedByItsAuthor(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Qui note un temps ne l'approuve pas ; demandez à une autre personne de l'instance.")
        )


def hours_in_words(minutes: int) -> str:
    """``17 h 30``, ``4 h``, ``45 min``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def draft_amendment(
    *,
    agreement: Agreement,
    service: Service,
    by: Actor,
    at: datetime,
    nature: str = "",
    content: str = "",
    start_date: date | None = None,
    last_day: date | None = None,
    payment_terms: str = "",
) -> Amendment:
    """Begin an amendment of an active agreement for one service; its number follows the last one."""
    with ledger.act("partnerships.draft_amendment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, agreement)
        row = lock(agreement)
        if row.activated_at is None or row.activated_at > at or row.terminated_at is not None:
            raise AgreementNotSigned(row)
        _check_dates(row, start_date, last_day)
        last = row.amendments.aggregate(last=Max("number"))["last"] or 0
        amendment = Amendment.objects.create(
            agreement=row,
            number=last + 1,
            service=service,
            nature=nature.strip(),
            content=content.strip(),
            start_date=start_date,
            until_date=last_day + timedelta(days=1) if last_day else None,
            payment_terms=payment_terms.strip(),
            drafted_at=at,
            is_fictitious=row.is_fictitious,
        )
        act.on(amendment.urn, book=row.urn)
        act.note(number=amendment.number, service=service.slug)
        return amendment


def change_amendment(
    *,
    amendment: Amendment,
    version: int,
    nature: str,
    content: str,
    start_date: date | None,
    last_day: date | None,
    payment_terms: str,
    by: Actor,
    at: datetime,
) -> Amendment:
    """Change the words of what is being prepared."""
    with ledger.act("partnerships.change_amendment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, amendment.agreement)
        row = _locked(amendment)
        if not row.is_open:
            raise AmendmentFrozen(row)
        if row.version != version:
            raise ChangedMeanwhile(
                _(
                    "Cet avenant a été modifié entre-temps ; comparez les deux versions, puis reprenez la vôtre."
                ),
                theirs=f"{row.nature}\n{row.content}\n{row.payment_terms}",
                mine=f"{nature}\n{content}\n{payment_terms}",
            )
        _check_dates(row.agreement, start_date, last_day)
        row.nature, row.content = nature.strip(), content.strip()
        row.start_date = start_date
        row.until_date = last_day + timedelta(days=1) if last_day else None
        row.payment_terms = payment_terms.strip()
        row.version += 1
        row.save(update_fields=["nature", "content", "start_date", "until_date", "payment_terms", "version"])
        act.on(row.urn, book=row.agreement.urn)
        act.note(version=row.version)
        return row


def estimate_amendment(
    *, amendment: Amendment, minutes: Mapping[ServicePhase, int], by: Actor, at: datetime
) -> Amendment:
    """Cost the amendment: minutes per phase at the rate of the day, kept as a snapshot. Their sum is the
    ceiling. Nothing is costed without a rate that the host entered."""
    with ledger.act("partnerships.estimate_amendment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, amendment.agreement)
        row = _locked(amendment)
        AMENDMENT.check(row.state, "costed", row)
        wanted = {phase: m for phase, m in minutes.items() if m}
        if not wanted:
            raise EstimateEmpty()
        for phase, value in wanted.items():
            if phase.service_id != row.service_id:
                raise PhaseOfAnotherService(phase, row.service)
            if value < 0:
                raise MinutesImpossible(value)
        day = row.agreement.day_of(at)
        tariff = tariff_on(row.agreement.host, row.service, day)
        if tariff is None:
            raise NoTariff(row.service, day)
        row.lines.all().delete()
        for phase, value in wanted.items():
            EstimateLine.objects.create(amendment=row, phase=phase, minutes=value)
        row.hourly_rate, row.currency = tariff.hourly_rate, tariff.currency
        row.ceiling_minutes = sum(wanted.values())
        row.ceiling_amount = total(amount_of(m, tariff.hourly_rate) for m in wanted.values())
        row.state = AmendmentState.COSTED
        row.version += 1
        row.save(
            update_fields=["hourly_rate", "currency", "ceiling_minutes", "ceiling_amount", "state", "version"]
        )
        act.on(row.urn, book=row.agreement.urn)
        act.note(minutes=row.ceiling_minutes, tariff=tariff.urn)
        return row


def send_amendment(*, amendment: Amendment, by: Actor, at: datetime) -> Amendment:
    """Send it to be signed, once it states its five items; the partner reads it from now on."""
    with ledger.act("partnerships.send_amendment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, amendment.agreement)
        row = _locked(amendment)
        AMENDMENT.check(row.state, "sent", row)
        row.state, row.sent_at = AmendmentState.SENT, at
        row.version += 1
        row.save(update_fields=["state", "sent_at", "version"])
        act.on(row.urn, book=row.agreement.urn)
        return row


def sign_amendment(
    *,
    amendment: Amendment,
    file: BinaryIO | None,
    filename: str,
    signed_on: date,
    by: Actor,
    at: datetime,
) -> Amendment:
    """Deposit the signed file; time may be logged from now on, within its dates and under its ceiling."""
    with ledger.act("partnerships.sign_amendment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, amendment.agreement)
        row = _locked(amendment)
        if file is None:
            raise SignedFileMissing()
        AMENDMENT.check(row.state, "signed", row)
        if signed_on > row.agreement.day_of(at):
            raise SignedInFuture(signed_on)
        stored = store_file(
            content=file, filename=filename, owner_urn=row.urn, at=at, limit=settings.UPLOAD_LIMIT
        )
        if stored.media_type != "application/pdf":
            raise SignedFileNotPdf(filename)
        row.state, row.signed_file, row.signed_at, row.signed_on = (
            AmendmentState.SIGNED,
            stored,
            at,
            signed_on,
        )
        row.version += 1
        row.save(update_fields=["state", "signed_file", "signed_at", "signed_on", "version"])
        act.on(row.urn, book=row.agreement.urn)
        act.note(sha256=stored.sha256, signed_on=signed_on)
        return row


def cancel_amendment(*, amendment: Amendment, by: Actor, at: datetime) -> Amendment:
    """Give up an amendment that nobody has signed; its number is not used again."""
    with ledger.act("partnerships.cancel_amendment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, amendment.agreement)
        row = _locked(amendment)
        AMENDMENT.check(row.state, "cancelled", row)
        row.state, row.closed_at = AmendmentState.CANCELLED, at
        row.version += 1
        row.save(update_fields=["state", "closed_at", "version"])
        act.on(row.urn, book=row.agreement.urn)
        return row


def close_amendment(*, amendment: Amendment, by: Actor, at: datetime) -> Amendment:
    """Close a signed amendment: no more time is logged on it."""
    with ledger.act("partnerships.close_amendment", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, amendment.agreement)
        row = _locked(amendment)
        AMENDMENT.check(row.state, "closed", row)
        row.state, row.closed_at = AmendmentState.CLOSED, at
        row.version += 1
        row.save(update_fields=["state", "closed_at", "version"])
        act.on(row.urn, book=row.agreement.urn)
        act.note(logged_minutes=row.logged_minutes)
        return row


def log_time(
    *,
    amendment: Amendment,
    phase: ServicePhase,
    day: date,
    minutes: int,
    by: Actor,
    at: datetime,
    note: str = "",
) -> TimeEntry:
    """Note the minutes spent on a phase on a day. They count against the ceiling at once: the row of the
    amendment is held while the rest is read, and the table itself refuses a minute more."""
    with ledger.act("partnerships.log_time", by=by, at=at) as act:
        permit("partnerships.log_time", by, amendment)
        row = _locked(amendment)
        if row.state != AmendmentState.SIGNED:
            raise AmendmentNotSigned(row)
        if phase.service_id != row.service_id:
            raise PhaseOfAnotherService(phase, row.service)
        if not 1 <= minutes <= LONGEST_DAY:
            raise MinutesImpossible(minutes)
        assert row.start_date is not None
        assert row.until_date is not None
        if not row.start_date <= day < row.until_date:
            raise DayOutsideAmendment(day, row)
        ended = row.agreement.terminated_at
        if ended is not None and day > row.agreement.day_of(ended):
            raise AgreementOver(row.agreement)
        if day > row.agreement.day_of(at):
            raise DayInFuture(day)
        if minutes > row.minutes_left:
            raise CeilingReached(row)
        entry = TimeEntry.objects.create(
            amendment=row,
            phase=phase,
            day=day,
            minutes=minutes,
            note=note.strip(),
            logged_at=at,
            logged_by=by.id,
        )
        Amendment.objects.filter(pk=row.pk).update(logged_minutes=F("logged_minutes") + minutes)
        act.on(entry.urn, book=row.urn)
        act.note(phase=phase.slug, day=day, minutes=minutes, left=row.minutes_left - minutes)
        return entry


def approve_time(*, entry: TimeEntry, by: Actor, at: datetime) -> TimeEntry:
    """Approve a time that somebody else logged. What is approved is never edited."""
    with ledger.act("partnerships.approve_time", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, entry.amendment.agreement)
        amendment = _locked(entry.amendment)
        row = TimeEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        TIME_ENTRY.check(row.state, "approved", row)
        if row.logged_by == by.id:
            raise ApprovedByItsAuthor()
        row.state, row.reviewed_at, row.reviewed_by = TimeState.APPROVED, at, by.id
        row.save(update_fields=["state", "reviewed_at", "reviewed_by"])
        act.on(row.urn, book=amendment.urn)
        act.note(minutes=row.minutes)
        return row


def refuse_time(*, entry: TimeEntry, reason: str, by: Actor, at: datetime) -> TimeEntry:
    """Refuse a time with the reason; its minutes are free again."""
    with ledger.act("partnerships.refuse_time", by=by, at=at) as act:
        permit("partnerships.keep_agreement", by, entry.amendment.agreement)
        amendment = _locked(entry.amendment)
        row = TimeEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        TIME_ENTRY.check(row.state, "refused", row)
        if row.logged_by == by.id:
            raise ApprovedByItsAuthor()
        if not reason.strip():
            raise ReasonMissing(
                _("Dites pourquoi ce temps n'est pas retenu : une phrase suffit."), field="reason"
            )
        row.state, row.reviewed_at, row.reviewed_by = TimeState.REFUSED, at, by.id
        row.refusal_reason = reason.strip()
        row.save(update_fields=["state", "reviewed_at", "reviewed_by", "refusal_reason"])
        Amendment.objects.filter(pk=amendment.pk).update(logged_minutes=F("logged_minutes") - row.minutes)
        act.on(row.urn, book=amendment.urn)
        act.note(minutes=row.minutes)
        return row


def _locked(amendment: Amendment) -> Amendment:
    return (
        Amendment.objects.select_for_update(of=("self",))
        .select_related("service", "agreement__host__successor__successor", "agreement__partner")
        .get(pk=amendment.pk)
    )


def _check_dates(agreement: Agreement, start: date | None, last: date | None) -> None:
    if start is None or last is None:
        return
    if last < start:
        raise AmendmentEndsBeforeStart(start, last)
    if start < agreement.start_date or last >= agreement.until_date:
        raise AmendmentOutsideAgreement(agreement)


def _words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
