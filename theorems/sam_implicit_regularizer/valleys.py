"""Losses with a manifold of minimisers on which gradient flow conserves something in closed form.

Each comes as (loss, kept): grad kept . grad loss = 0, so `kept` has the same value at x and at Phi(x).
"""

from functools import lru_cache

from sympy import I, Matrix, Max, Rational, diff, exp, expand, eye, im, re, symbols

from numerics.flows import Field
from numerics.formula import Formula
from numerics.manifold import Valley

x, y, z, u = VARIABLES = symbols("x y z u", real=True)

HYPERBOLA = (x*y - 1)**2/2, x**2 - y**2
TWO_HYPERBOLAS = HYPERBOLA[0] + (z*u - 1)**2/4
TWO_MODES = (2*exp(z)*x**2 + exp(-z)*y**2)/2, z - (x**2 - y**2)/4

_w1, _w2 = exp(z/2)*x, exp(-z/4)*y
SAMPLES = (3*_w1/2 + _w2/2 + (_w1**2 - _w1*_w2)/3, -_w1/2 + _w2 + (_w2**2 + _w1*_w2)/4)
TURNING = sum(f**2 for f in SAMPLES)/2, z - x**2/4 + y**2/8   # eigenvectors turn, samples are not orthogonal

_zeta = x + I*y
_harmonic = expand(Rational(3, 2)*(_zeta + (Rational(1, 4) + I/5)*_zeta**2 + (Rational(1, 10) - I/20)*_zeta**3))
CURVED = re(_harmonic)**2/2, im(_harmonic)                     # Cauchy-Riemann: grad Re h . grad Im h = 0


@lru_cache(maxsize=None)
def gradient(loss, variables):
    """grad loss, one argument per variable, in any arithmetic."""
    return Field([diff(loss, a) for a in variables], variables)


@lru_cache(maxsize=None)
def values(expressions, variables):
    """The expressions as one program; compiled once for all sizes, precisions and laboratories."""
    return Formula(expressions, variables)


@lru_cache(maxsize=None)
def valley(loss, variables, codimension):
    """`Valley` of a loss, whose programs are likewise compiled once."""
    return Valley(loss, variables, codimension)


@lru_cache(maxsize=None)
def eigenvalue_along(loss, kept, at, largest=True):
    """The largest (or smallest nonzero) eigenvalue of the Hessian at a minimiser and its derivative along grad kept.

    Exact, by differentiating the characteristic polynomial at a simple root.
    """
    variables = VARIABLES[:len(at)]
    here = dict(zip(variables, at))
    loss, direction = expand(loss), {a: diff(kept, a).subs(here) for a in variables}
    hessian = Matrix(len(variables), len(variables), lambda i, j: diff(loss, variables[i], variables[j]))
    along = sum((diff(hessian, a).subs(here)*d for a, d in direction.items() if d != 0), 0*hessian)
    found = [value for value in hessian.subs(here).eigenvals() if value != 0]
    value = Max(*found) if largest else -Max(*(-one for one in found))
    root, time = symbols("root time")
    polynomial = (root*eye(len(variables)) - hessian.subs(here) - time*along).det(method="berkowitz").expand()
    change = -polynomial.diff(time).subs(time, 0)/polynomial.subs(time, 0).diff(root)
    return value, change.subs(root, value).radsimp()
