"""The first task of each role, answered on the home page without a click."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import get_language

from polyphonie.conferences.domain.hours import Hours, hours_of
from polyphonie.conferences.enums import ReadinessQuestion, SiteMode
from polyphonie.conferences.models import Conference, Question, QuestionGroup, Session, Site
from polyphonie.cooperation.domain.queries.projects import ProjectCard, cards
from polyphonie.cooperation.enums import KEEPING_ROLES
from polyphonie.cooperation.models import Participation, Project
from polyphonie.evidence.models import Resource
from polyphonie.governance.domain.queries.dossier import MemberFile, member_files
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.identity import Urn
from polyphonie.mobility.domain.queries.coverage import Coverage, team_coverage
from polyphonie.mobility.domain.queries.visits import visits_of_team_member
from polyphonie.mobility.enums import VisitState
from polyphonie.mobility.models import Visit
from polyphonie.network.domain.queries.standing import person_of
from polyphonie.network.enums import Role
from polyphonie.partnerships.domain.queries.agreements import AgreementCard, list_agreements
from polyphonie.recommendations.models import Process, Revision, SiteProcess

READINESS_QUESTIONS = len(ReadinessQuestion)


@dataclass(frozen=True)
class VisitRow:
    """A visit and how much of its grid is filled."""

    visit: Visit
    coverage: Coverage


@dataclass(frozen=True)
class Desk:
    """What one role comes for. ``kind`` names the part of the page that shows the rows."""

    kind: str
    rows: tuple[object, ...]

    @property
    def template(self) -> str:
        return f"portal/desk_{self.kind}.html"


@dataclass(frozen=True)
class SiteRow:
    """A site as its host or its own coordination sees it."""

    site: Site
    ready: int
    outputs: SiteProcess | None
    next_session: Session | None
    hours: Hours | None

    @property
    def of_questions(self) -> int:
        return READINESS_QUESTIONS

    @property
    def mode_label(self) -> str:
        return str(SiteMode(self.site.mode).label)

    @property
    def viewing_at(self) -> datetime | None:
        """When the site sees the next session, delay included."""
        return self.hours.viewing_from if self.hours else None


@dataclass(frozen=True)
class QueueRow:
    """A conference and how many questions wait at its desk."""

    conference: Conference
    waiting: int


@dataclass(frozen=True)
class QuestionRow:
    """A question sent to an expert, with its canonical texts."""

    group: QuestionGroup
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DraftRow:
    """A closed or unfinished text of a process the viewer works on."""

    revision: Revision


@dataclass(frozen=True)
class BriefRow:
    """What a site asks of those who decide, in two pages."""

    site: Site
    published: SiteProcess | None


def programme_now(conference: Conference, at: datetime, wall: datetime) -> datetime:
    """The instant on a conference's own clock: a demonstration may keep it on one that is shifted."""
    return wall + conference.clock_offset if conference.clock_offset else at


def desks_of(viewer: Actor, at: datetime, *, wall: datetime) -> tuple[Desk, ...]:
    """One desk per role that the viewer holds, in the order of the circuit."""
    found = []
    for role, kind, read in DESKS:
        if any(viewer.holds(r) for r in role):
            found.append(Desk(kind, tuple(read(viewer, at, wall))))
    return tuple(found)


def hosted_sites(viewer: Actor, at: datetime, wall: datetime) -> list[SiteRow]:
    """Every site of the conferences that the viewer coordinates, on one screen."""
    run = Conference.objects.run_by(viewer).order_by().values("pk")
    return site_rows(viewer, at, wall, Site.objects.prepared_by(viewer).filter(conference__in=run))


def own_sites(viewer: Actor, at: datetime, wall: datetime) -> list[SiteRow]:
    """The viewer's own sites, with the next session at their local hours."""
    run = Conference.objects.run_by(viewer).order_by().values("pk")
    return site_rows(viewer, at, wall, Site.objects.prepared_by(viewer).exclude(conference__in=run))


