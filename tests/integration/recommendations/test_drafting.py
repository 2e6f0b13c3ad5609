"""Write, revise, translate, publish, withdraw, rest on evidence; what leaks to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.network.enums import INSTALLATION, Role
from polyphonie.network.models import Person
from polyphonie.recommendations.domain import drafting as verbs
from polyphonie.recommendations.domain.evidence_links import (
    BlockUnknown,
    EvidenceAlreadyLinked,
    EvidenceOfPublished,
    StatementNotReadable,
    link_evidence,
    unlink_evidence,
)
from polyphonie.recommendations.domain.queries.portal import latest_published, search_documents
from polyphonie.recommendations.domain.queries.reading import of_conference
from polyphonie.recommendations.domain.wording import compose
from polyphonie.recommendations.models import Derivation, Process, Recommendation, Revision
from tests.factories import recommendations as made
from tests.factories.evidence import EvidenceStatementFactory
from tests.factories.network import actor_with, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
Refused = Callable[..., Any]
AT = made.LATER
BY = {"by": made.TESTS, "at": AT}


def test_revise_adds_an_immutable_revision() -> None:
    recommendation = made.published(code="1b")
    revision = verbs.revise_recommendation(
        recommendation=recommendation, texts=made.wordings("Autrement"), version=1, **BY
    )
    assert [r.number for r in recommendation.revisions.order_by("number")] == [1, 2]
    assert revision.parent == recommendation.revisions.get(number=1)
    assert (revision.state, revision.texts.get().title) == ("draft", "Autrement")


def test_revise_with_the_same_words_adds_nothing() -> None:
    recommendation = made.published(code="1b")
    title = recommendation.revisions.get().texts.get().title
    same = verbs.revise_recommendation(
        recommendation=recommendation, texts={"fr": compose(f"  {title} ")}, version=1, **BY
    )
    assert same == recommendation.revisions.get()


def test_revise_meanwhile_shows_both(refused_without_trace: Refused) -> None:
    recommendation = made.published(code="1b")
    verbs.revise_recommendation(
        recommendation=recommendation, texts=made.wordings("Les leurs"), version=1, **BY
    )
    refusal = refused_without_trace(
        ChangedMeanwhile,
        verbs.revise_recommendation,
        recommendation=recommendation,
        texts=made.wordings("Les miens"),
        version=1,
        **BY,
    )
    assert (refusal.theirs["fr"].title, refusal.mine["fr"].title) == ("Les leurs", "Les miens")


@pytest.mark.parametrize(
    ("texts", "error", "field"),
    [
        ({}, verbs.WordingMissing, "title"),
        ({"fr": compose("\u200b")}, verbs.WordingMissing, "title_fr"),
        ({"fr": compose("Seule", translation="machine")}, verbs.WordingMissing, "title"),
        ({"fr": compose("x" * 401)}, verbs.WordingTooLong, "title_fr"),
        ({"fr": compose("x", "y " * 20_000)}, verbs.WordingTooLong, "body_fr"),
        ({"français": compose("x")}, verbs.LanguageUnknown, "language"),
    ],
)
def test_texts_nobody_could_read_are_refused(
    texts: Any, error: type[Exception], field: str, refused_without_trace: Refused
) -> None:
    process = made.host_process()
    refusal = refused_without_trace(
        error, verbs.draft_recommendation, process=process, code="1a", texts=texts, **BY
    )
    assert refusal.field == field


def test_a_code_is_given_once_and_never_blank(refused_without_trace: Refused) -> None:
    process = made.host_process()
    made.draft(process, "1a")
    common = {"process": process, "texts": made.wordings("Autre"), **BY}
    refused_without_trace(verbs.CodeTaken, verbs.draft_recommendation, code=" 1a ", **common)
    refused_without_trace(verbs.CodeMissing, verbs.draft_recommendation, code=" ", **common)


def test_translation_joins_and_a_reviewed_one_replaces_a_machines(refused_without_trace: Refused) -> None:
    revision = made.published(code="1b").revisions.get()
    digest = revision.sha256
    common = {"revision": revision, "language": "en", **BY}
    verbs.add_translation(wording=compose("By machine"), origin="machine", **common)
    verbs.add_translation(wording=compose("By a person"), origin="reviewed", **common)
    fresh = Revision.objects.prefetch_related("texts").get(pk=revision.pk)
    assert fresh.sha256 == digest
    assert fresh.text_for("en").title == "By a person"
    assert fresh.text_for("es").title == fresh.text_for("fr").title
    refused_without_trace(
        verbs.TranslationExists, verbs.add_translation, wording=compose("Again"), origin="reviewed", **common
    )


def test_publish_refuses_twice_and_out_of_order(refused_without_trace: Refused) -> None:
    recommendation = made.published(code="1b")
    first = recommendation.revisions.get()
    refused_without_trace(verbs.AlreadyPublished, verbs.publish_revision, revision=first, **BY)
    second = verbs.revise_recommendation(
        recommendation=recommendation, texts=made.wordings("Deux"), version=1, **BY
    )
    third = verbs.revise_recommendation(
        recommendation=recommendation, texts=made.wordings("Trois"), version=2, **BY
    )
    verbs.publish_revision(revision=third, **BY)
    refused_without_trace(verbs.NewerRevisionPublished, verbs.publish_revision, revision=second, **BY)


def test_withdrawn_is_gone_for_those_who_read_it_and_unknown_to_others(client: Client, at_later: Any) -> None:
    public = made.published(code="1b")
    draft = made.draft(code="1c")
    for recommendation in (public, draft):
        verbs.withdraw_recommendation(recommendation=recommendation, version=1, **BY)
    for recommendation, status in ((public, 410), (draft, 404)):
        for name in ("recommendation", "recommendation_json", "recommendation_csv"):
            response = client.get(reverse(name, args=[recommendation.uid]))
            assert response.status_code == status, name
            assert "exclusion" not in response.content.decode()
        assert client.get(recommendation.permalink).status_code == status


def test_evidence_is_linked_once_to_published_readable_statements(refused_without_trace: Refused) -> None:
    recommendation = made.draft(code="1b", texts=made.wordings("Titre", body="Un passage."))
    revision = recommendation.revisions.get()
    statement = EvidenceStatementFactory.create()
    common = {"revision": revision, **BY}
    link = link_evidence(statement=statement, block_id="b1", stance="qualifies", **common)
    refused_without_trace(EvidenceAlreadyLinked, link_evidence, statement=statement, block_id="b1", **common)
    refused_without_trace(BlockUnknown, link_evidence, statement=statement, block_id="b9", **common)
    later = EvidenceStatementFactory.create(published_at=AT + timedelta(days=1))
    refused_without_trace(StatementNotReadable, link_evidence, statement=later, **common)
    verbs.publish_revision(revision=revision, **BY)
    refused_without_trace(EvidenceOfPublished, unlink_evidence, link=link, **BY)


def jury_draft() -> tuple[Process, Recommendation, Actor]:
    """A jury behind closed doors, with a draft that could leak in three languages and two tables."""
    process = made.host_process(is_closed=True)
    panel = made.seated(process, seats=3, quorum=2, at=AT - timedelta(days=30))
    member = panel.members.order_by("pk")[1].person
    recommendation = made.draft(process, "1b", texts=made.wordings("SECRET-DU-JURY", "SECRET-DU-JURY"))
    actor = actor_with(Role.DECISION_MAKER, process.issuer.urn, person=member, at=AT)
    return process, recommendation, actor


def test_closed_deliberation_is_seen_by_its_panel_alone() -> None:
    process, recommendation, member = jury_draft()
    outsiders = [
        Actor.visitor(),
        actor_with(Role.HOST_COORDINATOR, process.issuer.urn, organisation=process.issuer, at=AT),
        actor_with(Role.HOST_COORDINATOR, process.conference.urn, at=AT),
        actor_with(Role.ADMINISTRATOR, INSTALLATION, at=AT),
        actor_with(Role.MEMBER, "network:group:00000000-0000-7000-8000-000000000009", at=AT),
    ]
    for actor in outsiders:
        for rows in (Recommendation.objects, Revision.objects):
            assert not rows.readable_by(actor, AT).exists()
            assert not rows.announced_to(actor, AT).exists()
        assert of_conference(process.conference, actor, AT, "fr") == []
        assert latest_published(actor, AT, "fr") == []
    assert list(Recommendation.objects.readable_by(member, AT)) == [recommendation]
    assert list(search_documents(AT)) == []


def test_closed_deliberation_leaks_through_no_address(client: Client, at_later: Any) -> None:
    process, recommendation, member = jury_draft()
    host = actor_with(Role.HOST_COORDINATOR, process.issuer.urn, organisation=process.issuer, at=AT)
    revision = recommendation.revisions.get()
    addresses = [
        reverse("recommendation", args=[recommendation.uid]),
        reverse("recommendation_json", args=[recommendation.uid]),
        reverse("recommendation_csv", args=[recommendation.uid]),
        reverse("recommendation_revision", args=[recommendation.uid, 1]),
        recommendation.permalink,
        revision.permalink,
    ]
    unknown = client.get(reverse("recommendation", args=[process.uid]))
    assert unknown.status_code == 404
    for who in (None, host):
        if who is not None:
            signed_in(client, who)
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 404, address
            assert "SECRET" not in response.content.decode()
    listing = client.get(reverse("conference_recommendations", args=[process.conference.slug]))
    assert "SECRET" not in listing.content.decode()
    client.logout()
    signed_in(client, Person.objects.get(actor_identity__actor_id=member.id))
    assert "SECRET" in client.get(addresses[0]).content.decode()


def test_a_draft_revision_of_a_published_text_is_not_found(client: Client, at_later: Any) -> None:
    recommendation = made.published(code="1b")
    verbs.revise_recommendation(
        recommendation=recommendation, texts=made.wordings("PAS-ENCORE"), version=1, **BY
    )
    draft = recommendation.revisions.get(number=2)
    page = client.get(reverse("recommendation", args=[recommendation.uid]))
    assert "PAS-ENCORE" not in page.content.decode()
    assert client.get(reverse("recommendation_revision", args=[recommendation.uid, 2])).status_code == 404
    assert client.get(draft.permalink).status_code == 404
    assert [d.title for d in search_documents(AT)] == [
        recommendation.revisions.get(number=1).texts.get().title
    ]


def test_nothing_is_public_before_its_hour() -> None:
    recommendation = made.published(code="1b")
    early = made.PUBLISHED - timedelta(seconds=1)
    assert not Recommendation.objects.readable_by(Actor.visitor(), early).exists()
    assert list(Recommendation.objects.readable_by(Actor.visitor(), made.PUBLISHED)) == [recommendation]


def test_a_sites_unpublished_answers_are_its_own() -> None:
    process = made.host_process()
    source = made.published(process, "1b")
    ours, theirs = made.working_site(process), made.working_site(process)
    made.answered(ours, source)
    assert list(Derivation.objects.readable_by(made.coordinator(ours), AT)) == [Derivation.objects.get()]
    for actor in (Actor.visitor(), made.coordinator(theirs)):
        assert not Derivation.objects.readable_by(actor, AT).exists()


def test_drafting_needs_its_right(refused_without_trace: Refused) -> None:
    open_process, closed = made.host_process(), made.host_process(is_closed=True)
    stranger = actor_with(Role.HOST_COORDINATOR, made.host_process().issuer.urn, at=AT)
    host = actor_with(Role.HOST_COORDINATOR, closed.issuer.urn, organisation=closed.issuer, at=AT)
    for process, actor in ((open_process, stranger), (closed, host), (open_process, Actor.visitor())):
        refused_without_trace(
            RightMissing,
            verbs.draft_recommendation,
            process=process,
            code="1a",
            texts=made.wordings(),
            by=actor,
            at=AT,
        )


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "  "},
        {"relation": "not_adopted"},
        {"relation": "de_novo"},
        {"source": None},
        {"relation": "deferred", "target": None},
        {"published_at": AT},
    ],
)
def test_the_table_itself_refuses_a_broken_answer(change: dict[str, Any]) -> None:
    process = made.host_process()
    made.answered(made.working_site(process), made.published(process, "1b"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Derivation.objects.update(**change)
