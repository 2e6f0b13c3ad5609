"""Countries side by side: what is missing first, everything opens, nothing ranks."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.mobility.domain.practices import publish_practice
from polyphonie.mobility.domain.queries.comparison import comparison, comparison_cell
from polyphonie.mobility.domain.visits import name_host
from polyphonie.mobility.models import Programme
from tests.factories.mobility import AFTER, DURING, Team, flow, observation, practice, programme, team
from tests.factories.network import TerritoryFactory, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

PUBLIC = Actor.visitor()


@pytest.fixture
def five() -> tuple[Programme, list[Team]]:
    """Five territories, in no order; only the first two have open sheets."""
    made = programme()
    names = (
        ("suede", "Suède", "Sweden"),
        ("autriche", "Autriche", "Austria"),
        ("ecosse", "Écosse", "Scotland"),
        ("italie", "Italie", "Italy"),
        ("allemagne", "Allemagne", "Germany"),
    )
    teams = [
        team(flow(made, territory=TerritoryFactory.create(code=code, name=text(fr, en))))
        for code, fr, en in names
    ]
    return made, teams


def test_columns_follow_the_readers_alphabet(five: tuple[Programme, list[Team]]) -> None:
    made, teams = five
    for cell in range(10):
        observation(teams[0], cell=cell, rating=4, open_to="public")
        observation(teams[1], cell=cell, rating=1, open_to="public")
    orders = {}
    for language in ("fr", "en"):
        with translation.override(language):
            orders[language] = [c.territory.code for c in comparison(made.slug, PUBLIC, DURING).columns]
    assert orders == {
        "fr": ["allemagne", "autriche", "ecosse", "italie", "suede"],
        "en": ["autriche", "allemagne", "italie", "ecosse", "suede"],
    }


def test_missing_cells_come_first(five: tuple[Programme, list[Team]]) -> None:
    made, teams = five
    for one in teams:
        observation(one, cell=0, open_to="public")
    observation(teams[0], cell=1, open_to="public")
    page = comparison(made.slug, PUBLIC, DURING)
    assert page.rows[-1].criterion.code == "theme-1_element-1"
    assert [row.missing for row in page.rows][:2] == [4, 5]
    assert [row.criterion.code for row in page.rows][:2] == ["theme-1_element-2", "theme-1_element-3"]
    assert {c.territory.code: c.missing for c in page.columns}["suede"] == 38
    assert not any(c.is_blank for c in page.columns)


def test_a_territory_without_open_sheets_is_not_entered_yet(
    client: Client, five: tuple[Programme, list[Team]]
) -> None:
    made, teams = five
    observation(teams[1], open_to="public")
    observation(teams[0], open_to="team")
    page = client.get(reverse("comparison", args=[made.slug])).content.decode()
    assert page.count("pas encore saisi") == 4


def test_a_cell_counts_visits_hosts_and_cards(five: tuple[Programme, list[Team]]) -> None:
    made, teams = five
    one = teams[1]
    hosts = [name_host(visit=one.visit, function=text(f), by=one.chair, at=DURING) for f in ("A", "B")]
    sheets = [observation(one, host=host, open_to="public") for host in hosts]
    observation(one, open_to="team")
    publish_practice(card=practice(one, cites=sheets), by=one.chair, at=AFTER)
    page = comparison(made.slug, PUBLIC, AFTER)
    cells = {territory.code: seen for territory, seen in page.rows[0].cells}
    seen = cells["autriche"]
    assert (seen.sheets, seen.visits, seen.hosts, seen.cards, seen.is_single) == (2, 1, 2, 1, False)
    assert cells["suede"].is_missing
    assert (page.visits, page.hosts, page.other_versions) == (1, 2, 0)
    behind = comparison_cell(made.slug, "theme-1_element-1", "autriche", PUBLIC, AFTER)
    assert (len(behind.sheets), len(behind.cards)) == (2, 1)


def test_a_cell_page_shows_facts_before_readings(client: Client, five: tuple[Programme, list[Team]]) -> None:
    made, teams = five
    observation(teams[1], open_to="public", fact="Le fait", interpretation="La lecture", evidence="La pièce")
    observation(teams[1], open_to="team", fact="Fermé")
    address = reverse("comparison_cell", args=[made.slug, "theme-1_element-1", "autriche"])
    page = client.get(address).content.decode()
    assert page.index("Le fait") < page.index("La lecture") < page.index("La pièce")
    assert "Fermé" not in page
    for cell, code in (("nulle-part", "autriche"), ("theme-1_element-1", "lune")):
        with pytest.raises(Unknown):
            comparison_cell(made.slug, cell, code, PUBLIC, DURING)


def test_no_page_or_file_can_order_territories_by_rating(
    client: Client, five: tuple[Programme, list[Team]]
) -> None:
    """Whatever the ratings, the same columns in the same order, and no rating anywhere."""
    made, teams = five
    addresses = [reverse(name, args=[made.slug]) for name in ("comparison", "comparison_csv")]
    for number, one in enumerate(teams):
        observation(one, rating=1 + number % 4, open_to="public")
    before = [client.get(address).content.decode() for address in addresses]
    for number, one in enumerate(teams):
        one.visit.observations.update(rating=4 - number % 4)
    after = [client.get(address).content.decode() for address in addresses]

    def plain(page: str) -> str:
        return "\n".join(line for line in page.splitlines() if "csrf" not in line)

    assert [plain(p) for p in before] == [plain(p) for p in after]
    assert not any("degré" in page for page in before)
    table = list(csv.reader(io.StringIO(before[1].lstrip("\ufeff"))))
    assert len(table) == 1 + 40 * 5
    assert {row[-1] for row in table[1:]} == {"5 visites, 0 hôtes : non représentatif"}


def test_comparison_asks_a_constant_number_of_queries(
    five: tuple[Programme, list[Team]], django_assert_num_queries: Any
) -> None:
    made, teams = five
    for rows in (1, 2, 3):
        observation(teams[rows], cell=rows, open_to="public")
        if rows != 2:
            with django_assert_num_queries(6):
                comparison(made.slug, PUBLIC, DURING)
