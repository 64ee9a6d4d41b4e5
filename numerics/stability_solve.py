"""The largest curvature Lambda_p of SGD's second moment, and the matrix that attains it, in floats.

Lambda_p is the largest eigenvalue of C^-1 D (see `numerics.stability_operator`); it belongs to a
positive semidefinite matrix, and 2/Lambda_p is the stability threshold of the step size.  A bound
L > Lambda_p is proved by a matrix S > 0 with L C(S) - D(S) >= 0; at the eigenmatrix that difference
nearly vanishes where H does, so the solvers also give S with L C(S) - D(S) = I, their `witness`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from numerics.lanczos import ROOM, top_pair
from numerics.memory import require

DENSE = 136                   # r(r + 1)/2 up to here (r = 16): one small dense eigenproblem
KEPT_NUMBERS = 2**27          # numbers that the Lanczos basis may fill (1 GiB)


@dataclass(frozen=True)
class Solution:
    """`value` approximates Lambda_p, `moment` its eigenmatrix, both in the eigenbasis of H.

    witness(L) is an (r, r) array S with L C(S) - D(S) about I, for L > value; L near value makes
    it a large multiple of `moment`.
    """
    value: float
    moment: np.ndarray
    iterations: int
    method: str
    witness: Callable


def largest(problem, p, report=None):
    """Lambda_p and its eigenmatrix, by the method that suits the size.

    p = 0                   the largest eigenvalue of H, known
    r(r + 1)/2 <= 136       dense, on symmetric matrices
    p = 1, one output       Lanczos on n-vectors (see `by_samples`)
    otherwise               Lanczos on symmetric (r, r) matrices

    Returns  Solution
    Error    none by itself: `numerics.stability_certificate` bounds it
    Raises   TooLarge, before it starts, if the Lanczos basis does not fit the memory budget
    """
    size = len(problem.curvatures)
    if p == 0:
        return at_full_batch(problem)
    if size*(size + 1)//2 <= DENSE and problem.coordinates is not None:
        return densely(problem, p)
    single = p == 1 and problem.outputs == 1
    start = problem.count if single else size*(size + 1)//2
    kept = start*min(ROOM, max(4, KEPT_NUMBERS//start))
    require(kept + 22*size**2 + (5*problem.coordinates.size if problem.coordinates is not None else 0),
            f"the threshold of {problem.count} samples in {size} directions", "keep fewer samples or parameters")
    if single:
        return by_samples(problem, report)
    return by_moments(problem, p, report)


def at_full_batch(problem):
    """p = 0: the square of H's top eigenvector; diag(1/(h (L - h))) is the witness."""
    h = problem.curvatures
    top = np.zeros((len(h), len(h)))
    top[-1, -1] = 1.0
    return Solution(float(h[-1]), top, 0, "largest eigenvalue of the mean Hessian",
                    lambda bound: np.diag(1/(h*(bound - h))))


def densely(problem, p):
    """All of C^(-1/2) D C^(-1/2) on the r(r + 1)/2 entries of symmetric matrices.

    <S, M S> = (1/n) sum over i and rows x, y of X_i of (x'Sy)^2: a sum of squares of features.
    Cost: n k^2 N^2 + 9 N^3 operations for N = r(r + 1)/2.
    """
    h, (a, b) = problem.curvatures, np.triu_indices(len(problem.curvatures))
    rows = problem.coordinates.reshape(-1, problem.outputs, len(h))
    pairs = rows[:, :, None, a]*rows[:, None, :, b] + rows[:, :, None, b]*rows[:, None, :, a]
    length = np.where(a == b, 1.0, np.sqrt(2.0))            # an entry off the diagonal counts twice
    scale = length*np.sqrt(problem.halves[a, b])
    features = pairs.reshape(-1, len(a))*(length**2/2/scale)
    operator = features.T @ features*(p/problem.count)
    operator[np.diag_indices(len(a))] += (1 - p)*h[a]*h[b]/problem.halves[a, b]
    values, vectors = eigh(operator)
    identity = vectors.T @ np.where(a == b, 1/scale, 0.0)

    def matrix(weights):
        moment = np.zeros((len(h), len(h)))
        moment[a, b] = moment[b, a] = (vectors @ weights)/scale
        return moment
    # The part of C^-1(I) in the top eigenspace is positive semidefinite; of a multiple eigenvalue
    # an eigenvector alone need not be.  Its eigenvalues differ by the eigensolver's rounding.
    top = np.where(values >= values[-1]*(1 - len(a)*2.0**-50), identity, 0.0)
    return Solution(float(values[-1]), _upright(matrix(top)), 1, "dense, on symmetric matrices",
                    lambda bound: matrix(identity/(bound - values)))


