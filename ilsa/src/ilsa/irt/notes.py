"""What a calibration has to say about itself, as stable codes with their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ilsa.provenance import Note

NOTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "left_out": "{count} row(s) without any answer were left out (first row {row}).",
        "guess_prior": (
            "The lower asymptotes have a normal prior on their logit, mean {mean}, SD {sd}; without one they are "
            "hardly determined. guess_prior=None takes it away."
        ),
        "slope_at_bound": (
            "The slope of item {item!r} stands at its lower bound: higher scores do not go with right answers. "
            "Look at its key; slopes='free' lets it become negative."
        ),
        "grid_short": (
            "{share:.2%} of the posterior of group {group} lies on the first or last node: its estimates depend on the "
            "nodes. Widen quadrature=, as in Quadrature(91, (-9, 9))."
        ),
        "anchor_not_answered": "{count} fixed item(s) are not among the answers and were not used (first {item!r}).",
        "unconnected": (
            "The items fall into {count} sets that no pupil links; their common scale rests on booklets having been "
            "given out at random."
        ),
        "weights_rescaled": "Weights were rescaled to sum to the number of pupils ({how}).",
    }
)


class IrtNote(Note):
    """A note of an item response model."""

    __slots__ = ()

    def __str__(self) -> str:
        return NOTES[self.code].format_map(self.facts)

    def __reduce__(self) -> tuple[type[Note], tuple[str, dict[str, Any]]]:
        return IrtNote, (self.code, dict(self.facts))
