"""The documentation, built by Sphinx without a warning."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "src"), str(ROOT / "ilsa/src")]
os.environ.setdefault("POLYPHONIE_DATA_DIR", str(ROOT / "docs/_build/data"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polyphonie.config.settings")

project = "Polyphonie"
author = "Polyphonie"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Polyphonie"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
language = "en"
autodoc_typehints = "signature"
nitpicky = False
