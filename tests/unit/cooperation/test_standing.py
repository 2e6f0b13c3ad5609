"""What is true of a project today."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from polyphonie.cooperation.domain.queries.standing import Standing, standing_of
from polyphonie.cooperation.models import Project

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("declared", "start", "end", "expected"),
    [
        ("ongoing", 2019, date(2020, 12, 31), Standing.ENDED_UNCONFIRMED),
        ("ongoing", 2019, date(2026, 11, 22), Standing.ONGOING),
        ("ongoing", 2019, date(2026, 11, 21), Standing.ENDED_UNCONFIRMED),
        ("ongoing", 2019, None, Standing.ONGOING),
        ("suspended", 2019, date(2020, 12, 31), Standing.ENDED_UNCONFIRMED),
        ("ended", 2019, None, Standing.ENDED),
        ("ended", 2019, date(2020, 12, 31), Standing.ENDED),
        ("", 2019, date(2020, 12, 31), Standing.ENDED),
        ("", 2019, None, Standing.UNKNOWN),
        ("planned", 2027, None, Standing.PLANNED),
        ("planned", 2026, None, Standing.PLANNED),
        ("planned", 2025, None, Standing.START_UNCONFIRMED),
        ("planned", 2019, date(2020, 12, 31), Standing.ENDED_UNCONFIRMED),
    ],
)
def test_standing_says_what_the_dates_say(
    declared: str, start: int, end: date | None, expected: Standing
) -> None:
    project = Project(declared_status=declared, start_year=start, end_on=end)
    assert standing_of(project, AT).standing is expected


def test_first_known_year_leaves_the_mission_out() -> None:
    project = Project(first_mission_year=2009, first_signed_year=2010, start_year=2019)
    assert project.first_known_year() == 2010
