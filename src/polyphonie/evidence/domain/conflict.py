"""Disagreements of sources: recorded with their readings, taken back when they were none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Theme

from ..models import Conflict, ConflictReading, EvidenceStatement, Figure
from .keepers import keeper_for


class ConflictSubjectMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites sur quoi les sources divergent : une phrase suffit."), field="subject")


class ConflictNeedsTwoReadings(Refusal):
    def __init__(self, given: int) -> None:
        super().__init__(
            _("Un désaccord oppose au moins deux sources ; vous en donnez %(given)d.") % {"given": given},
            field="readings",
        )


class ReadingWithoutWording(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            _("La lecture n° %(number)d ne dit rien ; écrivez ce que dit cette source.") % {"number": number},
            field="readings",
        )


class ReadingWithoutSource(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            _("La lecture n° %(number)d n'a pas de source ; nommez le document où elle se trouve.")
            % {"number": number},
            field="readings",
        )


class ConflictWithdrawnAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce désaccord est déjà retiré ; il n'y a rien à faire."))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says in a conflict."""

    wording: LocalisedText
    source_label: str = ""
    source_url: str = ""
    source_read_date: date | None = None
    figure: Figure | None = None
    statement: EvidenceStatement | None = None
    is_fictitious: bool = False


def record_conflict(
    *,
    subject: LocalisedText,
    readings: Iterable[Reading],
    by: Actor,
    at: datetime,
    themes: Iterable[Theme] = (),
    keeper: Organisation | None = None,
) -> Conflict:
    """Write that sources disagree. From that instant their readings stand side by side, on the page of
    each figure and claim that is part of it; nobody chooses for the reader."""
    with ledger.act("evidence.record_conflict", by=by, at=at) as act:
        body = keeper_for(by, keeper)
        if not subject:
            raise ConflictSubjectMissing()
        given = list(readings)
        if len(given) < 2:
            raise ConflictNeedsTwoReadings(len(given))
        for number, reading in enumerate(given, 1):
            if not reading.wording:
                raise ReadingWithoutWording(number)
            if not (
                reading.source_label.strip() or reading.figure or reading.statement or reading.is_fictitious
            ):
                raise ReadingWithoutSource(number)
        conflict = Conflict.objects.create(subject=subject, keeper=body, recorded_at=at)
        conflict.themes.set(themes)
        ConflictReading.objects.bulk_create(
            ConflictReading(
                conflict=conflict,
                order=order,
                wording=reading.wording,
                figure=reading.figure,
                statement=reading.statement,
                source_label=reading.source_label or (reading.figure.source_label if reading.figure else ""),
                source_url=reading.source_url or (reading.figure.source_url if reading.figure else ""),
                source_read_date=reading.source_read_date
                or (reading.figure.source_read_date if reading.figure else None),
                is_fictitious=reading.is_fictitious,
            )
            for order, reading in enumerate(given)
        )
        act.on(conflict.urn)
        act.note(readings=len(given))
        return conflict


def withdraw_conflict(*, conflict: Conflict, by: Actor, at: datetime) -> Conflict:
    """Take a disagreement back, because there was none: no page shows it any more."""
    with ledger.act("evidence.withdraw_conflict", by=by, at=at) as act:
        row = (
            Conflict.objects.select_for_update(of=("self",))
            .select_related("keeper__successor__successor")
            .get(pk=conflict.pk)
        )
        permit("evidence.keep_evidence", by, row)
        if row.withdrawn_at is not None:
            raise ConflictWithdrawnAlready()
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        act.on(row.urn)
        return row
