"""Members, meetings, delegations, documents: what is written, what is refused by which sentence."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from polyphonie.governance.domain import delegations, documents, follow_up, meetings
from polyphonie.governance.domain.entitlement import quorum_on
from polyphonie.governance.domain.follow_up import Proof, Report, report_follow_up
from polyphonie.governance.domain.members import (
    FactWithoutSource,
    QuorumOutOfReach,
    ShareImpossible,
    record_member,
    set_rules,
    state_fact,
)
from polyphonie.governance.domain.queries.members import members_part
from polyphonie.governance.domain.quorum import Share
from polyphonie.governance.models import (
    Attestation,
    FollowUpReport,
    LanguageVersion,
    Meeting,
    OfficialDocument,
    StatedFact,
)
from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.domain.organisation import MembershipWithoutSource
from polyphonie.network.domain.queries.standing import person_actor
from polyphonie.network.models import Membership, Notice
from polyphonie.recommendations.models import ActionLink
from tests.factories import governance as made
from tests.factories.governance import ADOPTED, CALLED, SITTING, TESTS
from tests.factories.network import OrganisationFactory, PersonFactory, administrator, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]


def test_a_member_without_a_source_is_refused() -> None:
    body, member = OrganisationFactory.create(), OrganisationFactory.create()
    with pytest.raises(MembershipWithoutSource) as refused:
        record_member(body=body, member=member, attested=text("membre"), by=TESTS, at=CALLED)
    assert str(refused.value) == (
        f"Dites d'où vient que « {member} » est membre de « {body} » : un document ou un lien."
    )
    assert not Membership.objects.exists()
    assert not LedgerEvent.objects.exists()


def test_three_governments_of_one_country_are_three_members_without_a_code() -> None:
    body = OrganisationFactory.create()
    for name in ("Canada", "Canada/Québec", "Canada/Nouveau-Brunswick"):
        made.member_of(body, name=text(name))
    part = members_part(body, CALLED)
    assert part is not None
    assert [str(m.membership.organisation.name) for m in part.members] == [
        "Canada",
        "Canada/Nouveau-Brunswick",
        "Canada/Québec",
    ]
    assert {m.membership.organisation.territory for m in part.members} == {None}


def test_a_second_source_is_one_more_attestation_of_the_same_member() -> None:
    body = OrganisationFactory.create()
    member = made.member_of(body)
    record_member(
        body=body, member=member, attested=text("Bureau"), year=2003, source_label="Page", by=TESTS, at=CALLED
    )
    assert Membership.objects.count() == 1
    assert [a.year for a in Attestation.objects.order_by("pk")] == [1960, 2003]


def test_seats_that_nobody_has_named_are_counted_as_such() -> None:
    body = OrganisationFactory.create()
    made.member_of(body)
    record_member(
        body=body,
        member=OrganisationFactory.create(),
        attested=text("exemple"),
        is_fictitious=True,
        by=TESTS,
        at=CALLED,
    )
    state_fact(
        body=body, kind="member_count", text=text("44"), number=44, source_label="Note", by=TESTS, at=CALLED
    )
    part = members_part(body, CALLED)
    assert part is not None
    assert (part.documented, part.invented, part.to_complete) == (1, 1, 43)


def test_facts_that_disagree_stand_side_by_side_and_need_a_source() -> None:
    body = OrganisationFactory.create()
    for year, label in ((2017, "Note"), (2016, "Page")):
        state_fact(
            body=body,
            kind="programme",
            text=text(str(year)),
            year=year,
            source_label=label,
            by=TESTS,
            at=CALLED,
        )
    assert StatedFact.objects.count() == 2
    with pytest.raises(FactWithoutSource):
        state_fact(body=body, kind="seat", text=text("ici"), by=TESTS, at=CALLED)


@pytest.mark.parametrize(
    ("quorum", "refusal"),
    [
        (Share(3, 2, strict=False), ShareImpossible),
        (Share(0, 2, strict=False), ShareImpossible),
        (Share(1, 1, strict=True), QuorumOutOfReach),
    ],
)
def test_set_rules_refuses_what_nobody_could_reach(quorum: Share, refusal: Any) -> None:
    with pytest.raises(refusal):
        made.instance(seats=17, quorum=quorum)


def test_rules_have_no_default_and_are_an_administrators() -> None:
    made_of = made.instance()
    meeting = made.meeting_of(OrganisationFactory.create(kind="instance"))
    assert quorum_on(meeting, date(2019, 11, 14)).required is None
    fields: dict[str, Any] = {
        "instance": made_of,
        "seats": 5,
        "quorum": Share(2, 3, strict=False),
        "symbol_prefix": "A/B",
        "languages": ["fr"],
        "source_label": "Statuts",
        "at": CALLED,
    }
    with pytest.raises(RightMissing) as refused:
        set_rules(by=made.secretary_of(meeting), **fields)
    assert str(refused.value) == (
        "Il faut le rôle « administration » pour fixer les règles d'une instance ; demandez-le."
    )
    assert set_rules(by=administrator(), **fields).version == 2


def test_call_meeting_opens_the_conference_and_the_process() -> None:
    meeting = made.meeting_of(seated=False)
    assert meeting.conference.kind == "meeting"
    assert meeting.conference.host == meeting.instance
    assert (meeting.process.kind, meeting.process.issuer) == ("meeting", meeting.instance)
    assert meeting.process.is_closed


@pytest.mark.parametrize(
    ("calling", "refusal"),
    [
        ({"series": " "}, meetings.SeriesMissing),
        (
            {"stages": meetings.Stages(experts_from=date(2019, 11, 14), experts_until=date(2019, 11, 13))},
            meetings.StageDatesReversed,
        ),
        (
            {"stages": meetings.Stages(experts_from=date(2019, 11, 14), ministers_from=date(2019, 11, 13))},
            meetings.MinistersBeforeExperts,
        ),
    ],
)
def test_call_meeting_refuses(calling: dict[str, Any], refusal: Any) -> None:
    with pytest.raises(refusal):
        made.meeting_of(seated=False, **calling)
    assert not Meeting.objects.exists()


def test_call_meeting_refuses_a_series_twice_and_a_body_that_is_no_instance() -> None:
    instance = made.instance()
    made.meeting_of(instance, series="58")
    with pytest.raises(meetings.SeriesTaken) as refused:
        made.meeting_of(instance, series="58")
    assert str(refused.value) == (
        "La réunion « 58 » de cette instance existe déjà ; ouvrez-la, ou donnez un autre numéro."
    )
    with pytest.raises(meetings.NotAnInstance):
        made.meeting_of(OrganisationFactory.create())


def item(meeting: Meeting, *titles: str, **fields: Any) -> Any:
    return meetings.add_item(
        meeting=meeting,
        wordings=[meetings.ItemWording(text=text(t), source_label=f"Source de {t}") for t in titles],
        by=TESTS,
        at=CALLED,
        **fields,
    )


def test_items_move_and_their_numbers_do_not() -> None:
    meeting = made.meeting_of()
    rows = [item(meeting, t) for t in ("un", "deux", "trois")]
    meetings.move_item(item=rows[2], order=1, by=TESTS, at=CALLED)
    assert [(r.number, r.order) for r in meeting.agenda.order_by("order")] == [(3, 1), (1, 2), (2, 3)]


def test_an_item_keeps_both_wordings_with_their_sources() -> None:
    made_of = item(made.meeting_of(), "Langue d'enseignement", "Fondamentaux")
    assert [(str(w.text), w.source_label) for w in made_of.wordings.all()] == [
        ("Langue d'enseignement", "Source de Langue d'enseignement"),
        ("Fondamentaux", "Source de Fondamentaux"),
    ]


def test_advance_meeting_follows_the_table() -> None:
    meeting = made.meeting_of()
    row = meetings.advance_meeting(meeting=meeting, to="documents_open", version=1, by=TESTS, at=CALLED)
    assert (row.state, row.version) == ("documents_open", 2)
    with pytest.raises(meetings.MeetingChanged):
        meetings.advance_meeting(meeting=meeting, to="experts", version=1, by=TESTS, at=CALLED)


def test_invite_member_tells_its_correspondents_until_the_delegation_is_named() -> None:
    instance = made.instance()
    meeting, member = made.meeting_of(instance), made.member_of(instance)
    actor = made.correspondent_of(member)
    delegation = delegations.invite_member(
        meeting=meeting, member=member, name_by=CALLED + timedelta(days=5), by=TESTS, at=CALLED
    )
    notice = Notice.objects.get(subject_urn=delegation.urn)
    assert str(notice.expectation).startswith("Nommer la délégation : ")
    delegations.name_new_delegate(
        delegation=delegation, given_name="Ada", family_name="Diop", capacity="head", by=actor, at=CALLED
    )
    notice.refresh_from_db()
    assert notice.done_at == CALLED


@pytest.mark.parametrize(
    ("capacity", "refusal"), [("", delegations.CapacityMissing), ("head", delegations.HeadTwice)]
)
def test_name_delegate_refuses(capacity: str, refusal: Any) -> None:
    delegation = made.room(members=1).delegations[0]
    with pytest.raises(refusal):
        delegations.name_delegate(
            delegation=delegation, person=PersonFactory.create(), capacity=capacity, by=TESTS, at=CALLED
        )


def test_another_members_correspondent_names_nobody() -> None:
    room = made.room(members=2)
    with pytest.raises(RightMissing) as refused:
        delegations.name_new_delegate(
            delegation=room.delegations[0],
            given_name="A",
            family_name="B",
            capacity="expert",
            by=made.correspondent_of(room.members[1]),
            at=CALLED,
        )
    assert str(refused.value) == "Il faut être correspondant national de ce membre pour nommer sa délégation."


def test_rights_in_the_room_follow_accepted_credentials_and_end_with_them() -> None:
    room = made.room(members=1)
    person = room.delegates[0].person
    assert person is not None
    assert room.meeting.group is not None
    assert person_actor(person, SITTING).holds("member", room.meeting.group.urn)
    assert person_actor(person, SITTING).holds("chair", room.delegations[0].group.urn)
    credential = room.delegates[0].credential
    delegations.settle_credential(credential=credential, to="refused", version=4, by=TESTS, at=SITTING)
    after = person_actor(person, SITTING)
    assert not after.holds("member", room.meeting.group.urn)
    assert not after.holds("chair", room.delegations[0].group.urn)


def test_credentials_without_an_authority_are_not_received() -> None:
    instance = made.instance()
    meeting = made.meeting_of(instance)
    delegation = delegations.invite_member(
        meeting=meeting, member=made.member_of(instance), by=TESTS, at=CALLED
    )
    delegate = delegations.name_delegate(
        delegation=delegation, person=PersonFactory.create(), capacity="head", by=TESTS, at=CALLED
    )
    with pytest.raises(delegations.AuthorityMissing):
        delegations.receive_credential(credential=delegate.credential, authority=" ", by=TESTS, at=CALLED)


def announced(meeting: Meeting, **fields: Any) -> OfficialDocument:
    fields.setdefault("due_at", CALLED + timedelta(days=7))
    fields.setdefault("title", text("Rapport", "Report"))
    return documents.announce_document(
        meeting=meeting, kind=fields.pop("kind", "report"), by=TESTS, at=CALLED, **fields
    )


def deposited(document: OfficialDocument, language: str = "fr", at: Any = CALLED) -> LanguageVersion:
    return documents.deposit_version(
        document=document,
        language=language,
        content=io.BytesIO(b"contenu"),
        filename="a.txt",
        by=TESTS,
        at=at,
    )


def test_symbols_are_given_once_and_never_again() -> None:
    meeting = made.meeting_of()
    first, second = announced(meeting), announced(meeting)
    documents.withdraw_document(document=second, version=1, by=TESTS, at=CALLED)
    third = announced(meeting)
    revised = announced(meeting, about=first, suffix="Rev")
    again = announced(meeting, about=first, suffix="Rev")
    corrected = announced(meeting, about=first, suffix="Corr")
    assert [d.symbol for d in (first, second, third, revised, again, corrected)] == [
        "TEST/BUR/2019/DOC.1",
        "TEST/BUR/2019/DOC.2",
        "TEST/BUR/2019/DOC.3",
        "TEST/BUR/2019/DOC.1 Rev.1",
        "TEST/BUR/2019/DOC.1 Rev.2",
        "TEST/BUR/2019/DOC.1 Corr.1",
    ]
    with pytest.raises(documents.SuffixWithoutSubject):
        announced(meeting, suffix="Add")
    with pytest.raises(documents.DeadlineAfterMeeting):
        announced(meeting, due_at=SITTING + timedelta(days=9))


def test_a_late_language_says_so_and_an_issued_one_stays_as_it_is() -> None:
    document = announced(made.meeting_of())
    assert [v.language for v in document.versions.order_by("language")] == ["en", "fr"]
    after = document.due_at + timedelta(hours=1)
    with pytest.raises(documents.VersionEmpty) as refused:
        documents.issue_version(document=document, language="fr", by=TESTS, at=after)
    assert str(refused.value) == (
        "TEST/BUR/2019/DOC.1 n'a encore ni fichier ni lien en « fr » ; déposez-le, puis faites-le paraître."
    )
    deposited(document, at=after)
    version = documents.issue_version(document=document, language="fr", by=TESTS, at=after)
    awaited = document.versions.get(language="en")
    assert version.is_late(document.due_at, after)
    assert awaited.is_late(document.due_at, after)
    assert not awaited.is_late(document.due_at, CALLED)
    with pytest.raises(documents.VersionIssued):
        deposited(document)


def test_issue_version_tells_those_who_read_that_language() -> None:
    instance = made.instance()
    meeting = made.meeting_of(instance)
    french, english = made.member_of(instance), made.member_of(instance)
    for member, language in ((french, "fr"), (english, "en")):
        made.delegation_of(meeting, member)
        actor = made.correspondent_of(member)
        person = Notice._meta.get_field("person").related_model.objects.get(actor_identity__actor_id=actor.id)
        person.language = language
        person.save()
    document = announced(meeting)
    deposited(document)
    documents.issue_version(document=document, language="fr", by=TESTS, at=CALLED)
    told = Notice.objects.filter(subject_urn=document.urn)
    assert [(n.person.language, str(n.expectation)) for n in told] == [
        ("fr", f"Lire {document.symbol} : Rapport")
    ]


def reported(decision: Any, member: Any, **fields: Any) -> FollowUpReport:
    report = Report(
        period=fields.pop("period", "2020"),
        progress=fields.pop("progress", "under_way"),
        text=fields.pop("text", "Un recensement est ouvert."),
        started=fields.pop("started", None),
    )
    return report_follow_up(
        decision=decision,
        member=member,
        report=report,
        by=fields.pop("by", TESTS),
        at=fields.pop("at", ADOPTED + timedelta(days=30)),
        **fields,
    )


def test_a_report_answers_the_decision_and_settles_the_notice() -> None:
    room = made.room()
    actor = made.correspondent_of(room.members[0])
    decision = made.adopted(room)
    reported(decision, room.members[0], by=actor)
    decision.refresh_from_db()
    assert decision.state == "in_follow_up"
    assert Notice.objects.get(subject_urn=decision.urn).done_at is not None
    link = ActionLink.objects.get()
    assert (link.relation, link.organisation) == ("implements", room.members[0])


def test_what_began_before_the_adoption_precedes_it() -> None:
    room = made.room()
    reported(made.adopted(room), room.members[0], started=date(2018, 1, 1))
    assert ActionLink.objects.get().relation == "precedes"


def test_a_correspondent_does_not_report_for_another_member() -> None:
    room = made.room()
    decision = made.adopted(room)
    with pytest.raises(RightMissing) as refused:
        reported(decision, room.members[0], by=made.correspondent_of(room.members[1]))
    assert str(refused.value) == "Il faut être correspondant national de ce membre pour dire où il en est."
    assert not FollowUpReport.objects.exists()


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"text": " "}, follow_up.ReportEmpty, "text"),
        ({"progress": "bien"}, follow_up.ProgressUnknown, "progress"),
        ({"progress": "done"}, follow_up.ProofMissing, "proof_link"),
        ({"period": " "}, follow_up.PeriodMissing, "period"),
        ({"text": "a" * 5_001}, follow_up.ReportTooLong, "text"),
    ],
)
def test_report_follow_up_refuses(fields: dict[str, Any], refusal: Any, field: str) -> None:
    room = made.room()
    decision = made.adopted(room)
    with pytest.raises(refusal) as refused:
        reported(decision, room.members[0], **fields)
    assert refused.value.field == field
    assert not FollowUpReport.objects.exists()


def test_done_is_said_with_a_proof_and_a_report_is_changed_not_doubled() -> None:
    room = made.room()
    decision = made.adopted(room)
    first = reported(
        decision,
        room.members[0],
        progress="done",
        proofs=[Proof(label="Circulaire", link="https://example.org/c")],
    )
    changed = reported(decision, room.members[0], progress="done", text="Deux régions.", version=1)
    assert (changed.pk, changed.version, changed.proofs.count()) == (first.pk, 2, 1)
    with pytest.raises(follow_up.ReportChanged) as refused:
        reported(decision, room.members[0], text="Trois.", version=1)
    assert refused.value.theirs.text == "Deux régions."
    assert ActionLink.objects.count() == 1


def test_nothing_is_asked_before_the_adoption_nor_of_who_was_no_member() -> None:
    room = made.room()
    decision = made.debated(room)
    with pytest.raises(follow_up.DecisionNotStanding):
        reported(decision, room.members[0])
    decision = made.adopted(made.room(slug="autre", acronym="AUTRE"))
    with pytest.raises(follow_up.NotConcerned):
        reported(decision, OrganisationFactory.create())


def test_the_database_keeps_a_proof_and_a_fact_with_what_they_need() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StatedFact.objects.create(body=OrganisationFactory.create(), kind="seat", text=LocalisedText(fr="x"))
