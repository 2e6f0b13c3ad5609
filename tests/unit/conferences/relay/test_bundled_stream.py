"""The looped test stream: shipped bytes, times that run on across the wrap, its computed index."""

from __future__ import annotations

import hashlib
import json
import struct
from datetime import UTC, datetime, timedelta

import m3u8
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyphonie.conferences.relay.bundled_stream import (
    LARGEST_NUMBER,
    STREAM_FOLDER,
    BundledStream,
    DecodeTimeOutOfRange,
    MalformedMedia,
    TimeField,
    UnknownRendition,
    UnknownSegment,
    boxes,
    shifted,
    time_fields,
    timescales,
)
from polyphonie.conferences.relay.playlist import ClosedSpan, MediaPlaylist, NotStarted, playlist

pytestmark = pytest.mark.unit

BASE = datetime(2017, 11, 9, 8, 30, tzinfo=UTC)
WINDOW = timedelta(minutes=2)
RENDITIONS = ("picture", "sound-fr", "sound-en")


def second(count: float) -> datetime:
    return BASE + timedelta(seconds=count)


@pytest.fixture(scope="module")
def stream() -> BundledStream:
    return BundledStream()


# --- the files shipped


def test_shipped_files_are_those_of_the_manifest_byte_for_byte() -> None:
    manifest = json.loads((STREAM_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    shipped = {
        path.relative_to(STREAM_FOLDER).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in STREAM_FOLDER.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert shipped == manifest["files"]
    assert len(shipped) == 3 * (1 + 16)
    assert sum(path.stat().st_size for path in STREAM_FOLDER.rglob("*") if path.is_file()) <= 600 * 1024


def test_stream_is_sixty_four_seconds_of_a_picture_and_two_languages(stream: BundledStream) -> None:
    assert (stream.segment_seconds, stream.files_per_loop, stream.loop_seconds) == (4, 16, 64)
    assert tuple(r.key for r in stream.renditions) == RENDITIONS
    assert [(r.language, r.name) for r in stream.renditions] == [
        (None, ""),
        ("fr", "Français"),
        ("en", "English"),
    ]


# --- boxes read back, independently of the module's own offsets


def decode_times(data: bytes) -> tuple[int, int, int]:
    """``sidx`` earliest time, ``tfdt`` and the summed duration of the samples of a segment of one fragment."""

    def find(kind: bytes, lo: int, hi: int) -> tuple[int, int]:
        while lo < hi:
            size, name = struct.unpack(">I4s", data[lo : lo + 8])
            if name == kind:
                return lo + 8, lo + size
            lo += size
        raise AssertionError(kind)

    sidx, _ = find(b"sidx", 0, len(data))
    traf = find(b"traf", *find(b"moof", 0, len(data)))
    tfhd, _ = find(b"tfhd", *traf)
    tfdt, _ = find(b"tfdt", *traf)
    trun, _ = find(b"trun", *traf)
    assert data[sidx] == data[tfdt] == 1
    flags, default_duration = struct.unpack(">I4xI", data[tfhd : tfhd + 12])
    assert flags & 0xFFFFFF == 0x020038  # default duration, size and flags; the base is the fragment
    trun_flags, samples = struct.unpack(">II", data[trun : trun + 8])
    assert not trun_flags & 0x100  # no sample has a duration of its own
    return (
        struct.unpack(">Q", data[sidx + 12 : sidx + 20])[0],
        struct.unpack(">Q", data[tfdt + 4 : tfdt + 12])[0],
        samples * default_duration,
    )


@pytest.mark.parametrize(
    ("rendition", "timescale"), [("picture", 10_240), ("sound-fr", 32_000), ("sound-en", 32_000)]
)
def test_decode_times_run_on_without_a_step_across_the_wraps(
    stream: BundledStream, rendition: str, timescale: int
) -> None:
    assert list(timescales(stream.init(rendition)).values()) == [timescale]
    expected = 0
    for n in range(3 * 16 + 2):
        sidx, tfdt, duration = decode_times(stream.segment(rendition, n))
        assert sidx == tfdt == expected == n * 4 * timescale
        expected += duration
    # three weeks on: far over 32 bits
    n = 16 * 30_000 + 5
    assert decode_times(stream.segment(rendition, n))[:2] == (n * 4 * timescale, n * 4 * timescale)


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_nothing_but_the_times_changes(stream: BundledStream, rendition: str) -> None:
    original, looped = stream.segment(rendition, 3), stream.segment(rendition, 3 + 16 * 1000)
    assert len(original) == len(looped)
    sidx_at = original.index(b"sidx") + 4 + 12
    tfdt_at = original.index(b"tfdt") + 4 + 4
    times = {*range(sidx_at, sidx_at + 8), *range(tfdt_at, tfdt_at + 8)}
    changed = {at for at, (one, two) in enumerate(zip(original, looped, strict=True)) if one != two}
    assert changed
    assert changed <= times
    assert stream.segment(rendition, 3) == original  # the file in memory is left alone


def test_unknown_renditions_and_numbers_are_refused(stream: BundledStream) -> None:
    for refused in (
        lambda: stream.segment("../x", 0),
        lambda: stream.init("x"),
        lambda: stream.index("x", started_at=BASE),
    ):
        with pytest.raises(UnknownRendition):
            refused()
    for n in (-1, LARGEST_NUMBER, 10**30):
        with pytest.raises(UnknownSegment) as refusal:
            stream.segment("picture", n)
        assert refusal.value.n == n
    assert stream.segment("picture", LARGEST_NUMBER - 1)


# --- malformed input


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def init_of(track: int = 1, scale: int = 1000, version: int = 0) -> bytes:
    pad = 16 if version else 8
    tkhd = box(b"tkhd", bytes([version, 0, 0, 0]) + bytes(pad) + struct.pack(">I", track) + bytes(60))
    mdhd = box(b"mdhd", bytes([version, 0, 0, 0]) + bytes(pad) + struct.pack(">I", scale) + bytes(12))
    return box(b"ftyp") + box(b"moov", box(b"mvhd") + box(b"trak", tkhd + box(b"mdia", mdhd)))


def fragment(time: int, track: int = 1, version: int = 0) -> bytes:
    tfhd = box(b"tfhd", bytes(4) + struct.pack(">I", track))
    tfdt = box(b"tfdt", bytes([version, 0, 0, 0]) + struct.pack(">Q" if version else ">I", time))
    return box(b"moof", box(b"mfhd", bytes(8)) + box(b"traf", tfhd + tfdt)) + box(b"mdat", b"data")


def test_both_versions_and_several_fragments_are_shifted() -> None:
    for version in (0, 1):
        assert timescales(init_of(7, 90_000, version)) == {7: 90_000}
        sidx = bytes([version, 0, 0, 0]) + struct.pack(">II", 7, 1000) + bytes(24)
        data = box(b"sidx", sidx) + fragment(5, 7, version) + fragment(9, 7, version)
        fields = time_fields(data, {7: 90_000})
        moved = shifted(data, fields, 2)
        assert [field.read(moved) for field in fields] == [2_000, 180_005, 180_009]
        assert shifted(moved, fields, -2) == data


def test_wide_and_open_box_sizes_are_read() -> None:
    wide = struct.pack(">I4sQ", 1, b"free", 20) + b"abcd"
    open_ended = struct.pack(">I4s", 0, b"mdat") + b"rest"
    assert [(b.kind, b.start, b.end) for b in boxes(wide + open_ended)] == [
        (b"free", 16, 20),
        (b"mdat", 28, 32),
    ]


def test_time_that_does_not_fit_its_field_is_refused() -> None:
    data = fragment(2**32 - 1)
    fields = time_fields(data, {1: 1000})
    with pytest.raises(DecodeTimeOutOfRange) as refusal:
        shifted(data, fields, 1)
    assert (refusal.value.decode_time, refusal.value.bits) == (2**32 + 999, 32)
    with pytest.raises(DecodeTimeOutOfRange):
        shifted(fragment(0), fields, -1)
    assert fields == (TimeField(data.index(b"tfdt") + 8, 32, 1000),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"moof",
        box(b"mdat"),
        box(b"moof"),
        box(b"moof", box(b"traf")),
        fragment(0)[:-3],
        fragment(0, track=2),
        fragment(0, version=0).replace(b"tfdt\x00", b"tfdt\x02"),
        struct.pack(">I4s", 7, b"moof"),
        struct.pack(">I4s", 1, b"moof"),
        box(b"sidx", bytes(8)) + fragment(0),
        box(b"sidx", bytes(24)) + fragment(0),
        b"<html>404</html>",
    ],
)
def test_malformed_segments_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedMedia) as refusal:
        time_fields(data, {1: 1000})
    assert 0 <= refusal.value.offset <= len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        box(b"moov"),
        init_of(scale=0),
        init_of()[:-1],
        box(b"moov", box(b"trak")),
        init_of().replace(b"mdhd", b"xxxx"),
    ],
)
def test_malformed_initialisation_sections_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedMedia):
        timescales(data)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_damage_is_read_or_refused_never_another_error(
    stream: BundledStream, data: st.DataObject
) -> None:
    rendition = data.draw(st.sampled_from(RENDITIONS))
    segment, init = bytearray(stream.segment(rendition, 0)), bytearray(stream.init(rendition))
    for damaged, reach in ((segment, 300), (init, len(init) - 1)):
        for at in data.draw(st.lists(st.integers(0, reach), max_size=4)):
            damaged[at] = data.draw(st.integers(0, 255))
    try:
        fields = time_fields(
            bytes(segment[: data.draw(st.integers(0, len(segment)))]), timescales(bytes(init))
        )
        shifted(bytes(segment), fields, 64)
    except (MalformedMedia, DecodeTimeOutOfRange):
        return


