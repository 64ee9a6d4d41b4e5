"""SAM on single samples over a whole horizon, with gradients that are not orthogonal: the trace flow, and how far ahead of it.

Setting as in `stochastic` with two samples f_k^2, f_k a function of e^(z/2) x and e^(-z/2) y; the minimisers are x = y = 0, the
samples' gradients are oblique and turn along them.  The trace of the Hessian of the mean loss there is A e^z + B e^-z.  SAM
starts near z = ln W0; W = e^z', where z' is where gradient flow leads from its end.

Statement.  After tau/(eta rho^2) steps, as eta -> 0 with rho proportional to eta, the median of W tends to the trace flow's end,

    (W - m)/(W + m) = (W0 - m)/(W0 + m) e^(-tau sqrt(A B)),     m = sqrt(B/A).

The error is of exact order eta: where the f_k are linear and mirror images, f = a e^(z/2) x +- b e^(-z/2) y, ln W has the error

    -eta s ln(s0/s) + O(eta^2),     s = A W - B/W, the trace's slope at the end, s0 at the start:

SAM is ahead of the trace flow, by as much as on orthogonal samples of the same curvatures.  That SAM follows the flows all the
way is sampled; the solution of the flow, the drift of one step and what its next order makes of the end are proved.
"""

from sympy import Eq, Rational, diff, exp, expand, log, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.stochastic import one_of_two
from theorems.sam_implicit_regularizer.valleys import values, x, y, z

W = symbols("W", positive=True)                                # measured: at the end
ahead = symbols("ahead", real=True)                            # measured: the coefficient of eta in ln W
W0, A, B, tau, eta, rho = symbols("W0 A B tau eta rho", positive=True)
g1, g2 = symbols("g1 g2", real=True)                           # G along grad f, and beside it
p, q, c = symbols("p q c", positive=True)                      # |g . x|/|g| over rho, the rest of x; |g|^2 for g = grad f

