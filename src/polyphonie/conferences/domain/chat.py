"""The chat: what a room says to itself at once, and to the others at its programme time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal, Unknown
from polyphonie.kernel.rights import may, permit

from ..models import Conference, Message, Site
from ..relay.cursor import Kind
from ..validators import TooManyAtOnce, plain_text
from .live_log import append_event, remove_event
from .queries.rooms import public_name, session_at

MESSAGE_LIMIT = 500
KEY_LIMIT = 64


class KeyTooLong(Refusal):
    """The key by which a repeated post is recognised is not one that our pages make."""

    def __init__(self) -> None:
        super().__init__(_("Cet envoi est mal formé ; rechargez la page et recommencez."))


def checked_key(key: str) -> str:
    if len(key) > KEY_LIMIT or not key.isascii() or not key.isprintable():
        raise KeyTooLong()
    return key


def not_too_many(
    rows: models.QuerySet[Any], instant_field: str, read: Callable[[Any], datetime], at: datetime
) -> None:
    """Refuse one more than the burst within the window, naming the wait until the oldest leaves it."""
    burst, window = settings.QUESTION_BURST, settings.QUESTION_WINDOW_SECONDS
    since = at - timedelta(seconds=window)
    recent = list(
        rows.filter(**{f"{instant_field}__gt": since, f"{instant_field}__lte": at}).order_by(
            f"-{instant_field}"
        )[:burst]
    )
    if len(recent) >= burst:
        free_at = read(recent[-1]) + timedelta(seconds=window)
        raise TooManyAtOnce(burst, window, max(1, -(-int((free_at - at).total_seconds() * 1000) // 1000)))


def alias(actor: Actor, conference: Conference) -> str:
    """Three signs by which the messages of one person are recognised within one conference, and no more."""
    return hashlib.sha256(f"{conference.uid}:{actor.id}".encode()).hexdigest()[:3].upper()


def speaker(by: Actor, conference: Conference, site: Site | None) -> dict[str, Any]:
    """As what and from where somebody speaks, as every site reads it."""
    spoken: dict[str, Any] = {"as": public_name(by, conference, site), "alias": alias(by, conference)}
    if site is not None:
        name = site.organisation.short_name or site.organisation.name
        spoken["from"] = name.as_dict()
    return spoken


def post_message(
    *,
    conference: Conference,
    site: Site | None,
    text: str,
    language: str,
    by: Actor,
    at: datetime,
    watching: datetime | None = None,
    key: str = "",
) -> Message:
    """Say one line in the chat of a site, or of the host where ``site`` is None.

    The site reads it at once, the others when their clock reaches it. Posting again with the same key
    changes nothing. The chat has its own log; no ledger event is left.
    """
    if site is None:
        permit("conferences.speak_for_host", by, conference)
    else:
        permit("conferences.speak_at_site", by, site)
        if site.conference_id != conference.pk:
            raise Unknown()
    key = checked_key(key)
    text = plain_text(text, limit=MESSAGE_LIMIT)
    earlier = Message.objects.filter(conference=conference, author_id=by.id)
    if key and (posted := earlier.filter(idempotency_key=key).first()):
        return posted
    not_too_many(earlier, "posted_at", lambda m: m.posted_at, at)
    try:
        with transaction.atomic():
            event = append_event(
                conference=conference,
                kind=Kind.MESSAGE,
                body={"text": text, **speaker(by, conference, site)},
                site=site,
                session=session_at(conference, watching or at),
                refers_to=watching,
                language=language,
            )
            return Message.objects.create(
                conference=conference,
                site=site,
                author_id=by.id,
                event_seq=event.seq,
                posted_at=at,
                idempotency_key=key,
            )
    except IntegrityError:
        # the same post came twice at once; the other one stands
        if key and (posted := earlier.filter(idempotency_key=key).first()):
            return posted
        raise


def remove_message(*, conference: Conference, seq: int, by: Actor, at: datetime) -> Message:
    """Take a message away: its body is erased, and it vanishes at every site at once, for ever.

    Moderators remove any message, an author their own. A second removal changes nothing.
    """
    message = (
        Message.objects.select_related("site", "conference__host")
        .filter(conference=conference, event_seq=seq)
        .first()
    )
    moderates = may("conferences.moderate", by, conference)
    if message is None or not (moderates or (message.author_id == by.id and not by.is_visitor)):
        raise Unknown()
    if message.removed_at is not None:
        return message
    with ledger.act("conferences.remove_message", by=by, at=at) as act:
        locked = Message.objects.select_for_update().get(pk=message.pk)
        if locked.removed_at is None:
            locked.removed_at = at
            locked.save(update_fields=["removed_at"])
            remove_event(conference=conference, seq=seq)
        act.on(message.urn, book=conference.urn)
        act.note(seq=seq, by_its_author=not moderates)
    message.removed_at = locked.removed_at
    return message


def post_notice(*, conference: Conference, text: str, language: str, by: Actor, at: datetime) -> int:
    """Tell every site something urgent; it overtakes every delay. Returns the number of the event."""
    permit("conferences.moderate", by, conference)
    text = plain_text(text, limit=MESSAGE_LIMIT)
    with ledger.act("conferences.post_notice", by=by, at=at) as act:
        event = append_event(conference=conference, kind=Kind.URGENT, body={"text": text}, language=language)
        act.on(conference.urn)
        act.note(seq=event.seq)
    return event.seq
