"""The same things for machines, beside the pages and by the same visibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..domain.queries.decisions import Board, DecisionPart
from ..domain.queries.meetings import DocumentRow, MeetingPage
from ..enums import DecisionState, Progress


def _source(row: Any) -> dict[str, Any]:
    return {
        "label": row.source_label,
        "url": row.source_url,
        "read": row.source_read_date.isoformat() if row.source_read_date else None,
        "is_fictitious": row.is_fictitious,
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _document(row: DocumentRow, request: HttpRequest) -> dict[str, Any]:
    document = row.document
    return {
        "urn": document.urn,
        "symbol": document.symbol,
        "title": document.title.as_dict(),
        "kind": document.kind,
        "distribution": document.distribution,
        "due_at": document.due_at.isoformat(),
        "withdrawn_at": _day(document.withdrawn_at),
        "is_fictitious": document.is_fictitious,
        "versions": [
            {
                "language": v.version.language,
                "state": v.version.state,
                "issued_at": _day(v.version.issued_at),
                "late": v.is_late,
                "address": _address(v, request),
            }
            for v in row.versions
        ],
    }


def _address(row: Any, request: HttpRequest) -> str | None:
    if not row.is_readable:
        return None
    version = row.version
    if version.file is not None:
        return request.build_absolute_uri(f"/files/{version.file.uid}")
    return version.link or None


def as_json(page: MeetingPage, request: HttpRequest) -> dict[str, Any]:
    """A meeting as a record: what the page shows this reader, and nothing else. No person is named."""
    meeting, conference = page.meeting, page.conference
    return {
        "urn": meeting.urn,
        "permalink": request.build_absolute_uri(meeting.permalink),
        "instance": {"urn": meeting.instance.urn, "name": meeting.instance.name.as_dict()},
        "series": meeting.series,
        "title": conference.title.as_dict(),
        "place": conference.place.as_dict(),
        "start_date": conference.start_date.isoformat(),
        "end_date": conference.end_date.isoformat(),
        "time_zone": conference.time_zone,
        "state": meeting.state,
        "source": _source(conference),
        "agenda": [
            {
                "urn": row.item.urn,
                "number": row.item.number,
                "purpose": row.item.purpose,
                "stage": row.item.stage,
                "wordings": [{"text": w.text.as_dict(), "source": _source(w)} for w in row.wordings],
                "outcome": row.item.outcome.as_dict(),
            }
            for row in page.items
        ],
        "documents": [_document(row, request) for row in page.documents],
        "delegations": [
            {
                "member": {"urn": r.delegation.member.urn, "name": r.delegation.member.name.as_dict()},
                "is_observer": r.delegation.is_observer,
                "has_seat": r.has_seat,
                "is_present": r.is_present,
                "capacities": [d.delegate.capacity for d in r.delegates],
                "is_fictitious": r.delegation.is_fictitious,
            }
            for r in page.delegations
        ]
        if page.delegations is not None
        else None,
        "quorum": {
            "present": page.quorum.present,
            "required": page.quorum.required,
            "seats": page.quorum.seats,
        }
        if page.quorum is not None
        else None,
        "decisions": [
            {
                "urn": line.decision.urn,
                "symbol": line.decision.symbol,
                "state": line.decision.state,
                "title": line.text.title,
                "language": line.text.language,
                "permalink": request.build_absolute_uri(line.decision.permalink),
                "is_fictitious": line.decision.is_fictitious,
            }
            for line in page.decisions
        ],
        "continues": page.before.urn if page.before else None,
    }


def document_rows_of(page: MeetingPage) -> tuple[list[str], Iterator[list[Any]]]:
    """One row per document and language."""
    header = [
        _("Cote"),
        _("Titre"),
        _("Distribution"),
        _("Langue"),
        _("État"),
        _("Échéance"),
        _("Parue le"),
        _("En retard"),
        _("Exemple fictif"),
    ]

    def rows() -> Iterator[list[Any]]:
        for row in page.documents:
            for v in row.versions:
                yield [
                    row.document.symbol,
                    str(row.document.title),
                    row.document.get_distribution_display(),
                    v.version.language,
                    v.version.get_state_display(),
                    row.document.due_at.isoformat(),
                    v.version.issued_at.isoformat() if v.version.issued_at else "",
                    _("oui") if v.is_late else _("non"),
                    _("oui") if row.document.is_fictitious else _("non"),
                ]

    return header, rows()


def progress_rows_of(part: DecisionPart) -> tuple[list[str], Iterator[list[Any]]]:
    """One row per member concerned, those that said nothing included."""
    header = [
        _("Décision"),
        _("État de la décision"),
        _("Membre"),
        _("Où il en est"),
        _("Période"),
        _("Ce qui a été fait"),
        _("Service"),
        _("Indicateur"),
        _("Preuves"),
        _("Exemple fictif"),
    ]

    def rows() -> Iterator[list[Any]]:
        for row in part.progress:
            report = row.report
            yield [
                part.decision.symbol,
                str(DecisionState(part.decision.state).label),
                str(row.member.name),
                str(Progress(report.progress).label) if report else _("pas de compte rendu"),
                report.period if report else "",
                report.text if report else "",
                report.lead if report else "",
                report.indicator if report else "",
                " ".join(p.link or p.label for p in report.proofs.all()) if report else "",
                _("oui") if (report.is_fictitious if report else row.member.is_fictitious) else _("non"),
            ]

    return header, rows()


def board_rows_of(board: Board) -> tuple[list[str], Iterator[list[Any]]]:
    """One row per member and decision that concerns it."""
    header = [
        _("Membre"),
        _("Décision"),
        _("Compte rendu demandé pour le"),
        _("Où il en est"),
        _("Période"),
        _("En retard"),
        _("Exemple fictif"),
    ]

    def rows() -> Iterator[list[Any]]:
        for row in board.rows:
            for cell in row.cells:
                if cell is None:
                    continue
                report = cell.report
                yield [
                    str(row.member.name),
                    cell.decision.symbol,
                    _day(cell.decision.report_due) or "",
                    str(Progress(report.progress).label) if report else _("pas de compte rendu"),
                    report.period if report else "",
                    _("oui") if cell.is_late else _("non"),
                    _("oui") if row.member.is_fictitious or cell.decision.is_fictitious else _("non"),
                ]

    return header, rows()
