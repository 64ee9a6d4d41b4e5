"""Losses with a manifold of minimisers on which gradient flow conserves something in closed form.

Each comes as (loss, kept): grad kept . grad loss = 0, so `kept` has the same value at x and at Phi(x).
"""

from sympy import I, Matrix, Max, Rational, diff, exp, expand, im, re, symbols

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


def eigenvalue_along(loss, kept, at, largest=True):
    """The largest (or smallest nonzero) eigenvalue of the Hessian at a minimiser and its derivative along grad kept.

    Exact: v'(dH)v/v'v with the eigenvector v of a simple eigenvalue.
    """
    variables = VARIABLES[:len(at)]
    here = dict(zip(variables, at))
    hessian = Matrix(len(variables), len(variables), lambda i, j: diff(loss, variables[i], variables[j]))
    along = sum((diff(hessian, a)*diff(kept, a) for a in variables), 0*hessian).subs(here)
    found = {value: vectors[0] for value, _, vectors in hessian.subs(here).eigenvects() if value != 0}
    value = Max(*found) if largest else -Max(*(-one for one in found))
    v = found[value]
    return value, ((v.T*along*v)[0]/(v.T*v)[0]).radsimp()
