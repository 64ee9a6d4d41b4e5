"""SAM over a whole horizon: after tau/(eta rho^2) steps it is where its flow is at the time tau.

Setting as in `flow`: eta l < 2 for the largest eigenvalue l on the path, and the start has a component
along its eigenvector.  Along X' = -(1/2) (2/(2 - eta l))^2 P grad l the sharpness falls by

    l' = -(1/2) (2/(2 - eta l))^2 |P grad l|^2.

Here |P grad l|^2 is a function of l: alpha (l^2 - mu^2)/l on a curve of minimisers of (Re h)^2/2 with h a
quadratic polynomial of x + iy, a hyperbola or a generic curve, and l^2 in the valley of two modes.
Where eigenvectors turn and no symmetry is left: `horizon_turning`.

Statement.  As rho -> 0 at fixed eta the sharpness after tau/(eta rho^2) steps of SAM tends to that of the
flow, given by an implicit equation; what belongs to a weaker mode alone does not move.  The equations
are proved to solve the flow; that SAM follows it all the way is observed, the sharpness at order 2 in rho.
"""

from sympy import Eq, I, Matrix, Rational, diff, exp, expand, log, re, sqrt, symbols

from numerics.balls import ball
from numerics.midpoints import as_mpf, midpoints, rounded
from numerics.steps import sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.valleys import (HYPERBOLA, TWO_HYPERBOLAS, TWO_MODES, VARIABLES, gradient, u, valley, values,
                                                        x, y, z)

end, left = symbols("end left", positive=True)                 # measured: l at the end; what is conserved, there
start, kept = symbols("start kept", positive=True)             # both at the start
alpha, mu, eta, tau, rho, l = symbols("alpha mu eta tau rho l", positive=True)

theorem = Theorem("SAM follows its flow over a whole horizon",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, Phase II at finite step size"),
                  assumes=(eta*start < 2,))


@theorem.data
def constants(case):
    shape = {alpha: "alpha", mu: "mu", kept: "kept_value"}
    return {start: case.sharp, eta: case.eta, tau: case.time,
            **{symbol: case.data[name] for symbol, name in shape.items() if name in case.data}}


def after_all(lab, rho):
    """The point where SAM is after time/(eta rho^2) steps."""
    radius, step_size = ball(rho), ball(lab.eta)
    begin = midpoints(ball(a) + step_size*radius*ball(d) for a, d in zip(lab.at, lab.off))
    step = rounded(sam(gradient(lab.loss, VARIABLES[:len(lab.at)]), step_size, radius))
    return as_mpf(lab.iterate(step, begin, lab.steps(lab.time, lab.eta*rho**2)))


def largest(lab, rho):
    """l at the minimiser that Newton's iteration finds from there, O(rho^2) away from Phi."""
    place = valley(lab.loss, VARIABLES[:len(lab.at)], lab.codimension)
    return place.eigenvalue(place.projected(after_all(lab, rho)), 0)


def solves(claimed, speed, *given):
    """Goals: the equation holds at the time 0, and goes on to hold along l' = -speed/2 (2/(2 - eta l))^2."""
    gap = claimed.lhs - claimed.rhs
    at = gap.subs(end, l)
    yield zero(gap.subs({tau: 0, end: start}), "it holds at the start")
    yield zero(diff(at, l)*-speed/2*(2/(2 - eta*l))**2 + diff(at, tau), "and along the flow", (eta*l < 2, *given))


def tilt(root):
    """log((l - root)/(l + root)) from start to end."""
    return log((end - root)*(start + root)/((end + root)*(start - root)))


def rise(root):
    """log(l^2 - root^2) from start to end."""
    return log((end**2 - root**2)/(start**2 - root**2))


def single_mode():
    """The solution of l' = -(alpha/2) (2/(2 - eta l))^2 (l^2 - mu^2)/l."""
    return Eq((2 + eta**2*mu**2/2)*rise(mu) - 4*eta*(end - start) - 2*eta*mu*tilt(mu) + eta**2*(end**2 - start**2)/2, -2*alpha*tau)


SCOPE = "the solution of the flow; that SAM follows it is proved per step at leading order (`flow`) and observed here"

one_mode = theorem.claim(
    "sharpness at the end, one normal direction",
    single_mode(),
    false={
        "the flow without the step size": Eq(2*rise(mu), -2*alpha*tau),
        "the first power": Eq(2*rise(mu) - 2*eta*(end - start) - eta*mu*tilt(mu), -2*alpha*tau),
        "no half": Eq((2 + eta**2*mu**2/2)*rise(mu) - 4*eta*(end - start) - 2*eta*mu*tilt(mu) + eta**2*(end**2 - start**2)/2,
                      -4*alpha*tau),
    },
)


