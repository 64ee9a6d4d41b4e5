"""The vector fields of gradient flow, mirror flow and their like, from SymPy expressions."""

from functools import cached_property

from sympy import Expr, Matrix, Symbol, diff, sympify

from numerics.formula import Formula


class Field:
    """The vector field x' = f(x, t) of SymPy expressions; call it on balls or series.

    expressions  d expressions in `variables` and, if given, the symbol `time`
    A field with a time takes the time as last argument and returns 1 as last component.

    Raises  ValueError for floats, foreign symbols or another number of expressions than variables
    """

    def __init__(self, expressions, variables, time=None):
        expressions, variables = tuple(map(sympify, expressions)), tuple(variables)
        if len(expressions) != len(variables):
            raise ValueError(f"{len(expressions)} expressions cannot move {len(variables)} variables")
        self.time = time
        self.expressions = expressions + ((sympify(1),) if time is not None else ())
        self.variables = variables + ((time,) if time is not None else ())
        self._formula = Formula(self.expressions, self.variables)

    def __call__(self, *point):
        return self._formula(*point)

    @cached_property
    def variational(self):
        """(x, V) -> (f, f'V): the field together with the derivative V of its flow, row by row."""
        d = len(self.variables)
        v = Matrix(d, d, lambda i, j: Symbol(f"V{i}_{j}"))
        slope = Matrix(self.expressions).jacobian(Matrix(self.variables))*v
        return Field((*self.expressions, *slope), (*self.variables, *v))

    @cached_property
    def slope(self):
        """The matrix f' row by row, as a formula."""
        return Formula(tuple(Matrix(self.expressions).jacobian(Matrix(self.variables))), self.variables)


def gradient_flow(loss, variables, time=None):
    """x' = -grad L(x, t)."""
    return Field([-diff(loss, x) for x in variables], variables, time)


def mirror_flow(loss, variables, potential, time=None):
    """w' = -(Hessian of R)^-1 grad L(w, t): the mirror flow d/dt grad R(w) = -grad L, in w.

    potential  R as a SymPy expression, or the matrix (Hessian of R)^-1 itself
    """
    if isinstance(potential, Expr):
        potential = _hessian(potential, variables).inv()
    slope = Matrix([diff(loss, w) for w in variables])
    return Field(-Matrix(potential)*slope, variables, time)


def dual_flow(loss, weights, inverse_mirror, duals, time=None):
    """mu' = -grad L(grad Q(mu), t): the same mirror flow in mu = grad R(w).

    inverse_mirror  grad Q = (grad R)^-1, one expression in `duals` per weight
    """
    there = dict(zip(weights, inverse_mirror, strict=True))
    return Field([-diff(loss, w).subs(there, simultaneous=True) for w in weights], duals, time)


def _hessian(expression, variables):
    return Matrix(len(variables), len(variables), lambda i, j: diff(expression, variables[i], variables[j]))
