"""How 2-cycles of gradient descent grow from a minimiser: midpoint, step size, multiplier.

Statement.  Let f have four continuous derivatives near a critical point, a = f'' > 0, b and c the
third and fourth derivative there, p = 3 b^2 - a c.  For every small half-width s there is one
2-cycle m +- s of F(x) = x - eta f'(x) with eta near 2/a; with m measured from the minimiser and
the multiplier Lambda = F'(u) F'(v), as s -> 0:

    m/s^2 -> -b/(2a),    (eta - 2/a)/s^2 -> p/(3a^3),    (Lambda - 1)/s^2 -> -4p/(3a^2).

So for p > 0 the cycles lie beyond the edge (eta > 2/a) and attract, for p < 0 they lie before it
and repel; p/(3a^2) is the flip coefficient of F at eta = 2/a and -2p/a^2 its Schwarzian derivative.
Shown for both signs of p, and for b = 0, which the printed theorem leaves out.
"""

from mpmath import mp
from sympy import Eq, Rational, atanh, diff, expand, lambdify, symbols, tanh

from numerics.cycles import critical_multiplier, two_cycle, two_step_jacobian
from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem, cited, zero

shift, excess, pull = symbols("shift excess pull")              # measured: m, eta - 2/a, Lambda - 1 over s^2
flip, schwarzian = symbols("flip schwarzian")                   # measured at eta = 2/a
a, b, c, s, x = symbols("a b c s x", real=True)
m, q, A, B, eta = symbols("m q A B eta", real=True)             # q = s^2; A, B: f'' at the two points
p = 3*b**2 - a*c

theorem = Theorem(
    "two-step cycles of gradient descent at a minimiser",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission, sharpened"),
    assumes=(a > 0,),
)


@theorem.data
def derivatives(case):
    """Read the second to fourth derivative off the loss at the minimiser."""
    return {symbol: diff(case.loss, X, k).subs(X, case.at) for k, symbol in enumerate((a, b, c), 2)}


def split(slope):
    """E = (f'(m+s) + f'(m-s))/2 and O = (f'(m+s) - f'(m-s))/(2s) as functions of m and q = s^2."""
    up, down = slope.subs(x, m + s), slope.subs(x, m - s)
    return [expand(part).subs(s**4, q**2).subs(s**2, q) for part in ((up + down)/2, expand((up - down)/2)/s)]


def slopes_at_the_minimiser():
    """The derivatives of (E, O) by m and q at the minimiser, where f' = a x + b x^2/2 + c x^3/6 + ..."""
    even, odd = split(a*x + b*x**2/2 + c*x**3/6)
    return [part.diff(by).subs({m: 0, q: 0}) for part in (even, odd) for by in (m, q)]


birth = theorem.claim(
    "midpoint, excess step size and multiplier of the cycle, per squared half-width",
    (Eq(shift, -b/(2*a)), Eq(excess, p/(3*a**3)), Eq(pull, -4*p/(3*a**2))),
    false={
        "2 b^2 - a c decides": (Eq(shift, -b/(2*a)), Eq(excess, (2*b**2 - a*c)/(3*a**3)), Eq(pull, -4*p/(3*a**2))),
        "3 b^2 - 2 a c decides": (Eq(shift, -b/(2*a)), Eq(excess, (3*b**2 - 2*a*c)/(3*a**3)), Eq(pull, -4*p/(3*a**2))),
        "the midpoint stays": (Eq(shift, 0), Eq(excess, p/(3*a**3)), Eq(pull, -4*p/(3*a**2))),
    },
)


