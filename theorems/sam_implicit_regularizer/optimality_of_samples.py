"""How close SAM on single samples comes to the least mean of their worst-case losses in the time tau.

Setting as in `samples_horizon`: two samples of oblique gradients, A e^z + B e^-z the trace of the Hessian of their mean along the
minimisers, W = e^z' for the z' where gradient flow leads from SAM's end.  Let M(x) be the mean over k of the worst case
max over |v| <= 1 of L_k(x + rho v).

Statement.  As eta -> 0 with rho = 4 eta, after tau/(eta rho^2) steps the median of M/rho^2 tends to half of the trace at the end
of the trace flow, and the least M/rho^2 near the minimisers to sqrt(A B), half of the least trace:

    (A W + B/W)/2 - sqrt(A B) = A (W - m)^2/(2 W),     (W - m)/(W + m) = (W0 - m)/(W0 + m) e^(-tau sqrt(A B)),     m = sqrt(B/A).

So what SAM has above the minimum is below any epsilon rho^2 for large tau, then small eta: Corollary 5.7 on this instance, with
a rate, as it falls like e^(-2 tau sqrt(A B)).  On the full batch: `optimality`.
"""

from mpmath import mp
from sympy import Eq, Rational, exp, sqrt, symbols

from numerics.balls import ball
from numerics.midpoints import midpoints
from numerics.steps import ascent
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.samples_horizon import (A, B, FOLLOWS, W, W0, constants, ends, eta, exponential, mirrored, oblique,
                                                               rho, solves, tau, trace_flow)
from theorems.sam_implicit_regularizer.valleys import gradient, values, x, y, z

reached, least = symbols("reached least", positive=True)       # measured: M/rho^2 at the end, and its least value
p, c = symbols("p c", positive=True)                           # over rho: |f|/|grad f|; |grad f|^2 of a sample f^2
share = symbols("share", real=True)                            # v . grad f/|grad f|, for a unit v
SECTIONS = 24                    # of the heights searched, to 6/100,000 of their range
CLIMBS = 12                      # of the ascent from x to the worst point: each leaves rho times what was wrong

theorem = Theorem("how nearly SAM on single samples minimises the mean of their worst cases",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Corollary 5.7"))
theorem.data(constants)

nearly = theorem.claim(
    "mean worst-case loss of the samples at the end",
    (Eq(reached, (A*W + B/W)/2),
     Eq((W - sqrt(B/A))/(W + sqrt(B/A)), (W0 - sqrt(B/A))/(W0 + sqrt(B/A))*exp(-tau*sqrt(A*B)))),
    false={
        "as at the start": (Eq(reached, (A*W0 + B/W0)/2), trace_flow(tau)),
        "the least": (Eq(reached, sqrt(A*B)), trace_flow(tau)),
        "the whole trace": (Eq(reached, A*W + B/W), trace_flow(tau)),
    },
)


@nearly.proof(scope="the height along the trace flow, the worst case at leading order in rho; " + FOLLOWS)
def by_the_trace_at_the_end(height, law):
    """At the distance p rho from its minimisers a sample's worst case is c (p + 1)^2 rho^2; p = O(eta) in the mean (`any_samples`)."""
    raised = c*(p + share)**2
    worst = raised.subs(share, 1)
    yield nonnegative(worst - raised, "outwards is the worst direction", (share <= 1, share >= -1))
    whole = (A*W + B/W)/2                                      # the mean of c, as the trace of f^2 is 2 c
    yield zero(worst.subs(p, 0).subs(c, whole) - height.rhs, "the limit of the mean worst case")
    yield zero(whole - sqrt(A*B) - A*(W - sqrt(B/A))**2/(2*W), "what is above the minimum")
    yield from solves(law)


@nearly.sampling(small=eta, tied={rho: 4*eta}, order=1, first=Rational(1, 16), halvings=2, count=1000)
def at_the_end(lab, rng, count, eta, rho):
    places = ends(lab, rng, count, eta, rho)
    kept = values((z - (x**2 - y**2)/4,), (x, y, z))(*places)[0]
    return {reached: worst_cases(lab, places, rho)/rho**2, W: exponential(kept)}


def worst_cases(lab, place, rho):
    """M at a point: for each sample the worst point by repeated ascent, from there."""
    total = 0
    for loss in lab.losses:
        slopes, height, top = gradient(loss, (x, y, z)), values((loss,), (x, y, z)), place
        for _ in range(CLIMBS):
            direction = slopes(*top)
            top = lab.iterate(ascent(lambda *_: direction, rho), place, 1)
        total += height(*top)[0]/2
    return total


lowest = theorem.claim(
    "least mean worst-case loss of the samples near the minimisers",
    Eq(least, sqrt(A*B)),
    false={
        "the least trace": Eq(least, 2*sqrt(A*B)),
        "its mean over both": Eq(least, (A + B)/2),
        "at the start": Eq(least, (A*W0 + B/W0)/2),
    },
)


@lowest.proof(scope="leading order in rho, where a sample's worst case at the distance p rho is c (p + 1)^2 rho^2")
def by_the_means(claimed):
    """No sample's worst case is below that of its minimisers, and the mean over those is half of the trace (`nearly`)."""
    yield nonnegative(c*(p + 1)**2 - c, "a sample's worst case is least at its minimisers")
    whole = (A*W + B/W)/2
    yield zero(whole - claimed.rhs - A*(W - sqrt(B/A))**2/(2*W), "the trace along the minimisers, least at W = m")


@lowest.observation(small=rho, order=1, first=Rational(1, 8), halvings=5)
def among_points(lab, rho):
    """The lowest height by sections into three, then points rho^2 and rho/8 beside the minimisers there, on either side."""
    radius, offs = ball(rho), [sign*size for sign in (1, -1) for size in (ball(rho)**2, ball(rho)/8)]
    at = lambda height, one, other: midpoints((one, 2*other/3, ball(height).log()))
    worst = lambda *place: (worst_cases(lab, at(*place), radius)/radius**2).mid()
    beside, (low, high) = offs[:1]*2, map(mp.mpf, lab.between)
    for _ in range(SECTIONS):
        near, far = (2*low + high)/3, (low + 2*high)/3
        low, high = (low, far) if worst(near, *beside) <= worst(far, *beside) else (near, high)
    return min(worst((low + high)/2, one, other) for one in offs for other in offs)


half = Rational(1, 2)
theorem.case("mirror images", losses=mirrored, height=5, time=half/4, between=(1, 5))
theorem.case("no symmetry", losses=oblique, height=3*half, time=half/2, between=(half/2, 3*half))
