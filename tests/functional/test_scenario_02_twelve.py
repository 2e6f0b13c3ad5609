"""Scenario 2: twelve partners on one screen, in French and in English."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime

import icalendar
import pytest

from tests.functional.conftest import Visit, folded
from tests.functional.servers import Server

pytestmark = pytest.mark.functional

GUIDANCE, LANGUAGES = "orientation-2018", "langues-2019"
TWELVE = (
    ("japon", "Japon", "Japan", "17:30"),
    ("pays-bas", "Pays-Bas", "Netherlands", "09:30"),
    ("belgique", "Belgique", "Belgium", "09:30"),
    ("portugal", "Portugal", "Portugal", "08:30"),
    ("quebec", "Québec", "Québec", "03:30"),
    ("irlande", "Irlande", "Ireland", "08:30"),
    ("chili", "Chili", "Chile", "05:30"),
    ("malte", "Malte", "Malta", "09:30"),
    ("maroc", "Maroc", "Morocco", "09:30"),
    ("republique-dominicaine", "République dominicaine", "Dominican Republic", "04:30"),
    ("lituanie", "Lituanie", "Lithuania", "10:30"),
    ("bulgarie", "Bulgarie", "Bulgaria", "10:30"),
)
DELAYED = {"chili": 210, "republique-dominicaine": 270, "quebec": 330}


@pytest.fixture(scope="module")
def server(language: str, start_server: Callable[..., Server]) -> Server:
    """A house in which nobody of the twelve has answered yet, for each language."""
    return start_server(with_accepted_guidance=False, on_air=False)


@pytest.fixture
def host(visits: Callable[..., Visit], server: Server, language: str) -> Visit:
    visit = visits(server, language)
    visit.enter()
    visit.move_clock("twelve")
    visit.become("host")
    return visit


def name(visit: Visit, code: str) -> str:
    row = next(row for row in TWELVE if row[0] == code)
    return visit.says(f"Instance partenaire – {row[1]}", f"Partner body – {row[2]}")


def site_of(server: Server, conference: str, code: str) -> str:
    """The uid of a site, as it stands in its address."""
    (found,) = server.rows(
        "SELECT s.uid FROM conferences_site s JOIN conferences_conference c ON c.id = s.conference_id "
        "JOIN network_organisation o ON o.id = s.organisation_id WHERE c.slug = ? AND o.slug = ?",
        conference,
        f"partenaire-{code}",
    )
    return re.sub(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", r"\1-\2-\3-\4-\5", str(found[0]).replace("-", ""))


def test_twelve_partners_stand_on_one_screen(host: Visit) -> None:
    reads_rows_cells_and_hours(host)
    accepts_the_proposed_modes(host)
    sees_where_a_language_is_not_heard(host)
    invites_all_and_follows(host)
    reads_the_hours_of_the_languages_conference(host)
    exports_the_board_and_the_calendars(host)
    partners_see_their_own_row(host)


def row_of(visit: Visit, code: str) -> list[str]:
    """The head and the cells of one body."""
    row = visit.page.locator("table.board tbody tr, .board tbody tr").filter(
        has=visit.page.locator("th", has_text=name(visit, code))
    )
    assert row.count() == 1, f"{row.count()} rows of {code}"
    return [folded(cell) for cell in row.locator("th, td").all_inner_texts()]


def reads_rows_cells_and_hours(visit: Visit) -> None:
    """Steps 1 and 2."""
    page = visit.go("/partages/")
    assert page.locator(".board tbody tr").count() == 12
    assert page.locator(".board thead th").count() == 3
    assert page.locator(".board tbody td").count() == 24
    for code, _fr, _en, hour in TWELVE:
        head, guidance, _languages = row_of(visit, code)
        assert head.startswith(name(visit, code))
        assert guidance.startswith(hour), f"{code}: {guidance}"
        assert visit.words("exemple fictif").casefold() in guidance.casefold()
    visit.sees(
        visit.says("Éducation à l'orientation", "Career guidance education"),
        visit.says(
            "De la découverte à l'appropriation des langues",
            "From discovering to mastering foreign languages",
        ),
        visit.says("8 novembre 2018", "8 November 2018"),
        visit.says("13 mars 2019", "13 March 2019"),
    )
    heads = [folded(text) for text in page.locator(".board thead th").all_inner_texts()]
    french, english = visit.says("français", "French"), visit.says("anglais", "English")
    assert french.casefold() in heads[1].casefold()
    assert english.casefold() in heads[1].casefold()
    assert french.casefold() in heads[2].casefold()
    assert english.casefold() not in heads[2].casefold()
    visit.look("board")


def accepts_the_proposed_modes(visit: Visit) -> None:
    """Step 3: slight delay where the day would begin before six; live there wants a confirmation."""
    page = visit.page
    proposals = page.locator("#modes form").filter(
        has=page.locator(f'input[name="conference"][value="{GUIDANCE}"]')
    )
    lines = [folded(text) for text in proposals.locator("label").all_inner_texts()]
    assert len(lines) == 3, lines
    for code, hour in (("chili", "05:30"), ("republique-dominicaine", "04:30"), ("quebec", "03:30")):
        assert any(name(visit, code) in line and hour in line for line in lines), f"{code} {hour}: {lines}"
    proposals.locator('button[type="submit"]').click()
    page.wait_for_load_state()
    kept = dict(
        visit.server.rows(
            "SELECT replace(o.slug, 'partenaire-', ''), s.delay_minutes FROM conferences_site s "
            "JOIN conferences_conference c ON c.id = s.conference_id "
            "JOIN network_organisation o ON o.id = s.organisation_id WHERE c.slug = ? AND s.mode = 'delayed'",
            GUIDANCE,
        )
    )
    assert kept == DELAYED
    assert "09:00" in row_of(visit, "quebec")[1]

    uid = site_of(visit.server, GUIDANCE, "quebec")
    visit.go(f"/sites/{uid}/modifier/")
    page.locator('[name="mode"][value="live"]').check()
    page.locator('[name="delay_minutes"]').fill("0")
    page.locator('[name="night_confirmed"]').uncheck()
    visit.refused(
        visit.words(
            "En direct, une séance commencerait ou finirait la nuit (%(hour)s, heure locale) ; "
            "confirmez cette heure ou choisissez le léger différé.",
            hour="03:30",
        ),
        act=lambda: submit(visit),
    )
    visit.look("night-refused")


def submit(visit: Visit) -> None:
    form = visit.page.locator("main form").filter(has=visit.page.locator('[name="time_zone"]'))
    form.locator('button[type="submit"]:not([name])').click()


def sees_where_a_language_is_not_heard(visit: Visit) -> None:
    """Steps 4 to 6: Ireland works in English, the languages conference is heard in French alone."""
    page = visit.page
    uid = site_of(visit.server, LANGUAGES, "irlande")
    visit.go(f"/sites/{uid}/modifier/")
    page.locator('[name="language"]').fill("en")
    submit(visit)
    page.wait_for_url(re.compile(rf"/sites/{uid}/$"))
    visit.go("/partages/")
    warning = visit.words("aucun canal en %(language)s", language=visit.says("anglais", "English"))
    assert warning.casefold() in row_of(visit, "irlande")[2].casefold()
    assert warning.casefold() not in row_of(visit, "irlande")[1].casefold()
    visit.look("language-warning")

    # the partner may not promise what only the host can open
    visit.become("ireland")
    visit.go(f"/sites/{uid}/")
    page.locator('#langue [name="remedy"][value="interpreter_channel"]').check()
    visit.refused(
        visit.words(
            "Un canal en %(language)s ne peut être promis que par l'instance hôte ; demandez-le-lui, "
            "ou choisissez le dossier traduit.",
            language=visit.says("anglais", "English"),
        ),
        act=lambda: page.locator('form[action$="/langue/"] button').click(),
    )
    visit.look("channel-refused")
    visit.become("host")
    visit.go("/partages/")
    choice = page.locator("details.cell-remedy").filter(
        has=page.locator(f'form[action$="/sites/{uid}/langue/"]')
    )
    choice.locator("summary").click()
    visit.look("remedies")
    choice.locator('button[value="translated_pack"]').click()
    page.wait_for_load_state()
    cell = row_of(visit, "irlande")[2].casefold()
    assert warning.casefold() not in cell
    assert visit.words("dossier traduit").casefold() in cell


def invites_all_and_follows(visit: Visit) -> None:
    """Step 7: invited, then accepted by the partner itself."""
    page = visit.page
    page.locator('form[action$="/partages/inviter/"] button').click()
    page.wait_for_load_state()
    for code, *_rest in TWELVE:
        for cell in row_of(visit, code)[1:]:
            assert visit.says("invité", "invited").casefold() in cell.casefold(), f"{code}: {cell}"
    visit.look("all-invited")
    visit.become("ireland")
    page.locator('form[action$="/etat/accept_invitation/"] button').click()
    page.wait_for_load_state()
    visit.become("host")
    visit.go("/partages/")
    assert visit.says("accepté", "accepted").casefold() in row_of(visit, "irlande")[1].casefold()


def reads_the_hours_of_the_languages_conference(visit: Visit) -> None:
    """Step 8: 13 March 2019, Québec five hours behind, Tokyo past midnight."""
    page = visit.page
    visit.move_clock("languages")
    visit.go(f"/sites/{site_of(visit.server, LANGUAGES, 'quebec')}/")
    first = folded(page.locator("#programme tbody tr").first.inner_text())
    assert first.startswith("10:00–11:10 05:00–06:10"), first
    visit.go(f"/sites/{site_of(visit.server, LANGUAGES, 'japon')}/")
    slot = folded(page.locator("#programme tbody tr").filter(has_text="16:30–18:00").inner_text())
    assert "00:30–02:00" in slot, slot
    visit.look("tokyo")


def exports_the_board_and_the_calendars(visit: Visit) -> None:
    """Step 9: one table for a spreadsheet, one calendar for each partner."""
    visit.move_clock("twelve")
    visit.go("/partages/")
    address = visit.page.locator('main a[href$="/partages.csv"]').get_attribute("href") or ""
    table = list(
        csv.reader(io.StringIO(visit.fetch(address).decode("utf-8-sig")), delimiter=delimiter(visit, address))
    )
    assert len(table) == 1 + 24
    quebec = next(row for row in table if row[0] == name(visit, "quebec") and row[2] == "2018-11-08")
    assert quebec[3:6] == ["09:30", "03:30", "09:00"]
    links = visit.page.locator('.board a[href$=".ics"]')
    assert links.count() == 24
    calendar = icalendar.Calendar.from_ical(
        visit.fetch(f"/{visit.language}/sites/{site_of(visit.server, GUIDANCE, 'quebec')}.ics")
    )
    starts = sorted(event.decoded("dtstart") for event in calendar.walk("VEVENT"))
    assert starts[0].isoformat() in ("2018-11-08T09:00:00-05:00", "2018-11-08T14:00:00+00:00")
    assert isinstance(starts[0], datetime)


def delimiter(visit: Visit, address: str) -> str:
    head = visit.fetch(address).decode("utf-8-sig").splitlines()[0]
    return ";" if head.count(";") > head.count(",") else ","


def partners_see_their_own_row(visit: Visit) -> None:
    visit.become("ireland")
    page = visit.go("/partages/")
    assert page.locator(".board tbody tr").count() == 1
    visit.sees(name(visit, "irlande"))
    visit.sees_not(name(visit, "japon"), name(visit, "chili"))
    assert page.locator('form[action$="/partages/inviter/"], #modes').count() == 0
    before = visit.server.acts()
    status, _page = visit.post("/partages/inviter/")
    assert status in (403, 404)
    assert visit.server.acts() == before
    visit.look("own-row")
