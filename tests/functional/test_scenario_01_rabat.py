"""Scenario 1: Rabat watches later and writes its own, in French and in English."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import docx
import pypdf
import pytest
from playwright.sync_api import expect

from tests.functional.conftest import Visit, folded
from tests.functional.servers import Server

pytestmark = pytest.mark.functional

CONFERENCE = "decrochage-2017"
KEPT = "Nos équipes ont déjà ces outils (exemple fictif)."
ADAPTED = "Ici, le conseil de classe décide de la sanction (exemple fictif)."
LEFT = "La santé scolaire relève d'un autre ministère (exemple fictif)."
OUR_TITLE = {
    "fr": "Proposer des alternatives à l'exclusion, décidées en conseil de classe",
    "en": "Offer alternatives to exclusion, decided by the class council",
}
OUR_TEXT = {
    "fr": "Avant d'exclure, le conseil de classe propose un accueil éducatif (exemple fictif).",
    "en": "Before excluding, the class council offers an educational placement (fictitious example).",
}
POINTS = ("1a", "1b", "1c", "2a", "2b", "2c", "2d", "2e", "3")


@pytest.fixture(scope="module")
def server(language: str, start_server: Callable[..., Server]) -> Server:
    """A house in which Rabat has not associated its session yet, for each language."""
    return start_server(with_rabat=False)


@pytest.fixture
def rabat(visits: Callable[..., Visit], server: Server, language: str) -> Visit:
    visit = visits(server, language)
    visit.enter()
    return visit


def test_rabat_watches_later_and_writes_its_own(rabat: Visit) -> None:
    rabat.become("rabat")
    uid = associates_its_session(rabat)
    reads_its_hours_and_prepares(rabat, uid)
    sits_in_the_delayed_room(rabat, uid)
    others_may_not_touch_its_site(rabat, uid)
    answers_the_nine_points(rabat, uid)
    lets_its_panel_decide_and_publishes(rabat, uid)
    takes_the_brief_away(rabat, uid)
    reads_the_family_tree(rabat)


def associates_its_session(visit: Visit) -> str:
    """Steps 1 to 3: from the theme to the hours of each slot."""
    page = visit.go("/themes/decrochage-scolaire/")
    visit.look("theme")
    page.locator(f'main a[href$="/conferences/{CONFERENCE}/"]').first.click()
    visit.sees("Sèvres", visit.says("9 novembre 2017", "9 November 2017"))
    visit.sees(visit.says("10 novembre 2017", "10 November 2017"))
    visit.look("conference")
    page.locator('main a[href$="/associer/"]').click()
    visit.look("associate")

    fill_the_form(visit, delay="-10")
    visit.refused(
        visit.says(
            "Le différé va de 0 à 10 080 minutes ; vous avez saisi −10.",
            "The delay goes from 0 to 10,080 minutes; you entered −10.",
        ),
        act=lambda: submit(visit),
    )
    assert page.locator('[name="expected_attendance"]').input_value() == "25"
    visit.look("associate-refused")
    fill_the_form(visit, delay="100000")
    visit.refused(visit.says("vous avez saisi 100 000.", "you entered 100,000."), act=lambda: submit(visit))
    fill_the_form(visit, zone="GMT+1")
    visit.refused("GMT+1", "Africa/Casablanca", act=lambda: submit(visit))

    fill_the_form(visit)
    page.locator('main button[name="preview"]').click()
    visit.sees("09:30", "08:30", "10:00")
    row = folded(page.locator("#heures tbody tr").first.inner_text())
    assert row.startswith("09:30–10:30"), row
    assert "08:30–09:30" in row
    assert "10:00–11:00" in row
    assert (
        visit.server.count(
            "conferences_site",
            "organisation_id = (select id from network_organisation where slug = 'partenaire-maroc') and conference_id = (select id from conferences_conference where slug = ?)",
            CONFERENCE,
        )
        == 0
    )
    visit.look("hours-first")
    submit(visit)
    page.wait_for_url(re.compile(r"/sites/[0-9a-f-]{36}/$"))
    visit.sees(visit.says("Maroc", "Morocco"), visit.words("exemple fictif"))
    uid = page.url.rstrip("/").rsplit("/", 1)[1]

    # a second one of the same body
    visit.go(f"/conferences/{CONFERENCE}/associer/")
    fill_the_form(visit)
    visit.refused(
        visit.words(
            "« %(body)s » a déjà un site pour cette conférence ; modifiez-le au lieu d'en ouvrir un second.",
            body=visit.says("Instance partenaire – Maroc", "Partner body – Morocco"),
        ),
        act=lambda: submit(visit),
    )
    # the host says yes
    visit.become("host")
    visit.go(f"/sites/{uid}/")
    visit.page.locator('form[action$="/etat/accept_proposal/"] button').click()
    visit.become("rabat")
    assert visit.page.url.endswith(f"/sites/{uid}/")
    return uid


def fill_the_form(visit: Visit, *, zone: str = "Africa/Casablanca", delay: str = "90") -> None:
    form = visit.page.locator("main form").filter(has=visit.page.locator('[name="time_zone"]'))
    form.locator('[name="time_zone"]').fill(zone)
    form.locator('[name="mode"][value="delayed"]').check()
    form.locator('[name="delay_minutes"]').fill(delay)
    form.locator('[name="language"]').fill("fr")
    form.locator('[name="expected_attendance"]').fill("25")


def submit(visit: Visit) -> None:
    """The button of the page's one form, not the one that only shows."""
    form = visit.page.locator("main form").filter(has=visit.page.locator('[name="time_zone"]'))
    form.locator('button[type="submit"]:not([name])').click()


