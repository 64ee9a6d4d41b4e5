"""Is gradient flow on w = G(x) a mirror flow in w?  Brackets, metric, integrability, holonomy.

Under a control u (minus the loss's gradient in w) gradient flow is x' = J'u, w' = J J'u, with the
rows of J the gradients of G_1, ..., G_d.  With [X, Y] = DY X - DX Y:

    all [grad G_i, grad G_j] = 0             G commutes: a mirror flow from every start where J has rank d
    J [grad G_i, grad G_j] != 0 at x         no mirror flow near x, whatever the potential
    J [grad G_i, grad G_j] = 0 and J J' a function of w: a mirror flow, commuting or not
    mirror flow of R                         (J J')^-1 = Hessian of R at w = G(x)

    two = Parametrisation((u**2 - v**2,), (u, v))
    two.is_mirror().verdict                  True
    two.holonomy({u: 1, v: 2}, 0, 1, side)   for d >= 2: what swapping two controls changes

Every identity is decided by `numerics.identities.vanishes`: True, False with a witness, or None.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from sympy import Basic, Float, Matrix, Poly, QQ, Symbol, eye, itermonomials, sympify
from sympy.polys.matrices import DomainMatrix

from numerics.flows import Field, flow
from numerics.formula import Formula
from numerics.identities import Finding, all_vanish, lowest_terms, vanishes
from numerics.reading import exact, listed, number, table


@dataclass(frozen=True)
class Holonomy:
    """End with control i, then j, minus the end with j, then i; and the exact limit of weights/side^2."""

    weights: tuple
    parameters: tuple
    limit: tuple


class Parametrisation:
    """w = G(x), on an open set of R^D or on the surface where `constraint` is 0.

    weights     d SymPy expressions without floats; parameters: D symbols.  Other symbols are constants:
                identities are then decided for all their values, flows need numbers
    constraint  a polynomial whose zeros are the surface; gradients are then tangential projections
    given       relations that describe the domain; points: dictionaries symbol -> exact number in
                it, tried as witnesses (needed with a constraint)
    """

    def __init__(self, weights, parameters, constraint=None, given=(), points=None):
        self.weights, self.parameters = Matrix(_several("weights", weights)), _symbols(parameters)
        self.constraint = None if constraint is None else sympify(constraint)
        self._options = {"given": tuple(given), "points": points, "modulo": self.constraint}
        others = sorted(self.weights.free_symbols - set(self.parameters), key=str)
        Formula(self.weights, (*self.parameters, *others))       # refuses floats and unknown functions
        if not 1 <= len(self.weights) <= len(self.parameters):
            raise ValueError(f"{len(self.weights)} weights cannot be regular in {len(self.parameters)} parameters")

    def __repr__(self):
        return f"Parametrisation({', '.join(map(str, self.weights))}; {', '.join(map(str, self.parameters))})"

    @cached_property
    def jacobian(self):
        """J: the d x D matrix whose rows are the (tangential) gradients of the weights."""
        rows = self._slopes(self.weights)
        return rows if self.constraint is None else rows.applyfunc(lowest_terms)

    @cached_property
    def metric(self):
        """J J', in the parameters: how fast w moves per unit of control."""
        return (self.jacobian*self.jacobian.T).applyfunc(lowest_terms)

    def bracket(self, i, j):
        """[grad G_i, grad G_j] as a column in the parameters."""
        X, Y = self.jacobian[i, :].T, self.jacobian[j, :].T
        at = Matrix(self.parameters)
        return Y.jacobian(at)*X - X.jacobian(at)*Y

    def _pairs(self):
        return combinations(range(len(self.weights)), 2)

    def commutes(self):
        """Do all brackets of the gradients vanish identically?"""
        return all_vanish((e for pair in self._pairs() for e in self.bracket(*pair)), **self._options)

    def brackets_fall_in_the_kernel(self):
        """Is J [grad G_i, grad G_j] = 0 for all pairs?  Necessary for a mirror flow from every start."""
        return all_vanish((e for pair in self._pairs() for e in self.jacobian*self.bracket(*pair)), **self._options)

    def degenerates(self):
        """Is det(J J') = 0 identically, so that G is nowhere regular?"""
        return vanishes(_determinant(self.metric), **self._options)

    def metric_depends_on_weights_only(self):
        """Is J J' locally a function of w: do its gradients lie in the rows of J?

        On all of the domain.  Where it is not, it may still be one along the orbit of one start
        (for u^2 - v^2 it is, as u v does not change): see `invariants`.
        """
        rows = [self._slope(e) for e in self.metric[:, :].reshape(len(self.metric), 1)]
        columns = list(combinations(range(len(self.parameters)), len(self.weights) + 1))
        minors = (_determinant(Matrix.vstack(self.jacobian, row)[:, list(c)]) for row in rows for c in columns)
        return all_vanish(minors, **self._options)

    def _slope(self, expression):
        """The (tangential) gradient as a row."""
        return self._slopes(Matrix([expression]))

    def _slopes(self, expressions):
        """The (tangential) gradients of a column of expressions, row by row."""
        rows = expressions.jacobian(Matrix(self.parameters))
        if self.constraint is None:
            return rows
        normal = Matrix([self.constraint]).jacobian(Matrix(self.parameters))
        return rows - (rows*normal.T)*normal/(normal*normal.T)[0]

    def codazzi_defect(self, i, j, k):
        """d/dw_k of (J J')^-1_ij minus d/dw_j of (J J')^-1_ik, in the parameters.

        Derivatives by w are taken along the flows: d/dw_k = sum_l (J J')^-1_kl grad G_l.  All defects
        vanish exactly where (J J')^-1 is a Hessian, provided J J' is a function of w.
        """
        return self._by_weight(self._inverse[i, j], k) - self._by_weight(self._inverse[i, k], j)

    @cached_property
    def _inverse(self):
        d, size = range(len(self.weights)), _determinant(self.metric)
        return Matrix(len(d), len(d), lambda i, j: lowest_terms(
            (-1)**(i + j)*_determinant(self.metric.minor_submatrix(j, i))/size))

    def _by_weight(self, expression, k):
        along = self.jacobian*self._slope(expression).T
        return (self._inverse[k, :]*along)[0]

    def is_hessian(self):
        """Do all Codazzi defects vanish, so that (J J')^-1 is locally the Hessian of some R(w)?"""
        d = range(len(self.weights))
        return all_vanish((self.codazzi_defect(i, j, k) for i in d for j, k in self._pairs()), **self._options)

    def is_mirror(self):
        """Is gradient flow a mirror flow, near each start, for every control?

        True: from every start where J has full rank.  False: not near the witness.  None: unknown;
        the reason says which condition is open.
        """
        if self.degenerates().verdict is True:
            return Finding(None, "det(J J') = 0 identically: no start is regular")
        commuting = self.commutes()
        if commuting.verdict is True:
            return Finding(True, "all brackets of the gradients are 0")
        kernel = self.brackets_fall_in_the_kernel()
        if kernel.verdict is False:
            return Finding(False, f"a bracket does not fall in the kernel of J: {kernel.reason}", kernel.witness)
        function = self.metric_depends_on_weights_only()
        if kernel.verdict is True and function.verdict is True:
            return Finding(True, "the brackets fall in the kernel of J, and J J' is a function of w")
        return Finding(None, f"commuting: {commuting.reason}; brackets in the kernel of J: {kernel.reason}; "
                             f"J J' a function of w: {function.reason}")

    def invariants(self, degree):
        """A basis of the polynomials of 1 <= degree <= `degree` that no control changes.

        Exact linear algebra over QQ on the coefficients; for polynomial weights without constraint.
        Raises  ValueError for other weights
        """
        if self.constraint is not None or not all(e.is_polynomial(*self.parameters) for e in self.weights):
            raise ValueError("invariants are sought for polynomial weights on an open set only")
        monomials = sorted(set(itermonomials(self.parameters, degree)) - {1}, key=str)
        changes = [[Poly((self.jacobian[i, :]*self._slope(m).T)[0], *self.parameters, domain=QQ)
                    for m in monomials] for i in range(len(self.weights))]
        rows = [[change.coeff_monomial(power) for change in row]
                for row in changes for power in sorted(set().union(*(c.monoms() for c in row)))
                for power in [_monomial(self.parameters, power)]]
        kernel = DomainMatrix.from_Matrix(Matrix(rows)).to_field().nullspace().to_Matrix()
        return [sum(c*m for c, m in zip(kernel.row(r), monomials)) for r in range(kernel.rows)]

    def controlled(self, control):
        """The field x' = J' u for d exact numbers or expressions u in the parameters."""
        return Field(self.jacobian.T*Matrix(list(control)), self.parameters)

    def flow(self, start, control, time):
        """x after `time` under a constant control u; see `numerics.flows.flow` for errors."""
        return flow(self.controlled(control), self.start(start), time)

    def start(self, point):
        """The values of the parameters, in their order, from a dictionary or a sequence.

        Raises  ValueError naming a parameter without value, a float, a wrong number of values, or exact
                values off the constraint's surface
        """
        if isinstance(point, dict):
            missing = [str(x) for x in self.parameters if x not in point]
            if missing:
                raise ValueError(f"the start gives no value for {', '.join(missing)}")
        values = [point[x] for x in self.parameters] if isinstance(point, dict) else listed("the start", point)
        if len(values) != len(self.parameters):
            raise ValueError(f"the start has {len(values)} values for {len(self.parameters)} parameters "
                             f"({', '.join(map(str, self.parameters))})")
        for x, value in zip(self.parameters, values):
            if isinstance(value, float) or isinstance(value, Basic) and value.has(Float):
                raise ValueError(f"the start gives the float {value} for {x}: write it as a Rational")
            number(f"the start's {x}", value)
        self._refuse_off_surface(values)
        return values

    def _refuse_off_surface(self, values):
        if self.constraint is None or not all(isinstance(value, (int, Basic)) for value in values):
            return
        there = self.constraint.subs(dict(zip(self.parameters, values)), simultaneous=True)
        if vanishes(there).verdict is False:
            raise ValueError(f"the start is off the surface: {self.constraint} is {there} there, not 0")

    def value(self, point):
        """w = G(x) in the arithmetic of the point."""
        return tuple(Formula(self.weights, self.parameters)(*point))

    def holonomy(self, start, i, j, side):
        """What swapping two unit controls changes: (i then j) minus (j then i), each for time `side`.

        start  dictionary or sequence of exact numbers; side: an exact number
        A mirror flow changes w by exactly 0; otherwise w changes by side^2 J [grad G_i, grad G_j]
        + O(side^3).

        Error   observed, at mpmath's working precision
        Raises  ValueError unless i and j number two different weights
        """
        d = len(self.weights)
        if i == j or not all(k in range(d) for k in (i, j)):
            raise ValueError(f"controls {i} and {j} cannot be swapped: give two different numbers from 0 to {d - 1}, one "
                             f"for each weight" + (" (with one weight there is nothing to swap)" if d == 1 else ""))
        unit, start = eye(d).tolist(), self.start(start)
        ends = [self.flow(self.flow(start, unit[a], side), unit[b], side) for a, b in ((i, j), (j, i))]
        first, second = map(self.value, ends)
        there = dict(zip(self.parameters, map(sympify, start)))
        limit = (self.jacobian*self.bracket(i, j)).subs(there, simultaneous=True)
        return Holonomy(tuple(a - b for a, b in zip(first, second)), tuple(a - b for a, b in zip(*ends)), tuple(limit))