def by_samples(problem, report=None):
    """p = 1, one output: Lanczos for the matrix A_ji = g_j' C^-1(g_i g_i') g_j / n on n-vectors.

    A is symmetric with entries >= 0 and has the nonzero eigenvalues of C^-1 M; its top eigenvector
    q >= 0 gives the eigenmatrix C^-1(sum q_i g_i g_i').  Started at u = (g_i' H^-1 g_i), the Krylov
    space also solves (L - A) q = u, and S = C^-1(sum q_i g_i g_i'/n + I)/L is the witness.
    Cost: 2 n r^2 operations per application; n r + 3 r^2 and one n-vector per application.
    """
    weight = problem.halves*problem.count

    def apply(q):
        return problem.forms(problem.gathered(q)/weight)
    start = problem.lengths(1/problem.curvatures)
    pair = top_pair(apply, start, report, _room(start))
    moment = problem.gathered(np.abs(pair.vector))/weight

    def witness(bound):
        if pair.krylov is None:
            return _approached(problem, 1, moment, bound, pair.value)
        spread = problem.gathered(pair.krylov.resolvent(bound))/problem.count
        return (spread + np.eye(len(spread)))/problem.halves/bound
    return Solution(pair.value, _upright(moment), pair.applications,
                    "Lanczos on one number per sample", witness)


def by_moments(problem, p, report=None):
    """Any p, any number of outputs: Lanczos for C^(-1/2) D C^(-1/2) on symmetric (r, r) matrices.

    Started at C^(-1/2)(I), whose Krylov space also solves L C(S) - D(S) = I.
    Cost: 2 n r^2 operations per application (k outputs: 4 n k r^2), r (r + 1)/2 numbers for each.
    """
    root = np.sqrt(problem.halves)
    upper = np.flatnonzero(np.triu(np.ones(root.shape, dtype=bool)))
    lifted = lambda x: _unpacked(x, upper, len(root))/root
    start = _packed(np.diag(1/np.sqrt(problem.curvatures)), upper)
    pair = top_pair(lambda x: _packed(problem.moved(lifted(x), p)/root, upper), start, report, _room(start))
    moment = lifted(pair.vector)

    def witness(bound):
        if pair.krylov is None:
            return _approached(problem, p, moment, bound, pair.value)
        return lifted(pair.krylov.resolvent(bound))
    return Solution(pair.value, _upright(moment), pair.applications, "Lanczos on moments", witness)


def _packed(matrix, upper):
    """The entries of a symmetric matrix at `upper`, those off the diagonal times sqrt(2): lengths stay."""
    matrix = matrix*np.sqrt(2.0)
    matrix.flat[::len(matrix) + 1] /= np.sqrt(2.0)
    return matrix.ravel()[upper]


def _unpacked(x, upper, size):
    matrix = np.zeros((size, size))
    matrix.ravel()[upper] = x
    matrix += matrix.T                                          # its lower triangle was zero
    matrix /= np.sqrt(2.0)
    matrix.flat[::size + 1] /= np.sqrt(2.0)
    return matrix


def _room(start):
    return int(max(4, min(ROOM, KEPT_NUMBERS//start.size)))


def _upright(moment):
    """Scaled to have largest entry 1 and positive trace."""
    return moment*(np.copysign(1.0, np.trace(moment))/np.abs(moment).max())


def _approached(problem, p, moment, bound, value, rounds=4):
    """The witness by fixed-point steps S -> C^-1(D(S) + I)/L from twice the eigenmatrix.

    For L near Lambda the solution is b^-1 times the eigenmatrix and a bounded rest, with
    b = (L - Lambda) <Z, C Z>/tr Z; the steps find the rest, and the surplus of Z helps.
    """
    moment = _upright(moment)
    excess = (bound - value)*(moment*moment*problem.halves).sum()/np.trace(moment)
    moment, identity = 2*moment/excess, np.eye(len(moment))
    for _ in range(rounds):
        moment = (problem.moved(moment, p) + identity)/problem.halves/bound
    return moment