def reads_its_hours_and_prepares(visit: Visit, uid: str) -> None:
    """Steps 3 and 4: local hours, the six questions, the voices."""
    page = visit.page
    row = folded(page.locator("#programme tbody tr").first.inner_text())
    assert row.startswith("09:30–10:30"), row
    assert "08:30–09:30" in row
    assert "10:00–11:00" in row
    boxes = page.locator('#preparation input[type="radio"][value="yes"]')
    assert boxes.count() == 6
    for box in boxes.all():
        box.check()
    page.locator('form[action$="/preparation/"] button').click()
    page.wait_for_load_state()
    assert page.locator('#preparation input[type="radio"][value="yes"]:checked').count() == 6
    for box in page.locator('#voix input[name="group"]').all():
        box.set_checked(box.get_attribute("value") != "regions")
    page.locator('form[action$="/voix/"] button').click()
    page.wait_for_load_state()
    regions = page.locator("#voix label").filter(has=page.locator('[value="regions"]'))
    assert visit.words("voix absente") in folded(regions.inner_text())
    assert folded(page.locator("#voix").inner_text()).count(visit.words("voix absente")) == 1
    visit.look("site")


def sits_in_the_delayed_room(visit: Visit, uid: str) -> None:
    """Steps 5 and 6: what was said at 09:30 arrives with the programme; one's own arrives at once."""
    page = visit.page
    visit.move_clock("dropout")
    page.locator(f'main a[href$="/sites/{uid}/salle/"]').click()
    chat = page.locator("#messages")
    expect(chat).to_contain_text("Bienvenue à Sèvres")
    expect(chat).to_contain_text("Quarante personnes à Dijon")
    visit.sees_not("Nous comptons les absences à la demi-journée", "Les questions sont ouvertes")
    visit.sees(visit.words("en différé de %(minutes)d min", minutes=90))
    said = f"Bonjour de Rabat ({visit.language})"
    page.locator('[name="message-text"]').fill(said)
    page.locator("#message-form button").click()
    expect(chat).to_contain_text(said)
    page.locator("details.ask summary").click()
    asked = f"Quel signe repérer d'abord ? ({visit.language})"
    page.locator('[name="question-text"]').fill(asked)
    page.locator("#question-form button").click()
    own = page.locator(".own-questions li").filter(has_text=asked)
    expect(own).to_contain_text(visit.words("soumise"))
    visit.look("room")


