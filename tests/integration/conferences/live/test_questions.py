from __future__ import annotations

from datetime import timedelta

import pytest

from polyphonie.conferences.domain.question_groups import (
    add_answer_version,
    answer_group,
    approve_group,
    decline_group,
    forward_group,
    mark_group,
    merge_questions,
    publish_answer,
    send_back_group,
    set_group_text,
    ungroup_question,
    withdraw_approval,
)
from polyphonie.conferences.domain.question_refusals import (
    AnswerAlreadyPublished,
    AnswerMissing,
    DoubtfulWordAbsent,
    MergeAcrossConferences,
    NotAnExpert,
    NotApproved,
    NotForwardedToYou,
    NothingToMerge,
    OriginUnknown,
    QuestionNotForwarded,
    ReasonMissing,
    TextAlreadyThere,
)
from polyphonie.conferences.domain.questions import (
    LanguageUnknown,
    ask_question,
    decline_question,
    reopen_question,
    support_question,
    tally,
    withdraw_question,
)
from polyphonie.conferences.models import LiveBody, LiveEvent, Question, QuestionGroup, QuestionText
from polyphonie.conferences.validators import TextEmpty, TextTooLong, TooManyAtOnce
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain.ledger import verify_chains
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing, Unknown
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.states import TransitionRefused
from polyphonie.network.models import Notice, Person
from tests.factories.live import Stage, build

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


def ask(stage: Stage, site, text: str = "Pourquoi ?", language: str = "fr", number: int = 1, **more):
    return ask_question(
        site=site,
        text=text,
        language=language,
        by=stage.hall(site, number),
        at=more.pop("at", None) or stage.at,
        **more,
    )


def both(stage: Stage):
    return [
        ask(stage, stage.chile, "¿Y las familias?", "es"),
        ask(stage, stage.ireland, "What about families?", "en"),
    ]


def grouped(stage: Stage) -> QuestionGroup:
    return merge_questions(questions=both(stage), by=stage.moderator, at=stage.at)


def forwarded(stage: Stage) -> tuple[QuestionGroup, Actor]:
    person, expert = stage.expert()
    return forward_group(group=grouped(stage), expert=person, by=stage.moderator, at=stage.at), expert


def answered(stage: Stage) -> QuestionGroup:
    group, expert = forwarded(stage)
    return answer_group(group=group, text="Le tiers-lieu.", language="fr", by=expert, at=stage.at)


def events(what: str) -> list[LedgerEvent]:
    return list(LedgerEvent.objects.filter(what=f"conferences.{what}"))


def test_ask_question_is_submitted_and_leaves_one_event(stage: Stage) -> None:
    watching = stage.at - timedelta(minutes=90)
    question = ask(stage, stage.chile, "  ¿Quién?\x00 <i>a</i> ", "es", watching=watching)
    assert (question.state, question.text, question.refers_to) == ("submitted", "¿Quién? <i>a</i>", watching)
    (event,) = LedgerEvent.objects.all()
    assert (event.what, event.urn, event.book) == (
        "conferences.ask_question",
        question.urn,
        stage.conference.urn,
    )
    assert "Quién" not in str(event.data)
    logged = LiveEvent.objects.get()
    assert (logged.kind, logged.scope, logged.site) == ("question", "staff", stage.chile)
    assert logged.refers_to == watching


@pytest.mark.parametrize(
    ("text", "refusal", "named"),
    [
        ("", TextEmpty, "vide"),
        ("\x00\x1b \u202e", TextEmpty, "vide"),
        ("a" * 2_001, TextTooLong, "2\u202f000"),
        ("a" * 100_000, TextTooLong, "2\u202f000"),
    ],
)
def test_ask_question_refuses_empty_and_too_long(stage: Stage, text: str, refusal, named: str) -> None:
    with pytest.raises(refusal) as refused:
        ask(stage, stage.chile, text)
    assert named in str(refused.value)
    assert not Question.objects.exists()
    assert not LedgerEvent.objects.exists()
    assert not LiveEvent.objects.exists()
    ask(stage, stage.chile, "a" * 2_000)


def test_ask_question_refuses_the_sixth_in_two_minutes(stage: Stage) -> None:
    began = stage.at
    for n in range(5):
        ask(stage, stage.chile, f"n° {n}", at=began + timedelta(seconds=n))
    with pytest.raises(TooManyAtOnce) as refused:
        ask(stage, stage.chile, "encore", at=began + timedelta(seconds=60))
    assert refused.value.wait_seconds == 60
    assert len(events("ask_question")) == 5


