"""``schedule.json`` in both its forms: the classic one (days, rooms, events) and voc's schema2."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from json import decoder as json_decoder
from json import scanner as json_scanner
from typing import Any, NoReturn
from uuid import NAMESPACE_URL, uuid5

from ..domain.schedule_import import ReadSchedule, ReadSession
from .schedule_reading import (
    Defaults,
    EncodingWrong,
    FieldMissing,
    FieldWrong,
    Malformed,
    NestedTooDeep,
    language_of,
    room_of,
    session_of,
    text_of,
    whole_schedule,
    zone_of,
)

# the decoder's twin in Python, which says where it is; not in the library's type stubs
_parse_object: Any = vars(json_decoder)["JSONObject"]
_scanner_of: Any = vars(json_scanner)["py_make_scanner"]


class _Located(dict[str, Any]):
    """An object of the document that knows the line on which it begins."""

    line: int


def _decode(text: str) -> Any:
    """The document with its lines. The decoder in C does not say where it is, so its twin in Python reads."""
    breaks = [found.start() for found in re.finditer("\n", text)]
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)

    def parse_object(text_and_begin: tuple[str, int], *args: Any) -> tuple[_Located, int]:
        value, end = _parse_object(text_and_begin, *args)
        located = _Located(value)
        located.line = bisect_left(breaks, text_and_begin[1]) + 1
        return located, end

    located_decoder: Any = decoder
    located_decoder.parse_object = parse_object
    located_decoder.scan_once = _scanner_of(decoder)
    return decoder.decode(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def read_json(content: bytes, digest: str, defaults: Defaults) -> ReadSchedule:
    try:
        document = _decode(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise EncodingWrong(content.count(b"\n", 0, error.start) + 1) from error
    except json.JSONDecodeError as error:
        raise Malformed("JSON", error.lineno, error.msg) from error
    except RecursionError as error:
        raise NestedTooDeep() from error
    except ValueError as error:
        raise Malformed("JSON", 1, str(error)[:80]) from error
    schedule = _object(document, "schedule")
    conference = _object(schedule, "conference")
    if "events" in schedule:
        return _read_schema2(schedule, conference, digest, defaults)
    return _read_classic(schedule, conference, digest, defaults)


def _line_of(value: Any) -> int | None:
    return value.line if isinstance(value, _Located) else None


def _object(parent: Any, name: str) -> _Located:
    value = parent.get(name) if isinstance(parent, dict) else None
    if not isinstance(value, _Located):
        raise FieldMissing(name, _line_of(parent) or 1)
    return value


def _objects(parent: _Located, name: str) -> list[_Located]:
    """The list under a name; absent is empty, anything that is not a list of objects is refused."""
    value = parent.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, _Located) for item in value):
        raise FieldWrong(name, type(value).__name__, _line_of(parent))
    return value


def _read_schema2(schedule: _Located, conference: _Located, digest: str, defaults: Defaults) -> ReadSchedule:
    zone = zone_of(text_of(conference.get("time_zone_name")) or defaults.time_zone, conference.line)
    stated = conference.get("defaults")
    language = text_of(stated.get("language")) if isinstance(stated, dict) else ""
    language = language_of(language, conference.line) or defaults.language
    rooms = {text_of(room.get("guid")).lower(): room for room in _objects(conference, "rooms")}
    acronym = text_of(conference.get("acronym"))
    sessions = []
    for event in _objects(schedule, "events"):
        room = None
        reference = event.get("room")
        if isinstance(reference, dict):
            guid = text_of(reference.get("guid"))
            known = rooms.get(guid.lower(), reference)
            name = text_of(known.get("name")) or text_of(known.get("slug"))
            room = room_of(name, guid, known.get("capacity"), event.line)
        track = event.get("track")
        fields = {
            **event,
            "guid": event.get("guid") or _guid_of_break(acronym, event),
            "date": event.get("start"),
            "start": "",
            "persons": _objects(event, "participants"),
            "kind": text_of(track.get("slug")) if isinstance(track, dict) else "",
        }
        sessions.append(session_of(fields, day="", room=room, zone=zone, line=event.line, language=language))
    return _conference(conference, acronym, zone, language, digest, sessions)


def _guid_of_break(acronym: str, event: Mapping[str, Any]) -> str:
    """A break may come without a guid: it is known by its hour and title."""
    if event.get("type") not in ("BREAK", "META"):
        return ""
    return str(uuid5(NAMESPACE_URL, f"{acronym}/{event.get('start')}/{event.get('title')}"))


def _read_classic(schedule: _Located, conference: _Located, digest: str, defaults: Defaults) -> ReadSchedule:
    zone = zone_of(text_of(conference.get("time_zone_name")) or defaults.time_zone, conference.line)
    rooms = {text_of(room.get("name")): room for room in _objects(conference, "rooms")}
    sessions = []
    for day in _objects(conference, "days"):
        for name, events in (_object(day, "rooms") if day.get("rooms") else {}).items():
            known: Mapping[str, Any] = rooms.get(name, {})
            if not isinstance(events, list):
                raise FieldWrong("rooms", type(events).__name__, day.line)
            for event in events:
                if not isinstance(event, _Located):
                    raise FieldWrong(name, type(event).__name__, day.line)
                sessions.append(
                    session_of(
                        {**event, "persons": _objects(event, "persons")},
                        day=text_of(day.get("date")),
                        room=room_of(name, text_of(known.get("guid")), known.get("capacity"), event.line),
                        zone=zone,
                        line=event.line,
                        language=defaults.language,
                    )
                )
    return _conference(
        conference, text_of(conference.get("acronym")), zone, defaults.language, digest, sessions
    )


def _conference(
    conference: _Located,
    acronym: str,
    zone: str,
    language: str,
    digest: str,
    sessions: Iterable[ReadSession],
) -> ReadSchedule:
    return whole_schedule(
        acronym=acronym,
        title=text_of(conference.get("title")),
        start=text_of(conference.get("start")),
        end=text_of(conference.get("end")),
        zone=zone,
        language=language,
        digest=digest,
        sessions=tuple(sessions),
        link=text_of(conference.get("url")),
        line=conference.line,
    )
