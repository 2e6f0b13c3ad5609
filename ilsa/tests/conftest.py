"""What all tests share: the real package under its own name, and a calm Hypothesis."""

from __future__ import annotations

import importlib
import sys

from hypothesis import settings

# pytest names these files ilsa.tests.… after their folder and puts an empty module "ilsa" in the way.
if getattr(sys.modules.get("ilsa"), "__file__", None) is None:
    sys.modules.pop("ilsa", None)
    importlib.import_module("ilsa")

settings.register_profile("ilsa", deadline=None, max_examples=50)
settings.load_profile("ilsa")
