"""Loaded before Django reads its settings: a data folder of this run alone."""

from __future__ import annotations

import os
import tempfile

# each process of a run has its own folder, also where it inherits the environment of another
os.environ["POLYPHONIE_DATA_DIR"] = tempfile.mkdtemp(prefix="polyphonie-tests-")
os.environ.setdefault("POLYPHONIE_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-0123")
os.environ.setdefault("POLYPHONIE_DEMO", "1")
