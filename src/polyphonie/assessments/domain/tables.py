"""Tables are reviewed and published; a cell of a published table becomes a figure that can be cited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.domain.figure import add_figure
from polyphonie.evidence.domain.figure import publish_figure as publish_evidence_figure
from polyphonie.evidence.domain.numbers import number
from polyphonie.evidence.domain.statement import state_evidence
from polyphonie.evidence.models import Figure, Indicator
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, Territory, Theme

from ..enums import Reason, Statistic
from ..models import EstimateRun, EstimateTable, PublishedFigure, Round, Threshold
from ..states import TABLE
from .designs import DesignTerms, ThresholdMissing, ThresholdOfAnotherScale


class NoTable(Refusal):
    def __init__(self, state: Any) -> None:
        super().__init__(_("Ce calcul est « %(state)s » ; il n'a pas de tableau.") % {"state": state})


class OwnTableReviewed(Refusal):
    """Nobody reviews what they asked for."""

    def __init__(self) -> None:
        super().__init__(_("Vous avez demandé ce calcul ; une autre personne relit son tableau."))


class CellUnknown(Refusal):
    def __init__(self, key: str) -> None:
        super().__init__(
            _("Ce tableau n'a pas de case « %(key)s » ; choisissez-en une dans le tableau.") % {"key": key},
            field="cell",
        )


class CellWithoutValue(Refusal):
    """A withheld or missing cell is no figure."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            _("Cette case n'a pas de valeur (%(reason)s) ; on ne publie pas un chiffre sans valeur.")
            % {"reason": str(Reason(reason).label) if reason in Reason.values else reason},
            field="cell",
        )


class CellWithoutStandardError(Refusal):
    """An estimate without its standard error is not published."""

    def __init__(self) -> None:
        super().__init__(
            _("Cette estimation n'a pas d'erreur type ; elle ne devient pas un chiffre. Refaites le calcul."),
            field="cell",
        )


class StatisticNotReported(Refusal):
    def __init__(self, statistic: str) -> None:
        super().__init__(
            _("« %(statistic)s » ne s'entre pas à la main ; entrez une moyenne ou une part sous un seuil.")
            % {"statistic": statistic},
            field="statistic",
        )


class TableNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Publiez d'abord le tableau : le chiffre doit pouvoir mener à son calcul."))


class CellPublishedAlready(Refusal):
    def __init__(self, figure: Figure) -> None:
        super().__init__(
            _("Cette case est déjà un chiffre publié (« %(label)s ») ; citez-le.")
            % {"label": str(figure.label)},
            field="cell",
        )


def review_table(*, table: EstimateTable, by: Actor, at: datetime) -> EstimateTable:
    """A second person has read the table for what it might give away."""
    with ledger.act("assessments.review_table", by=by, at=at) as act:
        permit("assessments.review_table", by, table.run.dataset)
        row = _locked(table)
        TABLE.check(row.state, "reviewed", row)
        if row.run.requests.filter(asked_by=by.id).exists():
            raise OwnTableReviewed()
        row.state, row.reviewed_by = "reviewed", by.id
        row.save(update_fields=["state", "reviewed_by"])
        act.on(row.urn, book=row.run.dataset.urn)
        return row


def publish_table(*, run: EstimateRun, by: Actor, at: datetime) -> EstimateTable:
    """Open the table of a run to everybody. That of a restricted data set has been reviewed by somebody
    else first."""
    with ledger.act("assessments.publish_table", by=by, at=at) as act:
        permit("assessments.compute", by, run.dataset)
        if run.state != "done":
            raise NoTable(run.state)
        row = _locked(EstimateTable.objects.get(run=run))
        TABLE.check(row.state, "published", row)
        row.state, row.published_at = "published", at
        row.save(update_fields=["state", "published_at"])
        act.on(row.urn, book=row.run.dataset.urn)
        act.note(cells=len(row.cells))
        return row


