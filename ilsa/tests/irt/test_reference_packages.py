"""Calibration against R mirt 1.45.1 and R TAM 4.3-25."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilsa.irt import Calibration, Quadrature, calibrate
from ilsa.irt.em import log_table

pytestmark = pytest.mark.reference

TAM = Quadrature(41, prior="density_step")


@pytest.mark.parametrize(("name", "log_l"), [("LSAT6", -2466.65337751), ("LSAT7", -2658.80511363)])
def test_2pl_of_the_lsat(
    name: str, log_l: float, lsat: Callable[[str], Any], kept: Callable[[str], Any]
) -> None:
    found = calibrate(lsat(name), tolerance=1e-10)
    errors, expected = found.standard_errors(), kept(f"{name}_2PL_SE.csv")
    assert found.log_likelihood == pytest.approx(log_l, abs=6e-9)
    np.testing.assert_allclose(found.items.slope, expected["a1"], atol=5e-9)
    np.testing.assert_allclose(found.items.intercept[:, 0], expected["d"], atol=5e-9)
    np.testing.assert_allclose(errors.slope, expected["SE_a1"], atol=1e-9)
    np.testing.assert_allclose(errors.intercept[:, 0], expected["SE_d"], atol=1e-9)
    np.testing.assert_allclose(
        found.items.difficulty[:, 0], kept(f"{name}_2PL_items.csv")["IRT_b"], atol=1e-7
    )


@pytest.mark.parametrize(("name", "log_l"), [("LSAT6", -2466.93759958214), ("LSAT7", -2664.90089095471)])
def test_rasch_of_the_lsat(
    name: str, log_l: float, lsat: Callable[[str], Any], kept: Callable[[str], Any]
) -> None:
    """mirt stops 1e-5 before the maximum: its point has exactly the log-likelihood it prints, ours a higher one."""
    found, expected = calibrate(lsat(name), "Rasch", tolerance=1e-10), kept(f"{name}_Rasch_items.csv")
    np.testing.assert_allclose(found.items.intercept[:, 0], expected["d"], atol=1e-5)
    assert found.sd[0] ** 2 == pytest.approx(expected["var"][0], abs=2e-5)
    theirs = found._state.copy()
    theirs.intercept[:, 0], theirs.sd[0] = expected["d"], np.sqrt(expected["var"][0])
    assert likelihood(found, theirs) == pytest.approx(log_l, abs=1e-11 * abs(log_l))
    assert 0 < found.log_likelihood - log_l < 1e-8


def likelihood(found: Calibration, state: Any) -> float:
    log_p = log_table(found._space.models, found._space.steps, state, found.quadrature.nodes)
    return found._booklets.expect(log_p, found.quadrature.log_prior(state.mean, state.sd)).log_likelihood


@pytest.mark.parametrize(
    ("points", "expected"),
    [(21, "-2658.80511969"), (41, "-2658.80511361"), (61, "-2658.80511363"), (121, "-2658.80511367")],
)
def test_nodes_belong_to_the_result(points: int, expected: str, lsat: Callable[[str], Any]) -> None:
    found = calibrate(lsat("LSAT7"), quadrature=points, tolerance=1e-9)
    assert f"{found.log_likelihood:.8f}" == expected


def test_limits_belong_to_the_result(lsat: Callable[[str], Any]) -> None:
    found = calibrate(lsat("LSAT7"), quadrature=Quadrature(61, (-4, 4)), tolerance=1e-9)
    assert f"{found.log_likelihood:.8f}" == "-2658.80723238"


def test_booklets_of_twenty_thousand(booklets: dict[str, Any], kept: Callable[[str], Any]) -> None:
    """mirt and TAM stop by their defaults: parameters agree to 2e-3, and our log-likelihood is higher than both."""
    found = calibrate(booklets["answers"], missing=(-9,), quadrature=21)
    assert f"{found.log_likelihood:.6f}" == "-350637.424382"
    assert found.log_likelihood > max(-350637.42714, -350637.42531)
    mirt, tam = kept("mirt_2pl_items.csv"), kept("tam_2pl_items.csv")
    np.testing.assert_allclose(found.items.slope, mirt["a1"], atol=2e-3)
    np.testing.assert_allclose(found.items.intercept[:, 0], mirt["d"], atol=2e-3)
    np.testing.assert_allclose(found.items.slope, tam["a"], atol=2e-3)
    np.testing.assert_allclose(-found.items.intercept[:, 0], tam["xsi"], atol=2e-3)
    assert (
        np.sqrt(np.mean((found.items.difficulty[:, 0] - booklets["difficulty"] / found_scale(booklets)) ** 2))
        < 0.1
    )


def found_scale(booklets: dict[str, Any]) -> float:
    """The abilities' SD, which the calibration takes as its unit."""
    return float(booklets["theta"].std())


# data sets of the packages, where they are present


