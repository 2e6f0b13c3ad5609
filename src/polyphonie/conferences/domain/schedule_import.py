"""A programme from elsewhere: compared with ours, shown as differences, taken over in one transaction.

What a file may not touch: closed sessions are in no file, so that importing one never removes them,
changes them or says that they are there. Guids are kept; a session that the file no longer names leaves
the programme, keeps its row, and comes back under the same guid when a later file names it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from django.utils.text import slugify
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..enums import ConferenceKind, ParticipationRole, SessionKind
from ..models import Conference, Participation, Room, Session
from .conferences import open_conference
from .programme import LONGEST, lock_programme, programme_changed
from .wording import day_and_hour

# how roles and kinds are called in files; several of ours share one of theirs
FILE_ROLES = {
    ParticipationRole.SPEAKER: "SPEAKER",
    ParticipationRole.EXPERT: "SPEAKER",
    ParticipationRole.MODERATOR: "MODERATOR",
    ParticipationRole.DISCUSSANT: "GUEST",
    ParticipationRole.CHAIR: "HOST",
    ParticipationRole.JURY_CHAIR: "HOST",
    ParticipationRole.RAPPORTEUR: "CONTRIBUTOR",
    ParticipationRole.INTERPRETER: "CONTRIBUTOR",
}
OUR_ROLES = {
    "SPEAKER": ParticipationRole.SPEAKER,
    "MODERATOR": ParticipationRole.MODERATOR,
    "GUEST": ParticipationRole.DISCUSSANT,
    "HOST": ParticipationRole.CHAIR,
    "CONTRIBUTOR": ParticipationRole.RAPPORTEUR,
}


class ScheduleRefused(Refusal):
    """The file cannot be taken over. The sentence names the line, where there is one, and the reason."""

    def __init__(self, reason: Any, *, line: int | None = None) -> None:
        sentence = (
            reason if line is None else _("Ligne %(line)d : %(reason)s") % {"line": line, "reason": reason}
        )
        super().__init__(sentence, field="file")
        self.line = line


class SessionsOverlap(ScheduleRefused):
    """Two sessions of the file are in one hall at the same time."""

    def __init__(self, first: ReadSession, second: ReadSession) -> None:
        super().__init__(
            _(
                "« %(second)s » commence avant la fin de « %(first)s » dans la même salle ; décalez l'une des deux."
            )
            % {"first": first.title, "second": second.title},
            line=second.line,
        )


class HallTaken(ScheduleRefused):
    """Something that the file cannot name is in the hall at that time."""

    def __init__(self, session: ReadSession) -> None:
        super().__init__(
            _(
                "la salle de « %(title)s » est occupée à cette heure ; choisissez une autre salle ou une autre heure."
            )
            % {"title": session.title},
            line=session.line,
        )


class GuidTwice(ScheduleRefused):
    """One guid names two sessions of the file."""

    def __init__(self, session: ReadSession) -> None:
        super().__init__(
            _("l'identifiant %(guid)s sert déjà plus haut ; chaque séance a le sien.")
            % {"guid": session.guid},
            line=session.line,
        )


class GuidNotFree(ScheduleRefused):
    """The guid belongs to something here that files do not change."""

    def __init__(self, session: ReadSession) -> None:
        super().__init__(
            _("l'identifiant %(guid)s est déjà pris ici ; donnez-en un autre à cette séance.")
            % {"guid": session.guid},
            line=session.line,
        )


class EndsBeforeStart(ScheduleRefused):
    """A session of the file needs some time."""

    def __init__(self, session: ReadSession) -> None:
        super().__init__(
            _("« %(title)s » finit avant de commencer ; corrigez sa durée ou sa fin.")
            % {"title": session.title},
            line=session.line,
        )


class LastsTooLong(ScheduleRefused):
    """Longer than a day: a slip of the date."""

    def __init__(self, session: ReadSession) -> None:
        super().__init__(
            _("« %(title)s » dure plus de 24 heures ; corrigez sa durée ou sa fin.")
            % {"title": session.title},
            line=session.line,
        )


class OutsideDays(ScheduleRefused):
    """A session of the file lies outside the conference's days."""

    def __init__(self, session: ReadSession, zone: str, first: date, last: date) -> None:
        super().__init__(
            _("« %(title)s », le %(moment)s, est hors des jours de la conférence (%(first)s – %(last)s).")
            % {
                "title": session.title,
                "moment": day_and_hour(clock.local(session.start_at, zone)),
                "first": first.isoformat(),
                "last": last.isoformat(),
            },
            line=session.line,
        )


class HostMissing(Refusal):
    """A file that opens a conference needs to be told whose it is."""

    def __init__(self) -> None:
        super().__init__(
            _("Aucune conférence ne porte ce sigle ; nommez l'instance hôte pour en ouvrir une."),
            field="host",
        )


