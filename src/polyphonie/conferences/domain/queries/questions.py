"""The question desk, one's own questions, the expert's page and the session report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch

from polyphonie.kernel.actor import Actor
from polyphonie.network.models import Person

from ...models import Conference, Question, QuestionGroup, QuestionText, QuestionVote, Site
from .site_clocks import site_clock

MEMBERS = Question.objects.select_related("site__organisation", "session").order_by("asked_at", "pk")


@dataclass(frozen=True, slots=True)
class LateSite:
    """A site whose clock has not come to an answer yet, and when it does."""

    site: Site
    reaches_at: datetime | None
    reads_now: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group as the desk shows it."""

    group: QuestionGroup
    members: tuple[Question, ...]
    questions: tuple[QuestionText, ...]
    answers: tuple[QuestionText, ...]
    votes: int
    late: tuple[LateSite, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(t.language for t in self.questions)

    @property
    def missing_languages(self) -> tuple[str, ...]:
        """Languages of the conference in which the question cannot be read yet."""
        return tuple(tag for tag in self.group.conference.languages if tag not in self.languages)

    @property
    def is_late(self) -> bool:
        """Whether it was asked about a session that was over for the host when it was asked."""
        return any(is_late(m) for m in self.members)


@dataclass(frozen=True, slots=True)
class Desk:
    """All questions of a conference, by what can be done with them."""

    submitted: tuple[Question, ...]
    grouped: tuple[GroupRow, ...]
    forwarded: tuple[GroupRow, ...]
    answered: tuple[GroupRow, ...]
    declined: tuple[Question, ...]
    late: tuple[Question, ...]

    @property
    def waiting(self) -> int:
        return len(self.submitted) + len(self.late)


def is_late(question: Question) -> bool:
    """Whether the question is about a session that the host had ended when it was asked."""
    return question.session is not None and question.asked_at >= question.session.end_at


def votes_of(conference: Conference) -> dict[int, int]:
    """Distinct supporters per group, in one query."""
    rows = (
        Question.objects.filter(conference=conference, group__isnull=False)
        .values("group")
        .annotate(supporters=Count("votes__voter_id", distinct=True))
        .order_by("group")
    )
    return {row["group"]: row["supporters"] for row in rows}


def tallies_of(conference_id: int) -> dict[str, int]:
    """Distinct supporters per approved group, by its public id, in one query."""
    rows = (
        Question.objects.filter(conference=conference_id, group__approved=True)
        .order_by("group__uid")
        .values_list("group__uid")
        .annotate(supporters=Count("votes__voter_id", distinct=True))
    )
    return {str(uid): supporters for uid, supporters in rows}


def supported_by(viewer: Actor, conference: Conference) -> set[str]:
    """The groups that the viewer supports, by public id."""
    if viewer.is_visitor:
        return set()
    return {
        str(uid)
        for uid in QuestionVote.objects.filter(
            question__conference=conference, voter_id=viewer.id, question__group__isnull=False
        ).values_list("question__group__uid", flat=True)
    }


def _rows(conference: Conference, at: datetime, expert: Person | None = None) -> list[GroupRow]:
    groups = QuestionGroup.objects.filter(conference=conference)
    if expert is not None:
        groups = groups.filter(expert=expert)
    found = list(
        groups.select_related("conference", "session", "expert")
        .prefetch_related(
            Prefetch("members", queryset=MEMBERS),
            Prefetch("texts", queryset=QuestionText.objects.order_by("pk")),
        )
        .order_by("-pinned", "-on_air", "pk")
    )
    if not any(g.members.all() for g in found):
        return []
    votes = votes_of(conference)
    sites = list(
        conference.sites.select_related("organisation")
        .prefetch_related("relay_pieces")
        .filter(state="accepted")
        .order_by("pk")
    )
    clocks = {s.pk: site_clock(s) for s in sites}
    rows = []
    for group in found:
        members = tuple(group.members.all())
        if not members:
            continue
        late: list[LateSite] = []
        if group.answer_programme_time is not None:
            asking = {m.site_id for m in members}
            for site in sites:
                if clocks[site.pk].site_now(at) < group.answer_programme_time:
                    now = site.pk in asking and site.answers == "at_once"
                    late.append(LateSite(site, clocks[site.pk].reaches(group.answer_programme_time), now))
        texts = list(group.texts.all())
        rows.append(
            GroupRow(
                group,
                members,
                tuple(t for t in texts if t.part == "question"),
                tuple(t for t in texts if t.part == "answer"),
                votes.get(group.pk, 0),
                tuple(late),
            )
        )
    return rows


def desk(conference: Conference, viewer: Actor, at: datetime) -> Desk:
    """One queue for all sites. A constant number of queries, however many questions there are."""
    singles = list(
        Question.objects.readable_by(viewer, at)
        .filter(conference=conference, group=None, state__in=("submitted", "declined"))
        .select_related("site__organisation", "session")
        .order_by("asked_at", "pk")
    )
    rows = _rows(conference, at)
    submitted = [q for q in singles if q.state == "submitted"]
    return Desk(
        submitted=tuple(q for q in submitted if not is_late(q)),
        grouped=tuple(r for r in rows if r.group.state == "grouped"),
        forwarded=tuple(r for r in rows if r.group.state == "forwarded"),
        answered=tuple(r for r in rows if r.group.state == "answered"),
        declined=tuple(
            [q for q in singles if q.state == "declined"]
            + [m for r in rows if r.group.state == "declined" for m in r.members]
        ),
        late=tuple(q for q in submitted if is_late(q)),
    )


def forwarded_to(conference: Conference, person: Person | None, at: datetime) -> list[GroupRow]:
    """What was passed on to one expert, what waits first."""
    if person is None:
        return []
    rows = _rows(conference, at, person)
    return sorted(rows, key=lambda r: (r.group.state != "forwarded", r.group.pk))


def own_questions(site: Site, viewer: Actor) -> list[Question]:
    """One's own questions at a site with their states, newest first."""
    if viewer.is_visitor:
        return []
    return list(
        Question.objects.filter(site=site, asker_id=viewer.id)
        .select_related("group", "session")
        .order_by("-asked_at", "-pk")
    )


def report(conference: Conference, viewer: Actor, at: datetime) -> list[GroupRow | Question]:
    """Every question of the conference with its answer and its sites, in the order of the programme."""
    rows: list[GroupRow | Question] = list(_rows(conference, at))
    rows.extend(
        Question.objects.readable_by(viewer, at)
        .filter(conference=conference, group=None)
        .exclude(state="withdrawn")
        .select_related("site__organisation", "session")
        .order_by("asked_at", "pk")
    )

    def moment(row: GroupRow | Question) -> tuple[datetime, int]:
        first = row.members[0] if isinstance(row, GroupRow) else row
        return (first.refers_to, first.pk)

    return sorted(rows, key=moment)