@pytest.mark.parametrize(
    ("model", "log_l", "tolerance"),
    [("GRM", -1608.86941312, 6e-9), ("GPCM", -1612.68159955, 6e-9), ("PCM", -1619.27410089, 6e-8)],
)
def test_science(model: Any, log_l: float, tolerance: float, packages: Callable[[str], Any]) -> None:
    """GPCM and PCM: mirt stops up to 4e-6 and 1.3e-4 before the maximum; our log-likelihoods are not lower."""
    found = calibrate(packages("mirt/Science.csv").all() - 1, model, tolerance=1e-10)
    assert found.log_likelihood == pytest.approx(log_l, abs=tolerance)
    if model == "PCM":
        expected = packages("mirt/Science_Rasch_items.csv")
        d = np.column_stack([expected[f"d{k}"] for k in (1, 2, 3)])
        np.testing.assert_allclose(found.items.intercept, d, atol=2e-4)
        assert found.sd[0] ** 2 == pytest.approx(1.0025320, abs=5e-5)
        assert found.log_likelihood > -1619.27410089464
        return
    name = "graded" if model == "GRM" else "gpcm"
    expected = packages(f"mirt/Science_{name}_IRTpars.csv")
    tight = 2e-8 if model == "GRM" else 6e-6
    np.testing.assert_allclose(found.items.slope, expected["a"], atol=tight)
    b = np.column_stack([expected[f"b{k}"] for k in (1, 2, 3)])
    np.testing.assert_allclose(found.items.difficulty, b, atol=5 * tight)


def test_sat12_2pl(packages: Callable[[str], Any]) -> None:
    expected = packages("mirt/SAT12_2PL_items.csv")
    found = calibrate(packages("mirt/SAT12_scored.csv").all(), tolerance=1e-9)
    assert found.log_likelihood == pytest.approx(-9488.95501302, abs=6e-9)
    np.testing.assert_allclose(found.items.slope, expected["a1"], atol=5e-8)
    np.testing.assert_allclose(found.items.intercept[:, 0], expected["d"], atol=5e-8)


def test_sat12_3pl(packages: Callable[[str], Any]) -> None:
    """Log L plus log prior agree to 1e-8; mirt's parameters stop up to 7e-4 before the maximum."""
    expected = packages("mirt/SAT12_3PL_items.csv")
    found = calibrate(packages("mirt/SAT12_scored.csv").all(), "3PL", tolerance=1e-9)
    assert found.log_likelihood == pytest.approx(-9442.95635720, abs=2e-5)
    assert found.log_prior == pytest.approx(-17.045738, abs=2e-5)
    assert found.log_likelihood + found.log_prior == pytest.approx(-9442.95635720 - 17.045738, abs=6e-7)
    np.testing.assert_allclose(found.items.slope, expected["a1"], atol=7e-4)
    np.testing.assert_allclose(found.items.guess, expected["g"], atol=1e-6)


@pytest.mark.parametrize("quadrature", [TAM, Quadrature(41)])
@pytest.mark.parametrize(
    ("file", "model", "deviances", "first"),
    [
        ("data.sim.rasch.csv", "1PL", (84155.716967, 84155.716183), "sim_1PL_xsi.csv"),
        ("data.sim.rasch.csv", "2PL", (84102.126874, 84102.126872), "sim_2PL_items.csv"),
        ("data.sim.rasch.missing.csv", "1PL", (67106.760673, 67106.760483), "missing_1PL_xsi.csv"),
        ("data.sim.rasch_with_pweights.csv", "1PL", (84153.801449, 84153.800701), "sim_1PL_pweights_xsi.csv"),
        ("data.gpcm.csv", "PCM", (2464.098766, 2464.098766), "gpcm_PCM_xsi.csv"),
        ("data.gpcm.csv", "GPCM", (2450.689655, 2450.689654), "gpcm_GPCM_xsi.csv"),
    ],
)
def test_tam(
    file: str,
    model: Any,
    deviances: tuple[float, float],
    first: str,
    quadrature: Quadrature,
    packages: Callable[[str], Any],
) -> None:
    """TAM's deviance needs its unnormalised prior; parameters stop up to 2e-7 before the maximum."""
    table, expected = packages(f"tam/{file}"), packages(f"tam/{first}")
    weights = table["w"] if "pweights" in file else None
    found = calibrate(table.all("w"), model, weights=weights, quadrature=quadrature, tolerance=1e-9)
    assert found.deviance == pytest.approx(deviances[quadrature is not TAM], abs=2e-6)
    if model in ("PCM", "GPCM"):
        xsi = (found.items.difficulty * found.items.slope[:, None]).ravel()
    else:
        xsi = -found.items.intercept[:, 0]
    np.testing.assert_allclose(xsi, expected["xsi"], atol=1e-6)
    if first == "sim_1PL_xsi.csv":
        own = found.standard_errors("item_information")
        np.testing.assert_allclose(own.intercept[:, 0], expected["se"], atol=1e-8)
        assert found.sd[0] ** 2 == pytest.approx(packages("tam/sim_1PL_var.csv")["var"][0], abs=1e-7)
    if model == "2PL":
        np.testing.assert_allclose(found.items.slope, expected["a"], atol=1e-6)


def test_two_groups(packages: Callable[[str], Any]) -> None:
    """Items equal in both groups, the second group free: mirt's scalar model."""
    table, expected = packages("mirt/dif_data.csv"), packages("mirt/dif_scalar.csv")
    found = calibrate(table.all("group"), group=table["group"], tolerance=1e-9)
    np.testing.assert_allclose(found.items.slope, expected["a1"], atol=2e-4)
    np.testing.assert_allclose(found.items.intercept[:, 0], expected["d"], atol=2e-4)
    assert found.mean[1] == pytest.approx(expected["mean_D2"][0], abs=2e-4)
    assert found.sd[1] ** 2 == pytest.approx(expected["var_D2"][0], abs=1e-3)
