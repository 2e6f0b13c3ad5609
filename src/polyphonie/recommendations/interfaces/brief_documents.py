"""The brief as a page, a PDF and a Word document: one content, three drawings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polyphonie.evidence.models import EvidenceStatement, Figure
from polyphonie.kernel import clock
from polyphonie.kernel.localised import direction
from polyphonie.web.documents.docx import Piece, WordDocument
from polyphonie.web.documents.pdf import make_pdf

from ..domain.queries.brief import BriefContent
from ..domain.summary import FIRST_PAGE, SECOND_PAGE, Cut, FirstPage, SecondPage, cut, lines_needed
from ..enums import Relation

TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "brief.typ"
WORD_LINES = 48
FULL_STOP = re.compile(r"(?<![.…])(?<!\betc)\.$")


def _source(statement: EvidenceStatement) -> str:
    if statement.is_fictitious:
        return _("exemple fictif")
    parts = [statement.source_label or (str(statement.resource.title) if statement.resource else "")]
    if statement.page:
        parts.append(_("p. %(page)s") % {"page": statement.page})
    if statement.source_read_date:
        parts.append(_("lu le %(day)s") % {"day": date_format(statement.source_read_date, "DATE_FORMAT")})
    return ", ".join(p for p in parts if p)


def figure_value(figure: Figure, language: str) -> str:
    """The number with its unit and its standard error; or why there is none."""
    reading = figure.reading
    if not reading and figure.value is None:
        return str(reading)
    assert figure.value is not None  # the table's check: a value or a reason
    # rounded first: Django's own formatting cuts the further digits off
    text = number_format(
        round(figure.value, figure.decimals), figure.decimals, use_l10n=True, force_grouping=True
    )
    if figure.standard_error is not None:
        error = number_format(round(figure.standard_error, figure.decimals), figure.decimals, use_l10n=True)
        text += f" ({_('erreur type')} {error})"
    unit = figure.unit.read(language)
    return f"{text} {unit}".strip()


def in_one_line(parts: Iterable[str]) -> str:
    """Parts of a line with commas between. A part that was written as a sentence loses its full stop
    where another follows; the last one keeps it, and so do an ellipsis and *etc.*"""
    *before, last = [p for p in (part.strip() for part in parts) if p] or [""]
    return ", ".join([*(FULL_STOP.sub("", part) for part in before), last])


def _figure(figure: Figure, language: str, limit: SecondPage) -> dict[str, Any]:
    label = [figure.label.read(language), figure.definition.read(language)]
    if figure.year:
        label.append(str(figure.year))
    if figure.territory:
        label.append(figure.territory.name.read(language))
    source = figure.source_label or (_("exemple fictif") if figure.is_fictitious else "")
    return {
        "value": cut(figure_value(figure, language), 60).text,
        "label": cut(in_one_line(label), limit.wording).text,
        "source": cut(source, limit.source).text,
    }


def _first(content: BriefContent, limit: FirstPage, origin: str) -> dict[str, Any]:
    here = content.language
    problem = cut(content.problem, limit.problem)
    points = []
    for point in content.points[: limit.points]:
        title, text, reason = (
            cut(point.title, limit.title),
            cut(point.text, limit.text) if limit.text else Cut("", False),
            cut(point.reason, limit.reason),
        )
        review = date_format(point.review_on, "DATE_FORMAT") if point.review_on else ""
        points.append(
            {
                "code": point.code,
                "relation": str(Relation(point.relation).label),
                "language": point.language or here,
                "reason_language": point.reason_language or here,
                "title": title.text,
                "title_cut": title.is_cut,
                "text": text.text,
                "text_cut": text.is_cut,
                "reason": reason.text,
                "reason_cut": reason.is_cut,
                "review": review,
                "source_changed": point.source_changed,
                "permalink": origin + point.permalink,
            }
        )
    left = len(content.points) - len(points)
    return {
        "problem": problem.text,
        "problem_cut": problem.is_cut,
        "problem_language": content.problem_language or here,
        "points": points,
        "points_left": (
            ngettext("%(count)d autre point :", "%(count)d autres points :", left) % {"count": left}
            if left
            else ""
        ),
    }


def _second(content: BriefContent, limit: SecondPage, origin: str) -> dict[str, Any]:
    statements = []
    for statement in content.statements[: limit.statements]:
        wording = cut(statement.wording.read(content.language), limit.wording)
        statements.append(
            {
                "wording": wording.text,
                "language": statement.wording.language_for(content.language) or content.language,
                "cut": wording.is_cut,
                "source": cut(_source(statement), limit.source).text,
                "permalink": origin + statement.permalink,
            }
        )
    figures = [_figure(f, content.language, limit) for f in content.figures[: limit.figures]]
    more = len(content.statements) - len(statements)
    more_figures = len(content.figures) - len(figures)
    return {
        "statements": statements,
        "statements_left": (
            ngettext("%(count)d autre constat :", "%(count)d autres constats :", more) % {"count": more}
            if more
            else ""
        ),
        "figures": figures,
        "figures_left": (
            ngettext("%(count)d autre chiffre :", "%(count)d autres chiffres :", more_figures)
            % {"count": more_figures}
            if more_figures
            else ""
        ),
        "next_step": cut(content.next_step, limit.next_step).text,
        "next_step_language": content.next_step_language or content.language,
    }


def draw(content: BriefContent, *, origin: str, address: str, at: datetime) -> dict[str, Any]:
    """The brief in the words of its language, with every level of detail for both pages."""
    language = content.language
    with translation.override(language if language in {"fr", "en"} else "fr"):
        site = content.site
        name = site.organisation.name.read(language)
        conference = site.conference.title.read(language)
        if content.is_draft and content.version:
            state = _("travail en cours après la version %(version)d") % {"version": content.version}
        elif content.version and content.dated:
            day = clock.local(content.dated, site.time_zone).date()
            state = _("version %(version)d du %(day)s") % {
                "version": content.version,
                "day": date_format(day, "DATE_FORMAT"),
            }
        else:
            state = _("pas encore publiée")
        today = date_format(clock.local(at, site.time_zone).date(), "DATE_FORMAT")
        permalink = origin + content.site_process.permalink
        return {
            "language": language,
            "title": cut(name, 120).text,
            "subtitle": cut(
                _("Préconisations contextualisées – %(conference)s") % {"conference": conference}, 200
            ).text,
            "author": name,
            "state": state,
            "is_fictitious": content.is_fictitious,
            "is_draft": content.is_draft,
            "points_title": _("Propositions : %(count)d réponses aux %(total)d points de l'instance hôte")
            % {
                "count": sum(1 for p in content.points if p.relation != Relation.DE_NOVO),
                "total": content.total,
            },
            "first": [_first(content, limit, origin) for limit in FIRST_PAGE],
            "second": [_second(content, limit, origin) for limit in SECOND_PAGE],
            "next_date": date_format(content.next_date, "DATE_FORMAT") if content.next_date else "",
            "address": address,
            "permalink": permalink,
            "citation": cut(f"{name}, {conference}, {state}.", 260).text,
            "footer": _("Édité le %(day)s.") % {"day": today},
            "how": _(
                "Cette note est tirée du registre des préconisations : chaque réponse y porte son texte, sa raison et ses constats."
            ),
            "words": {
                "problem": _("Le problème"),
                "no_problem": _("Le site n'a pas encore écrit ce paragraphe."),
                "reason": _("Pourquoi :"),
                "review": _("À reprendre le :"),
                "more": _("[suite en ligne]"),
                "more_page": _("Lire cette réponse en entier"),
                "source_changed": _("la source a changé depuis"),
                "fictitious": _("Exemple fictif"),
                "draft": _("Projet, non publié"),
                "evidence": _("Constats"),
                "no_evidence": _("Aucun constat n'est lié à ces réponses."),
                "figures": _("Chiffres"),
                "no_figures": _("Aucun chiffre n'a été choisi."),
                "value": _("Valeur"),
                "definition": _("Ce qui est mesuré"),
                "source": _("Source"),
                "next": _("Prochaine échéance"),
                "no_next": _("Aucune date n'est fixée."),
                "cite": _("Pour citer :"),
            },
        }


def brief_pdf(content: BriefContent, *, origin: str, address: str, at: datetime) -> bytes:
    """Two pages, never one more: the template takes the fullest level that fits each of them."""
    return make_pdf(TEMPLATE, draw(content, origin=origin, address=address, at=at), at=at)


def _first_lines(level: dict[str, Any]) -> int:
    used = 6 + lines_needed(level["problem"]) + 3
    for p in level["points"]:
        used += 2 + lines_needed(p["title"]) + (lines_needed(p["text"]) if p["text"] else 0)
        used += (
            (lines_needed(p["reason"]) if p["reason"] else 0) + bool(p["review"]) + bool(p["source_changed"])
        )
        # the label of a reason that reads from the right has a line of its own
        used += bool(p["reason"]) and direction(p["reason_language"]) == "rtl"
    return used + bool(level["points_left"])


def _second_lines(level: dict[str, Any]) -> int:
    used = 12 + lines_needed(level["next_step"])
    used += sum(lines_needed(s["wording"] + s["source"]) for s in level["statements"])
    used += sum(
        max(lines_needed(f["value"], 28), lines_needed(f["label"], 28), lines_needed(f["source"], 28))
        for f in level["figures"]
    )
    return used


def brief_docx(content: BriefContent, *, origin: str, address: str, at: datetime) -> bytes:
    """The same for Word. Its reader lays the pages out: the level is chosen by counting lines."""
    data = draw(content, origin=origin, address=address, at=at)
    words = data["words"]
    first = next((x for x in data["first"] if _first_lines(x) <= WORD_LINES), data["first"][-1])
    second = next((x for x in data["second"] if _second_lines(x) <= WORD_LINES), data["second"][-1])
    document = WordDocument(
        title=data["title"], language=data["language"], author=data["author"], subject=data["subtitle"], at=at
    )

    def more(is_cut: bool, href: str) -> list[Piece]:
        return [Piece(" "), Piece(words["more"], href=href)] if is_cut else []

    def foreign(language: str) -> str:
        """The language of a text where it is not that of the document."""
        return "" if language == data["language"] else language

    def labelled(label: Piece, text: list[Piece]) -> None:
        """A label and its text. A paragraph runs one way: a text that runs the other has its own."""
        turns = direction(text[0].language) == "rtl"
        for content in [[label], text] if turns else [[label, *text]]:
            document.paragraph(content)

    document.heading(data["title"], 1)
    document.paragraph(data["subtitle"])
    marks = [data["state"]]
    marks += [words["fictitious"]] if data["is_fictitious"] else []
    marks += [words["draft"]] if data["is_draft"] else []
    document.paragraph([Piece(" · ".join(marks), strong=True)])
    document.heading(words["problem"])
    document.paragraph(
        [
            Piece(first["problem"], language=foreign(first["problem_language"]))
            if first["problem"]
            else Piece(words["no_problem"]),
            *more(first["problem_cut"], data["address"]),
        ]
    )
    document.heading(data["points_title"])
    for point in first["points"]:
        document.heading(f"{point['code']} · {point['relation']}", 3)
        if point["title"]:
            document.paragraph(
                [
                    Piece(point["title"], strong=True, language=foreign(point["language"])),
                    *more(point["title_cut"], point["permalink"]),
                ]
            )
        if point["text"]:
            document.paragraph(
                [
                    Piece(point["text"], language=foreign(point["language"])),
                    *more(point["text_cut"], point["permalink"]),
                ]
            )
        if point["reason"]:
            labelled(
                Piece(words["reason"] + " ", quiet=True),
                [
                    Piece(point["reason"], language=foreign(point["reason_language"])),
                    *more(point["reason_cut"], point["permalink"]),
                ],
            )
        if point["review"]:
            document.paragraph([Piece(words["review"] + " ", quiet=True), Piece(point["review"])])
        if point["source_changed"]:
            document.paragraph([Piece(words["source_changed"], strong=True)])
    if first["points_left"]:
        document.paragraph([Piece(first["points_left"] + " "), Piece(data["address"], href=data["address"])])
    document.page_break()
    document.heading(words["evidence"])
    if second["statements"]:
        document.items(
            [
                Piece(s["wording"] + " ", language=foreign(s["language"])),
                Piece(s["source"], quiet=True),
                *more(s["cut"], s["permalink"]),
            ]
            for s in second["statements"]
        )
    else:
        document.paragraph(words["no_evidence"])
    if second["statements_left"]:
        document.paragraph(
            [Piece(second["statements_left"] + " "), Piece(data["address"], href=data["address"])]
        )
    document.heading(words["figures"])
    if second["figures"]:
        document.table(
            [words["value"], words["definition"], words["source"]],
            [[[Piece(f["value"], strong=True)], f["label"], f["source"]] for f in second["figures"]],
        )
    else:
        document.paragraph(words["no_figures"])
    if second["figures_left"]:
        document.paragraph(
            [Piece(second["figures_left"] + " "), Piece(data["address"], href=data["address"])]
        )
    document.heading(words["next"])
    step = Piece(second["next_step"], language=foreign(second["next_step_language"]))
    if data["next_date"] and second["next_step"]:
        labelled(Piece(data["next_date"] + " : "), [step])
    else:
        document.paragraph([step] if second["next_step"] else data["next_date"] or words["no_next"])
    document.paragraph([Piece(data["how"], quiet=True)])
    document.paragraph(
        [
            Piece(f"{words['cite']} {data['citation']} ", quiet=True),
            Piece(data["permalink"], href=data["permalink"]),
        ]
    )
    document.footer(
        [Piece(data["footer"] + " ", quiet=True), Piece(data["permalink"], href=data["permalink"])]
    )
    return document.to_bytes()


def filename(content: BriefContent, fmt: str) -> str:
    """A name that says whose brief it is, on what, in which language and which version."""
    parts = [
        "note" if content.language == "fr" else "brief",
        content.site.organisation.slug,
        content.site.conference.slug,
        f"v{content.version}"
        if not content.is_draft
        else ("projet" if content.language == "fr" else "draft"),
        content.language,
    ]
    return "-".join(slugify(p)[:50] for p in parts if p) + f".{fmt}"
