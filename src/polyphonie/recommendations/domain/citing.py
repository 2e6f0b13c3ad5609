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

from ..models import Recommendation

TOLD = (Role.HOST_COORDINATOR, Role.SITE_COORDINATOR)


def tell_those_who_cite(*, old: Figure, new: Figure, by: Actor, at: datetime) -> int:
    """A notice to each coordination of a body or a site whose recommendation rests on a claim that rests
    on the old figure; one per person, leading to the new figure. Gives back how many were told."""
    with ledger.act("recommendations.tell_those_who_cite", by=by, at=at) as act:
        citing = (
            Recommendation.objects.filter(removed_at=None, revisions__evidence_links__statement__figures=old)
            .select_related("issuer", "site")
            .order_by("pk")
            .distinct()
        )
        scopes = {r.issuer.urn for r in citing} | {r.site.urn for r in citing if r.site}
        mandates = mandates_in_force(at).filter(
            Q(role__in=TOLD, scope__in=scopes)
            | Q(role__in=TOLD, organisation__in=[r.issuer_id for r in citing])
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


def _sentence(figure: Figure) -> LocalisedText:
    texts = {}
    for tag, _name in settings.LANGUAGES:
        with translation.override(tag):
            texts[tag] = _(
                "Un chiffre que vous citez a été révisé : « %(label)s ». Relisez ce que vous en dites."
            ) % {"label": figure.label.read(tag)}
    return LocalisedText(texts)
