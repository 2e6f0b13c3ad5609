"""Figures: one number each, published only with definition, unit, year and source, never corrected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Territory, Theme

from ..models import Figure, Indicator
from .citing import tell_who_cites
from .keepers import keeper_for

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
        "is_fictitious",
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


class FigureSupersededAlready(Refusal):
    """The line of figures has one end: what is superseded is the latest of them."""

    def __init__(self, newer: Figure) -> None:
        super().__init__(
            _("Ce chiffre a déjà été remplacé par « %(label)s » (%(year)s) ; remplacez celui-là.")
            % {"label": newer.label, "year": str(newer.year)}
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
    keeper: Organisation | None = None,
    publish: bool = False,
) -> Figure:
    """Write a figure as a draft, read by the body that keeps it alone, and publish it where that is
    asked. An indicator lends it the definition and the unit that are not given. A value that nobody has
    is its reason."""
    with ledger.act("evidence.add_figure", by=by, at=at) as act:
        figure = Figure(
            keeper=keeper_for(by, keeper),
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
        return publish_figure(figure=figure, by=by, at=at) if publish else figure


def revise_draft_figure(
    *,
    figure: Figure,
    version: int,
    by: Actor,
    at: datetime,
    themes: Iterable[Theme] | None = None,
    publish: bool = False,
    **changes: Any,
) -> Figure:
    """Correct a figure that is not published yet, and publish it where that is asked."""
    if set(changes) - DRAFT_FIELDS:
        raise TypeError(f"Not a field of a figure: {sorted(set(changes) - DRAFT_FIELDS)}.")
    with ledger.act("evidence.revise_draft_figure", by=by, at=at) as act:
        row = _locked(figure)
        permit("evidence.keep_evidence", by, row)
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
        if themes is not None:
            row.themes.set(themes)
        act.on(row.urn)
        act.note(changed=sorted(changes))
        return publish_figure(figure=row, by=by, at=at) if publish else row


def publish_figure(*, figure: Figure, by: Actor, at: datetime) -> Figure:
    """Publish a figure, once it has definition, unit, year and source. From then on it never changes."""
    with ledger.act("evidence.publish_figure", by=by, at=at) as act:
        row = _locked(figure)
        permit("evidence.keep_evidence", by, row)
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
    themes: Iterable[Theme] | None = None,
    **changes: Any,
) -> Figure:
    """Publish a new figure in the place of a published one, which stays readable and leads to it.
    What is not given anew (label, definition, unit, year, territory, source …) is taken over. Who cites
    the old one, here or in the rooms above, is told."""
    if set(changes) - DRAFT_FIELDS:
        raise TypeError(f"Not a field of a figure: {sorted(set(changes) - DRAFT_FIELDS)}.")
    with ledger.act("evidence.supersede_figure", by=by, at=at) as act:
        old = _locked(figure)
        permit("evidence.keep_evidence", by, old)
        if old.published_at is None:
            raise FigureNotPublished()
        newer = old.superseded_by.order_by("pk").first()
        if newer is not None:
            raise FigureSupersededAlready(newer)
        kept = {
            name: getattr(old, name) for name in DRAFT_FIELDS - {"value", "standard_error", "why_unavailable"}
        }
        new = Figure(
            **{**kept, **changes},
            value=value,
            is_unavailable=value is None,
            why_unavailable=why_unavailable or LocalisedText(),
            supersedes=old,
            keeper=old.keeper,
            published_at=at,
        )
        _check_value(new)
        _check_complete(new)
        new.save()
        new.themes.set(old.themes.order_by("pk") if themes is None else themes)
        told = tell_who_cites(figure=old, by=by, at=at)
        act.on(new.urn)
        act.note(supersedes=old.urn, value=value, told=told)
        return new


def _locked(figure: Figure) -> Figure:
    return (
        Figure.objects.select_for_update(of=("self",))
        .select_related("keeper__successor__successor")
        .get(pk=figure.pk)
    )


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
