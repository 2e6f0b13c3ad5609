"""What readers find: constant numbers of queries, replaced and withdrawn documents, minutes, boards, tables."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import docx
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from polyphonie.governance.domain.delegations import NotAMember, invite_member
from polyphonie.governance.domain.documents import (
    DocumentChanged,
    DocumentWithdrawn,
    announce_document,
    deposit_version,
    issue_version,
    move_deadline,
    withdraw_document,
)
from polyphonie.governance.domain.entitlement import Seats, entitled_members
from polyphonie.governance.domain.follow_up import (
    FollowUpClosed,
    NobodySilent,
    NobodyToRemind,
    Report,
    close_follow_up,
    remind_members,
    report_follow_up,
)
from polyphonie.governance.domain.meetings import ItemWording, add_item, record_outcome
from polyphonie.governance.domain.member_import import (
    TableNotClean,
    TableTooLong,
    TableUnreadable,
    TableWithoutColumns,
    import_members,
    preview_members,
)
from polyphonie.governance.domain.members import record_member
from polyphonie.governance.domain.queries.decisions import decision_on, follow_up_board
from polyphonie.governance.domain.queries.dossier import member_files
from polyphonie.governance.domain.queries.meetings import meeting_page
from polyphonie.governance.domain.queries.members import members_part
from polyphonie.governance.models import Attestation, Decision, Meeting, OfficialDocument
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing, Unknown
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.models import Membership, Notice, Organisation
from tests.factories import governance as made
from tests.factories.governance import ADOPTED, CALLED, SITTING, TESTS
from tests.factories.network import OrganisationFactory, administrator, signed_in, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

PUBLIC = Actor.visitor()
LATER = ADOPTED + timedelta(days=400)


def issued(meeting: Meeting, words: str = "Rapport", **fields: Any) -> OfficialDocument:
    document = announce_document(
        meeting=meeting,
        kind="report",
        title=text(words),
        due_at=CALLED + timedelta(days=3),
        distribution=fields.pop("distribution", "general"),
        by=TESTS,
        at=CALLED,
        **fields,
    )
    deposit_version(
        document=document,
        language="fr",
        content=io.BytesIO(words.encode()),
        filename="d.txt",
        by=TESTS,
        at=CALLED,
    )
    issue_version(document=document, language="fr", by=TESTS, at=CALLED)
    return document


# numbers of queries


def filled(rows: int) -> made.Room:
    """A meeting with so many delegations, items, documents and adopted decisions."""
    room = made.room(members=rows)
    for number in range(rows):
        item = add_item(
            meeting=room.meeting,
            wordings=[ItemWording(text=text(f"Point {number}")), ItemWording(text=text("Autrement"))],
            by=TESTS,
            at=CALLED,
        )
        issued(room.meeting, item=item)
        made.adopted(room, item=item, rapporteur=room.members[number])
    return room


@pytest.mark.parametrize("rows", [1, 3])
def test_a_meeting_asks_a_constant_number_of_queries(rows: int, django_assert_num_queries: Any) -> None:
    room = filled(rows)
    slug = room.meeting.conference.slug
    actor = made.secretary_of(room.meeting)
    with django_assert_num_queries(21):
        page = meeting_page(slug, actor, LATER, "fr")
    assert (len(page.items), len(page.documents), len(page.decisions)) == (rows, rows, rows)
    assert page.delegations is not None
    assert len(page.delegations) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_asks_a_constant_number_of_queries(rows: int, django_assert_num_queries: Any) -> None:
    room = filled(rows)
    actor = made.correspondent_of(room.members[0])
    with django_assert_num_queries(15):
        files = member_files(actor, LATER, "fr")
    assert [len(f.to_follow) for f in files] == [rows]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_board_asks_a_constant_number_of_queries(rows: int, django_assert_num_queries: Any) -> None:
    room = filled(rows)
    actor = made.secretary_of(room.meeting)
    with django_assert_num_queries(7):
        board = follow_up_board(room.meeting.instance.slug, actor, LATER, "fr")
    assert (len(board.rows), len(board.decisions)) == (rows, rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_decision_asks_a_constant_number_of_queries(rows: int, django_assert_num_queries: Any) -> None:
    room = filled(rows)
    decision = Decision.objects.order_by("pk")[0]
    for member in room.members:
        report_follow_up(
            decision=decision,
            member=member,
            report=Report(period="2020", progress="under_way", text="Oui."),
            by=TESTS,
            at=LATER,
        )
    recommendation = decision.revision.recommendation
    with django_assert_num_queries(9):
        part = decision_on(recommendation, PUBLIC, LATER, "fr")
    assert part is not None
    assert part.reported == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_members_ask_a_constant_number_of_queries(rows: int, django_assert_num_queries: Any) -> None:
    body = OrganisationFactory.create()
    for _ in range(rows):
        made.member_of(body)
    with django_assert_num_queries(3):
        part = members_part(body, CALLED)
    assert part is not None
    assert len(part.members) == rows


# seats over time


def test_seats_follow_the_day_and_the_body() -> None:
    instance = made.instance()
    assert instance.parent is not None
    old = made.member_of(instance.parent)
    Membership.objects.filter(organisation=old).update(until_date=date(2019, 1, 1))
    new = made.member_of(instance.parent)
    Membership.objects.filter(organisation=new).update(from_date=date(2019, 1, 1))
    seats = Seats([instance])
    assert seats.members(instance, date(2018, 12, 31)) == {old.pk}
    assert seats.members(instance, date(2019, 1, 1)) == {new.pk}
    elected = made.member_of(instance)
    assert entitled_members(instance, date(2019, 1, 1)) == {elected.pk}


def test_an_observer_has_no_seat() -> None:
    instance = made.instance()
    body, observer = instance, OrganisationFactory.create()
    record_member(
        body=body,
        member=observer,
        attested=text("observateur"),
        status="observer",
        source_label="Note",
        by=TESTS,
        at=CALLED,
    )
    meeting = made.meeting_of(instance)
    with pytest.raises(NotAMember):
        invite_member(meeting=meeting, member=observer, by=TESTS, at=CALLED)
    assert invite_member(meeting=meeting, member=observer, is_observer=True, by=TESTS, at=CALLED).pk


# documents replaced and withdrawn


def test_a_revision_replaces_and_the_old_symbol_says_by_what() -> None:
    room = made.room(is_closed=False)
    first = issued(room.meeting, "Premier")
    second = issued(room.meeting, "Second", about=first, suffix="Rev")
    page = meeting_page(room.meeting.conference.slug, PUBLIC, LATER, "fr")
    assert [(r.document.symbol, r.replaced_by) for r in page.documents] == [
        ("TEST/BUR/2019/DOC.1", second),
        ("TEST/BUR/2019/DOC.1 Rev.1", None),
    ]
    shown = Client().get(room.meeting.get_absolute_url()).content.decode()
    assert "remplacé par" in shown
    files = member_files(made.correspondent_of(room.members[0]), SITTING, "fr")
    assert [r.row.document for f in files for r in f.to_read] == [second]


def test_a_withdrawn_document_is_gone_and_says_so_to_those_who_could_read_it() -> None:
    room = made.room(is_closed=False)
    shown, hidden = issued(room.meeting, "Public"), issued(room.meeting, "Secret", distribution="restricted")
    version = shown.versions.get(language="fr")
    assert version.file is not None
    address = f"/files/{version.file.uid}"
    client = Client()
    assert b"".join(client.get(address)) == b"Public"
    assert client.get(shown.permalink).status_code == 302
    for document in (shown, hidden):
        withdraw_document(document=document, version=1, by=TESTS, at=SITTING)
    assert client.get(address).status_code == 404
    assert client.get(shown.permalink).status_code == 410
    assert client.get(hidden.permalink).status_code == 404
    assert "Public" not in client.get(room.meeting.get_absolute_url()).content.decode()
    with pytest.raises(DocumentWithdrawn) as refused:
        issue_version(document=shown, language="fr", by=TESTS, at=SITTING)
    assert str(refused.value) == (
        "TEST/BUR/2019/DOC.1 est retiré : sa cote ne sert plus. Inscrivez un nouveau document."
    )


def test_a_moved_deadline_changes_what_is_late() -> None:
    meeting = made.meeting_of()
    document = issued(meeting)
    version = document.versions.get(language="fr")
    assert not version.is_late(document.due_at, LATER)
    moved = move_deadline(
        document=document, due_at=CALLED - timedelta(days=1), version=1, by=TESTS, at=CALLED
    )
    assert version.is_late(moved.due_at, LATER)
    with pytest.raises(DocumentChanged):
        move_deadline(document=document, due_at=CALLED, version=1, by=TESTS, at=CALLED)


# continuity


def test_a_meeting_leads_to_the_one_before_and_the_one_after() -> None:
    instance = made.instance()
    before = made.meeting_of(instance)
    after = made.meeting_of(instance, continues=before)
    client = Client()
    for meeting, other in ((before, after), (after, before)):
        shown = client.get(meeting.get_absolute_url()).content.decode()
        assert other.get_absolute_url() in shown


# minutes and final act


def minutes(room: made.Room, actor: Actor | None, kind: str, language: str, fmt: str) -> Any:
    client = Client() if actor is None else signed_in(Client(), actor)
    return client.get(reverse("meeting_record", args=[room.meeting.conference.slug, kind, language, fmt]))


def words_of(answer: Any) -> str:
    if answer["Content-Type"] == "application/pdf":
        return "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    document = docx.Document(io.BytesIO(answer.content))
    return "\n".join(p.text for p in document.paragraphs)


@pytest.fixture
def recorded() -> made.Room:
    room = made.room()
    item = add_item(
        meeting=room.meeting,
        wordings=[ItemWording(text=text("Décrochage", "Dropout"))],
        by=TESTS,
        at=CALLED,
    )
    record_outcome(
        item=item, outcome=made.localised("La salle a pris acte du rapport."), version=1, by=TESTS, at=SITTING
    )
    issued(room.meeting, "Nautile", distribution="restricted")
    made.adopted(room, item=item)
    made.drafted(room, texts=made.wordings("Zirconium"))
    return room


@pytest.mark.parametrize("fmt", ["pdf", "docx"])
@pytest.mark.parametrize(
    ("language", "seen"),
    [
        (
            "fr",
            ("Procès-verbal", "Garder les élèves à l'école", "La salle a pris acte du rapport.", "Zirconium"),
        ),
        ("en", ("Minutes", "Keep pupils at school", "Text in French", "Zirconium")),
    ],
)
def test_minutes_say_what_was_recorded_in_each_language(
    language: str, seen: tuple[str, ...], fmt: str, recorded: made.Room
) -> None:
    answer = minutes(recorded, made.secretary_of(recorded.meeting), "proces-verbal", language, fmt)
    assert answer.status_code == 200
    shown = " ".join(words_of(answer).split())
    assert [w for w in seen if w not in shown] == []
    assert "3 membres présents" in shown if language == "fr" else "3 members present" in shown
    assert answer["Content-Language"] == language


def test_the_final_act_holds_what_was_adopted_and_nothing_else(recorded: made.Room) -> None:
    shown = words_of(minutes(recorded, made.secretary_of(recorded.meeting), "acte-final", "fr", "docx"))
    assert "Garder les élèves à l'école" in shown
    assert Decision.objects.order_by("pk")[0].text_sha256 in shown
    assert "Zirconium" not in shown
    assert "La salle a pris acte" not in shown


def test_minutes_are_the_rooms_until_the_acts_are_published_and_then_cut_for_each(
    recorded: made.Room,
) -> None:
    assert minutes(recorded, None, "proces-verbal", "fr", "pdf").status_code == 404
    Meeting.objects.filter(pk=recorded.meeting.pk).update(state="acts_published")
    shown = words_of(minutes(recorded, None, "proces-verbal", "fr", "docx"))
    assert "Garder les élèves à l'école" in shown
    assert [w for w in ("Zirconium", "Nautile") if w in shown] == []
    assert "Zirconium" in words_of(
        minutes(recorded, made.secretary_of(recorded.meeting), "proces-verbal", "fr", "docx")
    )


# who has not reported


def test_the_board_puts_those_first_who_have_said_least_and_reminds_them_once_a_day() -> None:
    room = made.room()
    actor = made.secretary_of(room.meeting)
    decision = made.adopted(room, report_due=date(2020, 6, 1))
    silent = made.correspondent_of(room.members[2])
    for member in room.members[:2]:
        report_follow_up(
            decision=decision,
            member=member,
            report=Report(period="2020", progress="not_started"),
            by=TESTS,
            at=LATER,
        )
    board = follow_up_board(room.meeting.instance.slug, actor, LATER, "fr")
    assert board.silent == (1,)
    assert (board.rows[0].member, board.rows[0].silent, board.rows[0].correspondents) == (
        room.members[2],
        1,
        1,
    )
    assert board.rows[0].cells[0] is not None
    assert board.rows[0].cells[0].is_late
    assert remind_members(decision=decision, by=actor, at=LATER) == 1
    assert remind_members(decision=decision, by=actor, at=LATER) == 0
    told = Notice.objects.filter(subject_urn=decision.urn, done_at=None)
    assert [str(n.expectation) for n in told] == [
        f"Rappel : dire où nous en sommes, décision {decision.symbol}"
    ]
    report_follow_up(
        decision=decision,
        member=room.members[2],
        report=Report(period="2020", progress="not_started"),
        by=silent,
        at=LATER,
    )
    with pytest.raises(NobodySilent) as refused:
        remind_members(decision=decision, by=actor, at=LATER)
    assert str(refused.value) == (
        f"Tous les membres ont rendu compte de {decision.symbol} ; personne n'est à relancer."
    )


def test_the_board_is_the_secretariats() -> None:
    room = made.room()
    made.adopted(room)
    slug = room.meeting.instance.slug
    with pytest.raises(RightMissing) as refused:
        follow_up_board(slug, made.correspondent_of(room.members[0]), LATER, "fr")
    assert str(refused.value) == (
        "Il faut tenir le secrétariat de cette instance ; demandez-le à son secrétariat permanent."
    )
    with pytest.raises(Unknown):
        follow_up_board("rien", TESTS, LATER, "fr")


def test_nobody_can_be_reminded_without_a_correspondent_nor_after_the_close() -> None:
    room = made.room()
    decision = made.adopted(room)
    with pytest.raises(NobodyToRemind):
        remind_members(decision=decision, by=TESTS, at=LATER)
    closed = close_follow_up(decision=decision, version=decision.version, by=TESTS, at=LATER)
    assert closed.state == "closed"
    with pytest.raises(FollowUpClosed):
        remind_members(decision=closed, by=TESTS, at=LATER)


# members from a table

HEAD = "membre,membre (en),statut,depuis,attesté comme,année,source,adresse de la source\n"


def table(*lines: str, head: str = HEAD) -> bytes:
    return (head + "\n".join(lines) + "\n").encode()


def test_a_table_is_shown_first_and_then_written_as_a_whole() -> None:
    body = OrganisationFactory.create()
    known = OrganisationFactory.create(kind="member_government", name=text("Québec"), is_fictitious=False)
    content = table(
        "Québec,Québec,membre,,annexe 1,2012,Statuts,https://example.org/s",
        "Viêt Nam,Viet Nam,membre,1970-01-01,annexe 1,2012,Statuts,",
    )
    shown = preview_members(body=body, content=content, by=TESTS)
    assert [(x.number, x.effect, x.problem) for x in shown] == [(2, "member", ""), (3, "new", "")]
    assert not Membership.objects.exists()
    import_members(body=body, content=content, by=TESTS, at=CALLED)
    made_of = Organisation.objects.get(slug="membre-viet-nam")
    assert (made_of.name.read("en"), made_of.territory, made_of.source_label) == ("Viet Nam", None, "Statuts")
    rows = Membership.objects.filter(body=body).order_by("pk")
    assert [(m.organisation, m.from_date) for m in rows] == [(known, None), (made_of, date(1970, 1, 1))]
    assert LedgerEvent.objects.filter(caused_by=None).latest("pk").what == "governance.import_members"


def test_the_same_table_again_changes_nothing_and_another_source_attests() -> None:
    body = OrganisationFactory.create()
    content = table("Viêt Nam,,,,annexe 1,2012,Statuts,")
    for _ in range(2):
        import_members(body=body, content=content, by=TESTS, at=CALLED)
    assert (Membership.objects.count(), Attestation.objects.count()) == (1, 1)
    import_members(body=body, content=table("Viet Nam,,,,liste,2022,Page,"), by=TESTS, at=CALLED)
    assert (Membership.objects.count(), Attestation.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Viêt Nam,,,,,2012,,", "La source manque : un membre sans source n'est pas inscrit."),
        (",,,,,2012,Statuts,", "Le nom du membre manque."),
        ("Viêt Nam,,,hier,,2012,Statuts,", "« hier » n'est pas un jour ; écrivez 2012-12-01."),
        ("Viêt Nam,,,,,12,Statuts,", "« 12 » n'est pas une année."),
        ("Viêt Nam,,roi,,,2012,Statuts,", "« roi » n'est pas un statut connu."),
        ("Viêt Nam,,,,,2012,Statuts,javascript:x", "« javascript:x » n'est pas une adresse."),
    ],
)
def test_a_line_that_cannot_be_written_stops_the_whole_table(line: str, problem: str) -> None:
    body = OrganisationFactory.create()
    content = table("Mali,,,,,2012,Statuts,", line)
    assert [x.problem for x in preview_members(body=body, content=content, by=TESTS)] == ["", problem]
    with pytest.raises(TableNotClean) as refused:
        import_members(body=body, content=content, by=TESTS, at=CALLED)
    assert str(refused.value) == "Rien n'est écrit tant que ces lignes ne sont pas corrigées : 3."
    assert not Membership.objects.exists()
    assert not LedgerEvent.objects.exists()


def test_a_line_twice_and_a_name_of_two_are_shown() -> None:
    body = OrganisationFactory.create()
    for _ in range(2):
        OrganisationFactory.create(kind="member_government", name=text("Congo"), is_fictitious=False)
    lines = preview_members(
        body=body,
        content=table("Mali,,,,,2012,Statuts,", "Mali,,,,,2012,Statuts,", "Congo,,,,,2012,Statuts,"),
        by=TESTS,
    )
    assert [x.problem for x in lines] == [
        "",
        "Même membre et même source qu'à la ligne 2.",
        "Plusieurs gouvernements portent ce nom ; donnez l'adresse de l'un d'eux.",
    ]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", TableUnreadable),
        (b"\xff\xfe\x00m", TableUnreadable),
        (b"membre\nMali\n", TableWithoutColumns),
        (table(*["Mali,,,,,2012,Statuts,"] * 501), TableTooLong),
        (b'membre,source\n"' + b"a" * 200_000 + b"\n", TableUnreadable),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, refusal: Any) -> None:
    with pytest.raises(refusal):
        preview_members(body=OrganisationFactory.create(), content=content, by=TESTS)


def test_english_columns_and_semicolons_are_read() -> None:
    lines = preview_members(
        body=OrganisationFactory.create(),
        content=table("Mali;2012;Statutes", head="Member;Year;Source\n"),
        by=TESTS,
    )
    assert [(str(x.member), x.year, x.source_label) for x in lines] == [("Mali", 2012, "Statutes")]


def test_only_an_administrator_brings_members_in() -> None:
    body = OrganisationFactory.create()
    address = reverse("members_import", args=[body.slug])
    content = table("Mali,,,,,2012,Statuts,")
    file = SimpleUploadedFile("m.csv", content, content_type="text/csv")
    room = made.room()
    refused = signed_in(Client(), made.secretary_of(room.meeting)).post(address, {"file": file})
    assert refused.status_code == 403
    assert "Il faut le rôle « administration » pour inscrire un membre" in refused.content.decode()
    client = signed_in(Client(), administrator())
    shown = client.post(address, {"file": SimpleUploadedFile("m.csv", content)})
    assert "nouveau gouvernement, nouveau membre" in shown.content.decode()
    assert client.post(address, {"lines": content.decode(), "write": "1"}).status_code == 303
    assert Membership.objects.filter(body=body).count() == 1
