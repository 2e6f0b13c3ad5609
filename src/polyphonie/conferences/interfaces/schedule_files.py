"""Schedule files taken in without trust: ``schedule.xml``, and ``schedule.json`` in its two forms.

The names and shapes are those of the public interchange formats of frab, pretalx and voc. A file is
refused before it is read when it is too large, before it is parsed when it declares a document type, and
anywhere else with its line and the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.network.models import Organisation

from ..domain.schedule_import import (
    Preview,
    ReadSchedule,
    apply_schedule,
    find_conference,
    preview_schedule,
)
from ..models import Conference
from .schedule_json import read_json
from .schedule_reading import Defaults, EncodingWrong, NotASchedule, ScheduleTooLarge
from .schedule_xml import read_xml


def import_schedule_file(
    path: Path | str,
    conference_slug: str | None,
    host: Organisation | str | None,
    apply: bool,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
) -> Preview:
    """Read a file and compare it; with ``apply`` take it over. For the command line.

    ``host`` is the body (or its slug) for which a conference is opened where none matches.
    """
    file = Path(path)
    content = read_limited(file.stat().st_size, file.read_bytes)
    actor = by or Actor.system("import_conference")
    body = Organisation.objects.filter(slug=host).first() if isinstance(host, str) else host
    if isinstance(host, str) and body is None:
        raise Unknown()
    wanted = find_conference_by_slug(conference_slug)
    schedule = parse_schedule(
        content,
        Defaults(wanted.time_zone, (wanted.languages or ["fr"])[0]) if wanted else NOTHING_KNOWN,
    )
    conference = wanted or find_conference(schedule, None, body)
    if not apply:
        return preview_schedule(schedule=schedule, conference=conference, by=actor)
    return apply_schedule(schedule=schedule, conference=conference, host=body, by=actor, at=at or clock.now())


def preview_lines(preview: Preview) -> Iterator[str]:
    """The preview for a terminal: what is added, changed, removed, and what to do next."""
    if preview.opens:
        yield _("Une nouvelle conférence serait ouverte.")
    for session in preview.added:
        yield f"+ {session.start_at:%Y-%m-%d %H:%M} {session.title}"
    for change in preview.changed:
        yield f"~ {change.title}"
        for difference in change.differences:
            yield f"    {difference.field} : {difference.before} → {difference.after}"
    for removed in preview.removed:
        yield f"- {removed.start_at:%Y-%m-%d %H:%M} {removed.title}"
    yield ngettext("%(count)d séance inchangée.", "%(count)d séances inchangées.", preview.unchanged) % {
        "count": preview.unchanged
    }
    if preview.applied:
        yield _("Le programme est repris.")
    elif preview.is_empty and not preview.opens:
        yield _("Rien à changer.")
    else:
        yield _("Rien n'est encore écrit ; relancez avec --yes pour reprendre ce programme.")


def find_conference_by_slug(slug: str | None) -> Conference | None:
    """The conference named, or nothing where none is; a name that leads nowhere is refused."""
    if slug is None:
        return None
    found = Conference.objects.select_related("host").filter(slug=slug).first()
    if found is None:
        raise Unknown()
    return found


def read_limited(size: int, read: Callable[[], bytes]) -> bytes:
    """The bytes, unless there are too many: then they are never read."""
    limit = int(settings.SCHEDULE_LIMIT)
    if size > limit:
        raise ScheduleTooLarge(size, limit)
    content = read()
    if len(content) > limit:
        raise ScheduleTooLarge(len(content), limit)
    return content


NOTHING_KNOWN = Defaults()


def parse_schedule(content: bytes, defaults: Defaults = NOTHING_KNOWN) -> ReadSchedule:
    """Recognise the format by its first character and read it."""
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    digest = hashlib.sha256(content).hexdigest()
    if head == b"<" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return read_xml(content, digest, defaults)
    if head in (b"{", b"["):
        return read_json(content, digest, defaults)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EncodingWrong(content.count(b"\n", 0, error.start) + 1) from error
    raise NotASchedule()
