"""Two pages, whatever is in them; hostile text stays text; the Word file is a real document."""

from __future__ import annotations

import io
from datetime import date
from types import SimpleNamespace
from typing import Any

import docx
import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.kernel.localised import LocalisedText
from polyphonie.recommendations.domain.briefs import FigureNotReadable, ProblemTooLong, write_brief
from polyphonie.recommendations.domain.queries.brief import BriefContent, Point, brief_content
from polyphonie.recommendations.enums import Relation
from polyphonie.recommendations.interfaces.brief_documents import (
    brief_docx,
    brief_pdf,
    draw,
    filename,
    in_one_line,
)
from tests.factories import recommendations as made
from tests.factories.evidence import EvidenceStatementFactory, FigureFactory
from tests.factories.network import signed_in, text

AT = made.LATER
ORIGIN = {
    "origin": "http://localhost:8000",
    "address": "http://localhost:8000/fr/sites/x/note/fr.html",
    "at": AT,
}
HOSTILE = '#eval("1") *gras* $x$ @ref <b> #include "/etc/passwd" ``` #set page(width: 1cm) //'


class _Statement(SimpleNamespace):
    pass


def content(
    *,
    points: list[Point],
    problem: str = "",
    statements: list[str] | None = None,
    figures: int = 0,
    language: str = "fr",
    next_step: str = "",
) -> BriefContent:
    """A content of any size, without rows."""
    name = LocalisedText(fr="instance partenaire – Maroc", en="partner body – Morocco")
    site: Any = SimpleNamespace(
        organisation=SimpleNamespace(name=name, slug="maroc"),
        conference=SimpleNamespace(title=LocalisedText(fr="Agir face au décrochage"), slug="decrochage-2017"),
        time_zone="Africa/Casablanca",
        is_fictitious=True,
    )
    site_process: Any = SimpleNamespace(
        process=SimpleNamespace(is_fictitious=True),
        permalink="/id/site_process/00000000-0000-7000-8000-000000000001",
    )
    found: list[Any] = [
        _Statement(
            wording=LocalisedText(fr=s or "–"),
            is_fictitious=False,
            source_label=s or "Rapport",
            resource=None,
            page="12",
            source_read_date=date(2026, 11, 1),
            permalink="/id/statement/00000000-0000-7000-8000-000000000002",
        )
        for s in statements or []
    ]
    numbers: list[Any] = [FigureFactory.build(territory=None) for _ in range(figures)]
    return BriefContent(
        site=site,
        site_process=site_process,
        language=language,
        is_draft=False,
        version=1,
        dated=AT,
        problem=problem,
        next_step=next_step,
        next_date=date(2018, 6, 1),
        points=points,
        statements=found,
        figures=numbers,
        total=9,
    )


def point(code: str, title: str, body: str, reason: str) -> Point:
    return Point(
        code=code,
        relation=Relation.ADAPTED,
        title=title,
        text=body,
        reason=reason,
        review_on=date(2030, 1, 1),
        permalink="/id/derivation/00000000-0000-7000-8000-000000000003",
        source_changed=True,
    )


def pages(document: bytes) -> list[str]:
    return [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(document)).pages]


ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"), st.sampled_from('éàœ’–#$*_@<>\\`"[]{} WWWWW\n日本😀العربية\u202e\u200b')
    ),
    max_size=60,
).flatmap(lambda t: st.integers(1, 60).map(lambda n: (t * n)[:3000]))


@pytest.mark.unit
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    problem=ANY_TEXT,
    texts=st.lists(st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=45),
    statements=st.lists(ANY_TEXT, max_size=60),
    figures=st.integers(0, 25),
    next_step=ANY_TEXT,
)
def test_brief_pdf_has_exactly_two_pages(
    problem: str, texts: list[tuple[str, str, str]], statements: list[str], figures: int, next_step: str
) -> None:
    points = [point(f"{n}", title[:400], body, reason) for n, (title, body, reason) in enumerate(texts)]
    brief = content(
        points=points, problem=problem, statements=statements, figures=figures, next_step=next_step[:600]
    )
    assert len(pages(brief_pdf(brief, **ORIGIN))) == 2


@pytest.mark.unit
@pytest.mark.parametrize("sign", ["W", "W ", "ﷺ", "\n", "i"])
def test_brief_pdf_has_two_pages_at_every_limit(sign: str) -> None:
    points = [point(f"{n}", (sign * 400)[:400], sign * 2000, sign * 5000) for n in range(60)]
    brief = content(
        points=points, problem=sign * 3000, statements=[sign * 2000] * 80, figures=30, next_step=sign * 600
    )
    first, second = pages(brief_pdf(brief, **ORIGIN))
    assert "autres points" in first
    assert "autres constats" in second


@pytest.mark.unit
def test_brief_pdf_shows_hostile_text_as_text_and_a_box_for_what_it_lacks() -> None:
    brief = content(points=[point("1b", HOSTILE, "日本 😀", HOSTILE)], problem=HOSTILE)
    first, second = pages(brief_pdf(brief, **ORIGIN))
    flat = first.replace("\u200b", "").replace("\n", "")
    assert '#eval("1") *gras* $x$' in flat
    assert "#set page(width: 1cm)" in flat
    assert "▯▯" in flat
    assert "1 juin 2018" in second


@pytest.mark.unit
@pytest.mark.parametrize("language", ["fr", "en"])
def test_brief_pdf_is_tagged_titled_and_embeds_its_faces(language: str) -> None:
    brief = content(points=[point("1b", "Titre", "", "Raison")], problem="Problème", language=language)
    reader = pypdf.PdfReader(io.BytesIO(brief_pdf(brief, **ORIGIN)))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata.title == (
        "instance partenaire – Maroc" if language == "fr" else "partner body – Morocco"
    )
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
            descriptor = descendant["/FontDescriptor"]
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
    words = "Fictitious example" if language == "en" else "Exemple fictif"
    assert words in pages(brief_pdf(brief, **ORIGIN))[0]