# --- the computed index and the playlists made from it


def cut(stream: BundledStream, at: datetime, **channel: object) -> MediaPlaylist | NotStarted:
    index = stream.index("picture", started_at=BASE, **channel)  # type: ignore[arg-type]
    return playlist(index, at, WINDOW)


def test_playlist_of_the_loop_at_two_delays(stream: BundledStream) -> None:
    for delay in (0, 30):
        answer = cut(stream, second(200 - delay), prefix="picture-")
        assert isinstance(answer, MediaPlaylist)
        read = m3u8.loads(answer.text)
        hi = (200 - delay) // 4
        assert (answer.first, answer.following, answer.playable) == (hi - 30, hi, 30)
        assert read.media_sequence == hi - 30
        assert [s.uri for s in read.segments] == [f"picture-{n}.m4s" for n in range(hi - 30, hi)]
        assert [s.program_date_time for s in read.segments] == [second(4 * n) for n in range(hi - 30, hi)]
        assert {s.init_section.uri for s in read.segments} == {"picture-init.mp4"}
        assert not any(s.discontinuity for s in read.segments)


def test_loop_begins_and_ends(stream: BundledStream) -> None:
    assert cut(stream, second(3.9)) == NotStarted(second(4))
    assert cut(stream, second(-900)) == NotStarted(second(4))
    assert cut(stream, second(9), ended_at=second(3)) == NotStarted(None)
    late = [cut(stream, second(s), ended_at=second(203)) for s in (199.9, 200, 9000)]
    assert [isinstance(a, MediaPlaylist) and (a.following, a.ended) for a in late] == [
        (49, False),
        (50, True),
        (50, True),
    ]


