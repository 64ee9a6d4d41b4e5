"""Balls: real numbers known up to a proved error, and what can be decided about them.

A ball [m +/- r] is the set of reals x with |x - m| <= r.  A function here that takes balls
encloses: its result contains the true value for every choice of numbers in the arguments.
FLINT's precision is global and shared by threads: set it with `precision`, parallelise with
processes.  Precision changes the width of a result, never its correctness.
"""

from contextlib import contextmanager
from fractions import Fraction
from numbers import Integral, Rational

import sympy
from flint import arb, arf, ctx, fmpq, fmpz

from numerics.whole import INTEGERS

WORKING_BITS = 128
LARGEST_EXPONENT = 2**20         # beyond this exact fractions are too slow
THIN = 24                        # bits of relative accuracy, from which on powers are FLINT's own
PRINTED_EXPONENT = 2**12         # beyond this only the order of magnitude is printed


class Undecided(ArithmeticError):
    """Balls of this width and precision decide nothing here; the message says what is missing."""


@contextmanager
def precision(bits=WORKING_BITS):
    """Compute with `bits` bits inside the block, and restore the old precision on any exit."""
    if not isinstance(bits, int) or bits < 2:
        raise ValueError(f"precision needs an integer of at least 2 bits, not {bits!r}")
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def ball(x):
    """The ball of an exact number, rounded outward to the working precision.

    `x` is an int, Fraction, fmpz, fmpq, dyadic (arf or mpf, taken as the number it stores), a
    constant exact SymPy expression, or a ball, which is returned as it is.
    Error: enclosed.  Raises: TypeError for Python and SymPy floats (a rounding of unknown
    origin is no number), Undecided where the expression is not defined as a real number.
    """
    if isinstance(x, arb):
        return x
    if isinstance(x, (int, Integral)) and not isinstance(x, bool):
        return arb(int(x))
    if isinstance(x, Fraction):
        return arb(fmpq(x.numerator, x.denominator))
    if isinstance(x, (fmpz, fmpq, arf)):
        return _finite(arb(x), x)
    if isinstance(x, sympy.Basic):
        from numerics.balls.expressions import evaluate
        return evaluate(x, {})
    if hasattr(x, "_mpf_"):
        return _dyadic(x)
    raise TypeError(f"{x!r} of type {type(x).__name__} is not exact: give an int, a Fraction, "
                    f"a SymPy number such as Rational(1, 10), or a ball")


def box(low, high):
    """A ball that contains the whole interval [low, high] of two exact numbers.

    Error: enclosed; the ball is wider than the interval by rounding only, and not at all if
    midpoint and half-width are dyadic with at most 30 bits in the latter.  An end at 0 is kept:
    box(0, high) contains no negative number.
    Raises: ValueError if low > high.
    """
    first, last = ball(low), ball(high)
    if first > last:
        raise ValueError(f"box needs low <= high, not {low} and {high}")
    middle, radius = (last + first)/2, (last - first)/2
    hull = arb(middle.mid().man_exp(), (radius + middle.rad()).abs_upper().man_exp())
    if first >= 0:
        return hull.nonnegative_part()
    return -(-hull).nonnegative_part() if last <= 0 else hull


def exact_value(x):
    """The exact number x as a SymPy number, or None for a ball of positive radius.

    Raises: TypeError for Python and SymPy floats, as `ball` does.
    """
    if isinstance(x, arb):
        return _rational(*to_exact(x)) if x.is_finite() else None
    if isinstance(x, sympy.Basic):
        if x.has(sympy.Float, sympy.nan, sympy.zoo) or not isinstance(x, sympy.Expr) or x.free_symbols:
            raise TypeError(f"{x} is not an exact constant: floats, NaN and free symbols are refused")
        return x
    if isinstance(x, fmpq):
        return sympy.Rational(int(x.p), int(x.q))
    if isinstance(x, Fraction):
        return sympy.Rational(x.numerator, x.denominator)
    if isinstance(x, (Integral, fmpz)) and not isinstance(x, bool):
        return sympy.Integer(int(x))
    return _rational(*to_exact(ball(x)))


