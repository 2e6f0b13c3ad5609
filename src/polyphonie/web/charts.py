"""Charts drawn on the server. Each comes with its sentence and with the same numbers as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .drawing import (
    ACCENT,
    INK,
    MARK,
    MARK_STRONG,
    MUTED,
    PAPER,
    ROW,
    SERIES,
    SIGNAL,
    describe,
    draw,
    number_locale,
)


@dataclass(frozen=True, slots=True)
class Chart:
    """What ``<c-chart>`` shows."""

    title: str
    svg: SafeString
    sentence: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One value with its label. A value that cannot be given says why in ``reason``.

    ``error`` is the standard error, in the unit of the value. ``strong`` sets the bar apart.
    """

    label: str
    value: float | None
    error: float | None = None
    reason: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value between the ends of its interval."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Values in time: ``points`` are ``(year or date in words, value, standard error or None)``."""

    label: str
    points: tuple[tuple[str, float, float | None], ...]


def number(value: float, decimals: int) -> str:
    """A number as the reader writes it."""
    # rounded first: Django's own formatting cuts the further digits off
    written = formats.number_format(
        round(value, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=abs(value) >= 10_000
    )
    return str(written).replace("-", "\u2212")  # a minus, not a hyphen


def _with_unit(value: float, decimals: int, unit: str) -> str:
    return f"{number(value, decimals)} {unit}".strip()


def _chart(title: str, sentence: str, spec: dict[str, Any], header: Sequence[str], rows: Any) -> Chart:
    return Chart(
        title,
        mark_safe(
            draw(json.dumps(spec, sort_keys=True), f"{title}. {sentence}", number_locale())
        ),  # rewritten, see _draw
        sentence,
        tuple(header),
        tuple(tuple(row) for row in rows),
    )


def bars(title: str, rows: Sequence[Bar], *, unit: str = "", decimals: int = 0, sentence: str = "") -> Chart:
    """Horizontal bars in the order given, each with its number; whiskers of one standard error."""
    given = [bar for bar in rows if bar.value is not None]
    data = [
        {
            "label": bar.label,
            "value": bar.value,
            "low": bar.value - bar.error if bar.error is not None else None,
            "high": bar.value + bar.error if bar.error is not None else None,
            "end": bar.value + (bar.error or 0),
            "text": number(bar.value, decimals),
            "strong": bar.strong,
        }
        for bar in given
        if bar.value is not None
    ]
    lowest = min((bar.value - (bar.error or 0) for bar in given if bar.value is not None), default=0.0)
    scale = {"domainMin": min(0.0, lowest)}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "height": {"band": 0.62}},
            "encoding": {
                "x": {"field": "value", "type": "quantitative", "title": unit or None, "scale": scale},
                "color": _colour_by("strong", MARK, MARK_STRONG),
            },
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6, "fontWeight": 600, "color": INK},
            "encoding": {
                "x": {"field": "end", "type": "quantitative"},
                "text": {"field": "text", "type": "nominal"},
            },
        },
    ]
    if any(d["low"] is not None for d in data):
        layers.insert(
            1,
            {
                "transform": [{"filter": "datum.low !== null"}],
                "mark": {"type": "rule", "strokeWidth": 2, "color": INK},
                "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
            },
        )
    return _chart(
        title,
        sentence or _extremes([(b.label, b.value) for b in given if b.value is not None], decimals, unit),
        describe(data, layers, height=max(ROW * len(data), ROW) + 46, y=_labels(data)),
        (_("Libellé"), _value_header(unit), *((_("Erreur type"),) if _any_error(given) else ())),
        [
            (
                bar.label,
                number(bar.value, decimals) if bar.value is not None else bar.reason,
                *(_error_cell(bar.error, decimals) if _any_error(given) else ()),
            )
            for bar in rows
        ],
    )


def intervals(
    title: str,
    rows: Sequence[Estimate],
    *,
    unit: str = "",
    decimals: int = 1,
    reference: float | None = None,
    reference_label: str = "",
    sentence: str = "",
) -> Chart:
    """A dot per estimate on the line of its interval, and a dashed line where they are compared with."""
    given = [e for e in rows if e.value is not None]
    data = [
        {"label": e.label, "value": e.value, "low": e.low, "high": e.high, "strong": e.strong} for e in given
    ]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "rule", "strokeWidth": 2.5},
            "encoding": {
                "x": {
                    "field": "low",
                    "type": "quantitative",
                    "title": unit or None,
                    "scale": {"zero": False, "nice": True},
                },
                "x2": {"field": "high"},
                "color": _colour_by("strong"),
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": {"field": "value", "type": "quantitative"}, "color": _colour_by("strong")},
        },
    ]
    if reference is not None:
        layers.insert(
            0,
            {
                "data": {"values": [{"at": reference}]},
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": MUTED},
                "encoding": {"x": {"field": "at", "type": "quantitative"}, "y": None},
            },
        )
    said = sentence or _extremes([(e.label, e.value) for e in given if e.value is not None], decimals, unit)
    if reference is not None and reference_label:
        said = f"{said} {_('Ligne en tirets')} : {reference_label} ({_with_unit(reference, decimals, unit)})."
    return _chart(
        title,
        said,
        describe(data, layers, height=max(ROW * len(data), ROW) + 46, y=_labels(data)),
        (_("Libellé"), _value_header(unit), _("De"), _("À")),
        [
            (
                e.label,
                *(
                    number(v, decimals) if v is not None else e.reason or "–"
                    for v in (e.value, e.low, e.high)
                ),
            )
            for e in rows
        ],
    )


