"""2-cycles of gradient descent on transcendental losses, enclosed from their birth on.

Statement.  Let f be smooth near a minimiser with a = f'' > 0 and 3 f'''^2 > f'' f'''' there, and
eta = 2/a + h.  For every h in the stated interval, from 0 on, there is next to the minimiser one zero
(m, q), q = s^2, of

    E = (f'(m + s) + f'(m - s))/2,     eta O - 2 = eta (f'(m + s) - f'(m - s))/(2s) - 2,

with J = E_m O_q - E_q O_m < 0 and dq/dh > 0.  For h > 0 it is the 2-cycle m +- s of descent, of the
multiplier Lambda = 1 + 2 q eta^2 J in (-1, 1): it attracts.  At h = 0 it is the minimiser.

Enclosed for (tanh x - 1/3)^2 and exp(-x) + x, by Krawczyk's operator and derivatives in mean-value
form; that Lambda is what J says is proved in `identity`.
"""

from sympy import Eq, Rational, atanh, diff, exp, expand, symbols, tanh

from numerics import balls
from numerics.cycles import midpoint_slopes, midpoint_values
from numerics.losses import X
from theorems import Box, Source, Theorem

cycles, J, Lambda, growth = symbols("cycles J Lambda growth")   # measured; growth is dq/dh
a, b, c, h = symbols("a b c h", real=True)

theorem = Theorem(
    "two-step cycles on transcendental losses",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission, sharpened"),
    assumes=(a > 0, 3*b**2 - a*c > 0, h >= 0),
)


@theorem.data
def derivatives(case):
    """Read the second to fourth derivative off the loss at the minimiser."""
    jet = {symbol: diff(case.loss, X, k, simplify=False).subs(X, case.at) for k, symbol in enumerate((a, b, c), 2)}
    return {**jet, h: case.h}


from_the_birth = theorem.claim(
    "one zero in (m, q) for each step size, regular, widening, attracting",
    (Eq(cycles, 1), J < 0, growth > 0, Lambda > -1),
    false={
        "two zeros": (Eq(cycles, 2), J < 0, growth > 0, Lambda > -1),
        "of the other orientation": (Eq(cycles, 1), J > 0, growth > 0, Lambda > -1),
        "shrinking": (Eq(cycles, 1), J < 0, growth < 0, Lambda > -1),
    },
)


@from_the_birth.enclosure
def by_krawczyk(lab):
    """Krawczyk's operator from the minimiser, with h a ball; a zero with q < 0 is no cycle."""
    f, at, h = in_mean_value_form(lab.loss), balls.ball(lab.at), balls.ball(lab.h)
    eta = 2/f(at)[1] + h
    middle, square = balls.zero_near(equations, slopes, (at.mid(), 0), (f, eta)).box
    found = midpoint_slopes(f, middle, square)
    wider = -2*found.E_m/(eta*eta*found.determinant)
    return {cycles: count(square, wider, h), J: found.determinant, growth: wider,
            Lambda: 1 + 2*square*eta*eta*found.determinant}


def equations(x, f, eta):
    E, O = midpoint_values(f, *x)
    return [E, eta*O - 2]


def slopes(x, f, eta):
    found = midpoint_slopes(f, *x)
    return [[found.E_m, found.E_q], [eta*found.O_m, eta*found.O_q]]


def in_mean_value_form(loss):
    """f', ..., f^(6) over a ball x: f^(k)(centre) + f^(k+1)(x) (x - centre)."""
    f = balls.compiled([expand(diff(loss, X, k, simplify=False)) for k in range(1, 8)], (X,))

    def over(x):
        middle, wide = f(x.mid()), f(x)
        return [value + slope*(x - x.mid()) for value, slope in zip(middle, wide[1:])]
    return over


def count(square, wider, h):
    """Whether the zero is a cycle: q > 0, or q >= 0 as it grows from 0 at h = 0."""
    if square > 0 or wider > 0 and h >= 0 and h.contains(0):
        return 1
    if square < 0:
        return 0
    raise balls.Undecided("the sign of q is open: a smaller ball of step sizes may decide")


squashed = dict(loss=(tanh(X) - Rational(1, 3))**2, at=atanh(Rational(1, 3)))
theorem.case("hyperbolic tangent", **squashed, h=Box(0, Rational(3, 100)))
theorem.case("exponential", loss=exp(-X) + X, at=0, h=Box(0, Rational(2, 5)))
theorem.outside("before the edge", breaks=h >= 0, **squashed, h=Box(-Rational(3, 100), -Rational(1, 100)))
theorem.outside("p negative", breaks=3*b**2 - a*c > 0, loss=exp(X) + exp(-X), at=0,
                h=Box(Rational(1, 100), Rational(3, 100)))
