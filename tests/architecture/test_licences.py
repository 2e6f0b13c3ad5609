"""Each dependency's licence fits the EUPL-1.2: permissive, or weak copyleft used as a library."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FITS = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla|LGPL|ISC|Unlicense|EUPL|0BSD|Zlib", re.I
)
NEVER = re.compile(r"(?<!L)GPL(?!-compatible)|AGPL|SSPL|BUSL|Business Source", re.I)


def licence_of(name: str) -> str:
    read = metadata(name)
    parts = [read.get("License-Expression") or "", (read.get("License") or "").splitlines()[:1]]
    classifiers = [c for c in read.get_all("Classifier") or [] if c.startswith("License")]
    return " ".join([str(parts[0]), *map(str, parts[1]), *classifiers])


def test_licences_of_what_is_shipped_fit() -> None:
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements/demo.lock").read_text(), re.M)
    assert len(names) > 40
    wrong = {}
    for name in names:
        try:
            licence = licence_of(name)
        except PackageNotFoundError:  # for another system only, or part of the build
            continue
        if NEVER.search(licence) or not FITS.search(licence):
            wrong[name] = licence
    assert wrong == {}