def trend(
    title: str, series: Sequence[Series], *, unit: str = "", decimals: int = 1, sentence: str = ""
) -> Chart:
    """Lines in time, named at their end; a band of one standard error where there is one."""
    data = [
        {
            "series": s.label,
            "at": at,
            "value": value,
            "low": value - error if error is not None else value,
            "high": value + error if error is not None else value,
            "last": index == len(s.points) - 1,
        }
        for s in series
        for index, (at, value, error) in enumerate(s.points)
    ]
    names = [s.label for s in series]
    colour = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": [ACCENT, SIGNAL, *SERIES[2:]][: len(names)]},
        "legend": None,
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "title": unit or None,
        "scale": {"zero": False, "nice": True},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "area", "opacity": 0.18},
            "encoding": {
                "y": {"field": "low", "type": "quantitative"},
                "y2": {"field": "high"},
                "color": colour,
            },
        },
        {
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {
                "y": y,
                "color": colour,
                "strokeDash": {
                    "field": "series",
                    "type": "nominal",
                    "scale": {"domain": names, "range": [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]},
                    "legend": None,
                },
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {"y": y, "color": colour},
        },
        {
            "transform": [{"filter": "datum.last"}],
            "mark": {"type": "text", "align": "left", "dx": 10, "fontWeight": 600, "color": INK},
            "encoding": {"y": y, "text": {"field": "series", "type": "nominal"}},
        },
    ]
    moments = list(dict.fromkeys(d["at"] for d in data))
    spec = describe(data, layers, height=260)
    longest = max((len(name) for name in names), default=0)
    spec["padding"]["right"] = max(10, 8 * longest - 180 // max(len({d["at"] for d in data}), 1))
    spec["encoding"] = {
        "x": {"field": "at", "type": "ordinal", "sort": moments, "title": None, "axis": {"labelAngle": 0}}
    }
    cells = {(d["series"], d["at"]): d for d in data}
    errors = any(e is not None for s in series for _at, _value, e in s.points)
    rows = []
    for moment in moments:
        row = [moment]
        for s in series:
            found = next(((v, e) for at, v, e in s.points if at == moment), None)
            row.append(number(found[0], decimals) if (s.label, moment) in cells and found else "–")
            if errors:
                row.extend(_error_cell(found[1] if found else None, decimals))
        rows.append(tuple(row))
    header = [_("Moment")]
    for s in series:
        header.append(f"{s.label} ({unit})" if unit else s.label)
        if errors:
            header.append(_("Erreur type"))
    return _chart(title, sentence or _changes(series, decimals, unit), spec, header, rows)


def shares(
    title: str, rows: Mapping[str, Mapping[str, float]], *, decimals: int = 0, sentence: str = ""
) -> Chart:
    """Rows cut into shares of a hundred, category by category in the order of the first row."""
    categories = list(dict.fromkeys(c for row in rows.values() for c in row))
    data = []
    for label, row in rows.items():
        total = sum(row.values()) or 1
        start = 0.0
        for position, category in enumerate(categories):
            part = 100 * row.get(category, 0) / total
            data.append(
                {
                    "label": label,
                    "category": category,
                    "order": position,
                    "part": part,
                    "middle": start + part / 2,
                    "text": number(part, decimals) if part >= 7 else "",
                    "dark": position in (0, 1),
                }
            )
            start += part
    scale = {"domain": categories, "range": list(SERIES[: len(categories)])}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "height": {"band": 0.7}, "stroke": PAPER, "strokeWidth": 1.5},
            "encoding": {
                "x": {"field": "part", "type": "quantitative", "title": "%", "scale": {"domain": [0, 100]}},
                "order": {"field": "order"},
                "color": {
                    "field": "category",
                    "type": "nominal",
                    "scale": scale,
                    "legend": {"orient": "bottom", "title": None, "columns": 2, "labelLimit": 200},
                },
            },
        },
        {
            "mark": {"type": "text", "fontWeight": 600},
            "encoding": {
                "x": {"field": "middle", "type": "quantitative"},
                "text": {"field": "text", "type": "nominal"},
                "color": {
                    "field": "dark",
                    "type": "nominal",
                    "scale": {"domain": [True, False], "range": [PAPER, INK]},
                    "legend": None,
                },
            },
        },
    ]
    said = sentence or " ".join(
        _("%(label)s : %(category)s %(share)s %%.")
        % {
            "label": label,
            "category": max(row, key=lambda c: row[c]),
            "share": number(100 * max(row.values()) / (sum(row.values()) or 1), decimals),
        }
        for label, row in rows.items()
        if row
    )
    legend = 24 * ((len(categories) + 1) // 2)
    return _chart(
        title,
        said,
        describe(data, layers, height=36 * len(rows) + 50 + legend, y=_labels(data), resolve=True),
        (_("Libellé"), *(f"{c} (%)" for c in categories)),
        [
            (label, *(number(100 * row.get(c, 0) / (sum(row.values()) or 1), decimals) for c in categories))
            for label, row in rows.items()
        ],
    )


def ratings(
    title: str, counts: Mapping[int, int], *, median: float | None = None, sentence: str = ""
) -> Chart:
    """How many gave each rating on a scale, with the median as a line."""
    data = [{"rating": str(rating), "count": count} for rating, count in sorted(counts.items())]
    total = sum(counts.values())
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "width": {"band": 0.72}, "color": MARK},
            "encoding": {
                "y": {
                    "field": "count",
                    "type": "quantitative",
                    "title": _("cotations"),
                    "axis": {"tickMinStep": 1, "format": "d"},
                }
            },
        },
        {
            "transform": [{"filter": "datum.count > 0"}],
            "mark": {"type": "text", "dy": -8, "fontWeight": 600, "color": INK},
            "encoding": {
                "y": {"field": "count", "type": "quantitative"},
                "text": {"field": "count", "type": "quantitative"},
            },
        },
    ]
    spec = describe(data, layers, height=220)
    spec["encoding"] = {
        "x": {
            "field": "rating",
            "type": "ordinal",
            "sort": [d["rating"] for d in data],
            "title": _("cotation"),
            "axis": {"labelAngle": 0},
        }
    }
    said = sentence or ngettext("%(count)d cotation.", "%(count)d cotations.", total) % {"count": total}
    if median is not None:
        said = f"{said} {_('Médiane')} : {number(median, 0 if median == int(median) else 1)}."
    return _chart(
        title,
        said,
        spec,
        (_("Cotation"), _("Nombre")),
        [(d["rating"], str(d["count"])) for d in data],
    )


