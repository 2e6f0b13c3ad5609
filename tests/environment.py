"""Loaded before Django reads its settings: a data folder of this run alone."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("POLYPHONIE_DATA_DIR", tempfile.mkdtemp(prefix="polyphonie-tests-"))
os.environ.setdefault("POLYPHONIE_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-0123")
os.environ.setdefault("POLYPHONIE_DEMO", "1")
