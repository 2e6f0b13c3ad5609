"""Rubin's rules by hand."""

from __future__ import annotations

import math

import pytest

from ilsa import DesignError, Rule, rubin
from ilsa.combine import johnson_rust

pytestmark = pytest.mark.unit

MEANS = [498.2, 501.6, 499.9, 503.1, 500.4]
VARIANCES = [6.1, 6.4, 5.9, 6.6, 6.2]


def test_worked_example() -> None:
    found = rubin(MEANS, VARIANCES, rule=Rule(df="rubin"))
    assert found.value == pytest.approx(500.64, rel=1e-14)
    assert found.sampling == pytest.approx(6.24, rel=1e-14)
    assert found.imputation == pytest.approx(1.2 * 3.383, rel=1e-12)
    assert found.variance == pytest.approx(10.2996, rel=1e-12)
    assert found.se == pytest.approx(3.2092990, abs=5e-8)
    assert found.df == pytest.approx(25.7474, abs=5e-5)
    assert found.imputation_share == pytest.approx(0.3941512, abs=5e-8)
    assert found.fmi == pytest.approx(0.4363010, abs=5e-8)
    assert found.df_rule == "rubin"


def test_barnard_and_rubin() -> None:
    found = rubin(MEANS, VARIANCES, complete_df=88)
    assert (found.df, found.df_rule) == (pytest.approx(17.2364, abs=5e-5), "barnard_rubin")


def test_sampling_variance_of_the_first_plausible_value_alone() -> None:
    found = rubin(MEANS, VARIANCES, rule=Rule(sampling="pv1"))
    assert found.se == pytest.approx(3.1874127, abs=5e-8)
    assert found.sampling == 6.1


def test_one_plausible_value_has_the_degrees_of_its_design() -> None:
    found = rubin([500.0], [4.0], complete_df=40)
    assert (found.value, found.se, found.imputation, found.fmi) == (500.0, 2.0, 0.0, 0.0)
    assert (found.df, found.df_rule) == (40, "design")
    assert rubin([500.0], [4.0], rule=Rule(df="normal"), complete_df=40).df == math.inf


def test_without_sampling_variance_rubin_is_all_there_is() -> None:
    found = rubin([1.0, 3.0], [0.0, 0.0], complete_df=40)
    assert (found.df, found.fmi, found.imputation_share) == (1.0, 1.0, 1.0)
    assert found.variance == 3.0


def test_johnson_and_rust_by_hand() -> None:
    assert johnson_rust([1.0, 1.0, 1.0, 1.0]) == pytest.approx((3.16 - 2.77 / 2) * 4, rel=1e-14)
    assert johnson_rust([2.0, 0.0, 0.0, 0.0]) == pytest.approx(3.16 - 2.77 / 2, rel=1e-14)
    assert johnson_rust([0.0, 0.0]) == math.inf
    found = rubin(MEANS, VARIANCES, rule=Rule(df="johnson_rust"), complete_df=5, replicate_df=88)
    assert (found.df, found.df_rule) == (pytest.approx(17.2364, abs=5e-5), "johnson_rust")


@pytest.mark.parametrize(
    "given", [{"sampling": "pv2"}, {"df": "t"}, {"centre": "median"}, {"confidence": 1.0}]
)
def test_a_choice_that_is_none(given: dict[str, object]) -> None:
    ((name, value),) = given.items()
    with pytest.raises(DesignError) as caught:
        Rule(**given)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.facts["name"], caught.value.facts["value"]) == (
        "choice_unknown",
        name,
        value,
    )
