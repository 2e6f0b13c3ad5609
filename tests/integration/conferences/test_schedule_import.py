"""Schedules taken in: three forms of one programme, idempotent, guids kept, hostile files refused."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from polyphonie.conferences.domain.schedule_import import (
    EndsBeforeStart,
    GuidNotFree,
    GuidTwice,
    HallTaken,
    HostMissing,
    LastsTooLong,
    NotWhatWasShown,
    OutsideDays,
    ScheduleRefused,
    SessionsOverlap,
    apply_schedule,
    preview_schedule,
)
from polyphonie.conferences.interfaces.schedule_export import as_schema2, as_xml
from polyphonie.conferences.interfaces.schedule_files import (
    import_schedule_file,
    parse_schedule,
    read_limited,
)
from polyphonie.conferences.interfaces.schedule_reading import (
    Defaults,
    DocumentTypeRefused,
    EncodingWrong,
    FieldMissing,
    FieldWrong,
    Malformed,
    NestedTooDeep,
    NotASchedule,
    ScheduleTooLarge,
    ZoneOfFileUnknown,
)
from polyphonie.conferences.models import Conference, Room, Session
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing, Unknown
from polyphonie.kernel.models import LedgerEvent
from tests.factories.conferences import (
    ClosedSessionFactory,
    ConferenceFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    host_coordinator,
    paris,
    site_coordinator,
)
from tests.factories.conferences import SiteFactory as SiteRow
from tests.factories.network import HostFactory, coordinator_of, signed_in

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]

FILES = Path(__file__).parents[2] / "reference" / "schedules"
XML = (FILES / "programme.xml").read_bytes()
CLASSIC = json.loads((FILES / "programme_classic.json").read_text())
SCHEMA2 = json.loads((FILES / "programme_schema2.json").read_text())
AT = datetime(2017, 10, 1, 8, 0, tzinfo=UTC)
GUIDS = [f"0c7a4f0e-27a4-4f5f-8a53-91d0b1b0000{n}" for n in range(1, 5)]
HALL = "5f0b3c3e-6f0a-4d51-9a0e-3f1f3f6f1a01"


def packed(document):
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def taken(content, conference, **more):
    return apply_schedule(
        schedule=parse_schedule(content),
        conference=conference,
        by=host_coordinator(conference),
        at=AT,
        **more,
    )


@pytest.fixture
def conference():
    return ConferenceFactory.create(acronym="lecture_2017", slug="lecture-2017")


@pytest.mark.parametrize(
    ("content", "extra"),
    [(XML, 0), (packed(CLASSIC), 0), (packed(SCHEMA2), 1)],
    ids=["xml", "classic", "schema2"],
)
def test_apply_schedule_takes_each_form_over(conference, acts, content, extra):
    with translation.override("fr"):
        done = taken(content, conference)
    assert (len(done.added), len(done.changed), len(done.removed), done.unchanged) == (4 + extra, 0, 0, 0)
    rows = {s.guid: s for s in Session.objects.filter(guid__in=GUIDS)}
    assert sorted(rows) == GUIDS
    talk = rows[GUIDS[1]]
    assert (talk.start_at, talk.end_at) == (paris(2017, 11, 9, 10, 0), paris(2017, 11, 9, 11, 15))
    assert (str(talk.title), talk.abstract["fr"], talk.kind) == (
        "Lire tôt, lire longtemps",
        "Un exposé inventé.",
        "talk",
    )
    assert str(talk.room.guid) == HALL
    assert rows[GUIDS[2]].start_at == paris(2017, 11, 9, 14, 0)
    assert rows[GUIDS[2]].room.slug == "salle-b"
    assert [p.public_name for p in rows[GUIDS[0]].participations.all()] == ["Oratrice fictive"]
    assert acts() == ["conferences.import_schedule"]
    assert LedgerEvent.objects.get().data["added"] == 4 + extra


@pytest.mark.parametrize(
    "content", [XML, packed(CLASSIC), packed(SCHEMA2)], ids=["xml", "classic", "schema2"]
)
def test_apply_schedule_twice_changes_nothing_the_second_time(conference, content):
    first = taken(content, conference)
    again = taken(content, conference)
    assert again.is_empty
    assert again.unchanged == len(first.added)
    assert again.version == first.version
    assert Room.objects.count() == 2


def test_the_three_forms_say_the_same(conference):
    taken(XML, conference)
    assert taken(packed(CLASSIC), conference).is_empty
    document = copy.deepcopy(SCHEMA2)
    document["schedule"]["events"] = [e for e in document["schedule"]["events"] if e["type"] != "BREAK"]
    del document["schedule"]["conference"]["rooms"][1]["guid"]
    for event in document["schedule"]["events"]:
        if event["guid"] == GUIDS[2]:
            event["room"] = {"guid": "", "name": "Salle B"}
    done = taken(packed(document), conference)
    assert (done.changed, done.removed, done.unchanged) == ((), (), 4)


def test_preview_schedule_shows_differences_and_writes_nothing(conference):
    taken(XML, conference)
    document = copy.deepcopy(CLASSIC)
    days = document["schedule"]["conference"]["days"]
    days[0]["rooms"]["Grande salle"][1] |= {"title": "Lire toujours", "date": "2017-11-09T11:00:00+01:00"}
    days[1]["rooms"]["Grande salle"][0]["guid"] = "0c7a4f0e-27a4-4f5f-8a53-91d0b1b00009"
    before = [list(Session.objects.order_by("pk").values()), LedgerEvent.objects.count()]
    with translation.override("fr"):
        shown = preview_schedule(
            schedule=parse_schedule(packed(document)), conference=conference, by=host_coordinator(conference)
        )
    assert [list(Session.objects.order_by("pk").values()), LedgerEvent.objects.count()] == before
    assert [s.guid for s in shown.added] == ["0c7a4f0e-27a4-4f5f-8a53-91d0b1b00009"]
    assert [s.guid for s in shown.removed] == [GUIDS[3]]
    assert shown.unchanged == 2
    (change,) = shown.changed
    assert [(d.field, d.before, d.after) for d in change.differences] == [
        ("titre", "Lire tôt, lire longtemps", "Lire toujours"),
        ("début", "9 novembre 2017 à 10:00", "9 novembre 2017 à 11:00"),
        ("fin", "9 novembre 2017 à 11:15", "9 novembre 2017 à 12:15"),
    ]


def test_apply_schedule_moves_sessions_and_never_their_guids(conference):
    """Two sessions exchange their slots in the file: each keeps its guid, its row and its people."""
    taken(XML, conference)
    before = dict(Session.objects.order_by("pk").values_list("guid", "pk"))
    document = copy.deepcopy(CLASSIC)
    hall = document["schedule"]["conference"]["days"][0]["rooms"]["Grande salle"]
    hall[0]["date"], hall[1]["date"] = "2017-11-09T10:45:00+01:00", "2017-11-09T09:30:00+01:00"
    taken(packed(document), conference)
    assert dict(Session.objects.order_by("pk").values_list("guid", "pk")) == before
    opening = Session.objects.get(guid=GUIDS[0])
    assert (opening.start_at, opening.participations.count()) == (paris(2017, 11, 9, 10, 45), 1)


def test_a_session_left_out_comes_back_under_its_guid(conference):
    taken(XML, conference)
    document = copy.deepcopy(CLASSIC)
    document["schedule"]["conference"]["days"] = document["schedule"]["conference"]["days"][:1]
    gone = taken(packed(document), conference)
    assert [s.guid for s in gone.removed] == [GUIDS[3]]
    row = Session.objects.get(guid=GUIDS[3])
    assert row.withdrawn_at == AT
    back = taken(XML, conference)
    assert [s.guid for s in back.added] == [GUIDS[3]]
    again = Session.objects.get(guid=GUIDS[3])
    assert (again.pk, again.uid, again.withdrawn_at) == (row.pk, row.uid, None)


def test_apply_schedule_never_touches_a_closed_session(conference):
    closed = ClosedSessionFactory.create(conference=conference, start_at=paris(2017, 11, 10, 15, 0))
    done = taken(XML, conference)
    assert done.removed == ()
    closed.refresh_from_db()
    assert (closed.withdrawn_at, closed.version) == (None, 1)


def test_apply_schedule_refuses_the_hall_of_a_closed_session_without_naming_it(conference, refuses):
    taken(XML, conference)
    hall = Room.objects.get(guid=HALL)
    closed = ClosedSessionFactory.create(
        conference=conference, start_at=paris(2017, 11, 10, 14, 0), room=hall
    )
    document = copy.deepcopy(CLASSIC)
    document["schedule"]["conference"]["days"][1]["rooms"]["Grande salle"][0]["date"] = (
        "2017-11-10T14:30:00+01:00"
    )
    host = host_coordinator(conference)
    schedule = parse_schedule(packed(document))
    with refuses(HallTaken) as caught:
        apply_schedule(schedule=schedule, conference=conference, by=host, at=AT)
    assert str(closed.title) not in str(caught.value)


def test_apply_schedule_refuses_the_guid_of_a_closed_session(conference, refuses):
    ClosedSessionFactory.create(conference=conference, guid=GUIDS[0], start_at=paris(2017, 11, 10, 14, 0))
    host = host_coordinator(conference)
    schedule = parse_schedule(XML)
    with refuses(GuidNotFree):
        apply_schedule(schedule=schedule, conference=conference, by=host, at=AT)


def test_apply_schedule_keeps_finer_roles_and_other_languages(conference):
    taken(XML, conference)
    session = Session.objects.get(guid=GUIDS[0])
    session.title = session.title.with_text("en", "Opening")
    session.save()
    session.participations.update(role="expert")
    assert taken(XML, conference).is_empty
    document = copy.deepcopy(CLASSIC)
    document["schedule"]["conference"]["days"][0]["rooms"]["Grande salle"][0]["title"] = "Accueil"
    taken(packed(document), conference)
    session.refresh_from_db()
    assert session.title.as_dict() == {"en": "Opening", "fr": "Accueil"}
    assert session.participations.get().role == "expert"


def test_what_is_exported_comes_back_unchanged(conference):
    room = RoomFactory.create(conference=conference)
    session = SessionFactory.create(conference=conference, room=room, kind="plenary")
    ParticipationFactory.create(session=session, role="discussant")
    SessionFactory.create(conference=conference, kind="break", start_at=paris(2017, 11, 9, 12, 0))
    SessionFactory.create(
        conference=conference, kind="workshop", start_at=paris(2017, 11, 10, 9, 0), code="ABC234"
    )
    ClosedSessionFactory.create(conference=conference, start_at=paris(2017, 11, 10, 14, 0))
    public = list(conference.sessions.filter(access="public").order_by("start_at", "pk"))
    with translation.override("fr"):
        document = as_schema2(conference, public, language="fr", address=lambda _row: "https://example.org/")
        xml = as_xml(conference, public, language="fr", address=lambda _row: "https://example.org/")
    for content in (packed(document), xml):
        done = taken(content, conference)
        assert (done.added, done.removed) == ((), ())
        assert [d for c in done.changed for d in c.differences if d.field != "personnes"] == []
    assert conference.sessions.filter(access="closed", withdrawn_at=None).count() == 1


def test_apply_schedule_opens_a_conference_for_its_host(acts):
    host = HostFactory.create()
    coordinator = coordinator_of(host, "host_coordinator")
    done = apply_schedule(schedule=parse_schedule(XML), conference=None, host=host, by=coordinator, at=AT)
    conference = Conference.objects.get()
    assert done.conference == conference
    assert (conference.slug, conference.state, conference.host) == ("lecture_2017", "draft", host)
    assert conference.sessions.count() == 4
    assert sorted(acts()) == ["conferences.import_schedule", "conferences.open_conference"]


def test_apply_schedule_refuses_to_open_without_a_host(refuses):
    coordinator = coordinator_of(HostFactory.create(), "host_coordinator")
    schedule = parse_schedule(XML)
    with refuses(HostMissing):
        apply_schedule(schedule=schedule, conference=None, by=coordinator, at=AT)


def test_apply_schedule_refuses_others_bytes_and_other_versions(conference, refuses):
    host = host_coordinator(conference)
    schedule = parse_schedule(XML)
    with refuses(NotWhatWasShown):
        apply_schedule(schedule=schedule, conference=conference, sha256="0" * 64, by=host, at=AT)
    with refuses(ChangedMeanwhile):
        apply_schedule(schedule=schedule, conference=conference, version=7, by=host, at=AT)


def test_apply_schedule_refuses_somebody_who_does_not_run_the_conference(conference, refuses):
    partner = site_coordinator(SiteRow.create(conference=conference))
    schedule = parse_schedule(XML)
    with refuses(RightMissing):
        apply_schedule(schedule=schedule, conference=conference, by=partner, at=AT)


def test_import_schedule_file_previews_then_applies(conference, tmp_path):
    file = tmp_path / "programme.xml"
    file.write_bytes(XML)
    shown = import_schedule_file(file, None, conference.host, apply=False)
    assert (shown.conference, len(shown.added), shown.applied) == (conference, 4, False)
    assert not Session.objects.exists()
    done = import_schedule_file(file, "lecture-2017", None, apply=True, at=AT)
    assert (len(done.added), done.applied) == (4, True)
    assert import_schedule_file(file, None, conference.host.slug, apply=True, at=AT).is_empty


def test_import_schedule_file_refuses_names_that_lead_nowhere(conference, tmp_path):
    file = tmp_path / "programme.xml"
    file.write_bytes(XML)
    for slug, host in (("inconnue", None), (None, "inconnue")):
        with pytest.raises(Unknown):
            import_schedule_file(file, slug, host, apply=True)


# ---------------------------------------------------------------- what is refused


def event(document, day, hall, index):
    return document["schedule"]["conference"]["days"][day]["rooms"][hall][index]


def line_of(content, text):
    return content.decode().split(text)[0].count("\n") + 1


def changed(**fields):
    document = copy.deepcopy(CLASSIC)
    row = event(document, 0, "Grande salle", 1)
    for name, value in fields.items():
        if value is None:
            row.pop(name)
        else:
            row[name] = value
    return packed(document)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (changed(guid=GUIDS[0]), GuidTwice),
        (changed(guid=None), FieldMissing),
        (changed(title=None), FieldMissing),
        (changed(title="  "), FieldMissing),
        (changed(duration=None), FieldMissing),
        (changed(date=None, start=None), FieldMissing),
        (changed(guid="abc"), FieldWrong),
        (changed(date="demain"), FieldWrong),
        (changed(duration="longtemps"), FieldWrong),
        (changed(language="français"), FieldWrong),
        (changed(duration="00:00"), EndsBeforeStart),
        (changed(end="2017-11-09T09:00:00+01:00"), EndsBeforeStart),
        (changed(duration="25:00"), LastsTooLong),
        (changed(date="2017-11-09T09:45:00+01:00"), SessionsOverlap),
        (changed(date="2017-12-09T09:45:00+01:00"), OutsideDays),
    ],
)
def test_a_wrong_session_is_refused_with_its_line(conference, refuses, content, error):
    host = host_coordinator(conference)
    with translation.override("fr"), refuses(error) as caught:
        apply_schedule(schedule=parse_schedule(content), conference=conference, by=host, at=AT)
    assert isinstance(caught.value, ScheduleRefused)
    # the second event of the hall begins after the first one's closing brace
    first_end = line_of(content, '"public_name"')
    assert caught.value.line is not None
    assert first_end < caught.value.line <= first_end + 8
    assert str(caught.value).startswith(f"Ligne {caught.value.line} : ")


XML_HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n'
LAUGHS = (
    XML_HEAD
    + b'<!DOCTYPE schedule [\n<!ENTITY a "ha">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">\n]>\n<schedule>&b;</schedule>'
)
EXTERNAL = (
    XML_HEAD + b'<!DOCTYPE schedule [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<schedule>&x;</schedule>'
)
REMOTE = XML_HEAD + b'<!DOCTYPE schedule SYSTEM "https://example.org/schedule.dtd">\n<schedule/>'


@pytest.mark.parametrize(
    ("content", "error", "line"),
    [
        (LAUGHS, DocumentTypeRefused, 2),
        (EXTERNAL, DocumentTypeRefused, 2),
        (REMOTE, DocumentTypeRefused, 2),
        (LAUGHS.decode().replace("utf-8", "utf-16").encode("utf-16"), DocumentTypeRefused, 2),
        (b"<schedule>&undeclared;</schedule>", Malformed, 1),
        (b"<schedule>\n<conference></schedule>", Malformed, 2),
        (b"<schedule>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</schedule>", NestedTooDeep, 1),
        (b"<agenda/>", FieldMissing, 1),
        (b"<schedule>\n</schedule>", FieldMissing, 1),
        (XML.replace(b"Europe/Paris", b"GMT+1"), ZoneOfFileUnknown, 10),
        (XML.replace(b"<time_zone_name>Europe/Paris</time_zone_name>", b""), FieldMissing, 4),
        (XML.decode().encode("latin-1"), EncodingWrong, 5),
        (b"\xef\xbb\xbfpas un programme", NotASchedule, None),
        (b"", NotASchedule, None),
        (b"\xff\xfa\x00", EncodingWrong, 1),
        (b'{"schedule": ', Malformed, 1),
        (b'{\n"schedule": 1}', FieldMissing, 1),
        (b'{"schedule":\n{"conference": {"acronym": "abcd"}}}', FieldMissing, 2),
        (b"[" * 100_000, NestedTooDeep, None),
        (b'{"schedule": NaN}', Malformed, 1),
        ('{\n"schedule": "é"}'.encode("latin-1"), EncodingWrong, 2),
        (packed(CLASSIC).replace(b"Europe/Paris", b"Mars/Olympus"), ZoneOfFileUnknown, 4),
        (
            packed(SCHEMA2).replace(b'"end": "2017-11-09T10:00:00', b'"end": "2017-11-39T10:00:00'),
            FieldWrong,
            45,
        ),
    ],
)
def test_a_hostile_or_malformed_file_is_refused_with_its_line(content, error, line):
    with translation.override("fr"), pytest.raises(error) as caught:
        parse_schedule(content)
    assert caught.value.line == line
    if line is not None:
        assert str(caught.value).startswith(f"Ligne {line} : ")


def test_an_unknown_zone_is_supplied_by_the_conference_here():
    content = XML.replace(b"<time_zone_name>Europe/Paris</time_zone_name>", b"")
    assert parse_schedule(content, Defaults("Europe/Paris")).time_zone == "Europe/Paris"


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path, settings):
    def never():
        raise AssertionError("the file was read")

    with translation.override("fr"), pytest.raises(ScheduleTooLarge) as caught:
        read_limited(100_000_000, never)
    assert (
        str(caught.value) == "Ce fichier pèse 100 Mo ; la limite est 20 Mo. Un programme tient en bien moins."
    )
    settings.SCHEDULE_LIMIT = 10
    file = tmp_path / "programme.xml"
    file.write_bytes(XML)
    with pytest.raises(ScheduleTooLarge):
        import_schedule_file(file, None, None, apply=True)


def test_a_schedule_of_thousands_of_sessions_is_read():
    document = copy.deepcopy(CLASSIC)
    row = event(document, 0, "Grande salle", 1)
    document["schedule"]["conference"]["days"][0]["rooms"] = {
        f"Salle {n}": [{**row, "guid": f"0c7a4f0e-27a4-4f5f-8a53-{n:012d}"}] for n in range(3000)
    }
    assert len(parse_schedule(packed(document)).sessions) == 3001


# ---------------------------------------------------------------- the page


def path(conference):
    with translation.override("fr"):
        return reverse("import_schedule", args=[conference.slug])


def test_the_page_shows_differences_then_applies_what_was_shown(client, conference):
    signed_in(client, host_coordinator(conference))
    shown = client.post(path(conference), {"file": SimpleUploadedFile("schedule.xml", XML)})
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "4 séances ajoutées" in text
    assert not Session.objects.exists()
    sha256 = text.split('name="sha256" value="')[1].split('"')[0]
    done = client.post(path(conference), {"sha256": sha256, "version": "1"})
    assert done.status_code == 303
    assert Session.objects.count() == 4
    again = client.post(path(conference), {"sha256": sha256, "version": "2"})
    assert again.status_code == 422
    assert "envoyez-le de nouveau" in again.content.decode()


def test_the_page_shows_the_new_differences_when_the_programme_changed(client, conference):
    signed_in(client, host_coordinator(conference))
    text = client.post(path(conference), {"file": SimpleUploadedFile("s.xml", XML)}).content.decode()
    sha256 = text.split('name="sha256" value="')[1].split('"')[0]
    Conference.objects.update(programme_version=2)
    answer = client.post(path(conference), {"sha256": sha256, "version": "1"})
    assert answer.status_code == 409
    assert 'name="version" value="2"' in answer.content.decode()
    assert not Session.objects.exists()


def test_the_page_refuses_with_the_line_and_keeps_nothing(client, conference):
    signed_in(client, host_coordinator(conference))
    answer = client.post(path(conference), {"file": SimpleUploadedFile("s.xml", LAUGHS)})
    assert answer.status_code == 422
    assert "Ligne 2" in answer.content.decode()
    assert client.post(path(conference), {"sha256": "../../x", "version": "1"}).status_code == 422