class NotWhatWasShown(Refusal):
    """The bytes to apply are not those whose differences were shown."""

    def __init__(self) -> None:
        super().__init__(
            _("Le fichier n'est plus celui dont vous avez vu les différences ; envoyez-le de nouveau."),
            field="file",
        )


@dataclass(frozen=True, slots=True)
class ReadRoom:
    """A hall as a file names it: by guid where it has one, else by name."""

    name: str
    guid: UUID | None = None
    capacity: int | None = None

    @property
    def slug(self) -> str:
        return slugify(self.name)[:80] or "salle"


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """A name as published, with the file's word for the role."""

    name: str
    role: str = "SPEAKER"
    guid: str = ""


@dataclass(frozen=True, slots=True)
class ReadSession:
    """A session as a file gives it. ``kind`` is empty where the file's word is none of ours."""

    guid: str
    title: str
    start_at: datetime
    end_at: datetime
    room: ReadRoom | None = None
    kind: str = ""
    language: str = ""
    abstract: str = ""
    code: str = ""
    people: tuple[ReadPerson, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ReadSchedule:
    """A whole file, parsed and free of any form. ``language`` is the language of its texts."""

    acronym: str
    title: str
    start_date: date
    end_date: date
    time_zone: str
    language: str
    sha256: str
    sessions: tuple[ReadSession, ...]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that would change, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SessionChange:
    """A session of ours that the file changes, field by field."""

    guid: str
    title: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking the file over would do, or did when ``applied``."""

    conference: Conference | None
    sha256: str
    version: int
    added: tuple[ReadSession, ...] = ()
    changed: tuple[SessionChange, ...] = ()
    removed: tuple[Session, ...] = ()
    unchanged: int = 0
    new_rooms: tuple[str, ...] = ()
    applied: bool = False

    @property
    def opens(self) -> bool:
        """Whether the conference itself would be new."""
        return self.conference is None

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


@dataclass
class _Plan:
    added: list[ReadSession] = field(default_factory=list)
    restored: list[tuple[Session, ReadSession]] = field(default_factory=list)
    changed: list[tuple[Session, ReadSession, tuple[Difference, ...]]] = field(default_factory=list)
    removed: list[Session] = field(default_factory=list)
    unchanged: int = 0
    new_rooms: list[ReadRoom] = field(default_factory=list)


def find_conference(schedule: ReadSchedule, slug: str | None, host: Organisation | None) -> Conference | None:
    """The conference that a file is about: the one named, else one of the host with the file's acronym."""
    if slug is not None:
        return Conference.objects.select_related("host").filter(slug=slug).first()
    of_host = Conference.objects.select_related("host").order_by("pk")
    if host is not None:
        of_host = of_host.filter(host=host)
    return next((c for c in of_host if slugify(c.acronym) == slugify(schedule.acronym)), None)


def preview_schedule(*, schedule: ReadSchedule, conference: Conference | None, by: Actor) -> Preview:
    """Compare a file with the programme and write nothing."""
    if conference is None:
        _check(schedule, zone=schedule.time_zone, first=schedule.start_date, last=schedule.end_date)
        return Preview(
            conference=None,
            sha256=schedule.sha256,
            version=0,
            added=schedule.sessions,
            new_rooms=tuple(sorted({s.room.name for s in schedule.sessions if s.room})),
        )
    permit("conferences.run_conference", by, conference)
    return _shown(_plan(schedule, conference), schedule, conference)


def apply_schedule(
    *,
    schedule: ReadSchedule,
    conference: Conference | None,
    by: Actor,
    at: datetime,
    host: Organisation | None = None,
    sha256: str = "",
    version: int | None = None,
) -> Preview:
    """Take the file over: what was previewed, all of it or nothing.

    ``sha256`` and ``version`` are those of the preview: other bytes, or a programme that somebody has
    changed since, are refused. Applying the same file twice changes nothing the second time.
    """
    with ledger.act("conferences.import_schedule", by=by, at=at) as act:
        if sha256 and sha256 != schedule.sha256:
            raise NotWhatWasShown()
        opens = conference is None
        if conference is None:
            if host is None:
                raise HostMissing()
            conference = open_conference(
                slug=slugify(schedule.acronym)[:80],
                acronym=schedule.acronym[:40],
                kind=ConferenceKind.COMPARISON,
                title=LocalisedText({schedule.language: schedule.title}),
                host=host,
                start_date=schedule.start_date,
                end_date=schedule.end_date,
                time_zone=schedule.time_zone,
                languages=[schedule.language],
                link=schedule.link,
                by=by,
                at=at,
            )
        permit("conferences.run_conference", by, conference)
        locked = lock_programme(conference)
        if version is not None and version != locked.programme_version:
            raise ChangedMeanwhile(
                _("Le programme a changé depuis que vous avez vu les différences ; regardez-les de nouveau."),
                theirs=locked.programme_version,
                mine=version,
            )
        plan = _plan(schedule, locked)
        shown = _shown(plan, schedule, locked)
        _write(plan, schedule, locked, at)
        if not shown.is_empty:
            programme_changed(locked)
        act.on(locked.urn)
        act.note(
            sha256=schedule.sha256,
            opened=opens,
            added=len(shown.added),
            changed=len(shown.changed),
            removed=len(shown.removed),
            unchanged=shown.unchanged,
        )
    return Preview(
        conference=locked,
        sha256=schedule.sha256,
        version=locked.programme_version,
        added=shown.added,
        changed=shown.changed,
        removed=shown.removed,
        unchanged=shown.unchanged,
        new_rooms=shown.new_rooms,
        applied=True,
    )


def _check(schedule: ReadSchedule, *, zone: str, first: date, last: date) -> None:
    """What must hold of a file in itself, in the order of its lines."""
    clock.zone(zone)
    seen: set[str] = set()
    for session in schedule.sessions:
        if session.guid in seen:
            raise GuidTwice(session)
        seen.add(session.guid)
        if session.end_at <= session.start_at:
            raise EndsBeforeStart(session)
        if session.end_at - session.start_at > LONGEST:
            raise LastsTooLong(session)
        start = clock.local(session.start_at, zone).date()
        end = clock.local(session.end_at - timedelta(microseconds=1), zone).date()
        if start < first or end > last:
            raise OutsideDays(session, zone, first, last)
    by_room: dict[object, list[ReadSession]] = defaultdict(list)
    for session in schedule.sessions:
        if session.room is not None:
            by_room[session.room.guid or session.room.slug].append(session)
    for sessions in by_room.values():
        for one, two in pairwise(sorted(sessions, key=lambda s: (s.start_at, s.end_at))):
            if two.start_at < one.end_at:
                raise SessionsOverlap(one, two)


def _plan(schedule: ReadSchedule, conference: Conference) -> _Plan:
    _check(schedule, zone=conference.time_zone, first=conference.start_date, last=conference.end_date)
    plan = _Plan()
    rooms = _Halls(conference)
    ours = {
        s.guid: s
        for s in conference.sessions.select_related("room")
        .prefetch_related("participations")
        .order_by("start_at", "pk")
    }
    closed = [s for s in ours.values() if s.access == "closed"]
    named: set[str] = set()
    for read in schedule.sessions:
        named.add(read.guid)
        hall = rooms.of(read.room)
        if read.room is not None and hall is None:
            plan.new_rooms.append(read.room)
            rooms.expect(read.room)
        if hall is not None and any(
            c.room_id == hall.pk
            and c.withdrawn_at is None
            and c.start_at < read.end_at
            and read.start_at < c.end_at
            for c in closed
        ):
            raise HallTaken(read)
        existing = ours.get(read.guid)
        if existing is None:
            plan.added.append(read)
        elif existing.access == "closed":
            raise GuidNotFree(read)
        elif existing.withdrawn_at is not None:
            plan.restored.append((existing, read))
        else:
            differences = tuple(_differences(existing, read, hall, schedule, conference))
            if differences:
                plan.changed.append((existing, read, differences))
            else:
                plan.unchanged += 1
    plan.removed = [
        s for guid, s in ours.items() if guid not in named and s.access == "public" and s.withdrawn_at is None
    ]
    return plan


class _Halls:
    """The halls of a conference, found by guid, else by name; those that the file adds are expected once."""

    def __init__(self, conference: Conference) -> None:
        self._rooms = list(conference.rooms.order_by("pk"))
        self._expected: set[object] = set()

    def of(self, read: ReadRoom | None) -> Room | None:
        if read is None:
            return None
        if read.guid is not None:
            for room in self._rooms:
                if room.guid == read.guid:
                    return room
        return next((room for room in self._rooms if room.slug == read.slug), None)

    def expect(self, read: ReadRoom) -> None:
        self._rooms.append(Room(guid=read.guid or uuid4(), slug=read.slug, name=LocalisedText(fr=read.name)))


def _differences(
    session: Session, read: ReadSession, hall: Room | None, schedule: ReadSchedule, conference: Conference
) -> Iterable[Difference]:
    def moment(instant: datetime) -> str:
        return day_and_hour(clock.local(instant, conference.time_zone))

    title = _text_in(session.title, schedule.language)
    if title != read.title:
        yield Difference(now_("titre"), title, read.title)
    if session.start_at != read.start_at:
        yield Difference(now_("début"), moment(session.start_at), moment(read.start_at))
    if session.end_at != read.end_at:
        yield Difference(now_("fin"), moment(session.end_at), moment(read.end_at))
    if (session.room.guid if session.room else None) != (hall.guid if hall else None) or (
        read.room is not None and hall is None
    ):
        yield Difference(
            now_("salle"),
            str(session.room.name) if session.room else "–",
            read.room.name if read.room else "–",
        )
    if read.kind and read.kind != session.kind:
        yield Difference(now_("forme"), _kind(session.kind), _kind(read.kind))
    if read.language and read.language.split("-")[0] != session.language.split("-")[0]:
        yield Difference(now_("langue"), session.language, read.language)
    abstract = _text_in(session.abstract, schedule.language)
    if abstract != read.abstract:
        yield Difference(now_("résumé"), abstract, read.abstract)
    if read.code and read.code != session.code:
        yield Difference(now_("code"), session.code, read.code)
    before = [(p.public_name, file_role(p.role)) for p in session.participations.all()]
    after = [(p.name, p.role) for p in read.people]
    if before != after:
        yield Difference(
            now_("personnes"), ", ".join(n for n, _role in before), ", ".join(n for n, _role in after)
        )


def _text_in(text: LocalisedText, language: str) -> str:
    """The text in exactly this language: another one's is not what the file would change."""
    return text.get(language, "")


def _kind(kind: str) -> str:
    return str(SessionKind(kind).label) if kind in SessionKind.values else kind


def file_role(role: str) -> str:
    """The word of schedule files for a role of ours."""
    return (
        FILE_ROLES.get(ParticipationRole(role), "SPEAKER") if role in ParticipationRole.values else "SPEAKER"
    )


def _shown(plan: _Plan, schedule: ReadSchedule, conference: Conference) -> Preview:
    return Preview(
        conference=conference,
        sha256=schedule.sha256,
        version=conference.programme_version,
        added=(*plan.added, *(read for _session, read in plan.restored)),
        changed=tuple(
            SessionChange(read.guid, read.title, differences) for _session, read, differences in plan.changed
        ),
        removed=tuple(plan.removed),
        unchanged=plan.unchanged,
        new_rooms=tuple(room.name for room in plan.new_rooms),
    )


def _write(plan: _Plan, schedule: ReadSchedule, conference: Conference, at: datetime) -> None:
    for read_room in plan.new_rooms:
        Room.objects.create(
            conference=conference,
            guid=read_room.guid or uuid4(),
            slug=read_room.slug,
            name=LocalisedText({schedule.language: read_room.name}),
            capacity=read_room.capacity,
        )
    halls = _Halls(conference)
    for read in plan.added:
        session = Session(conference=conference, guid=read.guid)
        _take(session, read, halls.of(read.room), schedule)
        session.save(force_insert=True)
        _take_people(session, read.people, ())
    touched: Sequence[tuple[Session, ReadSession]] = [
        *plan.restored,
        *((session, read) for session, read, _differences_ in plan.changed),
    ]
    for session, read in touched:
        _take(session, read, halls.of(read.room), schedule)
        session.withdrawn_at = None
        session.version += 1
        session.save()
        _take_people(session, read.people, tuple(session.participations.all()))
    for session in plan.removed:
        session.withdrawn_at = at
        session.version += 1
        session.save(update_fields=["withdrawn_at", "version"])


def _take(session: Session, read: ReadSession, room: Room | None, schedule: ReadSchedule) -> None:
    session.title = session.title.with_text(schedule.language, read.title)
    session.abstract = session.abstract.with_text(schedule.language, read.abstract)
    session.start_at = read.start_at.astimezone(UTC)
    session.end_at = read.end_at.astimezone(UTC)
    session.room = room
    if read.kind or session.pk is None:
        session.kind = read.kind or SessionKind.OTHER
    if read.language and read.language.split("-")[0] != session.language.split("-")[0]:
        session.language = read.language
    elif session.pk is None:
        session.language = read.language or schedule.language
    session.code = read.code or session.code


def _take_people(session: Session, people: Sequence[ReadPerson], present: Sequence[Participation]) -> None:
    """Keep who is still named (by guid, else by name) with their row and finer role; add and drop the rest."""
    left = list(present)
    for order, read in enumerate(people):
        row = next((p for p in left if read.guid and p.guid == read.guid), None) or next(
            (p for p in left if p.public_name == read.name), None
        )
        if row is None:
            row = Participation(session=session, guid=read.guid or str(uuid4()), role="")
        else:
            left.remove(row)
        if file_role(row.role) != read.role or not row.role:
            row.role = OUR_ROLES.get(read.role, ParticipationRole.SPEAKER)
        row.public_name = read.name[:200]
        row.order = order
        row.save()
    for row in left:
        row.delete()
