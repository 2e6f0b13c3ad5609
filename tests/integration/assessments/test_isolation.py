"""A computation in a process of its own: the same table; what ends badly ends with a reason."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from polyphonie.assessments.domain import isolation
from polyphonie.assessments.domain.isolation import compute_apart
from polyphonie.assessments.domain.runs import (
    ask_run,
    carry_out,
    fail_abandoned_runs,
    reason_in_words,
    start_run,
)
from polyphonie.assessments.models import Dataset, EstimateRun, EstimateTable
from polyphonie.kernel import clock
from polyphonie.network.models import Notice
from tests.factories.assessments import SYSTEM, analyst_of, file_of, ready, run_on
from tests.factories.network import OrganisationFactory

# the computing process reads the data folder of these tests, never their database
pytestmark = [pytest.mark.integration, pytest.mark.django_db]

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def asked(dataset: Dataset, **wanted: Any) -> EstimateRun:
    return ask_run(dataset=dataset, statistic="mean", scale="lecture", by=SYSTEM, at=AT, **wanted)


def test_apart_gives_the_same_table_and_the_same_bytes() -> None:
    here = run_on(ready(OrganisationFactory.create()))
    apart = carry_out(run=asked(ready(OrganisationFactory.create())), compute=compute_apart)
    assert (apart.state, apart.reason) == ("done", "")
    tables = [EstimateTable.objects.get(run=run).cells for run in (here, apart)]
    assert tables[0] == tables[1]
    assert here.result_hash == apart.result_hash


def test_too_little_memory_ends_with_a_reason_and_no_table(settings: Any) -> None:
    run = asked(ready())
    settings.COMPUTE_MEMORY = 1_000_000
    patched = {"POLYPHONIE_COMPUTE_MEMORY": "1000000"}
    os.environ.update(patched)
    try:
        done = carry_out(run=run, compute=compute_apart)
    finally:
        for name in patched:
            del os.environ[name]
    assert done.state == "failed"
    assert done.reason in {"memory", "crashed"}
    assert not EstimateTable.objects.exists()


def test_too_much_time_ends_with_a_reason_in_both_languages(settings: Any) -> None:
    owner = OrganisationFactory.create()
    run = ask_run(dataset=ready(owner), statistic="mean", scale="lecture", by=analyst_of(owner), at=AT)
    settings.COMPUTE_SECONDS = 0
    done = carry_out(run=run, compute=compute_apart)
    assert (done.state, done.reason) == ("failed", "time")
    with translation.override("en"):
        assert reason_in_words(done) == (
            "The computation exceeded the time allowed (0 s); ask for fewer breakdowns."
        )
    assert reason_in_words(done).startswith("Le calcul a dépassé le temps permis")
    assert Notice.objects.get().expectation.read("en").startswith("Your run ended without a result")
    assert not EstimateTable.objects.exists()


def test_killed_process_ends_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = subprocess.Popen

    def killed(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        process = begun(*arguments, **options)
        os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(isolation.subprocess, "Popen", killed)
    done = carry_out(run=asked(ready()), compute=compute_apart)
    assert (done.state, done.reason) == ("failed", "crashed")
    assert not EstimateTable.objects.exists()


def test_cancelling_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(ready())
    processes: list[subprocess.Popen[bytes]] = []
    begun = subprocess.Popen

    def cancelled_meanwhile(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        processes.append(begun(*arguments, **options))
        EstimateRun.objects.filter(pk=run.pk).update(state="cancelled")
        return processes[-1]

    monkeypatch.setattr(isolation.subprocess, "Popen", cancelled_meanwhile)
    assert carry_out(run=run, compute=compute_apart).state == "cancelled"
    assert processes[0].returncode == -signal.SIGKILL
    assert not EstimateTable.objects.exists()


def test_killed_worker_leaves_a_failed_run_with_a_reason() -> None:
    dataset = ready()
    run = start_run(run=asked(dataset), by=SYSTEM, at=clock.wall())
    assert fail_abandoned_runs(at=clock.wall()) == 0
    assert fail_abandoned_runs(at=clock.wall() + timedelta(minutes=3)) == 1
    run.refresh_from_db()
    assert (run.state, run.reason) == ("failed", "worker_gone")
    assert not EstimateTable.objects.exists()
    assert asked(dataset) != run


def test_restricted_results_are_stored_per_person_and_checked_against_earlier_ones() -> None:
    owner = OrganisationFactory.create()
    dataset = ready(owner, access="restricted", content=file_of())
    first, second = analyst_of(owner), analyst_of(owner)
    whole = run_on(dataset, by=first)
    assert run_on(dataset, by=second) != whole
    most = run_on(dataset, by=first, where={"LANGUE": "1"})
    cells = {cell["key"]: cell["reason"] for cell in EstimateTable.objects.get(run=most).cells}
    assert cells["PAYS=A"] == "differencing"
    fresh = analyst_of(owner)
    alone = run_on(dataset, by=fresh, where={"LANGUE": "1"})
    cells = {cell["key"]: cell["reason"] for cell in EstimateTable.objects.get(run=alone).cells}
    assert cells["PAYS=A"] == ""


def test_files_are_readable_by_their_owner_alone() -> None:
    dataset = ready()
    for path in (settings.ASSESSMENTS_DIR / "files" / dataset.sha256[:2] / dataset.sha256).iterdir():
        assert path.stat().st_mode & 0o077 == 0
