"""The programme: halls, dated sessions, who speaks in them. A guid is given once and never moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Group, Person

from ..enums import ParticipationRole, SessionAccess
from ..models import Conference, Participation, Room, Session
from .conferences import NO_TEXT, ConferenceClosed, TitleMissing, days_of
from .wording import day_and_hour, hour

LONGEST = timedelta(hours=24)


class SessionEndsBeforeStart(Refusal):
    """A session needs some time."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__(
            _("La séance finit à %(end)s et commence à %(start)s ; donnez une fin après le début.")
            % {"start": hour(start), "end": hour(end)},
            field="end_at",
        )


class SessionTooLong(Refusal):
    """Longer than a day: a slip of the date."""

    def __init__(self, length: timedelta) -> None:
        super().__init__(
            _("Une séance dure au plus 24 heures ; celle-ci en dure %(hours)d. Vérifiez la date de fin.")
            % {"hours": length // timedelta(hours=1)},
            field="end_at",
        )


class OutsideConference(Refusal):
    """The session lies outside the days of its conference."""

    def __init__(self, conference: Conference, start: datetime) -> None:
        super().__init__(
            _(
                "La séance du %(moment)s est hors des jours de la conférence "
                "(du %(first)s au %(last)s) ; changez l'une ou les autres."
            )
            % {
                "moment": day_and_hour(start),
                "first": conference.start_date.isoformat(),
                "last": conference.end_date.isoformat(),
            },
            field="start_at",
        )


class RoomTaken(Refusal):
    """Another session is in the hall at that time. A closed one is not named."""

    def __init__(self, room: Room, other: Session | None, zone: str) -> None:
        if other is None:
            sentence = _(
                "« %(room)s » est occupée à cette heure ; choisissez une autre salle ou une autre heure."
            ) % {"room": room.name}
        else:
            sentence = _(
                "« %(room)s » est prise de %(start)s à %(end)s par « %(title)s » ; "
                "choisissez une autre salle ou une autre heure."
            ) % {
                "room": room.name,
                "start": hour(clock.local(other.start_at, zone)),
                "end": hour(clock.local(other.end_at, zone)),
                "title": other.title,
            }
        super().__init__(sentence, field="room")


class ClosedWithoutGroup(Refusal):
    """A closed session belongs to the group that holds it."""

    def __init__(self) -> None:
        super().__init__(
            _("Une séance à huis clos appartient à un groupe ; nommez le jury ou le groupe qui la tient."),
            field="group",
        )


class RoomElsewhere(Refusal):
    """The hall belongs to another conference."""

    def __init__(self) -> None:
        super().__init__(
            _("Cette salle est celle d'une autre conférence ; choisissez une salle de celle-ci."),
            field="room",
        )


class RoomNameTaken(Refusal):
    """Two halls of one name would be taken for each other."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("Une salle s'appelle déjà « %(name)s » ; donnez-lui un autre nom.") % {"name": name},
            field="name",
        )


class GuidTaken(Refusal):
    """The guid already names another session of the conference."""

    def __init__(self, guid: str) -> None:
        super().__init__(
            _(
                "L'identifiant %(guid)s est déjà celui d'une autre séance ; un identifiant ne sert qu'une fois."
            )
            % {"guid": guid},
            field="guid",
        )


class RoleUnknown(Refusal):
    """The programme knows no such role."""

    def __init__(self, role: str) -> None:
        super().__init__(
            _("« %(role)s » n'est pas un rôle du programme ; choisissez-en un de la liste.") % {"role": role},
            field="role",
        )


class NameMissing(Refusal):
    """A participation shows a name."""

    def __init__(self) -> None:
        super().__init__(_("Donnez le nom tel que le programme publié l'écrit."), field="public_name")


def add_room(
    *,
    conference: Conference,
    name: LocalisedText,
    by: Actor,
    at: datetime,
    capacity: int | None = None,
    guid: UUID | None = None,
) -> Room:
    """Add a hall. Its guid is kept for life: files from elsewhere name the hall by it."""
    with ledger.act("conferences.add_room", by=by, at=at) as act:
        permit("conferences.run_conference", by, conference)
        if not name:
            raise TitleMissing()
        locked = lock_programme(conference)
        slug = slugify(name.read("fr"))[:80] or "salle"
        if locked.rooms.filter(slug=slug).exists():
            raise RoomNameTaken(name.read("fr"))
        room = Room.objects.create(
            conference=locked, guid=guid or uuid4(), slug=slug, name=name, capacity=capacity
        )
        programme_changed(locked)
        act.on(locked.urn)
        act.note(room=room.guid, capacity=capacity)
    return room


def schedule_session(
    *,
    conference: Conference,
    title: LocalisedText,
    start_at: datetime,
    end_at: datetime,
    by: Actor,
    at: datetime,
    room: Room | None = None,
    kind: str = "plenary",
    language: str = "fr",
    abstract: LocalisedText = NO_TEXT,
    access: str = SessionAccess.PUBLIC,
    group: Group | None = None,
    code: str = "",
    guid: str = "",
    hour_is_invented: bool = False,
    source: dict[str, Any] | None = None,
) -> Session:
    """Put a session into the programme, inside the conference's days and alone in its hall.

    Both are checked under the lock of the conference, so that two schedulers cannot both be right.
    """
    with ledger.act("conferences.schedule_session", by=by, at=at) as act:
        permit("conferences.run_conference", by, conference)
        locked = lock_programme(conference)
        session = Session(
            conference=locked,
            room=room,
            code=code,
            kind=kind,
            title=title,
            abstract=abstract,
            language=language,
            start_at=start_at,
            end_at=end_at,
            access=access,
            group=group,
            hour_is_invented=hour_is_invented,
            **(source or {}),
        )
        session.guid = guid or str(session.uid)
        if locked.sessions.filter(guid=session.guid).exists():
            raise GuidTaken(session.guid)
        check_session(session, conference=locked, by=by, at=at)
        session.save(force_insert=True)
        programme_changed(locked)
        act.on(session.urn, book=locked.urn)
        act.note(guid=session.guid, start_at=start_at, end_at=end_at, access=str(access))
    return session


def move_session(
    *,
    session: Session,
    version: int,
    start_at: datetime,
    end_at: datetime,
    by: Actor,
    at: datetime,
    room: Room | None = None,
) -> Session:
    """Move a session to another slot. Its guid goes with it: the slot has none."""
    with ledger.act("conferences.move_session", by=by, at=at) as act:
        permit("conferences.run_conference", by, session.conference)
        conference = lock_programme(session.conference)
        moved = _locked_session(session, version, mine={"start_at": start_at, "end_at": end_at})
        moved.start_at, moved.end_at, moved.room = start_at, end_at, room
        check_session(moved, conference=conference, by=by, at=at)
        moved.version += 1
        moved.save(update_fields=["start_at", "end_at", "room", "version"])
        programme_changed(conference)
        act.on(moved.urn, book=conference.urn)
        act.note(guid=moved.guid, start_at=start_at, end_at=end_at)
    return moved


def swap_sessions(
    *, first: Session, second: Session, versions: tuple[int, int], by: Actor, at: datetime
) -> tuple[Session, Session]:
    """Exchange the slots of two sessions. Hours and halls change places; guids, speakers and texts stay."""
    with ledger.act("conferences.swap_sessions", by=by, at=at) as act:
        permit("conferences.run_conference", by, first.conference)
        if first.conference_id != second.conference_id or first.pk == second.pk:
            raise Unknown()
        conference = lock_programme(first.conference)
        one = _locked_session(first, versions[0], mine={})
        two = _locked_session(second, versions[1], mine={})
        one_slot = (one.start_at, one.end_at, one.room)
        one.start_at, one.end_at, one.room = two.start_at, two.end_at, two.room
        two.start_at, two.end_at, two.room = one_slot
        for session in (one, two):
            session.version += 1
            session.save(update_fields=["start_at", "end_at", "room", "version"])
        for session in (one, two):
            check_session(session, conference=conference, by=by, at=at)
        programme_changed(conference)
        act.on(conference.urn)
        act.note(first=one.guid, second=two.guid)
    return one, two


def withdraw_session(*, session: Session, version: int, by: Actor, at: datetime) -> Session:
    """Take a session out of the programme. Its row and guid stay: what was said there is not unsaid."""
    with ledger.act("conferences.withdraw_session", by=by, at=at) as act:
        permit("conferences.run_conference", by, session.conference)
        conference = lock_programme(session.conference)
        gone = _locked_session(session, version, mine={})
        gone.withdrawn_at = at
        gone.version += 1
        gone.save(update_fields=["withdrawn_at", "version"])
        programme_changed(conference)
        act.on(gone.urn, book=conference.urn)
        act.note(guid=gone.guid)
    return gone


def name_participation(
    *,
    session: Session,
    role: str,
    public_name: str,
    by: Actor,
    at: datetime,
    affiliation: LocalisedText = NO_TEXT,
    person: Person | None = None,
    guid: str = "",
) -> Participation:
    """Name who speaks, moderates or listens for all in a session, as the published programme writes it.

    The guid is random: one made from an address could be guessed back.
    """
    with ledger.act("conferences.name_participation", by=by, at=at) as act:
        permit("conferences.run_conference", by, session.conference)
        if role not in ParticipationRole.values:
            raise RoleUnknown(role)
        if not public_name.strip():
            raise NameMissing()
        conference = lock_programme(session.conference)
        last = session.participations.order_by("-order").values_list("order", flat=True).first()
        participation = Participation.objects.create(
            session=session,
            role=role,
            public_name=public_name.strip(),
            affiliation=affiliation,
            person=person,
            guid=guid or str(uuid4()),
            order=0 if last is None else last + 1,
        )
        programme_changed(conference)
        act.on(session.urn, book=conference.urn)
        act.note(role=str(role), participation=participation.guid)
    return participation


def lock_programme(conference: Conference) -> Conference:
    """The conference, locked until the verb ends: whoever changes its programme waits here."""
    locked = Conference.objects.select_for_update().get(pk=conference.pk)
    if locked.state == "cancelled":
        raise ConferenceClosed(locked)
    return locked


def programme_changed(conference: Conference) -> None:
    """Count one more state of the programme; schedule files carry the count as their version."""
    Conference.objects.filter(pk=conference.pk).update(programme_version=F("programme_version") + 1)
    conference.programme_version += 1


def check_session(session: Session, *, conference: Conference, by: Actor, at: datetime) -> None:
    """What must hold of a session before it is written. Called under the lock of the conference."""
    start, end = (clock.local(i, conference.time_zone) for i in (session.start_at, session.end_at))
    if not session.title:
        raise TitleMissing()
    if end <= start:
        raise SessionEndsBeforeStart(start, end)
    if end.astimezone(UTC) - start.astimezone(UTC) > LONGEST:
        raise SessionTooLong(end.astimezone(UTC) - start.astimezone(UTC))
    first_day, last_day = days_of(session.start_at, session.end_at, conference.time_zone)
    if first_day < conference.start_date or last_day > conference.end_date:
        raise OutsideConference(conference, start)
    if session.access == SessionAccess.CLOSED and session.group is None:
        raise ClosedWithoutGroup()
    if session.room is not None:
        if session.room.conference_id != conference.pk:
            raise RoomElsewhere()
        taken = _in_room(session, conference)
        if taken.exists():
            known = taken.filter(pk__in=Session.objects.readable_by(by, at).values("pk")).first()
            raise RoomTaken(session.room, known, conference.time_zone)


def _in_room(session: Session, conference: Conference) -> QuerySet[Session]:
    return (
        conference.sessions.filter(
            room=session.room,
            withdrawn_at=None,
            start_at__lt=session.end_at,
            end_at__gt=session.start_at,
        )
        .exclude(pk=session.pk)
        .order_by("start_at", "pk")
    )


def _locked_session(session: Session, version: int, *, mine: dict[str, Any]) -> Session:
    locked = (
        Session.objects.select_for_update(of=("self",))
        .select_related("room", "group")
        .filter(pk=session.pk, withdrawn_at=None)
        .first()
    )
    if locked is None:
        raise Unknown()
    if locked.version != version:
        raise ChangedMeanwhile(
            _(
                "La séance « %(title)s » a changé pendant que vous la déplaciez ; reprenez à partir de l'état actuel."
            )
            % {"title": locked.title},
            theirs={"start_at": locked.start_at, "end_at": locked.end_at, "room": locked.room},
            mine=mine,
        )
    return locked
