"""Charts: the drawing obeys the policy, and the table says the same numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation
from lxml import etree

from polyphonie.web import charts, maps

pytestmark = pytest.mark.unit
CSS = Path(charts.__file__).parent / "static/web/css/components.css"

BARS = [
    charts.Bar("Un", 3.25, 0.4),
    charts.Bar("Deux", 12.0, strong=True),
    charts.Bar("Trois", None, reason="non mesuré"),
]


def every_chart() -> list[charts.Chart]:
    return [
        charts.bars("Barres", BARS, unit="%", decimals=2),
        charts.intervals(
            "Intervalles",
            [charts.Estimate("A", 1.0, 0.5, 1.5), charts.Estimate("B", None, reason="trop peu")],
            reference=0,
            reference_label="aucun écart",
        ),
        charts.trend("Courbes", [charts.Series("P", (("2009", 12.2, 0.5), ("2012", 11.4, None)))], unit="%"),
        charts.shares("Parts", {"Site": {"adaptée": 3, "nouvelle": 1}}),
        charts.ratings("Cotations", {1: 0, 2: 4, 3: 2}, median=2),
    ]


@pytest.mark.parametrize("chart", every_chart(), ids=lambda c: c.title)
def test_chart_carries_no_style_and_no_font_of_its_own(chart: charts.Chart) -> None:
    root = etree.fromstring(chart.svg.encode())
    for element in root.iter():
        assert "style" not in element.attrib
        assert "font-family" not in element.attrib
        assert element.tag not in {"style", "script", "image"}
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"{chart.title}. {chart.sentence}"


@pytest.mark.parametrize("chart", every_chart(), ids=lambda c: c.title)
def test_every_colour_of_a_chart_is_a_class_of_the_style_sheet(chart: charts.Chart) -> None:
    style = CSS.read_text()
    for element in etree.fromstring(chart.svg.encode()).iter():
        for name in (element.get("class") or "").split():
            assert f".{name} " in style, name
        assert element.get("fill") in {None, "none"}
        assert element.get("stroke") in {None, "none"}


def test_chart_and_table_say_the_same_numbers() -> None:
    with translation.override("fr"):
        chart = charts.bars("Barres", BARS, unit="%", decimals=2)
    assert chart.header == ("Libellé", "Valeur (%)", "Erreur type")
    assert chart.rows == (("Un", "3,25", "0,400"), ("Deux", "12,00", "–"), ("Trois", "non mesuré", "–"))
    drawn = {text for text in etree.fromstring(chart.svg.encode()).itertext() if text.strip()}
    assert {"3,25", "12,00", "Un", "Deux"} <= drawn
    assert "Trois" not in drawn  # what cannot be given is in the table, with its reason


def test_chart_speaks_the_readers_language() -> None:
    with translation.override("en"):
        chart = charts.bars("Bars", BARS, unit="%", decimals=2)
    assert chart.rows[0] == ("Un", "3.25", "0.400")
    assert chart.sentence == "From 3.25 % (Un) to 12.00 % (Deux)."


def test_shares_add_up_to_a_hundred() -> None:
    with translation.override("fr"):
        chart = charts.shares("Parts", {"Site": {"adaptée": 3, "nouvelle": 1}})
    assert chart.rows == (("Site", "75", "25"),)


def test_trend_keeps_the_moments_of_all_series() -> None:
    with translation.override("fr"):
        chart = charts.trend(
            "Courbes",
            [charts.Series("P", (("2009", 1.0, None),)), charts.Series("Q", (("2012", 2.0, None),))],
        )
    assert chart.rows == (("2009", "1,0", "–"), ("2012", "–", "2,0"))


def test_start_up_loads_no_drawing_library() -> None:
    code = (
        "import django, sys; django.setup(); import polyphonie.web.charts, polyphonie.config.urls;"
        "sys.exit(any(m in sys.modules for m in ('vl_convert', 'altair')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert run.returncode == 0


def test_map_places_points_in_the_drawing_and_in_the_table() -> None:
    with translation.override("fr"):
        drawn = maps.world("Sites", [maps.Point("Dakar", -17.45, 14.69, "en direct", "/x")])
    assert drawn.rows == (('<a href="/x">Dakar</a>', "en direct", "14.7° N", "17.4° O"),)
    root = etree.fromstring(drawn.svg.encode())
    x, y, width, height = (float(v) for v in root.get("viewBox", "").split())
    circle = root.find(".//circle")
    assert circle is not None
    assert x <= float(circle.get("cx", "")) <= x + width
    assert y <= float(circle.get("cy", "")) <= y + height
    assert "Dakar" in root.get("aria-label", "")


def test_map_projection_keeps_the_frame() -> None:
    assert maps.project(-180, 0) == pytest.approx((0, maps.HEIGHT / 2))
    assert maps.project(180, 0) == pytest.approx((maps.WIDTH, maps.HEIGHT / 2))
    assert maps.project(0, 90)[1] == pytest.approx(0, abs=1)
    assert maps.project(0, -90)[1] == pytest.approx(maps.HEIGHT, abs=1)
