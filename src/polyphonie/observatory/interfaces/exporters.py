"""The machine formats of an indicator and of a country, beside their pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polyphonie.evidence.models import Indicator

from ..domain.queries.indicators import IndicatorPage, Profile
from ..models import Measure

COLUMNS = (
    "indicator",
    "territory",
    "territory_name_fr",
    "territory_name_en",
    "year",
    "value",
    "unit",
    "standard_error",
    "status",
    "missing_reason",
    "source",
    "source_url",
    "source_read_date",
    "figure",
    "fictitious",
)


def measure_rows(measures: Sequence[Measure]) -> tuple[Sequence[str], list[list[Any]]]:
    """One row per measure. A value that is not there says why in ``missing_reason``."""
    return COLUMNS, [
        [
            m.indicator.code,
            m.territory.code,
            m.territory.name.read("fr"),
            m.territory.name.read("en"),
            m.year,
            "" if m.value is None else f"{m.value:.{m.decimals}f}",
            m.indicator.unit.read("en"),
            "" if m.standard_error is None else f"{m.standard_error:.{max(m.decimals, 1)}f}",
            m.status if m.value is not None else m.missing_reason,
            m.missing_reason,
            m.source_label,
            m.source_url,
            m.source_read_date.isoformat() if m.source_read_date else "",
            m.figure.permalink if m.figure else "",
            "yes" if m.is_fictitious else "no",
        ]
        for m in measures
    ]


def indicator_record(indicator: Indicator) -> dict[str, Any]:
    return {
        "urn": indicator.urn,
        "permalink": indicator.permalink,
        "code": indicator.code,
        "label": indicator.label.as_dict(),
        "definition": indicator.definition.as_dict(),
        "unit": indicator.unit.as_dict(),
        "determinant": indicator.determinant or None,
        "source": {"label": indicator.source_label, "url": indicator.source_url},
    }


def measure_record(measure: Measure) -> dict[str, Any]:
    return {
        "urn": measure.urn,
        "territory": measure.territory.code,
        "territory_name": measure.territory.name.as_dict(),
        "year": measure.year,
        "value": None if measure.value is None else f"{measure.value:.{measure.decimals}f}",
        "missing_reason": measure.missing_reason or None,
        "status": measure.status if measure.value is not None else measure.missing_reason,
        "standard_error": (
            None
            if measure.standard_error is None
            else f"{measure.standard_error:.{max(measure.decimals, 1)}f}"
        ),
        "note": measure.note.as_dict(),
        "figure": measure.figure.permalink if measure.figure else None,
        "revises": measure.revises.urn if measure.revises else None,
        "source": {
            "label": measure.source_label,
            "url": measure.source_url,
            "read_date": measure.source_read_date.isoformat() if measure.source_read_date else None,
            "fictitious": measure.is_fictitious,
        },
    }


def indicator_json(page: IndicatorPage) -> dict[str, Any]:
    """The indicator with its measures and its gaps."""
    return {
        **indicator_record(page.indicator),
        "years": list(page.years),
        "measures": [measure_record(m) for m in page.measures],
        "gaps": [{"territory": p.territory.code, "year": p.year} for p in page.gaps],
    }


def profile_json(profile: Profile) -> dict[str, Any]:
    """A country: last measures by determinant, gaps, and the other figures about it."""
    return {
        "territory": profile.territory.code,
        "name": profile.territory.name.as_dict(),
        "determinants": [
            {
                "determinant": determinant.slug if determinant else None,
                "indicators": [
                    {**indicator_record(row.indicator), "measures": [measure_record(m) for m in row.measures]}
                    for row in rows
                ],
            }
            for determinant, rows in profile.families
        ],
        "figures": [figure.permalink for figure in profile.figures],
    }
