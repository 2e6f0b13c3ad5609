"""Before the day: questions, voices, languages, proposed modes."""

from __future__ import annotations

import pytest
from django.utils import translation

from polyphonie.conferences.domain.queries.sites import (
    language_of,
    readiness_of,
    remedy_of,
    voices_of,
)
from polyphonie.conferences.domain.readiness import (
    ChannelIsTheHosts,
    GroupHasPeoplePresent,
    NoRemedyNeeded,
    ReadinessQuestionUnknown,
    RemedyUnknown,
    accept_proposed_modes,
    answer_readiness,
    choose_language_remedy,
    invite_group,
    propose_modes,
    set_invited_groups,
    uninvite_group,
)
from polyphonie.kernel.errors import RightMissing
from tests.factories.conferences import (
    DURING,
    AttendanceFactory,
    ConferenceFactory,
    LiveSiteFactory,
    MediaChannelFactory,
    SessionFactory,
    SiteFactory,
    SiteGroupFactory,
    host_coordinator,
    paris,
    site_coordinator,
)
from tests.factories.network import StakeholderGroupFactory

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


def test_answer_readiness_keeps_six_questions(acts):
    site = SiteFactory.create()
    answer_readiness(
        site=site, answers={"priority": True, "brief": False}, by=site_coordinator(site), at=DURING
    )
    answer_readiness(site=site, answers={"brief": None}, by=host_coordinator(site.conference), at=DURING)
    lines = readiness_of(site)
    assert [(line.question, line.is_ready) for line in lines] == [
        ("priority", True),
        ("agenda", None),
        ("brief", None),
        ("voices", None),
        ("facilitation", None),
        ("outputs", None),
    ]
    assert acts() == ["conferences.answer_readiness"] * 2


def test_answer_readiness_refuses_a_seventh_question_and_strangers(refuses):
    site = SiteFactory.create()
    coordinator = site_coordinator(site)
    stranger = site_coordinator(SiteFactory.create())
    with refuses(ReadinessQuestionUnknown):
        answer_readiness(site=site, answers={"budget": True}, by=coordinator, at=DURING)
    with refuses(RightMissing):
        answer_readiness(site=site, answers={"priority": True}, by=stranger, at=DURING)


def test_a_group_left_uninvited_is_an_absent_voice():
    site = SiteFactory.create()
    teachers = StakeholderGroupFactory.create(order=1)
    regions = StakeholderGroupFactory.create(order=2)
    parents = StakeholderGroupFactory.create(order=3)
    coordinator = site_coordinator(site)
    invite_group(site=site, group=teachers, by=coordinator, at=DURING)
    AttendanceFactory.create(site=site, group=parents, count=2)
    assert [(v.group, v.invited, v.present, v.is_absent) for v in voices_of(site)] == [
        (teachers, True, 0, False),
        (regions, False, 0, True),
        (parents, False, 2, False),
    ]
    uninvite_group(site=site, group=teachers, by=coordinator, at=DURING)
    assert [v.group for v in voices_of(site) if v.is_absent] == [teachers, regions]


def test_uninvite_group_refuses_a_group_that_was_there(refuses):
    row = SiteGroupFactory.create(present=4)
    coordinator = site_coordinator(row.site)
    with refuses(GroupHasPeoplePresent):
        uninvite_group(site=row.site, group=row.group, by=coordinator, at=DURING)


def test_set_invited_groups_leaves_an_act_for_each_change(acts):
    site = SiteFactory.create()
    kept, gone = (SiteGroupFactory.create(site=site).group for _n in range(2))
    new = StakeholderGroupFactory.create()
    changed = set_invited_groups(site=site, groups=[kept, new], by=site_coordinator(site), at=DURING)
    assert changed == (1, 1)
    assert {v.group for v in voices_of(site) if v.invited} == {kept, new}
    assert gone not in {v.group for v in voices_of(site) if v.invited}
    assert sorted(acts()) == [
        "conferences.invite_group",
        "conferences.set_invited_groups",
        "conferences.uninvite_group",
    ]


