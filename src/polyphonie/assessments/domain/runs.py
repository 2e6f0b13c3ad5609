"""Runs: asked for, carried out beside the requests, finished with a table, or ended with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.notice import send_notice
from polyphonie.network.models import Person

from ..enums import Statistic
from ..models import Dataset, EstimateRun, EstimateTable, RunRequest, Threshold
from ..signals import run_queued
from ..states import DATASET, RUN
from .designs import DesignTerms
from .disclosure import protected
from .estimating import PACKAGE, Cancelled, Cut, Result, Specification, estimate, fingerprint
from .pupil_files import columns_of, keep_replicates

WORKER = Actor.system("assessments.compute")
MOST_CROSSED = 3


class StatisticUnknown(Refusal):
    def __init__(self, statistic: str) -> None:
        super().__init__(
            _("« %(statistic)s » n'est pas de ce qui se calcule ; choisissez dans la liste.")
            % {"statistic": statistic},
            field="statistic",
        )


class DatasetNotReady(Refusal):
    def __init__(self, state: Any) -> None:
        super().__init__(
            _("Ce jeu de données est « %(state)s » ; on calcule sur un jeu prêt.") % {"state": state}
        )


class ColumnNotForTables(Refusal):
    """A table is broken down by the columns that the data set's own description offers."""

    def __init__(self, column: str, known: Sequence[str], *, field: str = "by") -> None:
        super().__init__(
            _("On ne ventile pas par « %(column)s » ; ce jeu de données offre : %(known)s.")
            % {"column": column, "known": ", ".join(known) or "–"},
            field=field,
        )


class TooManyCrossed(Refusal):
    def __init__(self, asked: int) -> None:
        super().__init__(
            _("On croise %(most)d colonnes au plus ; vous en demandez %(asked)d.")
            % {"most": MOST_CROSSED, "asked": asked},
            field="by",
        )


class ThresholdMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Choisissez le seuil, avec son propriétaire : une part sous un seuil sans nom ne se cite pas."),
            field="thresholds",
        )


class ThresholdOfAnotherScale(Refusal):
    def __init__(self, threshold: Threshold, unit: str) -> None:
        super().__init__(
            _("Le seuil « %(threshold)s » est sur l'échelle %(theirs)s ; ce calcul est en %(ours)s.")
            % {
                "threshold": str(threshold.label),
                "theirs": f"{threshold.unit} {threshold.scale}",
                "ours": unit,
            },
            field="thresholds",
        )


def ask_run(
    *,
    dataset: Dataset,
    statistic: str,
    scale: str,
    by: Actor,
    at: datetime,
    breakdown: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    thresholds: Sequence[Threshold] = (),
) -> EstimateRun:
    """Ask for a computation. The same file, specification and package version give the stored result:
    the run that is there is given back, with one more person who asked for it."""
    with ledger.act("assessments.ask_run", by=by, at=at) as act:
        permit("assessments.compute", by, dataset)
        if dataset.state != "ready":
            raise DatasetNotReady(DATASET.label(dataset.state))
        terms = DesignTerms.of(dataset.design)
        wanted = _specification(dataset, terms, statistic, scale, breakdown, where or {}, thresholds)
        stored = wanted.as_dict(terms)
        run, made = EstimateRun.objects.get_or_create(
            dataset=dataset,
            spec_hash=fingerprint(stored),
            package_version=PACKAGE,
            state__in=["queued", "running", "done"],
            defaults={"spec": stored, "asked_at": at, "state": "queued"},
        )
        RunRequest.objects.get_or_create(run=run, asked_by=by.id, defaults={"asked_at": at})
        if made:
            run_queued.send(EstimateRun, run=run)
        act.on(run.urn, book=dataset.urn)
        act.note(spec=run.spec_hash, file=dataset.sha256, package=PACKAGE, stored=not made)
        return run


def cancel_run(*, run: EstimateRun, by: Actor, at: datetime) -> EstimateRun:
    """Stop a run before its next block. Nothing of it is kept."""
    with ledger.act("assessments.cancel_run", by=by, at=at) as act:
        permit("assessments.compute", by, run.dataset)
        row = _locked(run)
        RUN.check(row.state, "cancelled", row)
        row.state, row.ended_at = "cancelled", at
        row.save(update_fields=["state", "ended_at"])
        act.on(row.urn, book=row.dataset.urn)
        return row


def start_run(*, run: EstimateRun, by: Actor, at: datetime) -> EstimateRun:
    """The worker takes the run up."""
    with ledger.act("assessments.start_run", by=by, at=at) as act:
        permit("assessments.compute", by, run.dataset)
        row = _locked(run)
        RUN.check(row.state, "running", row)
        row.state, row.started_at, row.progress = "running", at, 0
        row.save(update_fields=["state", "started_at", "progress"])
        act.on(row.urn, book=row.dataset.urn)
        return row


def finish_run(*, run: EstimateRun, result: Result, by: Actor, at: datetime) -> EstimateRun:
    """Keep the table and the replicate estimates, and tell those who asked. Withheld cells are gone
    before anything is stored."""
    with ledger.act("assessments.finish_run", by=by, at=at) as act:
        permit("assessments.compute", by, run.dataset)
        row = _locked(run)
        RUN.check(row.state, "done", row)
        cells = protected(result.cells)
        row.state, row.progress, row.ended_at = "done", 100, at
        row.seconds = (at - row.started_at).total_seconds() if row.started_at else None
        row.provenance = result.provenance
        row.result_hash = keep_replicates(
            str(row.uid), {cell.key: cell.estimates for cell in cells if cell.estimates is not None}
        )
        row.save()
        EstimateTable.objects.create(run=row, cells=[cell.as_dict() for cell in cells])
        act.on(row.urn, book=row.dataset.urn)
        act.note(cells=len(cells), withheld=sum(1 for c in cells if c.value is None), result=row.result_hash)
        _tell(row, _both(_("Votre calcul est terminé : « %(title)s ».")), by, at)
        return row


