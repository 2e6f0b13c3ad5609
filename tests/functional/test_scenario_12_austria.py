"""Scenario 12: five days in Austria, with a notebook that works without a network, in French and in English."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.functional.conftest import Visit
from tests.functional.servers import Server

pytestmark = pytest.mark.functional

PHRASE = "une phrase à moi seule"
FACT = "Trois affiches au mur du couloir (exemple fictif)"
OTHER = "Écrit au bureau pendant ce temps (exemple fictif)"
MINE = "Écrit au téléphone dans le train (exemple fictif)"
CELL = "management_outils"
DRAFT = "vie-scolaire_communication"
# one grey pixel
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def server(language: str, start_server: Callable[..., Server]) -> Server:
    return start_server(on_air=False)


@pytest.fixture
def member(visits: Callable[..., Visit], server: Server, language: str) -> Visit:
    """The visiting team's coordinator, on a telephone."""
    return arrived(visits(server, language, viewport={"width": 390, "height": 800}))


def arrived(visit: Visit) -> Visit:
    visit.page.goto(visit.server.new_entry())
    visit.move_clock("visit")
    visit.become("visit")
    return visit


def visit_uid(server: Server) -> str:
    ((uid,),) = server.rows("SELECT uid FROM mobility_visit")
    return str(UUID(uid))


def unlock(visit: Visit, phrase: str = PHRASE) -> None:
    visit.page.wait_for_selector("#notebook[data-ready=yes]")
    visit.page.fill("#notebook-phrase", phrase)
    visit.page.locator("#notebook-open button").click()


def told(visit: Visit, sentence: str) -> None:
    """Wait for what the notebook says of itself: a phrase takes its time to be tried."""
    visit.page.wait_for_function(
        "s => document.getElementById('notebook-status').textContent.includes(s)", arg=sentence
    )


def write(visit: Visit, cell: str, fact: str, **fields: str) -> None:
    visit.page.locator(f'[data-cell="{cell}"]').click()
    visit.page.fill("#note-fact", fact)
    for name, value in fields.items():
        if name == "photo":
            visit.page.set_input_files(
                "#note-photo", files={"name": value, "mimeType": "image/png", "buffer": PIXEL}
            )
        else:
            visit.page.fill(f"#note-{name}", value)
    visit.page.locator('#notebook-form button[type="submit"]').click()
    visit.page.wait_for_selector("#notebook-body:not([hidden])")


def kept_in_clear(visit: Visit, word: str) -> Any:
    """Whether any record of the device shows a word to whoever opens it without the phrase."""
    return visit.page.evaluate(
        """async ([name, word]) => {
            const database = await new Promise((ok) => {
                const opening = indexedDB.open(name);
                opening.onsuccess = () => ok(opening.result);
            });
            const found = { records: 0, clear: 0 };
            for (const store of database.objectStoreNames) {
                const rows = await new Promise((ok) => {
                    const asked = database.transaction(store).objectStore(store).getAll();
                    asked.onsuccess = () => ok(asked.result);
                });
                for (const row of rows) {
                    found.records += 1;
                    const parts = Object.values(row).map((p) =>
                        p instanceof ArrayBuffer || ArrayBuffer.isView(p) ? new TextDecoder().decode(p) : String(p));
                    if (parts.some((p) => p.includes(word))) found.clear += 1;
                }
            }
            return found;
        }""",
        [f"polyphonie-notebook-{visit_uid(visit.server)}", word],
    )


def test_the_grid_shows_its_empty_cells(member: Visit, server: Server) -> None:
    uid = visit_uid(server)
    member.go("/mobilites/qualeduc-mobilites/")
    member.sees(
        member.says("5 flux", "5 flows"),
        member.says("18 académies participantes", "18 académies take part"),
        member.says("4 étapes", "4 stages"),
    )
    member.look("programme")
    member.go(f"/visites/{uid}/")
    member.sees(member.says("26 cases vides", "26 empty cells"))
    member.fits()
    member.look("visit")
    member.go("/mobilites/qualeduc-mobilites/comparaison/")
    assert member.text("#missing").count(member.says("pas encore saisi", "not entered yet")) == 4
    member.fits()
    member.look("comparison")
    member.go(f"/visites/{uid}/accord/")
    member.look("observers_agreement")
    member.go(f"/visites/{uid}/synthese/")
    member.look("synthesis")
    member.go(f"/visites/{uid}/fiches/nouvelle/?case={CELL}")
    member.look("sheet-form")