@birth.proof(scope="every loss with four continuous derivatives near a critical point where f'' > 0")
def by_the_implicit_function_theorem(moves, exceeds, pulls):
    """2-cycles are the zeros of E with eta O = 2 and q > 0; E and O are C^1 in (m, q).

    E_m = a > 0 gives m(q), then eta(q) = 2/O; Lambda = 1 + 2 q eta^2 (E_m O_q - E_q O_m).
    """
    yield cited("the implicit function theorem")
    E_m, E_q, O_m, O_q = slopes_at_the_minimiser()
    moved = -E_q/E_m
    yield zero(E_m - a, "E has the slope a > 0 in m, so E = 0 has one solution m(q)")
    yield zero(moved - moves.rhs, "the slope of m(q)")
    yield zero(-2/a**2*(O_q + O_m*moved) - exceeds.rhs, "the slope of eta = 2/O, O = a at the minimiser")
    J = (A + B)/2*((A + B)/2 - 2/eta)/(2*q) - (A - B)**2/(8*q)
    yield zero(1 + 2*q*eta**2*J - (1 - eta*A)*(1 - eta*B), "Lambda = 1 + 2 q eta^2 J", given=(q > 0, eta > 0))
    yield zero(2*(2/a)**2*(E_m*O_q - E_q*O_m) - pulls.rhs, "the slope of Lambda at q = 0")


@birth.observation(small=s, order=2, then=2)
def small_cycle(lab, s):
    """Find the cycle of half-width s by steps alone, and difference two steps round it."""
    gradient, edge = slope_and_edge(lab)
    u, v, eta = two_cycle(lab.iterate, gradient, (lab.at,), (1,), s, edge)
    multiplier = critical_multiplier(two_step_jacobian(lab.iterate, gradient, u, eta))
    return {shift: ((u[0] + v[0])/2 - lab.at)/s**2, excess: (eta - edge)/s**2, pull: (multiplier - 1)/s**2}


def slope_and_edge(lab):
    """f' for the steps, and 2/f'' at the minimiser."""
    return lambdify((X,), (diff(lab.loss, X),), "mpmath"), mp.mpf(2)/lambdify(X, diff(lab.loss, X, 2, simplify=False), "mpmath")(lab.at)


flipping = theorem.claim(
    "flip coefficient and Schwarzian derivative of the step at the edge",
    (Eq(flip, p/(3*a**2)), Eq(schwarzian, -2*p/a**2)),
    false={
        "without the square": (Eq(flip, -c/(3*a)), Eq(schwarzian, -2*p/a**2)),
        "Schwarzian of the other sign": (Eq(flip, p/(3*a**2)), Eq(schwarzian, 2*p/a**2)),
    },
)


@flipping.proof(scope="every loss with four continuous derivatives near a critical point where f'' > 0")
def by_expanding_two_steps(flips, bends):
    """F(F(x)) = x - 2 (G''^2/4 + G'''/6) x^3 + ... for G = F at eta = 2/a; the step is the simulated one."""
    G = descent(lambda x: a*x + b*x**2/2 + c*x**3/6, 2/a)
    once, twice = expand(G(x)), expand(G(G(x)))
    first, second, third = (once.diff(x, k).subs(x, 0) for k in (1, 2, 3))
    yield zero(first + 1, "one step reverses the displacement")
    yield zero(twice.coeff(x, 1) - 1, "two steps restore it to first order")
    yield zero(twice.coeff(x, 2), "no second order term")
    yield zero(-twice.coeff(x, 3)/2 - flips.rhs, "the third order term is -2 times the flip coefficient")
    yield zero(third/first - Rational(3, 2)*(second/first)**2 - bends.rhs, "Schwarzian derivative")


@flipping.observation(small=s, order=1)
def two_steps_at_the_edge(lab, s):
    """Two steps from a start at distance s; derivatives of one step by differencing."""
    step = descent(*slope_and_edge(lab))
    end, = lab.iterate(step, (lab.at + s,), 2)
    _, first, second, third = mp.diffs(lambda y: lab.iterate(step, (y,), 1)[0], lab.at + s, 3)
    return {flip: (lab.at + s - end)/(2*s**3), schwarzian: third/first - 3*(second/first)**2/2}


theorem.case("skew quartic", loss=X**2 + X**3/2 + X**4/12, at=0)
theorem.case("skew quartic, steep and repelling", loss=5*X**2/2 - X**3/3 + X**4/3, at=0)
theorem.case("no third derivative", loss=3*X**2/2 - X**4/8 + X**5/10, at=0)
theorem.case("hyperbolic tangent", loss=(tanh(X) - Rational(1, 3))**2, at=atanh(Rational(1, 3)))
