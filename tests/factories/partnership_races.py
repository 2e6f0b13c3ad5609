"""Forty people at once under one ceiling, with real threads and real connections.

Runs inside a test on PostgreSQL, and as a program of its own on a SQLite file.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from polyphonie.kernel.domain.ledger import verify_chains
from polyphonie.partnerships.domain.agreements import draft_agreement
from polyphonie.partnerships.domain.amendments import log_time
from polyphonie.partnerships.domain.commitments import accept_proof
from polyphonie.partnerships.models import Agreement, Amendment, TimeEntry

from .network import text
from .partnerships import SIRET, SYSTEM, academie, active, drafted, on, ordered, phase, proved
from .races import at_once

WRITERS = 40
MINUTES = 30
FIT = 25  # 25 × 30 min = 12 h 30 under a ceiling of 12 h 45


def forty_log_time_under_one_ceiling() -> dict[str, int]:
    """Twenty-five fit, fifteen are told that they do not; not a minute goes beyond."""
    agreement = active(partner=academie("academie-temps"), reference="temps")
    amendment = ordered(agreement, {"materials": FIT * MINUTES + 15})
    step = phase(amendment)

    def call() -> None:
        log_time(
            amendment=amendment,
            phase=step,
            day=date(2024, 12, 2),
            minutes=MINUTES,
            by=SYSTEM,
            at=on(2024, 12, 2, 18),
        )

    met = Counter(at_once(*([call] * WRITERS)))
    row = Amendment.objects.get(pk=amendment.pk)
    written = sum(e.minutes for e in TimeEntry.objects.filter(amendment=row))
    assert row.logged_minutes == written == FIT * MINUTES
    assert row.minutes_left == 15
    return dict(met)


def forty_draft_the_same_agreement() -> dict[str, int]:
    """One is written; the others overlap it."""
    first = drafted(partner=academie("academie-modele"), reference="modele")
    Agreement.objects.filter(pk=first.pk).delete()

    def call(n: int) -> Any:
        return lambda: draft_agreement(
            reference=f"course-{n}",
            host=first.host,
            legal_body=first.host,
            legal_siret=SIRET,
            partner=first.partner,
            purpose=text("Course"),
            start_date=first.start_date,
            last_day=first.last_day,
            by=SYSTEM,
            at=on(2024, 6, 20),
        )

    met = Counter(at_once(*(call(n) for n in range(WRITERS))))
    assert Agreement.objects.filter(reference__startswith="course-").count() == 1
    return dict(met)


def forty_accept_one_proof() -> dict[str, int]:
    """One accepts; the others find it accepted. The grants are written once."""
    agreement = active(partner=academie("academie-course"), at=on(2024, 6, 9), reference="preuve")
    proof = proved(agreement, "paf_entry", on(2024, 10, 1))

    def call() -> None:
        accept_proof(proof=proof, by=SYSTEM, at=on(2024, 10, 2))

    met = Counter(at_once(*([call] * WRITERS)))
    assert agreement.accesses.count() == 1
    return dict(met)


EXPECTED = {
    "time": {"done": FIT, "CeilingReached": WRITERS - FIT},
    "agreement": {"done": 1, "AgreementOverlaps": WRITERS - 1},
    "proof": {"done": 1, "TransitionRefused": WRITERS - 1},
}


def run_all() -> dict[str, dict[str, int]]:
    """Every race, then the ledger's chains."""
    met = {
        "agreement": forty_draft_the_same_agreement(),
        "time": forty_log_time_under_one_ceiling(),
        "proof": forty_accept_one_proof(),
    }
    _count, breaks = verify_chains()
    assert breaks == []
    return met
