"""Rows 1 to 3 of the lineage table, and circles."""

from __future__ import annotations

import pytest

from polyphonie.recommendations.domain.lineage import Position, Proposal, closes_a_circle, propose_relation
from polyphonie.recommendations.domain.wording import compose

pytestmark = pytest.mark.unit

FR = compose("Chercher d'autres réponses", "Un", conditions="Si", population="Élèves")


def position(**fields: object) -> Position:
    return Position(
        **{"question": "q", "texts": {"fr": FR}, "direction": "for", "strength": "strong", **fields}
    )  # type: ignore[arg-type]


SOURCE = position()


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (None, position(), Proposal("de_novo")),
        (SOURCE, position(question="other"), Proposal("de_novo")),
        (
            position(evidence=frozenset({"a"})),
            position(evidence=frozenset({"b"})),
            Proposal("de_novo", ("evidence",)),
        ),
        (position(evidence=frozenset({"a", "b"})), position(evidence=frozenset({"b"})), Proposal("adopted")),
        (SOURCE, position(), Proposal("adopted")),
        (
            SOURCE,
            position(
                texts={
                    "fr": compose(" Chercher  d'autres réponses", "Un", conditions="Si", population="Élèves")
                }
            ),
            Proposal("adopted"),
        ),
        (
            SOURCE,
            position(texts={"fr": compose("Autre", "Un", conditions="Si", population="Élèves")}),
            Proposal("adapted", ("wording",)),
        ),
        (
            SOURCE,
            position(
                texts={
                    "fr": compose("Chercher d'autres réponses", "Un", conditions="Sinon", population="Élèves")
                }
            ),
            Proposal("adapted", ("conditions",)),
        ),
        (
            SOURCE,
            position(
                texts={
                    "fr": compose("Chercher d'autres réponses", "Un", conditions="Si", population="Lycéens")
                }
            ),
            Proposal("adapted", ("population",)),
        ),
        (SOURCE, position(direction="against"), Proposal("adapted", ("direction",))),
        (SOURCE, position(strength="conditional"), Proposal("adapted", ("strength",))),
        (
            position(judgements={"EQUITY": "increased"}),
            position(judgements={"EQUITY": "reduced"}),
            Proposal("adapted", (), ("EQUITY",)),
        ),
        (position(judgements={"EQUITY": "increased"}), position(), Proposal("adapted", (), ("EQUITY",))),
    ],
)
def test_propose_relation_takes_the_first_row_that_matches(
    source: Position | None, target: Position, expected: Proposal
) -> None:
    assert propose_relation(source, target) == expected


def test_a_reviewed_translation_is_the_same_wording_and_a_machines_is_not() -> None:
    reviewed = compose("Look for other answers", translation="reviewed")
    machine = compose("Look for other answers", translation="machine")
    both = position(texts={"fr": FR, "en": reviewed})
    assert propose_relation(both, position(texts={"en": reviewed})).relation == "adopted"
    assert propose_relation(both, position(texts={"en": machine})).relation == "adapted"


def test_without_a_shared_language_nobody_can_say_the_same() -> None:
    assert propose_relation(SOURCE, position(texts={"ar": compose("نص")})) == Proposal(
        "adapted", ("wording",)
    )


def test_circles_are_found_over_several_steps() -> None:
    edges = [(1, 2), (2, 3), (3, 4)]
    assert closes_a_circle(edges, source=4, target=1)
    assert closes_a_circle(edges, source=2, target=2)
    assert not closes_a_circle(edges, source=1, target=4)
    assert not closes_a_circle(edges, source=4, target=5)
