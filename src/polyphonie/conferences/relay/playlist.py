"""HLS playlists cut at a site's clock, from an index of segments kept in memory.

Every site reads the same segments under the same numbers and addresses; only the end of its playlist
differs. The lines of a segment are formatted once, when it is indexed: a request costs two bisections
and one join. Numbers are those of the channel, the same for every site and after a restart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from .site_clock import utc

MINIMUM_SEGMENTS = 3
"""A live playlist shorter than three target durations makes players stall (RFC 8216 §6.2.2)."""

_QUERY = "\x00"
"""Stands in formatted lines where a request's query goes; no address can contain it."""

_MILLISECOND = timedelta(milliseconds=1)


class SegmentState(StrEnum):
    """What became of a segment."""

    OK = "ok"
    GAP = "gap"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class SegmentOutOfOrder(ValueError):
    """A segment does not follow the last one in number and in programme time."""

    def __init__(self, expected_n: int, last_end: datetime, given: Segment) -> None:
        super().__init__(f"segment {expected_n} after {last_end} expected, given {given}")
        self.expected_n = expected_n
        self.last_end = last_end
        self.given = given


class SegmentTooLong(ValueError):
    """A segment is longer, rounded to seconds, than the channel's fixed target duration, or has no length."""

    def __init__(self, n: int, duration_ms: int, target_seconds: int) -> None:
        super().__init__(f"segment {n} lasts {duration_ms} ms, the target is {target_seconds} s")
        self.n = n
        self.duration_ms = duration_ms
        self.target_seconds = target_seconds


class UnsafeAddress(ValueError):
    """An address that would break the line or the quotation of a playlist."""

    def __init__(self, address: str) -> None:
        super().__init__(f"not usable in a playlist: {address!r}")
        self.address = address


class UnknownSegmentNumber(LookupError):
    """A segment number that the index does not hold."""

    def __init__(self, n: int) -> None:
        super().__init__(f"segment {n} is not in the index")
        self.n = n


class ChannelEnded(ValueError):
    """A segment was to be added to a channel that has ended."""

    def __init__(self, n: int) -> None:
        super().__init__(f"the channel has ended, segment {n} cannot be added")
        self.n = n


class WindowTooShort(ValueError):
    """A playlist window shorter than three target durations."""

    def __init__(self, window: timedelta, target_seconds: int) -> None:
        super().__init__(f"window {window} under {MINIMUM_SEGMENTS} x {target_seconds} s")
        self.window = window
        self.target_seconds = target_seconds


class AmbiguousRenditions(ValueError):
    """Audio renditions of one group need one default and distinct names."""

    def __init__(self, names: Sequence[str], defaults: int) -> None:
        super().__init__(f"audio renditions {list(names)} with {defaults} defaults")
        self.names = tuple(names)
        self.defaults = defaults


def checked_address(address: str) -> str:
    """The address, refused where a space, a quotation mark or a control character is in it."""
    if not address or any(ord(c) <= 32 or ord(c) == 127 or c == '"' for c in address):
        raise UnsafeAddress(address)
    return address


def _quoted(text: str) -> str:
    """Free text as a quoted string: neither control characters nor straight quotation marks can stand in one."""
    printable = "".join(c if c.isprintable() else " " for c in text.replace('"', "″"))
    return f'"{" ".join(printable.split())}"'


def programme_date(at: datetime) -> str:
    """An instant as EXT-X-PROGRAM-DATE-TIME writes it, in UTC with milliseconds."""
    return utc(at).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of media of one channel: its number in the channel, its corrected programme time, its address."""

    n: int
    programme_time: datetime
    duration_ms: int
    name: str
    map: str
    discontinuity: bool = False
    state: SegmentState = SegmentState.OK

    @property
    def end_at(self) -> datetime:
        """The programme time at which the segment is wholly past."""
        return self.programme_time + self.duration_ms * _MILLISECOND


@dataclass(frozen=True, slots=True)
class ClosedSpan:
    """Programme time under *huis clos*; without an end until it is known."""

    from_at: datetime
    until_at: datetime | None = None

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether any instant between ``start`` and ``end`` is closed."""
        return self.from_at < end and (self.until_at is None or start < self.until_at)


