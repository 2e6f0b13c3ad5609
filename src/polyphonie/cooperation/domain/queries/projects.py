"""Reading projects: the list, one page, those of a theme, of a body, behind an action's urn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.identity import Urn
from polyphonie.network.domain.queries.directory import bodies_behind
from polyphonie.network.models import Organisation, Theme
from polyphonie.recommendations.models import ActionLink, Recommendation

from ...enums import DeclaredStatus, MilestoneKind, ParticipationRole, ProjectForm, Relation
from ...models import FundingLine, Milestone, Participation, Project, ProjectQuerySet
from .bodies import NamedBody, named
from .funding import FundingTable, funding_tables
from .standing import ProjectStanding, standing_of

_SUCCESSORS = "organisation__successor__successor"


@dataclass(frozen=True)
class RoleGroup:
    """Everybody who has one role in a project."""

    role: str
    label: str
    bodies: tuple[NamedBody, ...]


@dataclass(frozen=True)
class TimelineEntry:
    """A dated fact; ``milestone`` is None where the record's own fields give it."""

    year: int
    kind: str
    kind_label: str
    milestone: Milestone | None = None


@dataclass(frozen=True)
class ProjectCard:
    """A project as a list shows it."""

    project: Project
    standing: ProjectStanding
    leads: tuple[NamedBody, ...]


@dataclass(frozen=True)
class ProjectLink:
    """A recommendation and how the project stands to it."""

    link: ActionLink
    relation_label: str

    @property
    def relation(self) -> str:
        return self.link.relation

    @property
    def recommendation(self) -> Recommendation:
        return self.link.recommendation


@dataclass(frozen=True)
class ProjectPage:
    """Everything that the page of a project and its machine formats show."""

    project: Project
    standing: ProjectStanding
    roles: tuple[RoleGroup, ...]
    funding: tuple[FundingTable, ...]
    lines: tuple[FundingLine, ...]
    timeline: tuple[TimelineEntry, ...]
    links: tuple[ProjectLink, ...]

    @property
    def declared_label(self) -> str:
        return _label(DeclaredStatus, self.project.declared_status)

    @property
    def form_label(self) -> str:
        return _label(ProjectForm, self.project.form)


def with_parts(projects: ProjectQuerySet) -> ProjectQuerySet:
    """The projects with their themes, places and participants, in a constant number of queries."""
    participations = Participation.objects.select_related(_SUCCESSORS).order_by("order", "pk")
    return projects.prefetch_related(
        "themes", "territories", Prefetch("participations", queryset=participations)
    )


def project_named(slug: str, viewer: Actor, at: datetime) -> Project:
    """The project at this address. Unknown and unreadable are the same."""
    project = Project.objects.readable_by(viewer, at).filter(slug=slug).first()
    if project is None:
        raise Unknown()
    return project


def project_page(slug: str, viewer: Actor, at: datetime) -> ProjectPage:
    """The page of one project."""
    project = with_parts(Project.objects.readable_by(viewer, at)).filter(slug=slug).first()
    if project is None:
        raise Unknown()
    lines = tuple(project.funding_lines.select_related(_SUCCESSORS).order_by("year", "pk"))
    return ProjectPage(
        project,
        standing_of(project, at),
        _roles(project),
        funding_tables(lines),
        lines,
        _timeline(project, tuple(project.milestones.order_by("year", "pk"))),
        links_of(project, viewer, at),
    )


def links_of(project: Project, viewer: Actor, at: datetime) -> tuple[ProjectLink, ...]:
    """The recommendations that this project implements, illustrates or precedes, as far as the viewer
    may read both the link and the recommendation."""
    return tuple(
        ProjectLink(link, _label(Relation, link.relation))
        for link in ActionLink.objects.readable_by(viewer, at)
        .filter(action_urn=project.urn)
        .select_related("recommendation__issuer")
        .order_by("relation", "pk")
    )


