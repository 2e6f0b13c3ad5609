"""Two people at once, with real threads and real connections. Runs inside a test on PostgreSQL, and as
a program of its own on a SQLite file, since a test's SQLite database is one connection in memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from polyphonie.kernel.domain.ledger import verify_chains
from polyphonie.kernel.errors import Refusal
from polyphonie.recommendations.domain import contextualising as verbs
from polyphonie.recommendations.domain.drafting import publish_revision, revise_recommendation
from polyphonie.recommendations.models import Derivation, Revision

from . import recommendations as made


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Start all together; the names of what each met: ``done`` or its refusal."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            barrier.wait()
            call()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(run, calls))


def two_answers_to_one_point() -> list[str]:
    process = made.host_process()
    source = made.current(made.published(process, "1b"))
    site_process = made.working_site(process)
    common = {
        "source": source,
        "site_process": site_process,
        "version": site_process.version,
        "by": made.TESTS,
        "at": made.LATER,
    }
    met = at_once(
        lambda: verbs.adopt_recommendation(reason="Oui.", **common),
        lambda: verbs.refuse_recommendation(reason="Non.", **common),
    )
    assert Derivation.objects.filter(process=site_process.process).count() == 1
    return met


def two_changes_of_one_answer() -> list[str]:
    process = made.host_process()
    source = made.published(process, "1b")
    site_process = made.working_site(process)
    answer = made.answered(site_process, source)
    common = {"previous": answer, "by": made.TESTS, "at": made.LATER}
    met = at_once(
        lambda: verbs.change_answer(relation="adopted", reason="Oui.", **common),
        lambda: verbs.change_answer(relation="not_adopted", reason="Non.", **common),
    )
    assert Derivation.objects.working().filter(process=site_process.process).count() == 1
    return met


def two_revisions_of_one_text() -> list[str]:
    recommendation = made.published(code="1b")
    common = {"recommendation": recommendation, "version": 1, "by": made.TESTS, "at": made.LATER}
    met = at_once(
        lambda: revise_recommendation(texts=made.wordings("Les uns"), **common),
        lambda: revise_recommendation(texts=made.wordings("Les autres"), **common),
    )
    assert recommendation.revisions.count() == 2
    return met


def an_answer_while_its_source_changes() -> list[str]:
    """Either the answer comes first and is marked, or it is refused: never an unmarked stale answer."""
    process = made.host_process()
    recommendation = made.published(process, "1b")
    source = made.current(recommendation)
    site_process = made.working_site(process)
    newer = revise_recommendation(
        recommendation=recommendation,
        texts=made.wordings("Plus récent"),
        version=1,
        by=made.TESTS,
        at=made.LATER,
    )
    met = at_once(
        lambda: verbs.adopt_recommendation(
            source=source, site_process=site_process, reason="Oui.", by=made.TESTS, at=made.LATER
        ),
        lambda: publish_revision(revision=newer, by=made.TESTS, at=made.LATER),
    )
    stale = Derivation.objects.filter(about=recommendation, source_changed=False)
    current = Revision.objects.current(made.LATER).get(recommendation=recommendation)
    assert not stale.exclude(source=current).exists()
    return met


RACES: dict[str, tuple[Callable[[], list[str]], list[list[str]]]] = {
    "two answers to one point": (two_answers_to_one_point, [["ChangedMeanwhile", "done"]]),
    "two changes of one answer": (two_changes_of_one_answer, [["ChangedMeanwhile", "done"]]),
    "two revisions of one text": (two_revisions_of_one_text, [["ChangedMeanwhile", "done"]]),
    "an answer while its source changes": (
        an_answer_while_its_source_changes,
        [["SourceNotCurrent", "done"], ["done", "done"]],
    ),
}


def run_all(rounds: int = 3) -> dict[str, list[list[str]]]:
    """Every race several times, then the ledger's chains."""
    met = {name: [race() for _ in range(rounds)] for name, (race, _allowed) in RACES.items()}
    _count, breaks = verify_chains()
    assert breaks == []
    return met
