"""What a site's team has before it: the host's points, its own answers, the evidence between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from polyphonie.conferences.models import Site
from polyphonie.evidence.models import EvidenceStatement
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import may, permit
from polyphonie.network.models import Mandate, Person

from ...models import Derivation, EvidenceLink, Panel, PanelMember, Presence, Process, Revision, SiteProcess
from ...models.recommendation import Recommendation, RevisionText
from ..panels import day_of
from .reading import answers_with_texts, statements_with_source, text_of


@dataclass(frozen=True, slots=True)
class Place:
    """One point of the host and what the site has answered so far."""

    source: Revision
    source_text: RevisionText
    answer: Derivation | None
    answer_text: RevisionText | None
    evidence: list[EvidenceStatement]

    @property
    def recommendation(self) -> Recommendation:
        return self.source.recommendation


@dataclass(frozen=True, slots=True)
class PanelState:
    """The panel and who is in its room today."""

    panel: Panel
    members: list[PanelMember]
    present: frozenset[str]

    @property
    def missing(self) -> int:
        return max(0, self.panel.quorum - len(self.present))


@dataclass(frozen=True, slots=True)
class Publication:
    """The answers that the public reads since one instant; one may have been changed since by the team."""

    published_at: datetime
    answers: list[Derivation]


@dataclass(frozen=True, slots=True)
class Workshop:
    """The whole of a site's work. ``may_decide`` and ``may_publish`` are rights; whether anything waits
    to be decided or published is asked of :attr:`can_decide` and :attr:`can_publish`."""

    site: Site
    site_process: SiteProcess
    places: list[Place]
    own: list[Place]
    panel: PanelState | None
    publications: list[Publication]
    can_write: bool
    may_decide: bool
    may_publish: bool

    @property
    def answered(self) -> int:
        return sum(1 for p in self.places if p.answer is not None)

    @property
    def waiting(self) -> list[Derivation]:
        """Answers that the panel has not decided."""
        rows = [p.answer for p in [*self.places, *self.own]]
        return [a for a in rows if a is not None and a.confirmed_at is None]

    @property
    def unpublished(self) -> list[Derivation]:
        rows = [p.answer for p in [*self.places, *self.own]]
        return [a for a in rows if a is not None and a.published_at is None]

    @property
    def can_decide(self) -> bool:
        return self.may_decide and bool(self.waiting)

    @property
    def can_publish(self) -> bool:
        return self.may_publish and self.panel is not None and bool(self.unpublished)


def find_site(uid: UUID, viewer: Actor, at: datetime) -> Site:
    site = (
        Site.objects.readable_by(viewer, at)
        .filter(uid=uid)
        .select_related("organisation", "conference__host")
        .first()
    )
    if site is None:
        raise Unknown()
    return site


def site_process_of(site: Site) -> SiteProcess | None:
    return (
        SiteProcess.objects.filter(site=site)
        .select_related(
            "process__issuer", "process__conference__host", "source_process", "site__organisation"
        )
        .first()
    )


def find_workshop(uid: UUID, viewer: Actor, at: datetime) -> tuple[Site, SiteProcess]:
    """A site's process for somebody who may see its drafts; a known site without the right is a
    refusal that names the right."""
    site = find_site(uid, viewer, at)
    site_process = site_process_of(site)
    if site_process is None:
        permit("recommendations.open_site_process", viewer, site)
        raise Unknown()
    own = Process.objects.worked_on_by(viewer).filter(pk=site_process.process_id).exists()
    if not own:
        permit("recommendations.contextualise", viewer, site_process.process)
    return site, site_process


def offered(site_process: SiteProcess, at: datetime) -> list[Revision]:
    """The host's points as they stand: the newest published revision of each."""
    return list(
        Revision.objects.current(at)
        .filter(recommendation__process=site_process.source_process_id)
        .select_related("recommendation__issuer", "recommendation__process")
        .prefetch_related("texts")
        .order_by("recommendation__order", "recommendation__pk")
    )


