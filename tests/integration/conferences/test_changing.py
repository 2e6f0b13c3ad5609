"""The host changes a conference that is open, and exchanges two sessions from a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from polyphonie.conferences.domain.conferences import (
    ConferenceClosed,
    ConferenceTerms,
    DatesReversed,
    LanguagesMissing,
    SessionsLeftOutside,
    SharedLanguageUnknown,
    TitleMissing,
    attach_resource,
    change_conference,
    terms_of_conference,
)
from polyphonie.conferences.domain.programme import move_session, withdraw_session
from polyphonie.conferences.models import Conference, Session
from polyphonie.evidence.models import ResourceContext
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import ChangedMeanwhile, RightMissing
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.models import LedgerEvent
from tests.factories.conferences import (
    DURING,
    ClosedSessionFactory,
    ConferenceFactory,
    RoomFactory,
    SessionFactory,
    SiteFactory,
    host_coordinator,
    paris,
    site_coordinator,
)
from tests.factories.evidence import ResourceFactory
from tests.factories.network import ThemeFactory, signed_in, text

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def conference() -> Conference:
    return ConferenceFactory.create(
        title=text("Agir face au décrochage", "Facing dropout"),
        start_date=date(2017, 11, 9),
        end_date=date(2017, 11, 10),
        languages=["fr", "en"],
    )


@pytest.fixture
def host(conference: Conference) -> Actor:
    return host_coordinator(conference)


def change(conference: Conference, by: Actor, version: int = 1, **terms: Any) -> Conference:
    return change_conference(
        conference=conference,
        version=version,
        terms=replace(terms_of_conference(conference), **terms),
        by=by,
        at=DURING,
    )


def test_change_conference_writes_the_terms_and_one_event(conference: Conference, host: Actor, acts) -> None:
    theme = ThemeFactory.create(slug="decrochage")
    terms = ConferenceTerms(
        title=LocalisedText(fr="Prévenir le décrochage", en="Preventing dropout", es="Prevenir el abandono"),
        start_date=date(2017, 11, 8),
        end_date=date(2017, 11, 12),
        languages=("fr", "es"),
        place=text("Sèvres", "Sèvres"),
        themes=(theme,),
    )
    changed = change_conference(conference=conference, version=1, terms=terms, by=host, at=DURING)
    fresh = Conference.objects.get(pk=conference.pk)
    assert terms_of_conference(fresh) == terms_of_conference(changed) == terms
    assert (fresh.version, fresh.programme_version, fresh.slug, fresh.state) == (
        2,
        conference.programme_version + 1,
        conference.slug,
        conference.state,
    )
    assert acts() == ["conferences.change_conference"]
    event = LedgerEvent.objects.get()
    assert (event.urn, event.book) == (conference.urn, conference.urn)
    assert event.data == {
        "before": {
            "start_date": "2017-11-09",
            "end_date": "2017-11-10",
            "languages": ["fr", "en"],
            "themes": [],
        },
        "after": {
            "start_date": "2017-11-08",
            "end_date": "2017-11-12",
            "languages": ["fr", "es"],
            "themes": ["decrochage"],
        },
        "title_changed": True,
    }


def test_themes_and_languages_leave_the_programme_as_it_is(conference: Conference, host: Actor) -> None:
    changed = change(conference, host, languages=("es",))
    assert (changed.version, changed.programme_version) == (2, conference.programme_version)


def test_a_new_title_goes_to_the_resources_of_the_conference(conference: Conference, host: Actor) -> None:
    elsewhere = ConferenceFactory.create()
    for of in (conference, elsewhere):
        by = host_coordinator(of)
        attach_resource(conference=of, resource=ResourceFactory.create(issuer=of.host), by=by, at=DURING)
    change(conference, host, title=text("Nouveau titre", "New title"))
    labels = {c.urn: c.label["fr"] for c in ResourceContext.objects.order_by("pk")}
    assert labels == {conference.urn: "Nouveau titre", elsewhere.urn: elsewhere.title["fr"]}


@pytest.mark.parametrize(
    ("terms", "error", "field", "sentence"),
    [
        ({"title": LocalisedText()}, TitleMissing, "title", "Donnez un titre dans une langue au moins."),
        (
            {"start_date": date(2017, 11, 11)},
            DatesReversed,
            "end_date",
            "La fin (2017-11-10) précède le début (2017-11-11) ; inversez les deux dates.",
        ),
        ({"languages": ()}, LanguagesMissing, "languages", "Choisissez au moins une langue de partage."),
        (
            {"languages": ("fr", "français")},
            SharedLanguageUnknown,
            "languages",
            "« français » n'est pas un code de langue ; écrivez par exemple fr, en ou pt-BR.",
        ),
    ],
)
def test_change_conference_refuses(
    conference: Conference, host: Actor, refuses, terms: dict[str, Any], error: Any, field: str, sentence: str
) -> None:
    with translation.override("fr"), refuses(error) as caught:
        change(conference, host, **terms)
    assert (str(caught.value.sentence), caught.value.field) == (sentence, field)


def test_days_are_not_taken_away_under_a_session(conference: Conference, host: Actor, refuses) -> None:
    evening = SessionFactory.create(
        conference=conference, start_at=paris(2017, 11, 9, 22, 0), end_at=paris(2017, 11, 10, 0, 0)
    )
    second_day = SessionFactory.create(conference=conference, start_at=paris(2017, 11, 10, 9, 30))
    with translation.override("fr"), refuses(SessionsLeftOutside) as caught:
        change(conference, host, end_date=date(2017, 11, 9))
    assert caught.value.sentence == (
        "Une séance est hors de ces jours (le 10 novembre 2017 à 09:30) ; déplacez-la ou retirez-la d'abord."
    )
    with translation.override("fr"), refuses(SessionsLeftOutside) as caught:
        change(conference, host, start_date=date(2017, 11, 11), end_date=date(2017, 11, 12))
    assert caught.value.sentence == (
        "2 séances sont hors de ces jours (la première le 9 novembre 2017 à 22:00) ; "
        "déplacez-les ou retirez-les d'abord."
    )
    # a session withdrawn holds no day; one that ends at midnight ends the day before
    withdraw_session(session=second_day, version=1, by=host, at=DURING)
    assert change(conference, host, end_date=date(2017, 11, 9)).end_date == evening.start_at.date()


def test_change_conference_is_the_hosts_and_not_of_one_cancelled(
    conference: Conference, host: Actor, refuses
) -> None:
    strangers = (
        site_coordinator(SiteFactory.create(conference=conference)),
        host_coordinator(ConferenceFactory.create()),
        Actor.visitor(),
    )
    for stranger in strangers:
        with refuses(RightMissing):
            change(conference, stranger, place=text("Ailleurs"))
    Conference.objects.filter(pk=conference.pk).update(state="cancelled")
    with refuses(ConferenceClosed):
        change(conference, host, place=text("Ailleurs"))


def test_change_conference_of_a_changed_one_shows_both(conference: Conference, host: Actor, refuses) -> None:
    change(conference, host, place=text("LEUR LIEU"))
    with refuses(ChangedMeanwhile) as caught:
        change(conference, host, version=1, place=text("MON LIEU"))
    theirs, mine = caught.value.theirs, caught.value.mine
    assert (theirs.place["fr"], mine.place["fr"]) == ("LEUR LIEU", "MON LIEU")
    assert terms_of_conference(Conference.objects.get()) == theirs


def filled(**fields: Any) -> dict[str, Any]:
    return {
        "title__fr": "Agir",
        "title__en": "Act",
        "start_date": "2017-11-09",
        "end_date": "2017-11-10",
        "languages": ["fr", "en"],
        "place__fr": "Paris",
        "version": "1",
        **fields,
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_changes_the_conference_and_keeps_both_states_in_sight(
    client: Client, conference: Conference, host: Actor, language: str
) -> None:
    theme = ThemeFactory.create(title=text("Décrochage", "Dropout"))
    signed_in(client, host)
    with translation.override(language):
        here, back = (
            reverse(name, args=[conference.slug]) for name in ("change_conference", "manage_conference")
        )
    page = client.get(here).content.decode()
    for held in ('value="Agir face au décrochage"', 'value="Facing dropout"', 'value="2017-11-09"'):
        assert held in page
    assert here in client.get(back).content.decode()
    answered = client.post(here, filled(title__es="Actuar", themes=[theme.slug]))
    assert (answered.status_code, answered["Location"]) == (303, back)
    stands = Conference.objects.get()
    assert (dict(stands.title), list(stands.themes.all())) == (
        {"fr": "Agir", "en": "Act", "es": "Actuar"},
        [theme],
    )

    late = client.post(here, filled(title__fr="MON TITRE", place__fr="MON LIEU"))
    shown = late.content.decode()
    assert late.status_code == 409
    for held in ("Actuar", {"fr": "Décrochage", "en": "Dropout"}[language], "MON TITRE", "MON LIEU"):
        assert held in shown
    assert dict(Conference.objects.get().title) == dict(stands.title)
    assert 'name="version" value="2"' in shown
    assert client.post(here, filled(title__fr="MON TITRE", version="2")).status_code == 303
    assert Conference.objects.get().title["fr"] == "MON TITRE"

    refused = client.post(here, filled(version="3", end_date="2017-11-01", title__fr="GARDEZ-MOI"))
    assert (refused.status_code, "GARDEZ-MOI" in refused.content.decode()) == (422, True)
    broken = client.post(here, filled(version="x", themes=["inconnu"]))
    assert broken.status_code == 422


def test_the_page_is_closed_to_others(client: Client, conference: Conference) -> None:
    here = reverse("change_conference", args=[conference.slug])
    signed_in(client, site_coordinator(SiteFactory.create(conference=conference)))
    for answer in (client.get(here), client.post(here, filled())):
        assert answer.status_code == 403
    assert Conference.objects.get().version == 1


def two_sessions(conference: Conference) -> tuple[Session, Session]:
    room = RoomFactory.create(conference=conference, name=text("Grande salle", "Great hall"))
    first = SessionFactory.create(conference=conference, room=room, title=text("Ouverture", "Opening"))
    second = SessionFactory.create(
        conference=conference, start_at=paris(2017, 11, 9, 16, 30), title=text("Bilan", "Review")
    )
    return first, second


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_exchanges_two_sessions(
    client: Client, conference: Conference, host: Actor, language: str
) -> None:
    first, second = two_sessions(conference)
    withdrawn = SessionFactory.create(conference=conference, start_at=paris(2017, 11, 10, 9, 0))
    withdraw_session(session=withdrawn, version=1, by=host, at=DURING)
    elsewhere = SessionFactory.create()
    signed_in(client, host)
    with translation.override(language):
        here, page = (reverse(name, args=[first.uid]) for name in ("swap_session", "session"))
    assert here in client.get(page).content.decode()
    form = client.get(here).content.decode()
    assert f'value="{second.uid}@1"' in form
    assert {"fr": "9 novembre 2017 à 16:30–", "en": "9 November 2017 at 16:30–"}[language] in form
    for other in (first, withdrawn, elsewhere):
        assert f'value="{other.uid}@' not in form
        refused = client.post(here, {"other": f"{other.uid}@1", "version": "1"})
        assert refused.status_code == 422
    slots = [(s.start_at, s.end_at, s.room) for s in (second, first)]
    answered = client.post(here, {"other": f"{second.uid}@1", "version": "1"})
    assert (answered.status_code, answered["Location"]) == (303, page)
    for session, slot in zip((first, second), slots, strict=True):
        session.refresh_from_db()
        assert (session.start_at, session.end_at, session.room) == slot


def test_exchanging_with_a_session_moved_meanwhile_shows_where_both_are(
    client: Client, conference: Conference, host: Actor
) -> None:
    first, second = two_sessions(conference)
    signed_in(client, host)
    here = reverse("swap_session", args=[first.uid])
    seen = {"other": f"{second.uid}@1", "version": "1"}
    move_session(
        session=second,
        version=1,
        start_at=paris(2017, 11, 10, 11, 15),
        end_at=paris(2017, 11, 10, 12, 0),
        by=host,
        at=DURING,
    )
    before = LedgerEvent.objects.count()
    late = client.post(here, seen)
    page = late.content.decode()
    assert late.status_code == 409
    assert "11:15" in page.split('class="notice warn"')[1].split("<form")[0]
    assert f'value="{second.uid}@2" selected' in page
    assert LedgerEvent.objects.count() == before
    assert client.post(here, {**seen, "other": f"{second.uid}@2"}).status_code == 303
    first.refresh_from_db()
    assert first.start_at == paris(2017, 11, 10, 11, 15)


def test_nothing_is_exchanged_in_a_cancelled_conference(
    client: Client, conference: Conference, host: Actor
) -> None:
    first, second = two_sessions(conference)
    Conference.objects.filter(pk=conference.pk).update(state="cancelled")
    signed_in(client, host)
    refused = client.post(
        reverse("swap_session", args=[first.uid]), {"other": f"{second.uid}@1", "version": "1"}
    )
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "La conférence « Agir face au décrochage » est annulée ; ouvrez-en une autre." in page
    assert set(Session.objects.values_list("version", flat=True)) == {1}


def test_a_closed_session_is_offered_to_its_host_alone(
    client: Client, conference: Conference, host: Actor
) -> None:
    first, _second = two_sessions(conference)
    closed = ClosedSessionFactory.create(conference=conference, start_at=paris(2017, 11, 10, 14, 0))
    here = reverse("swap_session", args=[first.uid])
    signed_in(client, host)
    assert f'value="{closed.uid}@1"' in client.get(here).content.decode()
    signed_in(client, site_coordinator(SiteFactory.create(conference=conference)))
    for answer in (client.get(here), client.post(here, {"other": f"{closed.uid}@1", "version": "1"})):
        assert (answer.status_code, str(closed.uid) in answer.content.decode()) == (403, False)
