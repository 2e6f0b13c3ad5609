"""The same things for machines, beside the pages and by the same visibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..domain.queries.reading import Reading
from ..domain.queries.tree import TreeLine
from ..enums import Relation
from ..models import Revision, RevisionText


def _text(text: RevisionText) -> dict[str, Any]:
    return {
        "title": text.title,
        "blocks": text.blocks,
        "translation": text.translation,
        "sha256": text.sha256,
    }


def _address(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)


def _source(row: Any) -> dict[str, Any]:
    return {
        "label": row.source_label,
        "url": row.source_url,
        "read": row.source_read_date.isoformat() if row.source_read_date else None,
        "is_fictitious": row.is_fictitious,
    }


def revision_permalink(revision: Revision) -> str:
    return f"{revision.recommendation.permalink}@{revision.number}"


def recommendation_record(reading: Reading, request: HttpRequest) -> dict[str, Any]:
    """A recommendation as a record: what the page shows, and nothing else."""
    recommendation, revision = reading.recommendation, reading.revision
    return {
        "urn": recommendation.urn,
        "permalink": _address(request, recommendation.permalink),
        "code": recommendation.code,
        "kind": recommendation.kind,
        "heading": recommendation.heading.as_dict(),
        "recipients": recommendation.recipients.as_dict(),
        "issuer": {"urn": recommendation.issuer.urn, "name": recommendation.issuer.name.as_dict()},
        "source": _source(recommendation),
        "revision": {
            "urn": revision.urn,
            "number": revision.number,
            "state": revision.state,
            "published_at": revision.published_at.isoformat() if revision.published_at else None,
            "sha256": revision.sha256,
            "texts": {tag: _text(text) for tag, text in reading.texts.items()},
        },
        "evidence": [
            {
                "urn": c.statement.urn,
                "permalink": _address(request, c.statement.permalink),
                "stance": c.stance,
                "wording": c.statement.wording.as_dict(),
                "page": c.statement.page,
                "source": _source(c.statement),
                "figures": [
                    {
                        "urn": figure.urn,
                        "label": figure.label.as_dict(),
                        "value": str(figure.value) if figure.value is not None else None,
                        "unit": figure.unit.as_dict(),
                        "year": figure.year,
                        "source": _source(figure),
                    }
                    for figure in c.statement.cited_figures
                ],
            }
            for c in reading.evidence
        ],
        "derived_from": [
            {
                "relation": d.relation,
                "reason": d.reason,
                "source": d.source.urn if d.source else None,
                "permalink": _address(request, d.permalink),
            }
            for d in reading.origins
        ],
        "answers": [
            {
                "urn": d.urn,
                "permalink": _address(request, d.permalink),
                "site": d.process.issuer.name.as_dict(),
                "relation": d.relation,
                "reason": d.reason,
                "published_at": d.published_at.isoformat() if d.published_at else None,
                "source_changed": d.source_changed,
                "target": d.target.urn if d.target else None,
                "is_fictitious": d.process.is_fictitious,
            }
            for d in reading.answers
        ],
        "actions": [
            {
                "relation": a.relation,
                "urn": a.action_urn,
                "label": a.label.as_dict(),
                "organisation": a.organisation.name.as_dict() if a.organisation else None,
                "started": a.started.isoformat() if a.started else None,
                "started_precision": a.started_precision,
                "source": _source(a),
            }
            for a in reading.actions
        ],
        "feedback": [
            {
                "urn": f.urn,
                "permalink": _address(request, f.permalink),
                "organisation": f.organisation.name.as_dict(),
            }
            for f in reading.feedback
        ],
    }


def recommendation_header() -> list[str]:
    return [
        _("code"),
        _("sorte de ligne"),
        _("relation"),
        _("qui"),
        _("langue"),
        _("texte"),
        _("raison"),
        _("date"),
        _("source"),
        _("adresse"),
        _("exemple fictif"),
    ]


def _yes(value: bool) -> str:
    return _("oui") if value else _("non")


def recommendation_rows(reading: Reading, request: HttpRequest) -> Iterator[list[Any]]:
    """One line per text, statement, figure, answer, action and report."""
    recommendation, revision = reading.recommendation, reading.revision
    code = recommendation.code
    day = revision.published_at.date().isoformat() if revision.published_at else ""
    for tag, text in reading.texts.items():
        yield [
            code,
            _("texte"),
            text.get_translation_display(),
            str(recommendation.issuer.name),
            tag,
            "\n".join([text.title, *(b["text"] for b in text.blocks)]),
            "",
            day,
            recommendation.source_url or recommendation.source_label,
            _address(request, recommendation.permalink),
            _yes(recommendation.is_fictitious),
        ]
    for cited in reading.evidence:
        s = cited.statement
        yield [
            code,
            _("constat"),
            cited.stance_label,
            "",
            "",
            str(s.wording),
            "",
            s.source_read_date.isoformat() if s.source_read_date else "",
            s.source_url or s.source_label,
            _address(request, s.permalink),
            _yes(s.is_fictitious),
        ]
        for f in s.cited_figures:
            yield [
                code,
                _("chiffre"),
                "",
                "",
                "",
                f"{f.label} : {f.value if f.value is not None else f.reading} {f.unit} ({f.year})",
                "",
                f.source_read_date.isoformat() if f.source_read_date else "",
                f.source_url or f.source_label,
                _address(request, f.permalink),
                _yes(f.is_fictitious),
            ]
    for answer in reading.answers:
        text_ = answer.target.text_for("fr") if answer.target else None
        yield [
            code,
            _("réponse d'un site"),
            Relation(answer.relation).label,
            str(answer.process.issuer.name),
            text_.language if text_ else "",
            text_.title if text_ else "",
            answer.reason,
            answer.published_at.date().isoformat() if answer.published_at else "",
            "",
            _address(request, answer.permalink),
            _yes(answer.process.is_fictitious),
        ]
    for action in reading.actions:
        yield [
            code,
            _("action"),
            action.get_relation_display(),
            str(action.organisation.name) if action.organisation else "",
            "",
            str(action.label),
            "",
            str(action.started.year) if action.started else "",
            action.source_url or action.source_label,
            "",
            _yes(action.is_fictitious),
        ]
    for report in reading.feedback:
        yield [
            code,
            _("retour"),
            "",
            str(report.organisation.name),
            report.language,
            report.modalities,
            "",
            report.submitted_at.date().isoformat(),
            report.source_url or report.source_label,
            _address(request, report.permalink),
            _yes(report.is_fictitious),
        ]


def tree_header() -> list[str]:
    return [
        _("site"),
        _("point de l'instance hôte"),
        _("révision de la source"),
        _("relation"),
        _("code du site"),
        _("révision du site"),
        _("texte du site"),
        _("langue du texte"),
        _("raison"),
        _("langue de la raison"),
        _("publiée le"),
        _("source changée depuis"),
        _("constats"),
        _("adresse"),
        _("exemple fictif"),
    ]


def tree_rows(rows: list[TreeLine], request: HttpRequest) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            str(row.site),
            row.code,
            row.source_number or "",
            Relation(row.relation).label,
            row.own_code,
            row.own_number or "",
            row.own_title,
            row.own_language,
            row.reason,
            row.reason_language,
            row.published_at.date().isoformat(),
            _yes(row.source_changed),
            " ".join(_address(request, p) for p in row.evidence),
            _address(request, row.permalink),
            _yes(row.is_fictitious),
        ]
