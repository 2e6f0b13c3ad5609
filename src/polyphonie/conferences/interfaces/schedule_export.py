"""Our programme in the public interchange formats: ``schedule.json`` (schema2) and ``schedule.xml``.

Both take sessions that the reader may read and never ask the database for more: a closed session that
was not given cannot leave. One file per language, since their titles are one string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from django.utils.text import slugify
from lxml import etree

from polyphonie.kernel.clock import local
from polyphonie.kernel.localised import LocalisedText

from ..domain.schedule_import import file_role
from ..enums import SessionKind
from ..models import Conference, Participation, Session
from .schedule_reading import NO_ROOM

GENERATOR = "Polyphonie"
TYPES = {
    SessionKind.TALK: "TALK",
    SessionKind.PLENARY: "TALK",
    SessionKind.OPENING: "TALK",
    SessionKind.WORKSHOP: "WORKSHOP",
    SessionKind.SYNTHESIS: "TALK",
    SessionKind.CONCLUSION: "TALK",
    SessionKind.DELIBERATION: "MEETING",
}
TWO_LETTERS = re.compile(r"[a-z]{2}")
FILE_CODE = re.compile(r"[0-9A-Z]{6}")


def acronym_of(conference: Conference) -> str:
    """The acronym as the formats allow it: four or more of a–z, 0–9 and the underscore."""
    plain = re.sub(r"[^a-z0-9]+", "_", slugify(conference.acronym))
    return plain if len(plain) >= 4 else f"{plain}_{conference.start_date.year}"


def no_room_guid(conference: Conference) -> UUID:
    """The guid of the hall that says that there is none yet; the formats want one of each session."""
    return uuid5(conference.uid, NO_ROOM)


def _days(conference: Conference, sessions: Sequence[Session]) -> list[tuple[date, list[Session]]]:
    def day(session: Session) -> date:
        return local(session.start_at, conference.time_zone).date()

    return [(d, list(found)) for d, found in groupby(sessions, key=day)]


def _hour(conference: Conference, instant: datetime) -> str:
    return local(instant, conference.time_zone).isoformat(timespec="seconds")


def as_schema2(
    conference: Conference, sessions: Sequence[Session], *, language: str, address: Any
) -> dict[str, Any]:
    """voc's schedule, schema2: a flat list of events, halls and days beside it."""
    days = _days(conference, sessions)
    rooms = [
        {
            "guid": str(room.guid),
            "slug": room.slug if len(room.slug) > 1 else f"salle-{room.slug}",
            "name": room.name.read(language),
            "type": "LECTURE_HALL",
            "capacity": room.capacity,
        }
        for room in conference.rooms.all()
    ]
    if any(session.room_id is None for session in sessions):
        rooms.append(
            {"guid": str(no_room_guid(conference)), "slug": NO_ROOM, "name": NO_ROOM, "type": "OTHER"}
        )
    return {
        "generator": {"name": GENERATOR},
        "schedule": {
            "version": str(conference.programme_version),
            "conference": {
                "acronym": acronym_of(conference),
                "title": conference.title.read(language),
                "description": _map_of(conference.summary),
                "start": _hour(conference, sessions[0].start_at)
                if sessions
                else conference.start_date.isoformat() + "T00:00:00Z",
                "end": _hour(conference, max(s.end_at for s in sessions))
                if sessions
                else conference.end_date.isoformat() + "T23:59:59Z",
                "time_zone_name": conference.time_zone,
                "url": address(conference),
                "languages": [tag for tag in conference.languages if TWO_LETTERS.fullmatch(tag)],
                "defaults": {"language": language},
                "tracks": [
                    {"slug": kind, "name": _kind_label(kind)} for kind in sorted({s.kind for s in sessions})
                ],
                "rooms": rooms,
                "days": [
                    {
                        "index": index,
                        "date": day.isoformat(),
                        "start": _hour(conference, found[0].start_at),
                        "end": _hour(conference, max(s.end_at for s in found)),
                    }
                    for index, (day, found) in enumerate(days, start=1)
                ],
                "meta": {
                    "urn": conference.urn,
                    "first_day": conference.start_date.isoformat(),
                    "last_day": conference.end_date.isoformat(),
                    "languages": list(conference.languages),
                    "is_fictitious": conference.is_fictitious,
                },
            },
            "events": [_event(conference, session, language, address) for session in sessions],
        },
    }


