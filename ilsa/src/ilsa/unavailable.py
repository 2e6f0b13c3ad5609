"""A value that cannot be given, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NoReturn

from ilsa.errors import EstimateError

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "below_minimum_n": "too few pupils",
        "too_few_psu": "too few schools",
        "no_variation": "no variation",
        "separation": "a predictor separates the outcome completely",
        "collinear": "the predictors determine each other",
        "not_converged": "the computation did not converge",
        "pv_missing": "a plausible value is missing",
        "replicates_incomplete": "not every replicate gives an estimate",
        "linking_error_not_published": "linking error not published",
        "not_comparable": "not comparable",
    }
)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Stands where a number would, and says why there is none.

    It prints as its reason, sorts after every number, and gives itself back from arithmetic (the left one
    of two). It never turns into NaN, zero or an empty cell: ``float()``, ``int()`` and arrays of numbers
    refuse it.

    Parameters: ``reason``, a key of ``REASONS``, stable and translatable; ``detail``, a free addition.

    Raises: ``EstimateError`` (``reason_unknown``).
    """

    reason: str
    detail: str = ""

    __array_ufunc__ = None  # NumPy numbers leave arithmetic to this class

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise EstimateError("reason_unknown", reason=self.reason, known=", ".join(REASONS))

    def __str__(self) -> str:
        sentence = REASONS[self.reason]
        return f"{sentence} ({self.detail})" if self.detail else sentence

    def __format__(self, _: str) -> str:
        return str(self)

    def _itself(self, _: object = None) -> Unavailable:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _itself
    __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __round__ = _itself

    def _place(self) -> tuple[str, str]:
        return self.reason, self.detail

    def __lt__(self, other: object) -> bool:
        return isinstance(other, Unavailable) and self._place() < other._place()

    def __le__(self, other: object) -> bool:
        return isinstance(other, Unavailable) and self._place() <= other._place()

    def __gt__(self, other: object) -> bool:
        return not isinstance(other, Unavailable) or self._place() > other._place()

    def __ge__(self, other: object) -> bool:
        return not isinstance(other, Unavailable) or self._place() >= other._place()

    def _refuse(self) -> Any:
        self._no_number()

    def _no_number(self) -> NoReturn:
        raise TypeError(f"There is no number here: {self}.")

    __float__ = __int__ = __index__ = __complex__ = _refuse
