"""Random numbers that depend on a seed and a name, and on nothing else."""

from __future__ import annotations

import hashlib

import numpy as np

from ilsa.provenance import canonical_json
from ilsa.sampling.refusals import SamplingError


def stream(seed: int, *name: object) -> np.random.Generator:
    """A generator of its own for ``name``: adding a stratum, a school or a country changes no other draw.

    Parameters: ``seed``, zero or above; ``name``, plain values.
    Raises: ``SamplingError`` (``seed_negative``).
    """
    if seed < 0:
        raise SamplingError("seed_negative", seed=seed)
    digest = hashlib.sha256(canonical_json(list(name)).encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))
