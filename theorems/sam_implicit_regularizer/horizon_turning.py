"""SAM over a whole horizon where the eigenvectors turn: still the flow of the largest eigenvalue.

Setting as in `horizon`, for L(x, y, z) = V(e^(z/2) x, e^(-z/2) y) with any V whose Hessian at its minimum
has the entries (p + q)/2 on and (p - q)/2 off the diagonal, p > q > 0.  The minimisers are x = y = 0, the
eigenvectors turn with z, and nothing is symmetric.  There l + p q/l = (p + q) cosh z, hence

    |P grad l|^2 = l^2 (l^2 - p^2)(l^2 - q^2)/(l^2 - p q)^2.

Statement.  As rho -> 0 at fixed eta the sharpness after tau/(eta rho^2) steps of SAM tends to that of the
flow, given by an implicit equation.  The equation is proved to solve the flow; that SAM follows it all
the way is observed, at order 2 in rho.
"""

from sympy import Eq, Rational, exp, log, sqrt, symbols

from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.horizon import SCOPE, end, eta, l, largest, rho, rise, solves, start, tau, tilt
from theorems.sam_implicit_regularizer.valleys import x, y, z

p, q = symbols("p q", positive=True)

theorem = Theorem("SAM follows its flow where the eigenvectors turn",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, Phase II at finite step size"),
                  assumes=(eta*start < 2, q < p, p < start))


@theorem.data
def constants(case):
    return {start: case.sharp, eta: case.eta, tau: case.time, p: case.p, q: case.q}


turning = theorem.claim(
    "sharpness at the end, turning eigenvectors without symmetry",
    Eq((eta**2 + 4/(start*end))*(end - start) - 4*eta*log(end/start) + (p - q)/(p + q)*(
        (2/p + eta**2*p/2)*tilt(p) - (2/q + eta**2*q/2)*tilt(q) - 2*eta*(rise(p) - rise(q))), -2*tau),
    false={
        "eigenvectors that do not turn": Eq((eta**2 + 4/(start*end))*(end - start) - 4*eta*log(end/start), -2*tau + 0*p*q),
        "the flow without the step size": Eq(4/(start*end)*(end - start) + (p - q)/(p + q)*(2/p*tilt(p) - 2/q*tilt(q)), -2*tau),
    },
)


@turning.proof(scope=SCOPE)
def by_partial_fractions(claimed):
    """l + p q/l = (p + q) cosh z, the trace; its derivative along z gives |P grad l|^2 as a function of l."""
    grown = (l + p*q/l)**2 - (p + q)**2                        # ((p + q) sinh z)^2
    yield zero(grown/(1 - p*q/l**2)**2 - l**2*(l**2 - p**2)*(l**2 - q**2)/(l**2 - p*q)**2, "speed on the manifold", (l > p,))
    yield from solves(claimed, l**2*(l**2 - p**2)*(l**2 - q**2)/(l**2 - p*q)**2, l > p)


turning.observation(small=rho, order=2, first=Rational(1, 8), halvings=5)(lambda lab, rho: largest(lab, rho))
w1, w2 = exp(z/2)*x, exp(-z/2)*y
without_symmetry = ((5*w1/4 + w2/3 + w1**2/3)**2 + (w1/3 + 5*w2/4 + w1*w2/4)**2)/2
turning.case("turning", loss=without_symmetry, at=(0, 0, log(2)), off=(Rational(3, 10), Rational(7, 10), 0), codimension=2,
             eta=Rational(1, 4), time=Rational(1, 64), sharp=(1205 + sqrt(753129))/576, p=Rational(361, 144), q=Rational(121, 144))