def workshop(uid: UUID, viewer: Actor, at: datetime, language: str) -> Workshop:
    """The workshop of a site: every point of the host beside the site's answer, the panel, and what
    waits for whom."""
    site, site_process = find_workshop(uid, viewer, at)
    answers = list(
        answers_with_texts().filter(superseded_at=None, process=site_process.process).order_by("pk")
    )
    by_source = {a.about_id: a for a in answers if a.about_id is not None}
    sources = offered(site_process, at)
    cited: dict[int, list[int]] = {}
    for revision_pk, statement_pk in (
        EvidenceLink.objects.filter(revision__in=[s.pk for s in sources])
        .order_by("pk")
        .values_list("revision_id", "statement_id")
    ):
        cited.setdefault(revision_pk, []).append(statement_pk)
    readable = EvidenceStatement.objects.readable_by(viewer, at).filter(
        pk__in={pk for pks in cited.values() for pk in pks}
    )
    statements = {
        s.pk: s
        for s in statements_with_source(viewer, at).filter(pk__in=readable.values("pk")).order_by("pk")
    }
    places = []
    for source in sources:
        answer = by_source.get(source.recommendation_id)
        target = answer.target if answer else None
        places.append(
            Place(
                source=source,
                source_text=text_of(source, language),
                answer=answer,
                answer_text=target.text_for(language) if target else None,
                evidence=[statements[pk] for pk in cited.get(source.pk, []) if pk in statements],
            )
        )
    own = []
    for answer in answers:
        if answer.about_id is None and answer.target is not None:
            own.append(
                Place(
                    source=answer.target,
                    source_text=text_of(answer.target, language),
                    answer=answer,
                    answer_text=answer.target.text_for(language),
                    evidence=[],
                )
            )
    return Workshop(
        site=site,
        site_process=site_process,
        places=places,
        own=own,
        panel=panel_state(site_process.process, at),
        publications=publications_of(site_process.process, viewer, at),
        can_write=may("recommendations.contextualise", viewer, site_process.process),
        may_decide=may("recommendations.run_panel", viewer, site_process.process),
        may_publish=may("recommendations.publish", viewer, site_process.process),
    )


def publications_of(process: Process, viewer: Actor, at: datetime) -> list[Publication]:
    """What the public reads of a site, by the instant since which it does, the newest first."""
    rows = (
        Derivation.objects.readable_by(viewer, at)
        .in_force(at)
        .filter(process=process)
        .select_related("about", "target__recommendation")
        .order_by("-published_at", "pk")
    )
    return [
        Publication(published_at, list(answers))
        for published_at, answers in groupby(rows, key=lambda row: row.published_at)
        if published_at is not None
    ]


def panel_state(process: Process, at: datetime) -> PanelState | None:
    panel = process.panels.select_related("group", "process").order_by("pk").first()
    if panel is None:
        return None
    members = list(panel.members.select_related("stakeholder_group").order_by("pk"))
    present = Presence.objects.filter(member__panel=panel, day=day_of(process, at)).order_by("pk")
    return PanelState(panel, members, frozenset(present.values_list("member__pseudonym", flat=True)))


def place_of(
    uid: UUID, recommendation_uid: UUID, viewer: Actor, at: datetime, language: str
) -> tuple[Workshop, Place]:
    """One point of the workshop; an unknown point is nothing."""
    whole = workshop(uid, viewer, at, language)
    for place in whole.places:
        if place.recommendation.uid == recommendation_uid:
            return whole, place
    raise Unknown()


def statements_for(
    recommendation: Recommendation | None, site_process: SiteProcess, viewer: Actor, at: datetime
) -> list[EvidenceStatement]:
    """The statements offered to a reason: those the source cites and those on its themes,
    as far as they are published and readable."""
    readable = EvidenceStatement.objects.readable_by(viewer, at).filter(published_at__lte=at)
    if recommendation is not None:
        links = EvidenceLink.objects.filter(revision__recommendation=recommendation).values("statement")
        about = Recommendation.objects.filter(pk=recommendation.pk)
    else:
        links = EvidenceLink.objects.filter(
            revision__recommendation__process=site_process.source_process_id
        ).values("statement")
        about = Recommendation.objects.filter(process=site_process.source_process_id)
    themes = about.order_by().values("themes")
    fitting = readable.filter(pk__in=links) | readable.filter(
        pk__in=EvidenceStatement.objects.filter(themes__in=themes).order_by().values("pk")
    )
    return list(statements_with_source(viewer, at).filter(pk__in=fitting.values("pk")).order_by("code", "pk"))


def people_of(site: Site) -> list[Person]:
    """Those who hold a mandate at the site or for its body: who may be given a seat."""
    held = Mandate.objects.filter(scope__in=[site.urn, site.organisation.urn]).values("person")
    also = Mandate.objects.filter(organisation=site.organisation).values("person")
    return list(
        (Person.objects.filter(pk__in=held) | Person.objects.filter(pk__in=also)).order_by(
            "family_name", "given_name", "pk"
        )
    )


def headings(places: list[Place]) -> list[tuple[LocalisedText, list[Place]]]:
    """The points grouped as the host groups them, in the host's order."""
    groups: list[tuple[LocalisedText, list[Place]]] = []
    for place in places:
        heading = place.recommendation.heading
        if not groups or groups[-1][0] != heading:
            groups.append((heading, []))
        groups[-1][1].append(place)
    return groups
