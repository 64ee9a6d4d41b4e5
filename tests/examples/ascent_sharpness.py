"""What SAM's ascent step measures: curvature along the gradient, to second order.

Statement.  Let L have gradient g != 0 and Hessian H at the origin, and n = g/|g|.  Then

    (L(rho n) - L(0) - rho |g|) / rho^2  ->  n.H n / 2      as rho -> 0.

It is not the worst direction's curvature (largest eigenvalue of H) and not the
average direction's (trace of H over the dimension): those are the false variants.
Shown for two parameters and every loss with three continuous derivatives.
"""

from mpmath import mp
from sympy import Eq, Rational, diff, lambdify, sqrt, symbols

from numerics.losses import U, V
from numerics.steps import ascent
from theorems import Source, Theorem, zero

gain = symbols("gain")                                         # measured: second-order gain of the loss
g1, g2, h11, h12, h22 = symbols("g1 g2 h11 h12 h22", real=True)
t30, t21, t12, t03 = symbols("t30 t21 t12 t03", real=True)     # third derivatives
rho = symbols("rho", positive=True)

theorem = Theorem(
    "ascent-direction sharpness",
    source=Source("Wen, Ma and Li", arxiv="2211.05729", at="ascent-direction sharpness"),
    assumes=(g1**2 + g2**2 > 0,),
)


@theorem.data
def jet(case):
    """Read gradient and Hessian off the loss at the origin."""
    at = {U: 0, V: 0}
    order = {g1: (U,), g2: (V,), h11: (U, U), h12: (U, V), h22: (V, V)}
    return {symbol: diff(case.loss, *by).subs(at) for symbol, by in order.items()}


norm = sqrt(g1**2 + g2**2)
sharpness = theorem.claim(
    "second-order coefficient of the ascended loss",
    Eq(gain, (h11*g1**2 + 2*h12*g1*g2 + h22*g2**2)/(2*(g1**2 + g2**2))),
    false={
        "worst direction": Eq(gain, (h11 + h22 + sqrt((h11 - h22)**2 + 4*h12**2))/4),
        "average direction": Eq(gain, (h11 + h22)/4),
    },
)


@sharpness.proof
def by_taylor_with_symbolic_derivatives(claimed):
    """Taylor's theorem at order three along the normalised gradient."""
    u, v = rho*g1/norm, rho*g2/norm
    rise = (g1*u + g2*v + (h11*u**2 + 2*h12*u*v + h22*v**2)/2
            + (t30*u**3 + 3*t21*u**2*v + 3*t12*u*v**2 + t03*v**3)/6)
    yield zero(rise.diff(rho).subs(rho, 0) - norm, "the first-order term is the gradient norm")
    yield zero(rise.diff(rho, 2).subs(rho, 0)/2 - claimed.rhs, "the second-order term is the claim")


theorem.case("tilted bowl", loss=U + 2*V + U**2 - U*V + 3*V**2 + U**3)
theorem.case("saddle", loss=3*U - V + 2*U*V + V**4)


@sharpness.observation(small=rho, order=1, first=Rational(1, 8))
def excess_gain(lab, rho):
    """Climb by rho along the normalised gradient; measure the loss, nothing else."""
    loss = lambdify((U, V), lab.loss, "mpmath")
    gradient = lambdify((U, V), (diff(lab.loss, U), diff(lab.loss, V)), "mpmath")
    up = lab.iterate(ascent(gradient, rho), (mp.zero, mp.zero), 1)
    g, k = gradient(mp.zero, mp.zero)
    return (loss(*up) - loss(0, 0) - rho*mp.hypot(g, k))/rho**2