def test_ask_question_refuses_strangers_and_unknown_languages(stage: Stage) -> None:
    for by in (Actor.visitor(), stage.hall(stage.ireland)):
        with pytest.raises(RightMissing):
            ask_question(site=stage.chile, text="x", language="fr", by=by, at=stage.at)
    for tag in ("", "français", "x" * 300, "fr; drop"):
        with pytest.raises(LanguageUnknown):
            ask(stage, stage.chile, "x", tag)
    assert not LedgerEvent.objects.exists()


def test_ask_question_twice_with_one_key_is_one_question(stage: Stage) -> None:
    first = ask(stage, stage.chile, key="k")
    assert ask(stage, stage.chile, "autre", key="k") == first
    assert len(LedgerEvent.objects.all()) == Question.objects.count() == 1


def test_question_is_readable_by_its_asker_and_by_those_who_handle_it(stage: Stage) -> None:
    question = ask(stage, stage.chile)
    coordinator = stage.actor("site_coordinator", stage.chile.organisation.urn)
    host = stage.actor("host_coordinator", stage.conference.host.urn)
    readers = (stage.hall(stage.chile), stage.moderator, stage.expert()[1], coordinator, host)
    for reader in readers:
        assert list(Question.objects.readable_by(reader, stage.at)) == [question]
        assert list(Question.objects.announced_to(reader, stage.at)) == [question]
    strangers = (
        Actor.visitor(),
        stage.hall(stage.chile, 2),
        stage.hall(stage.ireland),
        stage.actor("site_coordinator", stage.ireland.urn),
        stage.actor("moderator", build("langues").conference.urn),
    )
    for stranger in strangers:
        assert not Question.objects.announced_to(stranger, stage.at).exists()


def test_withdraw_question_is_for_its_asker_while_nobody_has_taken_it_up(stage: Stage) -> None:
    mine, taken = ask(stage, stage.chile), ask(stage, stage.chile, "deux")
    with pytest.raises(Unknown):
        withdraw_question(question=mine, by=stage.moderator, at=stage.at)
    assert withdraw_question(question=mine, by=stage.hall(stage.chile), at=stage.at).state == "withdrawn"
    merge_questions(questions=[taken], by=stage.moderator, at=stage.at)
    with pytest.raises(TransitionRefused):
        withdraw_question(question=taken, by=stage.hall(stage.chile), at=stage.at)


def test_merge_questions_keeps_texts_languages_and_askers(stage: Stage) -> None:
    group = grouped(stage)
    members = list(group.members.order_by("pk"))
    assert [(m.state, m.language, m.site) for m in members] == [
        ("grouped", "es", stage.chile),
        ("grouped", "en", stage.ireland),
    ]
    assert [(t.language, t.text) for t in group.texts.order_by("pk")] == [
        ("es", "¿Y las familias?"),
        ("en", "What about families?"),
    ]
    assert len(events("merge_questions")) == 1


def test_merge_questions_joins_groups_and_ungrouping_loses_nothing(stage: Stage) -> None:
    one, two = both(stage)
    first = merge_questions(questions=[one], by=stage.moderator, at=stage.at)
    second = merge_questions(questions=[two], by=stage.moderator, at=stage.at)
    one.refresh_from_db()
    two.refresh_from_db()
    merged = merge_questions(questions=[one, two], by=stage.moderator, at=stage.at)
    assert merged == first
    assert {m.text for m in merged.members.all()} == {"¿Y las familias?", "What about families?"}
    assert QuestionGroup.objects.filter(pk=second.pk).exists()
    two.refresh_from_db()
    alone = ungroup_question(question=two, by=stage.moderator, at=stage.at)
    assert (alone.state, alone.group, alone.text, alone.language) == (
        "submitted",
        None,
        "What about families?",
        "en",
    )


def test_merge_questions_refuses_nothing_and_two_conferences(stage: Stage) -> None:
    other = build("langues")
    mine, theirs = ask(stage, stage.chile), ask(other, other.chile)
    kept = LedgerEvent.objects.count()
    with pytest.raises(NothingToMerge):
        merge_questions(questions=[], by=stage.moderator, at=stage.at)
    with pytest.raises(MergeAcrossConferences) as caught:
        merge_questions(questions=[mine, theirs], by=stage.moderator, at=stage.at)
    assert caught.value.sentence == (
        "Ces questions viennent de deux conférences : regroupez celles d'une même conférence."
    )
    assert caught.value.field == "questions"
    with pytest.raises(RightMissing):
        merge_questions(questions=[theirs], by=stage.moderator, at=stage.at)
    assert LedgerEvent.objects.count() == kept
    assert not QuestionGroup.objects.exists()


