"""The vector fields of gradient flow, mirror flow and their like, from SymPy expressions."""

from functools import cached_property, lru_cache

from sympy import Expr, Matrix, Symbol, diff, hessian, sympify

from numerics.formula import Formula
from numerics.reading import exact, listed, variables_of

KEPT = 256                       # programs and derivatives kept: a family of starts or sizes shares one field


class Field:
    """The vector field x' = f(x, t) of SymPy expressions; call it on balls or series.

    expressions  d expressions in `variables` and, if given, the symbol `time`
    A field with a time takes the time as last argument and returns 1 as last component.

    Raises  ValueError for floats, foreign symbols or another number of expressions than variables
    """

    def __init__(self, expressions, variables, time=None):
        expressions, variables = tuple(map(exact, listed("expressions", expressions))), variables_of(variables)
        if len(expressions) != len(variables):
            raise ValueError(f"{len(expressions)} expressions cannot move {len(variables)} variables")
        self.time = time
        self.expressions = expressions + ((sympify(1),) if time is not None else ())
        self.variables = variables + ((time,) if time is not None else ())
        self._formula = _program(self.expressions, self.variables)

    def __call__(self, *point):
        return self._formula(*point)

    @cached_property
    def variational(self):
        """(x, V) -> (f, f'V): the field together with the derivative V of its flow, row by row."""
        return _variational(self.expressions, self.variables)

    @cached_property
    def slope(self):
        """The matrix f' row by row, as a formula."""
        return _program(_slopes(self.expressions, self.variables), self.variables)


@lru_cache(KEPT)
def _program(expressions, variables):
    return Formula(expressions, variables)


@lru_cache(KEPT)
def _slopes(expressions, variables):
    return tuple(Matrix(expressions).jacobian(Matrix(variables)))


@lru_cache(KEPT)
def _variational(expressions, variables):
    d = len(variables)
    v = Matrix(d, d, lambda i, j: Symbol(f"V{i}_{j}"))
    return Field((*expressions, *(Matrix(d, d, _slopes(expressions, variables))*v)), (*variables, *v))


def gradient_flow(loss, variables, time=None):
    """x' = -grad L(x, t)."""
    return Field([-diff(exact(loss), x) for x in variables_of(variables)], variables, time)


def mirror_flow(loss, variables, potential, time=None):
    """w' = -(Hessian of R)^-1 grad L(w, t): the mirror flow d/dt grad R(w) = -grad L, in w.

    potential  R as a SymPy expression, or the matrix (Hessian of R)^-1 itself
    """
    if isinstance(potential, Expr):
        potential = hessian(potential, variables).inv()
    slope = Matrix([diff(loss, w) for w in variables])
    return Field(-Matrix(potential)*slope, variables, time)


def dual_flow(loss, weights, inverse_mirror, duals, time=None):
    """mu' = -grad L(grad Q(mu), t): the same mirror flow in mu = grad R(w).

    inverse_mirror  grad Q = (grad R)^-1, one expression in `duals` per weight
    """
    there = dict(zip(weights, inverse_mirror, strict=True))
    return Field([-diff(loss, w).subs(there, simultaneous=True) for w in weights], duals, time)