def site_rows(viewer: Actor, at: datetime, wall: datetime, sites: QuerySet[Site]) -> list[SiteRow]:
    """Sites of the conferences announced by now: readiness, what they have written, what comes next."""
    rows = list(
        sites.exclude(state__in=("declined", "withdrawn"))
        .filter(conference__in=Conference.objects.announced_to(viewer, at).order_by().values("pk"))
        .select_related("conference", "organisation")
        .prefetch_related("readiness_answers")
        .order_by("-conference__start_date", "conference", "organisation__slug", "pk")
    )
    outputs = {
        p.site_id: p
        for p in SiteProcess.objects.readable_by(viewer, at)
        .filter(site__in=[s.pk for s in rows])
        .order_by("pk")
    }
    programmes: dict[int, list[Session]] = {}
    for session in (
        Session.objects.readable_by(viewer, at)
        .filter(conference__in={s.conference_id for s in rows}, access="public")
        .order_by("start_at", "pk")
    ):
        programmes.setdefault(session.conference_id, []).append(session)
    found = []
    for site in rows:
        delay = timedelta(minutes=site.delay_minutes)
        now = programme_now(site.conference, at, wall)
        following = next((s for s in programmes.get(site.conference_id, ()) if s.end_at + delay > now), None)
        hours = (
            hours_of(
                following.start_at,
                following.end_at,
                host_zone=site.conference.time_zone,
                site_zone=site.time_zone,
                delay=delay,
            )
            if following
            else None
        )
        ready = sum(answer.is_ready for answer in site.readiness_answers.all())
        found.append(SiteRow(site, ready, outputs.get(site.pk), following, hours))
    # what comes first is shown first; the rows of one conference stay together, those with nothing
    # more to come last
    first: dict[int, datetime] = {}
    for row in found:
        if row.viewing_at is not None:
            key = row.site.conference_id
            first[key] = min(first.get(key, row.viewing_at), row.viewing_at)
    return sorted(
        found,
        key=lambda row: (
            row.site.conference_id not in first,
            first.get(row.site.conference_id, at),
            row.site.conference_id if row.site.conference_id in first else 0,
            row.viewing_at is None,
        ),
    )


def question_queues(viewer: Actor, at: datetime, wall: datetime) -> list[QueueRow]:
    """The conferences whose questions the viewer moderates, and how many wait."""
    uids = _uids(viewer, "conference", Role.MODERATOR)
    conferences = list(
        Conference.objects.readable_by(viewer, at).filter(uid__in=uids).order_by("start_date", "pk")
    )
    waiting = Counter(
        Question.objects.filter(conference__in=[c.pk for c in conferences], state="submitted")
        .order_by("pk")
        .values_list("conference_id", flat=True)
    )
    return [QueueRow(c, waiting[c.pk]) for c in conferences]


def questions_for_expert(viewer: Actor, at: datetime, wall: datetime) -> list[QuestionRow]:
    """The merged questions that were sent to the viewer and are not answered yet."""
    person = person_of(viewer)
    if person is None:
        return []
    groups = (
        QuestionGroup.objects.filter(expert=person, state="forwarded")
        .select_related("conference", "session")
        .prefetch_related("texts")
        .order_by("pk")
    )
    return [
        QuestionRow(g, tuple((t.language, t.text) for t in g.texts.all() if t.part == "question"))
        for g in groups
    ]


def drafts_at_hand(viewer: Actor, at: datetime, wall: datetime) -> list[DraftRow]:
    """The unfinished texts of the panels on which the viewer sits."""
    revisions = (
        Revision.objects.readable_by(viewer, at)
        .filter(state="draft", recommendation__process__in=Process.objects.worked_on_by(viewer).values("pk"))
        .select_related("recommendation__process", "recommendation__issuer", "recommendation__site")
        .prefetch_related("texts")
        .order_by("recommendation__process", "recommendation__order", "recommendation__pk", "-number")
    )
    newest: dict[int, DraftRow] = {}
    for revision in revisions:
        newest.setdefault(revision.recommendation_id, DraftRow(revision))
    return list(newest.values())


