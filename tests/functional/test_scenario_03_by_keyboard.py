"""Scenario 3 by keyboard alone: asked in two halls, answered once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.functional.conftest import Visit
from tests.functional.keys import Keys
from tests.functional.servers import Server

pytestmark = pytest.mark.functional

DESK = "/conferences/orientation-2018/questions/"
ASKED = "Et au primaire ? (exemple fictif)"
ANSWER = "Dès le premier degré, par la découverte. (exemple fictif)"


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server()


def open_form(keys: Keys, verb: str) -> Locator:
    """The form of an act on the queue; what folds it away is opened first."""
    form = keys.page.locator(f"form[action$='/acte/{verb}/']").first
    fold = form.locator("xpath=ancestor::details[1]")
    if fold.count() and fold.get_attribute("open") is None:
        keys.press(fold.locator("summary"))
    return form


def send(keys: Keys, form: Locator) -> None:
    keys.follow(form.locator("button:not([formaction])"))


def test_question_goes_from_the_hall_to_its_answer_by_keyboard_alone(
    visits: Callable[..., Visit], server: Server
) -> None:
    ireland, moderator, expert = (visits(server) for _ in range(3))
    for one, identity in ((ireland, "ireland"), (moderator, "moderator"), (expert, "expert")):
        one.page.goto(server.new_entry())
        Keys(one).move_clock("guidance")
        Keys(one).become(identity)

    hall = Keys(ireland)
    if not ireland.page.url.endswith("/salle/"):
        hall.follow(ireland.page.locator('main a[href$="/salle/"]'))
    hall.press(ireland.page.locator("details.ask summary"))
    hall.write(ireland.page.locator("#question-form textarea"), ASKED)
    hall.press(ireland.page.locator("#question-form button[type=submit]"))
    mine = ireland.page.locator(".own-questions li", has_text=ASKED)
    expect(mine).to_contain_text("soumise", ignore_case=True)

    desk = Keys(moderator)
    moderator.go(DESK)
    queue = moderator.page.locator("#desk-queue")
    desk.press(queue.locator("form.merge-form input[type=checkbox]"), "Space")
    desk.follow(queue.locator("form.merge-form button:not([formaction])"))
    form = open_form(desk, "transmettre")
    who = form.locator('[name="expert"]')
    desk.reach(who)
    desk.page.keyboard.type("March")
    send(desk, form)

    answering = Keys(expert)
    expert.go(DESK + "transmises/")
    expert.sees(ASKED)
    form = open_form(answering, "repondre")
    answering.write(form.locator('[name="text"]'), ANSWER)
    answering.pick(form.locator('[name="language"]'), "fr")
    send(answering, form)

    moderator.go(DESK)
    send(desk, open_form(desk, "publier"))
    expect(ireland.page.locator("#room-panel .answer")).to_contain_text(ANSWER)
    expect(mine).to_contain_text("répondue", ignore_case=True)

    # one message is taken back, everywhere
    hall.write(ireland.page.locator("#message-form textarea"), "À retirer")
    hall.press(ireland.page.locator("#message-form button[type=submit]"))
    moderator.go(DESK)
    line = moderator.page.locator("#messages li", has_text="À retirer")
    expect(line).to_have_count(1)
    desk.follow(line.locator("form button"))
    expect(ireland.page.locator("#messages li", has_text="À retirer")).to_have_count(0)

    # away with the report
    moderator.go(DESK + "rapport/")
    moderator.sees(ASKED, ANSWER)
    with moderator.page.expect_download() as download:
        desk.press(moderator.page.locator("a[href$='rapport.csv']"))
    assert download.value.suggested_filename.endswith(".csv")
