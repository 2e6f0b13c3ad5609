"""Both distributions are built, installed into an empty environment without Node, and the demonstration
of the installed wheel walks its main job."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = str(ROOT / ".tools/bin/uv")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in (".", "ilsa"):
            subprocess.check_call(
                [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")],
                cwd=ROOT / source,
            )
        venv, bin_ = folder / "venv", folder / "venv/bin"
        subprocess.check_call([UV, "venv", "--quiet", "--python", sys.executable, str(venv)])
        python = str(bin_ / "python")
        lock = str(ROOT / "requirements/demo.lock")
        subprocess.check_call([UV, "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock])
        wheels = sorted(map(str, (folder / "dist").glob("*.whl")))
        subprocess.check_call([UV, "pip", "install", "--quiet", "--python", python, "--no-deps", *wheels])
        environment = {k: v for k, v in os.environ.items() if not k.startswith("POLYPHONIE_")}
        environment["PATH"] = f"{bin_}:/bin:/usr/bin" if not Path("/usr/bin/node").exists() else str(bin_)
        return subprocess.call(
            [str(bin_ / "polyphonie"), "demo", "--check", "--data", str(folder / "data")],
            cwd=folder,
            env=environment,
        )


if __name__ == "__main__":
    sys.exit(main())
