"""Who reads what when: scenario 5, at the five instants, for the four kinds of reader."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from polyphonie.evidence import explanations
from polyphonie.evidence.domain import access, openings, standing
from polyphonie.evidence.domain import resource as verbs
from polyphonie.evidence.domain.queries import opening
from polyphonie.evidence.enums import Opening
from polyphonie.evidence.models import Resource, ResourceVersion
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain.files import open_for
from polyphonie.kernel.errors import RightMissing, Unknown
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent, StoredFile
from polyphonie.network.enums import Role
from tests.factories.evidence import (
    AccessGrantFactory,
    ResourceContextFactory,
    ResourceFactory,
    ResourceKindFactory,
    ResourceVersionFactory,
)
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    actor_with,
    administrator,
    coordinator_of,
    signed_in,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PARIS = ZoneInfo("Europe/Paris")
SET_AT = datetime(2024, 10, 1, 10, 0, tzinfo=PARIS)
EARLY = datetime(2024, 10, 15, 9, 0, tzinfo=PARIS)
PUBLIC = datetime(2024, 11, 5, 9, 0, tzinfo=PARIS)
SECRET = "Comment agir"
PUBLIC_READER = Actor.visitor()


@pytest.fixture
def host() -> Any:
    return HostFactory.create(slug="cnesco")


@pytest.fixture
def resource(host: Any) -> Resource:
    """Dijon's and everybody's: to open on 5 November 2024 at 09:00 in Paris."""
    row = ResourceFactory.create(
        title=text(SECRET, "How to act"), issuer=host, public_at=None, announced_at=None
    )
    ResourceContextFactory.create(resource=row)
    return openings.set_opening(
        resource=row, public_at=PUBLIC, by=coordinator_of(host, Role.HOST_COORDINATOR), at=SET_AT
    )


@pytest.fixture
def dijon(resource: Resource) -> Actor:
    body = OrganisationFactory.create(slug="dijon")
    AccessGrantFactory.create(organisation=body, scope=resource.urn, from_at=SET_AT - timedelta(days=200))
    return coordinator_of(body)


@pytest.fixture
def unsigned() -> Actor:
    return coordinator_of(OrganisationFactory.create(slug="creteil"))


def test_set_opening_opens_early_at_the_same_local_hour_though_clocks_change(resource: Resource) -> None:
    assert resource.early_at == EARLY
    assert EARLY.utcoffset() == timedelta(hours=2)
    assert PUBLIC.utcoffset() == timedelta(hours=1)
    assert resource.public_at is not None
    assert resource.public_at - EARLY.astimezone(UTC) == timedelta(days=21, hours=1)
    assert resource.announced_at == SET_AT


def test_set_opening_moved_by_two_days_moves_both_instants(resource: Resource, host: Any) -> None:
    moved = openings.set_opening(
        resource=resource,
        public_at=PUBLIC + timedelta(days=2),
        by=coordinator_of(host, Role.HOST_COORDINATOR),
        at=SET_AT + timedelta(days=3),
        version=resource.version,
    )
    assert (moved.early_at, moved.public_at) == (EARLY + timedelta(days=2), PUBLIC + timedelta(days=2))
    assert moved.announced_at == SET_AT


def test_set_opening_leaves_one_event_with_both_instants(resource: Resource) -> None:
    event = LedgerEvent.objects.get(what="evidence.set_opening")
    assert event.urn == event.book == resource.urn
    assert event.data["early_at"].startswith("2024-10-15 07:00:00")


INSTANTS = [
    SET_AT - timedelta(days=1),
    SET_AT + timedelta(days=1),
    EARLY - timedelta(seconds=1),
    EARLY,
    PUBLIC - timedelta(seconds=1),
    PUBLIC,
]


@pytest.mark.parametrize(
    ("reader", "announced", "readable"),
    [
        ("public", [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1]),
        ("dijon", [0, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]),
        ("unsigned", [0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1]),
        ("host", [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]),
    ],
)
def test_visibility_at_each_instant(
    resource: Resource,
    dijon: Actor,
    unsigned: Actor,
    host: Any,
    reader: str,
    announced: list[int],
    readable: list[int],
) -> None:
    viewer = {
        "public": PUBLIC_READER,
        "dijon": dijon,
        "unsigned": unsigned,
        "host": coordinator_of(host, Role.HOST_COORDINATOR),
    }[reader]
    rows = Resource.objects.all()
    assert [rows.announced_to(viewer, at).count() for at in INSTANTS] == announced
    assert [rows.readable_by(viewer, at).count() for at in INSTANTS] == readable
    for at in INSTANTS:
        assert set(rows.readable_by(viewer, at)) <= set(rows.announced_to(viewer, at))


def scopes_of(row: Resource) -> dict[str, str]:
    assert row.issuer
    return {"resource": row.urn, "context": row.contexts.get().urn, "issuer": row.issuer.urn}


@pytest.mark.parametrize("scope", ["resource", "context", "issuer"])
def test_a_grant_opens_by_resource_by_conference_and_by_host(resource: Resource, scope: str) -> None:
    body = OrganisationFactory.create()
    AccessGrantFactory.create(organisation=body, scope=scopes_of(resource)[scope], from_at=SET_AT)
    other = ResourceFactory.create(public_at=PUBLIC, early_at=EARLY)
    readable = Resource.objects.readable_by(coordinator_of(body), EARLY)
    assert list(readable) == [resource]
    assert other not in readable


def test_a_grant_opens_nothing_before_the_early_instant_nor_without_one(resource: Resource) -> None:
    body = OrganisationFactory.create()
    closed = ResourceFactory.create(public_at=PUBLIC, early_at=None)
    for row in (resource, closed):
        AccessGrantFactory.create(organisation=body, scope=row.urn, from_at=SET_AT)
    readers = coordinator_of(body)
    assert not Resource.objects.readable_by(readers, EARLY - timedelta(seconds=1)).exists()
    assert list(Resource.objects.readable_by(readers, EARLY)) == [resource]


def test_access_closes_with_the_grant_and_returns_when_it_is_rewritten(
    resource: Resource, dijon: Actor
) -> None:
    grant = AccessGrantFactory._meta.model.objects.get(organisation__slug="dijon")
    at = EARLY + timedelta(days=3)
    access.rewrite_grant(
        grant=grant, until_at=EARLY + timedelta(days=2), by=Actor.system("agreements"), at=at
    )
    assert not opening.is_readable(resource, viewer=dijon, at=at)
    sentences = [str(e) for e in opening.why_not_yet(resource, dijon, at)]
    assert sentences[0] == "L'accès anticipé de vos équipes est fermé ; la raison est dite ci-dessous."
    access.rewrite_grant(grant=grant, until_at=None, by=Actor.system("agreements"), at=at)
    assert opening.is_readable(resource, viewer=dijon, at=at)


def test_end_grant_that_had_not_begun_takes_it_away() -> None:
    grant = AccessGrantFactory.create(from_at=SET_AT + timedelta(days=1))
    access.end_grant(grant=grant, by=Actor.system("agreements"), at=SET_AT)
    assert not AccessGrantFactory._meta.model.objects.filter(uid=grant.uid).exists()


def test_why_not_yet_tells_the_entitled_when(resource: Resource, dijon: Actor) -> None:
    reasons = opening.why_not_yet(resource, dijon, SET_AT)
    assert [str(r) for r in reasons] == [
        "Cette ressource s'ouvre à vos équipes le 15 octobre 2024 à 09:00 (Paris).",
        "Elle s'ouvre à tout le monde le 5 novembre 2024 à 09:00 (Paris).",
    ]
    assert reasons[0].until == EARLY


def test_why_not_yet_tells_the_others_why(resource: Resource, unsigned: Actor) -> None:
    reasons = [str(r) for r in opening.why_not_yet(resource, unsigned, EARLY)]
    assert reasons[0].startswith("L'accès anticipé est réservé aux partenaires")
    assert reasons[1] == "Elle s'ouvre à tout le monde le 5 novembre 2024 à 09:00 (Paris)."


def test_why_not_yet_asks_the_rooms_above(
    resource: Resource, unsigned: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explanations, "_EXPLAINERS", [])
    late = explanations.Explanation("La fiche PAF manque depuis 12 jours.", link="/id/agreement/1")
    explanations.register(lambda resource, viewer, at: late)
    explanations.register(lambda resource, viewer, at: None)
    assert opening.why_not_yet(resource, unsigned, EARLY)[-1] == late


def test_why_not_yet_is_silent_about_what_is_readable(resource: Resource, dijon: Actor) -> None:
    assert opening.why_not_yet(resource, dijon, EARLY) == []


def test_grants_that_open_name_the_right(resource: Resource, dijon: Actor) -> None:
    (grant,) = opening.grants_that_open(resource, viewer=dijon, at=EARLY)
    assert str(grant.reason) == "convention signée"
    assert opening.grants_that_open(resource, viewer=dijon, at=EARLY - timedelta(seconds=1)) == []


# refusals


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        (
            {"public_at": SET_AT - timedelta(hours=1)},
            openings.OpeningInThePast,
            "L'ouverture du 1 octobre 2024 à 09:00 (Paris) est déjà passée ; choisissez un instant à venir.",
        ),
        (
            {"early_days": -2},
            openings.EarlyAfterOpening,
            "L'accès anticipé du 7 novembre 2024 à 09:00 (Paris) vient après l'ouverture du "
            "5 novembre 2024 à 09:00 (Paris) ; avancez-le ou supprimez-le.",
        ),
        (
            {"early_days": 400},
            openings.EarlyDaysOutOfRange,
            "L'accès anticipé va de 0 à 365 jours avant l'ouverture ; vous avez saisi 400.",
        ),
    ],
)
def test_set_opening_refuses_and_writes_nothing(
    host: Any, given: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    row = ResourceFactory.create(issuer=host, public_at=None, announced_at=None)
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    with pytest.raises(error) as refused:
        openings.set_opening(**{"resource": row, "public_at": PUBLIC, "by": by, "at": SET_AT, **given})
    assert str(refused.value).replace("1er", "1") == sentence
    row.refresh_from_db()
    assert (row.public_at, row.early_at, row.version) == (None, None, 1)
    assert not LedgerEvent.objects.exists()


def test_set_opening_refuses_a_version_that_somebody_changed(resource: Resource, host: Any) -> None:
    with pytest.raises(standing.ResourceChangedMeanwhile) as refused:
        openings.set_opening(
            resource=resource,
            public_at=PUBLIC + timedelta(days=1),
            by=coordinator_of(host, Role.HOST_COORDINATOR),
            at=SET_AT,
            version=1,
        )
    assert refused.value.theirs.public_at == PUBLIC


@pytest.mark.parametrize("who", ["partner", "other_host", "visitor"])
def test_set_opening_is_the_hosts_alone(resource: Resource, dijon: Actor, who: str) -> None:
    by = {
        "partner": dijon,
        "other_host": coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR),
        "visitor": PUBLIC_READER,
    }[who]
    with pytest.raises(RightMissing):
        openings.set_opening(resource=resource, public_at=PUBLIC, by=by, at=SET_AT)


def test_place_resource_never_opens_what_one_could_not_read(resource: Resource) -> None:
    conference = "conferences:conference:00000000-0000-7000-8000-0000000000ff"
    thief = actor_with(Role.HOST_COORDINATOR, conference)
    with pytest.raises(RightMissing):
        verbs.place_resource(
            resource=resource, context_urn=conference, label=text("La mienne"), by=thief, at=SET_AT
        )
    assert not Resource.objects.readable_by(thief, SET_AT).exists()
    placed = verbs.place_resource(
        resource=resource, context_urn=conference, label=text("La mienne"), by=thief, at=PUBLIC
    )
    assert placed.urn == conference


def test_grant_access_refuses_without_reason_and_with_its_end_before_its_start() -> None:
    body = OrganisationFactory.create()
    by = administrator()
    with pytest.raises(access.GrantWithoutReason):
        access.grant_access(
            organisation=body, scope="x", from_at=SET_AT, reason=LocalisedText(), by=by, at=SET_AT
        )
    with pytest.raises(access.GrantEndsBeforeStart):
        access.grant_access(
            organisation=body, scope="x", from_at=SET_AT, until_at=SET_AT, reason=text("r"), by=by, at=SET_AT
        )
    with pytest.raises(RightMissing):
        access.grant_access(
            organisation=body, scope="x", from_at=SET_AT, reason=text("r"), by=coordinator_of(body), at=SET_AT
        )


# files and versions


def release(resource: Resource, host: Any, **more: Any) -> ResourceVersion:
    given: dict[str, Any] = {"language": "fr", "file": io.BytesIO(b"%PDF-1.7 note"), "filename": "note.pdf"}
    return verbs.release_version(
        **{
            "resource": resource,
            "by": coordinator_of(host, Role.HOST_COORDINATOR),
            "at": SET_AT,
            **given,
            **more,
        }
    )


def test_files_are_read_with_the_resource_and_never_by_a_guessed_address(
    resource: Resource, host: Any, dijon: Actor, unsigned: Actor, settings: Any, tmp_path: Any
) -> None:
    file = release(resource, host).file
    assert file is not None
    for viewer, at in (
        (dijon, EARLY - timedelta(seconds=1)),
        (unsigned, EARLY),
        (PUBLIC_READER, PUBLIC - timedelta(seconds=1)),
    ):
        with pytest.raises(Unknown):
            open_for(file, viewer=viewer, at=at)
    with open_for(file, viewer=dijon, at=EARLY) as content:
        assert content.read() == b"%PDF-1.7 note"
    with open_for(file, viewer=PUBLIC_READER, at=PUBLIC) as content:
        assert content.read() == b"%PDF-1.7 note"


def test_release_version_counts_versions_and_translations(resource: Resource, host: Any) -> None:
    made = [
        release(resource, host),
        release(resource, host, language="en", translation="reviewed"),
        release(resource, host),
        release(resource, host, language="en", translation="reviewed"),
    ]
    assert [(v.number, v.language) for v in made] == [(1, "fr"), (1, "en"), (2, "fr"), (2, "en")]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"file": None, "link": ""}, verbs.VersionWithoutContent),
        ({"link": "https://www.example.org/x.pdf"}, verbs.VersionWithoutContent),
        ({"language": "french"}, verbs.LanguageOfVersionUnknown),
        ({"number": 1}, verbs.VersionReleasedAlready),
    ],
)
def test_release_version_refuses(
    resource: Resource, host: Any, given: dict[str, Any], error: type[Exception]
) -> None:
    release(resource, host)
    files = StoredFile.objects.count()
    with pytest.raises(error):
        release(resource, host, **given)
    assert (ResourceVersion.objects.count(), StoredFile.objects.count()) == (1, files)


def test_withdraw_resource_hides_it_from_everybody_and_tells_those_who_knew(
    resource: Resource, host: Any, dijon: Actor
) -> None:
    at = EARLY + timedelta(days=1)
    verbs.withdraw_resource(resource=resource, by=coordinator_of(host, Role.HOST_COORDINATOR), at=at)
    resource.refresh_from_db()
    assert resource.opening(at) is Opening.WITHDRAWN
    assert not Resource.objects.readable_by(dijon, at).exists()
    assert opening.is_readable(resource, viewer=dijon, at=at - timedelta(hours=1))
    with pytest.raises(opening.Withdrawn):
        opening.known_resource(resource.uid, viewer=dijon, at=at)
    with pytest.raises(Unknown) as refused:
        opening.known_resource(resource.uid, viewer=PUBLIC_READER, at=at)
    assert refused.value.status_code == 404
    with pytest.raises(standing.ResourceWithdrawn):
        release(resource, host)


# pages


def at_clock(client: Client, at: datetime) -> Client:
    session = client.session
    session["clock_offset_seconds"] = int((at - datetime.now(UTC)).total_seconds())
    session.save()
    return client


def test_page_before_the_opening_never_shows_the_title(
    client: Client, resource: Resource, dijon: Actor
) -> None:
    page = at_clock(signed_in(client, dijon), SET_AT + timedelta(days=1)).get(resource.get_absolute_url())
    text_ = page.content.decode()
    assert page.status_code == 200
    assert SECRET not in text_
    assert "How to act" not in text_
    assert resource.authors not in text_
    assert "note d&#x27;expert" in text_
    assert "Conférence de test" in text_
    assert "15 octobre 2024 à 09:00" in text_
    assert page["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("suffix", ["/", ".json"])
def test_page_before_the_opening_is_not_there_for_the_public(
    client: Client, resource: Resource, suffix: str
) -> None:
    response = at_clock(client, EARLY).get(resource.get_absolute_url().rstrip("/") + suffix)
    assert response.status_code == 404
    assert SECRET not in response.content.decode()


def test_record_before_the_opening_is_refused_with_the_date(
    client: Client, resource: Resource, dijon: Actor
) -> None:
    address = resource.get_absolute_url().rstrip("/") + ".json"
    response = at_clock(signed_in(client, dijon), SET_AT).get(address)
    assert response.status_code == 403
    assert SECRET not in response.content.decode()
    assert "15 octobre 2024" in response.content.decode()


def test_page_read_early_names_the_right_that_opened_it(
    client: Client, resource: Resource, dijon: Actor, host: Any
) -> None:
    release(resource, host)
    page = at_clock(signed_in(client, dijon), EARLY + timedelta(minutes=1)).get(resource.get_absolute_url())
    assert SECRET in page.content.decode()
    assert "convention signée" in page.content.decode()


def test_permalink_of_a_resource_leads_only_where_it_is_known(
    client: Client, resource: Resource, host: Any
) -> None:
    assert at_clock(client, EARLY).get(resource.permalink).status_code == 404
    assert at_clock(client, PUBLIC).get(resource.permalink).status_code == 302
    verbs.withdraw_resource(
        resource=resource, by=coordinator_of(host, Role.HOST_COORDINATOR), at=PUBLIC + timedelta(days=1)
    )
    gone = at_clock(client, PUBLIC + timedelta(days=2)).get(resource.permalink)
    assert gone.status_code == 410
    assert SECRET not in gone.content.decode()


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_host_sets_the_opening_on_the_page(client: Client, host: Any, tag: str) -> None:
    row = ResourceFactory.create(
        issuer=host, public_at=None, announced_at=None, kind=ResourceKindFactory.create()
    )
    at_clock(signed_in(client, coordinator_of(host, Role.HOST_COORDINATOR)), SET_AT)
    address = f"/{tag}/ressources/{row.uid}/ouverture/"
    assert client.get(address).status_code == 200
    given = {
        "public_at": "2024-11-05",
        "hour": "09:00",
        "zone": "Europe/Paris",
        "early_days": 21,
        "version": 1,
    }
    past = client.post(address, {**given, "public_at": "2024-09-01"})
    assert past.status_code == 422
    assert 'value="2024-09-01"' in past.content.decode()
    assert client.post(address, given).status_code == 303
    row.refresh_from_db()
    assert (row.early_at, row.public_at) == (EARLY, PUBLIC)


def test_partner_cannot_open_the_hosts_form(client: Client, resource: Resource, dijon: Actor) -> None:
    at_clock(signed_in(client, dijon), SET_AT + timedelta(minutes=1))
    response = client.get(f"/fr/ressources/{resource.uid}/ouverture/")
    assert response.status_code == 403
    assert SECRET not in response.content.decode()


@pytest.mark.usefixtures("rooms_above_silent")
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("signed", [False, True])
def test_resource_page_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int, signed: bool
) -> None:
    from tests.factories.evidence import EvidenceStatementFactory

    row = ResourceFactory.create()
    for _ in range(count):
        ResourceVersionFactory.create(resource=row, number=_ + 1)
        ResourceContextFactory.create(resource=row, urn=f"conferences:conference:{_}")
        EvidenceStatementFactory.create(resource=row)
    if signed:
        body = OrganisationFactory.create()
        AccessGrantFactory.create(organisation=body, scope=row.urn)
        signed_in(client, coordinator_of(body))
    client.get(row.get_absolute_url())
    with django_assert_num_queries(16 if signed else 7):
        assert client.get(row.get_absolute_url()).status_code == 200


def test_readable_by_asks_twice_for_a_partner_and_once_for_the_public(
    resource: Resource, dijon: Actor, django_assert_num_queries: Any
) -> None:
    ResourceFactory.create_batch(2)
    with django_assert_num_queries(2):
        assert len(Resource.objects.readable_by(dijon, EARLY)) == 3
    with django_assert_num_queries(1):
        assert len(Resource.objects.readable_by(PUBLIC_READER, EARLY)) == 2
