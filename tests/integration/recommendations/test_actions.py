"""Actions, follow-up, feedback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.enums import Role
from polyphonie.recommendations.domain import actions as verbs
from polyphonie.recommendations.models import ActionLink, FeedbackReport
from tests.factories import recommendations as made
from tests.factories.network import OrganisationFactory, ThemeFactory, coordinator_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]
Refused = Callable[..., Any]
AT = made.LATER
URN = "cooperation:project:00000000-0000-7000-8000-000000000001"


def link(recommendation: Any, **fields: Any) -> dict[str, Any]:
    return {
        "recommendation": recommendation,
        "relation": "implements",
        "action_urn": URN,
        "label": text("Suspension alternative", "Alternative Suspension"),
        "organisation": OrganisationFactory.create(),
        "started": date(2010, 1, 1),
        "started_precision": "year",
        "by": made.TESTS,
        "at": AT,
        **fields,
    }


def test_an_action_that_precedes_cannot_implement(refused_without_trace: Refused) -> None:
    recommendation = made.published(code="1b")
    refusal = refused_without_trace(
        verbs.ActionPrecedesRecommendation, verbs.link_action, **link(recommendation)
    )
    assert str(refusal) == (
        "Ce projet débute en 2010, la recommandation date de 2017 : choisissez « précède » ou « illustre »."
    )
    assert [str(o) for o in refusal.offers] == ["precedes", "illustrates"]
    for relation in refusal.offers:
        verbs.link_action(**link(made.published(code=relation[:3]), relation=relation))


@pytest.mark.parametrize(
    ("started", "precision", "refused"),
    [
        (date(2017, 12, 7), "day", True),
        (date(2017, 12, 8), "day", False),
        (date(2017, 11, 30), "month", True),
        (date(2017, 12, 1), "month", False),
        (date(2017, 1, 1), "year", False),
        (date(2016, 12, 31), "year", True),
    ],
)
def test_implements_is_judged_as_far_as_the_date_is_known(
    started: date, precision: str, refused: bool
) -> None:
    arguments = link(made.published(code="1b"), started=started, started_precision=precision)
    if refused:
        with pytest.raises(verbs.ActionPrecedesRecommendation):
            verbs.link_action(**arguments)
    else:
        assert verbs.link_action(**arguments).relation == "implements"


def test_link_action_refusals_leave_nothing(refused_without_trace: Refused) -> None:
    recommendation = made.published(code="1b")
    refused_without_trace(verbs.StartMissing, verbs.link_action, **link(recommendation, started=None))
    refused_without_trace(
        verbs.LabelMissing, verbs.link_action, **link(recommendation, label=LocalisedText())
    )
    refused_without_trace(
        verbs.RecommendationNotPublished,
        verbs.link_action,
        **link(made.draft(code="1z"), relation="precedes"),
    )
    refused_without_trace(
        RightMissing,
        verbs.link_action,
        **link(recommendation, by=coordinator_of(OrganisationFactory.create())),
    )
    verbs.link_action(**link(recommendation, relation="precedes"))
    refused_without_trace(
        verbs.ActionAlreadyLinked, verbs.link_action, **link(recommendation, relation="illustrates")
    )


def test_links_are_shown_as_far_as_the_acting_body_shows_them() -> None:
    recommendation = made.published(code="1b")
    body = OrganisationFactory.create()
    for number, visibility in enumerate(("public", "partners", "body")):
        made.action(recommendation, organisation=body, visibility=visibility, urn=URN[:-1] + str(number))
    partner = coordinator_of(OrganisationFactory.create())
    own = coordinator_of(body, Role.COOPERATION_OFFICER)
    for actor, expected in ((Actor.visitor(), 1), (partner, 2), (own, 3)):
        assert ActionLink.objects.readable_by(actor, AT).count() == expected
    early = datetime(2017, 1, 1, tzinfo=UTC)
    assert not ActionLink.objects.readable_by(own, early).exists()


def test_feedback_is_read_by_its_two_bodies_until_it_is_published(refused_without_trace: Refused) -> None:
    recommendation = made.published(code="1b", themes=[ThemeFactory.create()])
    report = made.feedback(recommendation)
    writer = coordinator_of(report.organisation)
    host = coordinator_of(recommendation.issuer, Role.HOST_COORDINATOR)
    stranger = coordinator_of(OrganisationFactory.create())
    assert list(report.themes.all()) == list(recommendation.themes.all())
    for actor in (Actor.visitor(), stranger):
        assert not FeedbackReport.objects.readable_by(actor, AT).exists()
    for actor in (writer, host):
        assert FeedbackReport.objects.readable_by(actor, AT).exists()
    publish = {"report": report, "at": AT}
    refused_without_trace(RightMissing, verbs.publish_feedback, version=1, by=writer, **publish)
    refused_without_trace(ChangedMeanwhile, verbs.publish_feedback, version=9, by=host, **publish)
    verbs.publish_feedback(version=1, by=host, **publish)
    refused_without_trace(
        verbs.FeedbackAlreadyPublished, verbs.publish_feedback, version=2, by=host, **publish
    )
    assert FeedbackReport.objects.readable_by(Actor.visitor(), AT).exists()


def test_feedback_refusals_leave_nothing(refused_without_trace: Refused) -> None:
    recommendation = made.published(code="1b")
    common = {"organisation": OrganisationFactory.create(), "by": made.TESTS, "at": AT}
    refused_without_trace(
        verbs.FeedbackEmpty,
        verbs.submit_feedback,
        recommendation=recommendation,
        modalities=" \u200b",
        **common,
    )
    refused_without_trace(verbs.FeedbackAboutNothing, verbs.submit_feedback, modalities="Fait.", **common)
    refused_without_trace(
        verbs.FeedbackTooLong,
        verbs.submit_feedback,
        recommendation=recommendation,
        modalities="x" * 20_001,
        **common,
    )
    refused_without_trace(
        verbs.FollowUpEmpty,
        verbs.record_follow_up,
        recommendation=recommendation,
        dated=AT.date(),
        text=LocalisedText(fr="\u200b"),
        **common,
    )
    refused_without_trace(
        verbs.NextDateBeforeDate,
        verbs.record_follow_up,
        recommendation=recommendation,
        dated=AT.date(),
        next_date=AT.date(),
        text=text("Repris."),
        **common,
    )