def test_set_group_text_says_how_it_was_translated(stage: Stage) -> None:
    group = grouped(stage)
    said = {
        "group": group,
        "language": "fr",
        "text": "Et les familles ?",
        "by": stage.moderator,
        "at": stage.at,
    }
    assert set_group_text(**said, origin="machine").origin == "machine"
    assert set_group_text(**said, origin="checked").origin == "checked"
    assert QuestionText.objects.filter(group=group, language="fr").count() == 1
    with pytest.raises(OriginUnknown):
        set_group_text(**said, origin="oracle")
    with pytest.raises(ChangedMeanwhile):
        set_group_text(**said, origin="human", version=1)


def test_forward_group_tells_the_expert_and_settles_when_answered(stage: Stage) -> None:
    group, expert = forwarded(stage)
    assert set(group.members.values_list("state", flat=True)) == {"forwarded"}
    notice = Notice.objects.get()
    assert (notice.person, notice.subject_urn, notice.done_at) == (group.expert, group.urn, None)
    answer_group(group=group, text="Oui.", language="fr", by=expert, at=stage.at)
    notice.refresh_from_db()
    assert notice.done_at is not None
    (event,) = events("forward_group")
    assert "Camilleri" not in str(event.data)


def test_forward_group_refuses_who_is_no_expert(stage: Stage) -> None:
    group = grouped(stage)
    person = Person.objects.create(given_name="X", family_name="Y", is_fictitious=True)
    with pytest.raises(NotAnExpert):
        forward_group(group=group, expert=person, by=stage.moderator, at=stage.at)
    group.refresh_from_db()
    assert group.state == "grouped"


def test_answer_group_is_refused_before_forwarding_and_to_another_expert(stage: Stage) -> None:
    _other, stranger = stage.expert("Vella")
    group = grouped(stage)
    with pytest.raises(QuestionNotForwarded):
        answer_group(group=group, text="x", language="fr", by=stranger, at=stage.at)
    person, expert = stage.expert()
    group = forward_group(group=group, expert=person, by=stage.moderator, at=stage.at)
    with pytest.raises(NotForwardedToYou):
        answer_group(group=group, text="x", language="fr", by=stranger, at=stage.at)
    with pytest.raises(RightMissing):
        answer_group(group=group, text="x", language="fr", by=stage.hall(stage.chile), at=stage.at)
    with pytest.raises(DoubtfulWordAbsent):
        answer_group(group=group, text="x", language="fr", by=expert, at=stage.at, doubtful=["tiers-lieu"])
    with pytest.raises(TextEmpty):
        answer_group(group=group, text=" ", language="fr", by=expert, at=stage.at)
    assert not events("answer_group")


def test_send_back_group_lets_the_moderation_choose_again(stage: Stage) -> None:
    group, expert = forwarded(stage)
    assert send_back_group(group=group, by=expert, at=stage.at).state == "grouped"
    assert set(group.members.values_list("state", flat=True)) == {"grouped"}


def test_decline_group_forwarded_needs_a_reason_and_reopens_alone(stage: Stage) -> None:
    group, _expert = forwarded(stage)
    with pytest.raises(ReasonMissing):
        decline_group(group=group, reason=" ", by=stage.moderator, at=stage.at)
    decline_group(group=group, reason="Hors du thème.", by=stage.moderator, at=stage.at)
    question = Question.objects.get(language="es")
    assert (question.state, question.decline_reason) == ("declined", "Hors du thème.")
    question = reopen_question(question=question, by=stage.moderator, at=stage.at)
    assert (question.state, question.group, question.decline_reason) == ("submitted", None, "")


def test_decline_question_may_give_a_reason(stage: Stage) -> None:
    question = decline_question(question=ask(stage, stage.chile), by=stage.moderator, at=stage.at)
    assert (question.state, question.decline_reason) == ("declined", "")
    with pytest.raises(RightMissing):
        decline_question(question=question, by=stage.hall(stage.chile), at=stage.at)


