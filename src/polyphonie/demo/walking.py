"""``make demo CHECK=1``: the main job over HTTP, as the identities would do it.

Each fact that was seen is a line; the first one that is missing ends the walk.
"""

from __future__ import annotations

import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import uvicorn
from django.conf import settings

from .interfaces.visitor import Form, NotThere, Page, Visitor, folded

DROPOUT = "decrochage-2017"
QUESTION = "Quel signe repère-t-on le plus tôt, et qui le suit ? (exemple fictif)"
ANSWER = "L'absence d'une heure, suivie par la vie scolaire. (exemple fictif)"
KEPT = "Nos équipes disposent déjà de ces outils ; le texte s'applique tel quel. (exemple fictif)"
ADAPTED = "La sanction relève ici du conseil de classe : le texte nomme qui décide. (exemple fictif)"
LEFT = "La santé scolaire dépend ici d'un autre ministère. (exemple fictif)"
OUR_TITLE = "Proposer des alternatives à l'exclusion, décidées par le conseil de classe"
OUR_TEXT = "Avant d'exclure, le conseil de classe propose un accueil éducatif. (exemple fictif)"
OUR_TITLE_EN = "Offer alternatives to exclusion, decided by the class council"
OUR_TEXT_EN = "Before excluding, the class council offers an educational placement. (fictitious example)"
START_PATIENCE = 20.0


class Missing(Exception):
    """A fact of the demonstration that is not there."""

    def __init__(self, expected: str, saw: str) -> None:
        super().__init__(f"expected {expected}, saw {saw[:1500]}")


def walk(port: int, entry_path: str) -> int:
    """Serve, walk, stop. 0 where every fact was seen, 1 at the first that was not."""
    started = time.monotonic()
    try:
        with _serving(port):
            seen = _Walk(port, entry_path).all()
    except (Missing, NotThere, OSError) as missing:
        print(f"✗ {missing}", flush=True)
        return 1
    print(f"\n{seen} ✓  {time.monotonic() - started:.1f} s", flush=True)
    return 0