@one_mode.proof(scope=SCOPE)
def by_differentiation(claimed):
    """With J = Im h, up to a constant, |grad J|^2 = l and l^2 = alpha J^2 + mu^2 on the curve."""
    J, speed = symbols("J", real=True), alpha*(l**2 - mu**2)/l
    steep = diff(sqrt(alpha*J**2 + mu**2), J)                  # of l along J
    yield zero((steep**2*l).subs(alpha*J**2 + mu**2, l**2) - speed, "|P grad l|^2", given=(Eq(alpha*J**2, l**2 - mu**2),))
    yield from solves(claimed, speed, l > mu, start > mu)


one_mode.observation(small=rho, order=2, first=Rational(1, 4), halvings=4)(lambda lab, rho: largest(lab, rho))

half, third = Rational(1, 2), Rational(1, 3)
zeta = x + I*y
curved = re(expand(Rational(3, 2)*(zeta + (Rational(1, 4) + I/5)*zeta**2)))
one_mode.case("hyperbola", loss=HYPERBOLA[0], at=(2, half), off=(half/2, 1), codimension=1, eta=Rational(1, 4), time=half/4,
              sharp=Rational(17, 4), alpha=4, mu=2)
one_mode.case("generic curve", loss=curved**2/2, at=(0, 0*half), off=(half, 0), codimension=1, eta=Rational(1, 4), time=half/2,
              sharp=Rational(9, 4), alpha=Rational(369, 100), mu=45/(4*sqrt(41)))

two_modes = theorem.claim(
    "sharpness at the end, valley of two modes",
    Eq((eta**2 + 4/(start*end))*(end - start) - 4*eta*log(end/start), -2*tau),
    false={
        "the flow without the step size": Eq(4/(start*end)*(end - start), -2*tau),
        "the first power": Eq(4/(start*end)*(end - start) - 2*eta*log(end/start), -2*tau),
        "uphill": Eq((eta**2 + 4/(start*end))*(end - start) - 4*eta*log(end/start), 2*tau),
    },
)


@two_modes.proof(scope=SCOPE)
def by_differentiation_of_powers(claimed):
    """l = a e^z has the derivative l along z."""
    yield from solves(claimed, l**2)


two_modes.observation(small=rho, order=2, first=Rational(1, 4), halvings=4)(lambda lab, rho: largest(lab, rho))
two_modes.case("two modes", loss=TWO_MODES[0], at=(0, 0, half), off=(Rational(3, 10), Rational(7, 10), 0), codimension=2,
               eta=Rational(1, 4), time=half/4, sharp=2*exp(half))
two_modes.case("longer steps", loss=(exp(z)*x**2 + exp(-z)*y**2/4)/2, at=(0, 0, half), off=(half, third, 0), codimension=2,
               eta=half, time=half/2, sharp=exp(half))

frozen = theorem.claim(
    "what belongs to the weaker mode alone, beside the stronger mode",
    (Eq(left, kept), single_mode()),
    false={
        "the trace flow": (Eq(left, kept*exp(-tau)), single_mode()),
        "as fast as the stronger mode": (Eq(left, kept*exp(-2*tau)), single_mode()),
    },
)


@frozen.proof(scope=SCOPE)
def by_separate_variables(stays, law):
    """l is a function of the stronger mode's variables and J of the weaker's: the flow of l does not move J."""
    place = (x, y, z, u)
    sharp, J = x**2 + y**2, Matrix([z**2 - u**2])
    yield zero((J.jacobian(place)*Matrix([sharp]).jacobian(place).T)[0], "grad J and grad l are orthogonal")
    yield zero(stays.lhs - stays.rhs - (left - kept), "so J stays")
    yield from solves(law, alpha*(l**2 - mu**2)/l, l > mu, start > mu)


@frozen.observation(small=rho, order=1, first=Rational(1, 4), halvings=4)
def both_modes(lab, rho):
    place = valley(lab.loss, VARIABLES[:len(lab.at)], lab.codimension)
    point = after_all(lab, rho)
    return {left: values((lab.conserved,), place.variables)(*point)[0], end: place.eigenvalue(place.projected(point), 0)}


frozen.case("two hyperbolas, the flatter", loss=TWO_HYPERBOLAS, at=(2, half, Rational(5, 4), Rational(4, 5)), off=(half/2, 1, half, third),
            codimension=2,
            eta=Rational(1, 8), time=half/8, sharp=Rational(17, 4), alpha=4, mu=2, conserved=z**2 - u**2, kept_value=Rational(369, 400))
bent = curved**2/2 + (Rational(3, 10)*(z + (z**2 - u**2)/3))**2/2
frozen.case("generic curves, the flatter", loss=bent, at=(0, 0*half, 1, 2), off=(half, 0, third, -half), codimension=2, eta=Rational(1, 4),
            time=half/2, sharp=Rational(9, 4), alpha=Rational(369, 100), mu=45/(4*sqrt(41)), conserved=u + 2*z*u/3, kept_value=Rational(10, 3))
