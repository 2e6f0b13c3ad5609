"""Playlists and segments of the bundled stream, cut at the clock of the site that asks.

The segments of a channel have the same numbers and addresses at every site; a site's playlist ends where
its clock stands. Closed sessions and nights are cut for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from ..relay.bundled_stream import BundledStream, LoopedIndex
from ..relay.playlist import (
    AudioRendition,
    Chapter,
    ClosedSpan,
    MediaPlaylist,
    NotStarted,
    Picture,
    master_playlist,
    playlist,
)
from .tail import Context, SessionSpan

WINDOW = timedelta(minutes=2)
NIGHT = timedelta(hours=3)
"""A break as long as this between two sessions is no break but the end of a day: nothing is on air."""

PICTURE = "picture"
PREFIX = "/live/media"


@cache
def bundled_stream() -> BundledStream:
    """The shipped files, read once per process."""
    return BundledStream()


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """When a conference is on air: one channel from its first session to its last."""

    started_at: datetime
    ended_at: datetime
    closed: tuple[ClosedSpan, ...]


def plan(sessions: tuple[SessionSpan, ...]) -> ChannelPlan | None:
    """The plan that follows from a programme; None while there is none.

    Where a closed session overlaps a public one the closed one wins: nothing of it may leave the room.
    """
    if not any(s.is_public for s in sessions):
        return None
    ordered = sorted(sessions, key=lambda s: (s.start_at, s.end_at))
    public = [s for s in ordered if s.is_public]
    started_at, ended_at = public[0].start_at, max(s.end_at for s in public)
    closed = [ClosedSpan(s.start_at, s.end_at) for s in ordered if not s.is_public]
    reached = public[0].end_at
    for session in public[1:]:
        if session.start_at - reached >= NIGHT:
            closed.append(ClosedSpan(reached, session.start_at))
        reached = max(reached, session.end_at)
    return ChannelPlan(started_at, ended_at, tuple(closed))


def index_of(context: Context, rendition: str) -> LoopedIndex | None:
    """The index of a rendition. Raises ``UnknownRendition`` for one that the stream does not have."""
    found = plan(context.sessions)
    if found is None:
        return None
    return bundled_stream().index(
        rendition,
        started_at=found.started_at,
        ended_at=found.ended_at,
        closed=found.closed,
        prefix=f"{PREFIX}/{context.uid}/{rendition}/",
    )


def renditions(context: Context) -> tuple[str, ...]:
    """The keys that the conference offers: the picture, and the languages of its channels."""
    stream = bundled_stream()
    return tuple(r.key for r in stream.renditions if r.language is None or r.language in context.languages)


def master(context: Context, site_language: str, query: str) -> str | None:
    """The master playlist of a site: the picture with the languages of the conference's channels.

    The site's own language comes first where there is a channel for it. None without any channel.
    """
    stream = bundled_stream()
    keys = set(renditions(context))
    spoken = [r for r in stream.renditions if r.key in keys and r.language is not None]
    pictures = [r for r in stream.renditions if r.language is None]
    if not spoken:
        return None
    languages = [r.language for r in spoken]
    default = site_language if site_language in languages else languages[0]
    sound = max(r.peak_bandwidth for r in spoken)
    return master_playlist(
        [
            Picture(
                address=f"{r.key}.m3u8",
                bandwidth=r.peak_bandwidth + sound,
                codecs=",".join([r.codecs, *dict.fromkeys(s.codecs for s in spoken)]),
                width=r.width,
                height=r.height,
                frame_rate=r.frame_rate,
            )
            for r in pictures
        ],
        [
            AudioRendition(
                address=f"{r.key}.m3u8",
                language=r.language or "",
                name=r.name,
                channels=r.channels,
                default=r.language == default,
            )
            for r in spoken
        ],
        query=query,
    )


def media_playlist(
    context: Context,
    rendition: str,
    site_now: datetime,
    query: str,
    *,
    span: tuple[datetime, datetime] | None = None,
) -> MediaPlaylist | NotStarted:
    """The playlist of a rendition at a site's clock; with ``span`` that of a replay, from its beginning."""
    index = index_of(context, rendition)
    if index is None:
        return NotStarted(None)
    chapters = [Chapter(s.uid, s.start_at, s.end_at, s.title) for s in context.sessions if s.is_public]
    if span is None:
        answer = playlist(index, site_now, WINDOW, query=query, chapters=chapters)
    else:
        start, end = max(span[0], index.starts_at(0)), min(span[1], site_now)
        if end - start < WINDOW / 4:
            return NotStarted(None)
        found = plan(context.sessions)
        closing = bundled_stream().index(
            rendition,
            started_at=index.starts_at(0),
            ended_at=end,
            closed=found.closed if found else (),
            prefix=f"{PREFIX}/{context.uid}/{rendition}/",
        )
        answer = playlist(closing, end, max(end - start, WINDOW / 4), query=query, chapters=chapters)
    if isinstance(answer, MediaPlaylist) and not answer.playable:
        # nothing but cut time in the window: a player would only stumble from gap to gap
        following = next(
            (s.start_at for s in context.sessions if s.is_public and s.start_at > site_now), None
        )
        return NotStarted(following)
    return answer


def media_from(context: Context, site_now: datetime) -> datetime | None:
    """The programme time from which there is something to play; None when nothing will come."""
    if not renditions(context)[1:]:
        return None
    answer = media_playlist(context, PICTURE, site_now, "")
    if isinstance(answer, NotStarted):
        return answer.media_from
    index = index_of(context, PICTURE)
    return index.starts_at(answer.first) if index is not None else None


def segment(context: Context, rendition: str, n: int, site_now: datetime) -> bytes | None:
    """Segment ``n`` if the site's clock has wholly passed it; None where it was cut.

    Raises ``LookupError`` where there is no such segment, or where it is still to come: the two look
    the same from outside.
    """
    index = index_of(context, rendition)
    if index is None or rendition not in renditions(context) or not 0 <= n < index.edge(site_now):
        raise LookupError(rendition)
    return bundled_stream().segment(rendition, n) if index.is_playable(n) else None
