"""A project stands to a recommendation as its dates allow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.cooperation.domain.links import (
    ProjectNotPublished,
    ProjectUndated,
    link_project_to_recommendation,
)
from polyphonie.cooperation.interfaces.parts import actions_on_recommendation
from polyphonie.cooperation.models import Project
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.recommendations.domain.actions import ActionPrecedesRecommendation
from polyphonie.recommendations.models import ActionLink
from tests.factories.cooperation import ProjectFactory, ProjectParticipationFactory
from tests.factories.network import OrganisationFactory, coordinator_of, officer_today, signed_in
from tests.factories.portal import published_recommendation

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = Actor.visitor()


def kept(**fields: Any) -> tuple[Project, Actor]:
    project = ProjectFactory.create(**fields)
    owner = ProjectParticipationFactory.create(project=project).organisation
    return project, coordinator_of(owner, Role.COOPERATION_OFFICER)


def test_link_refuses_implements_before_publication_and_offers_precedes() -> None:
    project, keeper = kept(first_signed_year=2010, start_year=2019)
    recommendation = published_recommendation(code="1b")
    values = {"project": project, "recommendation": recommendation, "by": keeper, "at": AT}
    with pytest.raises(ActionPrecedesRecommendation) as refused:
        link_project_to_recommendation(relation="implements", **values)
    assert "2010" in str(refused.value)
    assert "2017" in str(refused.value)
    assert not ActionLink.objects.exists()
    assert not LedgerEvent.objects.exists()
    link = link_project_to_recommendation(relation="precedes", **values)
    assert (link.started, link.started_precision) == (date(2010, 1, 1), "year")
    events = {e.what: e for e in LedgerEvent.objects.order_by("pk")}
    assert set(events) == {"cooperation.link_project_to_recommendation", "recommendations.link_action"}
    assert (
        events["recommendations.link_action"].caused_by
        == events["cooperation.link_project_to_recommendation"].event_id
    )


def test_link_by_the_successors_officer_stands_for_the_body_of_today() -> None:
    today = OrganisationFactory.create()
    project = ProjectFactory.create()
    ProjectParticipationFactory.create(
        project=project,
        organisation=OrganisationFactory.create(successor=today, valid_until=date(2019, 1, 1)),
    )
    link = link_project_to_recommendation(
        project=project,
        recommendation=published_recommendation(code="1b"),
        relation="precedes",
        by=officer_today(today, Role.COOPERATION_OFFICER, AT),
        at=AT,
    )
    assert link.organisation == today


def test_link_refuses_a_draft_and_an_undated_project() -> None:
    recommendation = published_recommendation(code="1b")
    draft, keeper = kept(published_at=None)
    with pytest.raises(ProjectNotPublished):
        link_project_to_recommendation(
            project=draft, recommendation=recommendation, relation="precedes", by=keeper, at=AT
        )
    undated, keeper = kept(first_signed_year=None, start_year=None)
    with pytest.raises(ProjectUndated):
        link_project_to_recommendation(
            project=undated, recommendation=recommendation, relation="precedes", by=keeper, at=AT
        )
    assert not ActionLink.objects.exists()


def test_link_needs_the_role() -> None:
    project, _keeper = kept()
    with pytest.raises(RightMissing):
        link_project_to_recommendation(
            project=project,
            recommendation=published_recommendation(code="1b"),
            relation="precedes",
            by=coordinator_of(OrganisationFactory.create(), Role.COOPERATION_OFFICER),
            at=AT,
        )


def test_recommendation_shows_the_projects_that_can_be_read() -> None:
    recommendation = published_recommendation(code="1b")
    project, keeper = kept()
    link_project_to_recommendation(
        project=project, recommendation=recommendation, relation="precedes", by=keeper, at=AT
    )
    shown = actions_on_recommendation(recommendation, PUBLIC, AT)
    assert shown is not None
    assert project.get_absolute_url() in shown
    Project.objects.update(published_at=None)
    assert actions_on_recommendation(recommendation, PUBLIC, AT) is None


def test_link_form_keeps_the_choice_when_it_is_refused(client: Client) -> None:
    project, keeper = kept()
    recommendation = published_recommendation(code="1b")
    signed_in(client, keeper)
    address = reverse("project_link", kwargs={"slug": project.slug})
    data = {"recommendation": recommendation.pk, "relation": "implements"}
    response = client.post(address, data)
    assert response.status_code == 422
    assert "2010" in response.content.decode()
    assert client.post(address, {**data, "relation": "precedes"}).status_code == 303
    assert "1b" in client.get(project.get_absolute_url()).content.decode()
