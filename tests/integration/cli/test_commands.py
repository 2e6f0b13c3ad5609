"""The ``polyphonie`` command as an administrator types it, each time in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCHEDULE = ROOT / "tests/reference/schedules/programme.xml"

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("commands")]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A fresh installation on SQLite, brought up to date."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POLYPHONIE_")}
    environment = {
        **kept,
        "POLYPHONIE_DATA_DIR": str(tmp_path_factory.mktemp("installation")),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'ilsa/src'}",
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=300,
    )
    return environment


def polyphonie(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "polyphonie", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_createadmin_prints_a_link_and_doctor_finds_all_well(installation: dict[str, str]) -> None:
    made = polyphonie(installation, "createadmin", "admin@example.org")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("http://localhost:8000/fr/connexion/")
    seen = polyphonie(installation, "doctor")
    assert seen.returncode == 0, seen.stdout
    assert "✓ database" in seen.stdout
    chains = polyphonie(installation, "doctor", "--ledger")
    assert chains.returncode == 0
    assert "every chain holds" in chains.stdout


def test_import_conference_says_what_is_missing(installation: dict[str, str]) -> None:
    no_file = polyphonie(installation, "import", "conference", "nowhere.xml", "--host", "nobody")
    assert (no_file.returncode, "There is no file nowhere.xml" in no_file.stderr) == (1, True)
    no_host = polyphonie(installation, "import", "conference", str(SCHEDULE), "--host", "nobody")
    assert (no_host.returncode, "No organisation has the slug nobody" in no_host.stderr) == (1, True)


def test_import_conference_previews_then_applies_then_finds_nothing(installation: dict[str, str]) -> None:
    host = (
        "from polyphonie.kernel import clock; from polyphonie.kernel.actor import Actor;"
        "from polyphonie.kernel.localised import LocalisedText;"
        "from polyphonie.network.domain.organisation import register_organisation as r;"
        "r(kind='host_body', slug='hote', name=LocalisedText(fr='Hôte'), by=Actor.system('t'), at=clock.wall())"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", host],
        cwd=ROOT,
        env=installation,
        check=True,
        timeout=120,
    )
    command = ("import", "conference", str(SCHEDULE), "--host", "hote")
    preview = polyphonie(installation, *command)
    assert preview.returncode == 0, preview.stderr
    assert "\n+ " in "\n" + preview.stdout
    assert "relancez avec --yes" in preview.stdout
    applied = polyphonie(installation, *command, "--yes")
    assert applied.returncode == 0, applied.stderr
    assert "Le programme est repris." in applied.stdout
    again = polyphonie(installation, *command)
    assert "Rien à changer." in again.stdout
    assert "\n+ " not in "\n" + again.stdout


def test_import_conference_refuses_entities(installation: dict[str, str], tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.xml"
    hostile.write_text('<!DOCTYPE s [<!ENTITY a "b">]><schedule>&a;</schedule>')
    refused = polyphonie(installation, "import", "conference", str(hostile), "--host", "hote")
    assert refused.returncode == 1
    assert refused.stderr.strip()
    assert "Traceback" not in refused.stderr
