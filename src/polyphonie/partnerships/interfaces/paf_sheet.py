"""The sheet of a training action, ready to be keyed into the académie's own tools: CSV, Word, PDF.

It replaces none of them. One content, three drawings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from polyphonie.web.documents.docx import Piece, WordDocument
from polyphonie.web.documents.pdf import make_pdf

from ..domain.queries.training import TrainingPage

TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "paf_sheet.typ"


def rows(page: TrainingPage) -> list[tuple[str, str]]:
    """What the sheet says, line by line; what is not known is said so, never left out."""
    action = page.action
    language = get_language() or "fr"
    hours, minutes = action.duration
    duration = f"{hours} h {minutes:02d}" if minutes else f"{hours} h"
    first, last = (date_format(d, "DATE_FORMAT") for d in (action.start_date, action.last_day))
    place = action.place.read(language)
    if action.is_remote:
        place = ", ".join(p for p in (_("à distance"), place) if p)
    unknown = _("non précisé")
    return [
        (_("Titre"), action.title.read(language)),
        (_("Forme"), str(action.get_kind_display())),
        (_("Code PAF"), action.code or unknown),
        (_("Objectifs"), action.aims.read(language) or unknown),
        (_("Public"), action.public.read(language) or unknown),
        (_("Durée"), duration),
        (_("Dates"), first if first == last else f"{first} – {last}"),
        (_("Lieu"), place or unknown),
        (_("Formateurs"), action.trainers.read(language) or unknown),
        (
            _("Thèmes"),
            ", ".join(t.title.read(language) for t in action.themes.order_by("order", "slug")) or unknown,
        ),
        (_("Ressources utilisées"), "; ".join(r.title.read(language) for r in page.resources) or unknown),
        (
            _("Recommandations liées"),
            "; ".join(
                f"{link.recommendation.code} ({link.relation_label}), {link.recommendation.issuer.name.read(language)}"
                for link in page.links
            )
            or unknown,
        ),
        (_("Organisme"), action.organisation.name.read(language)),
    ]


def csv_rows(page: TrainingPage) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """One header, one line: how tools take it."""
    found = rows(page)
    return [label for label, _value in found], [[value for _label, value in found]]


def _data(page: TrainingPage, address: str) -> dict[str, Any]:
    return {
        "title": page.action.title.read(get_language() or "fr"),
        "kicker": _("Fiche de formation"),
        "language": (get_language() or "fr")[:2],
        "author": page.action.organisation.name.read(get_language() or "fr"),
        "rows": [{"label": label, "value": value} for label, value in rows(page)],
        "is_fictitious": page.action.is_fictitious,
        "fictitious": _("Exemple fictif"),
        "address": address,
    }


def sheet_pdf(page: TrainingPage, *, address: str, at: datetime) -> bytes:
    return make_pdf(TEMPLATE, _data(page, address), at=at)


def sheet_docx(page: TrainingPage, *, address: str, at: datetime) -> bytes:
    data = _data(page, address)
    document = WordDocument(
        title=data["title"], language=data["language"], author=data["author"], subject=data["kicker"], at=at
    )
    document.heading(data["title"], 1)
    document.paragraph([Piece(data["kicker"], quiet=True)])
    if data["is_fictitious"]:
        document.paragraph([Piece(data["fictitious"], strong=True)])
    document.table(
        [_("Rubrique"), _("Contenu")],
        [[[Piece(row["label"], strong=True)], row["value"]] for row in data["rows"]],
    )
    document.footer([Piece(address, href=address, quiet=True)])
    return document.to_bytes()


def filename(page: TrainingPage, fmt: str) -> str:
    stem = page.action.code or page.action.title.read("fr")
    return f"{slugify(stem)[:60] or 'formation'}.{fmt}"