def segment_lines(
    *,
    start: datetime,
    duration_ms: int,
    name: str,
    gap: bool = False,
    new_map: str | None = None,
    discontinuity: bool = False,
) -> str:
    """The lines of one segment, with the place of the query marked."""
    return "".join(
        (
            "#EXT-X-DISCONTINUITY\n" if discontinuity else "",
            "" if new_map is None else map_line(new_map),
            f"#EXT-X-PROGRAM-DATE-TIME:{programme_date(start)}\n",
            "#EXT-X-GAP\n" if gap else "",
            f"#EXTINF:{duration_ms // 1000}.{duration_ms % 1000:03d},\n{name}{_QUERY}\n",
        )
    )


def map_line(address: str) -> str:
    """The line that names the initialisation section of the segments after it."""
    return f'#EXT-X-MAP:URI="{address}{_QUERY}"\n'


class MediaIndex(Protocol):
    """What a playlist needs to know of a channel. Numbers are channel-wide; ranges exclude their end."""

    @property
    def target_seconds(self) -> int:
        """The fixed target duration."""
        ...

    @property
    def first(self) -> int:
        """The number of the first segment known."""
        ...

    @property
    def media_from(self) -> datetime | None:
        """The programme time at which the first segment is wholly past; None while there is none."""
        ...

    def edge(self, site_now: datetime) -> int:
        """The number after the last segment that is wholly past at ``site_now``."""
        ...

    def ended_by(self, site_now: datetime) -> bool:
        """Whether the channel has ended and ``site_now`` has passed its end."""
        ...

    def starts_at(self, n: int) -> datetime:
        """The programme time at which segment ``n`` begins."""
        ...

    def lines(self, lo: int, hi: int) -> str:
        """The lines of segments ``lo`` ≤ n < ``hi``, the initialisation section first."""
        ...

    def discontinuities_before(self, n: int) -> int:
        """How many segments before ``n`` carry a discontinuity."""
        ...

    def playable_between(self, lo: int, hi: int) -> int:
        """How many of the segments ``lo`` ≤ n < ``hi`` may be played."""
        ...


