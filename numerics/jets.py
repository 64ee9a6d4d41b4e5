"""Truncated power series in several variables over any field: the jets of a loss.

A `Jet` is a polynomial in h_1, ..., h_n known up to and including total degree `order`:

    f(p + h) = sum_(|e| <= order) c_e h^e + O(|h|^(order + 1)),   c_e = (d^e f)(p)/e!

Coefficients are anything that adds, multiplies and divides: `Fraction`, `fmpq`, `arb`, `mpf`,
SymPy expressions, elements of QQ(a, b, ...) (see `generators`), or float arrays, one entry per
run.  Derivatives obtained so are exact in that arithmetic; nothing is differenced.
"""

from fractions import Fraction
from itertools import product
from math import factorial, prod
from operator import add

import numpy as np
from sympy import QQ, symbols

from numerics.formula import INVERSES, Formula, apply
from numerics.reading import finite_size, listed, whole
from numerics.whole import INTEGERS


class Jet:
    """A power series up to total degree `order`; combine jets with +, -, *, / and **.

    parts  list of order + 1 dictionaries {exponents: coefficient}, one per total degree
    one    the number 1 in the arithmetic of the coefficients
    Results keep the smaller order of their operands.
    """

    __slots__ = ("width", "order", "parts", "one")
    __array_ufunc__ = None                             # an array times a jet is a jet

    def __init__(self, width, parts, one):
        self.width, self.parts, self.one, self.order = width, parts, one, len(parts) - 1

    def _new(self, parts):
        return Jet(self.width, parts, self.one)

    def _constant(self, value):
        """A part of degree 0; an integer becomes a number of the coefficients' arithmetic."""
        return _clean({(0,)*self.width: value*self.one if isinstance(value, int) else value})

    @property
    def constant(self):
        """The coefficient of degree 0."""
        return self.parts[0].get((0,)*self.width, 0*self.one)

    def coefficient(self, *exponents):
        """c_e: the coefficient of h_1^e_1 ... h_n^e_n.  Raises IndexError beyond the order."""
        if len(exponents) != self.width or min(exponents) < 0 or sum(exponents) > self.order:
            raise IndexError(f"no coefficient {exponents} in {self.width} variables up to degree {self.order}")
        return self.parts[sum(exponents)].get(exponents, 0*self.one)

    def partial(self, *exponents):
        """The partial derivative of these orders at the point: e! c_e."""
        return self.coefficient(*exponents)*prod(map(factorial, exponents))

    def tensor(self, degree):
        """All partial derivatives of one degree: an object array of shape (n,)*degree, symmetric
        (float arrays of shape (runs,): a float array of shape (runs, n, ..., n))."""
        values = {i: self.partial(*(i.count(k) for k in range(self.width)))
                  for i in product(range(self.width), repeat=degree)}
        batch = np.shape(self.one)
        result = np.zeros(batch + (self.width,)*degree) if batch else np.empty((self.width,)*degree, object)
        for i, value in values.items():
            result[(...,) + i] = value
        return result

    def truncated(self, order):
        """The same series up to a smaller degree."""
        return self._new(self.parts[:order + 1])

    def derivative(self, variable=0):
        """d/dh_variable; the order falls by one."""
        lower = lambda e: e[:variable] + (e[variable] - 1,) + e[variable + 1:]
        return self._new([{lower(e): e[variable]*c for e, c in part.items() if e[variable]}
                                for part in self.parts[1:]])

    def __add__(self, other):
        if not isinstance(other, Jet):
            return self._new([_sum(self.parts[0], self._constant(other)), *self.parts[1:]])
        return self._new([_sum(f, g) for f, g in zip(self.parts, self._same(other).parts)])

    def __neg__(self):
        return self._new([{e: -c for e, c in part.items()} for part in self.parts])

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if not isinstance(other, Jet):
            return self._new([_clean({e: c*other for e, c in part.items()}) for part in self.parts])
        degrees = range(min(self.order, self._same(other).order) + 1)
        return self._new([_convolved(self.parts, other.parts, d) for d in degrees])

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other):
        if not isinstance(other, Jet):
            return self._new([{e: c/(other*self.one) for e, c in part.items()} for part in self.parts])
        below, quotient = _invertible(self._same(other)), []
        for d in range(min(self.order, other.order) + 1):
            rest = _sum(self.parts[d], _scaled(_convolved(other.parts, quotient, d, skip=1), -1))
            quotient.append({e: c/below for e, c in rest.items()})
        return self._new(quotient)

    def __rtruediv__(self, other):
        return self._new([self._constant(other)] + [{}]*self.order)/self

    def __pow__(self, exponent):
        if exponent < 0:
            return 1/self**-exponent
        if exponent == 0:
            return 0*self + 1
        half = self**(exponent//2) if exponent > 1 else None
        return self if half is None else half*half*self if exponent % 2 else half*half

    def to_power(self, exponent):
        """f^r for a rational r, by u_0 d h_d = sum_k ((r + 1) k - d) u_k h_(d-k)."""
        base, r = _invertible(self), exponent
        p, q = r.numerator, r.denominator
        first = apply("sqrt", base)**p if q == 2 else apply("exp", p*apply("log", base)/q)
        parts = [self._constant(first)]
        for d in range(1, self.order + 1):
            terms = [_scaled(_products(self.parts[k], parts[d - k]), (p + q)*k - q*d) for k in range(1, d + 1)]
            parts.append({e: c/(base*(q*d)) for e, c in _sum(*terms).items()})
        return self._new(parts)

    def elementary(self, name):
        """The elementary function `name` of the series ("exp", "sin", "sqrt", "asinh", ...)."""
        if name == "sqrt":
            return self.to_power(Fraction(1, 2))
        if name in INVERSES or name == "log":
            slope = INVERSES[name](self) if name in INVERSES else 1/self
            return self._integrated(slope, apply(name, self.constant))
        if name in ("tan", "tanh"):
            sine, cosine = self._pair("sin" + name[3:], "cos" + name[3:])
            return sine/cosine
        if name == "exp":
            return self._pair("exp", "exp")[0]
        return self._pair("sin", "cos")[name == "cos"] if name in ("sin", "cos") \
            else self._pair("sinh", "cosh")[name == "cosh"]

    def _pair(self, first, second):
        """Two functions with (f' , g') = (g, +-f): exp, sin and cos, sinh and cosh."""
        centre, sign = self.constant, -1 if first == "sin" else 1
        f, g = ([self._constant(apply(name, centre))] for name in (first, second))
        for d in range(1, self.order + 1):
            up, down = ([_scaled(_products(self.parts[k], h[d - k]), k) for k in range(1, d + 1)] for h in (g, f))
            f.append({e: c/d for e, c in _sum(*up).items()})
            g.append({e: sign*c/d for e, c in _sum(*down).items()})
        return self._new(f), self._new(g)

    def _integrated(self, slope, constant):
        """The series with the given constant term whose derivative is slope times that of self."""
        parts = [self._constant(constant)]
        for d in range(1, self.order + 1):
            terms = [_scaled(_products(self.parts[k], slope.parts[d - k]), k) for k in range(1, d + 1)]
            parts.append({e: c/d for e, c in _sum(*terms).items()})
        return self._new(parts)

    def __call__(self, *inner):
        """Composition: the series with h_i replaced by jets without constant term."""
        if len(inner) != self.width:
            raise TypeError(f"a series in {self.width} variables needs as many jets, not {len(inner)}")
        for i, jet in enumerate(inner):
            if jet.parts[0]:
                raise ValueError(f"inner series {i} has the constant term {jet.constant}: a truncated series "
                                 f"can only be moved to another point by expanding it there")
        powers = [[0*jet + 1] for jet in inner]
        total = 0*inner[0]
        for exponents, coefficient in ((e, c) for part in self.parts for e, c in part.items()):
            total = total + coefficient*prod(_power_of(*factor) for factor in zip(inner, powers, exponents))
        return total.truncated(self.order)

    def _same(self, other):
        if other.width != self.width:
            raise ValueError(f"jets in {self.width} and in {other.width} variables do not combine")
        return other

    def __eq__(self, other):
        return isinstance(other, Jet) and (self.width, self.parts) == (other.width, other.parts)

    __hash__ = None

    def __repr__(self):
        terms = [f"({c})*h^{e}" for part in self.parts for e, c in part.items()]
        return " + ".join(terms or ["0"]) + f" + O({self.order + 1})"


def _power_of(jet, powers, exponent):
    while len(powers) <= exponent:
        powers.append(powers[-1]*jet)
    return powers[exponent]


def jets(point, order):
    """The coordinates p_1 + h_1, ..., p_n + h_n as jets: what to put into a function to expand it.

    point  numbers of one arithmetic (or float arrays of shape (runs,)); integers count as rationals
    """
    order = whole("order", order)
    point = [Fraction(p) if type(p) in INTEGERS else finite_size("a coordinate", p) for p in listed("point", point)]
    ones = [0*p + 1 for p in point]
    unit = lambda i: tuple(int(i == k) for k in range(len(point)))
    return tuple(Jet(len(point), [_clean({(0,)*len(point): p}), {unit(i): one}, *[{}]*(order - 1)][:order + 1], one)
                 for i, (p, one) in enumerate(zip(point, ones)))


def generators(names):
    """Symbols as elements of the field QQ(names), where equal coefficients are equal: 1 - a/a is 0.

    names  as for `sympy.symbols`; an element's `as_expr()` is the SymPy expression
    """
    return QQ.frac_field(*symbols(names, seq=True)).gens


def taylor(expression, variables, at, order):
    """The jet of a SymPy expression at a point, in the arithmetic of the point.

    Error   none in exact arithmetic, enclosed in balls, else rounding at the working precision
    Cost    one jet operation per node; a product takes C(2n + order, order) coefficient products
    Raises  ValueError where the expression is not analytic at the point or holds a float
    """
    return _expanded(expression, variables, jets(at, order))


def _expanded(expression, variables, values):
    found, = Formula((expression,), variables)(*values)
    return found if isinstance(found, Jet) else 0*values[0] + found


def along(expression, variables, at, directions, order):
    """The jet of t -> f(p + t_1 v_1 + ... + t_m v_m): all mixed derivatives along m directions.

    directions  m vectors of n numbers each; batched in NumPy with arrays of shape (runs,)
    `along(L, xs, p, (v,), 6).partial(k)` is the k-th derivative of L along v.

    Cost    as `taylor` with m for n
    """
    at, directions = listed("at", at), [listed("a direction", v) for v in listed("directions", directions)]
    if not at or not directions or any(len(v) != len(at) for v in (variables, *directions)):
        raise ValueError(f"{len(variables)} variables need as many coordinates and entries of each direction, at least one")
    times = jets([0*at[0]]*len(directions), order)
    values = [sum((t*v[i] for t, v in zip(times, directions)), 0*times[0] + at[i]) for i in range(len(variables))]
    return _expanded(expression, variables, values)


def is_zero(c):
    """Whether a coefficient is exactly 0; a batch never is."""
    return not isinstance(c, np.ndarray) and bool(c == 0)


def _clean(part):
    return {e: c for e, c in part.items() if not is_zero(c)}


def _sum(*parts):
    total = {}
    for part in parts:
        for e, c in part.items():
            total[e] = total[e] + c if e in total else c
    return _clean(total)


def _scaled(part, factor):
    return {e: factor*c for e, c in part.items()}


def _products(f, g):
    total = {}
    for a, u in f.items():
        for b, v in g.items():
            e = tuple(map(add, a, b))
            total[e] = total[e] + u*v if e in total else u*v
    return total


def _convolved(f, g, degree, skip=0):
    """Part `degree` of the product, without the first `skip` parts of f."""
    return _sum(*(_products(f[k], g[degree - k]) for k in range(skip, degree + 1)))


def _invertible(jet):
    if not jet.parts[0]:
        raise ZeroDivisionError("a series without constant term has no inverse and no root")
    return jet.constant