theorem = Theorem("SAM on single samples over a whole horizon, gradients not orthogonal",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 5.4"))


@theorem.data
def constants(case):
    """The trace of the mean loss along the minimisers, and the start."""
    mean = sum(case.losses)/len(case.losses)
    whole = expand(sum(diff(mean, a, 2).subs({x: 0, y: 0}) for a in (x, y, z)))
    return {A: whole.coeff(exp(z)), B: whole.coeff(exp(-z)), W0: case.height, tau: case.time}


def trace_flow(time):
    return Eq((W - sqrt(B/A))/(W + sqrt(B/A)), (W0 - sqrt(B/A))/(W0 + sqrt(B/A))*exp(-time*sqrt(A*B)))


end = theorem.claim(
    "median of e^z at the end",
    Eq((W - sqrt(B/A))/(W + sqrt(B/A)), (W0 - sqrt(B/A))/(W0 + sqrt(B/A))*exp(-tau*sqrt(A*B))),
    false={
        "no half": trace_flow(2*tau),
        "uphill": trace_flow(-tau),
        "what falls alone": Eq(1/W, 1/W0 + A*tau/2 + 0*B),
    },
)

SLOPE = A*W - B/W                                              # of the trace along z
FOLLOWS = "that SAM follows the trace flow is sampled"


def solves(claimed):
    """Goals: the equation holds at the start, and goes on to hold along z' = -slope/2, W' = W z'."""
    yield zero((claimed.lhs - claimed.rhs).subs(W, W0).subs(tau, 0), "it holds at the start")
    decay = diff(claimed.rhs, tau)/claimed.rhs
    yield zero(diff(claimed.lhs, W)*W*(-SLOPE/2) - decay*claimed.lhs, "and along the trace flow")


@end.proof(scope=f"the solution of the trace flow; {FOLLOWS}")
def by_differentiation(claimed):
    """Along the trace flow W' = -(A W^2 - B)/2, so the left side decays at the rate sqrt(A B)."""
    yield from solves(claimed)


@end.sampling(small=eta, tied={rho: 16*eta}, order=1, first=Rational(1, 32), halvings=2, count=3000)
def at_the_end(lab, rng, count, eta, rho):
    return exponential(height_after(lab, rng, count, eta, rho))


first_order = theorem.claim(
    "coefficient of eta in the error of ln W, samples that are mirror images",
    (Eq((W - sqrt(B/A))/(W + sqrt(B/A)), (W0 - sqrt(B/A))/(W0 + sqrt(B/A))*exp(-tau*sqrt(A*B))),
     Eq(ahead, -(A*W - B/W)*log((A*W0 - B/W0)/(A*W - B/W)))),
    false={
        "an error of higher order": (trace_flow(tau), Eq(ahead, 0*A)),
        "curvatures of the full batch": (trace_flow(tau), Eq(ahead, -SLOPE*log((A*W0 - B/W0)/SLOPE)/2)),
        "behind": (trace_flow(tau), Eq(ahead, SLOPE*log((A*W0 - B/W0)/SLOPE))),
    },
)


@first_order.proof(scope=f"the solution of the trace flow and the drift of one step; {FOLLOWS}")
def by_the_next_order_of_the_drift(law, correction):
    """Per step and eta rho^2 the drift is -c' (1 + p)(1 + eta c (1 + p)), c = |grad f|^2 and c' = dc/dz, p = |g . x|/|g| over rho.

    In the mean |x|^2 neither grows nor falls, so p is a = eta c + ... up to O(eta^2): c and c' are those of both samples.  So
    z' = -c' (1 + 2 eta c) at this order, and the error's coefficient K obeys K' = -c K - 2 c c', as c is dc'/dz.
    """
    yield from solves(law)
    yield from one_step()
    slope, curvature = SLOPE/2, diff(SLOPE, W)*W/2             # c' and c: the trace is that of f^2, 2 c
    mean = ((1 + p)*(1 + eta*c*(1 + p))).subs(p, eta*c)
    yield zero(diff(mean, eta).subs(eta, 0) - 2*c, "the drift's next order")
    yield zero(diff(curvature, W)*W - slope, "c' = dc/dz")
    yield zero(correction.rhs.subs(W, W0), "no error at the start")
    moved = diff(correction.rhs, W)*W*-slope + curvature*correction.rhs + 2*curvature*slope
    yield zero(moved, "the error's equation along the flow", (SLOPE > 0, A*W0**2 > B))


def one_step():
    """Goals: what a step on one sample does to z - x'Gx/4 and to |x|^2, in units of rho.

    The sample is f = x + rho z (Gx)_1/2 with any traceless symmetric G, x along grad f and y across; |grad f| = 1 (the
    unit of length is free), so c' = g1 = G_11.
    """
    form = g1*x**2 + 2*g2*x*y - g1*y**2
    scaled, phi = x**2 + rho*z*x*(g1*x + g2*y), z - rho*form/4
    put = lambda expression, point: expression.subs(dict(zip((x, y, z), point)), simultaneous=True)
    slopes = lambda *point: tuple(put(diff(scaled, a), point) for a in (x, y, z))
    start = (p, q, 0*rho)
    change = diff(put(phi, sam(slopes, eta, 1)(start)) - put(phi, start), rho).subs(rho, 0)
    yield zero(change + eta*g1*(1 + p)*(1 + eta*(1 + p)), "the drift of one step")
    a = eta*c/(1 - eta*c)
    after = sam(lambda s, r: (2*c*s, 0*r), eta, 1)((p, q))
    fall = 4*eta*c*(p - a) + 4*eta*c*(1 - eta*c)*(p - a)**2
    yield zero(p**2 + q**2 - after[0]**2 - after[1]**2 - fall, "what |x|^2 loses", (eta*c < 1,))
    yield zero(diff(a, eta).subs(eta, 0) - c, "a at leading order")


@first_order.sampling(small=eta, tied={rho: 16*eta}, order=1, first=Rational(1, 32), halvings=2, count=200)
def by_two_step_sizes(lab, rng, count, eta, rho):
    """Independent runs at eta and at eta/2, in pairs."""
    coarse, fine = (height_after(lab, rng, count, eta/n, rho/n) for n in (1, 2))
    return {W: exponential(coarse), ahead: 2*(coarse - fine)/eta}


def height_after(lab, rng, count, eta, rho):
    """What gradient flow conserves, after all steps."""
    return values((z - (x**2 - y**2)/4,), (x, y, z))(*ends(lab, rng, count, eta, rho))[0]


def ends(lab, rng, count, eta, rho):
    """The points after all steps of as many runs, from starts off the manifold."""
    step = one_of_two(lab.losses, (x, y, z), eta, rho, lambda: rng.integers(0, 2, count))
    level, = values((log(z),), (z,))(lab.height/1)
    start = tuple(at + eta*rho*rng.standard_normal(count)/10 for at in (0, 0, level))
    return lab.iterate(step, start, round(lab.time/(eta*rho**2)))


def exponential(height):
    return values((exp(z),), (z,))(height)[0]


w1, w2, half, fifth = exp(z/2)*x, exp(-z/2)*y, Rational(1, 2), Rational(1, 5)
oblique = (8*fifth*w1 + 3*fifth*w2 + (w1**2 - w1*w2)/3)**2, (-6*fifth*w1 + 4*fifth*w2 + (w2**2 + w1*w2)/4)**2
mirrored = (2*fifth*w1 + w2)**2, (2*fifth*w1 - w2)**2
theorem.case("mirror images", losses=mirrored, height=5, time=Rational(3, 32))
end.case("no symmetry", losses=oblique, height=Rational(3, 2), time=half/2)
