"""What the forms of a schedule file have in common: their refusals, and how one field is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from polyphonie.kernel import clock
from polyphonie.kernel.localised import LANGUAGE_TAG

from ..domain.schedule_import import ReadPerson, ReadRoom, ReadSchedule, ReadSession, ScheduleRefused
from ..domain.wording import number
from ..enums import SessionKind

NO_ROOM = "tba"
KINDS = {
    "talk": SessionKind.TALK,
    "lecture": SessionKind.TALK,
    "lightning_talk": SessionKind.TALK,
    "keynote": SessionKind.PLENARY,
    "workshop": SessionKind.WORKSHOP,
    "hands-on": SessionKind.WORKSHOP,
    "break": SessionKind.BREAK,
    "meta": SessionKind.OTHER,
}
ROLES = frozenset({"SPEAKER", "MODERATOR", "CONTRIBUTOR", "HOST", "GUEST"})
DURATION_HM = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{1,2}))?")
DURATION_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class ScheduleTooLarge(ScheduleRefused):
    """More bytes than the setting allows; the file was not read."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            _("Ce fichier pèse %(size)s Mo ; la limite est %(limit)s Mo. Un programme tient en bien moins.")
            % {"size": number(-(-size // 1_000_000)), "limit": number(limit // 1_000_000)}
        )


class DocumentTypeRefused(ScheduleRefused):
    """A document type could make a small file expand without end, or fetch other files."""

    def __init__(self, line: int) -> None:
        super().__init__(
            _("le fichier déclare un type de document (DOCTYPE) ou des entités ; retirez cette déclaration."),
            line=line,
        )


class NotASchedule(ScheduleRefused):
    """Neither of the formats that are read here."""

    def __init__(self) -> None:
        super().__init__(
            _("Ce fichier n'est ni du XML ni du JSON ; donnez schedule.xml ou schedule.json."), line=None
        )


class EncodingWrong(ScheduleRefused):
    """The bytes are not text in the encoding that they should have."""

    def __init__(self, line: int) -> None:
        super().__init__(_("le texte n'est pas en UTF-8 ; enregistrez-le en UTF-8."), line=line)


class Malformed(ScheduleRefused):
    """Not well-formed."""

    def __init__(self, format_name: str, line: int, message: str) -> None:
        super().__init__(
            _("ce n'est pas du %(format)s bien formé (%(message)s).")
            % {"format": format_name, "message": message},
            line=line,
        )


class NestedTooDeep(ScheduleRefused):
    """Deeper than any schedule."""

    def __init__(self, line: int | None = None) -> None:
        super().__init__(_("Le fichier est trop profondément imbriqué pour un programme."), line=line)


class FieldMissing(ScheduleRefused):
    """Something that a schedule must say is not said."""

    def __init__(self, name: str, line: int | None) -> None:
        super().__init__(_("« %(name)s » manque.") % {"name": name}, line=line)


class FieldWrong(ScheduleRefused):
    """Something is said that cannot be."""

    def __init__(self, name: str, value: object, line: int | None) -> None:
        super().__init__(
            _("« %(value)s » n'est pas une valeur de « %(name)s ».")
            % {"name": name, "value": str(value)[:80]},
            line=line,
        )


class ZoneOfFileUnknown(ScheduleRefused):
    """The file names a zone that is no place."""

    def __init__(self, zone: str, line: int | None) -> None:
        super().__init__(
            _("le fuseau « %(zone)s » n'est pas un lieu ; écrivez par exemple Europe/Paris.")
            % {"zone": zone[:80]},
            line=line,
        )


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a file may leave unsaid and the conference here knows: zone, language of its texts."""

    time_zone: str = ""
    language: str = "fr"


def text_of(value: Any) -> str:
    """A string as it is; a map of languages by its first; anything else as nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return next((v.strip() for v in value.values() if isinstance(v, str) and v.strip()), "")
    return ""


def _in_language(value: Any, language: str) -> str:
    """A string, or a map's text in the language wanted; else its first."""
    if isinstance(value, dict) and isinstance(value.get(language.split("-")[0]), str):
        return str(value[language.split("-")[0]]).strip()
    return text_of(value)


def whole_schedule(
    *,
    acronym: str,
    title: str,
    start: str,
    end: str,
    zone: str,
    language: str,
    digest: str,
    sessions: tuple[ReadSession, ...],
    link: str,
    line: int | None,
) -> ReadSchedule:
    if not acronym:
        raise FieldMissing("acronym", line)
    if not sessions:
        raise FieldMissing("event", line)
    days = sorted(clock.local(s.start_at, zone).date() for s in sessions)
    first = _day(start, "start", line) if start else days[0]
    last = _day(end, "end", line) if end else days[-1]
    if last < first:
        raise FieldWrong("end", end, line)
    return ReadSchedule(
        acronym=acronym,
        title=title or acronym,
        start_date=first,
        end_date=last,
        time_zone=zone,
        language=language,
        sha256=digest,
        sessions=sessions,
        link=link if link.startswith(("http://", "https://")) else "",
    )


def zone_of(name: str, line: int | None) -> str:
    if not name:
        raise FieldMissing("time_zone_name", line)
    try:
        clock.zone(name)
    except clock.ZoneUnknown as error:
        raise ZoneOfFileUnknown(name, line) from error
    return name


def language_of(tag: str, line: int | None) -> str:
    tag = tag.replace("_", "-")
    if tag and not LANGUAGE_TAG.match(tag):
        raise FieldWrong("language", tag, line)
    return tag


def _day(text: str, name: str, line: int | None) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise FieldWrong(name, text, line) from error


def _guid(text: Any, name: str, line: int | None) -> UUID:
    if not text:
        raise FieldMissing(name, line)
    try:
        return UUID(str(text))
    except ValueError as error:
        raise FieldWrong(name, text, line) from error


def room_of(name: Any, guid: Any, capacity: Any, line: int | None) -> ReadRoom | None:
    """The hall, or None for the one that says that there is none yet."""
    text = text_of(name)
    if not text:
        raise FieldMissing("room", line)
    if text.lower() == NO_ROOM:
        return None
    return ReadRoom(
        name=text[:100],
        guid=_guid(guid, "room guid", line) if guid else None,
        capacity=capacity if isinstance(capacity, int) and 0 <= capacity < 1_000_000 else None,
    )


def session_of(
    fields: Mapping[str, Any],
    *,
    day: str,
    room: ReadRoom | None,
    zone: str,
    line: int | None,
    language: str,
) -> ReadSession:
    title = _in_language(fields.get("title"), language)
    if not title:
        raise FieldMissing("title", line)
    start_at = _instant(fields, day, zone, line)
    return ReadSession(
        guid=str(_guid(fields.get("guid"), "guid", line)),
        title=title[:500],
        start_at=start_at,
        end_at=_end(fields, start_at, line),
        room=room,
        kind=_kind(fields),
        language=language_of(text_of(fields.get("language")), line),
        abstract=_in_language(fields.get("abstract"), language),
        code=text_of(fields.get("code"))[:40],
        people=tuple(_person(p, line) for p in fields.get("persons") or ()),
        line=line,
    )


def _instant(fields: Mapping[str, Any], day: str, zone: str, line: int | None) -> datetime:
    """``date`` with its offset; else the day and the hour of ``start`` on the clock of the conference."""
    stated = text_of(fields.get("date"))
    hour = text_of(fields.get("start"))
    if not stated and not (day and hour):
        raise FieldMissing("date", line)
    text = stated or f"{day}T{hour}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise FieldWrong("date", text, line) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=clock.zone(zone))


def _end(fields: Mapping[str, Any], start_at: datetime, line: int | None) -> datetime:
    stated = text_of(fields.get("end"))
    if stated:
        try:
            moment = datetime.fromisoformat(stated)
        except ValueError as error:
            raise FieldWrong("end", stated, line) from error
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=start_at.tzinfo)
    duration = text_of(fields.get("duration"))
    if not duration:
        raise FieldMissing("duration", line)
    found = DURATION_HM.fullmatch(duration)
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return start_at + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    found = DURATION_ISO.fullmatch(duration)
    if not found or not any(found.groups()):
        raise FieldWrong("duration", duration, line)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    try:
        return start_at + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise FieldWrong("duration", duration, line) from error


def _kind(fields: Mapping[str, Any]) -> str:
    """Our word for the kind, from the track or the type; empty where theirs is none of ours."""
    for word in (text_of(fields.get("kind")).lower(), text_of(fields.get("type")).lower()):
        if word in SessionKind.values:
            return word
        if word in KINDS:
            return str(KINDS[word])
    return ""


def _person(person: Any, line: int | None) -> ReadPerson:
    name = text_of(person.get("public_name")) or text_of(person.get("name"))
    if not name:
        raise FieldMissing("name", line)
    role = text_of(person.get("role")).upper()
    guid = person.get("guid")
    return ReadPerson(
        name=name[:200],
        role=role if role in ROLES else "SPEAKER",
        guid=str(_guid(guid, "guid", line)) if guid else "",
    )
