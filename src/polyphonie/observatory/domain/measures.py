"""Measures: recorded with a value or a reason, published as figures, revised by another one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.domain.figure import add_figure, publish_figure, supersede_figure
from polyphonie.evidence.models import Figure, Indicator
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Territory, Theme

from ..enums import MissingReason, ObservationStatus
from ..models import Determinant, Measure


class MeasureWithoutValue(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Donnez la valeur, ou dites pourquoi elle manque ; jamais zéro à sa place."), field="value"
        )


class MeasureWithValueAndReason(Refusal):
    def __init__(self, value: Decimal) -> None:
        super().__init__(
            _("Vous donnez la valeur %(value)s et une raison de son absence ; gardez l'une des deux.")
            % {"value": value.normalize()},
            field="missing_reason",
        )


class MissingReasonUnknown(Refusal):
    def __init__(self, reason: str) -> None:
        super().__init__(
            _("« %(reason)s » n'est pas une raison de la liste ; choisissez-en une.") % {"reason": reason},
            field="missing_reason",
        )


class StatusUnknown(Refusal):
    def __init__(self, status: str) -> None:
        super().__init__(
            _("« %(status)s » n'est pas un statut de la liste ; choisissez-en un.") % {"status": status},
            field="status",
        )


class MeasureWithoutSource(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites d'où vient cette mesure : un document, une base, une page."), field="source_label"
        )


class MeasureRecordedAlready(Refusal):
    """The same source says one thing of an indicator, a territory and a year."""

    def __init__(self, source: str, year: int) -> None:
        super().__init__(
            _("« %(source)s » a déjà une mesure pour %(year)s ; révisez-la au lieu d'en ajouter une.")
            % {"source": source, "year": str(year)},
            field="source_label",
        )


class DeterminantUnknown(Refusal):
    def __init__(self, slug: str) -> None:
        super().__init__(
            _("« %(slug)s » n'est pas un déterminant ; choisissez dans la liste.") % {"slug": slug},
            field="determinant",
        )


class MeasureNegativeError(Refusal):
    def __init__(self, value: Decimal) -> None:
        super().__init__(
            _("Une erreur type n'est jamais négative ; vous avez saisi %(value)s.") % {"value": value},
            field="standard_error",
        )


class FigureSaysOtherwise(Refusal):
    """A figure that is already published stands for a measure only where both say the same."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(
            _(
                "Le chiffre « %(label)s » ne dit pas la même chose que cette mesure (valeur, année ou "
                "territoire) ; publiez la mesure sans lui."
            )
            % {"label": str(figure.label)},
            field="figure",
        )


class MeasurePublishedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette mesure est publiée et ne change plus ; révisez-la, sa page le dira."))


class MeasureNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette mesure n'est pas publiée ; publiez-la avant de la réviser."))


class MeasureRevisedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette mesure a déjà été révisée ; révisez la dernière."))


def add_determinant(
    *,
    slug: str,
    label: LocalisedText,
    order: int,
    by: Actor,
    at: datetime,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
) -> Determinant:
    """Name a family of indicators."""
    with ledger.act("observatory.add_determinant", by=by, at=at) as act:
        permit("observatory.keep_measures", by)
        determinant = Determinant.objects.create(
            slug=slug,
            label=label,
            order=order,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
        )
        act.on(determinant.urn)
        act.note(slug=slug)
        return determinant


