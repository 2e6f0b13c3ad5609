"""Who is told that a source has changed, or that a site has published; and until when it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from polyphonie.kernel.actor import Actor
from polyphonie.network.domain.notice import settle_notice
from polyphonie.network.domain.queries.notices import notices_for
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice
from polyphonie.recommendations.domain.contextualising import change_answer
from polyphonie.recommendations.domain.drafting import (
    publish_revision,
    revise_recommendation,
    withdraw_recommendation,
)
from polyphonie.recommendations.domain.panels import decide_by_panel
from polyphonie.recommendations.domain.processes import open_site_process
from polyphonie.recommendations.domain.site_publication import publish_site_recommendations
from polyphonie.recommendations.models import Derivation, Process, Recommendation, Revision, SiteProcess
from tests.factories import recommendations as made
from tests.factories.conferences import SiteFactory, host_coordinator
from tests.factories.network import OrganisationFactory, actor_with, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
AT = made.LATER
DAY = timedelta(days=1)


@pytest.fixture
def process() -> Process:
    return made.host_process()


@pytest.fixture
def source(process: Process) -> Recommendation:
    return made.published(process, "2e")


def site_of(process: Process, fr: str, en: str) -> SiteProcess:
    body = OrganisationFactory.create(name=text(fr, en))
    site = SiteFactory.create(conference=process.conference, organisation=body, state="accepted")
    return made.working_site(process, site=site)


def revised(source: Recommendation, words: str, *, publish: bool = True) -> Revision:
    source.refresh_from_db()
    newer = revise_recommendation(
        recommendation=source, texts=made.wordings(words), version=source.version, by=made.TESTS, at=AT
    )
    return publish_revision(revision=newer, by=made.TESTS, at=AT) if publish else newer


def waits(actor: Actor) -> list[tuple[str, str]]:
    return [(n.expectation["fr"], n.link) for n in notices_for(actor, AT + DAY)]


def changed(answer: Derivation, code: str, body: str) -> tuple[str, str]:
    return (
        f"La source du point {code} a changé depuis la réponse de « {body} » : "
        "comparer, puis confirmer ou changer la réponse",
        f"/id/derivation/{answer.uid}",
    )


def test_sites_that_answered_are_told_that_the_source_has_changed_since(
    process: Process, source: Recommendation
) -> None:
    rabat, chile, silent = (
        site_of(process, *names)
        for names in (("Maroc", "Morocco"), ("Chili", "Chile"), ("Irlande", "Ireland"))
    )
    other = made.published(process, "1a")
    answer, theirs = made.answered(rabat, source), made.answered(chile, source, "not_adopted")
    made.answered(silent, other)
    mine, colleague, far, apart = (made.coordinator(p) for p in (rabat, rabat, chile, silent))
    host = host_coordinator(process.conference)
    draft = revised(source, "Nouveau texte", publish=False)
    assert not Notice.objects.exists()  # a draft is nobody's business yet
    publish_revision(revision=draft, by=made.TESTS, at=AT)
    assert waits(mine) == waits(colleague) == [changed(answer, "2e", "Maroc")]
    assert waits(far) == [changed(theirs, "2e", "Chili")]
    assert (waits(apart), waits(host)) == ([], [])
    english = "The source of point 2e has changed since “Chile” answered: compare, then confirm or change the answer"
    assert Notice.objects.get(subject_urn=theirs.urn).expectation["en"] == english


def test_a_second_change_is_not_told_twice_unless_the_first_was_settled(
    process: Process, source: Recommendation
) -> None:
    rabat = site_of(process, "Maroc", "Morocco")
    answer = made.answered(rabat, source)
    mine = made.coordinator(rabat)
    revised(source, "Deuxième texte")
    revised(source, "Troisième texte")
    assert waits(mine) == [changed(answer, "2e", "Maroc")]
    settle_notice(notice=Notice.objects.get(), by=mine, at=AT)
    assert waits(mine) == []
    revised(source, "Quatrième texte")
    assert waits(mine) == [changed(answer, "2e", "Maroc")]


def test_answering_the_new_source_settles_the_notice(process: Process, source: Recommendation) -> None:
    rabat, chile = site_of(process, "Maroc", "Morocco"), site_of(process, "Chili", "Chile")
    answer, theirs = made.answered(rabat, source), made.answered(chile, source)
    mine, far = made.coordinator(rabat), made.coordinator(chile)
    newer = revised(source, "Nouveau texte")
    change_answer(
        previous=answer,
        relation="adapted",
        reason="Notre texte tient encore.",
        texts=made.wordings("Notre façon de dire 2e"),
        source=newer,
        by=made.TESTS,
        at=AT,
    )
    assert (waits(mine), waits(far)) == ([], [changed(theirs, "2e", "Chili")])
    own = theirs.target.recommendation  # type: ignore[union-attr]  # an adaptation has a text
    withdraw_recommendation(recommendation=own, version=own.version, by=made.TESTS, at=AT)
    assert waits(far) == []


def test_behind_closed_doors_the_chair_is_told_and_not_the_coordination(
    process: Process, source: Recommendation
) -> None:
    site = SiteFactory.create(conference=process.conference, state="accepted")
    closed = open_site_process(site=site, source_process=process, is_closed=True, by=made.TESTS, at=AT)
    panel = made.seated(closed.process, seats=2, quorum=1)
    answer = made.answered(closed, source, "not_adopted")
    coordinator = made.coordinator(closed)
    chair = actor_with(Role.CHAIR, panel.group.urn, at=AT)
    member = actor_with(Role.MEMBER, panel.group.urn, at=AT)
    revised(source, "Nouveau texte")
    assert [link for _sentence, link in waits(chair)] == [f"/id/derivation/{answer.uid}"]
    assert (waits(coordinator), waits(member)) == ([], [])


def test_the_host_is_told_which_version_a_site_has_published(
    process: Process, source: Recommendation
) -> None:
    host, of_conference = (
        host_coordinator(process.conference),
        actor_with(Role.HOST_COORDINATOR, process.conference.urn, at=AT),
    )
    stranger = host_coordinator(made.host_process().conference)
    rabat = site_of(process, "Maroc", "Morocco")
    mine = made.coordinator(rabat)
    made.answered(rabat, source, "adopted")
    panel = made.seated(rabat.process, seats=2, quorum=1, present=1)
    decide_by_panel(panel=panel, by=made.TESTS, at=AT)
    assert waits(host) == []
    publish_site_recommendations(site_process=rabat, by=mine, at=AT)
    link = f"/id/site_process/{rabat.uid}"
    first = [("« Maroc » a publié la version 1 de ses préconisations : les lire", link)]
    assert waits(host) == waits(of_conference) == first
    assert (waits(stranger), waits(mine)) == ([], [])

    change_answer(
        previous=Derivation.objects.get(),
        relation="not_adopted",
        reason="Après six mois, non.",
        by=made.TESTS,
        at=AT,
    )
    decide_by_panel(panel=panel, by=made.TESTS, at=AT)
    publish_site_recommendations(site_process=rabat, by=mine, at=AT)
    assert waits(host) == [("« Maroc » a publié la version 2 de ses préconisations : les lire", link)]


def test_the_links_of_the_notices_lead_to_a_page(
    client: Client, process: Process, source: Recommendation, at_later: object
) -> None:
    rabat = made.published_site(process, {source: "adapted"})
    host, mine = host_coordinator(process.conference), made.coordinator(rabat)
    revised(source, "Nouveau texte")
    made.published_site(process, {source: "adopted"})
    for actor, kind in ((mine, "derivation"), (host, "site_process")):
        signed_in(client, actor)
        home = client.get("/fr/").content.decode()
        links = [n.link for n in notices_for(actor, AT)]
        assert [link.split("/")[2] for link in links] == [kind]
        assert f'href="{links[0]}"' in home
        assert client.get(links[0], follow=True).status_code == 200
