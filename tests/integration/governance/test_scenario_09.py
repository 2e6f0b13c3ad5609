"""Scenario 9 as its people play it, page by page, in French and in English: from the rules to the report."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import docx
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from polyphonie.governance.models import AgendaItem, Credential, Decision, Delegate, Meeting, OfficialDocument
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain.ledger import verify_chains
from polyphonie.network.enums import OrganisationKind, Role
from polyphonie.network.middleware import OFFSET_KEY
from polyphonie.network.models import Organisation, Person
from tests.demonstration import visible_text
from tests.factories import governance as made
from tests.factories.network import (
    OrganisationFactory,
    PersonFactory,
    ThemeFactory,
    actor_with,
    administrator,
    signed_in,
    text,
)
from tests.factories.recommendations import host_process, published

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

OCTOBER = datetime(2019, 10, 1, 9, 0, tzinfo=UTC)
MORNING = datetime(2019, 11, 15, 8, 0, tzinfo=UTC)

WORDS = {
    "fr": {
        "late": "parue en retard",
        "missing": "Il manque 1 membre",
        "reached": "Quorum atteint",
        "no rapporteur": "Nommez le membre rapporteur : une décision sans rapporteur n'est pas inscrite.",
        "window": "Les membres peuvent objecter jusqu'au 15 novembre 2019 à 10:00 ; adoptez ensuite.",
        "adopted": "Adoptée avec réserves",
        "no voice": "Il faut conduire la délégation de ce membre, pouvoirs acceptés, pour parler en son nom.",
        "not yours": "Il faut être correspondant national de ce membre pour dire où il en est.",
        "silent": "pas de compte rendu",
        "proof": "« Fait » demande une preuve : un document ou un lien. Joignez-la, ou choisissez « en cours ».",
        "minutes": "Procès-verbal : Bureau d'essai",
        "source": "sans source",
        "done": "Fait",
    },
    "en": {
        "late": "issued late",
        "missing": "1 more member needed",
        "reached": "Quorum reached",
        "no rapporteur": "Name the member that is rapporteur: a decision without a rapporteur is not recorded.",
        "window": "Members may object until 15 November 2019 at 10:00; adopt after that.",
        "adopted": "Adopted with reservations",
        "no voice": "You need to lead this member's delegation, credentials accepted, to speak for it.",
        "not yours": "You need to be this member's national correspondent to say where it stands.",
        "silent": "no report",
        "proof": "“Done” needs a proof: a document or a link. Attach it, or choose “under way”.",
        "minutes": "Minutes: Trial bureau",
        "source": "without a source",
        "done": "Done",
    },
}


class Play:
    """One language; each person has a browser, whose clock is moved as the scenario goes on."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = WORDS[language]
        self.clients: dict[str, Client] = {}

    def enter(self, key: str, who: Actor | Person) -> None:
        self.clients[key] = signed_in(Client(headers={"accept-language": self.language}), who)

    def clock(self, instant: datetime) -> None:
        for client in self.clients.values():
            session = client.session
            session[OFFSET_KEY] = (instant - clock.wall()).total_seconds()
            session.save()

    def address(self, name: str, *args: Any) -> str:
        with translation.override(self.language):
            return reverse(name, args=args)

    def read(self, key: str, name: str, *args: Any, status: int = 200) -> str:
        answer = self.clients[key].get(self.address(name, *args))
        assert answer.status_code == status, (name, answer.status_code, answer.content.decode()[:2000])
        return visible_text(html.fromstring(answer.content.decode()))

    def send(self, key: str, name: str, *args: Any, status: int = 303, **data: Any) -> str:
        answer = self.clients[key].post(self.address(name, *args), data)
        shown = answer.content.decode()
        assert answer.status_code == status, (
            name,
            answer.status_code,
            visible_text(html.fromstring(shown))[:3000] if shown else "",
        )
        return visible_text(html.fromstring(shown)) if shown else ""


