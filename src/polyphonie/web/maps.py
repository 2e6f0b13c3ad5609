"""Maps: points on a small atlas that is part of the product. No tiles, no other host.

The land is one drawing, fetched once and cut to the part of the world that the points need; each map is
shown with its table, because a point says nothing to somebody who does not see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH, HEIGHT = 1000.0, 487.0
ATLAS = "web/world.svg"

# Equal Earth (Šavrič, Patterson, Jenny 2018, doi:10.1080/13658816.2018.1504949), equations 8 to 10
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
_HALF_WIDTH = math.pi / (_M * _A1)
_SCALE = WIDTH / (2 * _HALF_WIDTH)
_NARROWEST = 150.0


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """A place on the atlas of 1000 by 487, by the Equal Earth projection; areas keep their proportions."""
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    x = (
        math.radians(longitude)
        * math.cos(theta)
        / (_M * (_A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)))
    )
    y = theta * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2))
    return (x + _HALF_WIDTH) * _SCALE, HEIGHT / 2 - y * _SCALE


@dataclass(frozen=True, slots=True)
class Point:
    """A place with its name and a sentence or word about it. ``strong`` sets it apart, for instance the host."""

    label: str
    longitude: float
    latitude: float
    note: str = ""
    href: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """What ``<c-map>`` shows: the drawing, the sentence and the same points as a table."""

    title: str
    svg: SafeString
    sentence: str
    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def _window(places: Sequence[tuple[float, float]], whole: bool) -> tuple[float, float, float, float]:
    """The part of the atlas to show: all of it, or the points with room around them, twice as wide as high."""
    if whole or not places:
        return 0.0, 0.0, WIDTH, HEIGHT
    xs, ys = [p[0] for p in places], [p[1] for p in places]
    width = max(_NARROWEST, (max(xs) - min(xs)) * 1.35, (max(ys) - min(ys)) * 1.5 * 2)
    width = min(width, WIDTH)
    height = min(width / 2, HEIGHT)
    x = min(max((max(xs) + min(xs) - width) / 2, 0), WIDTH - width)
    y = min(max((max(ys) + min(ys) - height) / 2, 0), HEIGHT - height)
    return x, y, width, height


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.1f}° {positive if value >= 0 else negative}"


def world(title: str, points: Sequence[Point], *, whole: bool = False, sentence: str = "") -> Map:
    """A map of the points, cut to what they need, or the whole world; with its table and its sentence."""
    places = [project(p.longitude, p.latitude) for p in points]
    x, y, width, height = _window(places, whole)
    size = width / 100  # marks keep their size on the page whatever the part of the world
    marks = format_html_join(
        "",
        '<g class="map-point{}"><circle cx="{}" cy="{}" r="{}"/>{}</g>',
        (
            (
                " strong" if point.strong else "",
                f"{px:.1f}",
                f"{py:.1f}",
                f"{size * (0.95 if point.strong else 0.75):.2f}",
                _label(point, px, py, size, x + width),
            )
            for point, (px, py) in zip(points, places, strict=True)
        ),
    )
    said = sentence or (
        ngettext(
            "%(count)d lieu sur la carte : %(names)s.",
            "%(count)d lieux sur la carte : %(names)s.",
            len(points),
        )
        % {"count": len(points), "names": ", ".join(p.label for p in points)}
    )
    svg = format_html(
        '<svg class="map" viewBox="{} {} {} {}" role="img" aria-label="{}">'
        '<use class="map-land" href="{}#land"/><use class="map-borders" href="{}#borders"/>{}</svg>',
        f"{x:.1f}",
        f"{y:.1f}",
        f"{width:.1f}",
        f"{height:.1f}",
        f"{title}. {said}",
        static(ATLAS),
        static(ATLAS),
        marks,
    )
    rows = tuple(
        (
            format_html('<a href="{}">{}</a>', p.href, p.label) if p.href else p.label,
            p.note,
            _degrees(p.latitude, _("N"), _("S")),
            _degrees(p.longitude, _("E"), _("O")),
        )
        for p in points
    )
    return Map(title, svg, said, (_("Lieu"), _("Note"), _("Latitude"), _("Longitude")), rows)


def _label(point: Point, x: float, y: float, size: float, end: float) -> SafeString:
    """The name beside its point, on the side where there is room."""
    room_after = x + size * (2 + 1.2 * len(point.label)) < end
    return format_html(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}">{}</text>',
        f"{x + (size * 1.5 if room_after else -size * 1.5):.1f}",
        f"{y + size * 0.7:.1f}",
        f"{size * 2:.2f}",
        "start" if room_after else "end",
        point.label,
    )
