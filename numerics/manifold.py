"""A loss whose minimisers form a manifold: where gradient flow lands on it, and flows along it.

Near the manifold G = {grad L = 0} of dimension d = D - M every point x has a limit Phi(x) under
x' = -grad L.  What slow dynamics (SAM, label noise, edge of stability) do along G is written with
Phi, the tangent projector P, the Hessian H and the third derivatives T[v, w] = D^3 L[v, w, .]:

    grad lambda = T[v, v]                                  v the unit eigenvector of a simple lambda
    D Phi = P on G,   D Phi(x) grad L(x) = 0 everywhere
    (l_i + l_j) D^2 Phi[u_i, u_j] = -P T[u_i, u_j]         eigenvectors u_i, u_j of H, not both tangent
    D^2 Phi[w, w'] = -H^+ T[w, w']                         w, w' tangent

All of it is computed from the loss alone, at mpmath's working precision.
"""

from functools import cached_property

from mpmath import mp
from sympy import Symbol, diff, sympify

from numerics.balls import ball, precision
from numerics.flows import flow, gradient_flow
from numerics.formula import Formula
from numerics.midpoints import NotSettled, middle
from numerics.reading import exact, variables_of, whole
from numerics.ride import Ride, rows

GUARD = 6                        # digits beyond the working precision, for eigenvectors and solves
DOUBLINGS = 16                   # of the time 1/|H| given to gradient flow before it is said not to settle


