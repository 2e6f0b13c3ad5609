"""How a chart is drawn: described in Vega-Lite, drawn by vl-convert, cleaned of every style.

The drawing library is loaded when the first chart is asked for: it is large, and most processes never
draw. Colours are sent through it as codes and come back as classes that the style sheet fills, so that a
chart follows the reader's light, dark or contrast scheme.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

WIDTH = 440
ROW = 30
INK, MUTED, LINE = "#000001", "#000002", "#000003"
ACCENT, SIGNAL, SOFT, PAPER = "#000004", "#000005", "#000006", "#000007"
MARK, MARK_STRONG = "#000008", "#000009"
SERIES = ("#000011", "#000012", "#000013", "#000014", "#000015", "#000016")
CLASSES = {
    INK: "ink",
    MUTED: "muted",
    LINE: "line",
    ACCENT: "accent",
    SIGNAL: "signal",
    SOFT: "soft",
    PAPER: "paper",
    MARK: "mark",
    MARK_STRONG: "mark-strong",
    **{colour: f"series-{number}" for number, colour in enumerate(SERIES, start=1)},
}
KEPT = frozenset(
    [
        "d",
        "transform",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "width",
        "height",
        "points",
        "text-anchor",
        "font-size",
        "font-weight",
        "stroke-width",
        "stroke-dasharray",
        "opacity",
        "fill-opacity",
        "stroke-opacity",
        "viewBox",
        "clip-path",
        "id",
        "dy",
        "dx",
    ]
)


def describe(
    data: Sequence[Mapping[str, Any]],
    layers: Sequence[Mapping[str, Any]],
    *,
    height: int,
    y: Mapping[str, Any] | None = None,
    resolve: bool = False,
) -> dict[str, Any]:
    """A chart of the layers, in the house's type sizes, without a ground or a frame of its own."""
    spec: dict[str, Any] = {
        "data": {"values": list(data)},
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": None,
        "padding": {"left": 2, "right": 34, "top": 10, "bottom": 2},
        "layer": list(layers),
        "config": {
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": 13,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "labelColor": INK,
                "titleColor": MUTED,
                "gridColor": LINE,
                "domainColor": MUTED,
                "tickColor": MUTED,
                "tickCount": 5,
            },
            "axisY": {"domain": False},
            "text": {"fontSize": 13},
            "legend": {"labelFontSize": 13, "labelColor": INK, "symbolType": "square"},
        },
    }
    if y is not None:
        spec["encoding"] = {"y": dict(y)}
    if resolve:
        spec["resolve"] = {"scale": {"color": "independent"}}
    return spec


def number_locale() -> str:
    """How the axis writes its numbers."""
    return {"fr": "fr-FR", "es": "es-ES", "pt": "pt-PT"}.get((get_language() or "fr")[:2], "en-US")


@lru_cache(maxsize=256)
def draw(spec: str, label: str, locale: str) -> str:
    """The SVG of a description, with classes for colours and nothing that a strict policy refuses."""
    import vl_convert  # large; loaded by the first chart, never at start-up
    from lxml import etree

    drawing = vl_convert.vegalite_to_svg(json.loads(spec), format_locale=locale)  # type: ignore[arg-type]  # its stubs list every locale as a literal
    root: Any = etree.fromstring(drawing.encode())
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        element.tag = etree.QName(element).localname
        classes = [
            f"{part}-{CLASSES[colour]}"
            for part in ("fill", "stroke")
            if (colour := element.get(part)) in CLASSES
        ]
        bare = [part for part in ("fill", "stroke") if element.get(part) in {"none", "transparent"}]
        for name in list(element.attrib):
            if name not in KEPT:
                del element.attrib[name]
        for part in bare:
            element.set(part, "none")
        if classes:
            element.set("class", " ".join(classes))
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    for invisible in root.xpath("//path[not(@class) and not(parent::clipPath)]"):
        invisible.getparent().remove(invisible)
    root.set("class", "chart-drawing")
    root.set("role", "img")
    root.set("aria-label", label)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")
