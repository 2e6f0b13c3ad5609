"""A programme of visits: who takes part, in which stages, towards which results."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Territory, Theme

from ..enums import Precision, StageKind
from ..models import ExpectedResult, Flow, GridVersion, Programme, Stage
from .refusals import (
    EndsBeforeStart,
    SourceMissing,
    WordingMissing,
    WrittenMeanwhile,
    check_choice,
    check_period,
    spoken,
)

NO_TEXT = LocalisedText()


class ProgrammeAddressTaken(Refusal):
    def __init__(self, slug: str) -> None:
        super().__init__(
            _("L'adresse « %(slug)s » est déjà celle d'un autre programme ; choisissez-en une autre.")
            % {"slug": slug},
            field="slug",
        )


class OrganiserNotInProgramme(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("« %(name)s » ne participe pas à ce programme ; inscrivez-la d'abord parmi les participants.")
            % {"name": name},
            field="organiser",
        )


class FlowTwice(Refusal):
    def __init__(self, organiser: str, territory: str) -> None:
        super().__init__(
            _("%(organiser)s organise déjà les mobilités vers %(territory)s ; ouvrez le flux existant.")
            % {"organiser": organiser, "territory": territory},
            field="territory",
        )


class ProgrammeAlreadyPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce programme est déjà publié ; rien n'est à refaire."))


class StageInTheFuture(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("Cette étape ne peut pas s'être tenue le %(day)s, qui est à venir ; corrigez la date.")
            % {"day": spoken(day)},
            field="actual_from",
        )


def open_programme(
    *,
    slug: str,
    title: LocalisedText,
    grid: GridVersion,
    from_date: date,
    until_date: date | None,
    by: Actor,
    at: datetime,
    summary: LocalisedText = NO_TEXT,
    funder: LocalisedText = NO_TEXT,
    reference: str = "",
    default_days: int = 5,
    participants: Iterable[Organisation] = (),
    themes: Iterable[Theme] = (),
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Programme:
    """Open a programme in preparation, under one grid. ``until_date`` is exclusive."""
    with ledger.act("mobility.open_programme", by=by, at=at) as act:
        permit("mobility.keep_programme", by)
        if not title:
            raise WordingMissing("title", _("titre"))
        if until_date is not None and until_date <= from_date:
            raise EndsBeforeStart(from_date, until_date, "until_date")
        if Programme.objects.filter(slug=slug).exists():
            raise ProgrammeAddressTaken(slug)
        programme = Programme.objects.create(
            slug=slug,
            title=title,
            summary=summary,
            funder=funder,
            reference=reference,
            from_date=from_date,
            until_date=until_date,
            default_days=default_days,
            grid=grid,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        programme.participants.set(participants)
        programme.themes.set(themes)
        act.on(programme.urn)
        act.note(grid=grid.urn)
        return programme


def open_flow(
    *,
    programme: Programme,
    organiser: Organisation,
    territory: Territory,
    by: Actor,
    at: datetime,
    quota: int | None = None,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Flow:
    """Say who organises the visits to a territory."""
    with ledger.act("mobility.open_flow", by=by, at=at) as act:
        permit("mobility.keep_programme", by)
        held = Programme.objects.select_for_update().get(pk=programme.pk)
        if not held.participants.filter(pk=organiser.pk).exists():
            raise OrganiserNotInProgramme(str(organiser.name))
        if held.flows.filter(organiser=organiser, territory=territory).exists():
            raise FlowTwice(str(organiser.name), str(territory.name))
        last = held.flows.aggregate(last=Max("order"))["last"]
        flow = Flow.objects.create(
            programme=held,
            organiser=organiser,
            territory=territory,
            order=0 if last is None else last + 1,
            quota=quota,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(flow.urn, book=held.urn)
        act.note(organiser=organiser.urn, territory=territory.urn)
        return flow


def plan_stage(
    *,
    programme: Programme,
    kind: str,
    title: LocalisedText,
    planned_from: date,
    planned_until: date,
    by: Actor,
    at: datetime,
    planned_precision: str = Precision.MONTH,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Stage:
    """Write a stage as it is planned; what takes place is recorded apart and never in its stead."""
    with ledger.act("mobility.plan_stage", by=by, at=at) as act:
        permit("mobility.keep_programme", by)
        check_choice(kind, StageKind, "kind")
        check_choice(planned_precision, Precision, "planned_precision")
        check_period(planned_from, planned_until, field="planned_until")
        if not title:
            raise WordingMissing("title", _("titre"))
        held = Programme.objects.select_for_update().get(pk=programme.pk)
        last = held.stages.aggregate(last=Max("order"))["last"]
        stage = Stage.objects.create(
            programme=held,
            order=1 if last is None else last + 1,
            kind=kind,
            title=title,
            planned_from=planned_from,
            planned_until=planned_until,
            planned_precision=planned_precision,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(stage.urn, book=held.urn)
        act.note(kind=kind, planned_from=planned_from, planned_until=planned_until)
        return stage


def record_stage(
    *,
    stage: Stage,
    version: int,
    by: Actor,
    at: datetime,
    actual_from: date | None = None,
    actual_until: date | None = None,
    actual_precision: str = Precision.MONTH,
    outcome: LocalisedText = NO_TEXT,
    source_label: str = "",
    source_url: str = "",
) -> Stage:
    """Record when a stage was held, what came of it, and who says so. The planned dates stay."""
    with ledger.act("mobility.record_stage", by=by, at=at) as act:
        held = Stage.objects.select_for_update(of=("self",)).select_related("programme").get(pk=stage.pk)
        permit("mobility.record_stage", by, held.programme)
        if held.version != version:
            raise WrittenMeanwhile()
        check_choice(actual_precision, Precision, "actual_precision")
        if actual_from is None and not outcome:
            raise WordingMissing("outcome", _("ce qui en est sorti"))
        if actual_from is not None:
            check_period(actual_from, actual_until or actual_from, field="actual_until")
            if actual_from > at.date():
                raise StageInTheFuture(actual_from)
        if not (source_label or source_url or held.is_fictitious):
            raise SourceMissing()
        held.actual_from = actual_from
        held.actual_until = (actual_until or actual_from) if actual_from is not None else None
        held.actual_precision = actual_precision
        held.outcome = outcome
        held.outcome_source_label, held.outcome_source_url = source_label, source_url
        held.version += 1
        held.save()
        act.on(held.urn, book=held.programme.urn)
        act.note(actual_from=actual_from, actual_until=held.actual_until)
        return held


def expect_result(
    *,
    programme: Programme,
    text: LocalisedText,
    by: Actor,
    at: datetime,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> ExpectedResult:
    """Write what the programme is to change. Nothing proves it yet."""
    with ledger.act("mobility.expect_result", by=by, at=at) as act:
        permit("mobility.keep_programme", by)
        if not text:
            raise WordingMissing("text", _("résultat attendu"))
        held = Programme.objects.select_for_update().get(pk=programme.pk)
        last = held.results.aggregate(last=Max("order"))["last"]
        result = ExpectedResult.objects.create(
            programme=held,
            order=1 if last is None else last + 1,
            text=text,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        act.on(result.urn, book=held.urn)
        return result


def prove_result(
    *,
    result: ExpectedResult,
    proof: LocalisedText,
    link: str,
    by: Actor,
    at: datetime,
    is_fictitious: bool = False,
) -> ExpectedResult:
    """Say what shows that an expected result has come about, and where it can be read."""
    with ledger.act("mobility.prove_result", by=by, at=at) as act:
        permit("mobility.keep_programme", by)
        if not proof:
            raise WordingMissing("proof", _("ce qui le prouve"))
        if not link and not is_fictitious:
            raise SourceMissing()
        held = (
            ExpectedResult.objects.select_for_update(of=("self",))
            .select_related("programme")
            .get(pk=result.pk)
        )
        held.proof, held.proof_link, held.proof_is_fictitious = proof, link, is_fictitious
        held.proven_at = at
        held.save()
        act.on(held.urn, book=held.programme.urn)
        return held


def publish_programme(*, programme: Programme, by: Actor, at: datetime) -> Programme:
    """Open the programme to everybody. It needs a source, or the mark of an invented example."""
    with ledger.act("mobility.publish_programme", by=by, at=at) as act:
        permit("mobility.keep_programme", by)
        held = Programme.objects.select_for_update().get(pk=programme.pk)
        if held.published_at is not None:
            raise ProgrammeAlreadyPublished()
        if not (held.has_source or held.is_fictitious):
            raise SourceMissing()
        held.published_at = at
        held.save(update_fields=["published_at"])
        act.on(held.urn)
        return held
