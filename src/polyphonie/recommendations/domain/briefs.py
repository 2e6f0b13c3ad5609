"""The site's own words on its brief; all the rest is read from the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.models import Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Brief, BriefFigure, SiteProcess

PROBLEM_LIMIT = 3_000


class ProblemTooLong(Refusal):
    def __init__(self, length: int) -> None:
        super().__init__(
            _("Le problème compte %(length)d signes ; la limite est %(limit)d, la note tient en deux pages.")
            % {"length": length, "limit": PROBLEM_LIMIT},
            field="problem",
        )


class FigureNotReadable(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Ce chiffre n'est pas publié ; choisissez un chiffre publié, avec sa source."), field="figures"
        )


def write_brief(
    *,
    site_process: SiteProcess,
    problem: LocalisedText,
    next_step: LocalisedText | None = None,
    next_date: date | None = None,
    figures: Sequence[Figure] = (),
    version: int = 1,
    by: Actor,
    at: datetime,
) -> Brief:
    """Write what only the site can say on its brief: the problem, the next step with its date, and
    which figures stand there. ``version`` is 1 for the first time."""
    with ledger.act("recommendations.write_brief", by=by, at=at) as act:
        permit("recommendations.contextualise", by, site_process.process)
        SiteProcess.objects.select_for_update().get(pk=site_process.pk)
        for text in problem.values():
            if len(text) > PROBLEM_LIMIT:
                raise ProblemTooLong(len(text))
        wanted = list(dict.fromkeys(f.pk for f in figures))
        readable = set(
            Figure.objects.readable_by(by, at)
            .filter(pk__in=wanted, published_at__lte=at)
            .values_list("pk", flat=True)
        )
        if readable != set(wanted):
            raise FigureNotReadable()
        brief, created = Brief.objects.get_or_create(site_process=site_process)
        if not created:
            brief = Brief.objects.select_for_update().get(pk=brief.pk)
            if brief.version != version:
                raise ChangedMeanwhile(
                    _("La note a été changée entre-temps ; lisez les deux versions, puis choisissez."),
                    theirs=brief,
                    mine={"problem": problem, "next_step": next_step, "next_date": next_date},
                )
            brief.version += 1
        brief.problem = problem
        brief.next_step = next_step or LocalisedText()
        brief.next_date = next_date
        brief.save()
        brief.figures.all().delete()
        BriefFigure.objects.bulk_create(
            BriefFigure(brief=brief, figure_id=pk, order=order) for order, pk in enumerate(wanted)
        )
        act.on(brief.urn, book=site_process.process.urn)
        act.note(version=brief.version, figures=len(wanted))
        return brief
