"""Draw the world once: from the vendored TopoJSON to one small SVG that every map refers to.

Coasts and borders are projected by Equal Earth (Šavrič, Patterson, Jenny 2018, doi:10.1080/13658816.2018.1504949),
in which areas keep their proportions, with the same function that places the points of a map. Antarctica
is left out: nobody meets there.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from polyphonie.web.maps import project  # noqa: E402  (the path is set above)

SOURCE = ROOT / "src/polyphonie/web/static/vendor/world-atlas-2.0.2/countries-110m.json"
RESULT = ROOT / "src/polyphonie/web/static/web/world.svg"
SOUTHERN_LIMIT = -60.0
SMALLEST_STEP = 0.2

Point = tuple[float, float]


def decode(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs as longitudes and latitudes: each is stored as steps from its first point."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        arcs.append(line)
    return arcs


def rings_of(geometry: dict[str, Any]) -> list[list[int]]:
    if geometry["type"] == "GeometryCollection":
        return [ring for part in geometry["geometries"] for ring in rings_of(part)]
    if geometry["type"] == "Polygon":
        return geometry["arcs"]
    return [ring for polygon in geometry["arcs"] for ring in polygon]


def stitch(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    """The points of a ring; a negative number runs along its arc the other way."""
    points: list[Point] = []
    for number in ring:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(line[1:] if points else line)
    return points


def unwrapped(points: list[Point]) -> list[list[Point]]:
    """The ring without a jump over the antimeridian; where it crosses, once on either side, cut off there."""
    turned = [points[0]]
    for longitude, latitude in points[1:]:
        before = turned[-1][0]
        turned.append((longitude - 360 * round((longitude - before) / 360), latitude))
    low, high = min(p[0] for p in turned), max(p[0] for p in turned)
    shifts = [0, *([-360] if high > 180 else []), *([360] if low < -180 else [])]
    return [[(min(max(x + shift, -180), 180), y) for x, y in turned] for shift in shifts]


def path(points: list[Point], closed: bool) -> str:
    """The commands of an SVG path, relative and with one decimal, leaving out steps too small to see."""
    drawn: list[Point] = []
    for longitude, latitude in points:
        x, y = project(longitude, latitude)
        here = (round(x, 1), round(y, 1))
        if not drawn or max(abs(here[0] - drawn[-1][0]), abs(here[1] - drawn[-1][1])) >= SMALLEST_STEP:
            drawn.append(here)
    if len(drawn) < (3 if closed else 2):
        return ""
    steps = [f"{round(b[0] - a[0], 1):g} {round(b[1] - a[1], 1):g}" for a, b in pairwise(drawn)]
    return f"M{drawn[0][0]:g} {drawn[0][1]:g}l" + " ".join(steps).replace(" -", "-") + ("z" if closed else "")


def draw() -> str:
    topology = json.loads(SOURCE.read_text())
    arcs = decode(topology)
    uses: dict[int, int] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        for ring in rings_of(geometry):
            for number in ring:
                key = number if number >= 0 else ~number
                uses[key] = uses.get(key, 0) + 1
    coasts = [stitch(ring, arcs) for g in topology["objects"]["land"]["geometries"] for ring in rings_of(g)]
    land = "".join(
        path(ring, closed=True)
        for coast in coasts
        if max(latitude for _, latitude in coast) > SOUTHERN_LIMIT
        for ring in unwrapped(coast)
    )
    borders = "".join(path(arcs[number], closed=False) for number, times in sorted(uses.items()) if times > 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 487">\n'
        f'<path id="land" d="{land}"/>\n<path id="borders" d="{borders}"/>\n</svg>\n'
    )


if __name__ == "__main__":
    RESULT.write_text(draw())
