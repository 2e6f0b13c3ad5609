"""Combining plausible values: one value, and a variance that has both sampling and measurement in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ilsa.errors import DesignError, EstimateError
from ilsa.variance import Centre

Sampling: TypeAlias = Literal["all", "pv1"]
DegreesRule: TypeAlias = Literal["barnard_rubin", "rubin", "johnson_rust", "normal"]

SAMPLING: Final[tuple[Sampling, ...]] = get_args(Sampling)
DEGREES: Final[tuple[DegreesRule, ...]] = get_args(DegreesRule)


@dataclass(frozen=True, slots=True)
class Rule:
    """How replicates and plausible values become a standard error and an interval.

    Attributes: ``sampling``, ``"all"``: the sampling variance of every plausible value is averaged (Rubin),
    ``"pv1"``: that of the first stands for all (IEA before 2015); ``df``, rule of the degrees of freedom;
    ``centre``, what replicates are compared with; ``confidence`` of the interval.
    """

    sampling: Sampling = "all"
    df: DegreesRule = "barnard_rubin"
    centre: Centre = "full"
    confidence: float = 0.95

    def __post_init__(self) -> None:
        for name, value, known in (
            ("sampling", self.sampling, SAMPLING),
            ("df", self.df, DEGREES),
            ("centre", self.centre, get_args(Centre)),
        ):
            if value not in known:
                raise DesignError("choice_unknown", name=name, value=value, known=", ".join(known))
        if not 0 < self.confidence < 1:
            raise DesignError("choice_unknown", name="confidence", value=self.confidence, known="0 < … < 1")

    def as_dict(self) -> dict[str, str | float]:
        return {
            "sampling": self.sampling,
            "df": self.df,
            "centre": self.centre,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Combined:
    """One estimate over all plausible values.

    Attributes: ``value`` t̄; ``sampling`` Ū; ``imputation`` (1 + 1/M)B; ``variance``, their sum;
    ``imputation_share`` λ; ``fmi``, fraction of missing information; ``df`` and ``df_rule``.
    """

    value: float
    sampling: float
    imputation: float
    variance: float
    imputation_share: float
    fmi: float
    df: float
    df_rule: str

    @property
    def se(self) -> float:
        return math.sqrt(self.variance)


def rubin(
    estimates: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    rule: Rule | None = None,
    complete_df: float = math.inf,
    replicate_df: float = math.inf,
) -> Combined:
    """Combine the estimates made with each plausible value.

    ``t̄ = mean t_m;  Ū = mean U_m;  B = Σ(t_m − t̄)²/(M − 1);  V = Ū + (1 + 1/M)B``
    ``λ = (1 + 1/M)B/V;  ρ = (1 + 1/M)B/Ū;  ν = (M − 1)(1 + 1/ρ)²;  FMI = (ρ + 2/(ν + 3))/(1 + ρ)``

    With ``rule.sampling="pv1"`` U_1 stands for Ū. Degrees of freedom: ``rubin`` gives ν;
    ``barnard_rubin`` 1/(1/ν + 1/ν_obs) with ν_obs = (ν_com + 1)/(ν_com + 3) · ν_com (1 − λ);
    ``johnson_rust`` the same with ``replicate_df`` as ν_com; ``normal`` infinity. With a single value
    ν_com itself is given, and the rule says ``design``.

    Parameters: ``estimates`` (M,), ``variances`` (M,), squared unit; ``complete_df`` ν_com.
    Source: Rubin (1987), chapter 3; Barnard and Rubin, *Biometrika* 86 (1999).
    Checked against: hand computation, ``tests/test_combine.py``; BIFIEsurvey 3.6-6, ``tests/reference``.
    """
    rule = rule or Rule()
    values = np.asarray(estimates, dtype=np.float64)
    sampling = np.asarray(variances, dtype=np.float64)
    if values.ndim != 1 or sampling.shape != values.shape or not values.size:
        raise EstimateError("imputations_shape", estimates=values.shape, variances=sampling.shape)
    m = values.size
    mean = float(values.sum()) / m
    within = float(sampling[0]) if rule.sampling == "pv1" else float(sampling.sum()) / m
    apart = values - mean
    between = (1 + 1 / m) * float(apart @ apart) / (m - 1) if m > 1 else 0.0
    total = within + between
    complete = replicate_df if rule.df == "johnson_rust" else complete_df
    if m == 1 or total == 0:
        df, told = (math.inf, "normal") if rule.df == "normal" else (complete, "design")
        if m == 1 and rule.df == "johnson_rust":
            told = "johnson_rust"
        return Combined(mean, within, between, total, 0.0, 0.0, df, told)
    share = between / total
    rho = between / within if within else math.inf
    nu = (m - 1) * (1 + 1 / rho) ** 2 if rho > 0 else math.inf
    fmi = 1.0 if math.isinf(rho) else (rho + 2 / (nu + 3)) / (1 + rho)
    if rule.df == "normal":
        df = math.inf
    elif rule.df == "rubin":
        df = nu
    else:
        observed = (
            complete if math.isinf(complete) else (complete + 1) / (complete + 3) * complete * (1 - share)
        )
        df = 1 / (1 / nu + 1 / observed) if observed else nu  # without sampling variance nothing was observed
    return Combined(mean, within, between, total, share, fmi, df, rule.df)


def johnson_rust(deviations: npt.ArrayLike) -> float:
    """Degrees of freedom of a replicate variance from how evenly the replicates contribute to it.

    ``(3.16 − 2.77/√R)(Σ d²)²/Σ d⁴``, d_r = √c_r (t_r − t₀).

    Parameters: ``deviations`` d (R,). Returns infinity where all are zero.
    Source: Johnson and Rust (1992), as EdSurvey's ``DoFCorrection``. Checked against: hand computation.
    """
    squares = np.asarray(deviations, dtype=np.float64) ** 2
    if not squares.any():
        return math.inf
    scaled = squares / squares.max()
    factor = 3.16 - 2.77 / math.sqrt(scaled.size)
    return float(factor * scaled.sum() ** 2 / (scaled**2).sum())