@pytest.mark.unit
def test_the_same_brief_is_the_same_bytes() -> None:
    brief = content(points=[point("1b", "Titre", "Texte", "Raison")], problem="Problème", figures=2)
    assert brief_pdf(brief, **ORIGIN) == brief_pdf(brief, **ORIGIN)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("label", "definition", "line"),
    [
        ("Sortants précoces", "Part sans qualification.", "Sortants précoces, Part sans qualification, 2016"),
        ("Sortants précoces.", "", "Sortants précoces, 2016"),
        ("Rang", "élèves, parents, etc.", "Rang, élèves, parents, etc., 2016"),
        ("Rang", "À suivre...", "Rang, À suivre..., 2016"),
    ],
)
def test_the_line_of_a_figure_has_no_full_stop_before_a_comma(label: str, definition: str, line: str) -> None:
    brief = content(points=[])
    brief.figures.append(
        FigureFactory.build(
            label=LocalisedText(fr=label), definition=LocalisedText(fr=definition), year=2016, territory=None
        )
    )
    drawn = draw(brief, **ORIGIN)
    lines = [figure["label"] for level in drawn["second"] for figure in level["figures"]]
    assert set(lines) == {line}


@pytest.mark.unit
def test_a_line_keeps_the_full_stop_at_its_end() -> None:
    assert in_one_line(["Un.", "", " Deux. "]) == "Un, Deux."


@pytest.mark.unit
@pytest.mark.parametrize("language", ["fr", "en"])
def test_brief_docx_has_headings_lists_a_header_row_and_its_language(language: str) -> None:
    brief = content(
        points=[point("1b", HOSTILE, "", "Raison\x00\x0b")],
        problem="Problème",
        statements=["Un constat", "Un autre"],
        figures=1,
        language=language,
    )
    document = docx.Document(io.BytesIO(brief_docx(brief, **ORIGIN)))
    styles = [p.style.name for p in document.paragraphs]
    assert styles[0] == "Heading 1"
    assert styles.count("List Bullet") == 2
    assert {"Heading 2", "Heading 3"} <= set(styles)
    assert HOSTILE in "\n".join(p.text for p in document.paragraphs)
    assert document.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    tag = document.styles.element.find(".//" + qn("w:rPrDefault")).find(".//" + qn("w:lang"))
    assert tag.get(qn("w:val")) == language
    assert document.core_properties.title
    breaks = [b for b in document.element.iter(qn("w:br")) if b.get(qn("w:type")) == "page"]
    assert len(breaks) == 1


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.integration
class TestRecord:
    def test_brief_is_nothing_before_publication_and_a_draft_to_its_team(
        self, client: Client, at_later: Any
    ) -> None:
        process = made.host_process()
        site_process = made.working_site(process)
        made.answered(site_process, made.published(process, "1b"))
        uid = site_process.site.uid
        addresses = [reverse("brief", args=[uid, "fr", fmt]) for fmt in ("html", "pdf", "docx")]
        for address in addresses:
            assert client.get(address).status_code == 404
        signed_in(client, made.coordinator(site_process))
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert "projet-fr.docx" in response["Content-Disposition"]

    def test_brief_shows_the_problem_figures_and_next_date(self) -> None:
        process = made.host_process()
        figure = FigureFactory.create()
        statement = EvidenceStatementFactory.create(figures=[FigureFactory.create()])
        source, other = made.published(process, "1b"), made.published(process, "2e")
        site_process = made.published_site(
            process, {source: Relation.ADAPTED, other: Relation.NOT_ADOPTED}, evidence=[statement]
        )
        write_brief(
            site_process=site_process,
            problem=text("Chez nous aussi.", "Here too."),
            next_step=text("Réunir les délégations.", "Meet."),
            next_date=date(2018, 6, 1),
            figures=[figure],
            by=made.TESTS,
            at=AT,
        )
        found = brief_content(site_process.site.uid, Actor.visitor(), AT, "en")
        assert (found.problem, found.next_step, found.version) == ("Here too.", "Meet.", 1)
        assert [p.code for p in found.points] == ["1b", "2e"]
        assert found.figures == [figure, *statement.cited_figures]
        assert filename(found, "pdf").startswith("brief-")
        with translation.override("fr"):
            first, second = pages(brief_pdf(found, **ORIGIN))
        assert "not adopted" in first
        assert "1 June 2018" in second or "June 1, 2018" in second

    def test_write_brief_refusals(self, refused_without_trace: Any) -> None:
        site_process = made.working_site(made.host_process())
        other = made.working_site(made.host_process())
        common = {"site_process": site_process, "by": made.TESTS, "at": AT}
        refused_without_trace(ProblemTooLong, write_brief, problem=text("x" * 3001), **common)
        refused_without_trace(
            FigureNotReadable,
            write_brief,
            problem=text("x"),
            figures=[FigureFactory.create(published_at=None)],
            **common,
        )
        refused_without_trace(
            RightMissing, write_brief, problem=text("x"), **{**common, "by": made.coordinator(other)}
        )
        write_brief(problem=text("Un"), **common)
        write_brief(problem=text("Deux"), version=1, **common)
        refusal = refused_without_trace(
            ChangedMeanwhile, write_brief, problem=text("Trois"), version=1, **common
        )
        assert str(refusal.theirs.problem) == "Deux"