def others_may_not_touch_its_site(visit: Visit, uid: str) -> None:
    """Chile's coordinator is told which right is missing, and nothing is written."""
    visit.become("chile")
    before = visit.server.acts()
    with visit.watch.expecting(403):
        visit.go(f"/sites/{uid}/modifier/")
    visit.sees(visit.words("Il faut le rôle « coordination » de ce site ; demandez-le à l'instance hôte."))
    visit.look("forbidden")
    status, _page = visit.post(f"/sites/{uid}/etat/withdraw_site/")
    assert status == 403
    status, _page = visit.post(f"/sites/{uid}/atelier/ouvrir/")
    assert status == 403
    assert visit.server.acts() == before
    visit.become("rabat")


def answers_the_nine_points(visit: Visit, uid: str) -> None:
    """Step 7: adapt 1b, adopt 1a, do not adopt 2e; each with its reason."""
    page = visit.page
    visit.move_clock("dropout-published")
    visit.become("rabat")
    page.locator(f'main a[href$="/sites/{uid}/atelier/"]').click()
    page.locator('form[action$="/atelier/ouvrir/"] button').click()
    page.wait_for_load_state()
    assert page.locator("article.place").count() == len(POINTS)
    for code in POINTS:
        expect(page.locator(f"#p-{code}")).to_be_visible()
    visit.look("workshop-open")

    begin(visit, "2e", "not_adopted")
    visit.refused(
        visit.says(
            "Dites pourquoi le point 2e n'est pas retenu : une phrase suffit.",
            "Say why point 2e is not adopted: one sentence is enough.",
        ),
        act=lambda: send(visit),
    )
    visit.look("reason-missing")
    page.locator('[name="reason"]').fill(LEFT)
    send(visit)
    expect(page.locator("#p-2e")).to_contain_text(LEFT)

    begin(visit, "1a", "adopted")
    page.locator('[name="reason"]').fill(KEPT)
    send(visit)

    begin(visit, "1b", "adapted")
    page.locator('[name="reason"]').fill(ADAPTED)
    page.locator('[name="evidence"]').first.check()
    for language in ("fr", "en"):
        box = page.locator(f"#texte-{language}")
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        page.locator(f'[name="title_{language}"]').fill(OUR_TITLE[language])
        page.locator(f'[name="body_{language}"]').fill(OUR_TEXT[language])
    visit.look("adapt-1b")
    send(visit)
    visit.sees(KEPT, ADAPTED, LEFT, OUR_TITLE[visit.language])


def begin(visit: Visit, code: str, relation: str) -> None:
    visit.page.locator(f'#p-{code} .place-ours a[href*="/atelier/"]').click()
    visit.page.locator(f'[name="relation"][value="{relation}"]').check()


def send(visit: Visit) -> None:
    form = visit.page.locator("main form").filter(has=visit.page.locator('[name="relation"]'))
    form.locator('button[type="submit"]').last.click()
    visit.page.wait_for_load_state()


