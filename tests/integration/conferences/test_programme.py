"""Conferences and their programme: opened, announced, scheduled, moved; each refusal writes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from polyphonie.conferences.domain.conferences import (
    ConferenceClosed,
    ConferenceEmpty,
    DatesReversed,
    PhaseOrderTaken,
    ResourceAlreadyAttached,
    SessionOfAnotherConference,
    SlugTaken,
    TitleMissing,
    add_phase,
    announce_conference,
    attach_resource,
    cancel_conference,
    close_conference,
    open_conference,
)
from polyphonie.conferences.domain.programme import (
    ClosedWithoutGroup,
    GuidTaken,
    NameMissing,
    OutsideConference,
    RoleUnknown,
    RoomElsewhere,
    RoomNameTaken,
    RoomTaken,
    SessionEndsBeforeStart,
    SessionTooLong,
    add_room,
    move_session,
    name_participation,
    schedule_session,
    swap_sessions,
    withdraw_session,
)
from polyphonie.conferences.models import Conference, Session
from polyphonie.kernel.clock import ZoneUnknown
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent
from polyphonie.kernel.states import TransitionRefused
from polyphonie.network.enums import Role
from polyphonie.web import permalinks
from tests.factories.conferences import (
    DURING,
    ClosedSessionFactory,
    ConferenceFactory,
    RoomFactory,
    SessionFactory,
    host_coordinator,
    jury_member,
    paris,
)
from tests.factories.evidence import ResourceFactory
from tests.factories.network import HostFactory, actor_with, coordinator_of, text

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def conference():
    return ConferenceFactory.create()


@pytest.fixture
def host(conference):
    return host_coordinator(conference)


def opened(**changes):
    body = changes.pop("host", None) or HostFactory.create()
    fields = {
        "slug": "orientation-2018",
        "acronym": "ORI2018",
        "kind": "comparison_conference",
        "title": text("Orientation", "Guidance"),
        "host": body,
        "start_date": datetime(2018, 11, 8, tzinfo=UTC).date(),
        "end_date": datetime(2018, 11, 9, tzinfo=UTC).date(),
        "by": coordinator_of(body, Role.HOST_COORDINATOR),
        "at": DURING,
    }
    return fields | changes


def slot(conference, by, **changes):
    fields = {
        "conference": conference,
        "title": text("Ouverture"),
        "start_at": paris(2017, 11, 9, 9, 30),
        "end_at": paris(2017, 11, 9, 10, 0),
        "by": by,
        "at": DURING,
    }
    return fields | changes


def test_open_conference_keeps_it_among_its_own_people(acts):
    fields = opened(languages=["fr", "en"])
    made = open_conference(**fields)
    assert (made.state, made.announced_at, made.languages) == ("draft", None, ["fr", "en"])
    assert acts() == ["conferences.open_conference"]
    stranger = coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR)
    assert not Conference.objects.readable_by(stranger, DURING).exists()
    assert Conference.objects.readable_by(fields["by"], DURING).get() == made


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": LocalisedText()}, TitleMissing),
        ({"end_date": datetime(2018, 11, 7, tzinfo=UTC).date()}, DatesReversed),
        ({"time_zone": "GMT+1"}, ZoneUnknown),
        ({"slug": "ouvrir"}, SlugTaken),
    ],
)
def test_open_conference_refuses_what_cannot_be(refuses, changes, error):
    fields = opened(**changes)
    with refuses(error):
        open_conference(**fields)


def test_open_conference_refuses_an_address_taken_and_another_host(refuses, conference):
    fields = opened(slug=conference.slug)
    with refuses(SlugTaken):
        open_conference(**fields)
    fields = opened(by=coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR))
    with refuses(RightMissing):
        open_conference(**fields)


def test_announce_conference_opens_its_page_from_that_instant(host):
    conference = ConferenceFactory.create(state="draft", announced_at=None)
    host = host_coordinator(conference)
    SessionFactory.create(conference=conference)
    stranger = coordinator_of(HostFactory.create())
    announced = announce_conference(conference=conference, by=host, at=DURING)
    assert (announced.state, announced.announced_at) == ("announced", DURING)
    assert Conference.objects.readable_by(stranger, DURING).filter(pk=conference.pk).exists()
    before = DURING - timedelta(seconds=1)
    assert not Conference.objects.readable_by(stranger, before).filter(pk=conference.pk).exists()


def test_announce_conference_refuses_an_empty_programme(refuses):
    conference = ConferenceFactory.create(state="draft", announced_at=None)
    ClosedSessionFactory.create(conference=conference)
    host = host_coordinator(conference)
    with refuses(ConferenceEmpty):
        announce_conference(conference=conference, by=host, at=DURING)


def test_a_conference_is_held_or_cancelled_once(refuses):
    held = ConferenceFactory.create()
    assert close_conference(conference=held, by=host_coordinator(held), at=DURING).state == "held"
    host = host_coordinator(held)
    with translation.override("fr"), refuses(TransitionRefused) as caught:
        cancel_conference(conference=held, by=host, at=DURING)
    assert "« tenue » à « annulée »" in str(caught.value)


def test_a_cancelled_conference_takes_no_session(refuses):
    conference = ConferenceFactory.create(state="cancelled")
    host = host_coordinator(conference)
    with refuses(ConferenceClosed):
        schedule_session(**slot(conference, host))


def test_add_phase_puts_it_last_and_refuses_a_taken_place(conference, host, refuses):
    first = add_phase(conference=conference, title=text("Rapports"), by=host, at=DURING)
    second = add_phase(conference=conference, title=text("Jury"), by=host, at=DURING)
    assert (first.order, second.order) == (1, 2)
    with refuses(PhaseOrderTaken):
        add_phase(conference=conference, title=text("Séances"), order=2, by=host, at=DURING)


def test_add_room_keeps_one_of_each_name(conference, host, refuses):
    room = add_room(conference=conference, name=text("Amphithéâtre"), by=host, at=DURING, capacity=150)
    assert (room.slug, room.capacity) == ("amphitheatre", 150)
    with refuses(RoomNameTaken):
        add_room(conference=conference, name=text("Amphithéâtre"), by=host, at=DURING)


def test_schedule_session_gives_a_guid_for_life(conference, host, acts):
    room = RoomFactory.create(conference=conference)
    made = schedule_session(**slot(conference, host, room=room))
    moved = move_session(
        session=made,
        version=1,
        start_at=paris(2017, 11, 10, 9, 0),
        end_at=paris(2017, 11, 10, 9, 30),
        room=room,
        by=host,
        at=DURING,
    )
    assert (moved.guid, moved.uid, moved.pk, moved.version) == (str(made.uid), made.uid, made.pk, 2)
    assert acts() == ["conferences.schedule_session", "conferences.move_session"]
    assert [e.book for e in LedgerEvent.objects.order_by("pk")] == [conference.urn] * 2
    conference.refresh_from_db()
    assert conference.programme_version == 3


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": LocalisedText()}, TitleMissing),
        ({"end_at": paris(2017, 11, 9, 9, 30)}, SessionEndsBeforeStart),
        ({"end_at": paris(2017, 11, 9, 9, 0)}, SessionEndsBeforeStart),
        ({"end_at": paris(2017, 11, 10, 9, 31)}, SessionTooLong),
        ({"start_at": paris(2017, 11, 8, 23, 30)}, OutsideConference),
        ({"start_at": paris(2017, 11, 10, 23, 0), "end_at": paris(2017, 11, 11, 0, 30)}, OutsideConference),
        ({"access": "closed"}, ClosedWithoutGroup),
    ],
)
def test_schedule_session_refuses_what_cannot_be(conference, host, refuses, changes, error):
    with refuses(error):
        schedule_session(**slot(conference, host, **changes))


def test_schedule_session_may_end_at_midnight_of_the_last_day(conference, host):
    made = schedule_session(
        **slot(conference, host, start_at=paris(2017, 11, 10, 23, 0), end_at=paris(2017, 11, 11, 0, 0))
    )
    assert made.pk


def test_schedule_session_refuses_a_taken_hall_and_names_what_is_there(conference, host, refuses):
    room = RoomFactory.create(conference=conference)
    SessionFactory.create(conference=conference, room=room, title=text("Exposé"))
    with translation.override("fr"), refuses(RoomTaken) as caught:
        schedule_session(**slot(conference, host, room=room, start_at=paris(2017, 11, 9, 9, 45)))
    assert "09:30" in str(caught.value)
    assert "Exposé" in str(caught.value)
    next_one = slot(
        conference, host, room=room, start_at=paris(2017, 11, 9, 10, 30), end_at=paris(2017, 11, 9, 11, 0)
    )
    assert schedule_session(**next_one).pk


def test_schedule_session_refuses_halls_and_guids_of_others(conference, host, refuses):
    elsewhere = RoomFactory.create()
    with refuses(RoomElsewhere):
        schedule_session(**slot(conference, host, room=elsewhere))


def test_schedule_session_refuses_a_guid_taken(conference, host, refuses):
    other = SessionFactory.create(conference=conference)
    with refuses(GuidTaken):
        schedule_session(**slot(conference, host, guid=other.guid))


def test_schedule_session_is_the_hosts_alone(conference, refuses):
    stranger = coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR)
    with refuses(RightMissing):
        schedule_session(**slot(conference, stranger))


def test_move_session_refuses_what_somebody_moved_meanwhile(conference, host, refuses):
    session = SessionFactory.create(conference=conference, version=3)
    with refuses(ChangedMeanwhile) as caught:
        move_session(
            session=session,
            version=2,
            start_at=paris(2017, 11, 10, 9, 0),
            end_at=paris(2017, 11, 10, 9, 30),
            by=host,
            at=DURING,
        )
    assert isinstance(caught.value, ChangedMeanwhile)
    assert caught.value.theirs["start_at"] == session.start_at
    assert caught.value.mine["start_at"] == paris(2017, 11, 10, 9, 0)


def test_swap_sessions_exchanges_slots_and_never_guids(conference, host):
    room = RoomFactory.create(conference=conference)
    first = SessionFactory.create(conference=conference, room=room)
    second = SessionFactory.create(conference=conference, room=room, start_at=paris(2017, 11, 9, 10, 30))
    one, two = swap_sessions(first=first, second=second, versions=(1, 1), by=host, at=DURING)
    assert (one.guid, one.start_at) == (first.guid, second.start_at)
    assert (two.guid, two.start_at) == (second.guid, first.start_at)
    assert str(one.title) == str(first.title)


def test_swap_sessions_refuses_two_conferences(conference, host, refuses):
    first, second = SessionFactory.create(conference=conference), SessionFactory.create()
    with refuses(Unknown):
        swap_sessions(first=first, second=second, versions=(1, 1), by=host, at=DURING)


def test_withdraw_session_leaves_the_row_and_says_gone(conference, host):
    session = SessionFactory.create(conference=conference)
    withdraw_session(session=session, version=1, by=host, at=DURING)
    assert not Session.objects.readable_by(host, DURING).exists()
    assert Session.objects.get().guid == session.guid
    with pytest.raises(permalinks.Gone):
        permalinks.resolve("session", session.uid, host, DURING)


def test_closed_sessions_are_read_by_their_group_and_their_host(conference, host):
    closed = ClosedSessionFactory.create(conference=conference)
    other_group = ClosedSessionFactory.create(start_at=paris(2017, 11, 10, 9, 0))

    def readable(actor):
        return set(Session.objects.readable_by(actor, DURING).values_list("pk", flat=True))

    assert readable(jury_member(closed)) == {closed.pk}
    assert readable(host) == {closed.pk}
    expert = actor_with(Role.EXPERT, conference.urn, at=DURING)
    assert readable(expert) == set()
    assert other_group.pk not in readable(host)


def test_name_participation_gives_random_guids(conference, host, refuses):
    session = SessionFactory.create(conference=conference)
    one = name_participation(
        session=session, role="chair", public_name=" Présidente fictive ", by=host, at=DURING
    )
    two = name_participation(session=session, role="expert", public_name="Expert fictif", by=host, at=DURING)
    assert (one.public_name, one.order, two.order) == ("Présidente fictive", 0, 1)
    assert one.guid != two.guid
    assert all("fictif" not in str(e.data) for e in LedgerEvent.objects.order_by("pk"))
    with refuses(RoleUnknown):
        name_participation(session=session, role="roi", public_name="Roi fictif", by=host, at=DURING)
    with refuses(NameMissing):
        name_participation(session=session, role="chair", public_name=" ", by=host, at=DURING)


def test_attach_resource_sets_its_opening_and_says_where_it_belongs(conference, host, acts):
    resource = ResourceFactory.create(
        issuer=conference.host, public_at=None, announced_at=None, early_at=None
    )
    opening = paris(2017, 12, 8, 9, 0)
    link = attach_resource(conference=conference, resource=resource, public_at=opening, by=host, at=DURING)
    resource.refresh_from_db()
    assert (link.order, resource.public_at) == (0, opening)
    assert resource.early_at == paris(2017, 11, 17, 9, 0)
    assert list(resource.contexts.values_list("urn", flat=True)) == [conference.urn]
    assert sorted(acts()) == [
        "conferences.attach_resource",
        "evidence.place_resource",
        "evidence.set_opening",
    ]


def test_attach_resource_refuses_twice_and_sessions_of_others(conference, host, refuses):
    resource = ResourceFactory.create(issuer=conference.host)
    elsewhere = SessionFactory.create()
    with refuses(SessionOfAnotherConference):
        attach_resource(conference=conference, resource=resource, session=elsewhere, by=host, at=DURING)
    attach_resource(conference=conference, resource=resource, by=host, at=DURING)
    with refuses(ResourceAlreadyAttached):
        attach_resource(conference=conference, resource=resource, by=host, at=DURING)
