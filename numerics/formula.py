"""SymPy expressions as functions of any arithmetic: numbers, balls, batches, truncated power series.

`Formula` turns expressions into a straight-line program in which common subexpressions are
computed once (third derivatives of a product of sums: 405 operations, 4359 in the tree).  It may
be run on whatever can be added, multiplied and divided: `Fraction`, `fmpq`, `arb`, `arb_series`,
`mpf`, float arrays, SymPy expressions, elements of polynomial rings and of their fraction fields,
and `numerics.jets.Jet` over any of these.  Rational constants are made in the arithmetic of the
arguments; no float is ever made from one unless the arguments are floats.
"""

from fractions import Fraction
from math import isqrt

import numpy as np
import sympy
from flint import arb, arb_series, ctx, fmpq
from mpmath import mp

from numerics.balls import power as ball_power
from numerics.kinds import adapt, are_doubles, common_kind, kind_of
from numerics.whole import INTEGERS

_AT = {("exp", 0): 1, ("log", 1): 0, ("cos", 0): 1, ("cosh", 0): 1,
       **{(name, 0): 0 for name in ("sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh")}}
FUNCTIONS = {getattr(sympy, name): name
             for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh",
                          "asin", "acos", "atan", "asinh", "acosh", "atanh")}
_USUAL = {arb, mp.mpf, fmpq, Fraction}
# d/du of each inverse function, from the argument's series.
INVERSES = {"asin": lambda u: 1/apply("sqrt", 1 - u*u), "acos": lambda u: -1/apply("sqrt", 1 - u*u),
            "atan": lambda u: 1/(1 + u*u), "asinh": lambda u: 1/apply("sqrt", 1 + u*u),
            "acosh": lambda u: 1/apply("sqrt", u*u - 1), "atanh": lambda u: 1/(1 - u*u)}


class Formula:
    """Expressions in `variables`, to be evaluated in the arithmetic of the arguments.

    Formula((x*y, exp(x)), (x, y))(2, 3) and so on: one argument per variable, a list back.

    Cost    one operation per node of the expressions, equal nodes once; the program is built once
    Raises  ValueError for a symbol outside `variables` or a float; TypeError for a function that is
            not elementary; whatever the arithmetic raises where the expression is undefined
    """

    def __init__(self, expressions, variables):
        self.variables = tuple(variables)
        wanted = [sympy.sympify(e) for e in expressions]
        self._names = {v: f"v{i}" for i, v in enumerate(self.variables)}
        self._lines, self._constants, self._made = [], {}, {}
        values = list(self._names.values())
        shared, reduced = sympy.cse(wanted, symbols=sympy.numbered_symbols("shared", cls=sympy.Dummy))
        for symbol, expression in shared:
            self._names[symbol] = self._value(expression)
        results = [self._value(e) for e in reduced]
        header = f"def run({', '.join([*self._constants.values(), *values])}):"
        source = "\n    ".join([header, *self._lines, f"return [{', '.join(results)}]"])
        space = {"power": power, "root": root, "apply": apply}
        exec(compile(source, "<formula>", "exec"), space)
        self._run = space["run"]

    def __call__(self, *values):
        if len(values) != len(self.variables):
            raise TypeError(f"the formula takes {len(self.variables)} values, one for each of "
                            f"{self.variables}, not {len(values)}")
        if not INTEGERS.isdisjoint(map(type, values)): # or 1/3 would be a float
            number = number_maker(values)
            values = [number(v, 1) if type(v) in INTEGERS else v for v in values]
        return self._run(*self._numbers(values), *values)

    def _numbers(self, values):
        """The constants in the arithmetic of the values, made once for each usual one and each precision."""
        alike = set(map(type, values))
        usual = alike <= _USUAL or alike == {np.ndarray} and are_doubles(values)
        key = (*alike, ctx.prec, mp.prec) if len(alike) == 1 and usual else None
        if key is None or key not in self._made:
            number = number_maker(values)
            made = [number(p, q) for p, q in self._constants]
            if key is None:
                return made
            self._made[key] = made
        return self._made[key]

    def _number(self, p, q=1):
        return self._constants.setdefault((int(p), int(q)), f"c{len(self._constants)}")

    def _node(self, node):
        """The name of a line that computes the node, or a literal integer."""
        if node.is_Integer:
            return f"({int(node)})"
        if node not in self._names:
            text = self._text(node)
            self._names[node] = f"t{len(self._lines)}"
            self._lines.append(f"{self._names[node]} = {text}")
        return self._names[node]

    def _value(self, node):
        """As `_node`, where the integer must be a number of the arithmetic."""
        return self._number(node) if node.is_Integer else self._node(node)

    def _text(self, node):
        if node.is_Float:
            raise ValueError(f"the float {node} stands in a formula: write it as a Rational")
        if node.is_Rational:
            return self._number(node.p, node.q)
        if node is sympy.pi:
            return f"4*apply('atan', {self._number(1)})"
        if node.is_Symbol:
            raise ValueError(f"{node} stands in the formula but not among its variables {self.variables}")
        if node.is_Add:
            return " + ".join((self._value if node.is_number else self._node)(a) for a in node.args)
        if node.is_Mul:
            return self._product(node)
        if node.is_Pow:
            return self._power(node)
        if node is sympy.E:
            return f"apply('exp', {self._number(1)})"
        if node.func in FUNCTIONS and len(node.args) == 1:
            return f"apply({FUNCTIONS[node.func]!r}, {self._value(node.args[0])})"
        raise TypeError(f"{node} cannot be expanded: known are rational operations, powers and "
                        f"{', '.join(sorted(FUNCTIONS.values()))}")

    def _product(self, node):
        above, below = [], []
        for factor in node.args:
            if factor.is_Rational and not factor.is_Integer:
                above.append(f"({factor.p})") if factor.p != 1 else None
                below.append(f"({factor.q})")
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(self._node(1/factor))
            else:
                above.append(self._node(factor))
        top = "*".join(above) or "1"
        return f"{top}/({'*'.join(below)})" if below else top

    def _power(self, node):
        base, exponent = self._value(node.base), node.exp
        if exponent.is_Integer:
            n = int(exponent)
            return f"power({base}, {n})" if n > 0 else f"1/power({base}, {-n})"
        if exponent.is_Rational:
            return f"root({base}, {exponent.p}, {exponent.q})"
        return f"apply('exp', {self._node(exponent)}*apply('log', {base}))"


