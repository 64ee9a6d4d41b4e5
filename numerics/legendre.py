"""Which mirror flow a commuting parametrisation w = G(x) is: potentials R and Q, exactly or as a table.

From the start x0 the flows of the gradients reach psi(x0; mu); then

    grad Q(mu) = G(psi(x0; mu)),   Hessian of Q = J J',   R = Q* :   R(w) = <w, mu> - Q(mu),
    grad R(w) = mu,   grad R(w0) = 0,   and w follows the mirror flow of R.

`closed_form` finds Q for quadratic weights (all d) and Q, R for weights that depend on one
parameter each or have two exponentials; what it returns was verified by `relations`, identities
decided exactly.  `table` integrates the flows instead.  `numerics.bregman` encloses where mirror flow ends;
`numerics.mirror` asks all questions about one parametrisation at once.
"""

from dataclasses import dataclass, replace

from mpmath import mp
from sympy import (Dummy, Expr, I, Integral, Matrix, Rational, S, diff, exp, eye, hessian, integrate, log, simplify, solve,
                   sqrt, symbols, sympify)

from numerics.balls import ball, precision
from numerics.flows import Field, flow
from numerics.identities import all_vanish, vanishes
from numerics.midpoints import middle
from numerics.reading import listed, numbers


@dataclass(frozen=True)
class Legendre:
    """The potentials of one start: R in `weights`, Q in `duals`; None where no closed form was found.

    mirror          grad R(w), one expression per weight, or None where R is
    inverse_mirror  grad Q(mu), one expression per dual
    """

    weights: tuple
    duals: tuple
    conjugate: Expr
    potential: Expr | None = None
    mirror: tuple | None = None

    @property
    def inverse_mirror(self):
        return tuple(diff(self.conjugate, m) for m in self.duals)

    def relations(self, points=None):
        """Do R and Q belong together?  A dictionary name -> Finding; R may be off by a constant.

        "gradient" grad R = mirror
        "inverse"  grad Q(grad R(w)) = w
        "fenchel"  the gradient by w of <w, grad R(w)> - Q(grad R(w)) - R(w) is 0
        "metric"   (Hessian of R)(Hessian of Q at grad R(w)) = I
        """
        if self.potential is None:
            return {}
        there = dict(zip(self.duals, self.mirror))
        at = lambda e: e.subs(there, simultaneous=True)
        gap = sum(w*m for w, m in zip(self.weights, self.mirror)) - at(self.conjugate) - self.potential
        bent = Matrix(self.mirror).jacobian(Matrix(self.weights))*hessian(self.conjugate, self.duals).applyfunc(at)
        claims = {"gradient": [diff(self.potential, w) - m for w, m in zip(self.weights, self.mirror)],
                  "inverse": [at(q) - w for q, w in zip(self.inverse_mirror, self.weights)],
                  "fenchel": [diff(gap, w) for w in self.weights],
                  "metric": list(bent - eye(len(self.weights)))}
        return {name: all_vanish(claim, points=points) for name, claim in claims.items()}


def closed_form(parametrisation, start, names="w"):
    """The `Legendre` functions of a commuting parametrisation from an exact start, or None.

    start  dictionary or sequence of exact numbers; R and Q depend on it, not only on w0 = G(x0)
    Raises  ValueError if the parametrisation is not shown to commute
    """
    start = dict(zip(parametrisation.parameters, map(sympify, parametrisation.start(start))))
    commuting = parametrisation.commutes()
    if commuting.verdict is not True:
        raise ValueError(f"the parametrisation is not shown to commute: {commuting.reason}")
    d = len(parametrisation.weights)
    weights, duals = (tuple(symbols(f"{name}1:{d + 1}", real=True)) for name in (names, "mu"))
    found = _quadratic(parametrisation, start, weights, duals) or _one_by_one(parametrisation, start, weights, duals)
    if found is None:
        return None
    return _with_potential(found, parametrisation, start) if found.potential is None else found


def _quadratic(parametrisation, start, weights, duals):
    """Q = sum_E |P_E x0|^2 exp(2 <a_E, mu>)/4 over the common eigenspaces E of the matrices A_i."""
    x = parametrisation.parameters
    matrices = [hessian(g, x) for g in parametrisation.weights]
    origin = {p: 0 for p in x}
    low = [e.subs(origin) for g in parametrisation.weights for e in (g, *(diff(g, p) for p in x))]
    if parametrisation.constraint is not None or any(A.free_symbols for A in matrices) or any(e != 0 for e in low):
        return None                                    # not homogeneous of degree 2
    conjugate, x0 = S.Zero, Matrix([start[p] for p in x])
    spaces = _common_eigenspaces(matrices)
    if sum(map(len, spaces)) != len(x):                # SymPy found not all eigenvectors
        return None
    for space in spaces:
        basis = Matrix.hstack(*space)
        rates = _rates(matrices, space[0])
        if all_vanish(e for A, a in zip(matrices, rates) for v in space for e in A*v - a*v).verdict is not True:
            return None                                # SymPy's eigenvectors, checked
        part = basis*(basis.T*basis).inv()*basis.T*x0
        exponent = sum(a*m for a, m in zip(rates, duals))
        conjugate += simplify((part.T*part)[0])*exp(2*exponent)/4
    return Legendre(weights, duals, conjugate)


def _rates(matrices, v):
    """The eigenvalues of a common eigenvector."""
    return [simplify(((A*v).T*v)[0]/(v.T*v)[0]) for A in matrices]


def _common_eigenspaces(matrices):
    """Bases of the spaces on which every one of the commuting symmetric matrices is a number."""
    spaces = [[*map(Matrix, eye(matrices[0].rows).columnspace())]]
    for A in matrices:
        spaces = [smaller for space in spaces for smaller in _split(A, space)]
    return spaces


