"""Values of canonical trees in any arithmetic: rationals, integers and matrices modulo a prime, balls.

One function, `evaluate`, runs a tree as a program, every subexpression once; a field says what
numbers, powers and named functions are in its arithmetic.
"""

from fractions import Fraction
from functools import lru_cache
from math import isqrt, prod

import flint

from theorems.kernel.deciding.canonical import draw, names, substitute

PRIME = 2**61 - 1
LONGEST = 2**22                         # bits of an exact power


class Inexact(Exception):
    """The value is not in this arithmetic: it is irrational, or undefined here."""


def evaluate(node, values, field):
    """The value of a tree, given those of its symbols, in one arithmetic."""
    found = []
    for kind, what, places in _program(node):
        args = [found[place] for place in places]
        if kind == "number":
            found.append(field.number(what))
        elif kind in ("x", "nc"):
            found.append(values[what])
        elif kind in "+*":
            found.append((sum if kind == "+" else prod)(args[1:], start=args[0]))
        else:
            found.append(field.power(args[0], what) if kind == "^" else field.function(kind, *args))
    return found[-1]


def exact_at(node, point):
    """The rational value of a tree at a point {name: tree of a number}; Inexact where that has none."""
    if not all(isinstance(point.get(name), str) for name in names(node)):
        raise Inexact("a symbol without a rational value")
    return evaluate(node, {name: ratio(point[name]) for name in names(node)}, Exact)


@lru_cache(maxsize=2000)
def _program(node):
    """Steps (kind, constant, places of the arguments) that compute a tree, every subexpression once."""
    steps, place = [], {}

    def added(node):
        if node not in place:
            if node[0] == "free":
                raise Inexact("an unknown function has no value")
            if isinstance(node, str):
                step = "number", ratio(node), ()
            elif node[0] in ("x", "nc"):
                step = *node[:2], ()
            elif node[0] == "^":
                step = "^", Fraction(node[2]), (added(node[1]),)
            else:
                step = node[0], None, tuple(map(added, node[1:]))
            steps.append(step)
            place[node] = len(steps) - 1
        return place[node]

    added(node)
    return steps


@lru_cache(maxsize=10_000)
def ratio(node):
    """The number that a tree's text "p/q" means, for FLINT."""
    return flint.fmpq(*map(flint.fmpz, node.split("/")))


class Exact:
    """Rational numbers; irrational values are Inexact."""

    number = staticmethod(lambda q: q)

    @staticmethod
    def power(base, q):
        if base == 0 and q < 0:
            raise Inexact("division by zero")
        if abs(q)*max(int(n).bit_length() for n in (base.p, base.q)) > LONGEST:
            raise Inexact("a number too long to compute with")
        if q.denominator > 1:
            base = flint.fmpq(*(_root(int(n), q.denominator) for n in (base.p, base.q)))
        return base**q.numerator

    @staticmethod
    def function(name, *args):
        if name in ("exp", "sin", "cos") and args == (0,):
            return flint.fmpq(name != "sin")
        raise Inexact(name)


def _root(n, degree):
    root = isqrt(n) if n >= 0 and degree == 2 else round(max(n, 0)**(1/degree)) if n < 10**15 else 0
    if root**degree != n:
        raise Inexact("root")
    return root


class Modular:
    """Integers modulo the prime 2^61 - 1."""

    number = staticmethod(lambda q: flint.nmod(int(q.p), PRIME)/flint.nmod(int(q.q), PRIME))

    @staticmethod
    def power(base, q):
        if q.denominator > 1 or (base == 0 and q < 0):
            raise Inexact("root")
        return base**q.numerator

    @staticmethod
    def function(name, *args):
        raise Inexact(name)


class Words:
    """Square matrices modulo the prime: values for symbols that do not commute."""

    def __init__(self, size):
        self.one = flint.nmod_mat(size, size, [int(i == j) for i in range(size) for j in range(size)], PRIME)

    def draw(self, *key):
        """A matrix whose entries depend on the key's text only."""
        n = self.one.nrows()
        return flint.nmod_mat(n, n, [draw(key, k) % PRIME for k in range(n*n)], PRIME)

    def number(self, q):
        return self.one*int(Modular.number(q))

    def power(self, base, q):
        if q.denominator > 1:
            raise Inexact("root")
        return base**q.numerator if q >= 0 else base.inv()**-q.numerator

    function = staticmethod(Modular.function)


class Balls:
    """Balls at FLINT's current precision: real ones, or complex."""

    def __init__(self, kind):
        self.kind = kind

    def number(self, q):
        return self.kind(q)

    @staticmethod
    def power(base, q):
        if q.denominator > 1:
            base = base.sqrt() if q.denominator == 2 else base.root(q.denominator)
        return base**q.numerator

    def function(self, name, *args):
        if name == "I" and self.kind is flint.arb:
            raise Inexact("imaginary")
        if name in ("pi", "I"):
            return self.kind.pi() if name == "pi" else self.kind(0, 1)
        return getattr(args[0], name)()


REAL, COMPLEX = Balls(flint.arb), Balls(flint.acb)


# ---- balls of trees

def ball(node, values, bits=128, field=REAL):
    """The value of a tree as a ball, or None where it is not a finite number of the field."""
    with flint.ctx.workprec(bits):
        try:
            found = evaluate(node, values, field)
        except Inexact:
            return None
    return found if found.is_finite() else None


def quick(node, point):
    """The rational value of a tree at a point, or a ball for it, or None."""
    try:
        return exact_at(node, point)
    except Inexact:
        return ball(substitute(node, point), {})


def ball_sign(node):
    """1 or -1 where a ball for the tree's value excludes zero, else None."""
    for bits in (64, 256, 1024, 4096):
        found = ball(node, {}, bits)
        if found is not None and (found > 0 or found < 0):
            return 1 if found > 0 else -1
    return None


def ends(value):
    """Rational bounds of a ball, to 60 binary places."""
    scaled = value*2**60
    return (Fraction(int(scaled.lower().floor().unique_fmpz()), 2**60),
            Fraction(int(scaled.upper().ceil().unique_fmpz()), 2**60))


def between(low, high):
    """The ball that covers [low, high]."""
    low, high = (flint.arb(flint.fmpq(end.numerator, end.denominator)) for end in (low, high))
    return low.union(high)
