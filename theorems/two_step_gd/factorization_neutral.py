"""Entries beyond the rank of a symmetric factorisation: neutral without being gauge, and how slowly they die.

Statement.  In the setting of `factorization` let x be an entry of X in a row and a column beyond the rank, X being diagonal.  Its
multiplier is 1, although no X -> X Q moves it: a step takes it to x - eta x^3, and as x -> 0

    1/x_+^2 - 1/x^2  ->  2 eta,

so x dies like 1/sqrt(2 eta t).  Where n, p > r, limits are therefore reached only algebraically, and "spectral radius below 1"
is the wrong test even after the gauge directions are left out.
"""

from mpmath import mpf
from sympy import Eq, Rational, symbols

from numerics.factor_gradients import diagonal, symmetric
from numerics.product_cycle import product_cycle
from numerics.steps import descent
from theorems import Source, Theorem, zero

growth = symbols("growth", real=True)                            # measured: of 1/x^2 in a step
K, eta, x = symbols("K eta x", positive=True)                    # eta sigma_1^2; step size; the entry

theorem = Theorem(
    "entries beyond the rank of a symmetric factorisation",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 7 of the ICLR 2023 submission, known by name"),
    assumes=(K > 1,),
)


@theorem.data
def step_size(case):
    """The target has the one singular value size^2."""
    return {K: case.K, eta: case.K/Rational(case.size)**2}


idle = theorem.claim(
    "growth of 1/x^2 in a step, for an entry x beyond the rank, as x -> 0",
    Eq(growth, 2*eta),
    false={"it stays": Eq(growth, 0), "as for a loss without the factor 1/4": Eq(growth, 4*eta)},
)


@idle.proof(scope="every n, p, r")
def by_the_cubic_step(claimed):
    """At diagonal X such an entry moves as in the shape (1, 1) with target 0."""
    after, = descent(symmetric([(0,)]), eta)((x,))
    small = eta*x**2 < 1
    yield zero(after - x*(1 - eta*x**2), "one step")
    rate = (2*eta - eta**2*x**2)/(1 - eta*x**2)**2
    yield zero(1/after**2 - 1/x**2 - rate, "the growth", given=small)
    yield zero(rate.subs(x, 0) - claimed.rhs, "its limit")


@idle.observation(small=x, order=2, then=2)
def one_step_beside_the_cycle(lab, x):
    """The last entry of a 2 x 2 matrix of rank 1 on its cycle, disturbed by x."""
    size = mpf(lab.size)
    point = (product_cycle(lab.K)[0]*size, mpf(0), mpf(0), x)
    step = descent(symmetric(diagonal((size**2, mpf(0)), (2, 2))), lab.K/size**2)
    return 1/lab.iterate(step, point, 1)[3]**2 - 1/x**2


idle.case("weakly beyond the edge", K=Rational(11, 10), size=1)
idle.case("larger target", K=Rational(6, 5), size=Rational(3, 2))
