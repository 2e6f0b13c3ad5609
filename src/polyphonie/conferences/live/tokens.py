"""What a stream or a player shows at the door: signed claims, checked without a database.

An EventSource sends no headers, so the token stands in the query. It lives a quarter of an hour and the
page fetches another; media tokens live longer, because a native player keeps the address it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing

STREAM_LIFE = timedelta(minutes=15)
MEDIA_LIFE = timedelta(hours=4)
HOST = 0
"""Stands for a site where somebody follows for the host, without delay."""

_STREAM_SALT = "polyphonie.live.stream"
_MEDIA_SALT = "polyphonie.live.media"
_SEPARATOR = "~"  # needs no quoting in an address
SCOPES: dict[str, frozenset[str]] = {
    "public": frozenset({"public"}),
    "staff": frozenset({"public", "staff"}),
    "panel": frozenset({"public", "panel"}),
}


class TokenRefused(ValueError):
    """Forged, cut, or made for another purpose."""


class TokenExpired(ValueError):
    """It was good; the page fetches another."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Which conference and site (by primary key, ``HOST`` for the host), in which epoch of its clock, who
    (an opaque id), in which scope, and by how many seconds the reader's demonstration moves the clock.

    ``issued`` is the wall second at which the token was made; it is read, never given.
    """

    conference: int
    site: int
    epoch: int
    participant: str
    scope: str
    offset: float = 0.0
    issued: int = 0


def issue_stream(claims: Claims) -> str:
    return _issue(claims, _STREAM_SALT)


def issue_media(claims: Claims) -> str:
    return _issue(claims, _MEDIA_SALT)


def read_stream(token: str) -> Claims:
    """The claims of a stream token. Raises :class:`TokenRefused` or :class:`TokenExpired`."""
    return _read(token, _STREAM_SALT, STREAM_LIFE)


def read_media(token: str) -> Claims:
    """The claims of a media token."""
    return _read(token, _MEDIA_SALT, MEDIA_LIFE)


def _issue(claims: Claims, salt: str) -> str:
    values: list[Any] = [
        claims.conference,
        claims.site,
        claims.epoch,
        claims.participant,
        claims.scope,
        claims.offset,
    ]
    return signing.TimestampSigner(salt=salt, sep=_SEPARATOR).sign_object(values)


def _read(token: str, salt: str, life: timedelta) -> Claims:
    if len(token) > 1_000:
        raise TokenRefused("too long")
    try:
        values = signing.TimestampSigner(salt=salt, sep=_SEPARATOR).unsign_object(token, max_age=life)
        conference, site, epoch, participant, scope, offset = values
        if scope not in SCOPES:
            raise TokenRefused("no such scope")
        issued = signing.b62_decode(token.split(_SEPARATOR)[-2])
        return Claims(int(conference), int(site), int(epoch), str(participant), scope, float(offset), issued)
    except signing.SignatureExpired as expired:
        raise TokenExpired("expired") from expired
    except TokenRefused:
        raise
    except (signing.BadSignature, ValueError, TypeError, IndexError) as refused:
        raise TokenRefused("not ours") from refused
