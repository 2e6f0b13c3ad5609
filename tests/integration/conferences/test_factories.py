"""Each factory gives a row that the database accepts."""

import pytest

from tests.factories import conferences as rows

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    "factory",
    [
        rows.ConferenceFactory,
        rows.ProcessPhaseFactory,
        rows.RoomFactory,
        rows.SessionFactory,
        rows.ClosedSessionFactory,
        rows.ParticipationFactory,
        rows.SiteFactory,
        rows.LiveSiteFactory,
        rows.SiteGroupFactory,
        rows.AttendanceFactory,
        rows.MediaChannelFactory,
        rows.ConferenceResourceFactory,
    ],
)
def test_factory_gives_a_row(factory):
    row = factory.create()
    row.refresh_from_db()
    assert str(row)
