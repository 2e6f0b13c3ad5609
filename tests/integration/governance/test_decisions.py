"""Deciding: what is written, what is refused by which sentence, the one event that each verb leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from polyphonie.governance.domain import decision_texts as texts
from polyphonie.governance.domain import decisions as verbs
from polyphonie.governance.domain.delegations import NotAMember, call_the_roll, invite_member
from polyphonie.governance.domain.documents import RulesMissing
from polyphonie.governance.models import Ballot, Decision, InstanceRules, Objection
from polyphonie.kernel.domain.ledger import verify_chains
from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.models import Notice
from polyphonie.recommendations.domain.drafting import (
    DecidedByItsMeeting,
    draft_recommendation,
    publish_revision,
    revise_recommendation,
    withdraw_recommendation,
)
from polyphonie.recommendations.domain.origins import SourceTakenUp
from polyphonie.recommendations.domain.queries.tree import family_tree, tree_lines
from polyphonie.recommendations.models import Derivation, Recommendation
from tests.factories import governance as made
from tests.factories.governance import ADOPTED, SITTING, TESTS
from tests.factories.network import OrganisationFactory, ThemeFactory
from tests.factories.recommendations import current, host_process, published, wordings

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]


def acts() -> list[str]:
    return [e.what for e in LedgerEvent.objects.filter(caused_by=None).order_by("pk")]


def test_adopt_decision_freezes_what_was_counted_and_publishes_the_text() -> None:
    room = made.room(members=3, present=2)
    decision = made.adopted(room)
    assert (decision.state, decision.present, decision.required, decision.seats) == ("adopted", 2, 2, 3)
    assert decision.symbol == "TEST/BUR/2019/DEC.1"
    assert decision.text_sha256 == decision.revision.sha256
    decision.revision.refresh_from_db()
    assert (decision.revision.state, decision.revision.published_at) == ("published", ADOPTED)
    assert decision.revision.recommendation.issuer == room.meeting.instance
    assert acts()[-4:] == [
        "governance.draft_decision",
        "governance.table_decision",
        "governance.open_debate",
        "governance.adopt_decision",
    ]
    assert verify_chains()[1] == []


def test_adopt_decision_tells_the_correspondents_of_every_member() -> None:
    room = made.room()
    for member in room.members[:2]:
        made.correspondent_of(member)
    decision = made.adopted(room)
    told = Notice.objects.filter(subject_urn=decision.urn, done_at=None).order_by("pk")
    assert [str(n.expectation) for n in told] == [f"Dire où nous en sommes : décision {decision.symbol}"] * 2


def test_draft_decision_refuses_one_without_rapporteur() -> None:
    room = made.room()
    with pytest.raises(texts.RapporteurMissing) as refused:
        made.drafted(room, rapporteur=None)
    assert (
        str(refused.value) == "Nommez le membre rapporteur : une décision sans rapporteur n'est pas inscrite."
    )
    assert refused.value.field == "rapporteur"
    assert not Recommendation.objects.exists()
    assert acts()[-1] == "governance.call_the_roll"


def test_draft_decision_refuses_a_rapporteur_without_a_seat() -> None:
    room = made.room()
    stranger = OrganisationFactory.create()
    with pytest.raises(NotAMember) as refused:
        made.drafted(room, rapporteur=stranger)
    assert str(refused.value) == (
        f"« {stranger} » n'a pas de siège dans « {room.meeting.instance} » à cette date : "
        "invitez-le comme observateur, ou inscrivez son adhésion avec sa source."
    )


def test_draft_decision_asks_for_rules() -> None:
    room = made.room()
    InstanceRules.objects.all().delete()
    with pytest.raises(RulesMissing):
        made.drafted(room)


def test_a_decision_takes_up_a_text_and_stands_in_its_family_tree() -> None:
    theme = ThemeFactory.create()
    source = published(host_process(), "1b", themes=[theme])
    room = made.room(themes=[theme])
    decision = made.drafted(room, source=current(source), reason="Le Bureau demande un recensement.")
    origin = Derivation.objects.get(target=decision.revision)
    assert (origin.relation, origin.published_at) == ("adapted", None)
    before = family_tree(theme.slug, TESTS, SITTING, "fr")
    assert before.rows == []
    texts.table_decision(decision=decision, version=1, by=TESTS, at=SITTING)
    opened = verbs.open_debate(
        decision=decision,
        version=2,
        window_closes_at=SITTING + timedelta(minutes=1),
        by=TESTS,
        at=SITTING,
    )
    verbs.adopt_decision(decision=opened, version=3, by=TESTS, at=ADOPTED)
    tree = family_tree(theme.slug, TESTS, ADOPTED, "fr")
    assert [(row.name, [c.relation for c in row.cells.values()]) for row in tree.rows] == [
        (room.meeting.instance.name, ["adapted"])
    ]
    lines = tree_lines(theme.slug, TESTS, ADOPTED, "fr")
    assert [(line.site, line.code, line.own_code) for line in lines] == [
        (room.meeting.instance.name, "1b", "D1")
    ]


def test_the_same_words_are_kept_as_they_are() -> None:
    theme = ThemeFactory.create()
    source = published(host_process(), "1b", themes=[theme], texts=wordings("Mêmes mots"))
    room = made.room(themes=[theme])
    decision = made.drafted(
        room, source=current(source), reason="Sans y toucher.", texts=wordings("Mêmes mots")
    )
    assert Derivation.objects.get(target=decision.revision).relation == "adopted"


def test_two_texts_of_a_meeting_do_not_take_up_the_same_point() -> None:
    theme = ThemeFactory.create()
    source = published(host_process(), "1b", themes=[theme])
    room = made.room(themes=[theme])
    first = made.drafted(room, source=current(source), reason="Une fois.")
    with pytest.raises(SourceTakenUp) as refused:
        made.drafted(room, source=current(source), reason="Deux fois.")
    assert str(refused.value) == (
        "Le point 1b est déjà repris par un autre texte de ce processus ; complétez celui-là."
    )
    verbs.set_aside_decision(decision=first, to="withdrawn", version=1, by=TESTS, at=SITTING)
    assert made.drafted(room, source=current(source), reason="De nouveau.").pk


def test_adopt_decision_below_the_quorum() -> None:
    room = made.room(members=3, present=1)
    decision = made.debated(room)
    with pytest.raises(verbs.QuorumOfMembersMissing) as refused:
        verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED)
    assert str(refused.value) == "Il manque 1 membre présent sur 2 pour décider ; le texte reste en débat."
    assert Decision.objects.get().state == "in_debate"
    assert acts()[-1] == "governance.open_debate"


def test_members_are_counted_and_not_persons() -> None:
    """Two persons of one delegation, an expert without a voice, credentials that are only received."""
    room = made.room(members=3, present=1)
    expert = made.delegation_of(room.meeting, made.member_of(room.meeting.instance), capacity="expert")[1]
    call_the_roll(meeting=room.meeting, present=[room.delegates[0].pk, expert.pk], by=TESTS, at=SITTING)
    decision = made.debated(room)
    with pytest.raises(verbs.QuorumOfMembersMissing):
        verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED)


def test_adopt_decision_waits_for_the_window() -> None:
    decision = made.debated(made.room(), closes_in=90)
    with pytest.raises(verbs.WindowStillOpen) as refused:
        verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED)
    assert str(refused.value) == (
        "Les membres peuvent objecter jusqu'au 14 novembre 2019 à 11:30 ; adoptez ensuite."
    )


def test_open_debate_refuses_consensus_without_a_window() -> None:
    decision = made.drafted(made.room())
    texts.table_decision(decision=decision, version=1, by=TESTS, at=SITTING)
    with pytest.raises(verbs.WindowMissing) as refused:
        verbs.open_debate(decision=decision, version=2, by=TESTS, at=SITTING)
    assert str(refused.value) == (
        "Dites jusqu'à quand les membres peuvent objecter : le silence ne vaut que dans un délai annoncé."
    )


def objection(decision: Decision, room: made.Room, number: int = 1, **fields: Any) -> Objection:
    return verbs.record_objection(
        decision=decision,
        delegation=room.delegations[number],
        kind=fields.pop("kind", "reservation"),
        reason=fields.pop("reason", "Nous n'avons pas encore les moyens."),
        by=fields.pop("by", TESTS),
        at=fields.pop("at", SITTING),
        **fields,
    )


def test_an_objection_stays_after_the_adoption() -> None:
    room = made.room()
    decision = made.debated(room)
    objection(decision, room, block_id="b1")
    row = verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED)
    assert row.state == "adopted_with_reservations"
    assert [(o.member, o.block_id, o.withdrawn_at) for o in row.objections.all()] == [
        (room.members[1], "b1", None)
    ]


def test_an_opposition_blocks_until_it_is_lifted() -> None:
    room = made.room()
    decision = made.debated(room)
    opposed = objection(decision, room, kind="block")
    with pytest.raises(verbs.DecisionBlocked) as refused:
        verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED)
    assert str(refused.value) == (
        f"Opposition maintenue de : {room.members[1]}. Reprenez le texte, ou mettez-le de côté."
    )
    verbs.lift_objection(objection=opposed, delegation=room.delegations[1], by=room.head(1), at=SITTING)
    assert verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED).state == "adopted"
    assert Objection.objects.get().withdrawn_at == SITTING


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"reason": " "}, verbs.ObjectionReasonMissing),
        ({"block_id": "b99"}, verbs.PassageUnknown),
        ({"at": ADOPTED}, verbs.WindowClosed),
    ],
)
def test_record_objection_refuses(fields: dict[str, Any], refusal: Any) -> None:
    room = made.room()
    decision = made.debated(room)
    with pytest.raises(refusal):
        objection(decision, room, **fields)
    assert not Objection.objects.exists()


def test_a_member_objects_once_to_a_passage() -> None:
    room = made.room()
    decision = made.debated(room)
    objection(decision, room)
    with pytest.raises(verbs.ObjectedAlready):
        objection(decision, room)


def test_only_who_leads_a_delegation_speaks_for_its_member() -> None:
    room = made.room()
    decision = made.debated(room)
    with pytest.raises(RightMissing) as refused:
        objection(decision, room, 1, by=room.head(0))
    assert str(refused.value) == (
        "Il faut conduire la délégation de ce membre, pouvoirs acceptés, pour parler en son nom."
    )
    assert objection(decision, room, 0, by=room.head(0)).pk


def vote(decision: Decision, room: made.Room, number: int, choice: str = "yes", **fields: Any) -> Ballot:
    return verbs.cast_vote(
        decision=decision,
        delegation=room.delegations[number],
        choice=choice,
        by=fields.pop("by", room.head(number)),
        at=fields.pop("at", SITTING),
    )


def test_a_roll_call_carries_by_what_is_expressed() -> None:
    room = made.room()
    decision = made.debated(room, mode="vote")
    vote(decision, room, 0)
    vote(decision, room, 1, "abstain")
    row = verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED)
    assert row.tally == {"yes": 1, "no": 0, "abstain": 1, "absent": 1}


def test_a_vote_that_does_not_carry() -> None:
    room = made.room()
    decision = made.debated(room, mode="vote")
    vote(decision, room, 0)
    vote(decision, room, 1, "no")
    with pytest.raises(verbs.VoteDoesNotCarry) as refused:
        verbs.adopt_decision(decision=decision, version=3, by=TESTS, at=ADOPTED)
    assert str(refused.value) == ("Le vote n'emporte pas la décision : 1 pour, 1 contre, 0 abstentions.")


def test_a_vote_by_a_non_member_is_refused() -> None:
    room = made.room()
    observer = invite_member(
        meeting=room.meeting, member=OrganisationFactory.create(), is_observer=True, by=TESTS, at=SITTING
    )
    decision = made.debated(room, mode="vote")
    with pytest.raises(NotAMember):
        verbs.cast_vote(decision=decision, delegation=observer, choice="yes", by=TESTS, at=SITTING)
    assert not Ballot.objects.exists()


def test_a_member_votes_once_is_present_and_by_itself() -> None:
    room = made.room(members=3, present=2)
    decision = made.debated(room, mode="vote")
    vote(decision, room, 0)
    with pytest.raises(verbs.VotedAlready) as refused:
        vote(decision, room, 0, "no")
    assert (
        str(refused.value) == f"« {room.members[0]} » a déjà répondu à l'appel ; un membre répond une fois."
    )
    with pytest.raises(verbs.NotPresent):
        vote(decision, room, 2)
    with pytest.raises(RightMissing):
        vote(decision, room, 1, by=room.head(0))
    assert [b.choice for b in Ballot.objects.all()] == ["yes"]


def test_a_text_decided_by_consensus_is_not_voted() -> None:
    room = made.room()
    decision = made.debated(room)
    with pytest.raises(verbs.NotByVote):
        vote(decision, room, 0)


def test_reword_decision_takes_its_origin_along_and_begins_the_debate_anew() -> None:
    theme = ThemeFactory.create()
    source = published(host_process(), "1b", themes=[theme])
    room = made.room(themes=[theme])
    decision = made.debated(room, source=current(source), reason="Une raison.")
    first = decision.revision
    row = texts.reword_decision(
        decision=decision, texts=wordings("D'autres mots"), version=3, by=TESTS, at=SITTING
    )
    assert (row.state, row.version, row.revision.number) == ("tabled", 4, 2)
    assert [d.target for d in Derivation.objects.working()] == [row.revision]
    assert Derivation.objects.get(target=first).superseded_at == SITTING


def test_reword_decision_refuses_once_members_have_voted() -> None:
    room = made.room()
    decision = made.debated(room, mode="vote")
    vote(decision, room, 0)
    with pytest.raises(texts.VoteBegun):
        texts.reword_decision(decision=decision, texts=wordings("Autre"), version=3, by=TESTS, at=SITTING)


def test_a_decision_does_not_pass_its_meeting_by() -> None:
    """The drafting pages of recommendations neither reword, publish nor withdraw a decision."""
    decision = made.debated(made.room(is_closed=False))
    recommendation = decision.revision.recommendation
    for call in (
        lambda: publish_revision(revision=decision.revision, by=TESTS, at=ADOPTED),
        lambda: revise_recommendation(
            recommendation=recommendation, texts=wordings("Autre"), version=1, by=TESTS, at=ADOPTED
        ),
        lambda: withdraw_recommendation(recommendation=recommendation, version=1, by=TESTS, at=ADOPTED),
        lambda: draft_recommendation(
            process=decision.meeting.process, code="D1", texts=wordings("De côté"), by=TESTS, at=ADOPTED
        ),
    ):
        with pytest.raises(DecidedByItsMeeting) as refused:
            call()
        assert str(refused.value) == (
            "D1 est une décision : elle change et se publie dans sa réunion, par son adoption."
        )


def test_two_who_take_it_further_at_once() -> None:
    decision = made.debated(made.room())
    with pytest.raises(texts.DecisionChanged) as refused:
        verbs.set_aside_decision(decision=decision, to="deferred", version=2, by=TESTS, at=SITTING)
    assert refused.value.theirs == "en débat"


def test_rights_follow_the_room() -> None:
    """A closed meeting: its secretariat decides from inside, the rest of the world not at all."""
    room = made.room()
    inside, outside = made.secretary_of(room.meeting), made.secretary_of(room.meeting, seated=False)
    with pytest.raises(RightMissing) as refused:
        made.drafted(room, by=outside)
    assert str(refused.value) == (
        "Il faut siéger dans cette réunion pour y rédiger une décision ; demandez-le à son secrétariat."
    )
    decision = made.drafted(room, by=inside)
    texts.table_decision(decision=decision, version=1, by=inside, at=SITTING)
    with pytest.raises(RightMissing):
        verbs.open_debate(decision=decision, version=2, window_closes_at=ADOPTED, by=room.head(0), at=SITTING)
    assert verbs.open_debate(decision=decision, version=2, window_closes_at=ADOPTED, by=inside, at=SITTING).pk


def test_the_database_refuses_an_adoption_without_quorum() -> None:
    decision = made.adopted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(present=1)
