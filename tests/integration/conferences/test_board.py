"""*Partages*: twelve bodies by two conferences, one's own row for a partner, exports."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from polyphonie.conferences.domain.queries.sites import board_for
from polyphonie.conferences.models import Site
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing
from tests.factories.conferences import (
    ConferenceFactory,
    LiveSiteFactory,
    SessionFactory,
    SiteFactory,
    host_coordinator,
    paris,
    site_coordinator,
)
from tests.factories.network import HostFactory, OrganisationFactory, TerritoryFactory, signed_in, text

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]

OCTOBER = datetime(2018, 10, 1, 8, 0, tzinfo=UTC)
TWELVE = {
    "Japon": "Asia/Tokyo",
    "Pays-Bas": "Europe/Amsterdam",
    "Belgique": "Europe/Brussels",
    "Portugal": "Europe/Lisbon",
    "Québec": "America/Toronto",
    "Irlande": "Europe/Dublin",
    "Chili": "America/Santiago",
    "Malte": "Europe/Malta",
    "Maroc": "Africa/Casablanca",
    "République dominicaine": "America/Santo_Domingo",
    "Lituanie": "Europe/Vilnius",
    "Bulgarie": "Europe/Sofia",
}


@pytest.fixture
def host():
    return HostFactory.create()


def conference_of(host, title, first, last, hours, languages):
    conference = ConferenceFactory.create(
        host=host,
        title=text(title),
        start_date=first.date(),
        end_date=last.date(),
        languages=languages,
        announced_at=datetime(2018, 9, 28, 8, 0, tzinfo=UTC),
    )
    for start, end in hours:
        SessionFactory.create(conference=conference, start_at=start, end_at=end)
    return conference


@pytest.fixture
def shared(host):
    past = conference_of(host, "Décrochage", paris(2017, 11, 9), paris(2017, 11, 10), [], ["fr"])
    SiteFactory.create(conference=past)
    guidance = conference_of(
        host,
        "Orientation",
        paris(2018, 11, 8),
        paris(2018, 11, 9),
        [(paris(2018, 11, 8, 9, 30), paris(2018, 11, 8, 11, 0))],
        ["fr", "en"],
    )
    languages = conference_of(
        host,
        "Langues vivantes",
        paris(2019, 3, 13),
        paris(2019, 3, 14),
        [
            (paris(2019, 3, 13, 10, 0), paris(2019, 3, 13, 11, 10)),
            (paris(2019, 3, 13, 16, 30), paris(2019, 3, 13, 18, 0)),
        ],
        ["fr"],
    )
    for country, zone in TWELVE.items():
        body = OrganisationFactory.create(
            name=text(f"instance partenaire – {country}"),
            territory=TerritoryFactory.create(name=text(country)),
        )
        for conference in (guidance, languages):
            LiveSiteFactory.create(
                conference=conference,
                organisation=body,
                time_zone=zone,
                state="proposed",
                language="en" if country == "Irlande" else "fr",
            )
    return guidance, languages


def address(name, *args):
    with translation.override("fr"):
        return reverse(name, args=args)


def test_board_for_the_host_has_twelve_rows_and_24_cells(shared):
    board = board_for(host_coordinator(shared[0]), OCTOBER)
    assert [str(c.title) for c in board.conferences] == ["Orientation", "Langues vivantes"]
    assert len(board.rows) == 12
    assert len(board.cells) == 24
    hours = {
        str(row.organisation).split("– ")[1]: tuple(
            cell.hours.local_from.strftime("%H:%M") for _c, cell in row.cells
        )
        for row in board.rows
    }
    assert hours == {
        "Japon": ("17:30", "18:00"),
        "Pays-Bas": ("09:30", "10:00"),
        "Belgique": ("09:30", "10:00"),
        "Portugal": ("08:30", "09:00"),
        "Québec": ("03:30", "05:00"),
        "Irlande": ("08:30", "09:00"),
        "Chili": ("05:30", "06:00"),
        "Malte": ("09:30", "10:00"),
        "Maroc": ("09:30", "10:00"),
        "République dominicaine": ("04:30", "05:00"),
        "Lituanie": ("10:30", "11:00"),
        "Bulgarie": ("10:30", "11:00"),
    }


def test_board_warns_of_a_language_that_is_not_heard(shared):
    board = board_for(host_coordinator(shared[0]), OCTOBER)
    warned = [
        (str(cell.site.organisation), str(conference.title))
        for row in board.rows
        for conference, cell in row.cells
        if cell.language.warns
    ]
    assert warned == [("instance partenaire – Irlande", "Langues vivantes")]


def test_board_for_a_partner_is_its_own_row(shared):
    site = Site.objects.filter(time_zone="America/Santiago").first()
    board = board_for(site_coordinator(site), OCTOBER)
    assert [row.organisation for row in board.rows] == [site.organisation]
    assert len(board.cells) == 2
    assert not board.runs


def test_board_refuses_somebody_without_a_site(client):
    with pytest.raises(RightMissing):
        board_for(Actor.visitor(), OCTOBER)


def test_the_page_of_a_partner_names_no_other_body(client, shared):
    site = Site.objects.filter(time_zone="America/Santiago", conference=shared[1]).get()
    signed_in(client, site_coordinator(site))
    Site.objects.update(state="accepted")
    shared[1].end_date = datetime(2026, 12, 31, tzinfo=UTC).date()
    shared[1].save()
    for name in ("board", "board_csv"):
        page = client.get(address(name)).content.decode()
        assert "instance partenaire – Chili" in page
        assert "Irlande" not in page


@pytest.fixture
def today(shared):
    """The same conferences, moved to where the clock of the test client stands."""
    for conference in shared:
        conference.end_date = datetime(2099, 12, 31, tzinfo=UTC).date()
        conference.save()
    return shared


def test_the_host_invites_all_and_accepts_the_proposed_modes(client, today):
    signed_in(client, host_coordinator(today[0]))
    page = client.get(address("board")).content.decode()
    for hour in ("05:30", "04:30", "03:30"):
        assert f">{hour}</time> → léger différé" in page
    assert client.post(address("invite_all")).status_code == 303
    assert set(Site.objects.filter(conference__in=today).values_list("state", flat=True)) == {"invited"}
    sites = Site.objects.filter(conference=today[0], time_zone__in=("America/Santiago", "America/Toronto"))
    answer = client.post(
        address("accept_modes"), {"conference": today[0].slug, "site": [str(s.uid) for s in sites]}
    )
    assert answer.status_code == 303
    assert [(s.mode, s.delay_minutes) for s in sites.order_by("pk")] == [("delayed", 330), ("delayed", 210)]
    assert Site.objects.get(conference=today[0], time_zone="America/Santo_Domingo").mode == "live"


def test_the_csv_has_a_line_per_cell_and_neutralises_formulas(client, today):
    body = Site.objects.get(conference=today[0], time_zone="Europe/Malta").organisation
    body.name = text("=HYPERLINK(1)")
    body.save()
    signed_in(client, host_coordinator(today[0]))
    lines = client.get(address("board_csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 25
    assert lines[0].startswith("Instance,Conférence,Premier jour,Heure de l'hôte,Heure locale")
    assert sum(line.startswith("'=HYPERLINK(1)") for line in lines) == 2
    tokyo = next(line for line in lines if "Japon,Langues" in line)
    assert ",10:00,18:00,18:00,0,Asia/Tokyo,direct,0,français,oui" in tokyo


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Toronto"])
def test_the_calendar_of_a_site_has_its_local_hours(client, today, zone):
    Site.objects.update(state="accepted")
    site = Site.objects.get(conference=today[1], time_zone=zone)
    calendar = Calendar.from_ical(client.get(address("site_ics", site.uid)).content)
    starts = [e["DTSTART"] for e in calendar.walk("VEVENT")]
    assert {e.params["TZID"] for e in starts} == {zone}
    assert [e.dt.strftime("%d %H:%M") for e in starts] == {
        "Asia/Tokyo": ["13 18:00", "14 00:30"],
        "America/Toronto": ["13 05:00", "13 11:30"],
    }[zone]
    assert calendar.walk("VTIMEZONE")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_asks_a_constant_number_of_queries(client, host, rows, django_assert_num_queries):
    conference = conference_of(
        host,
        "Orientation",
        paris(2018, 11, 8),
        datetime(2099, 1, 1, tzinfo=UTC),
        [(paris(2018, 11, 8, 9, 30), paris(2018, 11, 8, 11, 0))],
        ["fr"],
    )
    LiveSiteFactory.create_batch(rows, conference=conference)
    signed_in(client, host_coordinator(conference))
    client.get(address("board"))
    with django_assert_num_queries(BOARD_QUERIES):
        client.get(address("board"))


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_page_of_a_site_asks_a_constant_number_of_queries(client, sessions, django_assert_num_queries):
    site = SiteFactory.create()
    for n in range(sessions):
        SessionFactory.create(conference=site.conference, start_at=paris(2017, 11, 9, 9 + n, 0))
    signed_in(client, site_coordinator(site))
    path = address("site", site.uid)
    client.get(path)
    with django_assert_num_queries(SITE_QUERIES):
        client.get(path)


BOARD_QUERIES = 11
SITE_QUERIES = 22