def _several(what, values):
    if isinstance(values, Basic):
        raise ValueError(f"{what} is the single expression {values}: give a tuple, ({values},)")
    return [*map(exact, listed(what, values))]


def _symbols(parameters):
    parameters = tuple(_several("parameters", parameters))
    for k, x in enumerate(parameters):
        if not isinstance(x, Symbol) or x in parameters[:k]:
            raise ValueError(f"parameters[{k}] = {x} is {'given twice' if isinstance(x, Symbol) else 'no symbol'}")
    return parameters


def _determinant(matrix):
    """Laplace's expansion as it stands; SymPy's methods simplify on the way, which costs seconds."""
    if matrix.rows == 0:
        return sympify(1)
    return sum((-1)**j*matrix[0, j]*_determinant(matrix.minor_submatrix(0, j)) for j in range(matrix.cols))


def _monomial(symbols, powers):
    result = sympify(1)
    for x, p in zip(symbols, powers):
        result *= x**p
    return result


def quadratic(matrices, parameters):
    """G_i = x' A_i x/2 for symmetric matrices A_i; it commutes exactly when the A_i do."""
    parameters = _symbols(parameters)
    at, matrices = Matrix(parameters), [Matrix(table(f"matrices[{i}]", A.tolist() if hasattr(A, "tolist") else A))
                                        for i, A in enumerate(listed("matrices", matrices))]
    for i, A in enumerate(matrices):
        if A.shape != (len(parameters), len(parameters)):
            raise ValueError(f"matrices[{i}] is {A.rows} x {A.cols}, for {len(parameters)} parameters")
        if A != A.T:
            raise ValueError(f"matrices[{i}] is not symmetric; only its symmetric part acts, pass (A + A.T)/2")
    return Parametrisation([(at.T*Matrix(A)*at)[0]/2 for A in matrices], parameters)