class SegmentIndex:
    """The segments of one channel in memory, contiguous in number and increasing in programme time.

    A segment of a closed span keeps its number, loses its address and becomes a gap; one withdrawn after
    it was indexed keeps its address as well, because a player refuses a number whose address changes. The
    file behind it must answer 410.
    """

    def __init__(
        self, *, target_seconds: int, closed: Iterable[ClosedSpan] = (), discontinuities_before: int = 0
    ) -> None:
        """Begin empty; ``discontinuities_before`` counts those of segments that will never be indexed here."""
        if target_seconds < 1:
            raise ValueError(f"target duration {target_seconds}")
        self._target = target_seconds
        self._segments: list[Segment] = []
        self._lines: list[str] = []
        self._ends: list[datetime] = []
        self._discontinuities: list[int] = []
        self._discontinuity_count = discontinuities_before
        self._gaps: list[int] = []
        self._by_name: dict[str, int] = {}
        self._closed = [_closed_span(span.from_at, span.until_at) for span in closed]
        self._ended = False

    @property
    def target_seconds(self) -> int:
        """The fixed target duration."""
        return self._target

    @property
    def first(self) -> int:
        """The number of the first segment."""
        return self._segments[0].n if self._segments else 0

    @property
    def next_n(self) -> int | None:
        """The number of the segment to come, None if any may begin the index."""
        return self._segments[-1].n + 1 if self._segments else None

    @property
    def media_from(self) -> datetime | None:
        """The programme time at which the first segment is wholly past."""
        return self._ends[0] if self._ends else None

    def append(self, segment: Segment) -> Segment:
        """Index the next segment and give it back as indexed, closed if it touches a closed span."""
        n, duration = segment.n, segment.duration_ms
        if self._ended:
            raise ChannelEnded(n)
        if duration < 1 or (duration + 500) // 1000 > self._target:
            raise SegmentTooLong(n, duration, self._target)
        checked_address(segment.name)
        checked_address(segment.map)
        segment = replace(segment, programme_time=utc(segment.programme_time))
        if self._segments:
            last = self._segments[-1]
            if (
                n != last.n + 1
                or segment.programme_time < last.programme_time
                or segment.end_at <= last.end_at
            ):
                raise SegmentOutOfOrder(last.n + 1, last.end_at, segment)
        if segment.state is SegmentState.OK and any(
            span.covers(segment.programme_time, segment.end_at) for span in self._closed
        ):
            segment = replace(segment, state=SegmentState.CLOSED)
        self._segments.append(segment)
        self._lines.append(self._format(len(self._segments) - 1))
        self._ends.append(segment.end_at)
        self._discontinuities.append(self._discontinuity_count)
        self._discontinuity_count += segment.discontinuity
        if segment.state is not SegmentState.OK:
            self._gaps.append(n)
        self._by_name[segment.name] = n
        return segment

    def withdraw(self, n: int) -> Segment:
        """Make segment ``n`` a gap for every site, those that have read it and those that have not."""
        segment = self.segment(n)
        if segment.state is not SegmentState.OK:
            return segment
        segment = replace(segment, state=SegmentState.WITHDRAWN)
        position = n - self.first
        self._segments[position] = segment
        self._lines[position] = self._format(position)
        insort(self._gaps, n)
        return segment

    def close(self, from_at: datetime, until_at: datetime | None = None) -> tuple[Segment, ...]:
        """Close a span of programme time and give back the segments that this withdrew.

        Segments indexed before are withdrawn, so that their addresses stay; those to come are closed.
        """
        span = _closed_span(from_at, until_at)
        self._closed.append(span)
        return tuple(
            self.withdraw(segment.n)
            for segment in self._segments[bisect_right(self._ends, span.from_at) :]
            if segment.state is SegmentState.OK and span.covers(segment.programme_time, segment.end_at)
        )

    def reopen(self, at: datetime) -> None:
        """End the closed spans that last at ``at``; segments indexed as closed stay so."""
        at = utc(at)
        self._closed = [
            replace(span, until_at=at)
            if span.from_at < at and (span.until_at is None or at < span.until_at)
            else span
            for span in self._closed
        ]

    def end(self) -> None:
        """The channel has ended: no segment will follow."""
        self._ended = True

    def segment(self, n: int) -> Segment:
        """Segment ``n``."""
        position = n - self.first
        if not 0 <= position < len(self._segments):
            raise UnknownSegmentNumber(n)
        return self._segments[position]

    def named(self, name: str) -> Segment | None:
        """The segment with this address, for the route that serves it or answers 410."""
        n = self._by_name.get(name)
        return None if n is None else self.segment(n)

    def edge(self, site_now: datetime) -> int:
        """The number after the last segment that is wholly past at ``site_now``."""
        return self.first + bisect_right(self._ends, site_now)

    def ended_by(self, site_now: datetime) -> bool:
        """Whether the channel has ended and ``site_now`` has passed its last segment."""
        return self._ended and (not self._ends or self._ends[-1] <= site_now)

    def starts_at(self, n: int) -> datetime:
        """The programme time at which segment ``n`` begins."""
        return self.segment(n).programme_time

    def lines(self, lo: int, hi: int) -> str:
        """The formatted lines of segments ``lo`` ≤ n < ``hi``, beginning with their initialisation section."""
        first = self.first
        head = "" if self._has_map(lo - first) else map_line(self._segments[lo - first].map)
        return head + "".join(self._lines[lo - first : hi - first])

    def discontinuities_before(self, n: int) -> int:
        """How many segments before ``n`` carry a discontinuity."""
        return self._discontinuities[n - self.first]

    def playable_between(self, lo: int, hi: int) -> int:
        """How many of the segments ``lo`` ≤ n < ``hi`` may be played."""
        return hi - lo - (bisect_left(self._gaps, hi) - bisect_left(self._gaps, lo))

    def _has_map(self, position: int) -> bool:
        return position == 0 or self._segments[position].map != self._segments[position - 1].map

    def _format(self, position: int) -> str:
        segment = self._segments[position]
        return segment_lines(
            start=segment.programme_time,
            duration_ms=segment.duration_ms,
            name=f"closed-{segment.n}" if segment.state is SegmentState.CLOSED else segment.name,
            gap=segment.state is not SegmentState.OK,
            new_map=segment.map if self._has_map(position) else None,
            discontinuity=segment.discontinuity,
        )


def _closed_span(from_at: datetime, until_at: datetime | None) -> ClosedSpan:
    return ClosedSpan(utc(from_at), None if until_at is None else utc(until_at))