def briefs_at_hand(viewer: Actor, at: datetime, wall: datetime) -> list[BriefRow]:
    """The sites where the viewer decides, each with its two-page brief once it is published."""
    sites = list(
        Site.objects.readable_by(viewer, at)
        .filter(uid__in=_uids(viewer, "site", Role.DECISION_MAKER))
        .select_related("conference", "organisation")
        .order_by("-conference__start_date", "pk")
    )
    published = {
        p.site_id: p
        for p in SiteProcess.objects.readable_by(viewer, at)
        .filter(site__in=[s.pk for s in sites], published_at__lte=at)
        .order_by("pk")
    }
    return [BriefRow(site, published.get(site.pk)) for site in sites]


def training_material(viewer: Actor, at: datetime, wall: datetime) -> list[Resource]:
    """The documents that feed a training: what opened last comes first."""
    return list(
        Resource.objects.readable_by(viewer, at)
        .select_related("kind", "issuer")
        .prefetch_related("themes")
        .order_by("-public_at", "kind__order", "pk")[:8]
    )


def kept_projects(viewer: Actor, at: datetime, wall: datetime) -> list[ProjectCard]:
    """The cooperation projects that the viewer keeps, with what is true of them today."""
    bodies = _uids(viewer, "organisation", Role.COOPERATION_OFFICER)
    kept = Participation.objects.filter(organisation__uid__in=bodies, role__in=KEEPING_ROLES)
    projects = Project.objects.readable_by(viewer, at).filter(pk__in=kept.order_by().values("project_id"))
    return cards(projects.order_by("slug"), at)


def member_desk(viewer: Actor, at: datetime, wall: datetime) -> list[MemberFile]:
    """The members whose correspondence the viewer holds, each with what it is asked for."""
    return list(member_files(viewer, at, get_language() or "fr"))


def agreements_at_hand(viewer: Actor, at: datetime, wall: datetime) -> list[AgreementCard]:
    """The agreements that the viewer keeps or is bound by and that still run, what is late first."""
    return [card for card in list_agreements(viewer, at) if not card.is_over]


def visits_at_hand(viewer: Actor, at: datetime, wall: datetime) -> list[VisitRow]:
    """The visits in whose team the viewer sits, or which they organise, with the cells still empty."""
    open_visits = [v for v in visits_of_team_member(viewer, at) if v.state != VisitState.CLOSED]
    return [VisitRow(visit, team_coverage(visit)) for visit in open_visits]


def _uids(viewer: Actor, kind: str, role: str) -> list[str]:
    found = []
    for scope in sorted(viewer.scopes(role)):
        try:
            urn = Urn.parse(scope)
        except ValueError:
            continue  # a scope that is not an object, such as the installation's
        if urn.kind == kind:
            found.append(str(urn.uid))
    return found


Reader = Callable[[Actor, datetime, datetime], Sequence[object]]
DESKS: tuple[tuple[tuple[str, ...], str, Reader], ...] = (
    ((Role.HOST_COORDINATOR,), "hosted_sites", hosted_sites),
    ((Role.SITE_COORDINATOR,), "own_sites", own_sites),
    ((Role.MODERATOR,), "question_queues", question_queues),
    ((Role.EXPERT,), "questions_for_expert", questions_for_expert),
    ((Role.MEMBER, Role.CHAIR, Role.RAPPORTEUR), "drafts_at_hand", drafts_at_hand),
    ((Role.DECISION_MAKER,), "briefs_at_hand", briefs_at_hand),
    (
        (Role.PARTNERSHIP_MANAGER, Role.TRAINING_ENGINEER, Role.SITE_COORDINATOR),
        "agreements_at_hand",
        agreements_at_hand,
    ),
    ((Role.TEAM_MEMBER, Role.MEMBER, Role.CHAIR), "visits_at_hand", visits_at_hand),
    ((Role.TRAINING_ENGINEER,), "training_material", training_material),
    ((Role.COOPERATION_OFFICER,), "kept_projects", kept_projects),
    ((Role.NATIONAL_CORRESPONDENT,), "member_files", member_desk),
)
