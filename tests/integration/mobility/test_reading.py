"""What pages, files, search and API show of visits, and to whom; nothing of a team leaves it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.mobility.domain.action_plans import adopt_action_plan
from polyphonie.mobility.domain.observations import share_observation, withdraw_observation
from polyphonie.mobility.domain.practices import publish_practice
from polyphonie.mobility.domain.programmes import plan_stage
from polyphonie.mobility.domain.queries.coverage import seen_grid
from polyphonie.mobility.domain.queries.visits import observation_found, visit_page
from polyphonie.mobility.domain.visits import call_debrief, name_host, note_cell
from polyphonie.mobility.models import ActionPlan, Observation, PracticeCard, Visit
from polyphonie.network.enums import Role
from polyphonie.portal.domain.search import reindex
from tests.factories.mobility import (
    AFTER,
    BEFORE,
    DURING,
    FIRST,
    TESTS,
    Team,
    action_plan,
    flow,
    observation,
    organiser,
    practice,
    programme,
    team,
)
from tests.factories.network import OrganisationFactory, actor_with, administrator, signed_in, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

PUBLIC = Actor.visitor()


@pytest.fixture
def two_teams() -> tuple[Team, Team]:
    """Two teams of one programme, and sheets of the first at every degree of openness."""
    shared = programme()
    ours, theirs = team(flow(shared)), team(flow(shared), title="Ailleurs")
    return ours, theirs


def readers(ours: Team, theirs: Team) -> dict[str, Actor]:
    participant = actor_with(Role.TEAM_MEMBER, ours.visit.flow.programme.urn, at=DURING)
    return {
        "author": ours.chair,
        "member": ours.member,
        "other team": theirs.chair,
        "participant": participant,
        "organiser": organiser(ours.visit.flow.organiser),
        "administrator": administrator(),
        "public": PUBLIC,
    }


def test_a_sheet_goes_as_far_as_it_was_opened(two_teams: tuple[Team, Team]) -> None:
    ours, theirs = two_teams
    everybody = readers(ours, theirs)
    reading = {}
    for number, open_to in enumerate(("", "team", "programme", "public")):
        sheet = observation(ours, cell=number, open_to=open_to)
        reading[open_to] = {
            name
            for name, who in everybody.items()
            if Observation.objects.readable_by(who, DURING).filter(pk=sheet.pk).exists()
        }
    assert reading[""] == {"author"}
    assert reading["team"] == {"author", "member"}
    assert reading["programme"] == {"author", "member", "other team", "participant"}
    assert reading["public"] == set(everybody)


def test_a_public_sheet_waits_for_its_visit() -> None:
    hidden = team(published=False)
    observation(hidden, open_to="public")
    assert not Observation.objects.readable_by(PUBLIC, DURING).exists()
    assert not Visit.objects.readable_by(PUBLIC, DURING).exists()
    assert Observation.objects.readable_by(hidden.member, DURING).exists()
    with pytest.raises(Unknown):
        visit_page(hidden.visit.uid, PUBLIC, DURING)


def test_a_member_who_leaves_reads_no_more(two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    observation(ours)
    left = Actor(ours.chair.kind, ours.chair.id)
    assert not Observation.objects.readable_by(left, DURING).exists()


SECRETS = {
    "draft": "zirconium",
    "team": "axolotl",
    "programme": "quokka",
    "card": "pangolin",
    "plan": "nautile",
}
HOST_NAME = "Wolkenstein"


def planted(ours: Team) -> list[str]:
    """Something closed of each kind, beside something public; every address through which it could leave."""
    draft = observation(ours, cell=0, fact=f"Fait {SECRETS['draft']}")
    shared = observation(ours, cell=1, open_to="team", fact=f"Fait {SECRETS['team']}")
    wider = observation(ours, cell=2, open_to="programme", fact=f"Fait {SECRETS['programme']}")
    opened = observation(ours, cell=3, open_to="public", fact="Fait ouvert")
    card = practice(ours, cites=[shared], title=text(f"Carte {SECRETS['card']}"))
    public_card = practice(ours, cites=[shared, opened], title=text("Carte ouverte"))
    publish_practice(card=public_card, by=ours.chair, at=DURING)
    plan = action_plan(ours.visit.flow.organiser, card=public_card, title=text(f"Action {SECRETS['plan']}"))
    name_host(
        visit=ours.visit,
        function=text("Directrice"),
        name=HOST_NAME,
        consent_on=FIRST,
        by=ours.chair,
        at=DURING,
    )
    note_cell(
        visit=ours.visit,
        criterion=ours.cell(9),
        reason="refused",
        text="motif ornithorynque",
        by=ours.chair,
        at=DURING,
    )
    visit, found = ours.visit, []
    found += [reverse(name, args=[visit.uid]) for name in ("visit", "visit_json", "visit_csv")]
    found += [reverse(name, args=[visit.flow.programme.slug]) for name in ("programme", "programme_json")]
    found += [reverse("observation", args=[sheet.uid]) for sheet in (draft, shared, wider, opened)]
    found += [reverse("practice", args=[c.uid]) for c in (card, public_card)]
    found += [reverse("action_plan", args=[plan.uid]), reverse("programmes"), reverse("home")]
    found += [reverse("organisation", args=[visit.flow.organiser.slug])]
    found += [reverse("territory", args=[visit.flow.territory.code])]
    found += [o.permalink for o in (draft, shared, wider, card, plan)]
    found += [f"{reverse('search')}?q={word}" for word in ("Fait", "Carte", "Action", "ouverte")]
    found += [reverse(name) for name in ("feed_recommendations", "feed_conferences", "sitemap")]
    found += [f"/api/v1/{kind}" for kind in ("recommendations", "projects", "statements")]
    return found


def shown(client: Client, address: str, *, follow: bool = True) -> str:
    answer = client.get(address, follow=follow)
    body = b"".join(answer) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def words_seen(client: Client, addresses: list[str]) -> set[str]:
    # the words of a search stand in its own box
    pages = [shown(client, address) for address in addresses]
    known = {**SECRETS, "host": HOST_NAME, "note": "ornithorynque"}
    return {name for name, word in known.items() if any(word in page for page in pages)}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("public", set()),
        # reads what bodies prepare; a team's own words stay with the team
        ("administrator", {"plan"}),
        ("other team", {"programme"}),
        ("participant", {"programme"}),
        ("member", {"team", "programme", "card", "host", "note"}),
        ("author", {"draft", "team", "programme", "card", "host", "note"}),
        ("organiser", {"card", "host", "plan"}),
    ],
)
def test_nothing_of_a_team_leaves_it(
    client: Client, two_teams: tuple[Team, Team], who: str, sees: set[str]
) -> None:
    ours, theirs = two_teams
    addresses = planted(ours)
    reindex()
    actor = readers(ours, theirs)[who]
    if not actor.is_visitor:
        signed_in(client, actor)
    assert words_seen(client, addresses) == sees


def test_the_drafts_of_another_team_are_unknown(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, theirs = two_teams
    sheet = observation(ours)
    signed_in(client, theirs.chair)
    unknown = "018f2f2e-0000-7000-8000-000000000000"
    for name in ("observation", "observation_edit"):
        real = client.get(reverse(name, args=[sheet.uid]))
        other = client.get(reverse(name, args=[unknown]))
        assert real.status_code == other.status_code == 404
    for name in ("observation_share", "observation_withdraw"):
        assert client.post(reverse(name, args=[sheet.uid])).status_code == 404
    assert client.get(sheet.permalink).status_code == 404
    with pytest.raises(Unknown):
        observation_found(sheet.uid, theirs.chair, DURING)


def test_a_withdrawn_sheet_leads_nowhere(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    sheet = observation(ours, open_to="public")
    assert client.get(sheet.permalink).status_code == 302
    withdraw_observation(observation=sheet, by=ours.chair, at=DURING)
    assert client.get(sheet.permalink).status_code == 404
    assert client.get(sheet.get_absolute_url()).status_code == 404


def test_empty_cells_are_the_teams(two_teams: tuple[Team, Team]) -> None:
    ours, theirs = two_teams
    for number in range(14):
        observation(ours, by=ours.member if number % 2 else ours.chair, cell=number)
    inside = visit_page(ours.visit.uid, ours.chair, DURING)
    assert inside.grid.coverage.empty == 26
    assert len(inside.grid.empty_cells) == 26
    assert (inside.in_team, inside.runs, len(inside.sheets)) == (True, True, 7)
    outside = visit_page(ours.visit.uid, theirs.chair, DURING)
    assert outside.grid.coverage.observed == 0
    assert not any(cell.standing for row in outside.grid.rows for cell in row.cells)
    assert (outside.in_team, outside.runs) == (False, False)


def test_why_a_cell_is_left_is_told_to_the_team_alone(two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    note_cell(visit=ours.visit, criterion=ours.cell(0), reason="refused", by=ours.chair, at=DURING)
    assert seen_grid(ours.visit, ours.member, DURING, in_team=True).rows[0].cells[0].state == "refused"
    assert seen_grid(ours.visit, PUBLIC, DURING, in_team=False).rows[0].cells[0].state == "empty"


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ("26 cases vides", "14 observées sur 40")), ("en", ("26 empty cells", "14 observed of 40"))],
)
def test_visit_page_counts_its_empty_cells(
    client: Client, two_teams: tuple[Team, Team], language: str, words: tuple[str, ...]
) -> None:
    ours, _ = two_teams
    for number in range(14):
        observation(ours, cell=number)
    signed_in(client, ours.chair)
    page = client.get(f"/{language}/visites/{ours.visit.uid}/").content.decode()
    for word in words:
        assert word in page


def sheet_data(ours: Team, **fields: Any) -> dict[str, Any]:
    return {
        "criterion": ours.cell(5).pk,
        "day": "2018-03-14",
        "hour": "10:30",
        "language": "fr",
        "fact": "Un fait vu sur place.",
        "client_uuid": "0190f2f2-0000-7000-8000-000000000009",
        **fields,
    }


def test_a_sheet_is_written_without_script(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    signed_in(client, ours.member)
    address = reverse("observation_new", args=[ours.visit.uid])
    assert "Thème 1 × Élément 3" in client.get(f"{address}?case={ours.cell(2).code}").content.decode()
    refused = client.post(address, sheet_data(ours, verdict="not_here"))
    assert refused.status_code == 422
    assert "dites pourquoi" in refused.content.decode()
    assert "Un fait vu sur place." in refused.content.decode()
    for _twice in range(2):
        answer = client.post(address, sheet_data(ours))
        assert answer.status_code == 303
    sheet = Observation.objects.get()
    assert sheet.observed_at.isoformat() == "2018-03-14T09:30:00+00:00"
    assert client.get(answer["Location"]).status_code == 200
    assert (
        client.post(reverse("observation_share", args=[sheet.uid]), {"audience": "team"}).status_code == 303
    )


def test_a_sheet_form_refuses_a_cell_of_another_grid(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    foreign = team(flow(programme(slug="autre")))
    signed_in(client, ours.member)
    answer = client.post(
        reverse("observation_new", args=[ours.visit.uid]), sheet_data(ours, criterion=foreign.cell(0).pk)
    )
    assert answer.status_code == 422
    assert "version 1.0.0" in answer.content.decode()
    assert not Observation.objects.exists()


def test_two_edits_of_one_draft_are_both_shown(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    sheet = observation(ours, fact="Au début")
    signed_in(client, ours.chair)
    address = reverse("observation_edit", args=[sheet.uid])
    data = sheet_data(ours)
    del data["criterion"]
    assert client.post(address, {**data, "fact": "Le leur", "version": "1"}).status_code == 303
    answer = client.post(address, {**data, "fact": "Le mien", "version": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Le leur" in page
    assert "Le mien" in page
    assert Observation.objects.get().fact == "Le leur"
    assert client.post(address, {**data, "fact": "Le mien", "version": "2"}).status_code == 303


def localised(name: str, fr: str) -> dict[str, str]:
    return {f"{name}__fr": fr, f"{name}__en": ""}


def test_from_a_sheet_to_an_action_at_home(client: Client, two_teams: tuple[Team, Team]) -> None:
    """The whole chain through the pages: card, action, adoption, link."""
    from tests.factories import recommendations as texts

    ours, _ = two_teams
    point = texts.published()
    body = ours.visit.flow.organiser
    sheet = observation(ours, open_to="team")
    signed_in(client, ours.chair)
    answer = client.post(
        reverse("practice_new", args=[ours.visit.uid]),
        {
            **localised("title", "Un tuteur"),
            **localised("practice", "Un tuteur suit l'élève."),
            **localised("preconditions", "Un temps reconnu."),
            **localised("verdict_reason", "Il manque un seuil."),
            "effect_evidence": "claimed",
            "verdict": "with_adaptation",
            "cites": [sheet.pk],
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    card = PracticeCard.objects.get()
    assert client.get(card.get_absolute_url()).status_code == 200
    assert client.post(reverse("practice_publish", args=[card.uid])).status_code == 303
    signed_in(client, organiser(body))
    answer = client.post(
        reverse("action_plan_new", args=[card.uid]),
        {
            "organisation": body.pk,
            **localised("title", "Des tuteurs"),
            **localised("owner", "Conseil technique"),
            **localised("indicator", "Part des élèves revenus"),
            "axis": "plan",
            "starts_on": "2018-09-03",
            "due_on": "2019-06-28",
            "target": "60 %",
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    plan = ActionPlan.objects.get()
    assert client.post(reverse("action_plan_adopt", args=[plan.uid])).status_code == 303
    answer = client.post(
        reverse("action_plan_link", args=[plan.uid]),
        {"recommendation": point.pk, "relation": "implements"},
    )
    assert answer.status_code == 303, answer.content.decode()
    client.logout()
    assert "Des tuteurs" in client.get(point.get_absolute_url()).content.decode()
    assert "Un tuteur" in client.get(plan.get_absolute_url()).content.decode()


def test_a_practice_card_counts_the_sheets_that_stay_closed(
    client: Client, two_teams: tuple[Team, Team]
) -> None:
    ours, _ = two_teams
    closed = observation(ours, cell=0, open_to="team", fact="Fait fermé")
    opened = observation(ours, cell=1, open_to="public", fact="Fait ouvert")
    card = practice(ours, cites=[closed, opened])
    publish_practice(card=card, by=ours.chair, at=AFTER)
    page = client.get(card.get_absolute_url()).content.decode()
    assert "Fait ouvert" in page
    assert "Fait fermé" not in page
    assert "1 fiche d'observation reste à l'équipe de la visite." in page


def test_visit_csv_shows_gaps_and_neutralises_formulas(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    observation(ours, open_to="public", fact="=HYPERLINK(1)")
    table = client.get(reverse("visit_csv", args=[ours.visit.uid])).content.decode()
    assert len(table.strip().splitlines()) == 41
    assert "'=HYPERLINK(1)" in table
    assert ",=HYPERLINK" not in table


def test_visit_json_is_the_visit(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    observation(ours, cell=0)
    observation(ours, cell=1, open_to="public")
    data = client.get(reverse("visit_json", args=[ours.visit.uid])).json()
    assert data["urn"] == ours.visit.urn
    assert data["grid"] == {
        "code": "grille-programme",
        "version": "1.0.0",
        "cells": 40,
        "with_readable_sheets": 1,
    }
    assert [row["cell"] for row in data["observations"]] == ["theme-1_element-2"]


def test_a_debrief_waits_on_the_members_home(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, theirs = two_teams
    call_debrief(visit=ours.visit, day=FIRST, by=ours.chair, at=DURING)
    signed_in(client, ours.member)
    assert "Débrief du 12/03/2018 : 40 cases vides" in client.get(reverse("home")).content.decode()
    signed_in(client, theirs.member)
    assert "Débrief" not in client.get(reverse("home")).content.decode()


def test_practice_cards_are_found_once_published(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    card = practice(ours, title=text("Un tuteur hippocampe"))
    reindex()
    address = f"{reverse('search')}?q=hippocampe"
    assert card.get_absolute_url() not in client.get(address).content.decode()
    publish_practice(card=card, by=ours.chair, at=DURING)
    assert card.get_absolute_url() in client.get(address).content.decode()


def test_a_plan_in_preparation_is_read_by_its_body(client: Client) -> None:
    body = OrganisationFactory.create(kind="academie", successor=OrganisationFactory.create())
    plan = action_plan(body)
    reading = {
        name
        for name, who in {
            "body": organiser(body),
            "successor": organiser(body.successor),
            "engineer": actor_with(Role.TRAINING_ENGINEER, body.urn, organisation=body),
            "other body": organiser(OrganisationFactory.create()),
            "public": PUBLIC,
        }.items()
        if ActionPlan.objects.readable_by(who, AFTER).exists()
    }
    assert reading == {"body", "successor", "engineer"}
    assert client.get(plan.permalink).status_code == 404
    adopt_action_plan(plan=plan, by=organiser(body), at=AFTER)
    assert client.get(plan.permalink).status_code == 302


def test_new_visit_is_offered_to_those_who_organise(client: Client) -> None:
    of = flow()
    address = reverse("visit_new", args=[of.programme.slug])
    stranger = organiser(OrganisationFactory.create())
    signed_in(client, stranger)
    assert client.get(address).status_code == 403
    own = organiser(of.organiser)
    signed_in(client, own)
    page = client.get(address)
    assert page.status_code == 200
    from tests.factories.mobility import person

    answer = client.post(
        address,
        {
            "flow": of.pk,
            **localised("title", "Nouvelle visite"),
            "start_date": "2018-03-12",
            "end_date": "2018-03-16",
            "chair": person(own).pk,
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    assert str(Visit.objects.get().title) == "Nouvelle visite"


def test_programme_page_asks_a_constant_number_of_queries(
    client: Client, django_assert_num_queries: Any
) -> None:
    made = programme()
    address = made.get_absolute_url()
    for rows in (1, 2, 3):
        team(flow(made))
        if rows != 2:
            with django_assert_num_queries(8):
                client.get(address)


def test_visit_page_asks_a_constant_number_of_queries(
    client: Client, two_teams: tuple[Team, Team], django_assert_num_queries: Any
) -> None:
    ours, _ = two_teams
    signed_in(client, ours.chair)
    address = ours.visit.get_absolute_url()
    client.get(address)
    for rows in (1, 2, 3):
        observation(ours, cell=rows, open_to="team")
        name_host(visit=ours.visit, function=text(f"F{rows}"), by=ours.chair, at=DURING)
        practice(ours, cites=[observation(ours, cell=20 + rows, open_to="team")])
        if rows != 2:
            with django_assert_num_queries(22):
                client.get(address)


def test_share_is_offered_only_to_those_who_may(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    sheet = observation(ours, by=ours.member, open_to="team")
    signed_in(client, ours.member)
    assert "Partager" not in client.get(sheet.get_absolute_url()).content.decode()
    signed_in(client, ours.chair)
    assert "Partager" in client.get(sheet.get_absolute_url()).content.decode()
    share_observation(observation=sheet, audience="public", by=ours.chair, at=DURING)
    assert "Partager" not in client.get(sheet.get_absolute_url()).content.decode()


def test_a_stage_is_recorded_by_those_who_organise(client: Client) -> None:
    """Planned in March, held in April: both stand on the page, each with its source."""
    of = flow()
    stage = plan_stage(
        programme=of.programme,
        kind="dissemination",
        title=text("Séminaire"),
        planned_from=date(2018, 3, 1),
        planned_until=date(2018, 3, 31),
        source_label="Page",
        by=TESTS,
        at=BEFORE,
    )
    address = reverse("stage_record", args=[of.programme.slug, 1])
    data = {
        "actual_from": "2018-04-01",
        "actual_until": "2018-04-30",
        "actual_precision": "month",
        "version": "1",
    }
    signed_in(client, organiser(OrganisationFactory.create()))
    assert client.get(address).status_code == 403
    signed_in(client, organiser(of.organiser))
    assert client.get(address).status_code == 200
    assert client.post(address, data).status_code == 422
    answer = client.post(address, {**data, "source_label": "Autre page"})
    assert answer.status_code == 303
    page = client.get(of.programme.get_absolute_url()).content.decode()
    assert "mars 2018" in page
    assert "avril 2018" in page
    late = client.post(address, {**data, "source_label": "Encore"})
    assert late.status_code == 409
    assert "Autre page" in late.content.decode()
    assert "Encore" in late.content.decode()
    stage.refresh_from_db()
    assert stage.outcome_source_label == "Autre page"


def test_a_consent_is_taken_back_from_the_page(client: Client, two_teams: tuple[Team, Team]) -> None:
    ours, _ = two_teams
    host = name_host(
        visit=ours.visit,
        function=text("Directrice"),
        name=HOST_NAME,
        consent_on=FIRST,
        by=ours.chair,
        at=DURING,
    )
    assert host.consent is not None
    address = reverse("consent_withdraw", args=[host.consent.uid])
    signed_in(client, ours.member)
    assert HOST_NAME in client.get(ours.visit.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 403
    signed_in(client, ours.chair)
    assert client.post(address).status_code == 303
    assert HOST_NAME not in client.get(ours.visit.get_absolute_url()).content.decode()
