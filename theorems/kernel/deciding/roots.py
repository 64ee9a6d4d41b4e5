"""Real roots of integer polynomials, isolated by Sturm's theorem, and the cells between them."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

import flint

from theorems.kernel.deciding.canonical import plus


def rational(q):
    """A FLINT rational or integer as a Fraction."""
    q = flint.fmpq(q)
    return Fraction(int(q.p), int(q.q))


def at(poly, x):
    """The exact value of an integer polynomial at a Fraction."""
    return rational(flint.fmpq_poly(poly)(flint.fmpq(x.numerator, x.denominator)))


def sturm(poly):
    """Sturm's chain of a squarefree integer polynomial, every remainder scaled to a primitive one."""
    chain = [poly, poly.derivative()]
    while chain[-1].degree() > 0:
        rest = -(flint.fmpq_poly(chain[-2]) % flint.fmpq_poly(chain[-1])).numer()
        chain.append(rest/rest.content())
    return chain


def variations(chain, x):
    """Sign changes of the chain at a Fraction."""
    signs = [v > 0 for v in (at(p, x) for p in chain) if v]
    return sum(a != b for a, b in zip(signs, signs[1:]))


@dataclass
class Root:
    """The only root of an irreducible polynomial in (low, high], or its rational value."""

    poly: flint.fmpz_poly
    low: Fraction
    high: Fraction

    @property
    def value(self):
        return self.high if self.poly.degree() == 1 else None

    def halve(self):
        middle = (self.low + self.high)/2
        left = (at(self.poly, self.low) > 0) != (at(self.poly, middle) > 0)
        self.low, self.high = (self.low, middle) if left else (middle, self.high)

    def narrow(self, bits):
        """The interval, halved until it is at most 2^-bits long."""
        while self.high - self.low > Fraction(1, 2**bits):
            self.halve()
        return self.low, self.high


def real_roots(poly):
    """All real roots of an irreducible integer polynomial, in increasing order."""
    if poly.degree() == 1:
        value = Fraction(-int(poly[0]), int(poly[1]))
        return [Root(poly, value, value)]
    chain, size = sturm(poly), max(abs(int(c)) for c in poly.coeffs())
    bound = Fraction(2 + size//abs(int(poly.leading_coefficient())))
    found, open_intervals = [], [(-bound, bound, variations(chain, -bound), variations(chain, bound))]
    while open_intervals:
        low, high, left, right = open_intervals.pop()
        if left - right == 1:
            found.append(Root(poly, low, high))
        elif left > right:
            middle = (low + high)/2
            count = variations(chain, middle)
            open_intervals += [(middle, high, count, right), (low, middle, left, count)]
    return found


def compare(a, b):
    """-1 or 1 as a < b or a > b, for roots of different irreducible polynomials or of one."""
    while a.high >= b.low and b.high >= a.low:
        for root in (a, b):
            if root.value is None:
                root.halve()
    return -1 if a.high < b.low else 1


def cells(polys):
    """Roots of different irreducible polynomials in order, and the simplest fraction of each gap between them."""
    roots = sorted((root for poly in polys for root in real_roots(poly)), key=cmp_to_key(compare))
    if not roots:
        return [], [Fraction(0)]
    gaps = [simplest(a.high, b.low) for a, b in zip(roots, roots[1:])]
    return roots, [simplest(None, roots[0].low), *gaps, simplest(roots[-1].high, None)]


def simplest(low, high):
    """The fraction of least denominator, then least size, strictly between two bounds (one of them None: unbounded)."""
    if low is None or high is not None and high <= 0:
        return -simplest(-high, None if low is None else -low)
    if low < 0:
        return Fraction(0)
    return Fraction(*_between(low.numerator, low.denominator, *((1, 0) if high is None else (high.numerator, high.denominator))))


def _between(a, b, c, d):
    """`simplest` strictly between a/b >= 0 and c/d, as numerator and denominator; d = 0 is unbounded."""
    wholes = []
    while (a//b + 1)*d >= c:
        whole, rest = divmod(a, b)
        wholes.append(whole)
        a, b, c, d = d, c - whole*d, b, rest
    p, q = a//b + 1, 1
    for whole in reversed(wholes):
        p, q = whole*p + q, p
    return p, q


def factors(poly):
    """The irreducible factors of an integer polynomial, primitive, in the order of their text."""
    return sorted((factor for factor, _ in poly.factor()[1]), key=str)


def solutions(poly):
    """Trees of the real roots of an irreducible polynomial of degree at most two, in x or in x^2."""
    if poly.degree() == 1:
        return [str(root.value) for root in real_roots(poly)]
    if poly.degree() > 2 and not any(poly.coeffs()[1:-1]):
        value, n = Fraction(-int(poly[0]), int(poly.leading_coefficient())), poly.degree()
        root = ("^", str(abs(value)), f"1/{n}")
        negative = ("*", "-1", root)
        return [root if value > 0 else negative] if n % 2 else [root, negative] if value > 0 else []
    if poly.degree() == 4 and poly[1] == poly[3] == 0:
        quadratic = flint.fmpz_poly([poly[0], poly[2], poly[4]])
        both = poly[0]*poly[4] > 0                             # squares of one sign, that of -poly[2]/poly[4]
        squares = solutions(quadratic)[:2 if both else 1] if not both or poly[2]*poly[4] < 0 else []
        roots = [("^", square, "1/2") for square in squares]
        return roots + [("*", "-1", root) for root in roots]
    if poly.degree() > 2 or not real_roots(poly):
        return []
    c, b, a = (Fraction(int(k)) for k in poly.coeffs())
    middle, half = -b/(2*a), ("^", str((b*b - 4*a*c)/(4*a*a)), "1/2")
    ends = [half, ("*", "-1", half)]
    return ends if middle == 0 else [plus(str(middle), end) for end in ends]