def refuse_run(*, run: EstimateRun, sentence: str, by: Actor, at: datetime) -> EstimateRun:
    """The file does not allow what was asked: the sentence says why."""
    return _end(run, "refused", sentence, "assessments.refuse_run", by, at)


def fail_run(*, run: EstimateRun, sentence: str, by: Actor, at: datetime) -> EstimateRun:
    """The computation broke off: the sentence says why, and no half table is left."""
    return _end(run, "failed", sentence, "assessments.fail_run", by, at)


def carry_out(*, run: EstimateRun) -> EstimateRun:
    """Do the whole of a queued run; one that is over, or taken up by another worker, is left alone."""
    run = EstimateRun.objects.select_related("dataset__design", "dataset__owner").get(pk=run.pk)
    if run.state != "queued":
        return run
    run = start_run(run=run, by=WORKER, at=clock.wall())
    dataset = run.dataset
    try:
        result = estimate(
            DesignTerms.of(dataset.design),
            columns_of(dataset.sha256, expected=dataset.table_sha256),
            Specification.read(run.spec),
            source_sha256=dataset.sha256,
            progress=partial(show_progress, run),
        )
    except Cancelled:
        return EstimateRun.objects.get(pk=run.pk)
    except Refusal as refusal:
        with translation.override("fr"):
            return refuse_run(run=run, sentence=str(refusal.sentence), by=WORKER, at=clock.wall())
    return finish_run(run=run, result=result, by=WORKER, at=clock.wall())


def show_progress(run: EstimateRun, percent: int) -> None:
    """Write how far a run is, between two blocks. Raises :class:`Cancelled` once somebody has stopped it."""
    if not EstimateRun.objects.filter(pk=run.pk, state="running").update(progress=min(percent, 99)):
        raise Cancelled()


def _specification(
    dataset: Dataset,
    terms: DesignTerms,
    statistic: str,
    scale: str,
    breakdown: Sequence[str],
    where: Mapping[str, str],
    thresholds: Sequence[Threshold],
) -> Specification:
    if statistic not in Statistic.values:
        raise StatisticUnknown(statistic)
    known = dataset.reporting_columns()
    for column in breakdown:
        if column not in known:
            raise ColumnNotForTables(column, list(known))
    for column in where:
        if column not in known:
            raise ColumnNotForTables(column, list(known), field="where")
    crossed = list(dict.fromkeys([*terms.sampling.sample, *breakdown]))
    if len(crossed) + len(where) > MOST_CROSSED:
        raise TooManyCrossed(len(crossed) + len(where))
    chosen = terms.scale(scale)
    if statistic != Statistic.MEAN and not thresholds:
        raise ThresholdMissing()
    for threshold in thresholds:
        if (threshold.unit, threshold.scale) != (chosen.unit, chosen.key):
            raise ThresholdOfAnotherScale(threshold, f"{chosen.unit} {chosen.key}")
    used = [] if statistic == Statistic.MEAN else list(thresholds)
    return Specification(
        statistic,
        scale,
        tuple(crossed),
        tuple(sorted(where.items())),
        tuple(
            Cut(t.urn, t.owner, float(t.value))
            for t in sorted(used[:1] if statistic == Statistic.BELOW else used, key=lambda t: t.value)
        ),
        settings.CELL_MINIMUM_PUPILS,
        settings.CELL_MINIMUM_SCHOOLS,
    )


def _end(run: EstimateRun, state: str, sentence: str, what: str, by: Actor, at: datetime) -> EstimateRun:
    with ledger.act(what, by=by, at=at) as act:
        permit("assessments.compute", by, run.dataset)
        row = _locked(run)
        RUN.check(row.state, state, row)
        row.state, row.reason, row.ended_at = state, sentence[:500], at
        row.save(update_fields=["state", "reason", "ended_at"])
        act.on(row.urn, book=row.dataset.urn)
        _tell(row, _both(_("Votre calcul s'est arrêté sans résultat : « %(title)s ».")), by, at)
        return row


def _tell(run: EstimateRun, sentence: LocalisedText, by: Actor, at: datetime) -> None:
    """A notice to each person who asked; a task or an import that asked has no desk."""
    asked = RunRequest.objects.filter(run=run).order_by().values("asked_by")
    for person in Person.objects.filter(actor_identity__actor_id__in=asked).order_by("pk"):
        send_notice(
            person=person,
            subject_urn=run.urn,
            expectation=LocalisedText(
                {tag: text % {"title": run.dataset.title.read(tag)} for tag, text in sentence.items()}
            ),
            link=run.permalink,
            by=by,
            at=at,
        )


def _both(sentence: Any) -> LocalisedText:
    texts = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            texts[tag] = str(sentence)
    return LocalisedText(texts)


def _locked(run: EstimateRun) -> EstimateRun:
    return (
        EstimateRun.objects.select_for_update(of=("self",))
        .select_related("dataset__owner", "dataset__design")
        .get(pk=run.pk)
    )
