"""Replicate weights written out as columns, for a file that others will read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ilsa.columns import Columns
from ilsa.design import AssessmentDesign, ReplicateWeights
from ilsa.kernels.ratios import FloatArray
from ilsa.sampling.refusals import SamplingError


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateColumns:
    """Replicate weights by name, and the design that reads them back to the same variances.

    Attributes: ``columns``, (n,) each; ``design``; ``idle``, whether some sample has fewer replicates than there
    are columns, the columns beyond being equal to its weight.
    """

    columns: dict[str, FloatArray]
    design: AssessmentDesign
    idle: bool


def replicate_columns(
    table: Columns, design: AssessmentDesign, *, pattern: str = "rwgt{r}"
) -> ReplicateColumns:
    """Make the replicate weights of a design (JK1, JKn, JK2, BRR, Fay, bootstrap) and write them out.

    Parameters: ``table``; ``design``; ``pattern``, with ``{r}`` for the number.
    Raises: what ``AssessmentDesign.weigh`` raises; ``SamplingError`` (``column_exists``, ``replicates_differ``:
    samples of different numbers of replicates, unless the method is a paired jackknife, where a column equal to
    the weight adds nothing).
    Checked against: the columns read back give the same standard errors.
    """
    weighted = design.weigh(table)
    method = design.replicates.method
    counts = [sample.factors.size for sample in weighted.samples]
    most = max(counts)
    longest = weighted.samples[counts.index(most)]
    idle = min(counts) < most
    paired = method in ("JK2-half", "JK2-full")
    for sample in weighted.samples:
        if not paired and not np.array_equal(sample.factors, longest.factors):
            raise SamplingError("replicates_differ", method=method)
    names = [pattern.replace("{r}", str(r + 1)) for r in range(most)]
    for name in (*names, pattern.replace("{r}", str(most + 1))):
        if name in table:
            raise SamplingError("column_exists", column=name)
    whole = np.empty((weighted.provenance.rows, most))
    for sample in weighted.samples:
        weights = sample.replicate_weights()
        whole[sample.rows, : weights.shape[1]] = weights
        whole[sample.rows, weights.shape[1] :] = sample.weight[:, None]
    k = design.replicates.k
    given: tuple[float, ...] | None = tuple(float(value) for value in longest.factors)
    if method not in ("JKn", "user"):
        own = ReplicateWeights.from_columns(pattern, 1, most, method=method, k=k).variance_factors(most)
        given = None if np.array_equal(own, longest.factors) else given
    read = ReplicateWeights.from_columns(
        pattern, 1, most, method=method, k=k, rscales=given, idle="note" if idle else "refuse"
    )
    columns = dict(zip(names, whole.T.copy(), strict=True))
    return ReplicateColumns(columns, replace(design, replicates=read), idle)
