"""Orbits of period two of gradient descent: the cycle of a given half-width, and its multipliers.

Everything is read off steps of the algorithm, taken by a laboratory's `iterate`, in mpmath's
working precision.  Points are tuples of coordinates.
"""

from mpmath import mp, mpf

from numerics.laboratory import Absent
from numerics.steps import descent


def two_cycle(iterate, gradient, centre, direction, half, step_size):
    """The 2-cycle (u, v, eta) near `centre` whose half-width along `direction` is `half`.

    Solves F(u) = v, F(v) = u, w.(u - v) = 2 half for u, v and eta, where F is one step of
    gradient descent, by Newton's method from u, v = centre +- half w and eta = step_size.

    gradient, centre, direction : of d coordinates; direction w of unit length
    half        length, not 0; its sign tells which point of the cycle is called u
    step_size   a guess for eta: 2 over the curvature along w

    Error   residual below 2^10 units in the last place; no bound for the cycle itself
    Cost    about 8 rounds of 4 d + 4 steps
    Raises  Absent if Newton's method finds no such cycle
    """
    n = len(centre)
    x = [c + sign*half*w for sign in (1, -1) for c, w in zip(centre, direction)]

    def off(*x):
        u, v, step = tuple(x[:n]), tuple(x[n:2*n]), descent(gradient, x[2*n])
        forth, back = iterate(step, u, 1), iterate(step, v, 1)
        width = sum(w*(p - q) for w, p, q in zip(direction, u, v))
        return [*(p - q for p, q in zip(forth, v)), *(p - q for p, q in zip(back, u)), width - 2*half]
    try:
        found = list(mp.findroot(off, [*x, mpf(step_size)]))
    except (ValueError, ZeroDivisionError) as reason:
        raise Absent(f"no 2-cycle of half-width {mp.nstr(half, 5)} was found: {str(reason).splitlines()[0]}") from None
    return tuple(found[:n]), tuple(found[n:2*n]), found[2*n]


def two_step_jacobian(iterate, gradient, point, step_size):
    """The d x d matrix D(F o F)(point), by differencing two steps at multiplied precision."""
    step, n = descent(gradient, step_size), len(point)

    def moved(i, j):
        return lambda h: iterate(step, tuple(x + (k == j)*h for k, x in enumerate(point)), 2)[i]
    return mp.matrix([[mp.diff(moved(i, j), 0) for j in range(n)] for i in range(n)])


def critical_multiplier(jacobian):
    """The eigenvalue nearest to 1 of a real matrix, which must be real: the one that leaves 1 at a flip."""
    if jacobian.rows == 1:
        return jacobian[0, 0]
    nearest = min(mp.eig(jacobian, left=False, right=False), key=lambda value: abs(value - 1))
    if abs(mp.im(nearest)) > abs(mp.re(nearest) - 1):
        raise Absent(f"the multiplier nearest to 1 is {mp.nstr(nearest, 8)}, one of a complex pair")
    return mp.re(nearest)
