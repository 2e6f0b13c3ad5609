"""Many clicks at once on one vote, at the edge of its quorum, with real threads and real connections.

Runs inside a test on PostgreSQL, and as a program of its own on a SQLite file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from polyphonie.governance.domain.decisions import adopt_decision, cast_vote
from polyphonie.governance.domain.delegations import call_the_roll
from polyphonie.governance.domain.documents import announce_document
from polyphonie.governance.models import Ballot, Decision, OfficialDocument
from polyphonie.kernel.domain.ledger import verify_chains

from . import governance as made
from .governance import ADOPTED, CALLED, SITTING, TESTS
from .network import text
from .races import at_once

CLICKS = 20


def room(number: int, members: int, present: int) -> made.Room:
    return made.room(members=members, present=present, slug=f"course-{number}", acronym=f"COURSE{number}")


def one_member_clicks_twenty_times(number: int) -> list[str]:
    """One answer is kept; the others are told."""
    there = room(number, 1, 1)
    decision = made.debated(there, mode="vote")
    head = there.head(0)

    def click(choice: str) -> Callable[[], object]:
        return lambda: cast_vote(
            decision=decision, delegation=there.delegations[0], choice=choice, by=head, at=SITTING
        )

    met = at_once(*(click("yes" if n % 2 else "no") for n in range(CLICKS)))
    assert Ballot.objects.filter(decision=decision).count() == 1
    return met


def twenty_members_answer_at_once(number: int) -> list[str]:
    """Every answer is kept, once each."""
    there = room(number, CLICKS, CLICKS)
    decision = made.debated(there, mode="vote")
    heads = [there.head(n) for n in range(CLICKS)]

    def click(n: int) -> Callable[[], object]:
        return lambda: cast_vote(
            decision=decision, delegation=there.delegations[n], choice="yes", by=heads[n], at=SITTING
        )

    met = at_once(*(click(n) for n in range(CLICKS)))
    assert Ballot.objects.filter(decision=decision).count() == CLICKS
    return met


def adopted_twenty_times(number: int) -> list[str]:
    """Twenty clicks on *adopt* with exactly the quorum: one adoption, one event of it."""
    there = room(number, 3, 2)
    decision = made.debated(there)
    met = at_once(
        *(
            lambda: adopt_decision(decision=decision, version=decision.version, by=TESTS, at=ADOPTED)
            for _ in range(CLICKS)
        )
    )
    row = Decision.objects.get(pk=decision.pk)
    assert (row.state, row.present, row.required) == ("adopted", 2, 2)
    return met


def somebody_leaves_while_it_is_adopted(number: int) -> list[str]:
    """At the edge: either the adoption saw the quorum, or it is refused; never an adoption below it."""
    there = room(number, 3, 2)
    decision = made.debated(there)
    met = at_once(
        lambda: adopt_decision(decision=decision, version=decision.version, by=TESTS, at=ADOPTED),
        lambda: call_the_roll(meeting=there.meeting, present=[there.delegates[0].pk], by=TESTS, at=ADOPTED),
    )
    row = Decision.objects.get(pk=decision.pk)
    assert (row.state, row.present) in {("adopted", 2), ("in_debate", None)}
    return met


def twenty_documents_ask_for_a_symbol(number: int) -> list[str]:
    there = room(number, 1, 1)
    met = at_once(
        *(
            lambda: announce_document(
                meeting=there.meeting,
                kind="report",
                title=text("Rapport"),
                due_at=CALLED + timedelta(days=3),
                by=TESTS,
                at=CALLED,
            )
            for _ in range(CLICKS)
        )
    )
    numbers = OfficialDocument.objects.filter(meeting=there.meeting).values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, CLICKS + 1))
    return met


ALL_DONE = ["done"] * CLICKS
RACES: dict[str, tuple[Callable[[int], list[str]], list[list[str]]]] = {
    "one member clicks twenty times": (
        one_member_clicks_twenty_times,
        [["VotedAlready"] * (CLICKS - 1) + ["done"]],
    ),
    "twenty members answer at once": (twenty_members_answer_at_once, [ALL_DONE]),
    "adopted twenty times": (adopted_twenty_times, [["DecisionChanged"] * (CLICKS - 1) + ["done"]]),
    "somebody leaves while it is adopted": (
        somebody_leaves_while_it_is_adopted,
        [["QuorumOfMembersMissing", "done"], ["done", "done"]],
    ),
    "twenty documents ask for a symbol": (twenty_documents_ask_for_a_symbol, [ALL_DONE]),
}


def run_all() -> dict[str, list[str]]:
    """Every race, then the ledger's chains."""
    met = {name: race(number) for number, (name, (race, _allowed)) in enumerate(RACES.items())}
    _count, breaks = verify_chains()
    assert breaks == []
    return met