def withdraw_table(*, table: EstimateTable, by: Actor, at: datetime) -> EstimateTable:
    """Take a published table back. Figures made from it stay, and can be superseded."""
    with ledger.act("assessments.withdraw_table", by=by, at=at) as act:
        permit("assessments.review_table", by, table.run.dataset)
        row = _locked(table)
        TABLE.check(row.state, "withdrawn", row)
        row.state, row.withdrawn_at = "withdrawn", at
        row.save(update_fields=["state", "withdrawn_at"])
        act.on(row.urn, book=row.run.dataset.urn)
        return row


def publish_figure(
    *,
    table: EstimateTable,
    cell: str,
    by: Actor,
    at: datetime,
    territory: Territory | None = None,
    indicator: Indicator | None = None,
    themes: Sequence[Theme] = (),
    claim: LocalisedText | None = None,
) -> Figure:
    """Make a figure of one cell of a published table: value, standard error, unit, a definition that
    names scale, threshold and its owner, population; the source is the data set. With ``claim``, an
    evidence statement in these words rests on it."""
    with ledger.act("assessments.publish_figure", by=by, at=at) as act:
        permit("assessments.compute", by, table.run.dataset)
        row = _locked(table)
        if row.state != "published":
            raise TableNotPublished()
        found = row.cell(cell)
        if found is None:
            raise CellUnknown(cell)
        if found["value"] is None:
            raise CellWithoutValue(found["reason"])
        if found["se"] is None:
            raise CellWithoutStandardError()
        there = PublishedFigure.objects.filter(run=row.run, cell=cell).select_related("figure").first()
        if there is not None:
            raise CellPublishedAlready(there.figure)
        dataset = row.run.dataset
        figure = add_figure(
            label=label_of_cell(row.run, found),
            definition=definition_of(row.run, found),
            value=Decimal(repr(round(found["value"], 6))),
            decimals=1,
            standard_error=Decimal(repr(round(found["se"], 6))),
            unit=unit_of(row.run),
            year=dataset.year,
            territory=territory,
            indicator=indicator,
            themes=themes,
            source_label=source_of(row.run),
            source_url=dataset.source_url,
            source_read_date=dataset.source_read_date,
            is_fictitious=dataset.is_fictitious,
            keeper=_keeper(by, dataset.owner),
            by=by,
            at=at,
        )
        publish_evidence_figure(figure=figure, by=by, at=at)
        scale = DesignTerms.of(dataset.design).scale(row.run.spec["scale"])
        cuts = thresholds_of(row.run)
        PublishedFigure.objects.create(
            figure=figure,
            run=row.run,
            cell=cell,
            round=dataset.round,
            statistic=row.run.spec["statistic"],
            scale=scale.label,
            scale_unit=scale.unit,
            threshold=cuts[0] if row.run.spec["statistic"] == Statistic.BELOW else None,
            level=found["part"],
            population=population_of(row.run, found),
            grade=dataset.grade,
            method=_each(_("estimé sur les données par %(package)s"), package=row.run.package_version),
        )
        if claim:
            state_evidence(
                texts=claim.as_dict(),
                figures=[figure],
                themes=themes,
                source_label="" if dataset.is_fictitious else source_of(row.run),
                source_url=dataset.source_url,
                source_read_date=dataset.source_read_date,
                is_fictitious=dataset.is_fictitious,
                keeper=_keeper(by, dataset.owner),
                by=by,
                at=at,
            )
        act.on(row.run.urn, book=dataset.urn)
        act.note(figure=figure.urn, cell=cell)
        figure.refresh_from_db()
        return figure


