"""A disagreement is read from the instant at which it was recorded: hub and recommendation obey it too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from polyphonie.kernel.actor import Actor
from polyphonie.portal.domain.queries.hub import theme_hub
from polyphonie.recommendations.domain.queries.reading import recommendation_page
from polyphonie.recommendations.models import EvidenceLink
from tests.factories.evidence import (
    ConflictFactory,
    ConflictReadingFactory,
    EvidenceStatementFactory,
    FigureFactory,
)
from tests.factories.network import ThemeFactory
from tests.factories.portal import published_recommendation

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

RECORDED = datetime(2025, 12, 31, 9, tzinfo=UTC)
PUBLIC = Actor.visitor()


def test_a_disagreement_of_2025_is_not_read_before() -> None:
    theme, figure = ThemeFactory.create(), FigureFactory.create()
    conflict = ConflictFactory.create(recorded_at=RECORDED)
    conflict.themes.add(theme)
    ConflictReadingFactory.create(conflict=conflict, figure=figure)
    ConflictReadingFactory.create(conflict=conflict)
    recommendation = published_recommendation("1b", themes=(theme,))
    EvidenceLink.objects.create(
        revision=recommendation.revisions.get(),
        statement=EvidenceStatementFactory.create(figures=[figure], resource=None),
    )

    def seen(at: datetime) -> tuple[list[object], list[object]]:
        hub = theme_hub(theme.slug, PUBLIC, at)
        page = recommendation_page(recommendation.uid, PUBLIC, at, "fr")
        return [c for c, _readings in hub.evidence.conflicts], [c for e in page.evidence for c in e.conflicts]

    assert seen(RECORDED - timedelta(seconds=1)) == ([], [])
    assert seen(RECORDED) == ([conflict], [conflict])
    conflict.withdrawn_at = RECORDED + timedelta(days=1)
    conflict.save(update_fields=["withdrawn_at"])
    assert seen(RECORDED + timedelta(days=1)) == ([], [])
