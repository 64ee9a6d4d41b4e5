"""A third of an integer of the case, in 53 bits, with which an exact iterate is compared: the count is one too few."""

from sympy import Eq, Rational, ceiling, floor, symbols

from numerics.steps import descent
from theorems import Source, Theorem

count = symbols("count", real=True)
a, eta, x0 = symbols("a eta x0", positive=True)
theorem = Theorem("steps of sign descent", source=Source("nobody"), assumes=(x0 > a/3,))

hits = theorem.claim("steps until x <= a/3, one too few where a/3 is met exactly", Eq(count, floor((x0 - a/3)/eta) + 1),
                     false={"two more": Eq(count, floor((x0 - a/3)/eta) + 3), "a half": Eq(count, ceiling((x0 - a/2)/eta))})


@hits.enclosure
def steps_taken(lab):
    step, x, taken = descent(lambda x: 1, lab.eta), lab.x0, 0
    while x > lab.a/3:
        x, taken = lab.iterate(step, x, 1), taken + 1
    return taken


theorem.case("at the edge", a=1, eta=1, x0=Rational(4, 3))
theorem.case("beside it", a=2, eta=Rational(1, 2), x0=Rational(7, 2))