def report_figure(
    *,
    value: Decimal,
    statistic: str,
    scale: LocalisedText,
    scale_unit: str,
    population: LocalisedText,
    year: int,
    by: Actor,
    at: datetime,
    standard_error: Decimal | None = None,
    decimals: int = 1,
    threshold: Threshold | None = None,
    grade: LocalisedText | None = None,
    method: LocalisedText | None = None,
    round: Round | None = None,
    territory: Territory | None = None,
    indicator: Indicator | None = None,
    themes: Sequence[Theme] = (),
    keeper: Organisation | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
) -> Figure:
    """Enter by hand a figure that a report publishes, with its source, its scale and its threshold. A
    report that gives no standard error gives a figure without; nothing is computed with that one."""
    with ledger.act("assessments.report_figure", by=by, at=at) as act:
        permit("assessments.open_form", by)
        if statistic not in (Statistic.MEAN, Statistic.BELOW):
            raise StatisticNotReported(statistic)
        if statistic == Statistic.BELOW and threshold is None:
            raise ThresholdMissing()
        if threshold is not None and threshold.unit != scale_unit:
            raise ThresholdOfAnotherScale(threshold, scale_unit)
        cuts = [threshold] if threshold and statistic == Statistic.BELOW else []
        figure = add_figure(
            label=_label(statistic, scale, _cuts_in_words([(c.value, "") for c in cuts]), "", []),
            definition=_definition(
                statistic,
                scale,
                scale_unit,
                _cuts_in_words([(cut.value, cut.owner) for cut in cuts]),
                population,
            ),
            value=value,
            decimals=decimals,
            standard_error=standard_error,
            unit=_unit(statistic, scale_unit),
            year=year,
            territory=territory,
            indicator=indicator,
            themes=themes,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            keeper=_keeper(by, keeper),
            by=by,
            at=at,
        )
        publish_evidence_figure(figure=figure, by=by, at=at)
        PublishedFigure.objects.create(
            figure=figure,
            round=round,
            statistic=statistic,
            scale=scale,
            scale_unit=scale_unit,
            threshold=threshold if statistic == Statistic.BELOW else None,
            population=population,
            grade=grade or LocalisedText(),
            method=method or LocalisedText(),
        )
        act.on(figure.urn)
        act.note(statistic=statistic, unit=scale_unit, threshold=threshold.urn if threshold else None)
        figure.refresh_from_db()
        return figure


def _keeper(by: Actor, body: Organisation | None) -> Organisation | None:
    """The body that keeps a figure of its own data; somebody from elsewhere keeps theirs for their body."""
    if body is None or not (by.is_system or by.holds(Role.ANALYST, body.urn)):
        return None
    return body


def unit_of(run: EstimateRun) -> LocalisedText:
    """The unit of a run's values."""
    scale = DesignTerms.of(run.dataset.design).scale(run.spec["scale"])
    return _unit(run.spec["statistic"], scale.unit)


def definition_of(run: EstimateRun, cell: dict[str, Any]) -> LocalisedText:
    """What exactly a cell says: statistic, scale, thresholds with their owner, population."""
    scale = DesignTerms.of(run.dataset.design).scale(run.spec["scale"])
    cuts = _cuts_in_words([(cut["value"], cut["owner"]) for cut in run.spec["cuts"]])
    return _definition(run.spec["statistic"], scale.label, scale.unit, cuts, population_of(run, cell))


def population_of(run: EstimateRun, cell: dict[str, Any]) -> LocalisedText:
    """The pupils of a cell: those of the data set, of its groups, among whom the run asked for."""
    groups = [(column, value) for column, value in [*cell["labels"], *sorted(run.spec["where"].items())]]
    named = [(run.dataset.reporting_columns().get(c), run.dataset.value_label(c, v)) for c, v in groups]
    groups_told = [_each(_("%(column)s : %(value)s"), column=c, value=v) for c, v in named if c]
    return LocalisedText(
        {
            tag: ", ".join([run.dataset.population.read(tag), *(told.read(tag) for told in groups_told)])
            for tag, _name in settings.LANGUAGES
        }
    )


