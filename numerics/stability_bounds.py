"""Bounds of SGD's largest curvature that need no eigenproblem on moments, and its alignment.

With s_i = |X_i|^2, k rows per sample, r = rank H, and p the weight of single samples,

    tr H (p/k + (1 - p)/r)  <=  ((1 - p)|H|^2 + p mean|H_i|^2)/tr H  <=  Lambda_p
                            <=  (1 - p) max eig H + p max_i max eig H_i,

Frobenius norms; for p = 1, k = 1: min s <= mean s <= mean s^2/mean s <= Lambda_1 <= max s.
"""

from dataclasses import dataclass

import numpy as np
import sympy
from scipy.linalg import eigh

from numerics.balls import ball
from numerics.reals import moderate
from numerics.stability_exact import (extreme_root, gram_factors, hessian, mean_hessian, mean_of,
                                      range_polynomial, rational, read_samples, regular)
from numerics.stability_input import read
from numerics.stability_operator import diagonalised


@dataclass(frozen=True)
class CurvatureBounds:
    """All in units of the Hessian; stability at eta requires each lower bound to be <= 2/eta."""
    trace: object              # tr H = mean s
    rank_bound: object         # tr H (p/k + (1 - p)/r), the lowest
    identity_bound: object     # ((1 - p)|H|^2 + p mean|H_i|^2)/tr H
    gradient_descent: object   # largest eigenvalue of H, = Lambda_0 <= Lambda_p
    ceiling: object            # (1 - p) max eig H + p max_i max eig H_i, at least Lambda_p


def curvature_bounds(gradients, p=1):
    """The chain of bounds in the module's docstring, for gradients as `step_size_threshold` takes them.

    Returns  CurvatureBounds of floats; of SymPy Rationals and balls (`arb`) for exact gradients and p
    Error    exact: none, or enclosed; floats: numerical, relative 2^-53 times about n + d
    Cost     n k d min(n k, d)
    """
    data = read(gradients)
    return _bounds_exactly(data.exact, rational(p)) if data.exact is not None else _bounds(data, float(p))


def _bounds_exactly(samples, p):
    samples = read_samples(samples)
    total, outputs = mean_hessian(samples), max(map(len, samples))
    grams = [gram_factors(rows) for rows in samples]
    trace, tops = _trace(total), [extreme_root(gram.charpoly()) for gram in grams]
    squares = (1 - p)*_trace(total*total) + p*_trace(mean_of([hessian(rows)*hessian(rows) for rows in samples]))
    top, highest = extreme_root(total.charpoly()), _greatest(tops)
    return CurvatureBounds(_number(trace), _number(trace*(p/outputs + (1 - p)/total.rank())),
                           _number(squares/trace), top, _mixed(p, top, highest))


def _mixed(p, top, highest):
    """(1 - p) top + p highest for exact numbers or balls, exact if it can be."""
    if p == 1 or p == 0:
        return highest if p == 1 else top
    weight = _number(p)
    if isinstance(top, sympy.Rational) and isinstance(highest, sympy.Rational):
        return (1 - weight)*top + weight*highest
    return ball(1 - weight)*ball(top) + ball(weight)*ball(highest)


def _greatest(numbers):
    best = numbers[0]
    for number in numbers[1:]:
        best = number if ball(number) > ball(best) else best
    return best


def _bounds(data, p):
    moderate("gradients", data.rows, 4)
    stacked = data.rows.reshape(data.count, data.outputs, data.dimension)
    values = diagonalised(data.rows, data.outputs, data.count)[0].curvatures
    grams = stacked @ stacked.transpose(0, 2, 1)
    trace = float((stacked**2).sum()/data.count)
    squares = (1 - p)*float((values**2).sum()) + p*float((grams**2).sum()/data.count)
    highest = float(np.linalg.eigvalsh(grams)[:, -1].max())
    return CurvatureBounds(trace, trace*(p/data.outputs + (1 - p)/len(values)), squares/trace,
                           float(values[-1]), float((1 - p)*values[-1] + p*highest))


def alignment(gradients):
    """The largest mu_0 with tr(H N(x)) >= 2 mu_0 L(x) |H|^2 for every x in the range of H.

    L(x) = x'Hx/2, and N(x) = mean_i H_i x x' H_i - H x x' H is the covariance of a single sample's
    gradient, one output each.  mu_0 is the smallest eigenvalue of (mean_i H_i H H_i - H^3, H) on the
    range, over |H|^2; stability of the loss at eta then needs |H| <= 1/(eta sqrt(p mu_0)).  It is 0
    exactly if r = 1 and all |g_i| are equal.

    gradients : (n, d), floats or exact

    Returns  float; SymPy Rational or ball for exact gradients
    Error    exact: none, or enclosed; floats: numerical
    Raises   ValueError for more than one output
    """
    data = read(gradients)
    if data.outputs > 1:
        raise ValueError(f"alignment is defined for one output per sample, not {data.outputs}")
    if data.exact is not None:
        return _alignment_exactly(read_samples(data.exact))
    moderate("gradients", data.rows, 6)
    problem, _ = diagonalised(data.rows, 1, data.count)
    h = problem.curvatures
    noise = problem.gathered(problem.lengths(h))/problem.count - np.diag(h**3)
    return float(eigh(noise/np.sqrt(h)/np.sqrt(h)[:, None], eigvals_only=True)[0]/(h**2).sum())


def _alignment_exactly(samples):
    total = mean_hessian(samples)
    noise = mean_of([hessian(rows)*total*hessian(rows) for rows in samples]) - total*total*total
    least = extreme_root(range_polynomial(regular(total).solve(noise), total), largest=False)
    square = _number(_trace(total*total))
    return least/square if isinstance(least, sympy.Rational) else least/ball(square)


def one_step_curvature(gradients, p=1, measure="loss"):
    """2 over the step size up to which one step never raises the expected loss, or distance.

    measure : "loss" (x'Hx, largest eigenvalue of (D(H), H^2)) or "distance" (|x|^2, of (D(I), H)),
    on the range of H.  Both are at least Lambda_p: one-step stability is the stronger notion.

    Returns  float; SymPy Rational or ball for exact gradients and p
    Error    exact: none, or enclosed; floats: numerical
    Raises   ValueError for another measure
    """
    if measure not in ("loss", "distance"):
        raise ValueError(f'measure = {measure!r} must be "loss" or "distance"')
    data = read(gradients)
    if data.exact is not None:
        return _one_step_exactly(read_samples(data.exact), rational(p), measure)
    moderate("gradients", data.rows, 6)
    problem, _ = diagonalised(data.rows, data.outputs, data.count)
    h = problem.curvatures
    weight = np.diag(h) if measure == "loss" else np.eye(len(h))
    units = h if measure == "loss" else np.sqrt(h)
    return float(eigh(problem.moved(weight, float(p))/units/units[:, None], eigvals_only=True)[-1])


def _one_step_exactly(samples, p, measure):
    total = mean_hessian(samples)
    curvatures = [hessian(rows) for rows in samples]
    if measure == "loss":
        spread, below = mean_of([h*total*h for h in curvatures])*p + total*total*total*(1 - p), total*total
    else:
        spread, below = mean_of([h*h for h in curvatures])*p + total*total*(1 - p), total
    return extreme_root(regular(below).solve(spread).charpoly())


def _trace(matrix):
    return sum((matrix[a, a] for a in range(matrix.nrows())), rational(0))


def _number(value):
    return sympy.Rational(int(value.p), int(value.q))