class Valley:
    """The loss L of D variables near its manifold of minimisers, where H has rank `codimension`.

    loss       SymPy expression without floats; 1 <= codimension <= D
    Points are tuples of D exact numbers or mpf; vectors and matrices are mpmath matrices.
    """

    def __init__(self, loss, variables, codimension):
        self.variables, self.loss = variables_of(variables), exact(loss)
        self.codimension = whole("codimension", codimension)
        if not 1 <= codimension <= len(self.variables):
            raise ValueError(f"a codimension lies between 1 and {len(self.variables)}, not at {codimension}")

    @cached_property
    def descending(self):
        """The field -grad L."""
        return gradient_flow(self.loss, self.variables)

    @cached_property
    def hessian_formula(self):
        """x -> H row by row, in any arithmetic."""
        return Formula([diff(self.loss, a, b) for a in self.variables for b in self.variables], self.variables)

    @cached_property
    def cubic_formula(self):
        """(x, v, w) -> T[v, w], in any arithmetic."""
        v, w = ([Symbol(f"{name}{i}") for i in range(len(self.variables))] for name in ("first", "second"))
        twice = _along(_along(self.loss, self.variables, v), self.variables, w)
        return Formula([diff(twice, a) for a in self.variables], (*self.variables, *v, *w))

    def gradient(self, point):
        """grad L as a column."""
        return -mp.matrix(self.descending(*_mpf(point)))

    def hessian(self, point):
        """H as a D x D matrix."""
        return _square(self.hessian_formula(*_mpf(point)))

    def third(self, point, v, w):
        """T[v, w] as a column."""
        return mp.matrix(self.cubic_formula(*_mpf(point), *v, *w))

    def spectrum(self, point):
        """(l, U): eigenvalues of H, largest first, and their unit eigenvectors as columns.

        Error  a few units of the last place of |H|, by rounding; eigenvectors lose 1/gap
        """
        values, vectors = mp.eigsy(self.hessian(point))
        order = sorted(range(len(values)), key=lambda i: -values[i])
        return [values[i] for i in order], _columns([vectors[:, i] for i in order])

    def tangent(self, point):
        """An orthonormal basis of the kernel of H, as D - M columns (a list)."""
        _, vectors = self.spectrum(point)
        return [vectors[:, i] for i in range(self.codimension, len(self.variables))]

    def projector(self, point):
        """P = sum of w w' over the tangent basis."""
        return sum((w*w.T for w in self.tangent(point)), mp.zeros(len(self.variables)))

    def projected(self, point):
        """The point of G reached by Newton's iteration x - H^+ grad L from a point nearby.

        It differs from Phi(x) and from the nearest point by O(distance^2).
        Raises  NotSettled if Newton's iteration does not settle
        """
        with mp.workdps(mp.dps + GUARD):
            at, before = mp.matrix(_mpf(point)), mp.inf
            while True:
                step = self._pseudo_solve(at, self.gradient(at))
                size = mp.norm(step)
                if not size < before:                  # at the rounding floor, or not converging
                    break
                at, before = at - step, size
                if size <= mp.eps**2:                  # on the way to an exact 0, which has no floor
                    break
            if not size <= mp.sqrt(mp.eps)*(1 + mp.norm(at)):
                raise NotSettled(f"Newton's iteration stays {mp.nstr(size, 3)} away from the minimisers: start closer")
        return tuple(+a for a in at)

    def _pseudo_solve(self, point, vector):
        values, vectors = self.spectrum(point)
        normal = ((values[i], vectors[:, i]) for i in range(self.codimension))
        return sum((u*((u.T*vector)[0]/value) for value, u in normal), mp.zeros(len(vector), 1))

    def eigenvalue(self, point, which):
        """Eigenvalue number `which` of H, the largest being number 0."""
        return self.spectrum(point)[0][which]

    def eigenvalue_gradient(self, point, which):
        """grad lambda = T[v, v] for a simple eigenvalue, the largest being number 0.

        Error   rounding over the gap to the neighbouring eigenvalues
        Raises  ValueError if the eigenvalue is not simple at the working precision
        """
        with mp.workdps(mp.dps + GUARD):
            values, vectors = self.spectrum(point)
            _simple(values, which)
            v = vectors[:, which]
            found = self.third(point, v, v)
        return found.apply(lambda x: +x)

    def limit(self, point):
        """Phi(x): the limit of x' = -grad L.

        Error   observed: local errors of 10^-dps, and |grad L|/l_M below 10^-dps when it stops
        Raises  NotSettled if that never happens; FlowStopped if the flow runs off
        """
        return self._settled(self.descending, _mpf(point))

    def limit_derivative(self, point):
        """D Phi(x), D x D: the limit of V' = -H V, V(0) = I, along the flow; P on the manifold."""
        d = len(self.variables)
        state = self._settled(self.descending.variational, [*_mpf(point), *mp.eye(d)])
        return _square(state[d:])

    def limit_second_derivative(self, point, covariance):
        """D^2 Phi[S] = sum_ij S_ij d_i d_j Phi at a point of the manifold, S symmetric D x D.

        Half of it is the drift of Phi under noise of covariance S (label noise: S = c H).
        """
        values, vectors = self.spectrum(point)
        rotated, columns = vectors.T*covariance*vectors, range(len(values))
        normal = mp.zeros(len(values), 1)
        tangent = mp.zeros(len(values), 1)
        for i in columns:
            for j in columns:
                bend = self.third(point, vectors[:, i], vectors[:, j])*rotated[i, j]
                if min(i, j) < self.codimension:
                    normal += bend/(values[i]*(i < self.codimension) + values[j]*(j < self.codimension))
                else:
                    tangent += bend
        return -self.projector(point)*normal - self._pseudo_solve(point, tangent)

    def _settled(self, field, state):
        """The state once the flow moves it no more, in spans that double."""
        digits, d = mp.dps, len(self.variables)
        with mp.workdps(digits + GUARD):
            span = 1/(1 + mp.mnorm(self.hessian(state[:d]), 1))
            for _ in range(DOUBLINGS):
                state, span = flow(field, state, span), 2*span
                values = self.spectrum(state[:d])[0]
                slowest, speed = values[self.codimension - 1], max(abs(v) for v in field(*state))
                # Half the digits tell a small eigenvalue from a zero that rounding has moved.
                full = slowest > mp.sqrt(mp.eps)*values[0]
                if speed <= (slowest if full else values[0])*mp.mpf(10)**-digits:
                    break
        if not full or speed > slowest*mp.mpf(10)**-digits:
            raise NotSettled(f"after a time {mp.nstr(span, 3)} gradient flow moves at speed {mp.nstr(speed, 3)}, and "
                          f"eigenvalue {self.codimension} of the Hessian is {mp.nstr(slowest, 3)}: is the codimension "
                          f"right, and is there a minimiser?")
        return tuple(+x for x in state)

    def eigenvalue_flow(self, start, span, which, speed=-1, eigenvalue=Symbol("eigenvalue")):
        """X' = speed(lambda) P grad lambda(X) on the manifold, for a simple eigenvalue lambda of H.

        start   a point near the manifold, moved onto it by Newton; exact numbers or mpf
        which   number of the eigenvalue, the largest being 0; it is followed while it is simple
        speed   SymPy expression in `eigenvalue`: SAM has -1/2, at step size eta
                -(2/(2 - eta*eigenvalue))**2/2; edge of stability -1/(4*eigenvalue) or -1/8
        Returns the point after time `span`, a tuple of D mpf.

        Error   observed, as for `numerics.flows.flow`; compare two precisions
        Raises  ValueError if the eigenvalue is not simple at the start; FlowStopped where it meets another
        """
        rate = Formula((sympify(speed),), (eigenvalue,))
        with mp.workdps(mp.dps + GUARD):
            at = self.projected(start)
            values, vectors = self.spectrum(at)
            _simple(values, which)
            state = [*at, *_flat(self.tangent(at)), *vectors[:, which]]
            end = flow(Ride(self, rate), state, span)
        return tuple(+x for x in end[:len(self.variables)])

    def potential_flow(self, start, span, potential):
        """X' = -P grad f(X) on the manifold for a SymPy expression f; `trace`/2 is one-sample SAM's.

        Arguments, result and errors as for `eigenvalue_flow`.
        """
        slope = Formula([-diff(potential, a) for a in self.variables], self.variables)
        with mp.workdps(mp.dps + GUARD):
            at = self.projected(start)
            end = flow(Ride(self, None, slope), [*at, *_flat(self.tangent(at))], span)
        return tuple(+x for x in end[:len(self.variables)])

    @cached_property
    def trace(self):
        """The trace of H as a SymPy expression."""
        return sum(diff(self.loss, a, 2) for a in self.variables)


def _simple(values, which):
    gap = min(abs(values[which] - v) for i, v in enumerate(values) if i != which)
    if not gap > mp.sqrt(mp.eps)*abs(values[0]):
        raise ValueError(f"eigenvalue {which} of the Hessian is {mp.nstr(values[which], 8)} and lies "
                         f"{mp.nstr(gap, 3)} from another: its gradient needs a simple eigenvalue")


def _along(expression, variables, direction):
    return sum(diff(expression, a)*v for a, v in zip(variables, direction))


def _flat(columns):
    return [x for column in columns for x in column]


def _columns(columns):
    return mp.matrix([[column[i] for column in columns] for i in range(len(columns[0]))])


def _square(flat):
    d = int(mp.sqrt(len(flat)))
    return mp.matrix(rows(list(flat), d))


def _mpf(point):
    """Coordinates at the working precision; floats are refused."""
    with precision(mp.prec + GUARD):
        return [x if isinstance(x, mp.mpf) else middle(ball(x)) for x in point]