def compare(a, b):
    """-1, 0 or 1 where every number of ball a is below, the same as, above every one of b.

    None where the balls overlap: two balls are the same only if both are single points.
    Never write `if not compare(a, b)`: None is undecided, 0 is equal.
    """
    a, b = ball(a), ball(b)
    if a < b:
        return -1
    if a > b:
        return 1
    return 0 if a == b else None


def is_positive(b):
    """True if all of ball b is > 0, False if all of it is <= 0, None if neither."""
    b = ball(b)
    return True if b > 0 else False if b <= 0 else None


def contains_zero(b):
    """Whether 0 lies in ball b.  True says nothing about the number that b encloses."""
    return 0 in ball(b)


def lower(b):
    """The left end of ball b, an exact Fraction."""
    middle, radius = to_exact(b)
    return middle - radius


def upper(b):
    """The right end of ball b, an exact Fraction."""
    middle, radius = to_exact(b)
    return middle + radius


def magnitude(b):
    """The largest |x| over ball b, rounded up: an exact ball."""
    return ball(b).abs_upper()


def power(x, n):
    """x**n for a ball x and an int n, with the tightest range: (-1, 2)**2 is [0, 4].

    FLINT's own `x**n` is undefined (not a number) where a wide ball contains 0, and x*x
    contains negative numbers there; here an even power never does.  On a ball known to `THIN`
    bits and more FLINT's is as good and much faster.
    Raises: Undecided if n < 0 and x contains 0.
    """
    if type(x) is arb and type(n) in INTEGERS and n > 0 and x.rel_accuracy_bits() > THIN:
        return x**n
    x = ball(x)
    if isinstance(n, bool) or not isinstance(n, Integral):
        raise TypeError(f"the exponent of a ball must be an integer, not {n!r}")
    if n < 0:
        return _finite(1/power(x, -n), f"{text(x)} to the power {n}")
    if x.is_exact():
        return x**n
    if n % 2 == 0:
        return hull_of_nonnegative(x.abs_lower()**n, x.abs_upper()**n)
    return (x.lower()**n).union(x.upper()**n)


def absolute(x):
    """|x| for a ball x; the result never contains a negative number."""
    x = ball(x)
    return hull_of_nonnegative(x.abs_lower(), x.abs_upper())


def hull_of_nonnegative(low, high):
    """The hull of two balls known to enclose numbers >= 0, cut off at 0."""
    return low.union(high).nonnegative_part()


def to_exact(b):
    """(midpoint, radius) of a finite ball as exact Fractions; `from_exact` is the inverse."""
    (m, e), (r, f) = _dyadics(b)
    if max(abs(e), abs(f)) > LARGEST_EXPONENT:
        raise Undecided("the ball is too large or too small for an exact fraction: an exponent of "
                        f"2 exceeds {LARGEST_EXPONENT}; it has probably exploded")
    return Fraction(m)*Fraction(2)**e, Fraction(r)*Fraction(2)**f


def from_exact(middle, radius=0):
    """The ball [middle +/- radius] of exact numbers; exactly so if both are dyadic and the radius
    has at most 30 bits, as `to_exact` gives them, and rounded outward otherwise."""
    middle, radius = _fraction(middle), _fraction(radius)
    if radius < 0:
        raise ValueError(f"a radius is at least 0, not {radius}")
    if _is_dyadic(middle) and _is_dyadic(radius):
        return _from_dyadics(_man_exp(middle), _man_exp(radius))
    return ball(middle) + arb(0, fmpq(radius.numerator, radius.denominator))


def serialise(b):
    """The ball as text, exactly: '5*2^-3 +/- 1*2^-80'.  Two equal texts are two equal balls."""
    (m, e), (r, f) = _dyadics(b)
    return f"{m}*2^{e} +/- {r}*2^{f}"


def deserialise(line):
    """The ball that `serialise` wrote.  Raises: ValueError for any other text."""
    if not isinstance(line, str):
        raise TypeError(f"{line!r} is not a text 'm*2^e +/- r*2^f'")
    try:
        middle, radius = ((int(m), int(e)) for m, e in
                          (part.split("*2^") for part in line.split(" +/- ")))
    except ValueError:
        raise ValueError(f"{line!r} is not a ball 'm*2^e +/- r*2^f'") from None
    if radius[0] < 0:
        raise ValueError(f"{line!r} has a negative radius")
    return _from_dyadics(middle, radius)


