"""The machine formats of a round and of a run, beside their pages. They show what the pages show."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from polyphonie.kernel.identity import Sourced

from ..domain.designs import DesignTerms
from ..domain.queries.computing import RunPage
from ..domain.queries.rounds import RoundPage


def run_rows(page: RunPage) -> tuple[list[str], list[list[Any]]]:
    """One row per cell: value, standard error, n, reason, run."""
    header = [
        *(str(label) for _column, label in page.by),
        _("niveau"),
        _("valeur"),
        _("erreur type"),
        _("élèves"),
        _("écoles"),
        _("raison"),
        _("unité"),
        _("calcul"),
        _("exemple fictif"),
    ]
    rows = [
        [
            *(str(label) for label in cell.labels),
            cell.part,
            "" if cell.value is None else f"{cell.value:.6f}",
            "" if cell.se is None else f"{cell.se:.6f}",
            "" if cell.n is None else cell.n,
            "" if cell.schools is None else cell.schools,
            cell.reason_label,
            str(page.unit),
            page.run.permalink,
            _("oui") if page.run.dataset.is_fictitious else _("non"),
        ]
        for cell in page.cells
    ]
    return header, rows


def run_json(page: RunPage) -> dict[str, Any]:
    """The run with its specification and its design: with the file, all that is needed to repeat it."""
    run, dataset = page.run, page.run.dataset
    return {
        "urn": run.urn,
        "permalink": run.permalink,
        "state": run.state,
        "reason": run.reason or None,
        "command": page.command,
        "dataset": {
            "permalink": dataset.permalink,
            "title": dataset.title.as_dict(),
            "population": dataset.population.as_dict(),
            "sha256": dataset.sha256,
            "fictitious": dataset.is_fictitious,
        },
        "package": run.package_version,
        "spec": run.spec,
        "spec_sha256": run.spec_hash,
        "design": DesignTerms.of(dataset.design).as_dict(),
        "result_sha256": run.result_hash or None,
        "provenance": run.provenance,
        "unit": page.unit.as_dict(),
        "cells": [
            {
                "key": cell.key,
                "labels": [label.as_dict() for label in cell.labels],
                "level": cell.part or None,
                "value": cell.value,
                "standard_error": cell.se,
                "interval_95": None if cell.low is None else [cell.low, cell.high],
                "n": cell.n,
                "schools": cell.schools,
                "reason": cell.reason or None,
                "figure": cell.figure.permalink if cell.figure else None,
            }
            for cell in page.cells
        ],
    }


def round_json(page: RoundPage) -> dict[str, Any]:
    """A round as data."""
    row = page.round
    return {
        "urn": row.urn,
        "permalink": row.permalink,
        "assessment": row.assessment.slug,
        "year": row.year,
        "title": row.title.as_dict(),
        "summary": row.summary.as_dict(),
        "source": _source(row),
        "calendar": [
            {
                "kind": d.kind,
                "year": d.year,
                "day": d.day.isoformat() if d.day else None,
                "note": d.note.as_dict(),
                "source": _source(d),
            }
            for d in page.calendar
        ],
        "territories": [
            {
                "code": t.territory.code,
                "name": t.territory.name.as_dict(),
                "grades": t.grades.as_dict(),
                "schools": t.schools,
                "pupils": t.pupils,
                "attrition": t.attrition.as_dict(),
                "source": _source(t),
            }
            for t in page.territories
        ],
        "datasets": [
            {"permalink": d.permalink, "sha256": d.sha256, "access": d.access} for d in page.datasets
        ],
        "runs": [{"permalink": r.permalink, "spec_sha256": r.spec_hash} for r in page.runs],
    }


def _source(fact: Sourced) -> dict[str, Any]:
    return {
        "label": fact.source_label,
        "url": fact.source_url,
        "read_date": fact.source_read_date.isoformat() if fact.source_read_date else None,
        "fictitious": fact.is_fictitious,
    }