def test_publish_answer_freezes_the_sites_that_read_it_now(stage: Stage) -> None:
    group = publish_answer(group=answered(stage), by=stage.moderator, at=stage.at)
    event = LiveEvent.objects.get(kind="answer")
    # Chile takes its answers with the programme
    assert event.now_sites == [stage.ireland.pk]
    assert (group.answer_seq, group.answer_programme_time) == (event.seq, event.programme_time)
    body = LiveBody.objects.get(event=event)
    assert len(body.askers) == 2
    assert body.body["question"].keys() == {"es", "en"}
    with pytest.raises(AnswerAlreadyPublished):
        publish_answer(group=group, by=stage.moderator, at=stage.at)
    assert verify_chains()[1] == []


def test_publish_answer_needs_an_answer_and_the_moderation(stage: Stage) -> None:
    group, expert = forwarded(stage)
    with pytest.raises(AnswerMissing):
        publish_answer(group=group, by=stage.moderator, at=stage.at)
    group = answer_group(group=group, text="Oui.", language="fr", by=expert, at=stage.at)
    with pytest.raises(RightMissing):
        publish_answer(group=group, by=expert, at=stage.at)
    assert not LiveEvent.objects.filter(kind="answer").exists()


def test_add_answer_version_after_publication_is_a_new_event(stage: Stage) -> None:
    group = publish_answer(group=answered(stage), by=stage.moderator, at=stage.at)
    version = {"by": stage.moderator, "at": stage.at, "origin": "human"}
    add_answer_version(group=group, text="The third place.", language="en", **version)
    link = LiveEvent.objects.get(kind="answer_link")
    assert (link.target_seq, link.now_sites) == (group.answer_seq, [stage.ireland.pk])
    with pytest.raises(TextAlreadyThere):
        add_answer_version(group=group, text="Autre", language="fr", **version)


def test_approve_group_is_public_and_withdrawn_everywhere(stage: Stage) -> None:
    group = approve_group(group=grouped(stage), by=stage.moderator, at=stage.at)
    event = LiveEvent.objects.get(kind="approval")
    assert (event.scope, event.now_sites) == ("public", sorted([stage.ireland.pk, stage.chile.pk]))
    again = approve_group(group=group, by=stage.moderator, at=stage.at)
    assert again.approved_seq == event.seq
    group = withdraw_approval(group=again, by=stage.moderator, at=stage.at)
    assert (group.approved, group.approved_seq) == (False, None)
    assert not LiveBody.objects.filter(event=event).exists()
    assert LiveEvent.objects.filter(kind="removal", target_seq=event.seq).count() == 1


def test_mark_group_puts_one_question_on_air_at_a_time(stage: Stage) -> None:
    group = grouped(stage)
    other = merge_questions(
        questions=[ask(stage, stage.ireland, "autre", number=3)], by=stage.moderator, at=stage.at
    )
    marks = {"mark": "on_air", "value": True, "by": stage.moderator, "at": stage.at}
    with pytest.raises(NotApproved):
        mark_group(group=group, **marks)
    for each in (group, other):
        approve_group(group=each, by=stage.moderator, at=stage.at)
        mark_group(group=each, **marks)
    assert list(QuestionGroup.objects.filter(on_air=True)) == [other]


def test_support_question_counts_distinct_people_over_the_members(stage: Stage) -> None:
    group = approve_group(group=grouped(stage), by=stage.moderator, at=stage.at)
    shared = "participant"
    for number in (1, 2, 3):
        support_question(group=group, site=stage.chile, by=stage.hall(stage.chile, number), at=stage.at)
    third = stage.hall(stage.chile, 3)
    in_both = Actor(third.kind, third.id, frozenset({*third.claims, *stage.hall(stage.ireland).claims}))
    assert all(claim.role == shared for claim in in_both.claims)
    support_question(group=group, site=stage.ireland, by=in_both, at=stage.at)
    assert (
        support_question(group=group, site=stage.ireland, by=stage.hall(stage.ireland, 9), at=stage.at) == 4
    )
    # once more changes nothing
    support_question(group=group, site=stage.chile, by=stage.hall(stage.chile, 1), at=stage.at)
    assert tally(group) == 4
    assert not events("support_question")


def test_support_question_is_unknown_before_it_is_public(stage: Stage) -> None:
    group = grouped(stage)
    with pytest.raises(Unknown):
        support_question(group=group, site=stage.chile, by=stage.hall(stage.chile), at=stage.at)
    other = build("langues")
    approve_group(group=group, by=stage.moderator, at=stage.at)
    with pytest.raises(Unknown):
        support_question(group=group, site=other.chile, by=other.hall(other.chile), at=stage.at)
