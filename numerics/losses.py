"""Losses: exact SymPy expressions with their derivatives, and families of models.

An exact loss is a SymPy expression without floats.  `X`, `U`, `V` are the variables in
which theorem modules write theirs: one parameter (x), or two (u, v).

    partial(loss, U, U, at={U: 0, V: 1})     an exact number: second derivative in u
    gradient(loss, (U, V)), hessian(...)     exact expressions
    compiled(expressions, (U, V), "mpmath")  a function of numbers, in NumPy or mpmath
    ExactLoss(loss, (U, V))                  values, gradients, Hessians of whole batches

All derivatives are symbolic; nothing is differenced.  The families `TwoLayer`,
`DiagonalLinear`, `DeepLinear` and `Factorisation` carry analytic curvature; each of them,
and `ExactLoss`, has `at(theta)`, the curvature at a point that `numerics.eigen` takes.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sympy import Dummy, Expr, Matrix, Symbol, diff, lambdify, symbols, sympify

from numerics.activations import ACTIVATIONS, Activation, leaky
from numerics.reading import exact, listed, variables_of
from numerics.reals import finite
from numerics.deep_linear import DeepLinear, Factorisation
from numerics.diagonal_linear import DiagonalLinear
from numerics.two_layer import TwoLayer

__all__ = ["ACTIVATIONS", "Activation", "DeepLinear", "DiagonalLinear", "ExactLoss", "Factorisation",
           "TwoLayer", "U", "V", "X", "along", "compiled", "exact", "gradient", "hessian", "leaky",
           "partial", "third"]

X, U, V = symbols("x u v", real=True)


def partial(loss, *by, at):
    """Exact partial derivative of `loss`, once for each symbol in `by`, at the point `at`.

    Parameters
    ----------
    loss : SymPy expression without floats
    by : symbols, repeated for higher derivatives; none gives the value
    at : {symbol: exact number}, a value for each variable of the loss that is to be fixed

    Error   none: the result is an exact SymPy number (or expression in symbols not fixed)
    Raises  ValueError at a float, or where the derivative is not finite
    """
    point = {symbol: exact(value) for symbol, value in at.items()}
    derivative = diff(exact(loss), *by) if by else exact(loss)
    value = derivative.subs(point, simultaneous=True)
    if value.is_finite is False or not isinstance(value, Expr):
        raise ValueError(f"the derivative of {loss} by {by} is {value} at {at}: no finite number")
    return value


def gradient(loss, variables):
    """The d first derivatives of an exact loss, as a tuple of expressions."""
    return tuple(diff(exact(loss), variable) for variable in variables_of(variables))


def hessian(loss, variables):
    """The d x d matrix of second derivatives of an exact loss, symmetric by construction."""
    slope, d = gradient(loss, variables), len(variables)
    lower = {(i, j): diff(slope[i], variables[j]) for i in range(d) for j in range(i + 1)}
    return Matrix(d, d, lambda i, j: lower[max(i, j), min(i, j)])


def along(expression, variables, direction):
    """Derivative of `expression` along `direction`: sum_i direction_i d/dvariable_i."""
    variables, direction = variables_of(variables), listed("direction", direction)
    if len(direction) != len(variables):
        raise ValueError(f"a direction needs one number for each of {len(variables)} variables, not {len(direction)}")
    return sum((diff(exact(expression), x)*exact(q) for x, q in zip(variables, direction)), sympify(0))


def third(loss, variables, direction):
    """The d expressions of the third-derivative contraction sum_jk L_ijk q_j q_k, q = `direction`."""
    twice = lambda slope: along(along(slope, variables, direction), variables, direction)
    return tuple(twice(slope) for slope in gradient(loss, variables))


def compiled(expressions, variables, arithmetic="numpy"):
    """A function of len(variables) numbers (or arrays) that evaluates `expressions`.

    With "mpmath" it works at the precision in force at the call (rationals included);
    with "numpy" in doubles, entry by entry on arrays that broadcast.  An expression gives
    one value, a tuple of expressions a list of values; a constant stays a scalar.

    Raises  ValueError at another arithmetic, or if a symbol has no place among `variables`
    """
    if arithmetic not in ("numpy", "mpmath"):
        raise ValueError(f'arithmetic must be "numpy" or "mpmath", not {arithmetic!r}')
    single, variables = not isinstance(expressions, (tuple, list)), variables_of(variables)
    wanted = [exact(e) for e in ((expressions,) if single else expressions)]
    free = set().union(*(e.free_symbols for e in wanted)) - set(variables)
    if free:
        raise ValueError(f"{sorted(map(str, free))} stand in the expression but not among the "
                         f"variables {[str(v) for v in variables]}")
    function = lambdify(tuple(variables), wanted, arithmetic, cse=True)
    return (lambda *at: function(*at)[0]) if single else function


@dataclass(frozen=True)
class ExactLoss:
    """An exact loss of d variables, with compiled derivatives for whole batches of points.

    expression : SymPy expression without floats
    variables : the d symbols, in the order of the coordinates

    Points have shape (N, d); results have shape (N,), (N, d) or (N, d, d).

    Error   rounding of the compiled formula in doubles, not bounded
    Raises  ValueError if another symbol occurs, or a float, or points of another shape
    """

    expression: Expr
    variables: tuple[Symbol, ...]

    def __post_init__(self):
        object.__setattr__(self, "expression", exact(self.expression))
        object.__setattr__(self, "variables", variables_of(self.variables))
        free = self.expression.free_symbols - set(self.variables)
        if free:
            raise ValueError(f"{sorted(map(str, free))} stand in the loss but not among its variables")

    @property
    def size(self):
        return len(self.variables)

    @cached_property
    def _value(self):
        return compiled((self.expression,), self.variables)

    @cached_property
    def _gradient(self):
        return compiled(gradient(self.expression, self.variables), self.variables)

    @cached_property
    def _lower(self):
        h = hessian(self.expression, self.variables)
        return compiled([h[i, j] for i, j in zip(*np.tril_indices(self.size))], self.variables)

    @cached_property
    def _directed(self):
        q = [Dummy() for _ in self.variables]
        slope = gradient(self.expression, self.variables)
        product = [along(s, self.variables, q) for s in slope]
        cubic = third(self.expression, self.variables, q)
        return tuple(compiled(e, self.variables + (*q,)) for e in (product, cubic))

    def value(self, points):
        """L at N points: (N, d) -> (N,)."""
        return self._spread(self._value, points, 1)[:, 0]

    def gradient(self, points):
        """First derivatives at N points: (N, d) -> (N, d)."""
        return self._spread(self._gradient, points, self.size)

    def hessian(self, points):
        """Second derivatives at N points: (N, d) -> (N, d, d), exactly symmetric."""
        d = self.size
        lower = self._spread(self._lower, points, d*(d + 1)//2)
        full = np.empty((len(lower), d, d))
        rows, columns = np.tril_indices(d)
        full[:, rows, columns] = full[:, columns, rows] = lower
        return full

    def product(self, points, directions):
        """Hessian times direction at N points: (N, d), (N, d) -> (N, d), no matrix formed."""
        return self._spread(self._directed[0], self._beside(points, directions), self.size, 2)

    def cubic(self, points, directions):
        """sum_jk L_ijk q_j q_k at N points: (N, d), (N, d) -> (N, d)."""
        return self._spread(self._directed[1], self._beside(points, directions), self.size, 2)

    def at(self, point):
        """The curvature at one point, shape (d,)."""
        return ExactPoint(self, finite("point", point, 1))

    def _beside(self, points, directions):
        points, directions = finite("points", points, 2), finite("directions", directions, 2)
        if points.shape != directions.shape:
            raise ValueError(f"points of shape {points.shape} need as many directions, not {directions.shape}")
        return np.hstack([points, directions])

    def _spread(self, function, points, count, blocks=1):
        points = finite("points", points, 2)
        if points.shape[1] != blocks*self.size:
            raise ValueError(f"points must have shape (N, {self.size}), not {points.shape}")
        values = np.empty((len(points), count))
        for k, value in enumerate(function(*points.T)):      # a constant arrives as a scalar
            values[:, k] = value
        return values


class ExactPoint:
    """Curvature of an exact loss at one point, from its compiled derivatives.

    Error   rounding of the compiled formulas in doubles, not bounded
    """

    def __init__(self, loss, point):
        self.loss, self.point, self.size = loss, point[None], len(point)
        if self.size != loss.size:
            raise ValueError(f"the loss has {loss.size} variables, the point {self.size} coordinates")

    @cached_property
    def value(self):
        return float(self.loss.value(self.point)[0])

    @cached_property
    def gradient(self):
        return self.loss.gradient(self.point)[0]

    def dense(self):
        return self.loss.hessian(self.point)[0]

    def product(self, v):
        return self.loss.product(self.point, v[None])[0]

    def cubic(self, q):
        return self.loss.cubic(self.point, q[None])[0]

    def trace(self):
        return float(np.trace(self.dense()))

    def frobenius(self):
        return float(np.linalg.norm(self.dense()))
