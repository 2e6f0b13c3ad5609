"""``schedule.xml``, as frab and pretalx write it, read without expanding or fetching anything."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from lxml import etree

from ..domain.schedule_import import ReadSchedule, ReadSession, ScheduleRefused
from .schedule_reading import (
    Defaults,
    DocumentTypeRefused,
    EncodingWrong,
    FieldMissing,
    Malformed,
    NestedTooDeep,
    room_of,
    session_of,
    whole_schedule,
    zone_of,
)


class _RootReached(Exception):
    pass


def _refuse_document_type(content: bytes) -> None:
    """Read up to the root element with a parser that expands nothing, and stop at a document type."""
    parser = expat.ParserCreate()

    def declared(*_args: Any) -> None:
        raise DocumentTypeRefused(parser.CurrentLineNumber)

    def root(*_args: Any) -> None:
        raise _RootReached()

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = root
    try:
        parser.Parse(content, True)
    except _RootReached:
        return
    except expat.ExpatError as error:
        raise _malformed_xml(error.lineno, expat.ErrorString(error.code) or "") from error


def _malformed_xml(line: int, message: str) -> ScheduleRefused:
    words = message.lower()
    if "encod" in words or "invalid token" in words or "utf" in words:
        return EncodingWrong(line)
    if "depth" in words:
        return NestedTooDeep(line)
    return Malformed("XML", line, message)


def read_xml(content: bytes, digest: str, defaults: Defaults) -> ReadSchedule:
    _refuse_document_type(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Any = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed_xml(error.lineno or 1, error.msg or "") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentTypeRefused(1)
    if root.tag != "schedule":
        raise FieldMissing("schedule", root.sourceline)
    conference: Any = root.find("conference")
    if conference is None:
        raise FieldMissing("conference", root.sourceline)
    zone = zone_of(
        _child(conference, "time_zone_name") or defaults.time_zone, _line(conference, "time_zone_name")
    )
    sessions = tuple(
        _xml_event(event, day, room, zone, defaults)
        for day in root.findall("day")
        for room in day.findall("room")
        for event in room.findall("event")
    )
    return whole_schedule(
        acronym=_child(conference, "acronym"),
        title=_child(conference, "title"),
        start=_child(conference, "start"),
        end=_child(conference, "end"),
        zone=zone,
        language=defaults.language,
        digest=digest,
        sessions=sessions,
        link=_child(conference, "url"),
        line=conference.sourceline,
    )


def _child(element: Any, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _line(element: Any, name: str) -> int | None:
    found = element.find(name)
    line = (element if found is None else found).sourceline
    return line if isinstance(line, int) else None


def _xml_event(event: Any, day: Any, room: Any, zone: str, defaults: Defaults) -> ReadSession:
    line = event.sourceline
    return session_of(
        {
            "guid": event.get("guid"),
            "code": event.get("code"),
            "title": _child(event, "title"),
            "abstract": _child(event, "abstract"),
            "language": _child(event, "language"),
            "type": _child(event, "type"),
            "date": _child(event, "date"),
            "start": _child(event, "start"),
            "duration": _child(event, "duration"),
            "persons": [
                {"name": (p.text or "").strip(), "guid": p.get("guid")}
                for p in event.iterfind("persons/person")
            ],
        },
        day=day.get("date") or "",
        room=room_of(room.get("name"), room.get("guid"), None, room.sourceline),
        zone=zone,
        line=line if isinstance(line, int) else None,
        language=defaults.language,
    )
