"""Figures: one number each, published only with definition, unit, year and source, never corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Territory, Theme

from ..models import Conflict, ConflictReading, EvidenceStatement, Figure, Indicator
from ..signals import figure_superseded

DRAFT_FIELDS = frozenset(
    {
        "label",
        "definition",
        "value",
        "decimals",
        "standard_error",
        "unit",
        "year",
        "territory",
        "indicator",
        "source_label",
        "source_url",
        "source_read_date",
        "why_unavailable",
    }
)


class FigureIncomplete(Refusal):
    """What a figure lacks before it can be published, each thing named."""

    def __init__(self, missing: list[tuple[str, Any]]) -> None:
        names = [str(name) for _field, name in missing]
        last = names.pop()
        together = (
            str(_("%(first)s et %(last)s") % {"first": ", ".join(names), "last": last}) if names else last
        )
        super().__init__(
            _("Il manque %(what)s pour publier ce chiffre ; complétez la fiche.") % {"what": together},
            field=missing[0][0],
        )
        self.missing = tuple(field for field, _name in missing)


class FigurePublishedAlready(Refusal):
    """A published figure is not corrected; a new one takes its place."""

    def __init__(self) -> None:
        super().__init__(
            _("Ce chiffre est publié et ne change plus ; remplacez-le par un nouveau, qui le citera.")
        )


class FigureNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce chiffre n'est pas publié : corrigez-le directement, sans le remplacer."))


class FigureWithoutValue(Refusal):
    """Neither a value nor a reason why there is none."""

    def __init__(self) -> None:
        super().__init__(
            _("Donnez la valeur, ou dites pourquoi elle manque ; jamais zéro à sa place."), field="value"
        )


class StandardErrorNegative(Refusal):
    def __init__(self, value: Decimal) -> None:
        super().__init__(
            _("Une erreur type n'est jamais négative ; vous avez saisi %(value)s.") % {"value": value},
            field="standard_error",
        )


class IndicatorCodeTaken(Refusal):
    def __init__(self, code: str) -> None:
        super().__init__(
            _("L'indicateur « %(code)s » existe déjà ; choisissez un autre code.") % {"code": code},
            field="code",
        )


class ConflictNeedsTwoReadings(Refusal):
    def __init__(self, given: int) -> None:
        super().__init__(
            _("Un désaccord oppose au moins deux sources ; vous en donnez %(given)d.") % {"given": given},
            field="readings",
        )


class ReadingWithoutSource(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            _("La lecture n° %(number)d n'a pas de source ; nommez le document où elle se trouve.")
            % {"number": number},
            field="readings",
        )


class FigureChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, *, theirs: Figure, mine: object) -> None:
        super().__init__(
            _("Quelqu'un a modifié ce chiffre entre-temps ; relisez les deux versions, puis recommencez."),
            theirs=theirs,
            mine=mine,
        )


def define_indicator(
    *,
    code: str,
    label: LocalisedText,
    definition: LocalisedText,
    unit: LocalisedText,
    by: Actor,
    at: datetime,
    determinant: str = "",
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Indicator:
    """Say what is measured, in which unit, under which determinant."""
    with ledger.act("evidence.define_indicator", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        if Indicator.objects.filter(code=code).exists():
            raise IndicatorCodeTaken(code)
        missing = [
            (field, name)
            for field, name, value in (
                ("label", _("le nom"), label),
                ("definition", _("la définition"), definition),
                ("unit", _("l'unité"), unit),
            )
            if not value
        ]
        if missing:
            raise FigureIncomplete(missing)
        indicator = Indicator.objects.create(
            code=code,
            label=label,
            definition=definition,
            unit=unit,
            determinant=determinant,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(indicator.urn)
        act.note(code=code)
        return indicator


def add_figure(
    *,
    label: LocalisedText,
    by: Actor,
    at: datetime,
    value: Decimal | None = None,
    why_unavailable: LocalisedText | None = None,
    decimals: int = 0,
    standard_error: Decimal | None = None,
    definition: LocalisedText | None = None,
    unit: LocalisedText | None = None,
    year: int | None = None,
    territory: Territory | None = None,
    indicator: Indicator | None = None,
    themes: Iterable[Theme] = (),
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Figure:
    """Write a figure as a draft, read by those who write evidence alone. An indicator lends it the
    definition and the unit that are not given. A value that nobody has is its reason."""
    with ledger.act("evidence.add_figure", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        figure = Figure(
            label=label,
            definition=definition or (indicator.definition if indicator else LocalisedText()),
            value=value,
            is_unavailable=value is None,
            why_unavailable=why_unavailable or LocalisedText(),
            decimals=decimals,
            standard_error=standard_error,
            unit=unit or (indicator.unit if indicator else LocalisedText()),
            year=year,
            territory=territory,
            indicator=indicator,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        _check_value(figure)
        figure.save()
        figure.themes.set(themes)
        act.on(figure.urn)
        act.note(value=value, year=year)
        return figure


def revise_draft_figure(*, figure: Figure, version: int, by: Actor, at: datetime, **changes: Any) -> Figure:
    """Correct a figure that is not published yet."""
    if set(changes) - DRAFT_FIELDS:
        raise TypeError(f"Not a field of a figure: {sorted(set(changes) - DRAFT_FIELDS)}.")
    with ledger.act("evidence.revise_draft_figure", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        row = Figure.objects.select_for_update().get(pk=figure.pk)
        if row.published_at is not None:
            raise FigurePublishedAlready()
        if row.version != version:
            raise FigureChangedMeanwhile(theirs=row, mine=changes)
        for field, value in changes.items():
            setattr(row, field, value)
        row.is_unavailable = row.value is None
        _check_value(row)
        row.version += 1
        row.save()
        act.on(row.urn)
        act.note(changed=sorted(changes))
        return row


def publish_figure(*, figure: Figure, by: Actor, at: datetime) -> Figure:
    """Publish a figure, once it has definition, unit, year and source. From then on it never changes."""
    with ledger.act("evidence.publish_figure", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        row = Figure.objects.select_for_update().get(pk=figure.pk)
        if row.published_at is not None:
            raise FigurePublishedAlready()
        _check_complete(row)
        row.published_at = at
        row.version += 1
        row.save(update_fields=["published_at", "version"])
        act.on(row.urn)
        act.note(year=row.year)
        return row


def supersede_figure(
    *,
    figure: Figure,
    by: Actor,
    at: datetime,
    value: Decimal | None = None,
    why_unavailable: LocalisedText | None = None,
    **changes: Any,
) -> Figure:
    """Publish a new figure in the place of a published one, which stays readable and leads to it.
    What is not given anew (label, definition, unit, year, territory, source …) is taken over."""
    if set(changes) - DRAFT_FIELDS:
        raise TypeError(f"Not a field of a figure: {sorted(set(changes) - DRAFT_FIELDS)}.")
    with ledger.act("evidence.supersede_figure", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        old = Figure.objects.select_for_update().get(pk=figure.pk)
        if old.published_at is None:
            raise FigureNotPublished()
        kept = {
            name: getattr(old, name) for name in DRAFT_FIELDS - {"value", "standard_error", "why_unavailable"}
        }
        new = Figure(
            **{**kept, **changes},
            value=value,
            is_unavailable=value is None,
            why_unavailable=why_unavailable or LocalisedText(),
            supersedes=old,
            is_fictitious=old.is_fictitious,
            published_at=at,
        )
        _check_value(new)
        _check_complete(new)
        new.save()
        new.themes.set(old.themes.order_by("pk"))
        act.on(new.urn)
        act.note(supersedes=old.urn, value=value)
        figure_superseded.send(Figure, old=old, new=new, by=by, at=at)
        return new


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
) -> Conflict:
    """Write that sources disagree. Their readings stand side by side, on the page of each figure and
    claim that is part of it; nobody chooses for the reader."""
    with ledger.act("evidence.record_conflict", by=by, at=at) as act:
        permit("evidence.write_evidence", by)
        given = list(readings)
        if len(given) < 2:
            raise ConflictNeedsTwoReadings(len(given))
        for number, reading in enumerate(given, 1):
            if not (
                reading.source_label.strip() or reading.figure or reading.statement or reading.is_fictitious
            ):
                raise ReadingWithoutSource(number)
        conflict = Conflict.objects.create(subject=subject)
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


def _check_value(figure: Figure) -> None:
    if figure.value is None and not figure.why_unavailable:
        raise FigureWithoutValue()
    if figure.standard_error is not None and figure.standard_error < 0:
        raise StandardErrorNegative(figure.standard_error)


def _check_complete(figure: Figure) -> None:
    missing = [
        (field, name)
        for field, name, there in (
            ("definition", _("la définition"), bool(figure.definition)),
            ("unit", _("l'unité"), bool(figure.unit)),
            ("year", _("l'année"), figure.year is not None),
            ("source_label", _("la source"), bool(figure.source_label.strip()) or figure.is_fictitious),
        )
        if not there
    ]
    if missing:
        raise FigureIncomplete(missing)
