"""Student's t distribution, with any positive number of degrees of freedom, from the standard library alone."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Final

_NORMAL: Final = NormalDist()
_LARGE: Final = 1e5
"""Degrees of freedom beyond which Wallace's normal deviate is right to ten digits and the fraction is not."""


def _shrink(df: float) -> float:
    """(8ν + 1)/(8ν + 3), Wallace (1959): z = shrink · √(ν log(1 + t²/ν))."""
    return 1.0 if math.isinf(df) else (8 * df + 1) / (8 * df + 3)


def _fraction(a: float, b: float, x: float) -> float:
    """Continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 10_000):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + step * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + step / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), for 0 ≤ x ≤ 1 and a, b > 0.

    Source: Abramowitz and Stegun, 26.5.8. Checked against: closed forms for a = 1 and b = 1.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(front) * _fraction(a, b, x) / a
    return 1 - math.exp(front) * _fraction(b, a, 1 - x) / b


def two_sided_p(t: float, df: float) -> float:
    """The probability that Student's t lies farther from zero than ``t``.

    Checked against: closed forms for 1 and 2 degrees of freedom, and the normal distribution.
    """
    if df >= _LARGE:
        z = abs(t) if math.isinf(df) else _shrink(df) * math.sqrt(df * math.log1p(t * t / df))
        return math.erfc(z / math.sqrt(2))
    return incomplete_beta(df / 2, 0.5, df / (df + t * t))


@lru_cache(maxsize=4096)
def half_width(confidence: float, df: float) -> float:
    """The t that a share ``confidence`` of the distribution does not exceed in size, as in 1.96 for 0.95.

    Newton's method on ``two_sided_p``, kept inside a bracket.
    Checked against: printed tables (12.706, 2.228, 1.960) and ``two_sided_p``.
    """
    wanted = 1 - confidence
    t = _NORMAL.inv_cdf(1 - wanted / 2)
    if math.isinf(df):
        return t
    if df >= _LARGE:
        return math.sqrt(df * math.expm1((t / _shrink(df)) ** 2 / df))
    low, high = t, math.inf
    log_constant = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
    for _ in range(400):
        distance = two_sided_p(t, df) - wanted
        if distance > 0:
            low = t
        else:
            high = t
        density = 2 * math.exp(log_constant - (df + 1) / 2 * math.log1p(t * t / df))
        step = distance / density if density > 0 else math.inf
        following = t + step
        if not low < following < high:
            following = 2 * low if math.isinf(high) else (low + high) / 2
        if abs(following - t) <= 1e-15 * following:
            return following
        t = following
    return t
