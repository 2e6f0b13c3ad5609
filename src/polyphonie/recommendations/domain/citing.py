"""Who cites a figure is told when another one takes its place."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from polyphonie.evidence.models import Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.notice import send_notice
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.enums import Role
from polyphonie.network.models import Person

from ..models import BriefFigure, Derivation, Process, Recommendation, SiteProcess

TOLD = (Role.HOST_COORDINATOR, Role.SITE_COORDINATOR)


def tell_those_who_cite(*, old: Figure, new: Figure, by: Actor, at: datetime) -> int:
    """A notice to each coordination of a body or a site whose recommendation, answer or brief rests on
    the old figure; one per person, leading to the new figure. Gives back how many were told."""
    with ledger.act("recommendations.tell_those_who_cite", by=by, at=at) as act:
        processes = _citing(old)
        sites = SiteProcess.objects.filter(process__in=processes).select_related("site").order_by("pk")
        bodies = {process.issuer_id for process in processes}
        scopes = {process.issuer.urn for process in processes} | {row.site.urn for row in sites}
        mandates = mandates_in_force(at).filter(
            Q(scope__in=scopes) | Q(organisation__in=bodies), role__in=TOLD
        )
        people = Person.objects.filter(pk__in=mandates.order_by().values("person")).order_by("pk")
        for person in people:
            send_notice(
                person=person,
                subject_urn=new.urn,
                expectation=_sentence(old),
                link=new.permalink,
                by=by,
                at=at,
            )
        act.on(new.urn)
        act.note(supersedes=old.urn, told=len(people))
        return len(people)


def _citing(figure: Figure) -> list[Process]:
    """The processes of the texts, answers and briefs that rest on a figure."""
    texts = Recommendation.objects.filter(
        removed_at=None, revisions__evidence_links__statement__figures=figure
    )
    answers = Derivation.objects.filter(evidence__statement__figures=figure)
    briefs = BriefFigure.objects.filter(figure=figure)
    found = Process.objects.filter(
        Q(pk__in=texts.order_by().values("process"))
        | Q(pk__in=answers.order_by().values("process"))
        | Q(pk__in=briefs.order_by().values("brief__site_process__process"))
    )
    return list(found.select_related("issuer").order_by("pk"))


def _sentence(figure: Figure) -> LocalisedText:
    texts = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            texts[tag] = _(
                "Un chiffre que vous citez a été révisé : « %(label)s ». Relisez ce que vous en dites."
            ) % {"label": figure.label.read(tag)}
    return LocalisedText(texts)
