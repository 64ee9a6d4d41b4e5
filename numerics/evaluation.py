"""From the arrays of a two-layer network to the network itself: what evaluating s(Z), s'(Z), s''(Z), r rounded off.

Every other bound takes these arrays as exact.  Here each entry is evaluated in balls, weights, inputs and targets
being the doubles that they are, and compared with the array: |S - s| <= eS, and so on, entry by entry.  Then

    |J'J - J~'J~| <= 2 |J|_F t + t^2,    t^2 = sum_ij eS_ij^2 + a_j^2 eD_ij^2 |x_i|^2,

and block j of the residual part moves by at most sum_i (|r_i| eD_ij + e_i (|D_ij| + eD_ij)) |x_i| plus
|a_j| sum_i (|r_i| eE_ij + e_i (|E_ij| + eE_ij)) |x_i|^2, e_i the error of r_i.
"""

import numpy as np
from flint import arb, arb_mat

from numerics.balls import WORKING_BITS, precision
from numerics.enclosures import gamma
from numerics.measured import Eigenpairs, moved
from numerics.two_layer import TwoLayerPoint

GROWN = 1 + 2.0**-20       # covers the roundings of the sums below


def _tanh(z):
    s = z.tanh()
    d = 1 - s*s
    return s, d, -2*s*d


def _softplus(z):
    d = 1/(1 + (-z).exp())
    return z.exp().log1p(), d, d*(1 - d)


JETS = {"tanh": _tanh, "softplus": _softplus, "sine": lambda z: (z.sin(), z.cos(), -z.sin()),
        "quadratic": lambda z: (z*z, 2*z, arb(2)), "cubic": lambda z: (z**3, 3*z*z, 6*z)}


def evaluation_error(point, bits=WORKING_BITS):
    """An upper bound for |H - H~|: H the Hessian of the loss at these weights, H~ that of the arrays.

    point : a point of a `TwoLayer` family with a built-in activation

    Error   rigorous, by balls of `bits` bits
    Cost    n m evaluations of s and its derivatives in balls, 10 microseconds each
    Raises  ValueError for other families, and activations of the caller's own
    """
    if not isinstance(point, TwoLayerPoint) or not (
            point.family.activation.kinked or point.family.activation.name in JETS):
        raise ValueError("only two-layer networks with a built-in activation can be evaluated in balls")
    with precision(bits):
        misses, e = _misses(point)
    r, x, slope = np.abs(point.residual), point.lengths*GROWN, np.abs(point.slope)
    t = np.sqrt((misses[0]**2).sum() + ((np.abs(point.a)*misses[1]*x[:, None])**2).sum())
    long = np.sqrt(point.kernel_trace/point.scale)
    blocks = x @ (r[:, None]*misses[1] + e[:, None]*(slope + misses[1]))
    bend = misses[2] if point.bending is None else misses[2] + np.abs(point.bending)
    blocks += np.abs(point.a)*(x**2 @ (r[:, None]*misses[2] + e[:, None]*bend))
    return float(point.scale*(2*long*t + t*t + blocks.max()))*GROWN


def _misses(point):
    """Errors of S, D, E, (3, n, m), and of r, (n,), at most."""
    a, y = [arb(w) for w in point.a.tolist()], point.family.targets.tolist()
    z = (arb_mat(point.inputs.tolist())*arb_mat(point.w.T.tolist())).tolist()
    jet, found, e = JETS.get(point.family.activation.name), np.zeros((3, point.samples, point.m)), np.zeros(point.samples)
    arrays = [point.s.tolist(), point.slope.tolist(), None if point.bending is None else point.bending.tolist()]
    for i, row in enumerate(z):
        if jet is None:                                 # kinked: signs are decided exactly, D is exact
            values = [(one*d,) for one, d in zip(row, arrays[1][i])]
        else:
            values = [jet(one) for one in row]
        for j, value in enumerate(values):
            for order, true in enumerate(value):
                found[order, i, j] = _above(true - arrays[order][i][j])
        e[i] = _above(sum((w*value[0] for w, value in zip(a, values)), -arb(y[i])) - point.residual[i].item())
    return found, e


def _above(ball):
    return float(ball.abs_upper())*GROWN


def of_the_loss(point, found):
    """`Eigenpairs` of a two-layer network whose bounds hold for the Hessian of the loss itself.

    found : `Eigenpairs` of that point.  Forming the Hessian, or products with it, has rounded off at most gamma_k times
        the Frobenius norm of its moduli, k = 2 (n + m + d) + p + 64; that and `evaluation_error` are added.

    Error   the kinds stay what they were, now for the loss; bounds that then meet make `multiple` true
    Cost    that of `evaluation_error`, and n^2 (2 d + 5 m)
    Raises  as `evaluation_error`
    """
    off = evaluation_error(point)
    depth = gamma(2*(point.samples + point.m + point.d) + point.size + 64)
    off += 2*depth*float(point.absolute().frobenius())*GROWN
    return Eigenpairs(**moved(vars(found), 2*off) | dict(
        residuals=found.residuals + 2*off, covers="the Hessian of the loss at these weights"))
