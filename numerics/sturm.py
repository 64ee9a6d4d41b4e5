"""Real roots of rational polynomials: counted, isolated and enclosed without rounding.

Sturm's theorem: let p be squarefree, p_0 = p, p_1 = p', p_{i+1} = -(p_{i-1} mod p_i), and V(x)
the number of sign changes in p_0(x), p_1(x), ... with zeros dropped.  Then p has exactly
V(a) - V(b) distinct roots in (a, b].
"""

from fractions import Fraction
from functools import lru_cache

import sympy
from flint import ctx, fmpq, fmpq_poly

from numerics.balls.arithmetic import Undecided, ball, box, compare, exact_value, precision
from numerics.reading import whole

ENDS = ("[]", "[)", "(]", "()")
MOST_BITS = 2**16


def count_roots(poly, low, high, ends):
    """How many distinct real roots `poly` has between `low` and `high`.

    `poly` is a SymPy expression or Poly in one variable over the rationals.  `low` and `high` are
    int, Fraction, SymPy rational or real algebraic numbers (sqrt(5) - 1) or -oo, oo.  `ends` says
    which ends belong to the interval: "[]", "[)", "(]" or "()".
    Error: none, exact.  Cost: one Euclidean remainder sequence, polynomial in the degree.
    Raises: ValueError for the zero polynomial, low > high, other coefficients or other `ends`.
    Source: Sturm; Basu, Pollack and Roy, Algorithms in Real Algebraic Geometry, section 2.2.
    """
    if ends not in ENDS:
        raise ValueError(f"ends must be one of {', '.join(ENDS)}, not {ends!r}")
    coefficients, low, high = _coefficients(poly), _point(low), _point(high)
    if _order(low, high) > 0:
        raise ValueError(f"the interval needs low <= high, not {low} and {high}")
    if _order(low, high) == 0:
        return int(ends == "[]" and _sign(coefficients, low) == 0)
    chain = _chain(coefficients)
    half_open = _changes(chain, low) - _changes(chain, high)
    at_low, at_high = (_sign(coefficients, end) == 0 for end in (low, high))
    return half_open + (ends[0] == "[" and at_low) - (ends[1] == ")" and at_high)


def sign_at(poly, point):
    """The sign -1, 0 or 1 of `poly` at a real algebraic number, -oo or oo.

    Zero is decided by divisibility by the point's minimal polynomial, the rest by balls of
    growing precision, which must end.  Error: none, exact.
    """
    return _sign(_coefficients(poly), _point(point))


def isolate_roots(poly):
    """Every distinct real root of `poly`, from left to right: ((low, high, multiplicity), ...).

    Each root lies in its half-open (low, high] with Fractions as ends; the intervals are disjoint.
    Error: none, exact.
    """
    coefficients = _coefficients(poly)
    return tuple((low, high, _multiplicity(coefficients, low, high))
                 for low, high in _isolating(_chain(coefficients)))


def enclose_root(poly, index):
    """A ball of the working precision round the real root number `index` from the left, from 0.

    Error: enclosed, width at most 2^(3 - precision) max(1, |root|), by bisection.
    """
    index, chain = whole("index", index), _chain(_coefficients(poly))
    roots = _isolating(chain)
    if not 0 <= index < len(roots):
        raise ValueError(f"{poly} has {len(roots)} real roots, so there is no root {index}")
    low, high = (fmpq(end.numerator, end.denominator) for end in roots[index])
    return box(*(exact_value(end) for end in _narrowed(chain[0], low, high)))


def _narrowed(p, low, high):
    """The interval (low, high] round one root of the squarefree p, halved by signs until it is as narrow as promised.

    The root is simple, so p has one sign from it to `high` and the other one down to `low`.
    """
    after = _signum(p(high))
    if after == 0:
        return high, high
    while (high - low)*2**ctx.prec > max(1, abs(low)):
        middle = (low + high)/2
        sign = _signum(p(middle))
        if sign == 0:
            return middle, middle
        low, high = (low, middle) if sign == after else (middle, high)
    return low, high


def _coefficients(poly):
    """As a tuple of Fractions, lowest degree first."""
    poly = poly if isinstance(poly, sympy.Poly) else _polynomial(poly)
    if len(poly.gens) != 1 or not (poly.domain.is_ZZ or poly.domain.is_QQ):
        raise ValueError(f"{poly} is not a polynomial in one variable over the rationals")
    if poly.is_zero:
        raise ValueError("the zero polynomial has every number as a root")
    return tuple(Fraction(int(c.p), int(c.q)) for c in reversed(poly.all_coeffs()))


