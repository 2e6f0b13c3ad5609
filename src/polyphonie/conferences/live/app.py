"""The raw ASGI application beside Django: ``/live/stream``, playlists and segments.

It reads signed tokens and what the tail holds in memory; it never opens a database connection in a
request. Writes are ordinary requests to Django.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote

from django.db import connection

from polyphonie.kernel import clock

from ..relay.bundled_stream import UnknownRendition
from ..relay.cursor import START, Cursor, MalformedCursor
from ..relay.playlist import NotStarted
from . import media
from .bus import bus
from .hub import Hub, remaining_life
from .tail import Context, Loaded, Tail
from .tokens import Claims, TokenExpired, TokenRefused, read_media, read_stream

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

STREAM_PATH = "/live/stream"
SITE_PATH = "/live/site/"
MEDIA_PATH = "/live/media/"
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"


class Refused(Exception):
    """An answer that is a status alone."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class LiveApp:
    """Everything under ``/live/`` that is not a page."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-first-look")
        self.tail = Tail(bus(), self._hand_over)
        self.hub = Hub(self._watch, self.tail.forget)

    @staticmethod
    def answers(path: str) -> bool:
        """Whether the path is one of ours; every other one is Django's."""
        return path == STREAM_PATH or path.startswith((SITE_PATH, MEDIA_PATH))

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """What the tail finds is handed over in this loop."""
        self._loop = loop

    def start(self) -> None:
        """Begin to follow and to tick; called when the server starts, inside its loop."""
        self.attach(asyncio.get_running_loop())
        self.tail.start()
        self.hub.start()
        self._chain_sigterm()

    async def stop(self) -> None:
        await self.hub.stop()
        await asyncio.to_thread(self.tail.stop)
        self._threads.shutdown(wait=False)

    def _chain_sigterm(self) -> None:
        # the server waits for open streams before it says shutdown, so they are told by the signal itself
        if threading.current_thread() is not threading.main_thread():
            return
        loop = self._loop
        assert loop is not None
        before = signal.getsignal(signal.SIGTERM)

        def on_sigterm(number: int, frame: Any) -> None:
            loop.call_soon_threadsafe(self.hub.say_bye)
            if callable(before):
                before(number, frame)

        signal.signal(signal.SIGTERM, on_sigterm)

    def _hand_over(self, loaded: Loaded) -> None:
        if self._loop is None:
            self.hub.hand_over(loaded)
        else:
            self._loop.call_soon_threadsafe(self.hub.hand_over, loaded)

    async def _watch(self, conference_id: int) -> bool:
        def first_look() -> bool:
            try:
                return self.tail.watch(conference_id)
            finally:
                connection.close()

        found = await asyncio.get_running_loop().run_in_executor(self._threads, first_look)
        # what was found is waiting in the loop's queue before this line is reached
        await asyncio.sleep(0)
        return found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loop is None:
            # a server that does not speak of its lifespan
            self.start()
        path: str = scope["path"]
        query = {k: v[-1] for k, v in parse_qs(scope.get("query_string", b"").decode("latin-1")).items()}
        try:
            if scope["method"] != "GET":
                raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
            if path == STREAM_PATH:
                await self._stream(scope, query, receive, send)
            elif path.startswith(SITE_PATH):
                await self._playlist(path[len(SITE_PATH) :], query, send)
            else:
                await self._segment(path[len(MEDIA_PATH) :], query, send)
        except Refused as refused:
            await _answer(send, refused.status, b"", "text/plain; charset=utf-8")

    async def _stream(self, scope: Scope, query: dict[str, str], receive: Receive, send: Send) -> None:
        claims = _claims(read_stream, query)
        headers = {name.lower(): value for name, value in scope.get("headers", ())}
        cursor = _cursor(headers.get(b"last-event-id", b"").decode("latin-1") or query.get("c", ""))
        state = await self.hub.conference(claims.conference)
        if state is None or claims.site not in state.context.sites:
            raise Refused(HTTPStatus.NOT_FOUND)
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream; charset=utf-8"),
                    (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no"),
                    (b"referrer-policy", b"no-referrer"),
                ],
            }
        )
        group, follower = self.hub.join(state, claims, cursor, remaining_life(claims, clock.wall()))
        follower.task = asyncio.current_task()
        gone = asyncio.get_running_loop().create_task(_until_gone(receive, follower.task))
        try:
            await self.hub.serve(group, follower, send)
        except asyncio.CancelledError:
            if follower.sending_since is None and not gone.done():
                raise
        finally:
            self.hub.leave(group, follower)
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone

    async def _context(self, claims: Claims, epoch: int | None = None) -> tuple[Context, datetime]:
        """What the claims open, and where the site's clock stands."""
        state = await self.hub.conference(claims.conference)
        view = state.context.sites.get(claims.site) if state is not None else None
        if state is None or view is None or not view.is_open:
            raise Refused(HTTPStatus.NOT_FOUND)
        if epoch is not None and (epoch != view.clock.epoch or claims.epoch != epoch):
            raise Refused(HTTPStatus.GONE)
        now = datetime.fromtimestamp(clock.wall().timestamp() + claims.offset, UTC)
        return state.context, view.clock.site_now(now)

    async def _playlist(self, rest: str, query: dict[str, str], send: Send) -> None:
        """``<site>/<epoch>/master.m3u8`` or ``<site>/<epoch>/<rendition>.m3u8``."""
        claims = _claims(read_media, query)
        site, epoch, name = _parts(rest, 3)
        if not epoch.isdecimal() or len(epoch) > 6 or not name.endswith(".m3u8"):
            raise Refused(HTTPStatus.NOT_FOUND)
        context, site_now = await self._context(claims, int(epoch))
        view = context.sites[claims.site]
        if view.uid != site:
            raise Refused(HTTPStatus.NOT_FOUND)
        token = f"t={quote(query['t'], safe='~:_-.')}"
        span = _span(query)
        if span is not None:
            token += f"&from={int(span[0].timestamp())}&to={int(span[1].timestamp())}"
        rendition = name.removesuffix(".m3u8")
        if rendition == "master":
            text = media.master(context, view.language, token)
        elif rendition in media.renditions(context):
            answer = media.media_playlist(context, rendition, site_now, token, span=span)
            text = None if isinstance(answer, NotStarted) else answer.text
        else:
            text = None
        if text is None:
            # never an empty playlist: the page counts down until there is something to play
            raise Refused(HTTPStatus.NOT_FOUND)
        await _answer(send, HTTPStatus.OK, text.encode(), PLAYLIST_TYPE)

    async def _segment(self, rest: str, query: dict[str, str], send: Send) -> None:
        """``<conference>/<rendition>/<n>.m4s`` or ``…/init.mp4``."""
        claims = _claims(read_media, query)
        conference, rendition, name = _parts(rest, 3)
        context, site_now = await self._context(claims)
        if context.uid != conference or rendition not in media.renditions(context):
            raise Refused(HTTPStatus.NOT_FOUND)
        try:
            if name == "init.mp4":
                data: bytes | None = media.bundled_stream().init(rendition)
            else:
                number = name.removesuffix(".m4s")
                if not name.endswith(".m4s") or not number.isdecimal() or len(number) > 12:
                    raise Refused(HTTPStatus.NOT_FOUND)
                data = media.segment(context, rendition, int(number), site_now)
        except (UnknownRendition, LookupError) as unknown:
            raise Refused(HTTPStatus.NOT_FOUND) from unknown
        if data is None:
            raise Refused(HTTPStatus.GONE)
        kept = b"private, max-age=86400, immutable"
        kind = "video/mp4" if rendition == media.PICTURE else "audio/mp4"
        await _answer(send, HTTPStatus.OK, data, kind, cache=kept)