def number_maker(values):
    """The function (p, q) -> p/q in the arithmetic of the values."""
    samples = [v.one if hasattr(v, "parts") else v[0] if isinstance(v, arb_series) else v for v in values]
    for one in samples:
        home = getattr(one, "field", None) or getattr(one, "ring", None)
        if home is not None and hasattr(home, "one"):
            return lambda p, q: home.one*p/q
    kind = common_kind(samples, "the formula")
    return lambda p, q: adapt(Fraction(p, q), kind, "a constant")[0]


def power(x, n):
    """x^n for an integer n >= 1; an even power of a ball contains no negative number."""
    if type(x) is arb:
        return ball_power(x, n)
    if isinstance(x, arb_series):                      # FLINT's own is undefined where x may be 0
        half = x if n < 4 else power(x, n//2)
        return x if n == 1 else x*x if n == 2 else x*x*x if n == 3 else half*half*x if n % 2 else half*half
    return x**n


def root(x, p, q):
    """x^(p/q) in the arithmetic of x."""
    base = power(apply("sqrt", x), abs(p)) if q == 2 else _rational_power(x, abs(p), q)
    return base if p > 0 else 1/base


def _rational_power(x, p, q):
    if hasattr(x, "to_power"):
        return x.to_power(Fraction(p, q))
    if not isinstance(x, arb_series) and kind_of(x) == "SymPy":
        return x**sympy.Rational(p, q)
    return apply("exp", p*apply("log", x)/q)


def apply(name, x):
    """The elementary function `name` ("exp", "sqrt", ...) of x in the arithmetic of x.

    Raises  ValueError where it is not defined as a real number, or where an exact rational has
            no rational value, such as exp(1)
    """
    if type(x) is arb:
        return _real(getattr(x, name)(), name, x)
    if type(x) is np.ndarray and name == "exp" and are_doubles((x,)):
        return np.exp(x)                               # defined everywhere, so that nothing need be raised
    if hasattr(x, "elementary"):
        return x.elementary(name)
    if isinstance(x, arb_series):
        return _of_series(name, x)
    if hasattr(x, "ring") or hasattr(x, "field"):
        return _of_exact(name, x)
    kind = kind_of(x)
    if kind == "SymPy":
        return getattr(sympy, name)(x)
    if kind == "mpf":
        return _real(getattr(mp, name)(x), name, x)
    if kind in ("float", "array"):
        with np.errstate(invalid="raise", divide="raise"):
            return getattr(np, "arc" + name[1:] if name in INVERSES else name)(x)
    return _of_exact(name, x)


def _real(value, name, x):
    if isinstance(value, mp.mpc) or isinstance(value, arb) and value.is_nan():
        raise ValueError(f"{name} is not defined as a real number at {x}")
    return value


def _of_exact(name, x):
    if name == "sqrt":
        return _exact_root(x)
    for (known, at), value in _AT.items():
        if known == name and x == at:
            return 0*x + value
    raise ValueError(f"{name}({x}) is no rational number: expand in SymPy, mpf or balls")


def _exact_root(x):
    if x == 1 or x == 0:
        return x
    if hasattr(x, "numerator") and not hasattr(x, "field") and not hasattr(x, "ring"):
        p, q = int(x.numerator), int(x.denominator)
        if p > 0 and isqrt(p)**2 == p and isqrt(q)**2 == q:
            return fmpq(isqrt(p), isqrt(q)) if isinstance(x, fmpq) else Fraction(isqrt(p), isqrt(q))
    raise ValueError(f"sqrt({x}) is no element of the coefficients' field: expand in SymPy, mpf or balls")


def _of_series(name, x):
    if name in INVERSES and name not in ("asin", "acos", "atan") or name in ("sinh", "cosh", "tanh"):
        return {"sinh": lambda: (x.exp() - (-x).exp())/2, "cosh": lambda: (x.exp() + (-x).exp())/2,
                "tanh": lambda: 1 - 2/((2*x).exp() + 1)}.get(name, lambda: _integrated(name, x))()
    return getattr(x, name)()


def _integrated(name, x):
    return (INVERSES[name](x)*x.derivative()).integral() + apply(name, x[0])
