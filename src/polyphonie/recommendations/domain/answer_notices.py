"""What waits for a site whose source has changed, and for a host when a site has published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from polyphonie.conferences.models import Site
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.notice import notify_holders, settle_notices_about
from polyphonie.network.domain.queries.notices import something_waits_about
from polyphonie.network.enums import Role

from ..models import Derivation, Process, SiteProcess
from ..rules import host_scopes

HOUSE = Actor.system("recommendations.sites")
SOURCE_CHANGED = LocalisedText(
    fr="La source du point %(code)s a changé depuis la réponse de « %(body)s » : comparer, puis confirmer ou changer la réponse",
    en="The source of point %(code)s has changed since “%(body)s” answered: compare, then confirm or change the answer",
)
PUBLISHED = LocalisedText(
    fr="« %(body)s » a publié la version %(version)d de ses préconisations : les lire",
    en="“%(body)s” has published version %(version)d of its recommendations: read them",
)


def _said(sentence: LocalisedText, site: Site, **values: object) -> LocalisedText:
    return LocalisedText(
        {
            language: text % {"body": site.organisation.name.read(language), **values}
            for language, text in sentence.items()
        }
    )


def _at_work(process: Process, site: Site) -> tuple[str, list[str]]:
    """Who answers for a site: its coordination; behind closed doors, who chairs its panel."""
    if process.is_closed:
        return Role.CHAIR, [panel.group.urn for panel in process.panels.select_related("group")]
    return Role.SITE_COORDINATOR, [site.urn, site.organisation.urn]


def tell_source_changed(answers: Iterable[Derivation], *, at: datetime) -> None:
    """Tell each site that the source of an answer has changed since; who has not yet looked at an
    earlier change is not told twice."""
    for answer in answers:
        own = getattr(answer.process, "site_process", None)
        if own is None or something_waits_about(answer.urn):
            continue
        role, scopes = _at_work(answer.process, own.site)
        notify_holders(
            role=role,
            scopes=scopes,
            subject_urn=answer.urn,
            expectation=_said(SOURCE_CHANGED, own.site, code=answer.code),
            link=answer.permalink,
            by=HOUSE,
            at=at,
        )


def answer_replaced(answer: Derivation, *, at: datetime) -> None:
    """Nothing more is expected about an answer that stands no longer."""
    if something_waits_about(answer.urn):
        settle_notices_about(subject_urn=answer.urn, by=HOUSE, at=at)


def tell_published(site_process: SiteProcess, *, by: Actor, at: datetime) -> None:
    """Tell the host's coordination which version a site has published, instead of the one before."""
    if something_waits_about(site_process.urn):
        settle_notices_about(subject_urn=site_process.urn, by=HOUSE, at=at)
    notify_holders(
        role=Role.HOST_COORDINATOR,
        scopes=host_scopes(site_process.source_process),
        subject_urn=site_process.urn,
        expectation=_said(PUBLISHED, site_process.site, version=site_process.published_version),
        link=site_process.permalink,
        besides=by,
        by=HOUSE,
        at=at,
    )
