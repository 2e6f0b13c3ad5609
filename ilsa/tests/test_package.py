"""The package as a whole: what it needs, what it shows, and that its README tells the truth."""

from __future__ import annotations

import doctest
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ilsa

pytestmark = pytest.mark.unit

FOLDER = Path(__file__).parents[1]


def test_the_readme_does_what_it_shows() -> None:
    result = doctest.testfile(str(FOLDER / "README.md"), module_relative=False)
    assert result.attempted > 8
    assert result.failed == 0


def test_importing_brings_nothing_but_the_standard_library_and_numpy() -> None:
    script = "import sys, numpy; before = set(sys.modules); import ilsa; print(*(set(sys.modules) - before))"
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(FOLDER / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    brought = {name.split(".")[0] for name in told.stdout.split()}
    assert brought - sys.stdlib_module_names - {"numpy"} == {"ilsa"}


def test_public_names_exist_once() -> None:
    assert [name for name in ilsa.__all__ if not hasattr(ilsa, name)] == []
    assert len(set(ilsa.__all__)) == len(ilsa.__all__)


def test_version_is_that_of_the_distribution() -> None:
    with (FOLDER / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == ilsa.__version__


def test_types_are_announced() -> None:
    assert (FOLDER / "src" / "ilsa" / "py.typed").is_file()
