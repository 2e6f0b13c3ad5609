"""Two observers of one cell: blind until both have shared, settled by both, never changed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.errors import RightMissing
from polyphonie.mobility.domain import ratings, syntheses
from polyphonie.mobility.domain.observations import CellStillBlind, share_observation
from polyphonie.mobility.domain.queries.agreement import agreement_page
from polyphonie.mobility.domain.visits import close_debriefs
from polyphonie.mobility.models import Claim, Observation, Synthesis
from polyphonie.network.models import Notice
from tests.factories.mobility import (
    AFTER,
    DURING,
    Team,
    flow,
    observation,
    organiser,
    person,
    programme,
    team,
)
from tests.factories.network import PersonFactory, signed_in

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

# first observer in rows, second in columns: forty cells on a scale of four
FORTY = [[8, 2, 0, 0], [1, 9, 3, 0], [0, 2, 7, 2], [0, 0, 1, 5]]


@pytest.fixture
def ours() -> Team:
    return team()


def both_rate(ours: Team, cell: int, first: int, second: int) -> tuple[Observation, Observation]:
    return (
        observation(ours, cell=cell, rating=first, open_to="team"),
        observation(ours, by=ours.member, cell=cell, rating=second, open_to="team"),
    )


def reads(ours: Team, sheet: Observation) -> set[str]:
    return {
        name
        for name, who in (("chair", ours.chair), ("member", ours.member))
        if Observation.objects.readable_by(who, DURING).filter(pk=sheet.pk).exists()
    }


def test_a_rating_is_of_the_cells_scale_and_keeps_its_words(ours: Team) -> None:
    with pytest.raises(ratings.RatingOutsideScale) as refused:
        observation(ours, rating=5)
    assert str(refused.value) == (
        "La cote 5 n'est pas de l'échelle de cette case ; choisissez parmi : 1, 2, 3, 4."
    )
    sheet = observation(ours, rating=3)
    assert (sheet.rating, str(sheet.rating_anchor)) == (3, "degré 3")
    assert observation(ours, cell=1).rating is None


def test_a_cell_given_to_two_is_blind_until_both_have_shared(ours: Team) -> None:
    ratings.assign_cell(
        visit=ours.visit,
        criterion=ours.cell(0),
        observers=[person(ours.chair), person(ours.member)],
        by=ours.chair,
        at=DURING,
    )
    first = observation(ours, rating=2, open_to="team")
    assert reads(ours, first) == {"chair"}
    with pytest.raises(CellStillBlind) as refused:
        share_observation(observation=first, audience="public", by=ours.chair, at=DURING)
    assert str(refused.value) == (
        "Cette case est cotée à l'aveugle : l'autre personne n'a pas encore partagé sa fiche. Attendez-la."
    )
    second = observation(ours, by=ours.member, rating=3)
    assert reads(ours, first) == {"chair"}
    assert agreement_page(ours.visit.uid, ours.chair, DURING).observers == ()
    share_observation(observation=second, by=ours.member, at=DURING)
    assert reads(ours, first) == reads(ours, second) == {"chair", "member"}
    share_observation(observation=first, audience="public", by=ours.chair, at=DURING)


def test_a_cell_given_to_one_is_open_to_the_team_as_soon_as_it_is_shared(ours: Team) -> None:
    ratings.assign_cell(
        visit=ours.visit, criterion=ours.cell(0), observers=[person(ours.chair)], by=ours.chair, at=DURING
    )
    assert reads(ours, observation(ours, open_to="team")) == {"chair", "member"}


def test_assign_cell_is_for_the_team_and_before_anything_is_shared(ours: Team) -> None:
    with pytest.raises(ratings.ObserverNotInTeam):
        ratings.assign_cell(
            visit=ours.visit,
            criterion=ours.cell(0),
            observers=[PersonFactory.create()],
            by=ours.chair,
            at=DURING,
        )
    observation(ours, open_to="team")
    with pytest.raises(ratings.CellAlreadyShared):
        ratings.assign_cell(
            visit=ours.visit,
            criterion=ours.cell(0),
            observers=[person(ours.chair), person(ours.member)],
            by=ours.chair,
            at=DURING,
        )
    with pytest.raises(RightMissing):
        ratings.assign_cell(visit=ours.visit, criterion=ours.cell(1), observers=[], by=ours.member, at=DURING)


def test_agreement_of_forty_cells_is_that_of_the_table(ours: Team) -> None:
    pairs = [(i + 1, j + 1) for i, row in enumerate(FORTY) for j, n in enumerate(row) for _ in range(n)]
    for cell, (first, second) in enumerate(pairs):
        both_rate(ours, cell, first, second)
    page = agreement_page(ours.visit.uid, ours.member, DURING)
    (pair,) = page.pairs
    found = pair.found
    assert found is not None
    assert found.table == tuple(tuple(row) for row in FORTY)
    assert (found.units, round(found.agreement, 3)) == (40, 0.725)
    assert [round(float(v), 3) for v in (found.kappa, found.quadratic, found.alpha, found.ac1)] == [
        0.626,
        0.867,
        0.867,
        0.636,
    ]
    assert len(page.differences) == page.unsettled == 11


def test_nothing_is_said_under_ten_common_cells(ours: Team, client: Client) -> None:
    for cell in range(9):
        both_rate(ours, cell, 1 + cell % 4, 1 + cell % 4)
    signed_in(client, ours.chair)
    page = client.get(reverse("observers_agreement", args=[ours.visit.uid])).content.decode()
    assert "9 cases communes ; il en faut 10" in page
    assert "κ" not in page


def test_agreement_is_the_teams(ours: Team, client: Client) -> None:
    other = team(flow(programme(slug="autre")))
    address = reverse("observers_agreement", args=[ours.visit.uid])
    assert client.get(address).status_code == 302
    for stranger in (other.chair, organiser(ours.visit.flow.organiser)):
        signed_in(client, stranger)
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_agreement_page_shows_figures_together(ours: Team, client: Client, language: str) -> None:
    pairs = [(i + 1, j + 1) for i, row in enumerate(FORTY) for j, n in enumerate(row) for _ in range(n)]
    for cell, (first, second) in enumerate(pairs[::2]):
        both_rate(ours, cell, first, second)
    signed_in(client, ours.chair)
    page = client.get(f"/{language}/visites/{ours.visit.uid}/accord/").content.decode()
    words = {"fr": ("κ de Cohen", "intervalle à 95 %"), "en": ("Cohen&#x27;s κ", "95% interval")}[language]
    for word in words:
        assert word in page or word.replace("&#x27;", "'") in page


def test_two_settle_a_cell_and_both_sign(ours: Team, client: Client) -> None:
    first, second = both_rate(ours, 0, 2, 4)

    def settle(**fields: object) -> object:
        return ratings.settle_rating(
            visit=ours.visit, criterion=ours.cell(0), at=DURING, **{"by": ours.chair, **fields}
        )

    with pytest.raises(ratings.DissentWithoutReason):
        settle(outcome="dissent")
    with pytest.raises(ratings.RatingOutsideScale):
        settle(outcome="rewrite", rating=9, text="Autre")
    settled = settle(outcome="keep_second")
    assert (settled.rating, settled.is_signed) == (4, False)
    with pytest.raises(ratings.AlreadySigned):
        ratings.sign_settlement(settlement=settled, by=ours.chair, at=DURING)
    settled = settle(outcome="dissent", text="L'un a vu le lundi, l'autre le jeudi.", by=ours.member)
    assert ratings.unsettled_cells(ours.visit) == [ours.cell(0).pk]
    signed_in(client, ours.chair)
    page = client.get(reverse("observers_agreement", args=[ours.visit.uid])).content.decode()
    assert "une signature manque" in page
    address = reverse("observers_agreement_sign", args=[ours.visit.uid, ours.cell(0).code])
    assert client.post(address).status_code == 303
    assert ratings.unsettled_cells(ours.visit) == []
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.rating, second.rating) == (2, 4)


def test_only_what_differs_is_settled_and_only_by_those_who_rated(ours: Team) -> None:
    both_rate(ours, 0, 2, 2)
    with pytest.raises(ratings.NothingToSettle):
        ratings.settle_rating(
            visit=ours.visit, criterion=ours.cell(0), outcome="keep_first", by=ours.chair, at=DURING
        )


def test_a_cell_is_settled_through_the_pages(ours: Team, client: Client) -> None:
    both_rate(ours, 0, 1, 3)
    signed_in(client, ours.member)
    address = reverse("observers_agreement_settle", args=[ours.visit.uid, ours.cell(0).code])
    assert client.get(address).status_code == 200
    refused = client.post(address, {"outcome": "rewrite", "rating": "2", "text": ""})
    assert refused.status_code == 422
    assert client.post(address, {"outcome": "rewrite", "rating": "2", "text": "Entre."}).status_code == 303


# the synthesis


def claim(ours: Team, cites: list[Observation], text: str = "Les objectifs sont affichés.") -> Claim:
    return syntheses.write_claim(
        visit=ours.visit, kind="convergence", text=text, cites=cites, by=ours.member, at=AFTER
    )


def test_publish_synthesis_refuses_what_rests_on_nothing(ours: Team) -> None:
    close_debriefs(visit=ours.visit, by=ours.chair, at=AFTER)

    def publish() -> Synthesis:
        return syntheses.publish_synthesis(visit=ours.visit, by=ours.chair, at=AFTER)

    with pytest.raises(syntheses.SynthesisEmpty):
        publish()
    sheet = observation(ours, open_to="team")
    claim(ours, [sheet])
    loose = claim(ours, [], "Sans fiche.")
    with pytest.raises(syntheses.ClaimsUncited) as uncited:
        publish()
    assert str(uncited.value) == "1 phrase ne cite aucune fiche ; citez-en une, ou retirez-la."
    syntheses.remove_claim(claim=loose, by=ours.chair, at=AFTER)
    both_rate(ours, 5, 1, 4)
    with pytest.raises(syntheses.RatingsUnsettled) as unsettled:
        publish()
    assert str(unsettled.value) == (
        "1 case a deux cotes qui diffèrent ; départagez-la, ou gardez le désaccord, à deux."
    )
    settled = ratings.settle_rating(
        visit=ours.visit, criterion=ours.cell(5), outcome="keep_first", by=ours.chair, at=AFTER
    )
    ratings.sign_settlement(settlement=settled, by=ours.member, at=AFTER)
    assert Notice.objects.filter(done_at=None).count() == 2
    assert publish().published_at == AFTER
    assert not Notice.objects.filter(done_at=None).exists()
    ours.visit.refresh_from_db()
    assert ours.visit.state == "synthesised"
    for verb in (publish, lambda: claim(ours, [sheet])):
        with pytest.raises(syntheses.SynthesisPublished):
            verb()


def test_a_claim_cites_shared_sheets_of_its_visit(ours: Team) -> None:
    other = team(flow(programme(slug="autre")))
    for sheet in (observation(ours), observation(other, open_to="team")):
        with pytest.raises(syntheses.SheetNotCitable):
            claim(ours, [sheet])
    with pytest.raises(syntheses.ClaimEmpty):
        claim(ours, [], "  ")
    with pytest.raises(RightMissing):
        syntheses.write_claim(visit=ours.visit, kind="practice", text="X", cites=[], by=other.chair, at=AFTER)


def test_each_sentence_opens_its_sheets_to_those_who_may_read_them(ours: Team, client: Client) -> None:
    opened = observation(ours, cell=0, open_to="public", fact="Fait ouvert")
    closed = observation(ours, cell=1, open_to="team", fact="Fait fermé")
    claim(ours, [opened, closed])
    address = reverse("synthesis", args=[ours.visit.uid])
    assert client.get(address).status_code == 404
    assert client.get(Synthesis.objects.get().permalink).status_code == 404
    close_debriefs(visit=ours.visit, by=ours.chair, at=AFTER)
    syntheses.publish_synthesis(visit=ours.visit, by=ours.chair, at=AFTER)
    page = client.get(address).content.decode()
    assert "Les objectifs sont affichés." in page
    assert "Fait ouvert" in page
    assert "Fait fermé" not in page
    assert "1 fiche d'observation reste à l'équipe de la visite." in page
    signed_in(client, ours.member)
    assert "Fait fermé" in client.get(address).content.decode()


def test_a_synthesis_is_written_through_the_pages(ours: Team, client: Client) -> None:
    sheet = observation(ours, open_to="team")
    signed_in(client, ours.chair)
    data = {"kind": "practice", "text": "Un tuteur par niveau.", "cites": [sheet.pk]}
    assert client.post(reverse("claim_new", args=[ours.visit.uid]), data).status_code == 303
    data["text"] = ""
    assert client.post(reverse("claim_new", args=[ours.visit.uid]), data).status_code == 422
    assert client.post(reverse("synthesis_publish", args=[ours.visit.uid])).status_code == 422
    assert client.post(reverse("claim_remove", args=[Claim.objects.get().uid])).status_code == 303
    assert not Claim.objects.exists()