def text(b, digits=15):
    """The ball in decimals, rounded outward: '1.4142136 +/- 2.1e-9'.

    The printed decimal ball contains b.  No more digits of the midpoint are printed than the
    radius allows (two below its first digit), so the width cannot be overlooked.  Where an exponent
    of 2 exceeds 4096 only a bound of the size is printed: '|x| < 2^5000'.
    """
    b = ball(b)
    if isinstance(digits, bool) or not isinstance(digits, Integral) or digits < 1:
        raise ValueError(f"digits must be a positive integer, not {digits!r}")
    if not b.is_finite():
        return "undefined"
    if max(abs(e) for _, e in _dyadics(b)) > PRINTED_EXPONENT:
        m, e = map(int, magnitude(b).man_exp())
        return f"|x| < 2^{m.bit_length() + e}"
    middle, radius = to_exact(b)
    last = _decade(middle) - digits + 1 if middle else 0
    if radius:
        last = max(last, _decade(radius) - 1)
    shown = round(middle/Fraction(10)**last)
    radius += abs(middle - shown*Fraction(10)**last)
    return _decimal(shown, last) + (f" +/- {_rounded_up(radius)}" if radius else "")


def _finite(value, what):
    if not value.is_finite():
        raise Undecided(f"{what} is not defined as a real number on the whole ball")
    return value


def _dyadic(number):
    sign, man, exponent, bits = number._mpf_
    if not man and bits:
        raise ValueError(f"{number} is not a finite number")
    return arb((-int(man) if sign else int(man), int(exponent)))


def _fraction(x):
    """The exact number x as a Fraction; floats are refused, as by `ball`."""
    if isinstance(x, bool) or not isinstance(x, (Rational, fmpz, fmpq)):
        raise TypeError(f"{x!r} of type {type(x).__name__} is no exact rational number: give an int or a Fraction")
    return Fraction(int(x.numerator), int(x.denominator))


def _dyadics(b):
    b = ball(b)
    if not b.is_finite():
        raise Undecided("the ball is unbounded or undefined: an operation before it was not "
                        "defined on its whole argument, or the ball has exploded")
    return tuple(tuple(map(int, part.man_exp())) for part in (b.mid(), b.rad()))


def _from_dyadics(middle, radius):
    """FLINT keeps radii to 30 bits but takes only 29 without rounding up; adding a speck to the
    even part rounds up by exactly the missing one.  Longer radii are rounded up."""
    r, e = radius
    if r.bit_length() != 30 or r % 2 == 0:
        return arb(middle, radius)
    with precision(max(ctx.prec, middle[0].bit_length() + 2)):
        return arb(middle, (r - 1, e)) + arb((0, 0), (1, e - 60))


def _rational(middle, radius):
    return None if radius else sympy.Rational(middle.numerator, middle.denominator)


def _is_dyadic(fraction):
    return fraction.denominator & (fraction.denominator - 1) == 0


def _man_exp(dyadic):
    return dyadic.numerator, 1 - dyadic.denominator.bit_length()


def _decade(x):
    """The e with 10^e <= |x| < 10^(e + 1)."""
    x = abs(x)
    e = (x.numerator.bit_length() - x.denominator.bit_length())*30103//100000 - 1
    while Fraction(10)**(e + 1) <= x:
        e += 1
    return e


def _rounded_up(radius):
    last = _decade(radius) - 1
    return f"{_decimal(-(-radius//Fraction(10)**last), last)}"


def _decimal(digits, last):
    """digits*10^last in plain or scientific notation."""
    sign, figures = "-" if digits < 0 else "", str(abs(digits))
    point = len(figures) + last
    if last > 0 or point < -3:
        figures = figures[0] + ("." + figures[1:] if figures[1:] else "")
        return f"{sign}{figures}e{point - 1}" if digits else "0"
    if last == 0:
        return sign + figures
    figures = figures.rjust(1 - last, "0")
    return f"{sign}{figures[:last]}.{figures[last:]}"
