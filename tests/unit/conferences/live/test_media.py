from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from polyphonie.conferences.live.media import (
    index_of,
    master,
    media_from,
    media_playlist,
    plan,
    renditions,
    segment,
)
from polyphonie.conferences.live.tail import Context, SessionSpan
from polyphonie.conferences.relay.playlist import MediaPlaylist, NotStarted

pytestmark = pytest.mark.unit

MORNING = datetime(2017, 11, 9, 8, 30, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MORNING + timedelta(hours=hours)


def span(start: float, end: float, *, public: bool = True) -> SessionSpan:
    return SessionSpan(f"{start}", at(start), at(end), "Séance", public)


def context(*sessions: SessionSpan, languages: tuple[str, ...] = ("fr", "en")) -> Context:
    return Context("c0ffee", {}, sessions, languages)


def test_plan_closes_what_is_held_in_private_and_the_night() -> None:
    found = plan((span(0, 2), span(1, 1.5, public=False), span(3, 4), span(24, 25)))
    assert found is not None
    assert (found.started_at, found.ended_at) == (at(0), at(25))
    assert [(c.from_at, c.until_at) for c in found.closed] == [(at(1), at(1.5)), (at(4), at(24))]
    assert plan((span(0, 1, public=False),)) is None
    assert plan(()) is None


def test_closed_segments_are_gaps_for_everybody_and_never_served() -> None:
    held = context(span(0, 2), span(1, 1.5, public=False))
    index = index_of(held, "picture")
    assert index is not None
    closed = index.edge(at(1.25))
    assert segment(held, "picture", closed, at(2)) is None
    assert segment(held, "picture", 3, at(2)) is not None
    answer = media_playlist(held, "picture", at(1.01), "t=x")
    assert isinstance(answer, MediaPlaylist)
    assert "#EXT-X-GAP" in answer.text
    # in the middle of it there is nothing but gaps: the page counts down instead
    assert media_playlist(held, "picture", at(1.25), "t=x") == NotStarted(None)


@pytest.mark.parametrize("n", [-1, 10**13])
def test_segment_still_to_come_looks_like_one_that_does_not_exist(n: int) -> None:
    held = context(span(0, 2))
    for number in (n, 900):
        with pytest.raises(LookupError):
            segment(held, "picture", number, at(0.5))
    with pytest.raises(LookupError):
        segment(held, "slides", 1, at(0.5))


def test_master_offers_the_languages_of_the_conference_alone() -> None:
    french = context(span(0, 2), languages=("fr",))
    assert renditions(french) == ("picture", "sound-fr")
    text = master(french, "en", "t=x")
    assert text is not None
    assert 'LANGUAGE="fr"' in text
    assert 'LANGUAGE="en"' not in text
    both = master(context(span(0, 2)), "en", "t=x")
    assert both is not None
    assert 'LANGUAGE="en",NAME="English",DEFAULT=YES' in both
    assert master(context(span(0, 2), languages=()), "fr", "") is None


def test_media_from_says_when_there_is_something_to_play() -> None:
    held = context(span(0, 2))
    assert media_from(held, at(-1)) == at(0) + timedelta(seconds=4)
    assert media_from(held, at(1)) == at(1) - timedelta(minutes=2)
    assert media_from(context(span(0, 2), languages=()), at(1)) is None


def test_replay_playlist_covers_its_session_and_ends() -> None:
    held = context(span(0, 2), span(2, 4))
    answer = media_playlist(held, "picture", at(48), "t=x", span=(at(0), at(2)))
    assert isinstance(answer, MediaPlaylist)
    assert answer.ended
    assert answer.first == 0
    assert answer.following == 1800
    second = media_playlist(held, "picture", at(48), "t=x", span=(at(2), at(4)))
    assert isinstance(second, MediaPlaylist)
    assert (second.first, second.following) == (1800, 3600)
