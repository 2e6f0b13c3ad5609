"""Playlists cut at the site's clock, read back by another library's parser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import m3u8
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyphonie.conferences.relay.playlist import (
    AmbiguousRenditions,
    AudioRendition,
    ChannelEnded,
    Chapter,
    ClosedSpan,
    MediaPlaylist,
    NotStarted,
    Picture,
    Segment,
    SegmentIndex,
    SegmentOutOfOrder,
    SegmentState,
    SegmentTooLong,
    UnknownSegmentNumber,
    UnsafeAddress,
    WindowTooShort,
    master_playlist,
    playlist,
)

pytestmark = pytest.mark.unit

BASE = datetime(2017, 11, 9, 8, 30, tzinfo=UTC)
WINDOW = timedelta(minutes=2)


def second(count: float) -> datetime:
    return BASE + timedelta(seconds=count)


def regular(n: int, **more: object) -> Segment:
    values: dict[str, object] = {"name": f"p-{n}-x7f3.m4s", "map": "init-1.mp4"} | more
    return Segment(n=n, programme_time=second(4 * n), duration_ms=4000, **values)  # type: ignore[arg-type]


def index_of(count: int, *, closed: tuple[ClosedSpan, ...] = (), first: int = 0) -> SegmentIndex:
    index = SegmentIndex(target_seconds=4, closed=closed)
    for n in range(first, first + count):
        index.append(regular(n))
    return index


def cut(index: SegmentIndex, at: datetime, window: timedelta = WINDOW) -> MediaPlaylist:
    answer = playlist(index, at, window)
    assert isinstance(answer, MediaPlaylist)
    return answer


def test_playlist_reads_as_written_down() -> None:
    index = index_of(3)
    index.withdraw(1)
    assert cut(index, second(13)).text == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MAP:URI="init-1.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2017-11-09T08:30:00.000Z\n"
        "#EXTINF:4.000,\n"
        "p-0-x7f3.m4s\n"
        "#EXT-X-PROGRAM-DATE-TIME:2017-11-09T08:30:04.000Z\n"
        "#EXT-X-GAP\n"
        "#EXTINF:4.000,\n"
        "p-1-x7f3.m4s\n"
        "#EXT-X-PROGRAM-DATE-TIME:2017-11-09T08:30:08.000Z\n"
        "#EXTINF:4.000,\n"
        "p-2-x7f3.m4s\n"
    )


def test_segment_appears_only_when_wholly_past() -> None:
    index = index_of(10)
    assert cut(index, second(16) - timedelta(microseconds=1)).following == 3
    assert cut(index, second(16)).following == 4


def test_nothing_past_is_a_typed_answer_with_the_time_to_wait_for() -> None:
    assert playlist(index_of(3), second(3.9), WINDOW) == NotStarted(second(4))
    assert playlist(SegmentIndex(target_seconds=4), second(99), WINDOW) == NotStarted(None)


def test_numbers_are_the_channels_own_whatever_the_index_begins_with() -> None:
    index = index_of(5, first=1000)
    assert (index.first, index.next_n) == (1000, 1005)
    answer = cut(index, second(4003 + 4))
    assert (answer.first, answer.following) == (1000, 1001)
    assert m3u8.loads(answer.text).media_sequence == 1000


def test_window_counts_segments_and_is_at_least_three() -> None:
    index = index_of(100)
    assert cut(index, second(400)).first == 70
    assert cut(index, second(400), timedelta(seconds=12)).first == 97
    assert cut(index, second(400), timedelta(seconds=13)).first == 96
    with pytest.raises(WindowTooShort):
        playlist(index, second(400), timedelta(seconds=8))


def test_end_is_written_when_the_channel_ended_and_the_site_has_passed_its_end() -> None:
    index = index_of(3)
    assert not cut(index, second(99)).ended
    index.end()
    early, late = cut(index, second(11.9)), cut(index, second(12))
    assert (early.ended, late.ended) == (False, True)
    assert not m3u8.loads(early.text).is_endlist
    assert m3u8.loads(late.text).is_endlist
    with pytest.raises(ChannelEnded):
        index.append(regular(3))


def test_initialisation_section_and_discontinuity_follow_an_encoder_restart() -> None:
    index = index_of(2)
    index.append(regular(2, map="init-2.mp4", discontinuity=True))
    index.append(regular(3, map="init-2.mp4"))
    index.append(regular(4, map="init-2.mp4", discontinuity=True))
    for n in range(5, 8):
        index.append(regular(n, map="init-2.mp4"))
    window = timedelta(seconds=12)
    told = {hi: m3u8.loads(cut(index, second(4 * hi), window).text) for hi in (4, 5, 6, 7, 8)}
    assert {hi: p.discontinuity_sequence for hi, p in told.items()} == {4: 0, 5: 0, 6: 1, 7: 1, 8: 2}
    assert [s.init_section.uri for s in told[4].segments] == ["init-1.mp4", "init-2.mp4", "init-2.mp4"]
    assert [s.discontinuity for s in told[5].segments] == [True, False, True]
    assert cut(index, second(20), window).text.count("#EXT-X-MAP") == 1


def test_discontinuities_of_segments_never_indexed_are_counted() -> None:
    index = SegmentIndex(target_seconds=4, discontinuities_before=7)
    index.append(regular(0, discontinuity=True))
    assert m3u8.loads(cut(index, second(4)).text).discontinuity_sequence == 7


def test_query_changes_without_the_addresses() -> None:
    index = index_of(3)
    one, two = (playlist(index, second(12), WINDOW, query=f"t={token}") for token in ("abc:1", "def:2"))
    assert isinstance(one, MediaPlaylist)
    assert isinstance(two, MediaPlaylist)
    assert one.text.count("?t=abc:1") == 4
    assert one.text.replace("abc:1", "def:2") == two.text
    assert one.text.replace("?t=abc:1", "") == cut(index, second(12)).text
    with pytest.raises(UnsafeAddress):
        playlist(index, second(12), WINDOW, query="t=1\n#EXT-X-ENDLIST")


# --- huis clos and withdrawal


def test_closed_span_keeps_numbers_and_gives_no_address() -> None:
    index = index_of(10, closed=(ClosedSpan(second(9), second(17)),))
    answer = cut(index, second(40))
    states = [index.segment(n).state.value for n in range(10)]
    assert states == ["ok"] * 2 + ["closed"] * 3 + ["ok"] * 5
    assert [s.gap_tag for s in m3u8.loads(answer.text).segments] == [None] * 2 + [True] * 3 + [None] * 5
    assert answer.playable == 7
    assert "p-2-" not in answer.text
    assert "p-4-" not in answer.text


def test_span_closed_late_withdraws_what_is_indexed_and_closes_what_comes() -> None:
    index = index_of(4)
    assert [s.n for s in index.close(second(9))] == [2, 3]
    assert index.append(regular(4)).state is SegmentState.CLOSED
    index.reopen(second(21))
    assert index.append(regular(5)).state is SegmentState.CLOSED
    assert index.append(regular(6)).state is SegmentState.OK
    addresses = [s.uri for s in m3u8.loads(cut(index, second(28)).text).segments]
    assert addresses[:4] == [f"p-{n}-x7f3.m4s" for n in range(4)]
    assert addresses[4:6] == ["closed-4", "closed-5"]


def test_wholly_closed_window_says_that_nothing_plays() -> None:
    answer = cut(index_of(5, closed=(ClosedSpan(BASE),)), second(20))
    assert answer.playable == 0
    assert len(m3u8.loads(answer.text).segments) == 5


def test_touching_a_closed_span_is_not_lying_in_it() -> None:
    index = index_of(4, closed=(ClosedSpan(second(4), second(8)),))
    assert [index.segment(n).state.value for n in range(4)] == ["ok", "closed", "ok", "ok"]


def test_withdrawn_segment_is_found_by_its_address_for_the_route_that_answers_410() -> None:
    index = index_of(3)
    assert index.withdraw(1) == index.withdraw(1)
    found = index.named("p-1-x7f3.m4s")
    assert found is not None
    assert found.state is SegmentState.WITHDRAWN
    assert index.named("p-9-x7f3.m4s") is None
    for n in (-1, 3):
        with pytest.raises(UnknownSegmentNumber):
            index.withdraw(n)


# --- what the index refuses


def test_segment_longer_than_the_target_is_refused() -> None:
    index = SegmentIndex(target_seconds=4)
    for duration in (4500, 0, -1):
        with pytest.raises(SegmentTooLong):
            index.append(Segment(0, BASE, duration, "a.m4s", "i.mp4"))
    index.append(Segment(0, BASE, 4499, "a.m4s", "i.mp4"))


@pytest.mark.parametrize(
    ("n", "at", "duration"),
    [(0, 4, 4000), (2, 4, 4000), (1, -1, 8000), (1, 1, 3000)],
    ids=["same number", "number left out", "begins before", "ends no later"],
)
def test_segment_out_of_order_is_refused(n: int, at: float, duration: int) -> None:
    index = SegmentIndex(target_seconds=8)
    index.append(Segment(0, BASE, 4000, "a.m4s", "i.mp4"))
    with pytest.raises(SegmentOutOfOrder):
        index.append(Segment(n, second(at), duration, "b.m4s", "i.mp4"))


@pytest.mark.parametrize("address", ["", "a b.m4s", "a\n#EXT-X-ENDLIST", 'a"b', "a\x00b", "a\tb", "a\x7fb"])
def test_address_that_would_break_the_playlist_is_refused(address: str) -> None:
    index = SegmentIndex(target_seconds=4)
    with pytest.raises(UnsafeAddress):
        index.append(Segment(0, BASE, 4000, address, "i.mp4"))
    with pytest.raises(UnsafeAddress):
        index.append(Segment(0, BASE, 4000, "a.m4s", address))
    assert index.media_from is None


def test_index_without_target_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="target duration 0"):
        SegmentIndex(target_seconds=0)


# --- chapters


def test_sessions_are_chapters_once_they_have_begun_and_while_the_window_shows_them() -> None:
    chapters = (
        Chapter("s-1", second(0), second(40), 'L\'école "inclusive"\n#EXT-X-ENDLIST'),
        Chapter("s-2", second(40), second(400), "Débat"),
        Chapter("s-3", second(400), second(800), "Clôture"),
    )
    index = index_of(200)

    def ranges(at: datetime) -> list[tuple[str, bool]]:
        answer = playlist(index, at, timedelta(seconds=20), chapters=chapters)
        assert isinstance(answer, MediaPlaylist)
        found = [
            (d.id.strip('"'), d.end_date is not None)
            for s in m3u8.loads(answer.text).segments
            for d in s.dateranges
        ]
        assert "\n#EXT-X-ENDLIST" not in answer.text
        return found

    assert ranges(second(20)) == [("s-1", False)]
    assert ranges(second(48)) == [("s-1", True), ("s-2", False)]
    assert ranges(second(60)) == [("s-2", False)]
    assert ranges(second(500)) == [("s-3", False)]


def test_title_stays_within_its_line_and_its_quotation() -> None:
    title = 'L\'école "inclusive"\n#EXT-X-ENDLIST\x00'
    assert Chapter("s-1", second(0), second(40), title).line(second(40)) == (
        '#EXT-X-DATERANGE:ID="s-1",START-DATE="2017-11-09T08:30:00.000Z",END-DATE="2017-11-09T08:30:40.000Z",'
        'X-TITLE="L\'école ″inclusive″ #EXT-X-ENDLIST"\n'
    )


# --- any channel


@dataclass(frozen=True)
class Channel:
    """A channel as hypothesis draws it, and what was closed in it."""

    segments: tuple[Segment, ...]
    closed: tuple[ClosedSpan, ...]


@st.composite
def channels(draw: st.DrawFn) -> Channel:
    first = draw(st.integers(0, 3) | st.integers(10_000, 10_010))
    at = BASE
    run = 0
    segments = []
    for n in range(first, first + draw(st.integers(1, 40))):
        restart = draw(st.integers(0, 7)) == 0
        if restart:
            run += 1
            at += timedelta(milliseconds=draw(st.integers(0, 20_000)))
        duration = draw(st.integers(500, 4499))
        state = SegmentState.GAP if draw(st.integers(0, 11)) == 0 else SegmentState.OK
        segments.append(Segment(n, at, duration, f"{n}-r{run}.m4s", f"i{run}.mp4", restart, state))
        at += timedelta(milliseconds=duration)
    spans = draw(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 20)), max_size=2))
    closed = tuple(ClosedSpan(second(lo), second(lo + length)) for lo, length in spans)
    return Channel(tuple(segments), closed)


@settings(deadline=None, max_examples=120)
@given(
    channels(),
    st.lists(st.integers(0, 180_000), min_size=2, max_size=4),
    st.sets(st.integers(0, 39), max_size=3),
    st.integers(12, 60),
    st.booleans(),
)
def test_any_channel_gives_right_playlists_to_every_site_at_every_refresh(
    channel: Channel, instants: list[int], withdrawn: set[int], window_seconds: int, has_ended: bool
) -> None:
    index = SegmentIndex(target_seconds=4, closed=channel.closed)
    for segment in channel.segments:
        index.append(segment)
    if has_ended:
        index.end()
    first = channel.segments[0].n
    by_number = {s.n: s for s in channel.segments}
    shown: dict[int, str] = {}
    last_hi = last_discontinuity = 0
    not_played: set[int] = set()
    for step, ms in enumerate(sorted(instants)):
        if step == 1:  # a slip is withdrawn between two refreshes
            not_played = {first + w for w in withdrawn if first + w in by_number}
            for n in not_played:
                index.withdraw(n)
        site_now = BASE + timedelta(milliseconds=ms)
        answer = playlist(index, site_now, timedelta(seconds=window_seconds))
        wholly_past = [s for s in channel.segments if s.end_at <= site_now]
        if isinstance(answer, NotStarted):
            assert not wholly_past
            assert answer.media_from == channel.segments[0].end_at
            continue
        read = m3u8.loads(answer.text)
        count = -(-window_seconds // 4)
        listed = wholly_past[-count:]
        assert read.media_sequence == listed[0].n == answer.first
        assert read.target_duration == 4
        assert [s.duration for s in read.segments] == [s.duration_ms / 1000 for s in listed]
        assert [s.program_date_time for s in read.segments] == [
            s.programme_time.replace(microsecond=s.programme_time.microsecond // 1000 * 1000) for s in listed
        ]
        assert [s.discontinuity for s in read.segments] == [s.discontinuity for s in listed]
        assert [s.init_section.uri for s in read.segments] == [s.map for s in listed]
        assert read.discontinuity_sequence == sum(
            s.discontinuity for s in channel.segments if s.n < listed[0].n
        )
        assert bool(read.is_endlist) == (has_ended and wholly_past[-1] is channel.segments[-1])
        assert answer.following >= last_hi
        assert read.discontinuity_sequence >= last_discontinuity
        last_hi, last_discontinuity = answer.following, read.discontinuity_sequence
        playable = 0
        for original, segment in zip(listed, read.segments, strict=True):
            closed = any(
                span.from_at < original.end_at
                and span.until_at is not None
                and original.programme_time < span.until_at
                for span in channel.closed
            )
            barred = closed or original.n in not_played or original.state is SegmentState.GAP
            assert bool(segment.gap_tag) == barred
            if closed and original.state is SegmentState.OK:
                assert segment.uri != original.name
            # an address once shown under a number never changes
            assert shown.setdefault(original.n, segment.uri) == segment.uri
            playable += not barred
        assert answer.playable == playable


# --- the master playlist

PICTURE = Picture("picture.m3u8", 40_000, "avc1.42c00d,mp4a.40.2", 320, 180, 10)
FRENCH = AudioRendition("sound-fr.m3u8", "fr", "Français", default=True)
ENGLISH = AudioRendition("sound-en.m3u8", "en", "English")


def test_languages_are_renditions_of_one_group() -> None:
    read = m3u8.loads(master_playlist([PICTURE], [FRENCH, ENGLISH], query="t=1"))
    assert read.is_variant
    assert [(m.type, m.language, m.name, m.default, m.autoselect, m.uri) for m in read.media] == [
        ("AUDIO", "fr", "Français", "YES", "YES", "sound-fr.m3u8?t=1"),
        ("AUDIO", "en", "English", "NO", "YES", "sound-en.m3u8?t=1"),
    ]
    (variant,) = read.playlists
    assert {m.group_id for m in read.media} == {variant.stream_info.audio} == {"languages"}
    assert variant.uri == "picture.m3u8?t=1"
    assert variant.stream_info.resolution == (320, 180)
    assert variant.stream_info.codecs == PICTURE.codecs
    assert variant.stream_info.bandwidth == 40_000


def test_master_without_languages_names_no_group() -> None:
    text = master_playlist([PICTURE], [])
    assert "AUDIO" not in text
    assert m3u8.loads(text).playlists[0].uri == "picture.m3u8"


def test_master_refuses_two_defaults_none_or_equal_names() -> None:
    twin = AudioRendition("other.m3u8", "fr-CA", "Français")
    for audio in ([ENGLISH], [FRENCH, FRENCH], [FRENCH, twin]):
        with pytest.raises(AmbiguousRenditions):
            master_playlist([PICTURE], audio)
    with pytest.raises(ValueError, match="needs a picture"):
        master_playlist([], [FRENCH])
    with pytest.raises(UnsafeAddress):
        master_playlist([PICTURE], [AudioRendition('x"y', "fr", "Français", default=True)])
