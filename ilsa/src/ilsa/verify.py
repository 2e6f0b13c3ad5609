"""Verification: the reference values that come with the package, computed again on this machine.

Each check compares what this installation computes with what another program, or a computation by hand, gave,
and tells the largest relative difference. The values and where they come from stand in ``ilsa/reference``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ilsa._version import __version__
from ilsa.assessment import Assessment
from ilsa.combine import Rule, rubin
from ilsa.contrast import published
from ilsa.design import AssessmentDesign, ReplicateWeights
from ilsa.errors import IlsaError
from ilsa.estimate.mean import ReplicatedMean, weighted_mean
from ilsa.irt import Items, calibrate, link
from ilsa.irt.linking import LinkMethod
from ilsa.reference import rows
from ilsa.reference.pupils import pupil_file
from ilsa.results import EstimateTable
from ilsa.scale import Scale
from ilsa.variance import replicate_variance

Pair = tuple[float, float]
"""What was found here, and the reference value."""


@dataclass(frozen=True, slots=True)
class Check:
    """One statistic compared.

    Attributes: ``statistic``; ``reference``, who gave the values; ``values``, how many were compared;
    ``difference``, the largest relative one (infinite where nothing could be computed); ``tolerance``;
    ``problem``, why nothing could be computed.
    """

    statistic: str
    reference: str
    values: int
    difference: float
    tolerance: float
    problem: str = ""

    @property
    def passed(self) -> bool:
        return self.difference <= self.tolerance

    def as_dict(self) -> dict[str, Any]:
        """Plain values; a difference that is not finite is None."""
        return {
            "statistic": self.statistic,
            "reference": self.reference,
            "values": self.values,
            "largest_relative_difference": self.difference if math.isfinite(self.difference) else None,
            "tolerance": self.tolerance,
            "passed": self.passed,
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks, and whether all passed."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "ilsa": __version__,
            "numpy": np.__version__,
            "passed": self.passed,
            "checks": [check.as_dict() for check in self.checks],
        }


def verify() -> Verification:
    """Compute every reference value again. Takes a few seconds."""
    return Verification(tuple(_compared(*one) for one in _CHECKS))


def _compared(statistic: str, reference: str, tolerance: float, pairs: Callable[[], Iterator[Pair]]) -> Check:
    try:
        found = list(pairs())
    except (IlsaError, ArithmeticError, ValueError, LookupError, TypeError) as problem:
        return Check(statistic, reference, 0, math.inf, tolerance, f"{type(problem).__name__}: {problem}")
    differences = [abs(here - there) / (abs(there) or 1.0) for here, there in found]
    return Check(statistic, reference, len(found), max(differences), tolerance)


# replicate methods and Rubin's rules

_SCORE: Final = [480, 520, 450, 510, 560, 600, 430, 490]
_EIGHT: Final = {
    "w": [2, 2, 3, 3, 1, 1, 4, 2],
    "school": list("AABBCCDD"),
    "zone": [1, 1, 1, 1, 2, 2, 2, 2],
    "half": [0, 0, 1, 1, 0, 0, 1, 1],
}
_METHODS: Final = {
    "JK1": ReplicateWeights.from_psus(method="JK1"),
    "JKn": ReplicateWeights.from_psus(method="JKn"),
    "JK2-full": ReplicateWeights.from_zones("zone", "half", method="JK2-full"),
    "JK2-half, 1 doubled": ReplicateWeights.from_zones("zone", "half"),
    "JK2-half, 0 doubled": ReplicateWeights.from_zones("zone", "half", doubled=0),
    "BRR": ReplicateWeights.from_hadamard("zone", "half", method="BRR"),
    "Fay": ReplicateWeights.from_hadamard("zone", "half", method="Fay", k=0.5),
}


def _two_zones() -> Iterator[Pair]:
    for row in rows("two_zones.csv"):
        replicates = _METHODS[row["method"]]
        design = AssessmentDesign(weight="w", psu="school", stratum="zone", replicates=replicates)
        sample = design.weigh(_EIGHT).sample()
        mean = weighted_mean(_SCORE, sample)
        assert isinstance(mean, ReplicatedMean)
        variance = replicate_variance(mean.value, mean.replicates, sample)
        assert isinstance(variance, float)
        yield variance**0.5, float(row["se"])


def _rubin() -> Iterator[Pair]:
    values, variances = [498.2, 501.6, 499.9, 503.1, 500.4], [6.1, 6.4, 5.9, 6.6, 6.2]
    plain = rubin(values, variances, rule=Rule(df="rubin"))
    small = rubin(values, variances, rule=Rule(df="barnard_rubin"), complete_df=88)
    first = rubin(values, variances, rule=Rule(sampling="pv1", df="rubin"))
    found = {
        "value": plain.value,
        "variance": plain.variance,
        "se": plain.variance**0.5,
        "df": plain.df,
        "imputation_share": plain.imputation_share,
        "fmi": plain.fmi,
        "barnard_rubin_df": small.df,
        "se_pv1": first.variance**0.5,
    }
    for row in rows("rubin.csv"):
        yield found[row["quantity"]], float(row["value"])


# a file of pupils

_FAY: Final = ReplicateWeights.from_columns("rw{r}", 1, 80, method="Fay", k=0.5)
_READING: Final = Scale("reading", pv="pv{m}", m=5)


def _pupils(*sample: str) -> Assessment:
    design = AssessmentDesign(weight="weight", psu="school", sample=sample, replicates=_FAY)
    return Assessment(pupil_file(), design, scales=[_READING])


def _both(cell: Any, row: dict[str, str], value: str, se: str) -> Iterator[Pair]:
    yield cell.value, float(row[value])
    yield cell.se, float(row[se])


def _means() -> Iterator[Pair]:
    found = _pupils("country").estimate.moments("reading", divisor="sum_w_minus_1", df="rubin")
    for row in rows("small_univar.csv"):
        country = int(row["groupval"])
        yield from _both(found[country, "mean"], row, "M", "M_SE")
        yield from _both(found[country, "sd"], row, "SD", "SD_SE")


def _shares() -> Iterator[Pair]:
    for below in (False, True):
        found = _pupils("country").estimate.share("reading", at_least=500, below=below)
        for row in rows("small_freq.csv"):
            if (row["varval"] == "0") == below:
                yield from _both(found[int(row["groupval"])], row, "perc", "perc_SE")


def _regressions() -> Iterator[Pair]:
    found = _pupils("country").estimate.lm("reading ~ female + ses + books + rural")
    for row in rows("small_linreg.csv"):
        if row["parameter"] == "b":
            yield from _both(found[int(row["groupval"]), row["var"]], row, "est", "SE")


def _logistic() -> Iterator[Pair]:
    found = _pupils().estimate.logit("reading ~ female + ses + rural", at_least=500)
    for row in rows("small_logistreg.csv"):
        if row["parameter"] == "b":
            yield from _both(found[row["var"]], row, "est", "SE")


def _centre_of_pasec() -> Iterator[Pair]:
    told = rows("pasec2014_country_means.csv")
    for grade, subject in sorted({(row["idgrade"], row["subject"]) for row in told}):
        cells = tuple(
            published(
                float(row["m_score_bin"]),
                float(row["se_score_bin"]),
                label=(row["countrycode"],),
                unit="PASEC2014",
                definition=f"mean of {subject}, grade {grade}",
                sample_id=row["countrycode"],
            )
            for row in told
            if (row["idgrade"], row["subject"]) == (grade, subject)
        )
        average = (
            EstimateTable(statistic="mean", dimensions=("country",), cells=cells).average("country").only
        )
        assert isinstance(average.value, float)
        yield average.value, 500.0


# item response models


def _answers(name: str) -> Any:
    patterns = (np.arange(32)[:, None] >> np.arange(4, -1, -1)) & 1
    (row,) = [row for row in rows("lsat.csv") if row["set"] == name]
    return np.repeat(patterns, [int(count) for count in row["counts"].split()], axis=0)


def _likelihoods() -> Iterator[Pair]:
    for row in rows("lsat_log_likelihood.csv"):
        model: Any = row["model"]
        yield (
            calibrate(_answers(row["set"]), model, tolerance=1e-9).log_likelihood,
            float(row["log_likelihood"]),
        )


def _items() -> Iterator[Pair]:
    for name in ("LSAT6", "LSAT7"):
        found = calibrate(_answers(name), "2PL", tolerance=1e-9)
        for j, row in enumerate(rows(f"{name}_2PL_items.csv")):
            yield float(found.items.slope[j]), float(row["a1"])
            yield float(found.items.intercept[j, 0]), float(row["d"])


def _item_errors() -> Iterator[Pair]:
    for name in ("LSAT6", "LSAT7"):
        errors = calibrate(_answers(name), "2PL", tolerance=1e-9).standard_errors()
        for j, row in enumerate(rows(f"{name}_2PL_SE.csv")):
            yield float(errors.slope[j]), float(row["SE_a1"])
            yield float(errors.intercept[j, 0]), float(row["SE_d"])


def _overall() -> Iterator[Pair]:
    for name in ("LSAT6", "LSAT7"):
        found: Any = calibrate(_answers(name), "2PL", tolerance=1e-9).overall_fit()
        (row,) = rows(f"{name}_2PL_M2.csv")
        yield found.m2, float(row["M2"])


def _links() -> Iterator[Pair]:
    table = {name: [float(row[name]) for row in _common_items()] for name in _common_items()[0]}
    names = [f"c{j}" for j in range(12)]
    new, old = (
        Items.from_difficulties(
            names, "3PL", table[f"{form}_b"], table[f"{form}_a"], table[f"{form}_c"], scaling=1.7
        )
        for form in ("new", "old")
    )
    methods: dict[str, LinkMethod] = {
        "Mean/Mean": "mean_mean",
        "Mean/Sigma": "mean_sigma",
        "Haebara": "haebara",
        "Stocking-Lord": "stocking_lord",
    }
    for row in rows("KB04_linking_plink.csv"):
        if row["method"] in methods:
            found = link(
                new,
                old,
                methods[row["method"]],
                points=np.linspace(-4, 4, 40),
                symmetric=row["symmetric"] == "TRUE",
            )
            yield found.slope, float(row["A"])
            yield found.intercept, float(row["B"])


def _common_items() -> list[dict[str, str]]:
    return rows("kolen_brennan_items.csv")


_BIFIE: Final = "BIFIEsurvey 3.6-6"
_MIRT: Final = "mirt 1.45.1"
_CHECKS: Final[tuple[tuple[str, str, float, Callable[[], Iterator[Pair]]], ...]] = (
    ("standard error by replicate method", "R survey 4.1-1 and by hand", 1e-11, _two_zones),
    ("plausible values combined", "by hand", 1e-5, _rubin),
    ("mean and standard deviation, with standard errors", _BIFIE, 1e-10, _means),
    ("share at a threshold, with standard error", _BIFIE, 1e-10, _shares),
    ("linear regression, with standard errors", _BIFIE, 1e-10, _regressions),
    ("logistic regression, with standard errors", _BIFIE, 1e-10, _logistic),
    ("average of ten countries, PASEC 2014", "World Bank, published means", 1e-7, _centre_of_pasec),
    ("maximised log-likelihood", _MIRT, 1e-10, _likelihoods),
    ("item parameters", _MIRT, 1e-7, _items),
    ("standard errors of items", _MIRT, 1e-7, _item_errors),
    ("M2", _MIRT, 1e-8, _overall),
    ("linking", "plink 1.5-1", 1e-5, _links),
)
