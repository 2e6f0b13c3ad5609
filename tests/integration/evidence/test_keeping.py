"""Who keeps what: bodies and their drafts, resources lent to a conference, openings moved, and who is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from polyphonie.conferences.domain.conferences import attach_resource
from polyphonie.evidence import citations
from polyphonie.evidence.domain import conflict as conflicts
from polyphonie.evidence.domain import figure as figures
from polyphonie.evidence.domain import openings, standing
from polyphonie.evidence.domain import resource as resources
from polyphonie.evidence.domain import statement as statements
from polyphonie.evidence.domain.keepers import KeeperMissing
from polyphonie.evidence.domain.queries.claims import conflicts_about, conflicts_beside
from polyphonie.evidence.models import Conflict, EvidenceStatement, Figure, Resource
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import RightMissing
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice, Person
from tests.factories.conferences import ConferenceFactory
from tests.factories.evidence import (
    AccessGrantFactory,
    ConflictFactory,
    ConflictReadingFactory,
    EvidenceStatementFactory,
    FigureFactory,
    ResourceContextFactory,
    ResourceFactory,
    ResourceKindFactory,
)
from tests.factories.network import (
    HostFactory,
    MandateFactory,
    OrganisationFactory,
    ThemeFactory,
    actor_with,
    administrator,
    coordinator_of,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2024, 10, 1, 10, 0, tzinfo=PARIS)
EARLY = datetime(2024, 10, 15, 9, 0, tzinfo=PARIS)
PUBLIC = datetime(2024, 11, 5, 9, 0, tzinfo=PARIS)
VISITOR = Actor.visitor()


def person_behind(actor: Actor) -> Person:
    return Person.objects.get(actor_identity__actor_id=actor.id)


def to_open(host: Any, **given: Any) -> Resource:
    """A resource that opens on 5 November 2024, early on 15 October."""
    return ResourceFactory.create(
        **{"issuer": host, "announced_at": AT, "early_at": EARLY, "public_at": PUBLIC, **given}
    )


# bodies and drafts


def test_a_draft_is_read_by_the_body_that_keeps_it_and_the_one_that_took_over() -> None:
    heir = OrganisationFactory.create()
    body = OrganisationFactory.create(successor=heir, valid_until=date(2019, 1, 1))
    keeper, successor = coordinator_of(body, Role.ANALYST), coordinator_of(heir, Role.ANALYST)
    stranger = coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR)
    figure = figures.add_figure(label=text("Taux"), value=Decimal(1), by=keeper, at=AT)
    claim = statements.state_evidence(
        texts={"fr": "Un constat."}, source_label="Rapport", publish=False, by=keeper, at=AT
    )
    assert figure.keeper == claim.keeper == body
    for reader, reads in ((keeper, True), (successor, True), (administrator(), True), (stranger, False)):
        assert Figure.objects.readable_by(reader, AT).exists() is reads
        assert EvidenceStatement.objects.readable_by(reader, AT).exists() is reads
        assert Figure.objects.kept_by(reader).exists() is reads
    assert not Figure.objects.readable_by(VISITOR, AT).exists()


def test_only_the_body_that_keeps_it_changes_what_is_written() -> None:
    body = HostFactory.create()
    keeper, stranger = coordinator_of(body, Role.ANALYST), coordinator_of(HostFactory.create(), Role.ANALYST)
    figure = FigureFactory.create(keeper=body)
    claim = EvidenceStatementFactory.create(keeper=body, resource=None)
    conflict = ConflictFactory.create(keeper=body)
    acts: list[Any] = [
        lambda by: figures.supersede_figure(figure=figure, value=Decimal(9), by=by, at=AT),
        lambda by: statements.translate_statement(
            statement=claim, language="es", text="Una constatación", by=by, at=AT
        ),
        lambda by: statements.withdraw_statement(statement=claim, by=by, at=AT),
        lambda by: conflicts.withdraw_conflict(conflict=conflict, by=by, at=AT),
    ]
    for act in acts:
        with pytest.raises(RightMissing) as refused:
            act(stranger)
        assert str(refused.value) == (
            "Il faut le rôle « coordination » ou « analyse » de l'instance qui a écrit ceci pour le "
            "changer ; demandez-le-lui."
        )
    assert not LedgerEvent.objects.exists()
    for act in acts:
        act(keeper)
    assert LedgerEvent.objects.count() == len(acts)


def test_writing_for_several_bodies_asks_which_one() -> None:
    one, two, other = HostFactory.create(), HostFactory.create(), HostFactory.create()
    by = coordinator_of(one, Role.ANALYST)
    by = actor_with(Role.ANALYST, two.urn, organisation=two, person=person_behind(by))
    with pytest.raises(KeeperMissing) as refused:
        figures.add_figure(label=text("Taux"), value=Decimal(1), by=by, at=AT)
    assert str(refused.value) == "Vous écrivez pour 2 instances ; dites pour laquelle est cette fiche."
    with pytest.raises(RightMissing):
        figures.add_figure(label=text("Taux"), value=Decimal(1), keeper=other, by=by, at=AT)
    assert figures.add_figure(label=text("T"), value=Decimal(1), keeper=two, by=by, at=AT).keeper == two


def test_revise_draft_statement_writes_it_anew_until_it_is_published() -> None:
    by = coordinator_of(HostFactory.create(), Role.ANALYST)
    first, second = FigureFactory.create(), FigureFactory.create()
    claim = statements.state_evidence(
        texts={"fr": "Avant."}, figures=[first], source_label="R", publish=False, by=by, at=AT
    )
    claimed = statements.Claimed(
        texts={"en": "After.", "fr": "Après."},
        original_language="fr",
        figures=[second, first],
        source_label="R",
    )
    revised = statements.revise_draft_statement(
        statement=claim, version=1, claimed=claimed, publish=True, by=by, at=AT
    )
    assert {t.language: (t.text, t.translation) for t in revised.texts.order_by("pk")} == {
        "en": ("After.", "reviewed"),
        "fr": ("Après.", "original"),
    }
    assert revised.cited_figures == [second, first]
    assert (revised.published_at, revised.version) == (AT, 3)
    with pytest.raises(statements.StatementNeverCorrected):
        statements.revise_draft_statement(statement=claim, version=3, claimed=claimed, by=by, at=AT)


def test_revise_draft_statement_refuses_a_stale_version() -> None:
    by = coordinator_of(HostFactory.create(), Role.ANALYST)
    claim = statements.state_evidence(texts={"fr": "Avant."}, source_label="R", publish=False, by=by, at=AT)
    claimed = statements.Claimed(texts={"fr": "Après."}, source_label="R")
    statements.revise_draft_statement(statement=claim, version=1, claimed=claimed, by=by, at=AT)
    with pytest.raises(statements.StatementChangedMeanwhile) as refused:
        statements.revise_draft_statement(statement=claim, version=1, claimed=claimed, by=by, at=AT)
    assert refused.value.theirs.wording.read("fr") == "Après."


# what a conference shows


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("coordinates the host's body", True),
        ("coordinates the conference", True),
        ("coordinates another body", False),
        ("coordinates a site of the host's body", False),
        ("analyses for the host's body", False),
    ],
)
def test_attach_resource_of_another_body_is_for_who_runs_the_conference(who: str, may: bool) -> None:
    conference = ConferenceFactory.create()
    lent = ResourceFactory.create()
    body = conference.host
    by = {
        "coordinates the host's body": lambda: coordinator_of(body, Role.HOST_COORDINATOR),
        "coordinates the conference": lambda: actor_with(Role.HOST_COORDINATOR, conference.urn),
        "coordinates another body": lambda: coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR),
        "coordinates a site of the host's body": lambda: coordinator_of(body),
        "analyses for the host's body": lambda: coordinator_of(body, Role.ANALYST),
    }[who]()
    if may:
        attach_resource(conference=conference, resource=lent, by=by, at=AT)
        assert lent.contexts.get().host == body
        return
    with pytest.raises(RightMissing):
        resources.place_resource(
            resource=lent, context_urn=conference.urn, label=text("C"), host=body, by=by, at=AT
        )
    assert not lent.contexts.exists()


def test_place_resource_by_the_hosts_body_opens_nothing_that_it_could_not_read() -> None:
    conference = ConferenceFactory.create()
    closed = to_open(HostFactory.create())
    by = coordinator_of(conference.host, Role.HOST_COORDINATOR)
    with pytest.raises(RightMissing) as refused:
        attach_resource(conference=conference, resource=closed, by=by, at=AT)
    assert str(refused.value) == (
        "Il faut le rôle « coordination » de cette conférence ou de son instance hôte, et pouvoir lire la "
        "ressource, pour l'y rattacher."
    )
    assert not Resource.objects.readable_by(by, AT).exists()
    assert not LedgerEvent.objects.exists()


def test_a_lent_resource_stays_its_issuers() -> None:
    conference = ConferenceFactory.create()
    lent, own = ResourceFactory.create(), ResourceFactory.create(issuer=conference.host)
    by = coordinator_of(conference.host, Role.HOST_COORDINATOR)
    runs = actor_with(Role.HOST_COORDINATOR, conference.urn)
    for resource in (lent, own):
        attach_resource(conference=conference, resource=resource, by=by, at=AT)
    for actor in (by, runs):
        assert list(Resource.objects.kept_by(actor)) == [own]
        with pytest.raises(RightMissing):
            resources.withdraw_resource(resource=lent, by=actor, at=AT)
    assert resources.withdraw_resource(resource=own, by=runs, at=AT).withdrawn_at == AT


def test_the_hosts_body_reads_what_another_body_shows_in_its_conference() -> None:
    conference = ConferenceFactory.create()
    issuer = HostFactory.create()
    closed = to_open(issuer)
    resources.place_resource(
        resource=closed,
        context_urn=conference.urn,
        label=text("C"),
        host=conference.host,
        by=coordinator_of(issuer, Role.HOST_COORDINATOR),
        at=AT,
    )
    reader = coordinator_of(conference.host, Role.HOST_COORDINATOR)
    assert list(Resource.objects.readable_by(reader, AT)) == [closed]
    assert not Resource.objects.readable_by(coordinator_of(conference.host), AT).exists()


# resources


def test_revise_resource_changes_the_record_and_asks_for_the_new_issuer() -> None:
    host, other = HostFactory.create(), HostFactory.create()
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    row = to_open(host)
    theme = ThemeFactory.create()
    revised = resources.revise_resource(
        resource=row, version=1, title=text("Autre titre"), licence="CC BY 4.0", themes=[theme], by=by, at=AT
    )
    assert (str(revised.title), revised.licence, revised.version) == ("Autre titre", "CC BY 4.0", 2)
    assert list(revised.themes.all()) == [theme]
    with pytest.raises(RightMissing):
        resources.revise_resource(resource=row, version=2, issuer=other, by=by, at=AT)
    with pytest.raises(standing.ResourceChangedMeanwhile):
        resources.revise_resource(resource=row, version=1, licence="x", by=by, at=AT)
    with pytest.raises(resources.ResourceTitleMissing):
        resources.revise_resource(resource=row, version=2, title=text("").with_text("en", ""), by=by, at=AT)
    event = LedgerEvent.objects.get(what="evidence.revise_resource")
    assert event.data == {"version": 2, "changed": ["licence", "title"]}


def test_add_resource_sets_its_opening_in_the_same_act() -> None:
    host = HostFactory.create()
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    given: dict[str, Any] = {"kind": ResourceKindFactory.create(), "title": text("Note"), "issuer": host}
    row = resources.add_resource(**given, opening=openings.Opening(public_at=PUBLIC), by=by, at=AT)
    assert (row.announced_at, row.early_at, row.public_at) == (AT, EARLY, PUBLIC)
    with pytest.raises(openings.OpeningInThePast):
        resources.add_resource(
            **given, opening=openings.Opening(public_at=AT - timedelta(hours=1)), by=by, at=AT
        )
    assert Resource.objects.count() == 1
    old = resources.add_resource(**given, public_since=AT - timedelta(days=9), by=by, at=AT)
    assert old.public_at == AT - timedelta(days=9)
    with pytest.raises(openings.SinceInTheFuture) as refused:
        resources.add_resource(**given, public_since=PUBLIC, by=by, at=AT)
    assert str(refused.value) == (
        "Le 5 novembre 2024 à 09:00 (Paris) est à venir ; fixez plutôt une ouverture."
    )


def test_set_opening_refuses_to_announce_after_it_opens_and_to_close_what_is_open() -> None:
    host = HostFactory.create()
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    row = to_open(host)
    with pytest.raises(openings.AnnouncedAfterOpening) as refused:
        openings.set_opening(
            resource=row, public_at=PUBLIC, announced_at=EARLY + timedelta(days=1), by=by, at=AT
        )
    assert str(refused.value) == (
        "L'annonce du 16 octobre 2024 à 09:00 (Paris) vient après l'ouverture du "
        "15 octobre 2024 à 09:00 (Paris) ; avancez-la ou effacez-la."
    )
    with pytest.raises(openings.OpenedAlready):
        openings.set_opening(resource=row, public_at=PUBLIC + timedelta(days=9), by=by, at=PUBLIC)


# openings moved


def test_move_opening_moves_both_dates_at_their_local_hours_and_tells_who_reads_early() -> None:
    host = HostFactory.create()
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    row = to_open(host)
    partner, former, stranger = (OrganisationFactory.create() for _ in range(3))
    told = coordinator_of(partner)
    coordinator_of(former)
    coordinator_of(stranger)
    AccessGrantFactory.create(organisation=partner, scope=host.urn)
    AccessGrantFactory.create(organisation=former, scope=row.urn, until_at=AT - timedelta(days=1))
    AccessGrantFactory.create(organisation=stranger)
    # the clocks of Paris change on 27 October: both keep nine o'clock
    moved = openings.move_opening(resource=row, days=14, version=1, by=by, at=AT)
    assert moved.early_at == datetime(2024, 10, 29, 9, 0, tzinfo=PARIS)
    assert moved.public_at == datetime(2024, 11, 19, 9, 0, tzinfo=PARIS)
    assert moved.announced_at == AT
    notice = Notice.objects.get()
    assert (notice.person, notice.subject_urn) == (person_behind(told), row.urn)
    assert notice.link == row.permalink
    assert notice.expectation.as_dict() == {
        "fr": "L'ouverture d'une ressource a été déplacée. Note d'expert : accès anticipé le "
        "29 octobre 2024 à 09:00 (Paris), ouverture à tout le monde le 19 novembre 2024 à 09:00 (Paris).",
        "en": "The opening of a resource was moved. Expert's note: early access on "
        "29 October 2024 at 09:00 (Paris), open to everybody on 19 November 2024 at 09:00 (Paris).",
    }
    assert str(row.title) not in str(notice.expectation.as_dict())
    openings.move_opening(resource=row, days=-7, by=by, at=AT)
    assert Notice.objects.filter(done_at=None).count() == 1
    assert LedgerEvent.objects.filter(what="evidence.move_opening").count() == 2


def test_set_opening_anew_tells_who_reads_early() -> None:
    host = HostFactory.create()
    row = to_open(host)
    partner = OrganisationFactory.create()
    coordinator_of(partner)
    AccessGrantFactory.create(organisation=partner, scope=row.urn)
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    openings.set_opening(resource=row, public_at=PUBLIC, by=by, at=AT)
    assert not Notice.objects.exists()
    openings.set_opening(resource=row, public_at=PUBLIC + timedelta(days=2), by=by, at=AT)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "at", "error", "sentence"),
    [
        (
            {"days": -40},
            AT,
            openings.OpeningInThePast,
            "L'ouverture du 26 septembre 2024 à 09:00 (Paris) est déjà passée ; choisissez un instant à venir.",
        ),
        (
            {"days": 0},
            AT,
            openings.MoveOutOfRange,
            "Le déplacement va de 1 à 365 jours, plus tard ou plus tôt ; vous avez saisi 0.",
        ),
        (
            {"days": -400},
            AT,
            openings.MoveOutOfRange,
            "Le déplacement va de 1 à 365 jours, plus tard ou plus tôt ; vous avez saisi −400.",
        ),
        (
            {"days": 2},
            PUBLIC,
            openings.OpenedAlready,
            "Cette ressource est ouverte à tout le monde depuis le 5 novembre 2024 à 09:00 (Paris) ; "
            "sa date ne se déplace plus.",
        ),
    ],
)
def test_move_opening_refuses_and_writes_nothing(
    given: dict[str, Any], at: datetime, error: type[Exception], sentence: str
) -> None:
    host = HostFactory.create()
    row = to_open(host)
    with pytest.raises(error) as refused:
        openings.move_opening(resource=row, **given, by=coordinator_of(host, Role.HOST_COORDINATOR), at=at)
    assert str(refused.value) == sentence
    row.refresh_from_db()
    assert (row.early_at, row.public_at, row.version) == (EARLY, PUBLIC, 1)
    assert not LedgerEvent.objects.exists()


def test_move_opening_refuses_what_has_no_date_and_what_is_not_ones_own() -> None:
    host = HostFactory.create()
    undated = to_open(host, public_at=None, early_at=None)
    with pytest.raises(openings.OpeningNotSet):
        openings.move_opening(resource=undated, days=2, by=coordinator_of(host, Role.HOST_COORDINATOR), at=AT)
    with pytest.raises(RightMissing):
        openings.move_opening(resource=undated, days=2, by=coordinator_of(host), at=AT)


def test_move_openings_moves_what_the_host_keeps_and_tells_each_person_once() -> None:
    conference = ConferenceFactory.create()
    host = conference.host
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    note, slides, opened, lent = (
        to_open(host),
        to_open(host, public_at=PUBLIC + timedelta(days=1)),
        ResourceFactory.create(issuer=host),
        to_open(HostFactory.create()),
    )
    for resource in (note, slides, opened, lent):
        ResourceContextFactory.create(resource=resource, urn=conference.urn, host=host)
    partner = OrganisationFactory.create()
    coordinator_of(partner)
    AccessGrantFactory.create(organisation=partner, scope=conference.urn)
    moved = openings.move_openings(context_urn=conference.urn, days=2, by=by, at=AT)
    assert moved == [note, slides]
    assert [r.public_at for r in moved] == [PUBLIC + timedelta(days=2), PUBLIC + timedelta(days=3)]
    assert [r.early_at for r in moved] == [EARLY + timedelta(days=2)] * 2
    lent.refresh_from_db()
    assert lent.public_at == PUBLIC
    notice = Notice.objects.get()
    assert (notice.subject_urn, notice.link) == (conference.urn, conference.permalink)
    assert notice.expectation["fr"].startswith("L'ouverture de 2 ressources a été déplacée.")
    assert "7 novembre 2024" in notice.expectation["fr"]
    assert "8 novembre 2024" in notice.expectation["fr"]
    events = LedgerEvent.objects.filter(what__startswith="evidence.").order_by("pk")
    assert sorted(e.what for e in events) == [
        "evidence.move_opening",
        "evidence.move_opening",
        "evidence.move_openings",
    ]


def test_move_openings_moves_all_or_none() -> None:
    conference = ConferenceFactory.create()
    host = conference.host
    by = coordinator_of(host, Role.HOST_COORDINATOR)
    late, soon = to_open(host), to_open(host, early_at=None, public_at=AT + timedelta(days=3))
    for resource in (late, soon):
        ResourceContextFactory.create(resource=resource, urn=conference.urn, host=host)
    with pytest.raises(openings.OpeningInThePast):
        openings.move_openings(context_urn=conference.urn, days=-5, by=by, at=AT)
    late.refresh_from_db()
    assert late.public_at == PUBLIC
    assert not LedgerEvent.objects.exists()
    with pytest.raises(openings.NothingToMove):
        openings.move_openings(context_urn=conference.urn, days=5, by=by, at=PUBLIC)
    with pytest.raises(RightMissing):
        openings.move_openings(
            context_urn=conference.urn,
            days=5,
            by=coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR),
            at=AT,
        )


# disagreements and their instant


def test_a_disagreement_is_seen_from_when_it_was_recorded_until_it_is_withdrawn() -> None:
    theme = ThemeFactory.create()
    recorded = datetime(2025, 12, 31, 9, tzinfo=UTC)
    figure = FigureFactory.create()
    conflict = ConflictFactory.create(recorded_at=recorded)
    conflict.themes.add(theme)
    ConflictReadingFactory.create(conflict=conflict, figure=figure)
    ConflictReadingFactory.create(conflict=conflict)
    gone = recorded + timedelta(days=2)

    def seen(at: datetime) -> list[bool]:
        return [
            bool(conflicts_beside(viewer=VISITOR, at=at, figures=[figure])),
            bool(conflicts_about(theme, viewer=VISITOR, at=at)),
            Conflict.objects.readable_by(VISITOR, at).exists(),
            Conflict.objects.announced_to(VISITOR, at).exists(),
        ]

    assert seen(recorded - timedelta(seconds=1)) == [False] * 4
    assert seen(recorded) == [True] * 4
    by = administrator()
    conflicts.withdraw_conflict(conflict=conflict, by=by, at=gone)
    assert seen(gone - timedelta(seconds=1)) == [True] * 4
    assert seen(gone) == [False] * 4
    with pytest.raises(conflicts.ConflictWithdrawnAlready):
        conflicts.withdraw_conflict(conflict=conflict, by=by, at=gone)


# figures superseded


def test_supersede_figure_tells_the_keepers_of_the_claims_that_rest_on_it() -> None:
    body, other = HostFactory.create(), HostFactory.create()
    by = coordinator_of(body, Role.ANALYST)
    mate = coordinator_of(body, Role.HOST_COORDINATOR)
    abroad = coordinator_of(other, Role.ANALYST)
    former = actor_with(Role.ANALYST, other.urn)
    person_behind(former).mandates.update(until_date=date(2020, 1, 1))
    coordinator_of(body)
    figure = FigureFactory.create(keeper=body, label=text("Sorties précoces", "Early leavers"))
    for code, keeper, more in (
        ("C1", body, {}),
        ("C2", body, {"published_at": None}),
        ("C3", other, {}),
        ("C4", other, {"withdrawn_at": AT - timedelta(days=1)}),
    ):
        EvidenceStatementFactory.create(code=code, keeper=keeper, figures=[figure], **more)
    EvidenceStatementFactory.create(code="C5", keeper=other)
    figures.supersede_figure(figure=figure, value=Decimal(9), by=by, at=AT)
    told = {n.person: n.expectation for n in Notice.objects.select_related("person").order_by("pk")}
    assert {p: str(e) for p, e in told.items()} == {
        person_behind(mate): "Le chiffre « Sorties précoces » a été remplacé ; relisez ce qui s'y appuie : "
        "constat C1, constat C2.",
        person_behind(abroad): "Le chiffre « Sorties précoces » a été remplacé ; relisez ce qui s'y appuie : "
        "constat C3.",
    }
    assert told[person_behind(abroad)]["en"] == (
        "The figure “Early leavers” was replaced; read again what rests on it: statement C3."
    )
    assert {(n.subject_urn, n.link) for n in Notice.objects.order_by("pk")} == {
        (figure.urn, figure.permalink)
    }
    newer = Figure.objects.get(supersedes=figure)
    with pytest.raises(figures.FigureSupersededAlready):
        figures.supersede_figure(figure=figure, value=Decimal(9), by=by, at=AT)
    assert newer.keeper == body


def test_rooms_above_say_who_else_cites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citations, "_FINDERS", [])
    person = MandateFactory.create().person
    asked: list[tuple[Any, ...]] = []

    def finder(figure: Any, statements: Any, at: Any) -> list[citations.Citer]:
        asked.append((figure, list(statements), at))
        return [citations.Citer(person, text("recommandation 1b", "recommendation 1b"))]

    citations.register(finder)
    citations.register(finder)
    figure = FigureFactory.create()
    claim = EvidenceStatementFactory.create(figures=[figure])
    figures.supersede_figure(figure=figure, value=Decimal(9), by=administrator(), at=AT)
    assert asked == [(figure, [claim], AT)]
    assert Notice.objects.get().person == person
