"""The bundled test stream: a minute of shipped media, served as a channel without end.

Segment n is file ``n mod K`` with ``(n div K)·K·SEG`` added to its decode times, in the track's own
timescale: players see one continuous run, without a discontinuity at which they could stall. Nobody
needs an encoder to try a delayed session.
"""

from __future__ import annotations

import json
import struct
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .playlist import (
    AudioRendition,
    ClosedSpan,
    Picture,
    checked_address,
    map_line,
    master_playlist,
    segment_lines,
)
from .site_clock import utc

STREAM_FOLDER = Path(__file__).resolve().parent.parent / "static" / "conferences" / "stream"
LARGEST_NUMBER = 2**40
"""Segment numbers beyond this are refused: at four seconds each it is more than a hundred thousand years."""

_LINES_KEPT = 4096
"""How many formatted segments a looped index keeps, so that a refresh formats only what is new."""

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")


class MalformedMedia(ValueError):
    """Bytes that are not the boxes expected; ``offset`` is where reading stopped."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} at byte {offset}")
        self.reason = reason
        self.offset = offset


class DecodeTimeOutOfRange(ValueError):
    """A shifted decode time does not fit its field."""

    def __init__(self, decode_time: int, bits: int) -> None:
        super().__init__(f"decode time {decode_time} does not fit {bits} bits")
        self.decode_time = decode_time
        self.bits = bits


class UnknownRendition(LookupError):
    """The stream has no such rendition."""

    def __init__(self, rendition: str) -> None:
        super().__init__(f"no rendition {rendition[:48]!r}")
        self.rendition = rendition


class UnknownSegment(LookupError):
    """The stream has no segment of that number."""

    def __init__(self, rendition: str, n: int) -> None:
        super().__init__(f"no segment {n} in rendition {rendition[:48]!r}")
        self.rendition = rendition
        self.n = n


@dataclass(frozen=True, slots=True)
class Box:
    """A box of ISO base media: its kind, its content from ``start`` to ``end``."""

    kind: bytes
    start: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes that follow each other between ``start`` and ``end``."""
    end = len(data) if end is None else end
    while start < end:
        if end - start < 8:
            raise MalformedMedia("cut box header", start)
        size, kind = _U32.unpack_from(data, start)[0], bytes(data[start + 4 : start + 8])
        content = start + 8
        if size == 1:
            if end - start < 16:
                raise MalformedMedia("cut box header", start)
            size, content = _U64.unpack_from(data, start + 8)[0], start + 16
        elif size == 0:
            size = end - start
        if size < content - start or size > end - start:
            raise MalformedMedia("box size out of range", start)
        yield Box(kind, content, start + size)
        start += size


def _inside(data: bytes, within: Box, kind: bytes) -> Box:
    for box in boxes(data, within.start, within.end):
        if box.kind == kind:
            return box
    raise MalformedMedia(f"no {kind.decode()} box", within.start)


def _version(data: bytes, box: Box, *sizes: int) -> int:
    """The version of a full box, whose content must hold ``sizes[version]`` bytes."""
    if box.start >= box.end or data[box.start] >= len(sizes):
        raise MalformedMedia(f"unknown version of {box.kind.decode()}", box.start)
    version = data[box.start]
    if box.end - box.start < sizes[version]:
        raise MalformedMedia(f"cut {box.kind.decode()} box", box.start)
    return version


def timescales(init: bytes) -> dict[int, int]:
    """Units per second of each track, by track number, as the initialisation section states them."""
    moov = _inside(init, Box(b"", 0, len(init)), b"moov")
    found = {}
    for trak in boxes(init, moov.start, moov.end):
        if trak.kind != b"trak":
            continue
        tkhd = _inside(init, trak, b"tkhd")
        track_at = tkhd.start + (20 if _version(init, tkhd, 16, 24) else 12)
        mdhd = _inside(init, _inside(init, trak, b"mdia"), b"mdhd")
        scale_at = mdhd.start + (20 if _version(init, mdhd, 16, 24) else 12)
        timescale = _U32.unpack_from(init, scale_at)[0]
        if not timescale:
            raise MalformedMedia("timescale zero", scale_at)
        found[_U32.unpack_from(init, track_at)[0]] = timescale
    if not found:
        raise MalformedMedia("no trak box", moov.start)
    return found


@dataclass(frozen=True, slots=True)
class TimeField:
    """Where a segment states a time: ``offset`` in its bytes, ``bits`` wide, in units of ``timescale`` per second."""

    offset: int
    bits: int
    timescale: int

    def read(self, data: bytes | bytearray) -> int:
        """The time stated."""
        value: int = (_U64 if self.bits == 64 else _U32).unpack_from(data, self.offset)[0]
        return value

    def write(self, data: bytearray, value: int) -> None:
        """State another time."""
        if not 0 <= value < 1 << self.bits:
            raise DecodeTimeOutOfRange(value, self.bits)
        (_U64 if self.bits == 64 else _U32).pack_into(data, self.offset, value)


