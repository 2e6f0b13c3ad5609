"""Reference values that come with the package; ``ORIGIN.md`` beside them says who computed each, from what."""

from __future__ import annotations

import csv
from importlib import resources


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of reference values, ``rows("small_univar.csv")``."""
    with resources.files("ilsa.reference").joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
