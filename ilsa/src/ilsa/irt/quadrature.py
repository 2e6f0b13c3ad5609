"""Nodes on the ability scale, and the normal prior on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ilsa.irt.refusals import IrtError, one_of
from ilsa.kernels.ratios import FloatArray

Prior = Literal["normalised", "density_step"]


@dataclass(frozen=True, slots=True)
class Quadrature:
    """Equally spaced nodes ``points`` on ``limits``, logits.

    ``prior="normalised"`` makes the prior weights of the nodes sum to one (R mirt); ``"density_step"`` takes
    density × step as it comes (R TAM), which is only of use to reproduce TAM's deviance. The nodes belong to
    the result: log-likelihoods may be compared at equal nodes only.
    """

    points: int = 61
    limits: tuple[float, float] = (-6.0, 6.0)
    prior: Prior = "normalised"

    def __post_init__(self) -> None:
        one_of("prior", self.prior, ("normalised", "density_step"))
        if self.points < 5:
            raise IrtError("setting_out_of_range", name="points", value=self.points, bound="5 or more")
        if not (np.isfinite(self.limits).all() and self.limits[0] < self.limits[1]):
            raise IrtError(
                "setting_out_of_range", name="limits", value=self.limits, bound="two rising numbers"
            )

    @property
    def nodes(self) -> FloatArray:
        """The nodes θ, (Q,), logits."""
        return np.linspace(self.limits[0], self.limits[1], self.points)

    @property
    def step(self) -> float:
        """Distance of neighbouring nodes, logits."""
        return (self.limits[1] - self.limits[0]) / (self.points - 1)

    def log_prior(self, mean: npt.ArrayLike, sd: npt.ArrayLike) -> FloatArray:
        """Log prior weight of every node, for each group.

        ``log φ((θ − μ)/σ) − log Σ φ`` or ``log(φ((θ − μ)/σ) h / σ)``

        Parameters: ``mean``, ``sd`` (G,), logits. Returns: (G, Q).
        """
        mu = np.atleast_1d(np.asarray(mean, dtype=np.float64))[:, None]
        sigma = np.atleast_1d(np.asarray(sd, dtype=np.float64))[:, None]
        kernel: FloatArray = -0.5 * ((self.nodes[None, :] - mu) / sigma) ** 2
        if self.prior == "density_step":
            return np.asarray(kernel + np.log(self.step / (sigma * np.sqrt(2 * np.pi))), dtype=np.float64)
        top = kernel.max(axis=1, keepdims=True)
        total = top + np.log(np.exp(kernel - top).sum(axis=1, keepdims=True))
        return np.asarray(kernel - total, dtype=np.float64)
