"""Word documents of the house: real headings, real lists, the language set, pictures described.

Built in memory and given out whole. What people wrote is text, never markup.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from polyphonie.kernel.localised import direction

from .glyphs import legible
from .whole import whole

ACCENT = RGBColor(0x0B, 0x58, 0x64)
MUTED = RGBColor(0x55, 0x5D, 0x63)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: plain, strong, quiet (small, grey) or a link. ``language`` is said where
    it is not the document's; a paragraph runs in the direction of its first piece."""

    text: str
    strong: bool = False
    quiet: bool = False
    href: str = ""
    language: str = ""


Content = str | Sequence[Piece]


MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# what may stand after the direction among the properties of a paragraph (ECMA-376, CT_PPr)
AFTER_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
)
ARABIC_FACE = "Arial"  # every word processor has it, or a face of the same widths, with Arabic letters


def _speak(run: Any, piece: Piece) -> None:
    """Say in which language a run is; one that reads from the right is set as such, in a face for it."""
    mark = OxmlElement("w:lang")
    if direction(piece.language) == "rtl":
        run.font.cs_bold = piece.strong or None
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), ARABIC_FACE)
        run.font.rtl = True
        mark.set(qn("w:bidi"), piece.language)
    else:
        mark.set(qn("w:val"), piece.language)
    run._r.get_or_add_rPr().append(mark)


class WordDocument:
    """A document under construction; ``to_bytes`` gives the file."""

    def __init__(self, *, title: str, language: str, author: str, at: datetime, subject: str = "") -> None:
        with whole():
            self._document = docx.Document()
        core = self._document.core_properties
        core.title, core.author, core.subject = (
            legible(title)[:255],
            legible(author)[:255],
            legible(subject)[:255],
        )
        core.language = language
        core.created = core.modified = at.replace(tzinfo=None)
        core.comments = ""
        self._set_language(language)
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(1.7)
        normal = self._document.styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(10)
        for size in normal.element.rPr.findall(qn("w:sz")):  # letters that read from the right have their own
            of_arabic = OxmlElement("w:szCs")
            of_arabic.set(qn("w:val"), size.get(qn("w:val")))
            size.addnext(of_arabic)
        normal.paragraph_format.space_after = Pt(3)
        for level, size in ((1, 17), (2, 12), (3, 10.5)):
            heading = self._document.styles[f"Heading {level}"]
            heading.font.name, heading.font.size, heading.font.color.rgb = "Calibri", Pt(size), ACCENT
            heading.element.rPr.rFonts.set(qn("w:asciiTheme"), "minorHAnsi")
            heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(7), Pt(2)
        if "Hyperlink" not in self._document.styles:
            link = self._document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
            link.font.color.rgb, link.font.underline = ACCENT, True

    def _set_language(self, language: str) -> None:
        defaults = self._document.styles.element.find(qn("w:docDefaults"))
        properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        element = OxmlElement("w:lang")
        for attribute in ("w:val", "w:eastAsia", "w:bidi"):
            element.set(qn(attribute), language)
        properties.append(element)

    def _fill(self, paragraph: Any, content: Content) -> None:
        pieces = [Piece(content)] if isinstance(content, str) else content
        if pieces and direction(pieces[0].language) == "rtl":
            paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)
        for piece in pieces:
            text = legible(piece.text)
            if piece.href:
                self._link(paragraph, text, piece.href)
                continue
            run = paragraph.add_run(text)
            run.bold = piece.strong or None
            if piece.quiet:
                run.font.size, run.font.color.rgb = Pt(8.5), MUTED
            if piece.language:
                _speak(run, piece)

    def _link(self, paragraph: Any, text: str, href: str) -> None:
        key = paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), key)
        run = paragraph.add_run(text)
        run.style = self._document.styles["Hyperlink"]
        link.append(run._r)
        paragraph._p.append(link)

    def heading(self, text: str, level: int = 2) -> None:
        """A heading of a level from 1 to 3; the first of the document is its title."""
        self._document.add_heading(legible(text), level)

    def paragraph(self, content: Content) -> None:
        self._fill(self._document.add_paragraph(), content)

    def items(self, contents: Iterable[Content], *, numbered: bool = False) -> None:
        """A real list, which a screen reader counts."""
        style = "List Number" if numbered else "List Bullet"
        for content in contents:
            self._fill(self._document.add_paragraph(style=style), content)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[Content]]) -> None:
        """A table whose first row is its header, repeated on each page."""
        table = self._document.add_table(rows=1, cols=len(header))
        table.style = "Table Grid"
        for cell, text in zip(table.rows[0].cells, header, strict=True):
            self._fill(cell.paragraphs[0], [Piece(text, strong=True)])
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(mark)
        for row in rows:
            cells = table.add_row().cells
            for cell, content in zip(cells, row, strict=True):
                self._fill(cell.paragraphs[0], content)

    def picture(self, content: bytes, *, description: str, width_cm: float = 16) -> None:
        """A picture with the sentence that says what it shows; without one it is refused."""
        if not description.strip():
            raise ValueError("A picture needs a sentence that says what it shows.")
        shape = self._document.add_picture(io.BytesIO(content), width=Cm(width_cm))
        properties = shape._inline.docPr
        properties.set("descr", legible(description))
        properties.set("title", legible(description)[:60])

    def footer(self, content: Content) -> None:
        self._fill(self._document.sections[0].footer.paragraphs[0], content)

    def page_break(self) -> None:
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def to_bytes(self) -> bytes:
        """The whole file, or a refusal; never a part of it."""
        with whole():
            buffer = io.BytesIO()
            self._document.save(buffer)
            return buffer.getvalue()