@dataclass(frozen=True, slots=True)
class Chapter:
    """A session of the programme, written as a date range that any player shows as a chapter."""

    id: str
    start_at: datetime
    end_at: datetime
    title: str

    def line(self, site_now: datetime) -> str:
        """The date range; its end is written once the site has passed it, since a planned end may move."""
        end = f',END-DATE="{programme_date(self.end_at)}"' if self.end_at <= site_now else ""
        return (
            f"#EXT-X-DATERANGE:ID={_quoted(self.id)},"
            f'START-DATE="{programme_date(self.start_at)}"{end},X-TITLE={_quoted(self.title)}\n'
        )


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """A playlist and what it shows: segments ``first`` ≤ n < ``following``, of which ``playable`` can be played."""

    text: str
    first: int
    following: int
    playable: int
    ended: bool


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Nothing is wholly past yet. ``media_from`` is the programme time of the first playlist, if known.

    A player errs on an empty playlist; the page shows a countdown to ``SiteClock.reaches(media_from)``.
    """

    media_from: datetime | None


PlaylistAnswer: TypeAlias = MediaPlaylist | NotStarted


def playlist(
    index: MediaIndex,
    site_now: datetime,
    window: timedelta,
    *,
    query: str = "",
    chapters: Sequence[Chapter] = (),
) -> PlaylistAnswer:
    """The playlist of a channel for a site whose clock says ``site_now``: segments wholly past, the last ``window``.

    ``query`` (a media token) is written behind every address; players compare addresses without it, so it
    may change between refreshes. ``chapters`` that have begun and touch the window are written before the
    segments.
    """
    target = index.target_seconds
    # ceiling of the window in segments of full length
    count = -(-window // timedelta(seconds=target))
    if count < MINIMUM_SEGMENTS:
        raise WindowTooShort(window, target)
    hi = index.edge(site_now)
    if hi <= index.first:
        return NotStarted(index.media_from)
    lo = max(index.first, hi - count)
    ended = index.ended_by(site_now)
    ranges = ""
    if chapters:
        window_from = index.starts_at(lo)
        ranges = "".join(
            c.line(site_now) for c in chapters if c.start_at <= site_now and c.end_at > window_from
        )
    body = index.lines(lo, hi).replace(_QUERY, f"?{checked_address(query)}" if query else "")
    text = (
        f"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:{lo}\n"
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{index.discontinuities_before(lo)}\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        f"{ranges}{body}{'#EXT-X-ENDLIST' + chr(10) if ended else ''}"
    )
    return MediaPlaylist(text, lo, hi, index.playable_between(lo, hi), ended)


@dataclass(frozen=True, slots=True)
class Picture:
    """A video rendition of the master playlist; ``bandwidth`` is the peak of picture and sound, in bit/s."""

    address: str
    bandwidth: int
    codecs: str
    width: int
    height: int
    frame_rate: float


@dataclass(frozen=True, slots=True)
class AudioRendition:
    """A language of the master playlist, named in itself (*Français*, *English*)."""

    address: str
    language: str
    name: str
    channels: int = 1
    default: bool = False


def master_playlist(
    pictures: Sequence[Picture], audio: Sequence[AudioRendition], *, group: str = "languages", query: str = ""
) -> str:
    """The master playlist: every picture with one group of audio renditions, one per language.

    Languages are renditions of one group, never a second player: the player switches them in step with
    the picture.
    """
    names = [rendition.name for rendition in audio]
    defaults = sum(rendition.default for rendition in audio)
    if audio and (defaults != 1 or len(set(names)) != len(names)):
        raise AmbiguousRenditions(names, defaults)
    if not pictures:
        raise ValueError("a master playlist needs a picture")
    tail = f"?{checked_address(query)}" if query else ""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines.extend(
        f"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID={_quoted(group)},LANGUAGE={_quoted(rendition.language)},"
        f"NAME={_quoted(rendition.name)},DEFAULT={'YES' if rendition.default else 'NO'},AUTOSELECT=YES,"
        f'CHANNELS="{rendition.channels}",URI="{checked_address(rendition.address)}{tail}"'
        for rendition in audio
    )
    for picture in pictures:
        attributes = (
            f"BANDWIDTH={picture.bandwidth},CODECS={_quoted(picture.codecs)},"
            f"RESOLUTION={picture.width}x{picture.height},FRAME-RATE={picture.frame_rate:.3f}"
        )
        lines.append(f"#EXT-X-STREAM-INF:{attributes}" + (f",AUDIO={_quoted(group)}" if audio else ""))
        lines.append(checked_address(picture.address) + tail)
    return "\n".join(lines) + "\n"