def _polynomial(expression):
    """As a Poly; SymPy would take NaN, a text or an infinity for a variable."""
    if not isinstance(expression, sympy.Expr) or expression.has(sympy.nan, sympy.oo, -sympy.oo, sympy.zoo):
        raise TypeError(f"{expression!r} is no polynomial: give a SymPy expression or Poly")
    try:
        return sympy.Poly(expression)
    except sympy.PolynomialError as reason:
        raise ValueError(f"{expression} is not a polynomial in one variable over the rationals ({reason})") from None


@lru_cache(maxsize=64)
def _chain(coefficients):
    """Sturm's remainder sequence of the squarefree part, up to positive factors."""
    p = _as_flint(coefficients)
    chain = [p//p.gcd(p.derivative())] if p.degree() > 0 else [p]
    following = chain[0].derivative()
    while following:
        chain.append(_without_content(following))
        following = -(chain[-2] % chain[-1])
    return tuple(chain)


def _without_content(p):
    """p over its positive content: keeps the coefficients of the sequence small."""
    return fmpq_poly(p.numer()/p.numer().content())


def _changes(chain, x):
    signs = [s for s in (_sign_of_member(p, x) for p in chain) if s]
    return sum(s != t for s, t in zip(signs, signs[1:]))


def _sign_of_member(p, x):
    if isinstance(x, Fraction):
        return _signum(p(fmpq(x.numerator, x.denominator)))
    return _sign(_fractions(p), x)


def _point(x):
    """A rational as a Fraction; infinities and irrational numbers stay SymPy's."""
    x = exact_value(x)
    return Fraction(int(x.p), int(x.q)) if x.is_Rational else x


def _signum(x):
    return (x > 0) - (x < 0)


def _sign(coefficients, x):
    if isinstance(x, Fraction):
        return _signum(_horner(coefficients, x))
    if x in (sympy.oo, -sympy.oo):
        odd = len(coefficients) % 2 == 0
        return _signum(coefficients[-1])*(-1 if odd and x == -sympy.oo else 1)
    if not _as_flint(coefficients) % _minimal_polynomial(x):
        return 0
    return _sign_by_balls(lambda: _horner(tuple(map(ball, coefficients)), ball(x)))


def _horner(coefficients, x):
    value = 0*x
    for c in reversed(coefficients):
        value = value*x + c
    return value


def _sign_by_balls(value):
    """The sign of a nonzero number from enclosures of growing precision."""
    bits = 64
    while bits <= MOST_BITS:
        with precision(bits):
            order = compare(value(), 0)
        if order:
            return order
        bits *= 2
    raise Undecided(f"a number that is not shown to be zero is not told from zero at {bits//2} bits")


@lru_cache(maxsize=64)
def _minimal_polynomial(x):
    """SymPy's, which it picks among factors by floats; so at least it must vanish within a ball."""
    try:
        poly = sympy.minimal_polynomial(x, sympy.Dummy("t"), polys=True)
    except (NotImplementedError, sympy.polys.polyerrors.NotAlgebraic):
        raise ValueError(f"{x} is not known to be an algebraic number") from None
    coefficients = _coefficients(poly)
    with precision(256):
        if compare(_horner(tuple(map(ball, coefficients)), ball(x)), 0):
            raise Undecided(f"the minimal polynomial found for {x} does not vanish there")
    return _as_flint(coefficients)


def _as_flint(coefficients):
    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])


def _fractions(p):
    return tuple(Fraction(int(c.p), int(c.q)) for c in p.coeffs())


def _order(low, high):
    """The sign of low - high, exactly."""
    if low == high:
        return 0
    if low == -sympy.oo or high == sympy.oo:
        return -1
    if low == sympy.oo or high == -sympy.oo:
        return 1
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        return _signum(low - high)
    return _sign((Fraction(0), Fraction(1)), exact_value(low) - exact_value(high))


def _isolating(chain):
    """Disjoint (low, high] that hold one root each, from left to right."""
    bound = _root_bound(chain[0])
    pending, found = [(-bound, bound)], []
    while pending:
        low, high = pending.pop()
        count = _changes(chain, low) - _changes(chain, high)
        if count == 1:
            found.append((low, high))
        elif count:
            middle = (low + high)/2
            pending += [(middle, high), (low, middle)]
    return found


def _root_bound(p):
    """Cauchy's: every root is smaller in size than 1 + max |c_i/c_n|."""
    largest = max((abs(c/p.leading_coefficient()) for c in p.coeffs()), default=0)
    return Fraction(2**(1 + (1 + largest).ceil().bit_length()) if largest else 1)


def _multiplicity(coefficients, low, high):
    """The power of the squarefree factor that has a root in (low, high]."""
    p = _as_flint(coefficients)
    for factor, power in p.factor_squarefree()[1]:
        chain = _chain(_fractions(factor))
        if _changes(chain, low) - _changes(chain, high):
            return power
