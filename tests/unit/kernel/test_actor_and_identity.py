"""Who acts, and names that never change."""

from __future__ import annotations

from uuid import uuid4

import pytest

from polyphonie.kernel.actor import NOBODY, Actor, ActorKind, Claim
from polyphonie.kernel.identity import Urn, identified_models, new_uid
from polyphonie.kernel.unavailable import Unavailable

pytestmark = pytest.mark.unit


def test_claims_hold_over_their_scope_alone() -> None:
    actor = Actor(
        ActorKind.PERSON, uuid4(), frozenset({Claim("expert", "c:c:1", "n:o:1"), Claim("member", "n:g:1")})
    )
    assert actor.holds("expert")
    assert actor.holds("expert", "c:c:2", "c:c:1")
    assert not actor.holds("expert", "n:g:1")
    assert not actor.holds("moderator")
    assert actor.scopes("expert", "member") == {"c:c:1", "n:g:1"} == actor.scopes()
    assert actor.organisations() == {"n:o:1"}


def test_the_public_claims_nothing_and_a_task_is_always_the_same() -> None:
    assert (Actor.visitor().id, Actor.visitor().claims) == (NOBODY, frozenset())
    assert Actor.system("import") == Actor.system("import")
    assert Actor.system("import") != Actor.system("install")
    assert Actor.participant(uuid4(), "c:site:1").holds("participant", "c:site:1")


def test_new_uids_are_in_the_order_of_time() -> None:
    made = [new_uid() for _ in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 500
    assert {u.version for u in made} == {7}


def test_urn_reads_what_it_writes() -> None:
    urn = Urn("network", "person", new_uid())
    assert Urn.parse(str(urn)) == urn


@pytest.mark.parametrize("text", ["", "network:person", "network:person:1", "a:b:c:d", "a:b:"])
def test_urn_refuses_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|UUID"):
        Urn.parse(text)


def test_kinds_are_unique_over_all_rooms() -> None:
    found = identified_models()
    assert found["organisation"]._meta.app_label == "network"
    assert all(model.urn_kind == kind for kind, model in found.items())


def test_an_unavailable_value_is_its_reason_and_never_true() -> None:
    assert str(Unavailable("n'a pas pris part")) == "n'a pas pris part"
    assert not Unavailable("x")