def list_projects(viewer: Actor, at: datetime, *, wanted: str = "") -> list[ProjectCard]:
    """The projects that the viewer may read, the latest first; ``wanted`` filters by theme slug."""
    projects = Project.objects.readable_by(viewer, at)
    if wanted:
        projects = projects.filter(themes__slug=wanted)
    return cards(projects.order_by("-start_year", "slug"), at)


def projects_acting(
    urns: Iterable[str], themes: Iterable[Theme], viewer: Actor, at: datetime
) -> list[ProjectCard]:
    """The projects behind these action urns, and those under these themes, in one query, without the
    participants."""
    uids = [u.uid for u in map(Urn.parse, urns) if u.kind == Project.urn_kind]
    under = Project.themes.through.objects.filter(theme__in=[t.pk for t in themes]).values("project_id")
    projects = Project.objects.readable_by(viewer, at).filter(Q(uid__in=uids) | Q(pk__in=under))
    return [ProjectCard(p, standing_of(p, at), ()) for p in projects.order_by("-start_year", "slug")]


def projects_of_organisation(organisation: Organisation, viewer: Actor, at: datetime) -> list[ProjectCard]:
    """The projects in which the body takes part or pays, or one that it took over from."""
    body = Q(organisation__in=bodies_behind(organisation, at))
    concerned = Q(pk__in=Participation.objects.filter(body).order_by().values("project_id")) | Q(
        pk__in=FundingLine.objects.filter(body).order_by().values("project_id")
    )
    projects = Project.objects.readable_by(viewer, at).filter(concerned)
    return cards(projects.order_by("-start_year", "slug"), at)


def projects_behind(urns: Iterable[str], viewer: Actor, at: datetime) -> dict[str, ProjectCard]:
    """The readable projects among these action urns; urns of other kinds are passed over."""
    uids = [u.uid for u in map(Urn.parse, urns) if u.kind == Project.urn_kind]
    if not uids:
        return {}
    found = Project.objects.readable_by(viewer, at).filter(uid__in=uids).order_by("slug")
    return {card.project.urn: card for card in cards(found, at)}


def cards(projects: ProjectQuerySet, at: datetime) -> list[ProjectCard]:
    """The projects of a queryset as a list shows them."""
    return [
        ProjectCard(
            project,
            standing_of(project, at),
            tuple(
                named(p.organisation, p.label)
                for p in project.participations.all()
                if p.role in {ParticipationRole.PROJECT_OWNER, ParticipationRole.IMPLEMENTING_LEAD}
            ),
        )
        for project in with_parts(projects)
    ]


def _label(words: type[TextChoices], code: str) -> str:
    """The word for a code; a code that came from elsewhere is shown as it is."""
    return str(words(code).label) if code in words.values else code


def _roles(project: Project) -> tuple[RoleGroup, ...]:
    by_role: dict[str, list[NamedBody]] = {}
    for p in project.participations.all():
        by_role.setdefault(p.role, []).append(named(p.organisation, p.label))
    known = [r for r in ParticipationRole.values if r in by_role]
    return tuple(RoleGroup(role, str(ParticipationRole(role).label), tuple(by_role[role])) for role in known)


def _timeline(project: Project, milestones: tuple[Milestone, ...]) -> tuple[TimelineEntry, ...]:
    """The milestones, and the record's own years where no milestone of that kind tells them."""
    entries = [
        TimelineEntry(
            m.year,
            m.kind,
            _label(MilestoneKind, m.kind),
            m,
        )
        for m in milestones
    ]
    told = {(e.year, e.kind) for e in entries}
    own = (
        (project.first_mission_year, MilestoneKind.MISSION, _("première mission")),
        (project.first_signed_year, MilestoneKind.AGREEMENT, _("première signature")),
        (project.start_year, MilestoneKind.START, _("début")),
        (project.end_on.year if project.end_on else None, MilestoneKind.END, _("fin")),
    )
    entries += [
        TimelineEntry(year, kind, str(label))
        for year, kind, label in own
        if year is not None and (year, kind) not in told
    ]
    order = {kind: place for place, kind in enumerate(MilestoneKind.values)}
    return tuple(sorted(entries, key=lambda e: (e.year, order.get(e.kind, 99))))
