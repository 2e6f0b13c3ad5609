"""The programme of visits in the demonstration: sourced facts, an invented visit, what followed from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from polyphonie.mobility.models import ActionPlan, Observation, PracticeCard, Programme, Visit
from polyphonie.recommendations.models import ActionLink, Recommendation
from tests.demonstration import demonstration, visible_text, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with demonstration(django_db_blocker):
        yield


def text(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return " ".join(visible_text(html.fromstring(answer.content.decode())).split())


def test_the_programme_has_its_sourced_facts() -> None:
    programme = Programme.objects.get()
    flows = [(f.organiser.slug, f.territory.code) for f in programme.flows.order_by("order")]
    assert flows == [
        ("academie-besancon", "autriche"),
        ("academie-creteil", "suede"),
        ("academie-montpellier", "ecosse"),
        ("academie-grenoble", "italie"),
        ("academie-nancy-metz", "allemagne"),
    ]
    assert programme.participants.count() == 18
    assert programme.grid.criteria.count() == 40
    assert [s.planned_from.isoformat() for s in programme.stages.order_by("order")] == [
        "2017-09-01",
        "2018-01-01",
        "2018-03-01",
        "2019-03-01",
    ]
    assert programme.results.count() == 6
    assert all(row.has_source for row in [programme, programme.grid, *programme.stages.order_by("pk")])


def test_the_programme_page_keeps_planned_and_held_apart() -> None:
    page = text(visitor("public"), reverse("programme", args=["qualeduc-mobilites"]))
    for words in ("5 flux", "18 académies participantes", "4 étapes", "mars 2019", "avril 2019"):
        assert words in page
    assert "autre date que prévu" in page
    assert page.count("Rien ne le prouve encore.") == 5
    assert page.count("pas encore saisie") == 4
    assert "Académie de Caen (aujourd'hui Académie de Normandie)" in page


def test_the_team_reads_its_empty_cells_and_everybody_else_what_was_opened() -> None:
    visit = Visit.objects.get()
    team = visitor("visit", moment="visit")
    page = text(team, visit.get_absolute_url())
    assert "26 cases vides" in page
    assert "14 observées sur 40 (35 %)" in page
    assert "votre brouillon" in page
    assert "brouillon d'une autre personne" in page
    outside = text(visitor("public", moment="visit"), visit.get_absolute_url())
    assert "2 cases sur 40 ont une fiche que vous pouvez lire" in outside
    assert "vides" not in outside
    assert "Vuillemin" not in outside


def test_the_member_finds_the_evening_and_the_visit_at_home() -> None:
    home = text(visitor("visit", moment="visit"), reverse("home"))
    assert "Débrief du 15/03/2018 : 26 cases vides" in home
    assert "Vos visites" in home
    assert "Vos visites" not in text(visitor("host", moment="visit"), reverse("home"))


def test_an_action_at_home_stands_on_the_page_of_the_recommendation() -> None:
    plan = ActionPlan.objects.get()
    link = ActionLink.objects.get(action_urn=plan.urn)
    assert (link.relation, link.recommendation.code) == ("implements", "1b")
    point = Recommendation.objects.get(code="1b", process__conference__slug="decrochage-2017", site=None)
    page = text(visitor("public"), point.get_absolute_url())
    assert "Tuteurs de retour en cours" in page
    assert "60 %" in page
    assert "Tuteurs de retour en cours" in text(
        visitor("public"), reverse("theme", args=["decrochage-scolaire"])
    )


def test_pages_of_bodies_and_territories_lead_to_the_visit() -> None:
    for address in (
        reverse("organisation", args=["academie-besancon"]),
        reverse("territory", args=["autriche"]),
    ):
        assert "Cinq jours en Autriche" in text(visitor("public"), address)
    assert "Qualéduc Mobilités" in text(
        visitor("public"), reverse("organisation", args=["academie-normandie"])
    )


def test_everything_invented_says_so() -> None:
    assert not Observation.objects.filter(is_fictitious=False).exists()
    assert not PracticeCard.objects.filter(is_fictitious=False).exists()
    page = text(visitor("public"), Visit.objects.get().get_absolute_url())
    assert "Exemple fictif" in page


def test_the_practice_card_is_found_by_search() -> None:
    page = text(visitor("public"), f"{reverse('search')}?q=tuteur")
    assert "Un tuteur après le troisième échange" in page


def test_two_observers_of_the_demonstration_are_compared() -> None:
    visit = Visit.objects.get()
    page = text(visitor("visit", moment="visit"), reverse("observers_agreement", args=[visit.uid]))
    assert "Cases communes 12" in page
    assert "κ pondéré, poids quadratiques" in page
    assert page.count("Proposer un départage") == 4
    assert visitor("host").get(reverse("observers_agreement", args=[visit.uid])).status_code == 403


def test_the_synthesis_in_the_making_marks_what_cites_nothing() -> None:
    visit = Visit.objects.get()
    page = text(visitor("visit"), reverse("synthesis", args=[visit.uid]))
    assert page.count("ne cite aucune fiche") == 1
    assert "4 cases cotées différemment restent à départager" in page
    assert visitor("public").get(reverse("synthesis", args=[visit.uid])).status_code == 404


def test_four_territories_of_five_are_not_entered_yet() -> None:
    page = text(visitor("public"), reverse("comparison", args=["qualeduc-mobilites"]))
    assert page.count("pas encore saisi") == 4
