"""Keep, adapt, refuse, postpone, write anew: what is written, what is refused without a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.recommendations.domain import contextualising as verbs
from polyphonie.recommendations.domain.drafting import (
    LanguageUnknown,
    PublishedByItsSite,
    RevisedByItsAnswer,
    WordingMissing,
    publish_revision,
    revise_recommendation,
    withdraw_recommendation,
)
from polyphonie.recommendations.domain.evidence_links import StatementNotReadable
from polyphonie.recommendations.domain.panels import (
    NothingToDecide,
    NotOnPanel,
    PanelExists,
    QuorumNotReached,
    QuorumOutOfRange,
    Seat,
    decide_by_panel,
    record_presence,
    seat_panel,
)
from polyphonie.recommendations.domain.processes import SiteProcessExists, open_site_process
from polyphonie.recommendations.domain.site_publication import (
    DecisionMissing,
    NothingToPublish,
    PanelMissing,
    publish_site_recommendations,
)
from polyphonie.recommendations.domain.wording import compose
from polyphonie.recommendations.enums import Relation
from polyphonie.recommendations.models import Derivation, Process, Recommendation, SiteProcess
from tests.factories import recommendations as made
from tests.factories.conferences import SiteFactory
from tests.factories.evidence import EvidenceStatementFactory
from tests.factories.network import PersonFactory, actor_with, text

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
Refused = Callable[..., Any]
AT = made.LATER


@pytest.fixture
def process() -> Process:
    return made.host_process()


@pytest.fixture
def source(process: Process) -> Recommendation:
    return made.published(process, "2e")


@pytest.fixture
def site_process(process: Process) -> SiteProcess:
    return made.working_site(process)


def adopt(source: Recommendation, site_process: SiteProcess, **fields: Any) -> Any:
    return verbs.adopt_recommendation(
        **{
            "source": made.current(source),
            "site_process": site_process,
            "reason": "Nous le faisons déjà.",
            "by": made.TESTS,
            "at": AT,
            **fields,
        }
    )


def test_adopt_copies_the_words_and_leaves_one_event(
    source: Recommendation, site_process: SiteProcess
) -> None:
    before = LedgerEvent.objects.count()
    derivation = adopt(source, site_process)
    assert LedgerEvent.objects.count() == before + 1
    event = LedgerEvent.objects.get(what="recommendations.adopt_recommendation")
    assert (event.urn, event.book) == (derivation.urn, site_process.process.urn)
    assert "Nous" not in str(event.data)
    target = derivation.target
    assert target.sha256 == derivation.source.sha256
    assert (target.recommendation.code, target.recommendation.site) == ("2e", site_process.site)
    assert (target.state, derivation.changed_fields) == ("draft", [])


def test_adapt_says_what_changed(source: Recommendation, site_process: SiteProcess) -> None:
    texts = {"fr": compose(made.current(source).texts.get().title, conditions="Avec deux postes de plus")}
    derivation = made.answered(site_process, source, texts=texts)
    assert (derivation.relation, derivation.changed_fields) == ("adapted", ["conditions"])


def test_refuse_and_defer_have_no_text(process: Process, site_process: SiteProcess) -> None:
    refused = made.answered(site_process, made.published(process, "1a"), Relation.NOT_ADOPTED)
    deferred = made.answered(site_process, made.published(process, "1b"), Relation.DEFERRED)
    assert (refused.target, deferred.target) == (None, None)
    assert deferred.review_on == date(2030, 1, 1)


def test_each_answer_takes_evidence(process: Process, site_process: SiteProcess) -> None:
    statement = EvidenceStatementFactory.create()
    for code, relation in (("1a", "adopted"), ("1b", "adapted"), ("2e", "not_adopted"), ("3", "deferred")):
        derivation = made.answered(
            site_process, made.published(process, code), relation, evidence=[statement]
        )
        assert [e.statement for e in derivation.evidence.all()] == [statement]


@pytest.mark.parametrize("reason", ["", "  ", "\n\t", "\u00a0", "\u200b"])
def test_adopt_without_a_reason_is_refused(
    reason: str, source: Recommendation, site_process: SiteProcess
) -> None:
    with pytest.raises(verbs.DerivationReasonMissing) as caught:
        adopt(source, site_process, reason=reason)
    assert str(caught.value) == "Dites pourquoi le point 2e est retenu tel quel : une phrase suffit."
    assert caught.value.field == "reason"
    assert not Derivation.objects.exists()


def test_each_relation_without_a_reason_is_refused_by_its_own_sentence(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    common = {
        "source": made.current(source),
        "site_process": site_process,
        "reason": " ",
        "by": made.TESTS,
        "at": AT,
    }
    sentences = {
        verbs.adopt_recommendation: (
            {},
            "Dites pourquoi le point 2e est retenu tel quel : une phrase suffit.",
        ),
        verbs.adapt_recommendation: (
            {"texts": made.wordings("Autre")},
            "Dites pourquoi le point 2e est adapté : une phrase suffit.",
        ),
        verbs.refuse_recommendation: ({}, "Dites pourquoi le point 2e n'est pas retenu : une phrase suffit."),
        verbs.defer_recommendation: (
            {"review_on": date(2030, 1, 1)},
            "Dites pourquoi le point 2e est différé : une phrase suffit.",
        ),
    }
    for verb, (more, sentence) in sentences.items():
        refusal = refused_without_trace(verbs.DerivationReasonMissing, verb, **common, **more)
        assert str(refusal) == sentence


def test_a_reason_in_no_language_is_refused(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    refusal = refused_without_trace(
        LanguageUnknown,
        adopt,
        source=source,
        site_process=site_process,
        reason_language='"><b>',
    )
    assert refusal.field == "reason_language"
    assert refusal.sentence == (
        "« \"><b> » n'est pas une langue (BCP 47) ; écrivez par exemple « es » ou « pt-BR »."
    )


def test_answer_twice_is_refused_and_offers_to_change(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    first = adopt(source, site_process)
    refusal = refused_without_trace(
        verbs.AlreadyAnswered,
        verbs.refuse_recommendation,
        source=made.current(source),
        site_process=site_process,
        reason="Non.",
        by=made.TESTS,
        at=AT,
    )
    assert refusal.standing == first
    assert "changez cette réponse" in str(refusal)


def test_answer_given_meanwhile_is_shown_not_overwritten(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    seen = site_process.version
    theirs = adopt(source, site_process, version=seen)
    refusal = refused_without_trace(
        ChangedMeanwhile,
        verbs.refuse_recommendation,
        source=made.current(source),
        site_process=site_process,
        reason="Trop cher pour nous.",
        version=seen,
        by=made.TESTS,
        at=AT,
    )
    assert refusal.theirs == theirs
    assert refusal.mine.reason == "Trop cher pour nous."


def test_answering_another_point_meanwhile_is_no_clash(process: Process, site_process: SiteProcess) -> None:
    seen = site_process.version
    adopt(made.published(process, "1a"), site_process, version=seen)
    adopt(made.published(process, "1b"), site_process, version=seen)
    assert Derivation.objects.count() == 2


def test_change_answer_keeps_the_history(source: Recommendation, site_process: SiteProcess) -> None:
    first = adopt(source, site_process)
    second = verbs.change_answer(
        previous=first,
        relation="adapted",
        reason="Le contexte.",
        texts=made.wordings("Autre"),
        by=made.TESTS,
        at=AT,
    )
    first.refresh_from_db()
    assert (first.superseded_at, second.supersedes) == (AT, first)
    assert first.reason == "Nous le faisons déjà."
    assert second.target.recommendation == first.target.recommendation
    assert second.target.number == 2


def test_change_answer_of_a_changed_answer_shows_the_other(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    first = adopt(source, site_process)
    second = verbs.change_answer(
        previous=first, relation="not_adopted", reason="Finalement non.", by=made.TESTS, at=AT
    )
    refusal = refused_without_trace(
        ChangedMeanwhile,
        verbs.change_answer,
        previous=first,
        relation="adapted",
        reason="Si.",
        texts=made.wordings("Autre"),
        by=made.TESTS,
        at=AT,
    )
    assert refusal.theirs == second


def test_change_to_a_refusal_takes_the_unread_text_away(
    source: Recommendation, site_process: SiteProcess
) -> None:
    first = adopt(source, site_process)
    verbs.change_answer(previous=first, relation="not_adopted", reason="Non.", by=made.TESTS, at=AT)
    assert Recommendation.objects.get(pk=first.target.recommendation.pk).removed_at == AT
    third = verbs.change_answer(
        previous=Derivation.objects.get(superseded_at=None),
        relation="adopted",
        reason="Si.",
        by=made.TESTS,
        at=AT,
    )
    assert third.target.recommendation.code == "2e"


def test_adaptation_that_says_the_same_is_refused(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    same = {"fr": compose("  " + made.current(source).texts.get().title)}
    common = {
        "source": made.current(source),
        "site_process": site_process,
        "reason": "r",
        "by": made.TESTS,
        "at": AT,
    }
    refused_without_trace(verbs.NothingAdapted, verbs.adapt_recommendation, texts=same, **common)
    refused_without_trace(
        verbs.NotTheSameWording,
        verbs.adapt_recommendation,
        texts=made.wordings("Autre"),
        relation="adopted",
        **common,
    )
    refused_without_trace(
        verbs.RelationWithoutText, verbs.adapt_recommendation, texts=same, relation="deferred", **common
    )
    refused_without_trace(WordingMissing, verbs.adapt_recommendation, texts={}, **common)
    assert verbs.adapt_recommendation(texts=same, relation="adopted", **common).relation == "adopted"


def test_sources_that_cannot_be_answered_are_refused(
    process: Process, source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    common = {"site_process": site_process, "reason": "r", "by": made.TESTS, "at": AT}
    draft = made.draft(process, "1c").revisions.get()
    elsewhere = made.current(made.published(made.host_process(), "9z"))
    refused_without_trace(verbs.SourceNotPublished, verbs.adopt_recommendation, source=draft, **common)
    refused_without_trace(verbs.SourceNotOffered, verbs.adopt_recommendation, source=elsewhere, **common)
    early = {**common, "at": made.PUBLISHED - timedelta(hours=1)}
    refused_without_trace(
        verbs.SourceNotPublished, verbs.adopt_recommendation, source=made.current(source), **early
    )
    old = made.current(source)
    newer = revise_recommendation(
        recommendation=source, texts=made.wordings("Nouveau texte"), version=1, by=made.TESTS, at=AT
    )
    publish_revision(revision=newer, by=made.TESTS, at=AT)
    refusal = refused_without_trace(verbs.SourceNotCurrent, verbs.adopt_recommendation, source=old, **common)
    assert "révision 2" in str(refusal)


def test_defer_wants_a_day_to_come(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    common = {
        "source": made.current(source),
        "site_process": site_process,
        "reason": "r",
        "by": made.TESTS,
        "at": AT,
    }
    refused_without_trace(verbs.ReviewDateMissing, verbs.defer_recommendation, review_on=None, **common)
    refused_without_trace(verbs.ReviewDatePast, verbs.defer_recommendation, review_on=AT.date(), **common)


def test_evidence_is_required_where_the_process_says_so(
    process: Process, source: Recommendation, refused_without_trace: Refused
) -> None:
    strict = made.working_site(process, requires_evidence=True)
    common = {
        "source": made.current(source),
        "site_process": strict,
        "reason": "r",
        "by": made.TESTS,
        "at": AT,
    }
    refusal = refused_without_trace(verbs.EvidenceMissing, verbs.refuse_recommendation, **common)
    assert "2e" in str(refusal)
    unread = EvidenceStatementFactory.create(published_at=None)
    refused_without_trace(StatementNotReadable, verbs.refuse_recommendation, evidence=[unread], **common)
    verbs.refuse_recommendation(evidence=[EvidenceStatementFactory.create()], **common)


def test_only_the_sites_own_coordinator_answers(
    process: Process, source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    chile = made.working_site(process)
    outsiders = {
        "coordinator of another site": made.coordinator(chile),
        "coordinator of the host": actor_with(
            Role.HOST_COORDINATOR, process.issuer.urn, organisation=process.issuer, at=AT
        ),
        "public": Actor.visitor(),
    }
    for actor in outsiders.values():
        refusal = refused_without_trace(
            RightMissing,
            verbs.adopt_recommendation,
            source=made.current(source),
            site_process=site_process,
            reason="r",
            by=actor,
            at=AT,
        )
        assert str(refusal) == (
            "Il faut le rôle « coordination » de ce site ; demandez-le à l'instance hôte."
        )
    adopt(source, site_process, by=made.coordinator(site_process))


def test_de_novo_stands_without_a_source(site_process: SiteProcess, refused_without_trace: Refused) -> None:
    derivation = made.answered(site_process, None, code="N1")
    assert (derivation.relation, derivation.source, derivation.about) == ("de_novo", None, None)
    refusal = refused_without_trace(
        verbs.DerivationReasonMissing,
        verbs.write_de_novo,
        site_process=site_process,
        code="N2",
        texts=made.wordings("Autre"),
        reason="",
        by=made.TESTS,
        at=AT,
    )
    assert str(refusal) == "Dites pourquoi le point N2 est nouveau : une phrase suffit."


def test_a_second_process_of_one_site_is_refused(
    site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    refused_without_trace(SiteProcessExists, open_site_process, site=site_process.site, by=made.TESTS, at=AT)


def test_panel_decides_at_quorum_and_not_below(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    panel = made.seated(site_process.process, seats=9, quorum=7, present=5)
    refused_without_trace(NothingToDecide, decide_by_panel, panel=panel, by=made.TESTS, at=AT)
    derivation = adopt(source, site_process)
    refusal = refused_without_trace(QuorumNotReached, decide_by_panel, panel=panel, by=made.TESTS, at=AT)
    assert str(refusal) == "Il manque 2 présents sur 7 pour décider ; la proposition reste ouverte."
    refusal = refused_without_trace(
        QuorumNotReached, publish_site_recommendations, site_process=site_process, by=made.TESTS, at=AT
    )
    assert str(refusal) == "Il manque 2 présents sur 7 pour décider ; la proposition reste ouverte."
    record_presence(panel=panel, present=[f"P{n}" for n in range(1, 8)], by=made.TESTS, at=AT)
    refused_without_trace(
        DecisionMissing, publish_site_recommendations, site_process=site_process, by=made.TESTS, at=AT
    )
    site_process.refresh_from_db()
    refused_without_trace(
        ChangedMeanwhile, decide_by_panel, panel=panel, version=site_process.version - 1, by=made.TESTS, at=AT
    )
    (decision,) = decide_by_panel(panel=panel, version=site_process.version, by=made.TESTS, at=AT)
    assert (decision.present, decision.quorum, decision.derivation) == (7, 7, derivation)
    assert publish_site_recommendations(site_process=site_process, by=made.TESTS, at=AT) == 1
    site_process.refresh_from_db()
    assert (site_process.state, site_process.published_version) == ("published", 1)
    refused_without_trace(
        NothingToPublish, publish_site_recommendations, site_process=site_process, by=made.TESTS, at=AT
    )


def test_publishing_without_a_panel_is_refused(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    adopt(source, site_process)
    refused_without_trace(
        PanelMissing, publish_site_recommendations, site_process=site_process, by=made.TESTS, at=AT
    )


def test_seat_panel_refuses_what_cannot_decide(
    site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    common = {
        "process": site_process.process,
        "name": text("Panel"),
        "members": [Seat(PersonFactory.create())],
        "by": made.TESTS,
        "at": AT,
    }
    for quorum in (0, 2, -1):
        refused_without_trace(QuorumOutOfRange, seat_panel, quorum=quorum, **common)
    panel = seat_panel(quorum=1, **common)
    refused_without_trace(PanelExists, seat_panel, quorum=1, **common)
    refused_without_trace(NotOnPanel, record_presence, panel=panel, present=["P9"], by=made.TESTS, at=AT)


def test_published_answer_stands_until_its_successor_is_out(process: Process, source: Recommendation) -> None:
    site_process = made.published_site(process, {source: Relation.ADOPTED})
    first = Derivation.objects.get()
    day = timedelta(days=1)
    visitor = Actor.visitor()
    second = verbs.change_answer(
        previous=first, relation="not_adopted", reason="Après six mois, non.", by=made.TESTS, at=AT + day
    )
    public = Derivation.objects.readable_by(visitor, AT + day).in_force(AT + day)
    assert list(public) == [first]
    panel = site_process.process.panels.get()
    record_presence(panel=panel, present=["P1", "P2"], by=made.TESTS, at=AT + 2 * day)
    decide_by_panel(panel=panel, by=made.TESTS, at=AT + 2 * day)
    assert publish_site_recommendations(site_process=site_process, by=made.TESTS, at=AT + 2 * day) == 2
    after = AT + 3 * day
    assert list(Derivation.objects.readable_by(visitor, after).in_force(after)) == [second]
    assert list(Derivation.objects.readable_by(visitor, AT + day).in_force(AT + day)) == [first]
    own = Recommendation.objects.get(site=site_process.site)
    assert own.removed_at == AT + 2 * day


def test_new_source_sends_the_answers_to_review(process: Process, source: Recommendation) -> None:
    other = made.published(process, "1a")
    site_process = made.published_site(process, {source: Relation.ADAPTED, other: Relation.ADOPTED})
    newer = revise_recommendation(
        recommendation=source, texts=made.wordings("Nouveau texte"), version=1, by=made.TESTS, at=AT
    )
    assert not Derivation.objects.filter(source_changed=True).exists()
    publish_revision(revision=newer, by=made.TESTS, at=AT)
    assert list(Derivation.objects.filter(source_changed=True)) == [Derivation.objects.get(about=source)]
    site_process.refresh_from_db()
    assert site_process.state == "review_needed"
    answer = verbs.change_answer(
        previous=Derivation.objects.get(about=source),
        relation="adapted",
        reason="Notre texte tient encore.",
        texts=made.wordings("Notre façon de dire 2e"),
        source=newer,
        by=made.TESTS,
        at=AT,
    )
    assert (answer.source, answer.source_changed, answer.target.number) == (newer, False, 1)


def test_a_sites_text_changes_only_with_its_answer(
    source: Recommendation, site_process: SiteProcess, refused_without_trace: Refused
) -> None:
    derivation = adopt(source, site_process)
    own = derivation.target.recommendation
    refused_without_trace(
        RevisedByItsAnswer,
        revise_recommendation,
        recommendation=own,
        texts=made.wordings("Autre"),
        version=1,
        by=made.TESTS,
        at=AT,
    )
    refused_without_trace(
        PublishedByItsSite, publish_revision, revision=derivation.target, by=made.TESTS, at=AT
    )


def test_withdrawing_a_text_takes_its_answer_along(process: Process, source: Recommendation) -> None:
    made.published_site(process, {source: Relation.ADOPTED})
    derivation = Derivation.objects.get()
    own = derivation.target.recommendation
    own.refresh_from_db()
    withdraw_recommendation(recommendation=own, version=own.version, by=made.TESTS, at=AT)
    assert not Derivation.objects.readable_by(Actor.visitor(), AT).exists()


def test_a_circle_of_descent_is_refused(
    process: Process, source: Recommendation, refused_without_trace: Refused
) -> None:
    own = made.published_site(process, {source: Relation.ADOPTED})
    theirs = own.process.recommendations.get()
    back = made.working_site(
        own.process, site=SiteFactory.create(conference=process.conference, state="accepted")
    )
    answer = made.answered(back, theirs, Relation.ADOPTED)
    # the host's very revision declared to descend from what descends from it
    Derivation.objects.filter(pk=answer.pk).update(target=made.current(source))
    refusal = refused_without_trace(
        verbs.LineageCircle,
        verbs.adopt_recommendation,
        source=made.current(source),
        site_process=_site_whose_text_is(process, source, answer),
        reason="r",
        by=made.TESTS,
        at=AT,
    )
    assert "2e" in str(refusal)


def _site_whose_text_is(process: Process, source: Recommendation, answer: Derivation) -> SiteProcess:
    """A site whose own text on the point already stands among the ancestors of the source."""
    third = made.working_site(process)
    first = made.answered(third, source, Relation.ADOPTED)
    ancestor = first.target
    Derivation.objects.filter(pk=answer.pk).update(source=ancestor, about=ancestor.recommendation)
    Derivation.objects.filter(pk=first.pk).update(superseded_at=AT)
    return third
