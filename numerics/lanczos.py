"""The largest eigenvalue of a symmetric operator that is known only by its action."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

ROOM = 128                    # basis vectors kept before a restart from the best of them
RESIDUAL = 2.0**-36           # effort: where to stop; every result is bounded afterwards
MOST = 2000                   # applications, then the best vector so far is returned


@dataclass(frozen=True)
class Krylov:
    """The last space: operator @ basis' = basis' T up to a multiple of one further vector."""
    basis: np.ndarray         # (j, n), orthonormal rows; the first is start/length
    matrix: np.ndarray        # (j, j), T
    length: float

    def resolvent(self, bound):
        """x in the space with (bound - operator) x = start, up to a residual outside the space."""
        first = np.zeros(len(self.matrix))
        first[0] = self.length
        return np.linalg.solve(bound*np.eye(len(first)) - self.matrix, first) @ self.basis


@dataclass(frozen=True)
class TopPair:
    value: float              # Rayleigh quotient: never above the largest eigenvalue, up to rounding
    vector: np.ndarray        # of length 1
    residual: float           # |operator vector - value vector|
    applications: int
    krylov: Krylov | None     # None after a restart: the space no longer holds the start


def top_pair(apply, start, report=None, room=ROOM):
    """Largest eigenvalue and its eigenvector of a symmetric operator, by restarted Lanczos.

    apply : function of an (n,) array; start : (n,) array that is not orthogonal to the eigenvector
    report : called as report(applications, value, residual) after each application

    Returns  TopPair
    Error    some eigenvalue lies within `residual` of `value`, up to rounding; that it is the largest
             is known only if the caller bounds the others (a start inside the cone makes it likely)
    Cost     8 to 40 applications typically; at most `room` vectors
    """
    length, done = float(np.linalg.norm(start)), 0
    vector, room = start/length, min(room, start.size)
    while True:
        value, vector, residual, count, krylov = _sweep(apply, vector, length, room, done, report)
        whole, done = done == 0, done + count
        if residual <= RESIDUAL*abs(value) or done >= MOST:
            return TopPair(value, vector, residual, done, krylov if whole else None)


def expanded(apply, vector, room):
    """Lanczos from a unit vector with full reorthogonalisation, twice; at most `room` applications.

    Yields after each application (basis (j, n), diagonal, beside, step): the tridiagonal's j and j - 1
    entries, and the length of what leaves the space, by which the next vector is divided
    """
    basis, diagonal, beside = np.empty((room, vector.size)), [], []
    for j in range(room):
        basis[j] = vector
        moved = apply(vector)
        diagonal.append(float(vector @ moved))
        for _ in range(2):
            moved = moved - (basis[:j + 1] @ moved) @ basis[:j + 1]
        step = float(np.linalg.norm(moved))
        yield basis[:j + 1], diagonal, beside[:j], step
        beside.append(step)
        vector = moved/step


def _sweep(apply, vector, length, room, done, report):
    """One Krylov space of at most `room` vectors."""
    for basis, diagonal, beside, step in expanded(apply, vector, room):
        count = done + len(basis)
        value, weights = _top_of_tridiagonal(diagonal, beside)
        residual = step*abs(weights[-1])
        if report is not None:
            report(count, value, residual)
        if residual <= RESIDUAL*abs(value) or count >= MOST:
            break
    best = weights @ basis
    krylov = Krylov(basis, tridiagonal(diagonal, beside), length)
    return value, best/np.linalg.norm(best), residual, len(basis), krylov


def _top_of_tridiagonal(diagonal, beside):
    if len(diagonal) == 1:
        return diagonal[0], np.ones(1)
    values, vectors, failed = lapack.dstev(diagonal, beside)
    if failed:
        raise ArithmeticError("the operator gave a value that is not finite")
    return float(values[-1]), vectors[:, -1]


def tridiagonal(diagonal, beside):
    return np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
