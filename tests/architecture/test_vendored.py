"""What was taken from others is what the list says: name, version, licence, hash."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "src/polyphonie/web/static/vendor"
PARTS = json.loads((VENDOR / "vendor.json").read_text())


@pytest.mark.parametrize("part", PARTS, ids=lambda p: p["name"])
def test_every_vendored_file_has_the_hash_of_the_list(part: dict) -> None:  # type: ignore[type-arg]  # JSON
    folder = VENDOR / f"{part['name']}-{part['version']}"
    present = {f.name: sha256(f.read_bytes()).hexdigest() for f in sorted(folder.iterdir())}
    assert present == part["files"]
    assert "LICENSE" in present
    assert {"licence", "origin", "use"} <= set(part)


def test_no_vendored_folder_is_missing_from_the_list() -> None:
    listed = {f"{part['name']}-{part['version']}" for part in PARTS}
    assert {f.name for f in VENDOR.iterdir() if f.is_dir()} == listed


def test_the_list_names_packages_and_no_address() -> None:
    assert not re.search(r"https?:|\.org|\.com|\.io", (VENDOR / "vendor.json").read_text())


def test_typefaces_stay_light() -> None:
    assert sum(f.stat().st_size for f in VENDOR.rglob("*.woff2")) < 400_000


def test_the_atlas_is_what_its_tool_draws() -> None:
    code = "import sys; sys.path.insert(0, 'tools'); import make_atlas; sys.stdout.write(make_atlas.draw())"
    drawn = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert drawn == (ROOT / "src/polyphonie/web/static/web/world.svg").read_text()
