"""Machine-readable forms of a resource, a claim and a figure. Keys are English; texts keep all languages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from polyphonie.kernel.identity import Sourced

from ..domain.queries.claims import ConflictShown
from ..models import EvidenceStatement, Figure, Resource, ResourceVersion

FIGURE_COLUMNS = (
    "permalink",
    "label_fr",
    "label_en",
    "value",
    "standard_error",
    "unit",
    "year",
    "territory",
    "definition_fr",
    "definition_en",
    "why_unavailable",
    "source",
    "source_url",
    "source_read_date",
    "fictitious",
    "superseded_by",
)


def exact(value: Decimal | None, decimals: int) -> str | None:
    """The value as it is published, as a string: no reader's float rounds it again."""
    return None if value is None else f"{value:.{decimals}f}"


def source_record(row: Sourced) -> dict[str, Any]:
    return {
        "label": row.source_label,
        "url": row.source_url,
        "read_date": row.source_read_date.isoformat() if row.source_read_date else None,
        "fictitious": row.is_fictitious,
    }


def figure_record(
    figure: Figure, *, address: str, conflicts: Sequence[ConflictShown] = (), superseded_by: str | None = None
) -> dict[str, Any]:
    return {
        "urn": figure.urn,
        "permalink": address,
        "label": figure.label.as_dict(),
        "definition": figure.definition.as_dict(),
        "value": exact(figure.value, figure.decimals),
        "why_unavailable": figure.why_unavailable.as_dict() or None,
        "standard_error": exact(figure.standard_error, max(figure.decimals, 1)),
        "unit": figure.unit.as_dict(),
        "year": figure.year,
        "territory": (
            {"code": figure.territory.code, "name": figure.territory.name.as_dict()}
            if figure.territory
            else None
        ),
        "indicator": figure.indicator.code if figure.indicator else None,
        "source": source_record(figure),
        "superseded_by": superseded_by,
        "conflicts": [conflict_record(c) for c in conflicts],
    }


def conflict_record(shown: ConflictShown) -> dict[str, Any]:
    return {
        "subject": shown.conflict.subject.as_dict(),
        "readings": [
            {
                "wording": r.reading.wording.as_dict(),
                "figure": r.figure.urn if r.figure else None,
                "statement": r.statement.urn if r.statement else None,
                "source": source_record(r.reading),
            }
            for r in shown.readings
        ],
    }


def figure_row(figure: Figure, *, address: str, superseded_by: str | None = None) -> list[Any]:
    """One line of the CSV, in the order of ``FIGURE_COLUMNS``."""
    return [
        address,
        figure.label.get("fr", ""),
        figure.label.get("en", ""),
        exact(figure.value, figure.decimals) or "",
        exact(figure.standard_error, max(figure.decimals, 1)) or "",
        figure.unit.read("fr"),
        figure.year or "",
        figure.territory.code if figure.territory else "",
        figure.definition.get("fr", ""),
        figure.definition.get("en", ""),
        figure.why_unavailable.read("fr"),
        figure.source_label,
        figure.source_url,
        figure.source_read_date.isoformat() if figure.source_read_date else "",
        "yes" if figure.is_fictitious else "no",
        superseded_by or "",
    ]


def statement_record(statement: EvidenceStatement, *, address: str) -> dict[str, Any]:
    return {
        "urn": statement.urn,
        "permalink": address,
        "code": statement.code,
        "texts": [
            {"language": t.language, "text": t.text, "translation": t.translation}
            for t in statement.texts.all()
        ],
        "strength": statement.strength,
        "page": statement.page or None,
        "timecode_seconds": statement.timecode.total_seconds() if statement.timecode is not None else None,
        "resource": statement.resource.urn if statement.resource else None,
        "figures": [figure.urn for figure in statement.cited_figures],
        "source": source_record(statement),
    }


def resource_record(
    resource: Resource, versions: Sequence[ResourceVersion], *, address: str
) -> dict[str, Any]:
    """A resource that the viewer reads. One that is only announced has no record."""
    return {
        "urn": resource.urn,
        "permalink": address,
        "kind": resource.kind.slug,
        "title": resource.title.as_dict(),
        "summary": resource.summary.as_dict(),
        "authors": resource.authors,
        "issuer": resource.issuer.name.as_dict() if resource.issuer else None,
        "dated": resource.dated.isoformat() if resource.dated else None,
        "licence": resource.licence,
        "early_at": resource.early_at.isoformat() if resource.early_at else None,
        "public_at": resource.public_at.isoformat() if resource.public_at else None,
        "versions": [
            {
                "number": v.number,
                "language": v.language,
                "translation": v.translation,
                "media_type": v.file.media_type if v.file else None,
                "sha256": v.file.sha256 if v.file else None,
                "link": v.link or None,
            }
            for v in versions
        ],
        "source": source_record(resource),
    }
