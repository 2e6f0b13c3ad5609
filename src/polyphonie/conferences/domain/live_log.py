"""The log of a conference: appended under a lock, numbered without gaps, never changed.

Everything that happens live is one event here: a message, an answer, a removal. A site is a cursor on it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.rights import permit

from ..live.bus import bus
from ..models import Conference, LiveBody, LiveCounter, LiveEvent, Session, Site
from ..relay.cursor import Kind, Scope


def append_event(
    *,
    conference: Conference,
    kind: str,
    body: dict[str, Any],
    site: Site | None = None,
    scope: str = Scope.PUBLIC,
    now_sites: Iterable[Site] = (),
    session: Session | None = None,
    target_seq: int | None = None,
    refers_to: datetime | None = None,
    language: str = "",
    askers: Iterable[UUID] = (),
) -> LiveEvent:
    """Append one event inside the transaction of the verb that calls.

    The counter row of the conference is locked until the commit, so that numbers have no gaps and no
    reader ever skips one that commits late. The programme time is the conference's own clock, forced
    never to decrease when the machine's clock steps back. ``refers_to``, what the author was watching,
    is never later than that. After the commit the bus wakes the readers; if it fails they find the event
    by looking.
    """
    counter = _locked_counter(conference)
    recorded_at = clock.wall()
    programme_time = recorded_at + conference.clock_offset
    if counter.programme_time is not None and programme_time < counter.programme_time:
        programme_time = counter.programme_time
    counter.head += 1
    counter.programme_time = programme_time
    nonce = secrets.token_hex(16)
    event = LiveEvent.objects.create(
        conference=conference,
        seq=counter.head,
        programme_time=programme_time,
        refers_to=None if refers_to is None else min(refers_to, programme_time),
        kind=kind,
        scope=scope,
        site=site,
        now_sites=sorted({s.pk for s in now_sites}),
        session=session,
        target_seq=target_seq,
        body_hash=body_hash(nonce, language, body),
        recorded_at=recorded_at,
    )
    LiveBody.objects.create(
        event=event, language=language, body=body, askers=sorted({str(a) for a in askers}), nonce=nonce
    )
    counter.save(update_fields=["head", "programme_time"])
    key, seq = str(conference.uid), event.seq
    transaction.on_commit(lambda: bus().publish(key, seq), robust=True)
    return event


def _locked_counter(conference: Conference) -> LiveCounter:
    locked = LiveCounter.objects.select_for_update()
    try:
        return locked.get(conference=conference)
    except LiveCounter.DoesNotExist:
        LiveCounter.objects.get_or_create(conference=conference)
        return locked.get(conference=conference)


def remove_event(
    *, conference: Conference, seq: int, kind: str = Kind.REMOVAL, site: Site | None = None
) -> LiveEvent:
    """Erase the body of event ``seq`` and append the removal that makes it vanish everywhere at once."""
    LiveBody.objects.filter(event__conference=conference, event__seq=seq).delete()
    return append_event(conference=conference, kind=kind, body={}, site=site, target_seq=seq)


def body_hash(nonce: str, language: str, body: dict[str, Any]) -> str:
    """SHA-256 of a body with its nonce; without the nonce, erased with the body, nothing can be guessed."""
    content = json.dumps([nonce, language, body], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def log_hash(events: Iterable[LiveEvent]) -> str:
    """SHA-256 over the envelopes in the order of their numbers; erasing a body does not change it."""
    digest = hashlib.sha256()
    for event in events:
        envelope = [
            event.seq,
            event.programme_time.astimezone(UTC).isoformat(),
            event.refers_to.astimezone(UTC).isoformat() if event.refers_to else None,
            event.kind,
            event.scope,
            event.now_sites,
            event.target_seq,
            event.body_hash,
        ]
        digest.update(json.dumps(envelope, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def close_session_log(*, session: Session, by: Actor, at: datetime) -> str:
    """Let the hash of what was said during a session enter the ledger, with the numbers it covers.

    The chat is too frequent for the ledger; from here on nobody can change what was said without the
    change being seen. Closing again after late questions leaves another event with the longer range.
    """
    permit("conferences.moderate", by, session.conference)
    with ledger.act("conferences.close_session_log", by=by, at=at) as act:
        _locked_counter(session.conference)
        events = LiveEvent.objects.filter(
            conference=session.conference,
            programme_time__gte=session.start_at,
            programme_time__lt=session.end_at,
        ).order_by("seq")
        rows = list(events)
        digest = log_hash(rows)
        act.on(session.urn, book=session.conference.urn)
        act.note(
            first_seq=rows[0].seq if rows else None,
            last_seq=rows[-1].seq if rows else None,
            events=len(rows),
            sha256=digest,
        )
    return digest


def encoded(event: LiveEvent, *, site_uids: dict[int, str]) -> bytes:
    """The event as it goes out, in JSON, encoded once per process when it is read.

    A body that was erased leaves the envelope, marked as removed.
    """
    return json.dumps(
        public_form(event, site_uids=site_uids), ensure_ascii=False, separators=(",", ":")
    ).encode()


def public_form(event: LiveEvent, *, site_uids: dict[int, str]) -> dict[str, Any]:
    """What a reader in scope receives of an event. Who asked stays on the server."""
    body: LiveBody | None = getattr(event, "body_row", None)
    form: dict[str, Any] = {
        "seq": event.seq,
        "at": instant(event.programme_time),
        "kind": event.kind,
        "scope": event.scope,
    }
    if event.site_id:
        form["site"] = site_uids.get(event.site_id)
    if event.now_sites:
        form["now"] = [site_uids[pk] for pk in event.now_sites if pk in site_uids]
    if event.refers_to:
        form["refers_to"] = instant(event.refers_to)
    if event.target_seq:
        form["target"] = event.target_seq
    if body is None:
        form["removed"] = True
    else:
        form["lang"] = body.language
        form["body"] = body.body
    return form


def instant(value: datetime) -> str:
    """An instant as it goes out: UTC, milliseconds."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