def _event(conference: Conference, session: Session, language: str, address: Any) -> dict[str, Any]:
    room = {"guid": str(session.room.guid if session.room else no_room_guid(conference))}
    slot = {
        "guid": session.guid,
        "title": session.title.read(language),
        "start": _hour(conference, session.start_at),
        "end": _hour(conference, session.end_at),
        "room": room,
    }
    if session.kind == SessionKind.BREAK:
        return {"type": "BREAK", **slot}
    event = {
        **slot,
        "slug": f"{slugify(session.title.read(language))[:60]}-{session.uid.hex[-6:]}".lstrip("-"),
        "url": address(session),
        "subtitle": None,
        "abstract": _map_of(session.abstract),
        "language": session.language.split("-")[0][:2],
        "track": {"slug": session.kind},
        "type": TYPES.get(SessionKind(session.kind), "OTHER")
        if session.kind in SessionKind.values
        else "OTHER",
        "participants": [
            {
                "guid": p.guid or str(uuid5(session.uid, str(p.pk))),
                "name": p.public_name,
                "role": file_role(p.role),
            }
            for p in session.participations.all()
        ],
        "links": [],
        "state": "CONFIRMED",
    }
    if FILE_CODE.fullmatch(session.code):
        event["code"] = session.code
    return event


def _map_of(text: LocalisedText) -> dict[str, str] | None:
    """The languages of two letters, which are all that the format knows."""
    return {tag: words for tag, words in text.items() if TWO_LETTERS.fullmatch(tag)} or None


def _kind_label(kind: str) -> str:
    return str(SessionKind(kind).label) if kind in SessionKind.values else kind


def as_xml(conference: Conference, sessions: Sequence[Session], *, language: str, address: Any) -> bytes:
    """frab's and pretalx's schedule: days, halls, events."""
    root = etree.Element("schedule")
    etree.SubElement(root, "generator", name=GENERATOR)
    _say(root, "url", address(conference))
    _say(root, "version", str(conference.programme_version))
    head = etree.SubElement(root, "conference")
    days = _days(conference, sessions)
    for name, value in (
        ("title", conference.title.read(language)),
        ("acronym", acronym_of(conference)),
        ("start", conference.start_date.isoformat()),
        ("end", conference.end_date.isoformat()),
        ("days", str(len(days))),
        ("url", address(conference)),
        ("time_zone_name", conference.time_zone),
    ):
        _say(head, name, value)
    for index, (day, found) in enumerate(days, start=1):
        element = etree.SubElement(
            root,
            "day",
            index=str(index),
            date=day.isoformat(),
            start=_hour(conference, found[0].start_at),
            end=_hour(conference, max(s.end_at for s in found)),
        )
        for (name, guid), of_room in _by_room(conference, found, language):
            room = etree.SubElement(element, "room", name=name, guid=guid)
            for session in of_room:
                _xml_event(room, name, conference, session, language, address)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _by_room(
    conference: Conference, sessions: Iterable[Session], language: str
) -> list[tuple[tuple[str, str], list[Session]]]:
    rooms: dict[tuple[str, str], list[Session]] = {}
    for session in sessions:
        key = (
            (session.room.name.read(language), str(session.room.guid))
            if session.room
            else (NO_ROOM, str(no_room_guid(conference)))
        )
        rooms.setdefault(key, []).append(session)
    return sorted(rooms.items())


def _xml_event(
    room: Any, room_name: str, conference: Conference, session: Session, language: str, address: Any
) -> None:
    event = etree.SubElement(room, "event", guid=session.guid, id=str(session.pk))
    if FILE_CODE.fullmatch(session.code):
        event.set("code", session.code)
    start = local(session.start_at, conference.time_zone)
    minutes = int((session.end_at - session.start_at).total_seconds()) // 60
    for name, value in (
        ("room", room_name),
        ("title", session.title.read(language)),
        ("subtitle", ""),
        ("type", session.kind),
        ("date", _hour(conference, session.start_at)),
        ("start", start.strftime("%H:%M")),
        ("duration", f"{minutes // 60:02d}:{minutes % 60:02d}"),
        ("abstract", session.abstract.read(language)),
        ("track", _kind_label(session.kind)),
        ("language", session.language),
        ("url", address(session)),
    ):
        _say(event, name, value)
    persons = etree.SubElement(event, "persons")
    for participation in session.participations.all():
        _person(persons, participation)


def _person(persons: Any, participation: Participation) -> None:
    person = etree.SubElement(persons, "person", id=str(participation.pk))
    if participation.guid:
        person.set("guid", participation.guid)
    person.text = participation.public_name


def _say(parent: Any, name: str, value: str) -> None:
    # what XML cannot hold is left out rather than breaking the file
    etree.SubElement(parent, name).text = "".join(c for c in value if c in "\t\n" or ord(c) >= 32)
