"""The ASGI application: Django for pages and verbs; the live streams beside it."""

from __future__ import annotations

import gc
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polyphonie.config.settings")

pages: Any = get_asgi_application()

from polyphonie.conferences.live.app import LiveApp  # noqa: E402  # needs the applications to be loaded

live = LiveApp()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Streams and media go to the live application, everything else to Django.

    Django's handler knows nothing of ``lifespan``, so starting and stopping are answered here.
    """
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and live.answers(scope["path"]):
        await live(scope, receive, send)
    else:
        await pages(scope, receive, send)


def settle() -> None:
    """Tell the collector that what is loaded by now stays: a full collection then walks what requests
    have made, not the whole program, which would hold a page up for a tenth of a second."""
    gc.collect()
    gc.freeze()


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            live.start()
            settle()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await live.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