def lets_its_panel_decide_and_publishes(visit: Visit, uid: str) -> None:
    """Step 8: below the quorum nothing is decided; at the quorum it is, and version 1 is out."""
    page = visit.page
    page.locator(f'#panel a[href$="/sites/{uid}/atelier/panel/"]').click()
    page.locator('[name="name__fr"]').fill("Panel de Rabat (exemple fictif)")
    page.locator('[name="name__en"]').fill("Panel of Rabat (fictitious example)")
    for box in page.locator('[name="members"]').all()[:7]:
        box.check()
    page.locator('[name="quorum"]').fill("5")
    visit.look("panel")
    page.locator("main form").filter(has=page.locator('[name="quorum"]')).locator(
        'button[type="submit"]'
    ).click()
    page.wait_for_load_state()
    expect(page.locator("#panel")).to_contain_text("5")
    assert page.locator('[name="present"]').count() == 7

    present(visit, 3)
    missing = visit.says(
        "Il manque 2 présents sur 5 pour décider ; la proposition reste ouverte.",
        "2 of the 5 who must be present to decide are missing; the proposal stays open.",
    )
    visit.refused(missing, act=lambda: page.locator('form[action$="/atelier/decision/"] button').click())
    visit.look("below-quorum")
    visit.refused(missing, act=lambda: page.locator('form[action$="/atelier/publication/"] button').click())
    assert visit.server.count("recommendations_decision", "quorum = 5") == 0
    present(visit, 5)
    page.locator('form[action$="/atelier/decision/"] button').click()
    page.wait_for_load_state()
    page.locator('form[action$="/atelier/publication/"] button').click()
    page.wait_for_load_state()
    visit.sees(visit.words("La version %(version)s est publiée.", version=1), within="#publication")
    visit.look("published")


def present(visit: Visit, count: int) -> None:
    page = visit.page
    for number, box in enumerate(page.locator('[name="present"]').all()):
        box.set_checked(number < count)
    page.locator('form[action$="/atelier/presence/"] button').click()
    page.wait_for_load_state()


def takes_the_brief_away(visit: Visit, uid: str) -> None:
    """Step 9: two pages, in French and English, PDF and DOCX, with title, reason and sources."""
    visit.go(f"/sites/{uid}/note/{visit.language}.html")
    visit.sees(ADAPTED, OUR_TITLE[visit.language], visit.words("exemple fictif"))
    visit.look("brief")
    for language in ("fr", "en"):
        base = f"{visit.server.origin}/{visit.language}/sites/{uid}/note/{language}"
        pdf = pypdf.PdfReader(io.BytesIO(visit.fetch(f"{base}.pdf")))
        assert len(pdf.pages) == 2
        text = folded(" ".join(page.extract_text() for page in pdf.pages))
        document = docx.Document(io.BytesIO(visit.fetch(f"{base}.docx")))
        words = folded(
            " ".join(
                [p.text for p in document.paragraphs]
                + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            )
        )
        for there in (flowing(text), flowing(words)):
            for wanted in (OUR_TITLE[language], ADAPTED, KEPT, LEFT):
                assert flowing(wanted) in there, f"{wanted} not in {language}: {there[:2000]}"
            assert "cnesco" in there.casefold()


def flowing(text: str) -> str:
    """Without what a line's end does to words in a laid-out page."""
    return re.sub(r"[\s\u00ad-]+", "", folded(text))


def reads_the_family_tree(visit: Visit) -> None:
    """Step 10: 1b leads to Morocco, to Chile and to the project that precedes it."""
    page = visit.go("/themes/decrochage-scolaire/filiation/")
    branch = folded(page.locator("details.tree-branch").filter(has_text="1b").first.inner_text())
    adapted = visit.words("adaptée")
    for wanted in (
        visit.says(f"Maroc {adapted}", f"Morocco {adapted}"),
        visit.says(f"Chili {adapted}", f"Chile {adapted}"),
        visit.words("précède"),
        "Courcouronnes",
        "2010",
        visit.words("exemple fictif"),
    ):
        assert wanted.casefold() in branch.casefold(), f"{wanted} not in {branch}"
    assert branch.count(visit.words("exemple fictif")) == 2
    visit.look("family-tree")
    page.locator('a[href*="/recommandations/"]').filter(has_text="1b").first.click()
    visit.sees(
        visit.says("8 décembre 2017", "8 December 2017"),
        visit.says(
            "Proposer des alternatives à l'exclusion temporaire", "Offer alternatives to temporary exclusion"
        ),
    )
    visit.look("recommendation-1b")
