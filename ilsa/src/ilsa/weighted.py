"""What weighing gives: independent samples, each with its weights, replicates and variance factors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ilsa.columns import Identifier, Label, show
from ilsa.design import AssessmentDesign, Method
from ilsa.errors import EstimateError
from ilsa.kernels.ratios import FloatArray, IntArray, RatioReplicates, Replicates
from ilsa.provenance import Provenance


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSample:
    """One independent sample of a file, with its weights.

    Attributes: ``label``, values of the sample columns; ``rows`` (n,), positions in the file, from 0;
    ``file_rows``, rows of the whole file; ``weight`` (n,), pupils; ``psu`` (n,), number of each row's PSU, from
    0, or None; ``replicates``; ``factors`` (R,), c_r of the variance; ``method``.
    """

    label: Label
    rows: IntArray
    file_rows: int
    weight: FloatArray
    psu: IntArray | None
    replicates: Replicates
    factors: FloatArray
    method: Method

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.rows.size)

    @property
    def n_psu(self) -> int | None:
        """Primary sampling units, or None where the design names none."""
        return None if self.psu is None else int(self.psu.max()) + 1

    @property
    def replicate_count(self) -> int:
        """R."""
        return self.replicates.count

    @property
    def sum_w(self) -> float:
        """Pupils the sample stands for, Σ w."""
        return float(self.weight.sum())

    @property
    def stored_as_ratios(self) -> bool:
        return isinstance(self.replicates, RatioReplicates)

    def variance_factors(self, replicates: int) -> FloatArray:
        """The factors c (R,). Raises: ``EstimateError`` (``replicate_estimates_shape``)."""
        if replicates != self.replicate_count:
            raise EstimateError("replicate_estimates_shape", found=replicates, expected=self.replicate_count)
        return self.factors

    def replicate_weights(self) -> FloatArray:
        """All replicate weights, (n, R), pupils."""
        return self.replicates.dense()

    def take(self, values: npt.ArrayLike, name: str = "the column") -> npt.NDArray[Any]:
        """The sample's rows of a column of the whole file, (file_rows, …) → (n, …)."""
        array = np.asarray(values)
        length = array.shape[0] if array.ndim else 0
        if length != self.file_rows:
            raise EstimateError("values_length", name=name, length=length, expected=self.file_rows)
        taken: npt.NDArray[Any] = array[self.rows]
        return taken


@dataclass(frozen=True, slots=True, eq=False)
class WeightedFile:
    """The samples of a file in the order of their labels, and how their weights came about."""

    design: AssessmentDesign
    samples: tuple[WeightedSample, ...]
    provenance: Provenance = field(repr=False)

    def sample(self, *label: Identifier) -> WeightedSample:
        """The sample with this label; without a label, the only one.

        Raises: ``EstimateError`` (``sample_unknown``, ``sample_not_single``).
        """
        known = ", ".join(show(sample.label) for sample in self.samples)
        if not label:
            if len(self.samples) != 1:
                raise EstimateError("sample_not_single", count=len(self.samples), known=known)
            return self.samples[0]
        for sample in self.samples:
            if sample.label == label:
                return sample
        raise EstimateError("sample_unknown", sample=show(label), known=known)
