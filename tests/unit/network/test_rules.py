"""A right over an object is a role held over one of its urns, never over something else."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest

from polyphonie.kernel.actor import Actor, ActorKind, Claim
from polyphonie.network.rules import MandateWanted, coordinates_the_scope, holds_over, own_urn

pytestmark = pytest.mark.unit

HALL = SimpleNamespace(urn="conferences:site:1", parents=["network:organisation:2"])


def holder(*claims: tuple[str, str]) -> Actor:
    return Actor(ActorKind.PERSON, UUID(int=1), frozenset(Claim(role, scope) for role, scope in claims))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([("chair", "conferences:site:1")], True),
        ([("member", "network:organisation:2")], True),
        ([("expert", "conferences:site:1")], False),
        ([("chair", "conferences:site:9"), ("member", "conferences:site:9")], False),
        ([], False),
    ],
)
def test_holds_over_wants_one_of_the_roles_over_one_of_the_urns(
    claims: list[tuple[str, str]], expected: bool
) -> None:
    inside = holds_over("chair", "member", of=lambda hall: [hall.urn, *hall.parents], name="inside")
    assert inside.test(holder(*claims), HALL) is expected


def test_what_names_no_urn_is_nobodys() -> None:
    nowhere = holds_over("chair", of=lambda hall: (), name="nowhere")
    assert nowhere.test(holder(("chair", "conferences:site:1")), HALL) is False


def test_own_urn_names_the_object_alone() -> None:
    assert own_urn(HALL) == ("conferences:site:1",)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (MandateWanted("expert", "conferences:conference:1"), True),
        (MandateWanted("expert", "conferences:site:9", "conferences:conference:1"), True),
        (MandateWanted("expert", "conferences:site:9"), False),
        (MandateWanted("expert", ""), False),
    ],
)
def test_a_host_gives_mandates_where_it_coordinates(wanted: MandateWanted, expected: bool) -> None:
    host = holder(("host_coordinator", "conferences:conference:1"))
    assert coordinates_the_scope.test(host, wanted) is expected