@contextmanager
def _serving(port: int) -> Iterator[None]:
    """The same application as ``polyphonie serve``, in a thread of this process."""
    config = uvicorn.Config(
        settings.ASGI_APPLICATION.replace(".application", ":application"),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
        ws="none",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise Missing(f"a server on port {port}", "none that starts")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


class _Walk:
    """One visitor's way through the demonstration, in French."""

    def __init__(self, port: int, entry_path: str) -> None:
        self.visitor = Visitor(port)
        self.entry_path = entry_path
        self.seen = 0
        self.site = ""

    def all(self) -> int:
        self.come_in()
        self.read_the_local_hours()
        self.sit_in_the_delayed_room()
        self.ask_and_be_answered()
        self.answer_three_points()
        self.let_the_panel_decide()
        self.take_the_brief_away()
        self.read_the_family_tree()
        self.go_through_the_rooms()
        return self.seen

    # what was seen, and what was not

    def fact(self, sentence: str) -> None:
        self.seen += 1
        print(f"✓ {sentence}", flush=True)

    def shows(self, page: Page, *words: str) -> None:
        there = page.text.casefold()
        for wanted in words:
            if folded(wanted).casefold() not in there:
                raise Missing(f"« {wanted} » at {page.address}", f"{page.status}: {page.text}")

    def shows_not(self, page: Page, *words: str) -> None:
        there = page.text.casefold()
        for unwanted in words:
            if folded(unwanted).casefold() in there:
                raise Missing(f"no « {unwanted} » at {page.address}", "it is there")

    def good(self, page: Page) -> Page:
        if page.status != 200:
            raise Missing(f"status 200 at {page.address}", f"{page.status}: {page.text}")
        return page

    def refused(self, page: Page, *words: str) -> None:
        if page.status != 422:
            raise Missing(f"a refusal (422) at {page.address}", f"{page.status}: {page.text}")
        self.shows(page, *words)

    # who one is, and when

    def become(self, key: str) -> Page:
        welcome = self.good(self.visitor.get("/fr/demo/"))
        return self.good(welcome.form(f"/demo/identite/{key}").submit())

    def move_clock(self, moment: str) -> Page:
        welcome = self.good(self.visitor.get("/fr/demo/"))
        return self.good(welcome.form("/demo/horloge/").fill(moment=moment).submit())

    # the way

    def come_in(self) -> None:
        welcome = self.good(self.visitor.get(self.entry_path))
        self.shows(welcome, "À l'antenne", "Sèvres", "Maroc", "Chili", "en différé de 90 min")
        self.fact("the entry link opens a welcome page: a conference is on air, halls follow it")
        again = Visitor(self.visitor.port).get(self.entry_path)
        if again.status != 403:
            raise Missing("the entry link to work once (403)", str(again.status))
        self.fact("the entry link has worked once and works no more")

    def read_the_local_hours(self) -> None:
        site = self.become("rabat")
        self.shows(site, "Maroc", "08:30", "10:00", "exemple fictif")
        self.site = re.sub(r"#.*", "", site.address)
        self.fact("Rabat reads 08:30 for 09:30 in Paris, and watches at 10:00")

    def sit_in_the_delayed_room(self) -> None:
        room = self.good(self.visitor.get(f"{self.site}salle/"))
        self.shows(room, "en différé de 90 min", "Bienvenue à Sèvres", "Quarante personnes à Dijon")
        self.fact("in Rabat's room stands what was said after 09:30 Paris")
        self.shows_not(room, "Nous comptons les absences", "Les questions sont ouvertes jusqu'à 12 h 15")
        self.fact("what was said at 10:58 and 11:10 Paris is not there yet")
        said = f"Bonjour depuis Rabat, {uuid4().hex[:8]}"
        data = _data_of(room)
        ready, heard = threading.Event(), threading.Event()

        def listen() -> None:
            if self.visitor.listen(
                f"{data['stream']}?t={data['streamToken']}&c={data['cursor']}",
                lambda line: said in line,
                ready,
            ):
                heard.set()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        ready.wait(10)
        self.good(room.form("/salle/messages/", "message-text").fill(**{"message-text": said}).submit())
        if not heard.wait(10):
            raise Missing("Rabat's own message in its live stream", "silence for ten seconds")
        self.fact("the live stream brings Rabat its own message at once")

    def ask_and_be_answered(self) -> None:
        room = self.good(self.visitor.get(f"{self.site}salle/"))
        # a key of its own at each walk, so that a second walk asks again
        asked = f"{QUESTION} {uuid4().hex[:4]}"
        empty = room.form("/salle/questions/", "question-text").fill(**{"question-text": " "}).submit()
        if empty.status != 422:
            raise Missing("an empty question to be refused (422)", str(empty.status))
        self.fact("an empty question is refused")
        form = room.form("/salle/questions/", "question-text")
        room = self.good(form.fill(**{"question-text": asked, "question-language": "fr"}).submit())
        self.shows(room, asked, "soumise")
        self.fact("Rabat's question reads « soumise »")

        desk = self.become("moderator")
        self.shows(desk, asked)
        uid = _question_of(desk, asked)
        grouping = desk.form("/questions/acte/regrouper/").tick("questions", uid)
        desk = self.good(grouping.submit())
        forward = _group_form(desk, "transmettre", asked)
        desk = self.good(forward.fill(expert=forward.option("expert", "Marchand")).submit())
        self.fact("the moderation reads the question and passes it on to the expert")

        desk = self.become("expert")
        desk = self.good(self.visitor.get(f"/fr/conferences/{DROPOUT}/questions/transmises/"))
        self.shows(desk, asked)
        answered = f"{ANSWER} {asked[-4:]}"
        self.good(_group_form(desk, "repondre", asked).fill(text=answered, language="fr").submit())
        self.fact("the expert answers once")

        room = self.become("rabat")
        self.shows_not(self.good(self.visitor.get(f"{self.site}salle/")), answered)
        desk = self.become("moderator")
        self.good(_group_form(desk, "publier", asked).submit())
        self.become("rabat")
        room = self.good(self.visitor.get(f"{self.site}salle/"))
        self.shows(room, answered, "répondue")
        self.fact("once published, Rabat reads the answer")

    def answer_three_points(self) -> None:
        self.move_clock("dropout-published")
        self.become("rabat")
        workshop = self.good(self.visitor.get(f"{self.site}atelier/"))
        codes = ("1a", "1b", "1c", "2a", "2b", "2c", "2d", "2e", "3")
        for code in codes:
            self.shows(workshop, code)
        self.fact("on 11 December 2017 the host's nine points stand in Rabat's workshop")

        form = _answer_form(workshop, "2e").fill(relation="not_adopted", reason="")
        self.refused(form.submit(), "Dites pourquoi le point 2e n'est pas retenu : une phrase suffit.")
        self.fact("2e without a reason is refused: « Dites pourquoi le point 2e n'est pas retenu »")

        self._answer("1a", relation="adopted", reason=KEPT)
        self._answer(
            "1b",
            relation="adapted",
            reason=ADAPTED,
            title_fr=OUR_TITLE,
            body_fr=OUR_TEXT,
            title_en=OUR_TITLE_EN,
            body_en=OUR_TEXT_EN,
        )
        self._answer("2e", relation="not_adopted", reason=LEFT)
        workshop = self.good(self.visitor.get(f"{self.site}atelier/"))
        self.shows(workshop, KEPT, ADAPTED, LEFT, OUR_TITLE)
        self.fact("1a is kept, 1b adapted, 2e not kept, each with its reason and its evidence")

    def _answer(self, code: str, **values: str) -> None:
        workshop = self.good(self.visitor.get(f"{self.site}atelier/"))
        form = _answer_form(workshop, code)
        evidence = form.element.xpath(".//input[@name='evidence']/@value")
        if not evidence:
            raise Missing(f"an evidence statement to tick under {code}", form.page.text)
        self.good(form.fill(**values).tick("evidence", str(evidence[0])).submit())

    def let_the_panel_decide(self) -> None:
        workshop = self.good(self.visitor.get(f"{self.site}atelier/"))
        presence = workshop.form("/atelier/presence/", "present")
        seats = [str(v) for v in presence.element.xpath(".//input[@name='present']/@value")]
        workshop = self.good(presence.tick("present", *seats[:3]).submit())
        refusal = workshop.form("/atelier/decision/").submit()
        self.refused(refusal, "Il manque 2 présents sur 5 pour décider ; la proposition reste ouverte.")
        self.fact("with three of a quorum of five present, nothing is decided")
        self.refused(workshop.form("/atelier/publication/").submit(), "Il manque 2 présents sur 5")
        self.fact("nor published")
        workshop = self.good(
            workshop.form("/atelier/presence/", "present").tick("present", *seats[:6]).submit()
        )
        workshop = self.good(workshop.form("/atelier/decision/").submit())
        workshop = self.good(workshop.form("/atelier/publication/").submit())
        self.fact("with six present the panel decides, and Rabat publishes its version")
        public = self.good(Visitor(self.visitor.port).get(self.site))
        self.shows(public, "Maroc")

    def take_the_brief_away(self) -> None:
        for language, title, reason in (("fr", OUR_TITLE, ADAPTED), ("en", OUR_TITLE_EN, ADAPTED)):
            note = f"{self.site.replace('/fr/', f'/{language}/')}note/{language}"
            pdf = self.good(self.visitor.get(f"{note}.pdf")).body
            pages = _pages_of(pdf)
            if not pdf.startswith(b"%PDF") or pages != 2:
                raise Missing(f"a brief of two pages ({language}, PDF)", f"{pdf[:8]!r}, {pages} pages")
            words = _words_of(self.good(self.visitor.get(f"{note}.docx")).body)
            for wanted in (title, reason):
                if folded(wanted) not in words:
                    raise Missing(f"« {wanted} » in the brief ({language}, DOCX)", words)
            self.fact(f"the two-page brief leaves as PDF and as DOCX ({language})")

    def read_the_family_tree(self) -> None:
        tree = self.good(self.visitor.get("/fr/themes/decrochage-scolaire/filiation/"))
        branch = _branch_of(tree, "1b")
        for wanted in (
            "Maroc adaptée",
            "Chili adaptée",
            "précède",
            "Alternative Suspension",
            "Courcouronnes",
            "2010",
        ):
            if folded(wanted).casefold() not in branch.casefold():
                raise Missing(f"« {wanted} » under 1b at {tree.address}", branch)
        self.fact("the family tree leads from 1b to Morocco (adapted), to Chile and to the project before it")
        self.shows(tree, "exemple fictif")
        self.fact("what is invented says so")

    def go_through_the_rooms(self) -> None:
        """What agreements, visits, ministers and measures have to do with the same theme."""
        self.move_clock("today")
        hub = self.good(self.visitor.get("/fr/themes/decrochage-scolaire/"))
        links = [str(link) for link in hub.tree.xpath("//section[@id='actions']//a/@href")]
        self.shows(hub, "Met en œuvre 1b", "Précède 1b", "Met en œuvre D1", "Bureau de la CONFEMEN")
        for link in links:
            self.good(self.visitor.get(link))
        self.fact(
            f"the theme leads to {len(links)} pages of actions in four rooms, and to a decision of ministers"
        )
        for identity, words, sentence in (
            ("partnerships", ("EX-2026-DIJON", "de retard"), "an agreement says what is late"),
            ("visit", ("26 cases vides",), "a visit shows its 26 empty cells"),
            ("correspondent", ("CONFEMEN/BUR/2019/DEC.1",), "a correspondent finds the decision to follow"),
            ("analyst", ("PASEC2014", "PASEC2019"), "the rounds of an assessment stand with their years"),
        ):
            self.shows(self.become(identity), *words)
            self.fact(sentence)


def _data_of(page: Page) -> dict[str, Any]:
    """What the room hands to its script: where the stream is, and the token that opens it."""
    for script in page.tree.xpath("//script[@type='application/json']"):
        data = json.loads(script.text_content())
        if isinstance(data, dict) and "streamToken" in data:
            return data
    raise NotThere(f"a stream token at {page.address}")


def _question_of(desk: Page, words: str) -> str:
    """The value of the box beside a question."""
    for box in desk.tree.xpath("//input[@name='questions']"):
        around = box
        while (around := around.getparent()) is not None and around.tag != "form":
            text = folded(around.text_content())
            if folded(words) in text:
                if len(around.xpath(".//input[@name='questions']")) == 1:
                    return str(box.get("value"))
                break
    raise NotThere(f"a box beside « {words} » at {desk.address}")


def _group_form(desk: Page, verb: str, words: str) -> Form:
    """The form of an act on the group that holds these words: the nearest around, upwards."""
    best: tuple[int, Form] | None = None
    for form in desk.forms(f"/questions/acte/{verb}/"):
        around, height = form.element, 0
        while around is not None and folded(words) not in folded(around.text_content()):
            around, height = around.getparent(), height + 1
        if around is None or around.tag in ("main", "body", "html"):
            continue
        if best is None or height < best[0]:
            best = (height, form)
    if best is None:
        raise NotThere(f"a form to {verb} « {words} » at {desk.address}")
    return best[1]


def _answer_form(workshop: Page, code: str) -> Form:
    """The form that answers a point; the point's own place on the page names its code."""
    place = workshop.tree.xpath(f"//*[@id='p-{code}']")
    if not place:
        raise NotThere(f"the point {code} at {workshop.address}")
    for link in place[0].xpath(".//a/@href"):
        if re.search(r"/atelier/[0-9a-f-]{36}/", link):
            return workshop.visitor.get(link).form(having="relation")
    raise NotThere(f"a link to answer {code} at {workshop.address}")


def _branch_of(tree: Page, code: str) -> str:
    """What the tree says under one recommendation."""
    for branch in tree.tree.xpath("//details"):
        text = folded(" ".join(branch.itertext()))
        if text.startswith(f"{code} "):
            return text
    raise NotThere(f"the branch {code} at {tree.address}")


def _pages_of(pdf: bytes) -> int:
    """How many pages the document's tree of pages counts; streams may hold it compressed."""
    import zlib  # only here

    whole = [pdf]
    for stream in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            whole.append(zlib.decompress(stream[1]))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", part)) for part in whole)


def _words_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        document = package.read("word/document.xml").decode()
    return folded(re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", " ", document)).replace("&amp;", "&"))
