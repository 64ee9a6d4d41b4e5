"""Orbits of period two of gradient descent: found by steps alone, and enclosed round the midpoint.

`two_cycle` and what follows it take steps of the algorithm by a laboratory's `iterate`, in
mpmath's working precision; their points are tuples of coordinates.  `midpoint_slopes` encloses
the equations of the cycle in the coordinates (m, q): u, v = m +- s, q = s^2, in which they
stay regular where the cycle is born from the minimiser.
"""

from dataclasses import dataclass

from flint import arb
from mpmath import mp, mpf

from numerics.laboratory import Absent
from numerics.steps import descent

SMALL = arb(2)**-40                     # below it Taylor's theorem encloses O better than a quotient

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
        left = [*(p - q for p, q in zip(forth, v)), *(p - q for p, q in zip(back, u)), width - 2*half]
        if not all(map(mp.isfinite, left)):
            raise ValueError("Newton's method diverged")
        return left
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
    if not isinstance(jacobian, mp.matrix) or jacobian.rows != jacobian.cols or not jacobian.rows:
        raise TypeError(f"a Jacobian is a square mpmath matrix, not {jacobian!r}")
    if not all(map(mp.isfinite, jacobian)):
        raise ValueError("the Jacobian has an entry that is not finite")
    if jacobian.rows == 1:
        return jacobian[0, 0]
    nearest = min(mp.eig(jacobian, left=False, right=False), key=lambda value: abs(value - 1))
    if abs(mp.im(nearest)) > abs(mp.re(nearest) - 1):
        raise Absent(f"the multiplier nearest to 1 is {mp.nstr(nearest, 8)}, one of a complex pair")
    return mp.re(nearest)


@dataclass(frozen=True)
class Midpoint:
    """E = (f'(m+s) + f'(m-s))/2 and O = (f'(m+s) - f'(m-s))/(2s) over a box of (m, q), q = s^2.

    E_m, E_q, O_m, O_q enclose the partial derivatives, O the curvature along the chord.
    """

    E_m: arb
    E_q: arb
    O_m: arb
    O_q: arb
    O: arb

    @property
    def determinant(self):
        """J = E_m O_q - E_q O_m; a 2-cycle has the multiplier 1 + 2 q eta^2 J."""
        return self.E_m*self.O_q - self.E_q*self.O_m

    @property
    def step_size(self):
        """eta = 2/O: the step size for which zeros of E are 2-cycles."""
        return 2/self.O

    @property
    def drift(self):
        """d eta/d q along E = 0."""
        return -2*self.determinant/(self.O*self.O*self.E_m)


def midpoint_slopes(derivatives, m, q):
    """The `Midpoint` of a loss over balls of m and q.

    derivatives  maps a ball to the list of balls f', f'', ..., f^(6) over it

    By Taylor's theorem with integral remainder, over the hull H of m - s and m + s,
        E_m in f''(m) + q/2 f''''(H),      E_q in f'''(m)/2 + q/12 f^(5)(H),
        O_m in f'''(m) + q/6 f^(5)(H),     O_q in f''''(m)/6 + q/60 f^(6)(H),
    and O in f''(m) + q/6 f''''(H).  For q < 0 they enclose the affine continuation of E and O in q
    (slopes f'''(m)/2 and f''''(m)/6, and f'(m), f''(m) at q = 0).  Where q > 0, each is met with
    its quotient form, E_m = (A + B)/2, O_m = 2 E_q = (A - B)/(2s), O_q = (E_m - O)/(2q) for
    A, B = f''(m +- s), which is sharper for a small box away from q = 0.

    Error   enclosed
    """
    here = derivatives(m)
    s = arb(0).max(q.upper()).sqrt()
    wide = derivatives((m - s).union(m + s))
    series = (here[1] + q*wide[3]/2, here[2]/2 + q*wide[4]/12, here[2] + q*wide[4]/6,
              here[3]/6 + q*wide[5]/60, here[1] + q*wide[3]/6)
    return Midpoint(*(map(arb.intersection, series, _quotients(derivatives, m, q)) if q > 0 else series))


def _quotients(derivatives, m, q):
    s = q.sqrt()
    (f_u, A, *_), (f_v, B, *_) = derivatives(m + s), derivatives(m - s)
    O = (f_u - f_v)/(2*s)
    return (A + B)/2, (A - B)/(4*s), (A - B)/(2*s), ((A + B)/2 - O)/(2*q), O


def midpoint_values(derivatives, m, q):
    """(E, O) at the exact point (m, q), continued affinely in q below 0 (see `midpoint_slopes`).

    Directly, or by Taylor's theorem where q is too small to divide by s.  Error   enclosed
    """
    if q > SMALL:
        s = q.sqrt()
        up, down = derivatives(m + s)[0], derivatives(m - s)[0]
        return (up + down)/2, (up - down)/(2*s)
    here = derivatives(m)
    s = arb(0).max(q.upper()).sqrt()
    wide = derivatives((m - s).union(m + s))
    return here[0] + q*wide[2]/2, here[1] + q*wide[3]/6
