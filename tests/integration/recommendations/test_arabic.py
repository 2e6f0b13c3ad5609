"""A site that writes in Arabic: on every page and in every document its words read from the right."""

from __future__ import annotations

import io
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn
from lxml import html

from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.models import Theme
from polyphonie.recommendations.domain.briefs import write_brief
from polyphonie.recommendations.domain.contextualising import adapt_recommendation, write_de_novo
from polyphonie.recommendations.domain.panels import decide_by_panel
from polyphonie.recommendations.domain.site_publication import publish_site_recommendations
from polyphonie.recommendations.domain.wording import compose
from polyphonie.recommendations.models import Derivation, Recommendation, SiteProcess
from tests.factories import recommendations as made
from tests.factories.conferences import SiteFactory
from tests.factories.evidence import EvidenceStatementFactory
from tests.factories.network import OrganisationFactory, ThemeFactory, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

TITLE = "اقتراح بدائل للطرد يقررها مجلس القسم (مثال متخيّل)."
BODY = "يرافق التلميذ مربٍّ ليومين.\n\n- لا يغادر التلميذ المدرسة؛\n- تُعلَم الأسرة في اليوم نفسه."
REASON = "هنا يقرر مجلس القسم العقوبة (مثال متخيّل)."
PROBLEM = "نسبة المنقطعين مرتفعة في الوسط القروي (مثال متخيّل)."
SOURCE_TITLE = "البحث عن أجوبة أخرى غير الطرد"


@dataclass
class World:
    theme: Theme
    site_process: SiteProcess
    answer: Derivation
    anew: Derivation
    arabic_source: Recommendation


@pytest.fixture
def world(at_later: Any) -> World:
    theme = ThemeFactory.create()
    process = made.host_process(languages=["fr", "ar"])
    source = made.published(process, "1b", themes=[theme])
    arabic_source = made.published(process, "2e", themes=[theme], texts={"ar": compose(SOURCE_TITLE)})
    body = OrganisationFactory.create(name=text("Instance de Rabat", "Rabat body"), slug="rabat")
    site = SiteFactory.create(
        conference=process.conference, organisation=body, state="accepted", language="ar"
    )
    opened = made.working_site(process, site=site)
    statement = EvidenceStatementFactory.create()
    common: dict[str, Any] = {
        "site_process": opened,
        "evidence": [statement],
        "reason_language": "ar",
        "by": made.TESTS,
        "at": made.LATER,
    }
    answer = adapt_recommendation(
        source=made.current(source), texts={"ar": compose(TITLE, BODY)}, reason=REASON, **common
    )
    anew = write_de_novo(code="N1", texts={"ar": compose("نقطة جديدة")}, reason="لا مصدر لها.", **common)
    panel = made.seated(opened.process, seats=1, quorum=1, present=1)
    decide_by_panel(panel=panel, by=made.TESTS, at=made.LATER)
    publish_site_recommendations(site_process=opened, by=made.TESTS, at=made.LATER)
    write_brief(
        site_process=opened,
        problem=LocalisedText(ar=PROBLEM),
        next_step=LocalisedText(ar="اجتماع المفتشين."),
        next_date=date(2018, 6, 1),
        figures=[],
        by=made.TESTS,
        at=made.LATER,
    )
    return World(theme, opened, answer, anew, arabic_source)


def is_arabic(words: str) -> bool:
    return any("ARABIC" in unicodedata.name(c, "") for c in words)


def wrongly_set(page: bytes) -> list[str]:
    """Arabic words of the page's main part whose nearest language or direction is another's."""
    found = []
    for node in html.fromstring(page).xpath("//main//text()"):
        if not is_arabic(node):
            continue
        element = node.getparent() if node.is_text else node.getparent().getparent()
        language = next(iter(element.xpath("ancestor-or-self::*[@lang][1]/@lang")), "")
        direction = next(iter(element.xpath("ancestor-or-self::*[@dir][1]/@dir")), "")
        if (language, direction) != ("ar", "rtl"):
            found.append(f"{language}/{direction}: {node.strip()}")
    return found


def brief_address(world: World, fmt: str, language: str = "fr") -> str:
    return reverse("brief", args=[world.site_process.site.uid, language, fmt])


def test_every_page_sets_arabic_words_from_the_right(client: Client, world: World) -> None:
    target = world.answer.target
    assert target is not None
    assert world.answer.about is not None
    pages = {
        reverse("recommendation", args=[target.recommendation.uid]): [TITLE, REASON],
        reverse("recommendation", args=[world.answer.about.uid]): [REASON],
        reverse("recommendation", args=[world.arabic_source.uid]): [SOURCE_TITLE],
        reverse("derivation", args=[world.answer.uid]): [TITLE, REASON],
        reverse("theme_tree", args=[world.theme.slug]): [SOURCE_TITLE],
        reverse("conference_recommendations", args=[world.site_process.site.conference.slug]): [SOURCE_TITLE],
        brief_address(world, "html"): [TITLE, REASON, PROBLEM],
        brief_address(world, "html", "en"): [TITLE, REASON, PROBLEM],
    }
    for address, sentences in pages.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        shown = html.fromstring(answer.content).xpath("string(//main)")
        assert [s for s in sentences if s not in shown] == [], address
        assert (address, wrongly_set(answer.content)) == (address, [])


