"""One way to cite what stands here: a sentence with its permalink and the day on which it was read."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import EvidenceStatement, Figure, Resource
from .numbers import standard_error_in_words, value_with_unit


def citation(
    *,
    what: str,
    address: str,
    read_date: date,
    language: str,
    issuer: str = "",
    dated: date | int | None = None,
    source: str = "",
) -> str:
    """A sentence that can be pasted into a text: who, what, when, from which source, where, read when.

    ``address`` is the absolute permalink; ``language`` one of the interface (French otherwise).
    """
    with translation.override("en" if language.split("-")[0] == "en" else "fr"):
        day = date_format(dated, "DATE_FORMAT") if isinstance(dated, date) else str(dated or "")
        head = ", ".join(part for part in (issuer, what, day) if part)
        parts = [f"{head}."]
        if source:
            parts.append(_("Source : %(source)s.") % {"source": source})
        parts.append(
            _("Polyphonie, %(address)s, consulté le %(day)s.")
            % {"address": address, "day": date_format(read_date, "DATE_FORMAT")}
        )
        return " ".join(parts)


def cite_figure(figure: Figure, *, language: str, address: str, read_date: date) -> str:
    """``Sorties précoces, 18–24 ans : 8,8 % (France, 2016). Source : …``"""
    tag = "en" if language.split("-")[0] == "en" else "fr"
    colon = ": " if tag == "en" else "\u00a0: "
    place = figure.territory.name.read(tag) if figure.territory else ""
    about = ", ".join(p for p in (place, str(figure.year or ""), standard_error_in_words(figure, tag)) if p)
    value = value_with_unit(figure, tag)
    what = f"{figure.label.read(tag)}{colon}{value}" + (f" ({about})" if about else "")
    return citation(what=what, address=address, read_date=read_date, language=tag, source=figure.source_label)


def cite_statement(statement: EvidenceStatement, *, language: str, address: str, read_date: date) -> str:
    """The claim between quotation marks, with its source and the place in it."""
    tag = "en" if language.split("-")[0] == "en" else "fr"
    wording = statement.wording.read(tag).rstrip(" .")
    quoted = f"“{wording}”" if tag == "en" else f"«\u00a0{wording}\u00a0»"
    place = ""
    if statement.page:
        with translation.override(tag):
            place = _("p. %(page)s") % {"page": statement.page}
    source = statement.source_label or (statement.resource.title.read(tag) if statement.resource else "")
    return citation(
        what=quoted,
        address=address,
        read_date=read_date,
        language=tag,
        source=", ".join(p for p in (source, place) if p),
    )


def cite_resource(resource: Resource, *, language: str, address: str, read_date: date) -> str:
    """Author or issuer, title, date."""
    tag = "en" if language.split("-")[0] == "en" else "fr"
    issuer = resource.authors or (resource.issuer.name.read(tag) if resource.issuer else "")
    return citation(
        what=resource.title.read(tag),
        issuer=issuer,
        dated=resource.dated,
        address=address,
        read_date=read_date,
        language=tag,
    )