def _colour_by(field: str, plain: str = ACCENT, strong: str = SIGNAL) -> dict[str, Any]:
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": [False, True], "range": [plain, strong]},
        "legend": None,
    }


def _labels(data: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "field": "label",
        "type": "nominal",
        "sort": list(dict.fromkeys(d["label"] for d in data)),
        "title": None,
        "axis": {"labelLimit": 170, "domain": False, "ticks": False, "labelPadding": 8},
    }


def _any_error(given: Sequence[Bar]) -> bool:
    return any(bar.error is not None for bar in given)


def _error_cell(error: float | None, decimals: int) -> tuple[str]:
    return (number(error, decimals + 1) if error is not None else "–",)


def _value_header(unit: str) -> str:
    return f"{_('Valeur')} ({unit})" if unit else _("Valeur")


def _extremes(values: Sequence[tuple[str, float]], decimals: int, unit: str) -> str:
    if not values:
        return _("Aucune valeur ne peut être donnée ; le tableau dit pourquoi.")
    highest, lowest = max(values, key=lambda v: v[1]), min(values, key=lambda v: v[1])
    if len(values) == 1:
        return f"{highest[0]} : {_with_unit(highest[1], decimals, unit)}."
    return _("De %(low)s (%(lowest)s) à %(high)s (%(highest)s).") % {
        "low": _with_unit(lowest[1], decimals, unit),
        "lowest": lowest[0],
        "high": _with_unit(highest[1], decimals, unit),
        "highest": highest[0],
    }


def _changes(series: Sequence[Series], decimals: int, unit: str) -> str:
    return " ".join(
        _("%(label)s : de %(first)s en %(from)s à %(last)s en %(to)s.")
        % {
            "label": s.label,
            "first": _with_unit(s.points[0][1], decimals, unit),
            "from": s.points[0][0],
            "last": _with_unit(s.points[-1][1], decimals, unit),
            "to": s.points[-1][0],
        }
        for s in series
        if s.points
    )
