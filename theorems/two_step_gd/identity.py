"""The multiplier of a 2-cycle is 1 + 2 q eta^2 J, whatever the loss and however wide the cycle.

Statement.  Let u, v = m +- s be a 2-cycle of F(x) = x - eta f'(x), q = s^2, and

    E(m, q) = (f'(m + s) + f'(m - s))/2,   O(m, q) = (f'(m + s) - f'(m - s))/(2s),   J = E_m O_q - E_q O_m.

Then E = 0, eta O = 2, and Lambda = F'(u) F'(v) = 1 + 2 q eta^2 J: stability against +1 is the sign of the
determinant that Newton's method for the cycle uses anyway.  Where E_m != 0 this is the same as
Lambda = 1 - s eta'(s) (f''(u) + f''(v)) along the branch eta(s).
"""

from sympy import Eq, Ne, Rational, Symbol, diff, expand, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem, zero
from theorems.two_step_gd.quartic_enclosed import equations, m, q

Lambda, back = symbols("Lambda back")                           # measured: multiplier; u after two steps
E_m, E_q, O_m, O_q, A, B = symbols("E_m E_q O_m O_q A B", real=True)    # slopes of E and O; f''(u), f''(v)
u, s, eta, turn = symbols("u s eta turn", real=True)            # turn is eta'(s)
half, size = (Symbol(name, positive=True) for name in ("half", "size"))

theorem = Theorem(
    "the multiplier of a two-step cycle is a Newton determinant",
    source=Source("beside Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission"),
)


@theorem.data
def cycle(case):
    """The slopes of E and O at the cycle {u, v} of a polynomial f', and eta = (u - v)/f'(u)."""
    at = {m: (case.u + case.v)/2, q: ((case.u - case.v)/2)**2}
    E, O = equations(case.slope)
    found = {symbol: diff(part, by).subs(at) for symbol, part, by in
             ((E_m, E, m), (E_q, E, q), (O_m, O, m), (O_q, O, q))}
    width, step = (case.u - case.v)/2, (case.u - case.v)/case.slope.subs(X, case.u)
    along = -step**2/2*(found[O_q] - found[O_m]*found[E_q]/found[E_m])
    return found | {u: case.u, s: width, eta: step, turn: 2*width*along,
                    A: diff(case.slope, X).subs(X, case.u), B: diff(case.slope, X).subs(X, case.v)}


identity = theorem.claim(
    "two steps return, with the multiplier that the determinant says",
    (Eq(back, u), Eq(Lambda, 1 + 2*s**2*eta**2*(E_m*O_q - E_q*O_m)), Eq(Lambda, 1 - s*turn*(A + B))),
    false={
        "half of the determinant": (Eq(back, u), Eq(Lambda, 1 + s**2*eta**2*(E_m*O_q - E_q*O_m)),
                                    Eq(Lambda, 1 - s*turn*(A + B))),
        "without the mixed slopes": (Eq(back, u), Eq(Lambda, 1 + 2*s**2*eta**2*E_m*O_q),
                                     Eq(Lambda, 1 - s*turn*(A + B))),
        "of the other orientation": (Eq(back, u), Eq(Lambda, 1 - 2*s**2*eta**2*(E_m*O_q - E_q*O_m)),
                                     Eq(Lambda, 1 - s*turn*(A + B))),
    },
)


@identity.proof(scope="every loss that is twice differentiable at the two points of a 2-cycle")
def by_the_slopes_in_terms_of_both_curvatures(returns, multiplies, turns):
    """E_m = (A + B)/2, O_m = 2 E_q = (A - B)/(2s), O_q = (E_m - O)/(2q), with O = 2/eta; any A and B."""
    f, point = symbols("f point", real=True)
    yield zero(point - size*f - size*(-f) - returns.rhs.subs(u, point), "f'(v) = -f'(u) takes v back to u")
    curvature = {E_m: (A + B)/2, E_q: (A - B)/(4*half), O_m: (A - B)/(2*half),
                 O_q: ((A + B)/2 - 2/size)/(2*half**2), s: half, eta: size}
    product = (1 - size*A)*(1 - size*B)
    yield zero(product - multiplies.rhs.subs(curvature), "by the determinant")
    along = (-eta**2/2*(O_q - O_m*E_q/E_m)*2*s).subs(curvature)
    yield zero(product - turns.rhs.subs(turn, along).subs(curvature), "along the branch", given=Ne(A + B, 0))


@identity.enclosure
def slope_of_two_symbolic_steps(lab):
    """Two steps from a symbol, their value and slope at u."""
    step_size = (lab.u - lab.v)/lab.slope.subs(X, lab.u)
    twice = expand(lab.iterate(descent(lambda x: lab.slope.subs(X, x), step_size), X, 2))
    return {back: twice.subs(X, lab.u), Lambda: diff(twice, X).subs(X, lab.u)}


theorem.case("skew quintic", slope=X + X**2/2 - Rational(547, 114)*X**3 + X**4, u=Rational(1, 2), v=-Rational(1, 3))
theorem.case("quartic", slope=X**3 - 4*X, u=Rational(42, 19), v=Rational(32, 19))