def test_closed_and_withdrawn_segments_of_the_loop_are_gaps(stream: BundledStream) -> None:
    closed = (ClosedSpan(second(-50), second(5)), ClosedSpan(second(40), second(48)), ClosedSpan(second(62)))
    answer = cut(stream, second(80), closed=closed, withdrawn=frozenset({5, 6}))
    assert isinstance(answer, MediaPlaylist)
    gaps = [n for n, s in enumerate(m3u8.loads(answer.text).segments) if s.gap_tag]
    assert gaps == [0, 1, 5, 6, 10, 11, 15, 16, 17, 18, 19]
    assert answer.playable == 20 - len(gaps)
    index = stream.index("picture", started_at=BASE, ended_at=second(40), withdrawn=frozenset({5}))
    assert [n for n in range(-2, 12) if index.is_playable(n)] == [0, 1, 2, 3, 4, 6, 7, 8, 9]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_master_of_the_loop_prefers_the_readers_language(stream: BundledStream, language: str) -> None:
    addresses = {key: f"{key}.m3u8" for key in RENDITIONS}
    read = m3u8.loads(stream.master(default_language=language, addresses=addresses))
    assert {m.language: m.default for m in read.media} == {"fr": "NO", "en": "NO"} | {language: "YES"}
    assert [m.uri for m in read.media] == ["sound-fr.m3u8", "sound-en.m3u8"]
    assert read.playlists[0].uri == "picture.m3u8"
    assert read.playlists[0].stream_info.codecs == "avc1.42c00d,mp4a.40.2"