def number(row: Any) -> int:
    row.refresh_from_db()
    return row.version


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_bureau_from_its_rules_to_its_follow_up(language: str) -> None:
    play = Play(language)
    words = play.words
    theme = ThemeFactory.create(slug="decrochage")
    point = published(host_process(), "1b", themes=[theme])
    body = OrganisationFactory.create(
        kind=OrganisationKind.INTERGOVERNMENTAL, name=text("Conférence d'essai", "Trial conference")
    )
    bureau = OrganisationFactory.create(
        kind=OrganisationKind.INSTANCE,
        parent=body,
        slug="bureau-essai",
        name=text("Bureau d'essai", "Trial bureau"),
    )
    secretary = PersonFactory.create(language=language)
    play.enter("admin", administrator())
    play.enter("stp", actor_with(Role.HOST_COORDINATOR, bureau.urn, organisation=bureau, person=secretary))
    play.clock(OCTOBER)

    # the administrator sets the rules and brings the members in, each with its source
    play.send(
        "admin",
        "instance_rules",
        bureau.slug,
        seats=3,
        quorum_numerator=1,
        quorum_denominator=2,
        quorum_is_strict="on",
        vote_numerator=1,
        vote_denominator=2,
        vote_is_strict="on",
        languages="fr, en",
        symbol_prefix="ESSAI/BUR",
        source_label="Statuts d'essai",
    )
    table = (
        "membre;membre (en);source;année\n"
        "Canada;Canada;Page d'essai;2003\nCanada/Québec;Canada/Québec;Page d'essai;2003\n"
        "Canada/Nouveau-Brunswick;Canada/New Brunswick;;2003\n"
    )
    shown = play.send(
        "admin",
        "members_import",
        body.slug,
        status=200,
        file=SimpleUploadedFile("membres.csv", table.encode(), content_type="text/csv"),
    )
    assert words["source"] in shown
    clean = table.replace(";;2003", ";Page d'essai;2003")
    play.send("admin", "members_import", body.slug, lines=clean, write="1")
    members = {str(o.name.read("fr")): o for o in Organisation.objects.filter(kind="member_government")}
    assert sorted(members) == ["Canada", "Canada/Nouveau-Brunswick", "Canada/Québec"]
    assert {o.territory_id for o in members.values()} == {None}
    canada, quebec, brunswick = (members[n] for n in ("Canada", "Canada/Québec", "Canada/Nouveau-Brunswick"))
    for key, member in (("canada", canada), ("quebec", quebec), ("brunswick", brunswick)):
        play.enter(key, made.correspondent_of(member))
    play.clock(OCTOBER)

    # the secretariat calls the meeting and seats its room
    play.send(
        "stp",
        "meeting_call",
        bureau.slug,
        title__fr="Bureau d'essai 2019",
        title__en="Trial bureau 2019",
        series="2019",
        slug="bureau-essai-2019",
        acronym="ESSAI19",
        start_date="2019-11-13",
        end_date="2019-11-15",
        place__fr="Paris, puis Sèvres",
        time_zone="Europe/Paris",
        languages="fr, en",
        themes=[theme.pk],
        is_closed="on",
        source_label="Note d'essai",
    )
    meeting = Meeting.objects.get()
    slug = meeting.conference.slug
    play.send("stp", "meeting_seat", slug, secretariat=[secretary.pk])

    # the agenda: two wordings beside each other
    play.send(
        "stp",
        "meeting_item",
        slug,
        title__fr="La langue d'enseignement",
        title__en="The language of instruction",
        source_label="Source A",
        other_title__fr="Les fondamentaux",
        other_title__en="Fundamentals",
        other_source_label="Source B",
        purpose="decide",
        stage="ministers",
        distribution="general",
    )
    item = AgendaItem.objects.get()

    # documents: symbol, languages, deadline; one of them comes late
    play.send(
        "stp",
        "meeting_document",
        slug,
        title__fr="Document de réflexion",
        title__en="Reflection document",
        kind="reflection",
        due_at="2019-11-06T18:00",
        distribution="limited",
        item=item.pk,
    )
    document = OfficialDocument.objects.get()
    assert document.symbol == "ESSAI/BUR/2019/DOC.1"

    # delegations and credentials
    for key, member in (("canada", canada), ("quebec", quebec), ("brunswick", brunswick)):
        play.send("stp", "meeting_invite", slug, member=member.pk, name_by="2019-11-04T18:00")
        delegation = meeting.delegations.get(member=member)
        assert words["silent"] not in play.read(key, "dossier")
        refused = play.send(
            key,
            "delegation_name",
            delegation.uid,
            status=422,
            given_name="Ada",
            family_name=f"N{member.pk}",
            capacity="",
        )
        assert refused
        play.send(
            key,
            "delegation_name",
            delegation.uid,
            given_name="Ada",
            family_name=f"N{member.pk}",
            capacity="head",
        )
        credential = Credential.objects.get(delegate__delegation=delegation)
        play.send(
            key,
            "credential",
            credential.uid,
            authority="Ministère",
            letter=SimpleUploadedFile("lettre.pdf", b"%PDF-1.7 lettre", content_type="application/pdf"),
        )
        for to in ("checked", "accepted"):
            play.send("stp", "credential_settle", credential.uid, to=to, version=number(credential))
    play.send(
        "quebec",
        "delegation_name",
        meeting.delegations.get(member=canada).uid,
        status=403,
        given_name="A",
        family_name="B",
        capacity="expert",
    )
    credential.refresh_from_db()
    assert credential.letter is not None
    letter = f"/files/{credential.letter.uid}"
    assert b"".join(play.clients["brunswick"].get(letter)) == b"%PDF-1.7 lettre"
    assert play.clients["quebec"].get(letter).status_code == 404

    play.clock(datetime(2019, 11, 8, 9, 0, tzinfo=UTC))
    play.send(
        "stp",
        "official_document",
        document.uid,
        language=language,
        file=SimpleUploadedFile("document.txt", "Texte à lire".encode(), content_type="text/plain"),
    )
    play.send("stp", "document_step", document.uid, "parution", language=language)
    assert words["late"] in play.read("canada", "meeting", slug)
    assert document.symbol in play.read("canada", "dossier")

    # the day: the roll, the quorum, the decision
    play.clock(MORNING)
    delegates = {d.delegation.member_id: d for d in Delegate.objects.select_related("delegation")}
    play.send("stp", "meeting_roll", slug, present=[delegates[canada.pk].pk])
    assert words["missing"] in play.read("stp", "meeting", slug)
    play.send("stp", "meeting_roll", slug, present=[delegates[canada.pk].pk, delegates[quebec.pk].pk])
    assert words["reached"] in play.read("stp", "meeting", slug)

    draft: dict[str, Any] = {
        "title_fr": "Garder les élèves à l'école",
        "body_fr": "Chaque membre recense ses réponses.",
        "translation_fr": "original",
        "title_en": "Keep pupils at school",
        "body_en": "Each member lists its answers.",
        "translation_en": "reviewed",
        "item": item.pk,
        "mode": "consensus",
        "source": point.revisions.get().pk,
        "reason": "Nous demandons un recensement.",
        "report_due": "2020-11-15",
    }
    assert words["no rapporteur"] in play.send("stp", "decision_new", slug, status=422, **draft)
    assert not Decision.objects.exists()
    play.send("stp", "decision_new", slug, rapporteur=quebec.pk, **draft)
    decision = Decision.objects.get()
    recommendation = decision.revision.recommendation
    assert play.read("canada", "recommendation", recommendation.uid, status=404)
    play.send("stp", "decision_table", decision.uid, version=number(decision))
    play.send(
        "stp", "decision_debate", decision.uid, window_closes_at="2019-11-15T10:00", version=number(decision)
    )
    play.enter("head", delegates[quebec.pk].person)
    play.clock(MORNING)
    canadas, quebecs = meeting.delegations.get(member=canada), meeting.delegations.get(member=quebec)
    # a delegation that is not one's own is not offered
    play.send(
        "head",
        "decision_objection",
        decision.uid,
        status=422,
        delegation=canadas.pk,
        kind="reservation",
        block_id="",
        reason="Sans moyens.",
    )
    assert play.read("canada", "decision_vote", decision.uid, status=404)
    play.send(
        "head",
        "decision_objection",
        decision.uid,
        delegation=quebecs.pk,
        kind="reservation",
        block_id="b1",
        reason="Sans moyens.",
    )
    assert words["window"] in play.send(
        "stp", "decision_adopt", decision.uid, status=422, version=number(decision)
    )
    play.clock(MORNING + timedelta(hours=2))
    play.send("stp", "decision_adopt", decision.uid, version=number(decision))
    # still members of the public do not speak in the room
    assert words["no voice"] in play.read("canada", "decision_objection", decision.uid, status=403)
    page = play.read("canada", "recommendation", recommendation.uid)
    for seen in (words["adopted"], "Sans moyens.", "ESSAI/BUR/2019/DEC.1", "Canada/Québec"):
        assert seen in page
    assert str(bureau.name.read(language)) in play.read("canada", "theme_tree", "decrochage")

    # follow-up: each correspondent's page; one reports with a proof; the secretariat sees who has not
    assert decision.symbol in play.read("quebec", "dossier")
    play.clock(datetime(2020, 12, 1, 9, 0, tzinfo=UTC))
    done = {"period": "2020", "progress": "done", "text": "Un guide est paru.", "version": 0}
    assert words["proof"] in play.send(
        "quebec", "follow_up_report", decision.uid, quebec.slug, status=422, **done
    )
    assert words["not yours"] in play.send(
        "quebec", "follow_up_report", decision.uid, canada.slug, status=403, **done
    )
    play.send(
        "quebec",
        "follow_up_report",
        decision.uid,
        quebec.slug,
        proof_label="Guide",
        proof_link="https://example.org/guide",
        **done,
    )
    board = play.read("stp", "follow_up_board", bureau.slug)
    assert board.count(words["silent"]) == 2
    assert words["done"] in board
    assert play.read("quebec", "follow_up_board", bureau.slug, status=403)
    play.send("stp", "follow_up_remind", decision.uid)
    play.read("canada", "home")

    # minutes and final act, in the language of the reader
    names = {"stp": 200, "canada": 404}
    for key, status in names.items():
        answer = play.clients[key].get(play.address("meeting_record", slug, "proces-verbal", language, "pdf"))
        assert answer.status_code == status
    pdf = (
        play.clients["stp"]
        .get(play.address("meeting_record", slug, "proces-verbal", language, "pdf"))
        .content
    )
    read = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "ESSAI/BUR/2019/DEC.1" in read
    word = (
        play.clients["stp"].get(play.address("meeting_record", slug, "acte-final", language, "docx")).content
    )
    paragraphs = "\n".join(p.text for p in docx.Document(io.BytesIO(word)).paragraphs)
    assert decision.revision.text_for(language).title in paragraphs
    assert verify_chains()[1] == []
