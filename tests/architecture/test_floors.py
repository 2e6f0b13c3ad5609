"""The floors, where import-linter cannot see: foreign keys, folders, names, files."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/polyphonie"
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0][
    "layers"
]
FLOOR = {
    room.strip().strip("()"): len(LAYERS) - index
    for index, layer in enumerate(LAYERS)
    for room in re.split(r"[|:]", layer)
}


def our_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("polyphonie")]


def test_foreign_keys_point_down_and_leave_no_trace_above() -> None:
    wrong = []
    for model in our_models():
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if here == there or there not in FLOOR:
                continue
            if FLOOR[there] >= FLOOR[here]:
                wrong.append(f"{model.__name__}.{field.name} points up or sideways to {there}")
            if not field.remote_field.hidden:
                wrong.append(
                    f'{model.__name__}.{field.name} leaves an attribute on {there}: related_name="+"'
                )
    assert wrong == []


def test_no_generic_foreign_keys() -> None:
    from django.contrib.contenttypes.fields import GenericForeignKey

    assert [
        m for m in our_models() if any(isinstance(f, GenericForeignKey) for f in m._meta.private_fields)
    ] == []


def test_every_folder_with_python_is_a_package() -> None:
    folders = {p.parent for p in SOURCE.rglob("*.py")}
    assert sorted(str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()) == []


def test_no_drawers() -> None:
    drawers = {"utils", "helpers", "common", "misc", "managers"}
    assert [str(p) for p in SOURCE.rglob("*") if p.stem in drawers] == []


def test_every_model_with_a_urn_has_a_kind_of_its_own() -> None:
    from polyphonie.kernel.identity import identified_models

    assert len(identified_models()) > 20


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda p: p.name)
def test_lock_files_carry_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--hash=sha256:" in text


def test_no_registry_is_named_anywhere() -> None:
    hosts = "|".join(
        ("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "deb" + r"\.debian")
    )
    command = ["git", "grep", "-nIE", hosts, "--", ".", ":!LICENSE"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.stdout == ""


def test_slots_that_are_filled_are_declared() -> None:
    from polyphonie.web import slots

    assert slots.unclaimed() == set()


def test_only_the_clock_tells_the_time() -> None:
    pattern = re.compile(r"datetime\.now\(|timezone\.now\(|datetime\.utcnow\(|date\.today\(|localdate\(")
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted(SOURCE.rglob("*.py"))
        if path != SOURCE / "kernel/clock.py"
        for line in path.read_text().splitlines()
        if pattern.search(line)
    ]
    assert wrong == []