def _split(A, space):
    """The eigenspaces of A inside an invariant space."""
    basis = Matrix.hstack(*space)
    inside = (basis.T*basis).inv()*basis.T*A*basis
    return [[basis*v for v in vectors] for _, _, vectors in inside.eigenvects()]


def _one_by_one(parametrisation, start, weights, duals):
    """Weights that depend on one parameter each: mu = int dx/G', Q = int G/G' dx, R = <w, mu> - Q."""
    conjugate, potential, mirror, seen = S.Zero, S.Zero, [], set()
    for g, w, m in zip(parametrisation.weights, weights, duals):
        used = g.free_symbols & set(parametrisation.parameters)
        if len(used) != 1 or used & seen or parametrisation.constraint is not None:
            return None
        seen |= used
        x, = used
        x0 = start[x]
        slope = diff(g, x)
        time, area = (_integral(e, x, x0) for e in (1/slope, g/slope))
        if time is None or area is None:
            return None
        by_time, by_weight = _inverse(time, x, m, x0, S.Zero), _inverse(g, x, w, x0, g.subs(x, x0))
        if by_time is None or by_weight is None:
            return None
        conjugate += area.subs(x, by_time)
        potential += (w*time - area).subs(x, by_weight)
        mirror.append(time.subs(x, by_weight))
    return _checked(Legendre(weights, duals, conjugate, potential, tuple(mirror)), parametrisation, start)


def _integral(expression, x, x0):
    """The integral from x0 to x, or None; SymPy finds it, differentiation proves it."""
    found = integrate(simplify(expression), x)
    if found.has(Integral, S.NaN) or vanishes(diff(found, x) - expression).verdict is not True:
        return None
    return found - found.subs(x, x0)


def _inverse(function, x, value, x0, at):
    """x as an expression of value = function(x), on the branch with x = x0 where value = at."""
    for candidate in solve(function - value, x):
        if not candidate.has(I) and vanishes(candidate.subs(value, at) - x0).verdict is True \
                and vanishes(function.subs(x, candidate) - value, points=_near([value], [at])).verdict is True:
            return candidate
    return None


def _near(symbols_, values):
    """A few exact points near the given one, as witnesses."""
    return [{s: v + h*abs(v) if v != 0 else h for s, v in zip(symbols_, values)}
            for h in (Rational(k, 97) for k in (0, 1, -1, 2, -2, 5))]


def _with_potential(found, parametrisation, start):
    """Q with R added, if Q is a sum over single duals with at most two exponentials each, of opposite rates."""
    potential, mirror = S.Zero, []
    for w, m in zip(found.weights, found.duals):
        own = found.conjugate.as_independent(m, as_Add=True)[1]
        dual = _dual_of_exponentials(diff(own, m), w, m)
        if own.free_symbols != {m} or dual is None:
            return found
        potential += w*dual - own.subs(m, dual)
        mirror.append(dual)
    return _checked(replace(found, potential=potential, mirror=tuple(mirror)), parametrisation, start) or found


def _dual_of_exponentials(slope, w, m):
    """mu with slope(mu) = w, where slope = p e^(k mu) - q e^(-k mu) or p e^(k mu)."""
    rates = sorted((e.exp.coeff(m) for e in slope.atoms(exp)), key=lambda r: -r)
    if not rates or len(rates) > 2 or len(rates) == 2 and rates[0] + rates[1] != 0:
        return None
    k = rates[0]
    p = slope.coeff(exp(k*m))
    if len(rates) == 1:
        return log(w/p)/k
    q = -slope.coeff(exp(-k*m))
    return log((w + sqrt(w**2 + 4*p*q))/(2*p))/k


def _checked(found, parametrisation, start):
    """The functions if all relations and the start grad R(w0) = 0 are proved, else None."""
    w0 = [g.subs(start) for g in parametrisation.weights]
    near = _near(found.weights, w0)
    if not all(f.verdict is True for f in found.relations(points=near).values()):
        return None
    base = all_vanish([m.subs(near[0], simultaneous=True) for m in found.mirror])
    return found if base.verdict is True else None


@dataclass(frozen=True)
class Row:
    """One line of a table: mu, w = grad Q(mu), Q(mu) and R(w), all mpf."""

    dual: tuple
    weights: tuple
    conjugate: object
    potential: object


def table(parametrisation, start, duals):
    """A `Row` for each mu in `duals`, by the flow x' = J' mu over time 1, with Q' = <G(x), mu>.

    start  dictionary or sequence of exact numbers; duals: sequences of d exact numbers
    Error   observed, local errors at mpmath's working precision
    Raises  FlowStopped where mu lies outside the range of grad R; ValueError for a dual of another length
    """
    rows, x, start, d = [], parametrisation.parameters, parametrisation.start(start), len(parametrisation.weights)
    for k, dual in enumerate(listed("duals", duals)):
        dual = numbers(f"duals[{k}]", (dual,) if isinstance(dual, Expr) else dual)
        if len(dual) != d:
            raise ValueError(f"duals[{k}] has {len(dual)} entries for {d} weights")
        u = Matrix(dual)
        field = Field([*(parametrisation.jacobian.T*u), (parametrisation.weights.T*u)[0]], (*x, Dummy("Q")))
        *end, conjugate = flow(field, [*start, 0], 1)
        weights, mu = parametrisation.value(end), tuple(_mpf(c) for c in dual)
        rows.append(Row(mu, weights, conjugate, mp.fdot(mu, weights) - conjugate))
    return rows


def _mpf(number):
    with precision(mp.prec + 10):
        return middle(ball(number))
