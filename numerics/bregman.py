"""Where mirror flow of a loss in Z w ends: the w with Z w = Y and grad R(w) in the range of Z', enclosed."""

from math import isqrt

from mpmath import mp
from sympy import Matrix, MatrixBase, symbols

from numerics.balls import Undecided, evaluate, map_and_jacobian, precision, zero_near
from numerics.formula import Formula
from numerics.reading import exact, listed, table, whole

ROUNDS = 200                     # Newton steps; a root is found in about ten


def bregman_projection(inverse_mirror, duals, Z, Y, digits=30):
    """(lambda, w): the point w = grad Q(Z' lambda) of Z w = Y, enclosed.

    It minimises R over Z w = Y, and D_R(., w0) if grad R(w0) = 0: where mirror flow from w0 of any loss
    of Z w ends, if it ends in the interior of the domain.

    inverse_mirror  grad Q, d expressions in `duals`; Z: n x d and Y: n exact numbers
    Returns two tuples of balls.  Error: enclosed (Krawczyk); lambda is unique where Z Q'' Z' > 0.
    Raises  Undecided if Newton's method finds no root to certify: Y may be out of reach, or only the
            boundary of the domain fits it; ValueError if the sizes of Z, Y and duals differ
    """
    Y, digits = [exact(y) for y in listed("Y", Y)], whole("digits", digits, 1)
    Z, lam = _matrix(Z), symbols(f"lambda1:{len(Y) + 1}", real=True)
    if Z.shape != (len(Y), len(duals)) or len(inverse_mirror) != len(duals):
        raise ValueError(f"Z is {Z.rows} x {Z.cols}, for {len(Y)} labels and {len(duals)} weights it must be "
                         f"{len(Y)} x {len(duals)}; a single row is [[1, 2]]")
    there = dict(zip(duals, Z.T*Matrix(lam)))
    weights = [q.subs(there, simultaneous=True) for q in inverse_mirror]
    equations = list(Z*Matrix(weights) - Matrix(Y))
    with precision(int(3.4*digits) + 40):
        zero = zero_near(*map_and_jacobian(equations, lam), _newton(equations, lam))
        values = dict(zip(lam, zero.box))
        return tuple(zero.box), tuple(evaluate(w, values) for w in weights)


def _matrix(Z):
    if isinstance(Z, MatrixBase):
        return Matrix(Z).applyfunc(exact)
    return Matrix([[exact(x) for x in row] for row in table("Z", Z)])


def _newton(equations, unknowns):
    """An approximate root of a monotone map: Newton's steps, halved until the residual falls."""
    value = Formula(equations, unknowns)
    slopes = Formula(Matrix(equations).jacobian(Matrix(unknowns)), unknowns)
    at, last = mp.zeros(len(unknowns), 1), mp.inf
    for _ in range(ROUNDS):
        try:
            step = _step(value, slopes, at)
        except (ValueError, ZeroDivisionError, OverflowError):
            break                                      # it ran off to infinity or out of the domain
        at = at - step
        if mp.norm(step) <= mp.sqrt(mp.eps)*(1 + mp.norm(at)) and mp.norm(step) >= last/2:
            return list(at)                            # near a root steps square; they stop shrinking at rounding
        last = mp.norm(step)
    raise Undecided(f"Newton's method settled on no multiplier (it was near {mp.nstr(mp.norm(at), 3)} in size): Y may be "
                    f"out of reach of the flow, or be fitted on the boundary of the domain only")


def _step(value, slopes, at):
    residual = mp.matrix(value(*at))
    step = mp.lu_solve(mp.matrix(_square(slopes(*at))), residual)
    while mp.norm(_residual(value, at - step)) > mp.norm(residual):
        step = step/2
    return step


def _residual(value, at):
    """Infinite where grad Q is not defined."""
    try:
        return mp.matrix(value(*at))
    except (ValueError, ZeroDivisionError):
        return mp.matrix([mp.inf])


def _square(flat):
    d = isqrt(len(flat))
    return [flat[i*d:(i + 1)*d] for i in range(d)]