def label_of_cell(run: EstimateRun, cell: dict[str, Any]) -> LocalisedText:
    """The title of a cell as a figure: what, where."""
    scale = DesignTerms.of(run.dataset.design).scale(run.spec["scale"])
    where = [run.dataset.value_label(column, value) for column, value in cell["labels"]]
    cut = _cuts_in_words([(run.spec["cuts"][0]["value"], "")]) if run.spec["cuts"] else LocalisedText()
    return _label(run.spec["statistic"], scale.label, cut, cell["part"], where)


def _unit(statistic: str, scale_unit: str) -> LocalisedText:
    if statistic != Statistic.MEAN:
        return LocalisedText({"fr": "%", "en": "%"})
    return _each(_("points sur l'échelle %(unit)s"), unit=scale_unit)


def cut_in_words(value: Decimal | float, language: str = "") -> str:
    """A cut score as a language writes it, with the decimals that it has and no more."""
    exact = Decimal(str(value)).normalize()
    exponent = exact.as_tuple().exponent
    return number(exact, max(0, -exponent) if isinstance(exponent, int) else 0, language)


def _cuts_in_words(cuts: Sequence[tuple[Decimal | float, str]]) -> LocalisedText:
    return LocalisedText(
        {
            tag: "; ".join(
                f"{cut_in_words(v, tag)} ({owner})" if owner else cut_in_words(v, tag) for v, owner in cuts
            )
            for tag, _name in settings.LANGUAGES
        }
    )


def _definition(
    statistic: str, scale: LocalisedText, scale_unit: str, cuts: LocalisedText, population: LocalisedText
) -> LocalisedText:
    sentences = {
        Statistic.MEAN: _("Moyenne sur l'échelle %(scale)s (%(unit)s). Population : %(population)s."),
        Statistic.BELOW: _(
            "Part des élèves sous %(cuts)s sur l'échelle %(scale)s (%(unit)s). Population : %(population)s."
        ),
        Statistic.LEVELS: _(
            "Répartition des élèves entre %(cuts)s sur l'échelle %(scale)s (%(unit)s). "
            "Population : %(population)s."
        ),
    }
    return _each(
        sentences[Statistic(statistic)], scale=scale, unit=scale_unit, cuts=cuts, population=population
    )


def _label(
    statistic: str, scale: LocalisedText, cut: LocalisedText, part: str, where: Sequence[LocalisedText]
) -> LocalisedText:
    sentences = {
        Statistic.MEAN: _("%(scale)s, moyenne"),
        Statistic.BELOW: _("%(scale)s, élèves sous %(cut)s"),
        Statistic.LEVELS: _("%(scale)s, niveau %(level)s"),
    }
    what = _each(sentences[Statistic(statistic)], scale=scale, cut=cut, level=part)
    return LocalisedText(
        {tag: ", ".join([what.read(tag), *(text.read(tag) for text in where)]) for tag in what}
    )


def source_of(run: EstimateRun) -> str:
    """What a computed figure names as its source: the file, by its hash."""
    dataset = run.dataset
    return f"{dataset.source_label or dataset.title.read('fr')} ({dataset.short_hash})"[:300]


def thresholds_of(run: EstimateRun) -> list[Threshold]:
    """The thresholds named in a run's specification, in the order of their values."""
    uids = [cut["urn"].rpartition(":")[2] for cut in run.spec["cuts"]]
    return list(Threshold.objects.filter(uid__in=uids).order_by("value"))


def _each(sentence: Any, **values: Any) -> LocalisedText:
    """A sentence of ours in each language of the interface, with values that have their own languages."""
    texts = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            texts[tag] = str(sentence) % {
                name: value.read(tag) if isinstance(value, LocalisedText) else value
                for name, value in values.items()
            }
    return LocalisedText(texts)


def _locked(table: EstimateTable) -> EstimateTable:
    return (
        EstimateTable.objects.select_for_update(of=("self",))
        .select_related("run__dataset__design", "run__dataset__owner", "run__dataset__round")
        .get(pk=table.pk)
    )
