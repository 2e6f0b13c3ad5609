"""What a table must not give away: cells that are too small, and those from which one could be had."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from ..enums import Reason
from .estimating import Cell

WITHHELD = frozenset(
    {Reason.BELOW_MINIMUM_N, Reason.TOO_FEW_PSU, Reason.EXTREME_SHARE, Reason.SECONDARY, Reason.DIFFERENCING}
)
Labels: TypeAlias = tuple[tuple[str, str], ...]


def protected(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells, with one more withheld wherever a single withheld one stands in a line of the table: a
    margin computed elsewhere would give it back. The smallest of its line is the one that goes."""
    domains: dict[Labels, list[Cell]] = {}
    for cell in cells:
        domains.setdefault(cell.labels, []).append(cell)
    for labels, own in domains.items():
        if any(cell.reason in WITHHELD for cell in own):
            domains[labels] = [
                cell if cell.value is None else cell.withheld(Reason.SECONDARY) for cell in own
            ]
    while _one_more(domains):
        pass
    return tuple(cell for own in domains.values() for cell in own)


def _one_more(domains: dict[Labels, list[Cell]]) -> bool:
    lines: dict[tuple[int, Labels], list[Labels]] = {}
    for labels in domains:
        for place in range(len(labels)):
            lines.setdefault((place, labels[:place] + labels[place + 1 :]), []).append(labels)
    for line in lines.values():
        same_sample = {domains[labels][0].sample for labels in line}
        hidden = [labels for labels in line if domains[labels][0].reason in WITHHELD]
        shown = [labels for labels in line if domains[labels][0].value is not None]
        if len(same_sample) == 1 and len(hidden) == 1 and shown:
            smallest = min(shown, key=lambda labels: (domains[labels][0].n or 0, labels))
            domains[smallest] = [cell.withheld(Reason.SECONDARY) for cell in domains[smallest]]
            return True
    return False
