"""One site, as its team or as anybody may read it; and the board of a host's shared conferences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, StakeholderGroup

from ...enums import ConferenceKind, ReadinessQuestion, SiteMode
from ...models import Attendance, Conference, LanguageRemedy, ReadinessAnswer, Session, Site, SiteGroup
from ..hours import Hours
from ..readiness import ModeProposal, hears, languages_heard, propose_mode
from .programme import site_hours

KEPT_ON_BOARD = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """One of the six questions with its answer: yes, not yet, or open."""

    question: str
    label: str
    is_ready: bool | None


@dataclass(frozen=True, slots=True)
class Voice:
    """A stakeholder group at a site. Neither invited nor present: an absent voice."""

    group: StakeholderGroup
    invited: bool
    present: int

    @property
    def is_absent(self) -> bool:
        return not self.invited and not self.present


def site_for(uid: UUID, viewer: Actor, at: datetime) -> Site:
    """The site of an address, or :class:`Unknown`."""
    return _one(Site.objects.readable_by(viewer, at), uid)


def site_known_to(uid: UUID, viewer: Actor, at: datetime) -> Site:
    """A site that the viewer may know of; the verb then asks their right and names the one missing."""
    return _one(Site.objects.announced_to(viewer, at), uid)


def _one(sites, uid: UUID) -> Site:  # type: ignore[no-untyped-def]  # a queryset of sites
    found = (
        sites.select_related("conference__host", "organisation__territory")
        .prefetch_related("conference__channels")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Unknown()
    return found  # type: ignore[no-any-return]  # of an untyped queryset


def prepares(site: Site, viewer: Actor) -> bool:
    """Whether the viewer coordinates the site, for its body or for the host."""
    return Site.objects.prepared_by(viewer).filter(pk=site.pk).exists()


def readiness_of(site: Site) -> list[ReadinessLine]:
    """The six questions in their order."""
    answers = dict(
        ReadinessAnswer.objects.filter(site=site).order_by("pk").values_list("question", "is_ready")
    )
    return [ReadinessLine(q.value, str(q.label), answers.get(q.value)) for q in ReadinessQuestion]


def voices_of(site: Site) -> list[Voice]:
    """Every group of the list: invited or not, present or not at any session."""
    invited = dict(SiteGroup.objects.filter(site=site).order_by("pk").values_list("group_id", "invited"))
    present: dict[int, int] = {}
    for group_id, count in (
        Attendance.objects.filter(site=site).order_by("pk").values_list("group_id", "count")
    ):
        present[group_id] = max(present.get(group_id, 0), count)
    return [
        Voice(group, invited.get(group.pk, False), present.get(group.pk, 0))
        for group in StakeholderGroup.objects.order_by("order", "slug")
    ]


@dataclass(frozen=True, slots=True)
class LanguageSituation:
    """The site's working language against those in which the conference is heard."""

    language: str
    heard: tuple[str, ...]
    is_heard: bool
    remedy: str

    @property
    def warns(self) -> bool:
        return not self.is_heard and not self.remedy


def language_of(site: Site, remedy: str) -> LanguageSituation:
    heard = languages_heard(site.conference)
    return LanguageSituation(site.language, heard, hears(site.language, heard), remedy)


def remedy_of(site: Site) -> str:
    """The remedy chosen for the working language, or nothing."""
    return (
        LanguageRemedy.objects.filter(site=site).order_by("pk").values_list("remedy", flat=True).first() or ""
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One site on the board: what the host wants to know of it at a glance."""

    site: Site
    first: Session | None
    hours: Hours | None
    language: LanguageSituation
    ready: int
    night_sessions: int
    proposal: ModeProposal | None

    @property
    def night_warns(self) -> bool:
        return bool(self.night_sessions and self.site.mode == SiteMode.LIVE and not self.site.night_confirmed)


@dataclass(frozen=True, slots=True)
class Row:
    """A body, with its site in each of the conferences, or None where it has none."""

    organisation: Organisation
    cells: list[tuple[Conference, Cell | None]]


@dataclass(frozen=True, slots=True)
class Board:
    """Bodies by conferences. ``runs`` says whether the reader is the host."""

    conferences: list[Conference]
    rows: list[Row]
    runs: bool

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for _conference, cell in row.cells if cell is not None]


def board_for(viewer: Actor, at: datetime) -> Board:
    """The board of the conferences shared by the viewer's host, from half a year before today on.

    A partner's coordinator reads the row of its own body, across all the conferences it has a site in.
    """
    permit("conferences.read_board", viewer)
    since = at.date() - KEPT_ON_BOARD
    run = list(_on_board(Conference.objects.run_by(viewer).announced_to(viewer, at), since))
    sites = Site.objects.prepared_by(viewer).exclude(state__in=("declined", "withdrawn"))
    if run:
        conferences = run
        sites = sites.filter(conference__in=[c.pk for c in run])
    else:
        conferences = list(
            _on_board(
                Conference.objects.announced_to(viewer, at).filter(pk__in=sites.values("conference")), since
            )
        )
        sites = sites.filter(conference__in=[c.pk for c in conferences])
    found = (
        sites.select_related("organisation__territory", "language_remedy")
        .prefetch_related("readiness_answers")
        .order_by("pk")
    )
    return Board(conferences, _rows(conferences, found), bool(run))


def _on_board(conferences, since: date):  # type: ignore[no-untyped-def]  # a queryset of conferences
    # a meeting of an instance is no conference that is shared
    return (
        conferences.exclude(state="cancelled")
        .exclude(kind=ConferenceKind.MEETING)
        .filter(end_date__gte=since)
        .select_related("host")
        .prefetch_related(
            "channels",
            Prefetch(
                "sessions",
                queryset=Session.objects.filter(access="public", withdrawn_at=None).order_by(
                    "start_at", "pk"
                ),
                to_attr="public_sessions",
            ),
        )
        .order_by("start_date", "pk")
    )


def _rows(conferences: list[Conference], sites: Iterable[Site]) -> list[Row]:
    by_key = {c.pk: c for c in conferences}
    bodies: dict[int, Organisation] = {}
    cells: dict[tuple[int, int], Cell] = {}
    for site in sites:
        site.conference = by_key[site.conference_id]
        bodies.setdefault(site.organisation_id, site.organisation)
        cells[site.organisation_id, site.conference_id] = _cell(site)
    return [
        Row(body, [(c, cells.get((key, c.pk))) for c in conferences])
        for key, body in sorted(bodies.items(), key=lambda item: (str(item[1]).casefold(), item[0]))
    ]


def _cell(site: Site) -> Cell:
    sessions: list[Session] = site.conference.public_sessions  # type: ignore[attr-defined]  # prefetched above
    remedy = site.language_remedy.remedy if hasattr(site, "language_remedy") else ""
    first = sessions[0] if sessions else None
    all_hours = [site_hours(site, s.start_at, s.end_at) for s in sessions]
    return Cell(
        site=site,
        first=first,
        hours=all_hours[0] if all_hours else None,
        language=language_of(site, remedy),
        ready=sum(a.is_ready for a in site.readiness_answers.all()),
        night_sessions=sum(h.is_at_night for h in all_hours),
        proposal=propose_mode(site, sessions) if sessions else None,
    )
