"""Joint tests: one estimate is the square of its t, several are matrices by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ilsa import Assessment, EstimateError, JointTest, Unavailable, joint_test
from ilsa.student import two_sided_p

pytestmark = pytest.mark.unit

Make = Callable[..., Assessment]
NULL = "The mean is the same in every region."


def test_one_estimate_is_the_square_of_its_t(assess: Make) -> None:
    gap = assess().estimate.mean("reading", by="girl").gap("girl", 1, 0)["C0", "1 − 0"]
    found = joint_test([gap], null="Girls and boys have the same mean.")
    assert isinstance(found, JointTest)
    assert found.f == pytest.approx(gap.t**2, rel=1e-12)
    assert found.df_above == 1
    assert found.p == pytest.approx(two_sided_p(gap.t, found.df_below), rel=1e-10)
    assert str(found).startswith("Girls and boys have the same mean.: F(1, ")


def test_three_regions_by_hand(assess: Make) -> None:
    means = assess().estimate.mean("reading", by="region")
    gaps = [means.gap("region", region, "east")["C1", f"{region} − east"] for region in ("north", "west")]
    found = joint_test(gaps, null=NULL)
    assert isinstance(found, JointTest)
    t = np.stack([gap.estimates for gap in gaps])
    within = np.mean(
        [
            sum(np.outer(t[:, m, r] - t[:, m, 0], t[:, m, r] - t[:, m, 0]) for r in range(1, 7))
            for m in range(3)
        ],
        axis=0,
    )
    between = 4 / 3 * np.cov(t[:, :, 0])
    r = np.trace(between @ np.linalg.inv(within)) / 2
    middle = t[:, :, 0].mean(axis=1)
    assert found.imputation == pytest.approx(r, rel=1e-12)
    assert found.f == pytest.approx(middle @ np.linalg.inv(within) @ middle / (2 * (1 + r)), rel=1e-12)
    assert found.df_below == min(4 * 1.5 * (1 + 1 / r) ** 2 / 2, 6 - 1)


def test_the_choice_of_reference_does_not_matter(assess: Make) -> None:
    means = assess().estimate.mean("reading", by="region")

    def against(reference: str) -> JointTest:
        others = [region for region in ("east", "north", "west") if region != reference]
        gaps = [means.gap("region", other, reference)["C2", f"{other} − {reference}"] for other in others]
        found = joint_test(gaps, null=NULL)
        assert isinstance(found, JointTest)
        return found

    assert against("east").f == pytest.approx(against("west").f, rel=1e-10)
    assert against("east").p == pytest.approx(against("west").p, rel=1e-8)


def test_independent_samples_have_no_covariance(assess: Make) -> None:
    means = assess().estimate.mean("reading")
    gaps = [means["C0"] - means["C2"], means["C1"] - means["C2"]]
    found = joint_test(gaps, null="The three countries have the same mean.")
    assert isinstance(found, JointTest)
    sampling = [cell.var_sampling for cell in means]
    within = np.array([[sampling[0] + sampling[2], sampling[2]], [sampling[2], sampling[1] + sampling[2]]])
    values = np.array([gap.value for gap in gaps])
    assert found.f * 2 * (1 + found.imputation) == pytest.approx(
        values @ np.linalg.solve(within, values), rel=1e-10
    )


def test_what_cannot_be_tested(assess: Make) -> None:
    means = assess().estimate.mean("reading", by="girl")
    gap = means.gap("girl", 1, 0)["C0", "1 − 0"]
    assert joint_test([gap, gap], null="") == Unavailable("collinear", "the estimates determine each other")
    small = assess(minimum_n=10**6).estimate.mean("reading")["C0"]
    assert joint_test([gap, small], null="") == small.unavailable
    with pytest.raises(EstimateError, match="at least one term"):
        joint_test([], null="")