def time_fields(segment: bytes, scales: Mapping[int, int]) -> tuple[TimeField, ...]:
    """The fields of a segment that state decode times: ``sidx`` and the ``tfdt`` of every fragment, in order."""
    found: list[TimeField] = []
    fragments = 0
    for box in boxes(segment):
        if box.kind == b"sidx":
            # version and flags, reference, timescale, then the earliest presentation time
            bits = 64 if _version(segment, box, 20, 28) else 32
            scale = _U32.unpack_from(segment, box.start + 8)[0]
            if not scale:
                raise MalformedMedia("timescale zero", box.start + 8)
            found.append(TimeField(box.start + 12, bits, scale))
        elif box.kind == b"moof":
            for traf in boxes(segment, box.start, box.end):
                if traf.kind != b"traf":
                    continue
                tfhd = _inside(segment, traf, b"tfhd")
                _version(segment, tfhd, 8)
                track = _U32.unpack_from(segment, tfhd.start + 4)[0]
                if track not in scales:
                    raise MalformedMedia(f"track {track} without a timescale", tfhd.start + 4)
                tfdt = _inside(segment, traf, b"tfdt")
                bits = 64 if _version(segment, tfdt, 8, 12) else 32
                found.append(TimeField(tfdt.start + 4, bits, scales[track]))
                fragments += 1
    if not fragments:
        raise MalformedMedia("no fragment", len(segment))
    return tuple(found)


def shifted(segment: bytes, fields: tuple[TimeField, ...], seconds: int) -> bytes:
    """The segment with ``seconds`` added to every time that it states; nothing else changes."""
    if not seconds:
        return segment
    moved = bytearray(segment)
    for field in fields:
        field.write(moved, field.read(moved) + seconds * field.timescale)
    return bytes(moved)


@dataclass(frozen=True, slots=True)
class Rendition:
    """What the manifest says of a rendition; ``language`` is None for the picture."""

    key: str
    codecs: str
    peak_bandwidth: int
    language: str | None = None
    name: str = ""
    channels: int = 0
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0


class BundledStream:
    """The shipped files, read once, and the segments made of them.

    ``manifest.json`` beside the files states their number, length, codecs and hashes.
    """

    def __init__(self, folder: Path = STREAM_FOLDER) -> None:
        """Read the stream of ``folder`` into memory (about half a mebibyte)."""
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.segment_seconds: int = manifest["segment_seconds"]
        self.files_per_loop: int = manifest["segments"]
        self.renditions = tuple(Rendition(**values) for values in manifest["renditions"])
        self._inits: dict[str, bytes] = {}
        self._files: dict[str, tuple[tuple[bytes, tuple[TimeField, ...]], ...]] = {}
        for rendition in self.renditions:
            init = (folder / rendition.key / "init.mp4").read_bytes()
            scales = timescales(init)
            parts = []
            for number in range(self.files_per_loop):
                data = (folder / rendition.key / f"{number:02d}.m4s").read_bytes()
                parts.append((data, time_fields(data, scales)))
            self._inits[rendition.key] = init
            self._files[rendition.key] = tuple(parts)

    @property
    def loop_seconds(self) -> int:
        """The length of the loop."""
        return self.segment_seconds * self.files_per_loop

    def init(self, rendition: str) -> bytes:
        """The initialisation section of a rendition."""
        if rendition not in self._inits:
            raise UnknownRendition(rendition)
        return self._inits[rendition]

    def segment(self, rendition: str, n: int) -> bytes:
        """Segment ``n`` of a rendition, its times following those of segment ``n - 1`` also across the wrap."""
        if rendition not in self._files:
            raise UnknownRendition(rendition)
        if not 0 <= n < LARGEST_NUMBER:
            raise UnknownSegment(rendition, n)
        loop, number = divmod(n, self.files_per_loop)
        data, fields = self._files[rendition][number]
        return shifted(data, fields, loop * self.loop_seconds)

    def index(
        self,
        rendition: str,
        *,
        started_at: datetime,
        ended_at: datetime | None = None,
        closed: tuple[ClosedSpan, ...] = (),
        withdrawn: frozenset[int] = frozenset(),
        prefix: str = "",
    ) -> LoopedIndex:
        """The index of a channel that plays this rendition from ``started_at`` until ``ended_at``.

        Addresses are ``<prefix><n>.m4s`` and ``<prefix>init.mp4``.
        """
        if rendition not in self._files:
            raise UnknownRendition(rendition)
        return LoopedIndex(
            segment_seconds=self.segment_seconds,
            started_at=started_at,
            ended_at=ended_at,
            closed=closed,
            withdrawn=withdrawn,
            prefix=prefix,
        )

    def master(self, *, default_language: str, addresses: Mapping[str, str], query: str = "") -> str:
        """The master playlist; ``addresses`` gives each rendition's media playlist by its key."""
        sound = max((r.peak_bandwidth for r in self.renditions if r.language is not None), default=0)
        spoken = [r for r in self.renditions if r.language is not None]
        return master_playlist(
            [
                Picture(
                    address=addresses[r.key],
                    bandwidth=r.peak_bandwidth + sound,
                    codecs=",".join([r.codecs, *dict.fromkeys(s.codecs for s in spoken)]),
                    width=r.width,
                    height=r.height,
                    frame_rate=r.frame_rate,
                )
                for r in self.renditions
                if r.language is None
            ],
            [
                AudioRendition(
                    address=addresses[r.key],
                    language=r.language or "",
                    name=r.name,
                    channels=r.channels,
                    default=r.language == default_language,
                )
                for r in spoken
            ],
            query=query,
        )


