"""The quartic's 2-cycle enclosed over a whole interval of step sizes, its birth at K = 1 included.

Statement.  Gradient descent on (x^2 - mu)^2/4, K = eta mu.  For every K in [1, sqrt(5) - 1) there
is, next to the minimiser sqrt(mu), one zero (m, q), q = s^2, of

    E(m, q) = (f'(m + s) + f'(m - s))/2,     eta O(m, q) - 2 = eta (f'(m + s) - f'(m - s))/(2s) - 2,

with J = E_m O_q - E_q O_m < 0 and dq/dK > 0.  For K > 1 it is the 2-cycle m +- s, of the multiplier
Lambda = 1 + 2 q eta^2 J in (-1, 1); at K = 1 it is the minimiser, q = 0.  In x the cycle cannot be
told from the fixed point there, where F(F(x)) - x has a triple zero; in (m, q) the zero is simple.

Enclosed by Krawczyk's operator for all K in [1, 1.236]; proved up to the end.
"""

from sympy import Eq, Matrix, Rational, Symbol, diff, expand, sqrt, symbols

from numerics import balls
from numerics.losses import X
from theorems import Box, Source, Theorem, positive, zero

cycles, J, Lambda, growth = symbols("cycles J Lambda growth")   # measured; growth is dq/dK
K, mu = symbols("K mu", real=True)
m, q, edge = symbols("m q edge", real=True)                    # edge is 2/eta
s = Symbol("s", positive=True)

theorem = Theorem(
    "the quartic's two-step cycle through its birth",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 2 of the ICLR 2023 submission, sharpened"),
    assumes=(K >= 1, K < sqrt(5) - 1, mu > 0),
)


@theorem.data
def step(case):
    return {K: 1 + case.beyond, mu: case.mu}


def equations(slope):
    """E and O of a polynomial f' as polynomials in m and q = s^2."""
    up, down = slope.subs(X, m + s), slope.subs(X, m - s)
    return [expand(expand(part).subs(s, sqrt(q))) for part in ((up + down)/2, (up - down)/(2*s))]


through_the_birth = theorem.claim(
    "one zero in (m, q) for each step size, regular, widening, attracting",
    (Eq(cycles, 1), J < 0, growth > 0, Lambda > -1),
    false={
        "two zeros": (Eq(cycles, 2), J < 0, growth > 0, Lambda > -1),
        "monotone attraction to the end": (Eq(cycles, 1), J < 0, growth > 0, Lambda > 0),
        "of the other orientation": (Eq(cycles, 1), J > 0, growth > 0, Lambda > -1),
    },
)


@through_the_birth.proof(scope="every mu > 0 and every K in [1, sqrt(5) - 1)")
def by_solving_for_m_and_q(counted, regular, widens, attracts):
    """E/m = m^2 + 3 q - mu and O = 3 m^2 + q - mu are linear in m^2 and q."""
    E, O = equations(X**3 - mu*X)
    square, half = mu*(1 + 3/K)/4, mu*(1 - 1/K)/4
    system = Matrix([[1, 3], [3, 1]])
    solution = {m**2: square, q: half}
    at = lambda expression: expand(expand(expression).subs(m**2, square).subs(q, half))
    yield zero(E/m - (m**2 + 3*q - mu), "E vanishes with m^2 + 3 q = mu", given=m > 0)
    yield zero(at(E/m), "E vanishes", given=m > 0)
    yield zero(at(O) - 2*mu/K, "eta O = 2")
    yield positive(-system.det(), "a linear system of two equations: one solution")
    yield zero(counted.rhs - 1, "one cycle")
    determinant = at(diff(E, m)*diff(O, q) - diff(E, q)*diff(O, m))
    found = {J: determinant, growth: diff(half, K), Lambda: 1 + 2*half*(K/mu)**2*determinant}
    yield zero(half.subs(K, 1), "q = 0 at K = 1")
    for one in (regular, widens, attracts):
        yield positive((one.gts - one.lts).subs(found), "the claimed sign")


@through_the_birth.enclosure
def by_krawczyk(lab):
    """Krawczyk's operator from the minimiser, with K - 1 a ball; a zero with q < 0 is no cycle."""
    mass, h = balls.ball(lab.mu), balls.ball(lab.beyond)
    eta = (1 + h)/mass
    E, O = equations(X**3 - lab.mu*X)
    df = balls.compiled([diff(one, by) for one in (E, O) for by in (m, q)], (m, q))
    middle, square = lab.keep(balls.solution((E, O - edge), (m, q), (mass.sqrt(), 0), {edge: 2/eta})).box
    E_m, E_q, O_m, O_q = df(middle, square)
    determinant = E_m*O_q - E_q*O_m
    wider = -2*E_m/(mass*eta*eta*determinant)
    return {cycles: count(square, wider, h), J: determinant, growth: wider, Lambda: 1 + 2*square*eta*eta*determinant}


def count(square, wider, h):
    """Whether the zero is a cycle: q > 0, or q >= 0 as it grows from 0 at K = 1."""
    if square > 0 or wider > 0 and h >= 0 and h.contains(0):
        return 1
    if square < 0:
        return 0
    raise balls.Undecided("the sign of q is open: a smaller ball of step sizes may decide")


theorem.case("from the birth to just short of the end", beyond=Box(0, Rational(236, 1000)), mu=1)
theorem.case("another scale", beyond=Box(0, Rational(1, 5)), mu=Rational(1, 20))
theorem.outside("before the edge", breaks=K >= 1, beyond=Box(-Rational(1, 10), -Rational(1, 100)), mu=1)
theorem.outside("beyond the end", breaks=K < sqrt(5) - 1, beyond=Box(Rational(1, 4), Rational(1, 2)), mu=1)
