"""The API against what its own description allows, and a little of what it does not."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from django.conf import settings as project
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from tests.factories.conferences import ConferenceFactory, SessionFactory
from tests.factories.cooperation import ProjectFactory
from tests.factories.evidence import EvidenceStatementFactory, FigureFactory
from tests.factories.portal import published_recommendation

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of the fuzzer's own dependencies
    import schemathesis

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def rows() -> None:
    SessionFactory.create(conference=ConferenceFactory.create())
    published_recommendation("1b")
    EvidenceStatementFactory.create()
    FigureFactory.create()
    ProjectFactory.create()


LITTLE = settings(
    max_examples=5,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def hold(operation: Any) -> None:
    """Ask for what the description allows; the answer must be one that it describes."""

    @LITTLE
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(base_url="http://testserver")

    ask()


@pytest.mark.usefixtures("rows")
def test_api_holds_to_its_description(client: Client) -> None:
    assert "testserver" in project.ALLOWED_HOSTS
    document = client.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        hold(operation)
    assert len(operations) == len(document["paths"]) == 13