class LoopedIndex:
    """The index of a looped channel: segment n covers ``started_at + n·SEG``. It is computed, never filled.

    It can therefore serve any clock, also one that a demonstration moves. Its addresses can be guessed;
    there is nothing in the loop to protect.
    """

    def __init__(
        self,
        *,
        segment_seconds: int,
        started_at: datetime,
        ended_at: datetime | None = None,
        closed: tuple[ClosedSpan, ...] = (),
        withdrawn: frozenset[int] = frozenset(),
        prefix: str = "",
    ) -> None:
        """``ended_at`` is rounded down to whole segments; ``withdrawn`` numbers and ``closed`` spans become gaps."""
        self._started_at = utc(started_at)
        self._length = timedelta(seconds=segment_seconds)
        self._seconds = segment_seconds
        self._count = None if ended_at is None else max(0, (utc(ended_at) - self._started_at) // self._length)
        self._prefix = checked_address(prefix) if prefix else ""
        self._withdrawn = sorted(withdrawn)
        self._formatted: dict[int, str] = {}
        # the numbers a closed span touches, as half-open ranges; None is without end
        self._closed: list[tuple[int, int | None]] = []
        for span in closed:
            lo = (utc(span.from_at) - self._started_at) // self._length
            hi = None if span.until_at is None else -((self._started_at - utc(span.until_at)) // self._length)
            self._closed.append((max(0, lo), hi))

    @property
    def target_seconds(self) -> int:
        """The length of a segment: all are equal."""
        return self._seconds

    @property
    def first(self) -> int:
        """The first number, 0."""
        return 0

    @property
    def media_from(self) -> datetime | None:
        """The programme time at which segment 0 is wholly past."""
        return None if self._count == 0 else self._started_at + self._length

    def edge(self, site_now: datetime) -> int:
        """The number after the last segment that is wholly past at ``site_now``."""
        past = max(0, (site_now - self._started_at) // self._length)
        return past if self._count is None else min(past, self._count)

    def ended_by(self, site_now: datetime) -> bool:
        """Whether the channel has an end and ``site_now`` has passed it."""
        return self._count is not None and self.starts_at(self._count) <= site_now

    def starts_at(self, n: int) -> datetime:
        """The programme time at which segment ``n`` begins."""
        return self._started_at + n * self._length

    def is_playable(self, n: int) -> bool:
        """Whether segment ``n`` exists and is neither withdrawn nor closed: otherwise its file answers 410."""
        if n < 0 or (self._count is not None and n >= self._count):
            return False
        position = bisect_left(self._withdrawn, n)
        if position < len(self._withdrawn) and self._withdrawn[position] == n:
            return False
        return not any(lo <= n and (hi is None or n < hi) for lo, hi in self._closed)

    def lines(self, lo: int, hi: int) -> str:
        """The lines of segments ``lo`` ≤ n < ``hi``, beginning with their initialisation section."""
        return map_line(f"{self._prefix}init.mp4") + "".join(
            self._formatted.get(n) or self._format(n) for n in range(lo, hi)
        )

    def _format(self, n: int) -> str:
        if len(self._formatted) >= _LINES_KEPT:
            self._formatted.clear()
        lines = segment_lines(
            start=self.starts_at(n),
            duration_ms=self._seconds * 1000,
            name=f"{self._prefix}{n}.m4s",
            gap=not self.is_playable(n),
        )
        self._formatted[n] = lines
        return lines

    def discontinuities_before(self, n: int) -> int:
        """None: the loop runs on without a discontinuity."""
        return 0

    def playable_between(self, lo: int, hi: int) -> int:
        """How many of the segments ``lo`` ≤ n < ``hi`` may be played."""
        return sum(self.is_playable(n) for n in range(lo, hi))