def _claims(read: Callable[[str], Claims], query: dict[str, str]) -> Claims:
    try:
        return read(query.get("t", ""))
    except TokenExpired as expired:
        raise Refused(HTTPStatus.UNAUTHORIZED) from expired
    except TokenRefused as refused:
        raise Refused(HTTPStatus.FORBIDDEN) from refused


def _cursor(text: str) -> Cursor:
    if not text:
        return START
    try:
        return Cursor.parse(text)
    except MalformedCursor as malformed:
        raise Refused(HTTPStatus.BAD_REQUEST) from malformed


def _parts(rest: str, count: int) -> list[str]:
    parts = rest.split("/")
    if len(parts) != count:
        raise Refused(HTTPStatus.NOT_FOUND)
    return parts


def _span(query: dict[str, str]) -> tuple[datetime, datetime] | None:
    """The span of a replay, in whole seconds since 1970."""
    start, end = query.get("from", ""), query.get("to", "")
    if not start and not end:
        return None
    if not (start.isdecimal() and end.isdecimal() and len(start) <= 11 and len(end) <= 11):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return datetime.fromtimestamp(int(start), UTC), datetime.fromtimestamp(int(end), UTC)


async def _until_gone(receive: Receive, stream: asyncio.Task[None] | None) -> None:
    """Wait for the client to leave, then end its stream, which waits for the next tick alone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    if stream is not None:
        stream.cancel()


async def _answer(
    send: Send, status: HTTPStatus, body: bytes, content_type: str, *, cache: bytes = b"no-store"
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": int(status),
            "headers": [
                (b"content-type", content_type.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", cache),
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"no-referrer"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
