"""SAM on (xy - 1)^2/2, exactly: how one step changes x^2 - y^2.

Setting.  h^2 = x^2 + y^2, residual r = xy - 1 != 0, sign sigma of r, and r' = r + rho sigma h + rho^2 xy/h^2,
the residual at the ascended point.  Gradient flow conserves q = x^2 - y^2; on xy = 1 the sharpness is
h^2 = sqrt(q^2 + 4), least at q = 0.

Statement.  In one step of size eta and radius rho

    q+ = q (1 - 2 eta rho sigma r'/h - eta^2 r'^2 (1 - rho^2/h^2)).

For every start with h > 0 and r != 0, no limit.  Gradient descent (rho = 0) has the last term only,
so it also lowers |q|, but by eta^2 r^2; on SAM's orbit the loss of |q| is of order eta rho^2 (`flow`).
"""

from sympy import Eq, Rational, sign, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, zero

moved = symbols("moved", real=True)                            # measured: q after one step
q, r, sigma = symbols("q r sigma", real=True)
ascended = symbols("ascended", real=True)                      # r' of the docstring
h, eta, rho = symbols("h eta rho", positive=True)
x, y = symbols("x y", real=True)

theorem = Theorem("SAM on a hyperbola of minimisers, exactly",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, exact instance"))


@theorem.data
def start(case):
    a, b = case.start
    residual, length = a*b - 1, sqrt(a**2 + b**2)
    return {q: a**2 - b**2, sigma: sign(residual), h: length, eta: case.eta, rho: case.rho,
            ascended: residual + case.rho*sign(residual)*length + case.rho**2*a*b/length**2}


gradient = lambda x, y: ((x*y - 1)*y, (x*y - 1)*x)

one_step = theorem.claim(
    "the conserved quantity of gradient flow after one step of SAM",
    Eq(moved, q*(1 - 2*eta*rho*sigma*ascended/h - eta**2*ascended**2*(1 - rho**2/h**2))),
    false={
        "first order in the step size": Eq(moved, q*(1 - 2*eta*rho*sigma*ascended/h)),
        "conserved": Eq(moved, q),
        "descent at the ascended residual": Eq(moved, q*(1 - eta**2*ascended**2)),
    },
)


@one_step.proof
def by_the_step_on_symbols(claimed):
    """|g| = |r| h, so the ascent is rho sigma (y, x)/h; the second gradient is taken there, on symbols."""
    up, right = x + rho*sigma*y/h, y + rho*sigma*x/h
    known = (Eq(h**2, x**2 + y**2), Eq(sigma**2, 1))
    residual = up*right - 1
    yield zero(residual - (x*y - 1 + rho*sigma*h + rho**2*x*y/h**2), "the ascended residual", known)
    slope = gradient(up, right)
    after = (x - eta*slope[0])**2 - (y - eta*slope[1])**2
    put = claimed.rhs.subs({q: x**2 - y**2, ascended: residual}, simultaneous=True)
    yield zero(after - put, "q after the step", known)


@one_step.enclosure
def after_one(lab):
    u, v = lab.iterate(sam(gradient, lab.eta, lab.rho), lab.start, 1)
    return u**2 - v**2


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("above the hyperbola", start=(2, 1), eta=Rational(1, 5), rho=third)
theorem.case("below it", start=(Rational(3, 4), half), eta=Rational(1, 7), rho=half)
theorem.case("between the branches", start=(3, -third), eta=half, rho=Rational(1, 5))
theorem.case("other branch", start=(-Rational(4, 3), -2), eta=Rational(1, 10), rho=2)