def record_measure(
    *,
    indicator: Indicator,
    territory: Territory,
    year: int,
    by: Actor,
    at: datetime,
    value: Decimal | None = None,
    missing_reason: str = "",
    status: str = ObservationStatus.NORMAL,
    decimals: int = 0,
    standard_error: Decimal | None = None,
    note: LocalisedText | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Measure:
    """Write what a source says of an indicator, for a territory and a year: a value, or why there is
    none. Zero is a value. It is not public yet."""
    with ledger.act("observatory.record_measure", by=by, at=at) as act:
        permit("observatory.keep_measures", by)
        measure = Measure(
            indicator=indicator,
            territory=territory,
            year=year,
            value=value,
            missing_reason=missing_reason,
            status=status,
            decimals=decimals,
            standard_error=standard_error,
            note=note or LocalisedText(),
            source_label=source_label.strip(),
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
            entered_by=by.id,
            entered_at=at,
        )
        _check(measure)
        _save_once(measure)
        act.on(measure.urn, book=indicator.urn)
        act.note(year=year, territory=territory.urn, value=value, missing=missing_reason)
        return measure


def publish_measure(
    *,
    measure: Measure,
    by: Actor,
    at: datetime,
    themes: Iterable[Theme] = (),
    figure: Figure | None = None,
) -> Measure:
    """Open a measure to everybody, and make it a figure with its indicator: what has no value becomes a
    figure that says why. A published figure that says the same is taken instead of a second one. From
    then on neither changes."""
    with ledger.act("observatory.publish_measure", by=by, at=at) as act:
        permit("observatory.keep_measures", by)
        row = _locked(measure)
        if row.published_at is not None:
            raise MeasurePublishedAlready()
        if figure is None:
            figure = add_figure(**_figure_fields(row), themes=themes, by=by, at=at)
            publish_figure(figure=figure, by=by, at=at)
        else:
            figure = Figure.objects.get(pk=figure.pk)
            if not _says_the_same(figure, row):
                raise FigureSaysOtherwise(figure)
        row.figure, row.published_at = figure, at
        row.save(update_fields=["figure", "published_at"])
        act.on(row.urn, book=row.indicator.urn)
        act.note(figure=figure.urn)
        return row


def revise_measure(
    *,
    measure: Measure,
    by: Actor,
    at: datetime,
    value: Decimal | None = None,
    missing_reason: str = "",
    status: str = ObservationStatus.NORMAL,
    standard_error: Decimal | None = None,
    note: LocalisedText | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
) -> Measure:
    """Put another measure in the place of a published one: its figure is superseded, the old one stays
    readable and leads to the new; the verb that supersedes a figure has all who cite it told."""
    with ledger.act("observatory.revise_measure", by=by, at=at) as act:
        permit("observatory.keep_measures", by)
        old = _locked(measure)
        if old.published_at is None or old.figure is None:
            raise MeasureNotPublished()
        if Measure.objects.filter(revises=old).exists():
            raise MeasureRevisedAlready()
        new = Measure(
            indicator=old.indicator,
            territory=old.territory,
            year=old.year,
            value=value,
            missing_reason=missing_reason,
            status=status,
            decimals=old.decimals,
            standard_error=standard_error,
            note=note or LocalisedText(),
            source_label=source_label.strip() or old.source_label,
            source_url=source_url or old.source_url,
            source_read_date=source_read_date or old.source_read_date,
            is_fictitious=old.is_fictitious,
            entered_by=by.id,
            entered_at=at,
            revises=old,
            published_at=at,
        )
        _check(new)
        fields = _figure_fields(new)
        figure = supersede_figure(
            figure=old.figure,
            value=fields["value"],
            why_unavailable=fields["why_unavailable"],
            standard_error=fields["standard_error"],
            source_label=fields["source_label"],
            source_url=fields["source_url"],
            source_read_date=fields["source_read_date"],
            by=by,
            at=at,
        )
        new.figure = figure
        new.save()
        act.on(new.urn, book=new.indicator.urn)
        act.note(revises=old.urn, figure=figure.urn)
        return new


def _says_the_same(figure: Figure, measure: Measure) -> bool:
    return figure.published_at is not None and (
        figure.value,
        figure.standard_error,
        figure.year,
        figure.territory_id,
        figure.is_fictitious,
    ) == (
        measure.value,
        measure.standard_error,
        measure.year,
        measure.territory_id,
        measure.is_fictitious,
    )


def _figure_fields(measure: Measure) -> dict[str, Any]:
    indicator = measure.indicator
    return {
        "label": indicator.label,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "value": measure.value,
        "why_unavailable": _why(measure),
        "decimals": measure.decimals,
        "standard_error": measure.standard_error,
        "year": measure.year,
        "territory": measure.territory,
        "indicator": indicator,
        "source_label": measure.source_label,
        "source_url": measure.source_url,
        "source_read_date": measure.source_read_date,
        "is_fictitious": measure.is_fictitious,
    }


def _why(measure: Measure) -> LocalisedText:
    if measure.value is not None:
        return LocalisedText()
    texts = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            texts[tag] = str(MissingReason(measure.missing_reason).label).capitalize()
    return LocalisedText(texts)


def _check(measure: Measure) -> None:
    if measure.value is None and not measure.missing_reason:
        raise MeasureWithoutValue()
    if measure.value is not None and measure.missing_reason:
        raise MeasureWithValueAndReason(measure.value)
    if measure.missing_reason and measure.missing_reason not in MissingReason.values:
        raise MissingReasonUnknown(measure.missing_reason)
    if measure.status not in ObservationStatus.values:
        raise StatusUnknown(measure.status)
    if measure.standard_error is not None and measure.standard_error < 0:
        raise MeasureNegativeError(measure.standard_error)
    if not (measure.source_label or measure.is_fictitious):
        raise MeasureWithoutSource()
    determinant = measure.indicator.determinant
    if determinant and not Determinant.objects.filter(slug=determinant).exists():
        raise DeterminantUnknown(determinant)


def _save_once(measure: Measure) -> None:
    try:
        with transaction.atomic():
            measure.save()
    except IntegrityError:
        raise MeasureRecordedAlready(measure.source_label, measure.year) from None


def _locked(measure: Measure) -> Measure:
    return (
        Measure.objects.select_for_update(of=("self",))
        .select_related("indicator", "territory", "figure")
        .get(pk=measure.pk)
    )
