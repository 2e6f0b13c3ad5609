"""Write the hashes of the vendored files into their list, after a file was added or brought up to date.

The list says what each part is, its version, licence and the package it was taken from; the test
``tests/architecture/test_vendored.py`` computes the hashes again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "src/polyphonie/web/static/vendor"
LIST = VENDOR / "vendor.json"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parts = json.loads(LIST.read_text())
    for part in parts:
        folder = VENDOR / f"{part['name']}-{part['version']}"
        part["files"] = {file.name: digest(file) for file in sorted(folder.iterdir())}
    LIST.write_text(json.dumps(parts, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
