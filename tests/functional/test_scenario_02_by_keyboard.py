"""Scenario 2 by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.functional.conftest import Visit
from tests.functional.keys import Keys
from tests.functional.servers import Server

pytestmark = pytest.mark.functional

IRELAND = "Instance partenaire – Irlande"


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server(with_accepted_guidance=False, on_air=False)


def test_host_prepares_twelve_partners_by_keyboard_alone(
    visits: Callable[..., Visit], server: Server
) -> None:
    visit = visits(server)
    page, keys = visit.page, Keys(visit)
    visit.enter()
    keys.move_clock("twelve")
    keys.become("host")
    visit.go("/partages/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()

    # the proposed modes of the guidance conference, Santo Domingo left as it is
    modes = page.locator("#modes form").filter(has=page.locator('[value="orientation-2018"]'))
    left = modes.locator("label", has_text="République dominicaine").locator("input")
    keys.press(left, "Space")
    expect(left).not_to_be_checked()
    keys.follow(modes.locator("button[type=submit], button:not([type])").last)
    assert server.count("conferences_site", "mode = 'delayed' AND delay_minutes IN (210, 330)") == 2

    # Ireland works in English; the conference on languages is heard in French alone
    row = page.locator(".board tbody tr").filter(has=page.locator("th", has_text=IRELAND))
    keys.follow(row.locator("td").nth(1).locator(".cell-hour a"))
    keys.follow(page.locator('main a[href$="/modifier/"]'))
    keys.write(page.locator('[name="language"]'), "en")
    form = page.locator("main form").filter(has=page.locator('[name="time_zone"]'))
    keys.follow(form.locator("button[type=submit]:not([name])"))
    visit.go("/partages/")
    cell = row.locator("td").nth(1)
    expect(cell).to_contain_text("aucun canal en anglais")
    keys.press(cell.locator("summary"))
    keys.follow(cell.locator('button[value="translated_pack"]'))
    expect(cell).not_to_contain_text("aucun canal")
    expect(cell).to_contain_text("dossier traduit")

    # all are invited; Ireland accepts, and the host reads it
    keys.follow(page.locator('form[action$="/partages/inviter/"] button'))
    expect(row.locator("td").first).to_contain_text("invité")
    keys.become("ireland")
    keys.follow(page.locator('form[action$="/etat/accept_invitation/"] button'))
    keys.become("host")
    visit.go("/partages/")
    expect(row.locator("td").first).to_contain_text("accepté")

    # away with the table and with a calendar
    for link, ending in (
        (page.locator('main a[href$="/partages.csv"]'), "csv"),
        (row.locator('a[href$=".ics"]'), "ics"),
    ):
        with page.expect_download() as download:
            keys.press(link)
        assert re.search(rf"\.{ending}$", download.value.suggested_filename)
