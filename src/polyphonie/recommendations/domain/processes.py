"""Opening the frames in which people write together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.conferences.models import Conference, Site
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..enums import ProcessKind
from ..models import Process, SiteProcess


class TitleMissing(Refusal):
    """A process nobody could name."""

    def __init__(self) -> None:
        super().__init__(_("Donnez un titre à ce processus, dans une langue au moins."), field="title")


class SiteProcessExists(Refusal):
    """A site works on the host's recommendations once."""

    def __init__(self, site: Site) -> None:
        super().__init__(
            _("L'atelier de %(site)s est déjà ouvert ; rejoignez-le, rien n'est à refaire.")
            % {"site": site.organisation.name}
        )


class SourceProcessUnclear(Refusal):
    """The conference has no process to start from, or several, and none was named."""

    def __init__(self, count: int) -> None:
        sentence = (
            _("Cette conférence n'a pas encore de recommandations à reprendre ; attendez leur publication.")
            if count == 0
            else _("Cette conférence a %(count)d ensembles de recommandations ; dites lequel reprendre.")
            % {"count": count}
        )
        super().__init__(sentence, field="source_process")


def open_process(
    *,
    kind: str,
    issuer: Organisation,
    title: LocalisedText,
    conference: Conference | None = None,
    phases: Sequence[Mapping[str, Any]] = (),
    languages: Sequence[str] = ("fr",),
    is_closed: bool = False,
    requires_evidence: bool = False,
    is_fictitious: bool = False,
    by: Actor,
    at: datetime,
) -> Process:
    """Open a process of a host: who issues, in which languages, behind closed doors or not, and
    whether each answer needs its evidence. The rules are fixed here, before anybody writes."""
    with ledger.act("recommendations.open_process", by=by, at=at) as act:
        if conference is not None:
            permit("recommendations.open_conference_process", by, conference)
        else:
            permit("recommendations.open_body_process", by, issuer)
        if not title:
            raise TitleMissing()
        process = Process.objects.create(
            kind=ProcessKind(kind),
            issuer=issuer,
            conference=conference,
            title=title,
            phases=list(phases),
            languages=list(languages),
            is_closed=is_closed,
            requires_evidence=requires_evidence,
            is_fictitious=is_fictitious,
            opened_at=at,
        )
        act.on(process.urn)
        act.note(kind=process.kind, is_closed=is_closed, requires_evidence=requires_evidence)
        return process


def open_site_process(
    *,
    site: Site,
    source_process: Process | None = None,
    title: LocalisedText | None = None,
    requires_evidence: bool = False,
    is_closed: bool = False,
    by: Actor,
    at: datetime,
) -> SiteProcess:
    """Open a site's own process on the host's recommendations. Without ``source_process``, the one
    process of the conference is taken; with several, somebody has to say which."""
    with ledger.act("recommendations.open_site_process", by=by, at=at) as act:
        permit("recommendations.open_site_process", by, site)
        Site.objects.select_for_update().get(pk=site.pk)
        if SiteProcess.objects.filter(site=site).exists():
            raise SiteProcessExists(site)
        if source_process is None:
            of_host = list(
                Process.objects.filter(conference=site.conference, site_process=None).order_by("pk")[:2]
            )
            if len(of_host) != 1:
                raise SourceProcessUnclear(len(of_host))
            source_process = of_host[0]
        process = Process.objects.create(
            kind=ProcessKind.WORKSHOP,
            issuer=site.organisation,
            conference=site.conference,
            title=title
            or LocalisedText(fr="Préconisations contextualisées", en="Contextualised recommendations"),
            languages=list(dict.fromkeys([site.language, "fr"])),
            requires_evidence=requires_evidence or source_process.requires_evidence,
            is_closed=is_closed,
            is_fictitious=site.is_fictitious,
            opened_at=at,
        )
        opened = SiteProcess.objects.create(process=process, source_process=source_process, site=site)
        act.on(opened.urn, book=process.urn)
        act.note(site=site.urn, source=source_process.urn)
        return opened
