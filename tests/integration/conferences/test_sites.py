"""Sites: associated once per body, changed with care, invited, and refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from polyphonie.conferences.domain.conferences import ConferenceClosed
from polyphonie.conferences.domain.sites import (
    AttendanceOutOfRange,
    ConferenceNotAnnounced,
    DelayOutOfRange,
    LanguageUnknown,
    LiveHasNoDelay,
    ModeUnknown,
    NightNotConfirmed,
    NoNightToConfirm,
    SessionElsewhere,
    SiteAlreadyAssociated,
    SiteTerms,
    accept_invitation,
    accept_proposal,
    associate_site,
    change_site,
    confirm_night,
    decline_invitation,
    invite_site,
    nights_of,
    record_attendance,
    terms_of,
    withdraw_site,
)
from polyphonie.conferences.models import Attendance, Site
from polyphonie.kernel.clock import ZoneUnknown
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.states import TransitionRefused
from tests.factories.conferences import (
    DURING,
    ClosedSessionFactory,
    ConferenceFactory,
    LiveSiteFactory,
    SessionFactory,
    SiteFactory,
    host_coordinator,
    paris,
    site_coordinator,
)
from tests.factories.network import OrganisationFactory, StakeholderGroupFactory, coordinator_of

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]

RABAT = SiteTerms(
    mode="delayed", delay_minutes=90, time_zone="Africa/Casablanca", language="fr", expected_attendance=25
)


@pytest.fixture
def conference():
    conference = ConferenceFactory.create()
    SessionFactory.create(conference=conference)
    return conference


def test_associate_site_gives_a_site_with_a_code_and_one_event(conference, acts):
    body = OrganisationFactory.create()
    site = associate_site(
        conference=conference, organisation=body, terms=RABAT, by=coordinator_of(body), at=DURING
    )
    site.refresh_from_db()
    assert terms_of(site) == RABAT
    assert (site.state, site.version, len(site.short_code)) == ("proposed", 1, 6)
    assert acts() == ["conferences.associate_site"]
    event = LedgerEvent.objects.get()
    assert (event.urn, event.book) == (site.urn, site.urn)
    assert event.data == {
        "conference": conference.urn,
        "organisation": body.urn,
        "mode": "delayed",
        "delay_minutes": 90,
        "time_zone": "Africa/Casablanca",
        "language": "fr",
        "expected_attendance": 25,
        "night_confirmed": False,
    }


def test_associate_site_may_be_done_by_the_host_for_a_body(conference):
    body = OrganisationFactory.create()
    site = associate_site(
        conference=conference, organisation=body, terms=RABAT, by=host_coordinator(conference), at=DURING
    )
    assert site.organisation == body


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (-10, "Le différé va de 0 à 10\xa0080 minutes ; vous avez saisi −10."),
        (100_000, "Le différé va de 0 à 10\xa0080 minutes ; vous avez saisi 100\xa0000."),
        (10_081, "Le différé va de 0 à 10\xa0080 minutes ; vous avez saisi 10\xa0081."),
    ],
)
def test_associate_site_refuses_a_delay_out_of_range(conference, refuses, minutes, sentence):
    body = OrganisationFactory.create()
    coordinator = coordinator_of(body)
    with translation.override("fr"), refuses(DelayOutOfRange) as caught:
        associate_site(
            conference=conference,
            organisation=body,
            terms=replace(RABAT, delay_minutes=minutes),
            by=coordinator,
            at=DURING,
        )
    assert str(caught.value) == sentence
    assert caught.value.field == "delay_minutes"


def test_associate_site_reads_the_limit_from_the_setting(conference, refuses, settings):
    settings.DELAY_LIMIT_MINUTES = 60
    body = OrganisationFactory.create()
    coordinator = coordinator_of(body)
    with translation.override("fr"), refuses(DelayOutOfRange) as caught:
        associate_site(conference=conference, organisation=body, terms=RABAT, by=coordinator, at=DURING)
    assert str(caught.value) == "Le différé va de 0 à 60 minutes ; vous avez saisi 90."


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"time_zone": "GMT+1"}, ZoneUnknown),
        ({"time_zone": "Etc/GMT-1"}, ZoneUnknown),
        ({"time_zone": "Mars/Olympus"}, ZoneUnknown),
        ({"mode": "live"}, LiveHasNoDelay),
        ({"mode": "soon"}, ModeUnknown),
        ({"language": "français"}, LanguageUnknown),
        ({"expected_attendance": -1}, AttendanceOutOfRange),
    ],
)
def test_associate_site_refuses_terms_that_cannot_be(conference, refuses, change, error):
    body = OrganisationFactory.create()
    coordinator = coordinator_of(body)
    with refuses(error):
        associate_site(
            conference=conference,
            organisation=body,
            terms=replace(RABAT, **change),
            by=coordinator,
            at=DURING,
        )


def test_associate_site_refuses_a_second_site_of_one_body(conference, refuses):
    site = SiteFactory.create(conference=conference)
    coordinator = site_coordinator(site)
    with refuses(SiteAlreadyAssociated) as caught:
        associate_site(
            conference=conference,
            organisation=site.organisation,
            terms=RABAT,
            by=coordinator,
            at=DURING,
        )
    assert str(site.organisation) in str(caught.value)


def test_associate_site_gives_a_withdrawn_site_its_identity_back(conference):
    site = SiteFactory.create(conference=conference, state="withdrawn", version=4)
    again = associate_site(
        conference=conference,
        organisation=site.organisation,
        terms=replace(RABAT, delay_minutes=30),
        by=site_coordinator(site),
        at=DURING,
    )
    assert (again.uid, again.short_code, again.state, again.delay_minutes, again.version) == (
        site.uid,
        site.short_code,
        "proposed",
        30,
        5,
    )


def test_associate_site_refuses_somebody_of_another_body(conference, refuses):
    stranger = coordinator_of(OrganisationFactory.create())
    body = OrganisationFactory.create()
    with refuses(RightMissing) as caught:
        associate_site(conference=conference, organisation=body, terms=RABAT, by=stranger, at=DURING)
    assert "coordination" in str(caught.value)


def test_associate_site_refuses_a_cancelled_conference(refuses):
    conference = ConferenceFactory.create(state="cancelled")
    body = OrganisationFactory.create()
    coordinator = coordinator_of(body)
    with refuses(ConferenceClosed):
        associate_site(conference=conference, organisation=body, terms=RABAT, by=coordinator, at=DURING)


def test_associate_site_live_at_night_needs_a_confirmation(refuses):
    conference = ConferenceFactory.create(
        start_date=paris(2018, 11, 8).date(), end_date=paris(2018, 11, 10).date()
    )
    SessionFactory.create(conference=conference, start_at=paris(2018, 11, 8, 9, 30))
    body = OrganisationFactory.create()
    terms = SiteTerms(mode="live", time_zone="America/Toronto")
    coordinator = coordinator_of(body)
    with translation.override("fr"), refuses(NightNotConfirmed) as caught:
        associate_site(conference=conference, organisation=body, terms=terms, by=coordinator, at=DURING)
    assert "03:30" in str(caught.value)
    site = associate_site(
        conference=conference,
        organisation=body,
        terms=terms,
        by=coordinator,
        at=DURING,
        night_confirmed=True,
    )
    assert site.night_confirmed
    assert [night.local_from.strftime("%H:%M") for night in nights_of(site)] == ["03:30"]


def test_associate_site_does_not_keep_a_confirmation_that_confirms_nothing(conference):
    body = OrganisationFactory.create()
    site = associate_site(
        conference=conference,
        organisation=body,
        terms=SiteTerms(mode="live", time_zone="Europe/Dublin"),
        by=coordinator_of(body),
        at=DURING,
        night_confirmed=True,
    )
    assert not site.night_confirmed


def test_a_closed_session_at_night_asks_nothing_of_a_site(conference):
    ClosedSessionFactory.create(conference=conference, start_at=paris(2017, 11, 9, 23, 0))
    body = OrganisationFactory.create()
    site = associate_site(
        conference=conference,
        organisation=body,
        terms=SiteTerms(mode="live", time_zone="Europe/Dublin"),
        by=coordinator_of(body),
        at=DURING,
    )
    assert nights_of(site) == []


def test_change_site_counts_versions(conference, acts):
    site = SiteFactory.create(conference=conference)
    changed = change_site(
        site=site,
        version=1,
        terms=replace(terms_of(site), delay_minutes=120, language="ar"),
        by=site_coordinator(site),
        at=DURING,
    )
    assert (changed.delay_minutes, changed.language, changed.version) == (120, "ar", 2)
    assert acts() == ["conferences.change_site"]
    assert LedgerEvent.objects.get().data["before"]["delay_minutes"] == 90


def test_change_site_refuses_what_somebody_changed_meanwhile(conference, refuses):
    site = SiteFactory.create(conference=conference)
    coordinator = site_coordinator(site)
    Site.objects.filter(pk=site.pk).update(version=2, delay_minutes=45)
    mine = replace(terms_of(site), delay_minutes=120)
    with refuses(ChangedMeanwhile) as caught:
        change_site(site=site, version=1, terms=mine, by=coordinator, at=DURING)
    assert isinstance(caught.value, ChangedMeanwhile)
    assert caught.value.theirs.delay_minutes == 45
    assert caught.value.mine == mine


def test_change_site_refuses_the_coordinator_of_another_site(conference, refuses):
    rabat, chile = SiteFactory.create_batch(2, conference=conference)
    stranger = site_coordinator(chile)
    with translation.override("fr"), refuses(RightMissing) as caught:
        change_site(site=rabat, version=1, terms=RABAT, by=stranger, at=DURING)
    assert str(caught.value) == (
        "Il faut le rôle « coordination » de ce site ; demandez-le à l'instance hôte."
    )


def test_confirm_night_confirms_a_live_night(conference):
    site = LiveSiteFactory.create(conference=conference, time_zone="America/Toronto")
    assert confirm_night(site=site, by=site_coordinator(site), at=DURING).night_confirmed


def test_confirm_night_refuses_where_no_session_falls_at_night(conference, refuses):
    site = LiveSiteFactory.create(conference=conference, time_zone="Europe/Dublin")
    coordinator = site_coordinator(site)
    with refuses(NoNightToConfirm):
        confirm_night(site=site, by=coordinator, at=DURING)


def test_a_site_goes_from_proposed_to_invited_to_accepted(conference, acts):
    site = SiteFactory.create(conference=conference, state="proposed")
    invited = invite_site(site=site, by=host_coordinator(conference), at=DURING)
    accepted = accept_invitation(site=invited, by=site_coordinator(site), at=DURING)
    assert (invited.state, accepted.state, accepted.version) == ("invited", "accepted", 3)
    assert acts() == [
        "conferences.invite_site",
        "conferences.accept_invitation",
        "network.send_notice",  # to the host, whose coordination is there
    ]


def test_a_site_declined_may_be_invited_again_and_withdrawn(conference):
    site = SiteFactory.create(conference=conference, state="invited")
    coordinator = site_coordinator(site)
    host = host_coordinator(conference)
    assert decline_invitation(site=site, by=coordinator, at=DURING).state == "declined"
    assert invite_site(site=site, by=host, at=DURING).state == "invited"
    assert withdraw_site(site=site, by=coordinator, at=DURING).state == "withdrawn"


def test_accept_proposal_is_the_hosts_yes(conference):
    site = SiteFactory.create(conference=conference, state="proposed")
    assert accept_proposal(site=site, by=host_coordinator(conference), at=DURING).state == "accepted"


def test_accept_invitation_refuses_a_site_nobody_invited(conference, refuses):
    site = SiteFactory.create(conference=conference, state="proposed")
    coordinator = site_coordinator(site)
    with translation.override("fr"), refuses(TransitionRefused) as caught:
        accept_invitation(site=site, by=coordinator, at=DURING)
    assert "« proposé » à « accepté »" in str(caught.value)


def test_accept_invitation_is_not_the_hosts_to_do(conference, refuses):
    site = SiteFactory.create(conference=conference, state="invited")
    host = host_coordinator(conference)
    with refuses(RightMissing):
        accept_invitation(site=site, by=host, at=DURING)


def test_invite_site_refuses_a_conference_nobody_may_know_of(refuses):
    conference = ConferenceFactory.create(state="draft", announced_at=None)
    site = SiteFactory.create(conference=conference, state="proposed")
    host = host_coordinator(conference)
    with refuses(ConferenceNotAnnounced):
        invite_site(site=site, by=host, at=DURING)


def test_record_attendance_replaces_the_count(conference):
    site = SiteFactory.create(conference=conference)
    session = conference.sessions.get()
    group = StakeholderGroupFactory.create()
    for count in (3, 7):
        record_attendance(
            site=site, session=session, group=group, count=count, by=site_coordinator(site), at=DURING
        )
    assert list(Attendance.objects.order_by("pk").values_list("count", flat=True)) == [7]


def test_record_attendance_refuses_sessions_that_are_not_the_sites(conference, refuses):
    site = SiteFactory.create(conference=conference)
    group = StakeholderGroupFactory.create()
    coordinator = site_coordinator(site)
    for session in (
        SessionFactory.create(),
        ClosedSessionFactory.create(conference=conference),
        SessionFactory.create(conference=conference, withdrawn_at=DURING - timedelta(days=1)),
    ):
        with refuses(SessionElsewhere):
            record_attendance(site=site, session=session, group=group, count=1, by=coordinator, at=DURING)


def test_record_attendance_refuses_numbers_that_cannot_be(conference, refuses):
    site = SiteFactory.create(conference=conference)
    group = StakeholderGroupFactory.create()
    coordinator = site_coordinator(site)
    with refuses(AttendanceOutOfRange):
        record_attendance(
            site=site, session=conference.sessions.get(), group=group, count=-1, by=coordinator, at=DURING
        )