def test_a_working_language_without_channel_warns_until_a_remedy():
    site = SiteFactory.create(language="en")
    assert language_of(site, remedy_of(site)).warns
    choose_language_remedy(site=site, remedy="translated_pack", by=site_coordinator(site), at=DURING)
    situation = language_of(site, remedy_of(site))
    assert (situation.is_heard, situation.remedy, situation.warns) == (False, "translated_pack", False)


@pytest.mark.parametrize(
    ("site_language", "role", "heard"),
    [
        ("en", "interpretation", True),
        ("en-GB", "floor", True),
        ("en", "slides", False),
        ("es", "floor", False),
    ],
)
def test_a_channel_is_heard_where_it_carries_voices(site_language, role, heard):
    site = SiteFactory.create(language=site_language)
    MediaChannelFactory.create(conference=site.conference, language="en", role=role)
    assert language_of(site, "").is_heard is heard


def test_an_english_channel_promised_by_a_partner_is_refused(refuses):
    site = SiteFactory.create(language="en")
    coordinator = site_coordinator(site)
    with translation.override("fr"), refuses(ChannelIsTheHosts) as caught:
        choose_language_remedy(site=site, remedy="interpreter_channel", by=coordinator, at=DURING)
    assert str(caught.value) == (
        "Un canal en anglais ne peut être promis que par l'instance hôte ; demandez-le-lui, "
        "ou choisissez le dossier traduit."
    )
    host = host_coordinator(site.conference)
    assert choose_language_remedy(site=site, remedy="interpreter_channel", by=host, at=DURING).pk


def test_choose_language_remedy_refuses_what_needs_none(refuses):
    site = SiteFactory.create(language="fr")
    coordinator = site_coordinator(site)
    with refuses(NoRemedyNeeded):
        choose_language_remedy(site=site, remedy="accepted", by=coordinator, at=DURING)
    with refuses(RemedyUnknown):
        choose_language_remedy(site=site, remedy="magic", by=coordinator, at=DURING)


ZONES = ("Asia/Tokyo", "Europe/Dublin", "America/Santiago", "America/Santo_Domingo", "America/Toronto")


@pytest.fixture
def guidance():
    conference = ConferenceFactory.create(
        start_date=paris(2018, 11, 8).date(), end_date=paris(2018, 11, 9).date(), languages=["fr", "en"]
    )
    for hour in (9, 14, 16):
        SessionFactory.create(conference=conference, start_at=paris(2018, 11, 8, hour, 30))
    for zone in ZONES:
        LiveSiteFactory.create(conference=conference, time_zone=zone)
    return conference


def test_propose_modes_delays_where_the_morning_is_night(guidance):
    assert [
        (p.site.time_zone, p.local_start.strftime("%H:%M"), p.mode, p.delay_minutes, p.nights)
        for p in propose_modes(conference=guidance)
    ] == [
        ("Asia/Tokyo", "17:30", "live", 0, 2),
        ("Europe/Dublin", "08:30", "live", 0, 0),
        ("America/Santiago", "05:30", "delayed", 210, 0),
        ("America/Santo_Domingo", "04:30", "delayed", 270, 0),
        ("America/Toronto", "03:30", "delayed", 330, 0),
    ]


def test_accept_proposed_modes_changes_the_sites_named(guidance, acts):
    host = host_coordinator(guidance)
    sites = [p.site for p in propose_modes(conference=guidance) if p.changes]
    changed = accept_proposed_modes(conference=guidance, sites=sites[1:], by=host, at=DURING)
    assert [(s.time_zone, s.mode, s.delay_minutes, s.version) for s in changed] == [
        ("America/Santo_Domingo", "delayed", 270, 2),
        ("America/Toronto", "delayed", 330, 2),
    ]
    assert sorted(acts()) == ["conferences.accept_proposed_modes", *["conferences.change_site"] * 2]
    again = [p.site.time_zone for p in propose_modes(conference=guidance) if p.changes]
    assert again == ["America/Santiago"]


def test_accept_proposed_modes_is_the_hosts(guidance, refuses):
    site = guidance.sites.first()
    coordinator = site_coordinator(site)
    with refuses(RightMissing):
        accept_proposed_modes(conference=guidance, sites=[site], by=coordinator, at=DURING)
