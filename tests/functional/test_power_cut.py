"""The server is killed between the click and the answer: what is there is the old state or the new one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from polyphonie.demo.interfaces.visitor import Visitor
from tests.functional.servers import ROOT, Server, environment

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("functional-power-cut")]


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server(with_rabat=True)


def entered(server: Server) -> Visitor:
    """Rabat's coordinator on 11 December 2017, in a browser of their own."""
    visitor = Visitor(server.port)
    welcome = visitor.get(server.new_entry().replace("localhost", "127.0.0.1"))
    visitor.get("/fr/demo/").form("/demo/horloge/").fill(moment="dropout-published").submit()
    assert welcome.status == 200
    assert visitor.get("/fr/demo/").form("/demo/identite/rabat").submit().status == 200
    return visitor


def test_killed_between_click_and_answer_leaves_old_or_new_never_half(server: Server) -> None:
    visitor = entered(server)
    site = visitor.get("/fr/demo/").form("/demo/identite/rabat").submit().address.partition("#")[0]
    workshop = visitor.get(f"{site}atelier/")
    address = next(link for link in workshop.tree.xpath("//*[@id='p-2e']//a/@href") if "/atelier/" in link)
    for delay in (0.0, 0.04, 0.12):
        before = state(server)
        form = visitor.get(address).form(having="relation")
        evidence = form.element.xpath(".//input[@name='evidence']/@value")[:1]
        form.fill(relation="not_adopted", reason=f"Une raison, {delay} (exemple fictif)").tick(
            "evidence", *map(str, evidence)
        )
        click = threading.Thread(target=unanswered, args=(form.submit,), daemon=True)
        click.start()
        time.sleep(delay)
        server.kill()
        click.join(timeout=20)
        server.start()
        after = state(server)
        # one answer and its one event, or neither
        assert after in (before, (before[0] + 1, before[1] + 1)), (delay, before, after)
        # the same browser goes on: its session is kept
        assert visitor.get(f"{site}atelier/").status == 200
    # every chain of the ledger is whole
    found = doctor(server)
    assert found.returncode == 0, found.stdout + found.stderr


def unanswered(click: Callable[[], object]) -> None:
    """The browser's side of it: the connection may break."""
    try:
        click()
    except OSError:
        return


def state(server: Server) -> tuple[int, int]:
    """The answers that stand there, and the events that tell of them."""
    return (
        server.count("recommendations_derivation", "reason LIKE 'Une raison,%'"),
        server.count("kernel_ledgerevent", "what LIKE 'recommendations.%'"),
    )


def doctor(server: Server) -> subprocess.CompletedProcess[str]:
    """``polyphonie doctor --ledger`` recomputes every chain."""
    return subprocess.run(
        [sys.executable, "-m", "polyphonie", "doctor", "--ledger"],
        cwd=ROOT,
        env=environment() | {"POLYPHONIE_DATA_DIR": str(server.data), "POLYPHONIE_DEMO": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_used_entry_link_opens_nothing(server: Server) -> None:
    link = server.new_entry().replace("localhost", "127.0.0.1")
    assert Visitor(server.port).get(link).status == 200
    late = Visitor(server.port).get(link)
    assert late.status == 403
    assert "Ce lien d'entrée a déjà servi" in late.text
    # and who was not let in may neither change identity nor day
    stranger = Visitor(server.port)
    welcome = stranger.get("/fr/demo/")
    assert list(welcome.forms("/demo/identite/")) == []
    token = [("csrfmiddlewaretoken", welcome.attribute("content"))]
    assert stranger.post("/fr/demo/identite/host", token).status in (403, 404)
    assert stranger.post("/fr/demo/horloge/", [*token, ("moment", "today")]).status in (403, 404)


def test_link_printed_before_the_last_one_opens_nothing(server: Server) -> None:
    earlier = server.new_entry().replace("localhost", "127.0.0.1")
    latest = server.new_entry().replace("localhost", "127.0.0.1")
    assert Visitor(server.port).get(earlier).status == 403
    assert Visitor(server.port).get(latest).status == 200
