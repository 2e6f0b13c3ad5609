"""How many members must be present, and whether a vote carries: the shares an administrator has set.

Pure: knows neither the database nor a request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a whole: ``strict`` asks for more than it, otherwise it is enough to reach it."""

    numerator: int
    denominator: int
    strict: bool

    def least_of(self, whole: int) -> int:
        """The least number that satisfies the share: of 44, more than half is 23, two thirds 30.

        strict: floor(whole × n / d) + 1; otherwise the quotient rounded up. Never less than 1.
        """
        if self.strict:
            return whole * self.numerator // self.denominator + 1
        return max(1, -(-whole * self.numerator // self.denominator))


@dataclass(frozen=True, slots=True)
class Tally:
    """What a roll call gave. An abstention is not a no: it counts in neither side of the share."""

    yes: int
    no: int
    abstain: int
    absent: int

    @classmethod
    def of(cls, choices: Iterable[str], present: int) -> Tally:
        counted = Counter(choices)
        yes, no, abstain = counted["yes"], counted["no"], counted["abstain"]
        return cls(yes, no, abstain, max(0, present - yes - no - abstain))

    def carries(self, threshold: Share) -> bool:
        """Whether the yes reach the threshold of yes and no together; without any, nothing carries."""
        expressed = self.yes + self.no
        return expressed > 0 and self.yes >= threshold.least_of(expressed)

    def as_dict(self) -> dict[str, int]:
        return {"yes": self.yes, "no": self.no, "abstain": self.abstain, "absent": self.absent}
