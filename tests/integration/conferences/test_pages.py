"""Every page of the room, in both languages, for the public, a partner and the host."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation
from lxml import html

from polyphonie.conferences.domain.readiness import answer_readiness
from polyphonie.conferences.enums import ReadinessQuestion
from polyphonie.conferences.models import Site
from tests.factories.conferences import (
    DURING,
    ClosedSessionFactory,
    ConferenceFactory,
    ConferenceResourceFactory,
    LiveSiteFactory,
    ParticipationFactory,
    ProcessPhaseFactory,
    RoomFactory,
    SessionFactory,
    SiteFactory,
    host_coordinator,
    jury_member,
    paris,
    site_coordinator,
)
from tests.factories.network import StakeholderGroupFactory, coordinator_of, signed_in

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def conference():
    conference = ConferenceFactory.create()
    room = RoomFactory.create(conference=conference)
    first = SessionFactory.create(conference=conference, room=room)
    ParticipationFactory.create(session=first)
    SessionFactory.create(conference=conference, start_at=paris(2017, 11, 9, 16, 30))
    ProcessPhaseFactory.create(conference=conference)
    ConferenceResourceFactory.create(conference=conference)
    return conference


@pytest.fixture
def closed(conference):
    return ClosedSessionFactory.create(
        conference=conference, start_at=paris(2017, 11, 10, 14, 0), room=conference.rooms.get()
    )


def address(name, *args, language="fr"):
    with translation.override(language):
        return reverse(name, args=args)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_public_pages_answer_everybody(client, conference, language):
    site = SiteFactory.create(conference=conference)
    session = conference.sessions.first()
    for path in (
        address("conferences", language=language),
        address("conference", conference.slug, language=language),
        address("conference", conference.slug, language=language) + f"?site={site.uid}",
        address("session", session.uid, language=language),
        address("site", site.uid, language=language),
        address("conference_json", conference.slug, language=language),
        address("conference_ics", conference.slug, language=language),
        address("schedule_json", conference.slug, language=language),
        address("schedule_xml", conference.slug, language=language),
        address("site_ics", site.uid, language=language),
        address("site_json", site.uid, language=language),
    ):
        assert (path, client.get(path).status_code) == (path, 200)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_the_host_answer_the_host(client, conference, language):
    site = SiteFactory.create(conference=conference)
    session = conference.sessions.first()
    signed_in(client, host_coordinator(conference))
    for path in (
        address("open_conference", language=language),
        address("manage_conference", conference.slug, language=language),
        address("associate_site", conference.slug, language=language),
        address("schedule_session", conference.slug, language=language),
        address("attach_resource", conference.slug, language=language),
        address("import_schedule", conference.slug, language=language),
        address("move_session", session.uid, language=language),
        address("session", session.uid, language=language),
        address("site", site.uid, language=language),
        address("change_site", site.uid, language=language),
        address("attendance", site.uid, language=language),
        address("board", language=language),
        address("board_csv", language=language),
        address("conferences", language=language),
        address("conference", conference.slug, language=language),
    ):
        assert (path, client.get(path).status_code) == (path, 200)


def test_pages_of_the_host_name_the_right_to_others(client, conference):
    site = SiteFactory.create(conference=conference)
    signed_in(client, site_coordinator(site))
    for name, args in (
        ("manage_conference", [conference.slug]),
        ("schedule_session", [conference.slug]),
        ("import_schedule", [conference.slug]),
        ("move_session", [conference.sessions.first().uid]),
    ):
        answer = client.get(address(name, *args))
        assert answer.status_code == 403
        assert "coordination" in answer.content.decode()


def test_pages_that_write_send_the_public_to_sign_in(client, conference):
    site = SiteFactory.create(conference=conference)
    for path in (
        address("associate_site", conference.slug),
        address("change_site", site.uid),
        address("board"),
    ):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/fr/account/login/")


def test_a_conference_in_preparation_is_unknown_to_others(client):
    conference = ConferenceFactory.create(state="draft", announced_at=None)
    SessionFactory.create(conference=conference)
    for name in ("conference", "conference_json", "conference_ics", "schedule_json", "schedule_xml"):
        assert client.get(address(name, conference.slug)).status_code == 404
    assert str(conference.title) not in client.get(address("conferences")).content.decode()
    signed_in(client, host_coordinator(conference))
    assert client.get(address("conference", conference.slug)).status_code == 200


def test_a_closed_session_never_leaks(client, conference, closed):
    """Title, guid, uid and hour: on no page, in no file, in no count, for anybody outside its group."""
    site = SiteFactory.create(conference=conference)
    secrets = ("Délibération", "Deliberation", closed.guid, str(closed.uid), str(closed.group.name))

    def look():
        for path in (
            address("conferences"),
            address("conference", conference.slug),
            address("conference", conference.slug) + f"?site={site.uid}",
            address("conference_json", conference.slug),
            address("conference_ics", conference.slug),
            address("schedule_json", conference.slug),
            address("schedule_xml", conference.slug),
            address("site", site.uid),
            address("site_ics", site.uid),
            address("site_json", site.uid),
        ):
            yield path, client.get(path).content.decode()

    for actor in (None, site_coordinator(site)):
        if actor is not None:
            signed_in(client, actor)
        for path, text in look():
            assert [secret for secret in secrets if secret in text] == [], path
        assert client.get(address("session", closed.uid)).status_code == 404
        assert client.get(f"/id/session/{closed.uid}").status_code == 404
        assert "2 séances" in client.get(address("conferences")).content.decode()
    csv = client.get(address("board_csv")).content.decode()
    assert [secret for secret in secrets if secret in csv] == []
    signed_in(client, jury_member(closed))
    assert client.get(address("session", closed.uid)).status_code == 200
    assert closed.guid in client.get(address("schedule_xml", conference.slug)).content.decode()
    assert "3 séances" in client.get(address("conferences")).content.decode()


def test_associate_site_from_its_form(client, conference):
    body = SiteFactory.build().organisation
    body.territory.save()
    body.save()
    signed_in(client, coordinator_of(body))
    fields = {
        "organisation": body.pk,
        "kind": "partner",
        "time_zone": "Africa/Casablanca",
        "mode": "delayed",
        "delay_minutes": "90",
        "language": "fr",
        "expected_attendance": "25",
        "answers": "at_once",
    }
    path = address("associate_site", conference.slug)
    shown = client.post(path, {**fields, "preview": "1"})
    assert shown.status_code == 200
    assert not Site.objects.exists()
    for hour in ("09:30", "08:30", "10:00"):
        assert f">{hour}</time>" in shown.content.decode()
    refused = client.post(path, {**fields, "delay_minutes": "-10"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Le différé va de 0 à 10\xa0080 minutes ; vous avez saisi −10." in text
    assert 'value="-10"' in text
    assert not Site.objects.exists()
    made = client.post(path, fields)
    site = Site.objects.get()
    assert (made.status_code, made["Location"]) == (303, address("site", site.uid))
    page = client.get(made["Location"]).content.decode()
    assert site.short_code in page
    for hour in ("09:30", "08:30", "10:00"):
        assert f">{hour}</time>" in page


@pytest.mark.parametrize(
    ("zone", "sentence"),
    [("GMT+1", "Le fuseau « GMT+1 » n&#x27;est pas un lieu")],
)
def test_associate_site_keeps_the_input_of_a_refused_zone(client, conference, zone, sentence):
    site = SiteFactory.create()
    signed_in(client, site_coordinator(site))
    answer = client.post(
        address("associate_site", conference.slug),
        {
            "organisation": site.organisation.pk,
            "kind": "partner",
            "time_zone": zone,
            "mode": "live",
            "delay_minutes": "0",
            "language": "fr",
            "answers": "at_once",
        },
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{zone}"' in answer.content.decode()


def test_change_site_shows_both_versions(client, conference):
    site = SiteFactory.create(conference=conference)
    signed_in(client, site_coordinator(site))
    Site.objects.filter(pk=site.pk).update(version=2, delay_minutes=45)
    fields = {
        "kind": "partner",
        "time_zone": "Africa/Casablanca",
        "mode": "delayed",
        "delay_minutes": "120",
        "language": "fr",
        "answers": "at_once",
        "version": "1",
    }
    answer = client.post(address("change_site", site.uid), fields)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "différé de 45 minutes" in text
    assert 'value="120"' in text
    assert 'name="version" value="2"' in text
    assert client.post(address("change_site", site.uid), {**fields, "version": "2"}).status_code == 303
    site.refresh_from_db()
    assert (site.delay_minutes, site.version) == (120, 3)


def test_change_site_names_the_right_to_a_neighbour(client, conference):
    rabat, chile = SiteFactory.create_batch(2, conference=conference)
    signed_in(client, site_coordinator(chile))
    answer = client.get(address("change_site", rabat.uid))
    assert answer.status_code == 403
    assert "Il faut le rôle « coordination » de ce site" in answer.content.decode()


def test_a_site_page_keeps_its_preparation_to_its_team(client, conference):
    site = SiteFactory.create(conference=conference)
    StakeholderGroupFactory.create(slug="regions")
    public = client.get(address("site", site.uid)).content.decode()
    for private in ("preparation", "regions", site.short_code, "Décideurs attendus"):
        assert private not in public
    signed_in(client, site_coordinator(site))
    team = client.get(address("site", site.uid)).content.decode()
    assert site.short_code in team
    assert "voix absente" in team


def test_the_six_questions_stand_in_six_rows_of_three_choices_and_on_paper(client, conference):
    site = SiteFactory.create(conference=conference)
    signed_in(client, site_coordinator(site))
    answer_readiness(
        site=site, answers={"priority": True, "voices": False}, by=site_coordinator(site), at=DURING
    )
    tree = html.fromstring(client.get(address("site", site.uid, language="en")).content)
    rows = tree.xpath("//section[@id='preparation']//form//fieldset")
    asked = [row.xpath("string(legend)") for row in rows]
    assert [row.get("id") for row in rows] == [f"id_{q.value}_group" for q in ReadinessQuestion]
    with translation.override("en"):
        assert asked == [str(q.label) for q in ReadinessQuestion]
    assert {tuple(" ".join(t.text_content().split()) for t in row.xpath(".//label")) for row in rows} == {
        ("yes", "not yet", "no answer")
    }
    for row in rows:  # every choice has its label, and one of the three is chosen
        boxes = row.xpath(".//input[@type='radio']")
        assert row.xpath(".//label/@for") == [box.get("id") for box in boxes]
    chosen = tree.xpath("//section[@id='preparation']//input[@checked]")
    assert [(box.get("name"), box.get("value")) for box in chosen] == [
        ("priority", "yes"),
        ("agenda", ""),
        ("brief", ""),
        ("voices", "no"),
        ("facilitation", ""),
        ("outputs", ""),
    ]
    paper = tree.xpath("//table[@class='on-paper']//tr")
    assert [(r.xpath("string(th)"), r.xpath("string(td)")) for r in paper] == list(
        zip(asked, ["yes", "no answer", "no answer", "not yet", "no answer", "no answer"], strict=True)
    )


def test_an_unknown_answer_to_the_six_questions_is_said_in_its_row(client, conference):
    site = SiteFactory.create(conference=conference)
    signed_in(client, site_coordinator(site))
    refused = client.post(address("answer_readiness", site.uid), {"brief": "maybe"})
    assert refused.status_code == 422
    tree = html.fromstring(refused.content)
    assert [row.get("id") for row in tree.xpath("//fieldset[.//ul[contains(@class, 'errorlist')]]")] == [
        "id_brief_group"
    ]
    assert tree.xpath("//div[contains(@class, 'form-errors')]//a/@href") == ["#id_brief_group"]


def test_readiness_groups_and_attendance_from_the_page(client, conference):
    site = SiteFactory.create(conference=conference)
    group = StakeholderGroupFactory.create()
    absent = StakeholderGroupFactory.create(slug="regions")
    signed_in(client, site_coordinator(site))
    answers = {
        "priority": "yes",
        "agenda": "yes",
        "brief": "yes",
        "voices": "no",
        "facilitation": "",
        "outputs": "",
    }
    assert client.post(address("answer_readiness", site.uid), answers).status_code == 303
    assert list(site.readiness_answers.order_by("question").values_list("question", "is_ready")) == [
        ("agenda", True),
        ("brief", True),
        ("priority", True),
        ("voices", False),
    ]
    assert client.post(address("choose_groups", site.uid), {"group": [group.slug]}).status_code == 303
    assert list(site.site_groups.filter(invited=True).values_list("group__slug", flat=True)) == [group.slug]
    counted = client.post(
        address("attendance", site.uid),
        {"session": conference.sessions.first().pk, f"group-{group.slug}": "12"},
    )
    assert counted.status_code == 303
    page = client.get(address("site", site.uid)).content.decode()
    assert "12 présents" in page
    assert page.count("voix absente") == 1
    assert str(absent.name) in page


def test_the_host_schedules_moves_and_announces_from_the_pages(client):
    conference = ConferenceFactory.create(state="draft", announced_at=None)
    signed_in(client, host_coordinator(conference))
    fields = {
        "title_fr": "Ouverture",
        "kind": "opening",
        "start_at": "2017-11-09T09:30",
        "end_at": "2017-11-09T10:00",
        "language": "fr",
        "access": "public",
    }
    made = client.post(address("schedule_session", conference.slug), fields)
    session = conference.sessions.get()
    assert made.status_code == 303
    assert session.start_at == paris(2017, 11, 9, 9, 30)
    moved = client.post(
        address("move_session", session.uid),
        {"start_at": "2017-11-10T10:00", "end_at": "2017-11-10T10:30", "version": "1"},
    )
    assert moved.status_code == 303
    stale = client.post(
        address("move_session", session.uid),
        {"start_at": "2017-11-10T11:00", "end_at": "2017-11-10T11:30", "version": "1"},
    )
    assert stale.status_code == 409
    named = client.post(
        address("name_participation", session.uid), {"public_name": "Orateur fictif", "role": "speaker"}
    )
    assert named.status_code == 303
    assert client.post(address("conference_state", conference.slug, "announce_conference")).status_code == 303
    client.logout()
    page = client.get(address("conference", conference.slug)).content.decode()
    assert "Ouverture" in page
    assert "Orateur fictif" in page


@pytest.mark.parametrize("sites", [1, 12])
def test_the_conference_page_asks_a_constant_number_of_queries(
    client, conference, sites, django_assert_num_queries
):
    LiveSiteFactory.create_batch(sites, conference=conference)
    path = address("conference", conference.slug)
    client.get(path)
    with django_assert_num_queries(CONFERENCE_QUERIES):
        client.get(path)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_a_constant_number_of_queries(client, rows, django_assert_num_queries):
    for conference in ConferenceFactory.create_batch(rows):
        SessionFactory.create(conference=conference)
        SiteFactory.create(conference=conference)
    path = address("conferences")
    client.get(path)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(path)


CONFERENCE_QUERIES = 12
LIST_QUERIES = 1
