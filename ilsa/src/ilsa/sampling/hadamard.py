"""Hadamard matrices: signs for balanced half-samples."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ilsa.errors import ReplicateError

SignMatrix: TypeAlias = npt.NDArray[np.int64]


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def _way(order: int) -> str | None:
    """How a matrix of this order is made, or None."""
    if order in (1, 2):
        return "given"
    if order < 1 or order % 4:
        return None
    if _is_prime(order - 1):
        return "paley-1"
    if _way(order // 2):
        return "doubling"
    return "paley-2" if order // 2 % 4 == 2 and _is_prime(order // 2 - 1) else None


def next_order(least: int) -> int:
    """The smallest multiple of 4, not below ``least``, for which ``hadamard`` has a construction.

    Limits: constructions used are Paley I and II over primes and doubling; up to 200 the orders 52, 92, 100,
    116, 156, 172, 184 and 188 are passed over for the next one, which costs a few replicates
    and no accuracy.
    """
    order = max(4, -(-least // 4) * 4)
    while _way(order) is None:
        order += 4
    return order


def _jacobsthal(prime: int) -> SignMatrix:
    """Quadratic character of column minus row, (prime, prime): 1 for a square, -1 for none, 0 on the diagonal."""
    character = np.full(prime, -1)
    character[np.arange(1, prime) ** 2 % prime] = 1
    character[0] = 0
    difference = (np.arange(prime)[None, :] - np.arange(prime)[:, None]) % prime
    return np.asarray(character[difference], dtype=np.int64)


@lru_cache(maxsize=8)
def hadamard(order: int) -> SignMatrix:
    """A square matrix of signs whose columns are orthogonal, its first column constant.

    ``H'H = order · I``, ``H[r, 0] = 1``

    Parameters: ``order``, 1, 2 or a multiple of 4. Returns: (order, order), values -1 and 1, read-only.
    Raises: ``ReplicateError`` (``hadamard_order``), naming the next order that can be made.
    Source: Paley (1933), constructions I and II; Sylvester (1867), doubling.
    Checked against: orthogonality of every order up to 200.
    """
    way = _way(order)
    if way is None:
        raise ReplicateError("hadamard_order", order=order, next=next_order(order))
    if way == "given":
        matrix = np.array([[1, 1], [1, -1]])[:order, :order]
    elif way == "paley-1":
        border = np.zeros((order, order), dtype=np.int64)
        border[0, 1:], border[1:, 0] = 1, -1
        border[1:, 1:] = _jacobsthal(order - 1)
        matrix = border + np.eye(order, dtype=np.int64)
    elif way == "paley-2":
        half = order // 2
        border = np.zeros((half, half), dtype=np.int64)
        border[0, 1:] = border[1:, 0] = 1
        border[1:, 1:] = _jacobsthal(half - 1)
        matrix = np.kron(border, [[1, 1], [1, -1]]) + np.kron(
            np.eye(half, dtype=np.int64), [[1, -1], [-1, -1]]
        )
    else:
        matrix = np.kron([[1, 1], [1, -1]], hadamard(order // 2))
    matrix = np.asarray(matrix * matrix[:, :1], dtype=np.int64)
    matrix.setflags(write=False)
    return matrix