def test_a_notebook_is_filled_without_a_network(
    member: Visit, visits: Callable[..., Visit], server: Server, language: str, tmp_path: Path
) -> None:
    uid = visit_uid(server)
    page, context = member.page, member.page.context
    before = server.rows("SELECT COUNT(*) FROM mobility_observation")[0][0]
    member.go(f"/visites/{uid}/carnet/")
    unlock(member, "court")
    told(member, member.words("Choisissez douze signes au moins."))
    unlock(member)
    page.wait_for_selector("#notebook-body:not([hidden])")
    member.sees(
        member.words("La grille est dans cet appareil ; elle s'ouvre sans réseau."),
        member.says("26 cases vides", "26 empty cells"),
    )
    member.look("notebook")
    member.fits()

    # the network goes, the telephone starts again
    context.set_offline(True)
    page.reload()
    unlock(member, "une autre phrase secrète")
    told(member, member.words("Cette phrase n'ouvre pas le carnet."))
    unlock(member)
    page.wait_for_selector("#notebook-body:not([hidden])")
    member.sees(
        member.words("Sans réseau : rien n'est perdu, tout est gardé ici."),
        member.says("26 cases vides", "26 empty cells"),
    )
    write(member, CELL, FACT, photo="a.png", caption="Les affiches", consent="2018-03-15")
    member.sees(member.says("25 cases vides", "25 empty cells"))
    write(member, "management_indicateurs", FACT, photo="b.png", caption="Un visage")
    member.sees(
        member.words("Sans accord écrit, cette photo reste sur votre téléphone."),
        member.says("24 cases vides", "24 empty cells"),
    )
    write(member, DRAFT, MINE)
    found = kept_in_clear(member, "exemple fictif")
    assert found["records"] > 5
    assert found["clear"] == 0
    assert server.rows("SELECT COUNT(*) FROM mobility_observation")[0][0] == before

    # at the office, the same draft changes meanwhile
    office = arrived(visits(server, language))
    ((number,),) = server.rows(
        "SELECT o.uid FROM mobility_observation o JOIN mobility_criterion c ON c.id = o.criterion_id "
        f"WHERE c.code = '{DRAFT}'"
    )
    number = UUID(number)
    office.go(f"/fiches/{number}/modifier/")
    office.page.fill("#id_fact", OTHER)
    office.page.locator("main form button[type=submit]").last.click()
    office.page.wait_for_load_state()
    office.sees(OTHER)

    # the network is back: everything arrives, once
    member.watch.complaints[:] = [c for c in member.watch.complaints if "ERR_INTERNET_DISCONNECTED" not in c]
    context.set_offline(False)
    page.locator("#notebook-send").click()
    page.wait_for_function(
        "() => document.getElementById('notebook-waiting').textContent.startsWith('0 ')", timeout=20_000
    )
    page.locator("#notebook-send").click()
    rows = server.rows("SELECT COUNT(*) FROM mobility_observation")[0][0]
    assert rows == before + 2
    assert server.rows("SELECT COUNT(*) FROM mobility_photo")[0][0] == 1
    outcomes = [row[0] for row in server.rows("SELECT outcome FROM mobility_sentedit ORDER BY id")]
    assert outcomes == ["written", "written", "kept"]
    member.sees(member.words("deux versions à départager en ligne") if language == "fr" else "two versions")

    # both versions stand side by side, and the person chooses
    member.go(f"/fiches/{number}/")
    member.sees(OTHER, MINE)
    member.look("two-versions")
    page.locator('button[name="take"][value="mine"]').click()
    page.wait_for_load_state()
    member.sees(MINE)
    member.sees_not(OTHER)
    member.go(f"/visites/{uid}/")
    member.sees(member.says("24 cases vides", "24 empty cells"))

    # the notes leave as a file that anybody reads
    member.go(f"/visites/{uid}/carnet/")
    unlock(member)
    page.wait_for_selector("#notebook-body:not([hidden])")
    with page.expect_download() as download:
        page.locator("#notebook-export").click()
    download.value.save_as(tmp_path / "notes.json")
    notes = json.loads((tmp_path / "notes.json").read_text())
    assert {sheet["said"]["fact"] for sheet in notes["sheets"]} >= {FACT, MINE}
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#notebook-erase").click()
    page.wait_for_selector("#notebook-lock:not([hidden])")
    assert kept_in_clear(member, "")["records"] == 0
