"""``mypy``, strict where the floors ask for it: ilsa, kernel and every domain."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    rooms = sorted(p for p in (ROOT / "src/polyphonie").iterdir() if p.is_dir() and p.name != "kernel")
    domains = [str(room / "domain") for room in rooms if (room / "domain" / "__init__.py").exists()]
    relay = ROOT / "src/polyphonie/conferences/relay"
    targets = ["ilsa/src/ilsa", "src/polyphonie/kernel", *([str(relay)] if relay.exists() else []), *domains]
    return subprocess.call([sys.executable, "-m", "mypy", *targets], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
