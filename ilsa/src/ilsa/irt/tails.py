"""Tail probabilities of the normal and the chi-square distribution, without SciPy."""

from __future__ import annotations

import math

import numpy as np

from ilsa.kernels.ratios import FloatArray


def chi_square_tail(x: float, df: float) -> float:
    """``P(χ²_df > x)``: a power series below the mean, a continued fraction (Lentz) above.

    Checked against: ``pchisq(…, lower.tail = FALSE)`` of R to 1e-12 relative.
    """
    if df <= 0:
        return math.nan
    if x <= 0:
        return 1.0
    a, z = df / 2, x / 2
    front = math.exp(a * math.log(z) - z - math.lgamma(a))
    if z < a + 1:
        term = total = 1 / a
        k = a
        while abs(term) > 1e-17 * abs(total):
            k += 1
            term *= z / k
            total += term
        return max(0.0, 1 - front * total)
    b = z + 1 - a
    c, d = 1e300, 1 / b
    fraction = d
    for k in range(1, 10_000):
        step = -k * (k - a)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        fraction *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front * fraction


def chi_square_tails(x: FloatArray, df: FloatArray) -> FloatArray:
    """``chi_square_tail`` for each pair, any shape."""
    return np.array(
        [chi_square_tail(float(a), float(b)) for a, b in zip(x.flat, df.flat, strict=True)]
    ).reshape(x.shape)


def two_sided(z: FloatArray) -> FloatArray:
    """``P(|N(0, 1)| > |z|)``, any shape."""
    return np.array([math.erfc(abs(float(v)) / math.sqrt(2)) for v in z.flat]).reshape(z.shape)


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """p-values adjusted so that those below α hold a share of at most α false discoveries, (I,)."""
    order = np.argsort(p)
    ranked = p[order] * p.size / np.arange(1, p.size + 1)
    out = np.empty_like(p)
    out[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return out
