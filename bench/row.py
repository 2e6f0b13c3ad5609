"""One measured figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """``figure`` in ``unit``; ``aim`` in the same unit, a bound from above unless ``at_least``."""

    work: str
    figure: float
    unit: str
    peer: str = ""
    peer_figure: float | None = None
    aim: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return round(self.figure / self.peer_figure, 3) if self.peer_figure else None

    @property
    def met(self) -> bool | None:
        if self.aim is None:
            return None
        return self.figure >= self.aim if self.at_least else self.figure <= self.aim

    def as_dict(self) -> dict[str, Any]:
        plain = asdict(self)
        plain.pop("at_least")
        return {**plain, "ratio": self.ratio, "met": self.met}


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    head = "| work | figure | unit | peer | peer's figure | ratio | aim | met |\n|---|---|---|---|---|---|---|---|"
    marks = {True: "yes", False: "no", None: ""}
    lines = [
        f"| {r.work} | {r.figure:g} | {r.unit} | {r.peer} | {'' if r.peer_figure is None else f'{r.peer_figure:g}'} "
        f"| {'' if r.ratio is None else r.ratio} | {'' if r.aim is None else f'{r.aim:g}'} | {marks[r.met]} |"
        for r in rows
    ]
    return "\n".join([head, *lines])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
