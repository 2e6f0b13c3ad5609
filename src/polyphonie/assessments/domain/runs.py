"""Runs: asked for, carried out beside the requests, finished with a table, or ended with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

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

from ..enums import Access, Statistic
from ..models import Dataset, EstimateRun, EstimateTable, RunRequest, Threshold
from ..signals import run_queued
from ..states import DATASET, RUN
from .designs import DesignTerms, ThresholdMissing, ThresholdOfAnotherScale
from .disclosure import protected
from .estimating import PACKAGE, Cancelled, Cut, Filter, Job, Result, Specification, estimate, fingerprint
from .pupil_files import columns_path, keep_result, unpacked

WORKER = Actor.system("assessments.compute")
MOST_CROSSED = 3
ABANDONED_AFTER = timedelta(minutes=2)

WHY_BROKEN = {
    "memory": _("Le calcul a dépassé la mémoire permise (%(memory)d Mo) ; demandez moins de ventilations."),
    "time": _("Le calcul a dépassé le temps permis (%(seconds)d s) ; demandez moins de ventilations."),
    "worker_gone": _("Le programme de calcul a été arrêté en cours de route ; relancez le calcul."),
    "crashed": _(
        "Le calcul s'est interrompu sans dire pourquoi ; relancez-le, et signalez-le s'il recommence."
    ),
}


class BrokenOff(Exception):
    """A computation ended without a result; ``code`` is one of :data:`WHY_BROKEN`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
        if dataset.access == Access.RESTRICTED:
            # what somebody may read depends on what they have had before
            wanted = replace(wanted, reader=str(by.id))
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
        row.state, row.started_at, row.seen_at, row.progress = "running", at, at, 0
        row.save(update_fields=["state", "started_at", "seen_at", "progress"])
        act.on(row.urn, book=row.dataset.urn)
        return row


def finish_run(*, run: EstimateRun, result: Result, by: Actor, at: datetime) -> EstimateRun:
    """Keep the table and the replicate estimates, and tell those who asked. Withheld cells are gone
    before anything is stored."""
    with ledger.act("assessments.finish_run", by=by, at=at) as act:
        permit("assessments.compute", by, run.dataset)
        row = _locked(run)
        RUN.check(row.state, "done", row)
        kept = result.keeping(protected(result.cells))
        row.state, row.progress, row.ended_at = "done", 100, at
        row.seconds = (at - row.started_at).total_seconds() if row.started_at else None
        row.provenance = result.provenance
        row.result_hash = keep_result(str(row.uid), kept.table.as_bytes())
        row.save()
        EstimateTable.objects.create(run=row, cells=[cell.as_dict() for cell in kept.cells])
        act.on(row.urn, book=row.dataset.urn)
        withheld = sum(1 for cell in kept.cells if cell.value is None)
        act.note(cells=len(kept.cells), withheld=withheld, result=row.result_hash)
        _tell(row, _both(_("Votre calcul est terminé : « %(title)s ».")), by, at)
        return row


def refuse_run(*, run: EstimateRun, sentence: str, by: Actor, at: datetime) -> EstimateRun:
    """The file does not allow what was asked: the sentence says why."""
    return _end(run, "refused", sentence, "assessments.refuse_run", by, at)


def fail_run(*, run: EstimateRun, code: str, by: Actor, at: datetime) -> EstimateRun:
    """The computation broke off: ``code`` says why, and no half table is left."""
    return _end(run, "failed", code, "assessments.fail_run", by, at)


def reason_in_words(run: EstimateRun) -> str:
    """Why a run has no result, for the reader."""
    if run.reason not in WHY_BROKEN:
        return run.reason
    limits = {"memory": settings.COMPUTE_MEMORY // 1_000_000, "seconds": settings.COMPUTE_SECONDS}
    return str(WHY_BROKEN[run.reason]) % limits


def compute_here(job: Job, dataset: Dataset, progress: Callable[[int], None]) -> Result:
    """Compute in this process."""
    kept = columns_path(dataset.sha256).read_bytes()
    return estimate(job, unpacked(kept, expected=dataset.table_sha256), progress=progress)


Compute: TypeAlias = Callable[[Job, Dataset, Callable[[int], None]], Result]


def carry_out(*, run: EstimateRun, compute: Compute = compute_here) -> EstimateRun:
    """Do the whole of a queued run; one that is over, or taken up by another worker, is left alone."""
    run = EstimateRun.objects.select_related("dataset__design", "dataset__owner").get(pk=run.pk)
    if run.state != "queued":
        return run
    run = start_run(run=run, by=WORKER, at=clock.wall())
    dataset = run.dataset
    wanted = Specification.read(run.spec)
    job = Job(DesignTerms.of(dataset.design), wanted, dataset.sha256, earlier_filters(run, wanted))
    try:
        result = compute(job, dataset, partial(show_progress, run))
        return finish_run(run=run, result=result, by=WORKER, at=clock.wall())
    except Cancelled:
        return EstimateRun.objects.get(pk=run.pk)
    except BrokenOff as broken:
        return fail_run(run=run, code=broken.code, by=WORKER, at=clock.wall())
    except Refusal as refusal:
        with translation.override("fr"):
            return refuse_run(run=run, sentence=str(refusal.sentence), by=WORKER, at=clock.wall())


def earlier_filters(run: EstimateRun, wanted: Specification) -> tuple[Filter, ...]:
    """The filters of the tables that the same person has had from a restricted set, the rest being equal."""
    if not wanted.reader:
        return ()
    found = []
    for other in (
        EstimateRun.objects.filter(dataset=run.dataset, state="done").exclude(pk=run.pk).order_by("pk")
    ):
        before = Specification.read(other.spec)
        if replace(before, where=()) == replace(wanted, where=()) and before.where != wanted.where:
            found.append(before.where)
    return tuple(found)


def show_progress(run: EstimateRun, percent: int) -> None:
    """Write how far a run is and that somebody is at it. Raises :class:`Cancelled` once it was stopped."""
    row = EstimateRun.objects.filter(pk=run.pk, state="running")
    if not row.update(progress=min(percent, 99), seen_at=clock.wall()):
        raise Cancelled()


def fail_abandoned_runs(*, at: datetime) -> int:
    """Runs at which nobody is any more, because the worker was killed, end with a reason."""
    gone = EstimateRun.objects.filter(state="running", seen_at__lt=at - ABANDONED_AFTER).order_by("pk")
    for run in gone:
        fail_run(run=run, code="worker_gone", by=WORKER, at=at)
    return len(gone)


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
