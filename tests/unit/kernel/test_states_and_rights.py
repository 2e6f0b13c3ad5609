"""What may follow what, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from rules.predicates import predicate

from polyphonie.kernel import rights
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Refusal, RightMissing
from polyphonie.kernel.states import Transition, TransitionRefused, TransitionTable

pytestmark = pytest.mark.unit

TABLE = TransitionTable(
    "site",
    "proposed",
    (
        Transition("proposed", "invited", "invite_site"),
        Transition("invited", "accepted", "accept", guard=lambda s: None if s else "Il manque une date."),
    ),
    labels={"proposed": "proposé", "accepted": "accepté"},
)


def test_check_gives_the_transition_or_a_sentence() -> None:
    assert TABLE.check("proposed", "invited").by_verb == "invite_site"
    assert TABLE.check("invited", "accepted", subject=object()).following == "accepted"
    with pytest.raises(Refusal, match=r"Il manque une date\."):
        TABLE.check("invited", "accepted", subject=None)
    with pytest.raises(TransitionRefused) as refused:
        TABLE.check("proposed", "accepted")
    assert str(refused.value) == (
        "On ne passe pas de « proposé » à « accepté » ; rechargez la page pour voir l'état actuel."
    )


def test_table_is_its_own_diagram() -> None:
    assert TABLE.states() == ("proposed", "invited", "accepted")
    assert TABLE.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> proposed",
        "    proposed --> invited: invite_site",
        "    invited --> accepted: accept",
    ]
    assert TABLE.label("invited") == "invited"


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "_SENTENCES", {})
    monkeypatch.setattr(rights, "_PREDICATES", {})

    @predicate
    def is_system(actor: Actor, _subject: Any = None) -> bool:
        return actor.is_system

    rights.declare("room.verb", is_system, sentence="Il faut être une tâche.")


@pytest.mark.usefixtures("declared")
def test_permit_passes_or_names_the_right() -> None:
    rights.permit("room.verb", Actor.system("x"))
    assert not rights.may("room.verb", Actor.visitor())
    with pytest.raises(RightMissing, match=r"Il faut être une tâche\."):
        rights.permit("room.verb", Actor.visitor())


@pytest.mark.usefixtures("declared")
def test_what_is_not_declared_is_never_allowed_nor_declared_twice() -> None:
    with pytest.raises(LookupError):
        rights.may("room.other", Actor.system("x"))
    with pytest.raises(LookupError):
        rights.declare("room.verb", None, sentence="")


def test_every_right_has_a_sentence() -> None:
    assert all(str(sentence).strip() for sentence in rights.declared().values())
    assert {name.split(".")[0] for name in rights.declared()} >= {"network", "evidence"}