def test_the_workshop_sets_arabic_words_from_the_right(client: Client, world: World) -> None:
    signed_in(client, made.coordinator(world.site_process))
    assert world.answer.about is not None
    for address in (
        reverse("workshop", args=[world.site_process.site.uid]),
        reverse("workshop_answer", args=[world.site_process.site.uid, world.answer.about.uid]),
    ):
        page = client.get(address).content
        assert TITLE in html.fromstring(page).xpath("string(//main)")
        boxes = html.fromstring(page).xpath("//textarea[@name='title_ar']")
        assert [(b.get("lang"), b.get("dir")) for b in boxes] in ([], [("ar", "rtl")])
        found = [w for w in wrongly_set(page) if not w.endswith(REASON)]
        assert (address, found) == (address, [])  # the box of the reason takes the direction of its words


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pdf_holds_the_arabic_words_in_a_face_of_its_own(
    client: Client, world: World, language: str
) -> None:
    document = pypdf.PdfReader(io.BytesIO(client.get(brief_address(world, "pdf", language)).content))
    assert len(document.pages) == 2
    words = "".join(page.extract_text() for page in document.pages)
    assert "▯" not in words  # the sign for a letter that no face can draw
    letters = {c for c in unicodedata.normalize("NFKC", words) if "ARABIC" in unicodedata.name(c, "")}
    assert {c for c in TITLE + REASON + PROBLEM if "ARABIC LETTER" in unicodedata.name(c, "")} <= letters
    faces = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in document.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert "DejaVuSansCondensed" in faces
    said = [page.get_contents().get_data() for page in document.pages]
    assert ["/Lang (ar)" in drawn.decode("latin-1") or b"/Lang(ar)" in drawn for drawn in said] == [
        True,
        True,
    ]


def lines_of(picture: Path) -> list[tuple[int, int]]:
    """Where each line of a grey picture (PGM) begins and ends, in dots from the left, from top to bottom.
    An accent that stands clear of its line is none."""
    head, size, _depth, dots = picture.read_bytes().split(b"\n", 3)
    assert head == b"P5"
    width, height = map(int, size.split())
    lines: list[list[int]] = []
    inside = False
    for row in range(height):
        ink = [x for x, grey in enumerate(dots[row * width : (row + 1) * width]) if grey < 160]
        if ink and not inside:
            lines.append([ink[0], ink[-1]])
        elif ink:
            lines[-1] = [min(lines[-1][0], ink[0]), max(lines[-1][1], ink[-1])]
        inside = bool(ink)
    return [(left, right) for left, right in lines if right - left > width / 20]


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm, of poppler-utils")
def test_in_the_picture_of_the_brief_arabic_lines_stand_at_the_right_edge(
    client: Client, world: World, tmp_path: Path
) -> None:
    (tmp_path / "brief.pdf").write_bytes(client.get(brief_address(world, "pdf")).content)
    subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-f", "1", "-l", "1", tmp_path / "brief.pdf", tmp_path / "page"],
        check=True,
    )
    left_edge, right_edge = 2 / 2.54 * 200, (21 - 2) / 2.54 * 200
    lines = lines_of(next(tmp_path.glob("page*.pgm")))
    at_left = [left < left_edge + 10 for left, _right in lines]
    at_right = [right > right_edge - 10 for _left, right in lines]
    # the problem; title and text of 1b, which touch; its reason; title of N1, its reason: none at the left
    assert sum(right and not left for left, right in zip(at_left, at_right, strict=True)) == 5
    # the rule under the head and the foot reach from edge to edge; everything else begins at the left
    assert all(left or right for left, right in zip(at_left, at_right, strict=True))


def test_the_word_document_sets_arabic_runs_from_the_right(client: Client, world: World) -> None:
    document = docx.Document(io.BytesIO(client.get(brief_address(world, "docx")).content))
    seen = []
    for paragraph in document.paragraphs:
        arabic = [run for run in paragraph.runs if is_arabic(run.text)]
        if not arabic:
            continue
        properties = paragraph._p.pPr
        assert properties is not None
        assert properties.find(qn("w:bidi")) is not None, paragraph.text
        for run in arabic:
            seen.append(run.text)
            assert run.font.rtl is True
            assert run._r.rPr.find(qn("w:lang")).get(qn("w:bidi")) == "ar"
            assert run._r.rPr.rFonts.get(qn("w:cs")) == "Arial"
    assert {TITLE, REASON, PROBLEM} <= set(seen)
    french = next(p for p in document.paragraphs if p.text.startswith("Pourquoi"))
    assert french._p.pPr is None or french._p.pPr.find(qn("w:bidi")) is None
