"""What all tests share. Factories stand beside the tests that mirror their room."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# before Django reads its settings: a data folder of this run alone
_DATA = Path(tempfile.mkdtemp(prefix="polyphonie-tests-"))
os.environ.setdefault("POLYPHONIE_DATA_DIR", str(_DATA))
os.environ.setdefault("POLYPHONIE_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-0123")
os.environ.setdefault("POLYPHONIE_DEMO", "1")
