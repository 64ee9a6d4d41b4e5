"""Gradient descent on the ascended loss itself follows the smallest nonzero eigenvalue.

Setting as in `flow`, with nonzero eigenvalues l1 > ... > lM on the manifold of minimisers, and descent of
step size h on L_asc(x) = L(x + rho g/|g|), g = grad L, with its whole gradient, from the distance rho sqrt(h).

Statement.  As h -> 0 with rho = h/4, in the orbit that descent reaches

    Phi moves by -(h rho^2/2) P grad lM per step,     |g|^2/(rho^2 h) -> l1^2 (l1 - lM)/2.

So the ascent direction's bias is lM, opposite to SAM's where the two disagree, and the error is of order
sqrt(h).  The gradient shrinks along vM until the component along v1 is multiplied by -1 in a step; that
component then holds it there, and those between die out.  So descent runs at an edge of stability of its own
and never aligns with vM exactly; a run that seems to, has lost the component along v1 to underflow.
"""

from functools import lru_cache

from mpmath import mp
from sympy import Eq, Rational, Symbol, diff, exp, sqrt, symbols

from numerics.balls import ball
from numerics.midpoints import midpoints, rounded
from numerics.steps import descent
from theorems import Source, Theorem, positive, zero
from theorems.sam_implicit_regularizer.valleys import VARIABLES, eigenvalue_along, gradient, u, values, x, y, z

drift, steepness = symbols("drift steepness", real=True)       # measured: of J over h rho^2; |g|^2 over h rho^2
l1, lM, l, h, rho = symbols("l1 lM l h rho", positive=True)   # l of a mode between
slope1, slopeM = symbols("slope1 slopeM", real=True)           # grad J . grad l1 and grad J . grad lM
X, Y = symbols("X Y", positive=True)

theorem = Theorem("the flow of descent on the ascended loss",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Section 4, ascent direction against SAM"),
                  assumes=(lM < l1,))


@theorem.data
def eigenvalues(case):
    found = [eigenvalue_along(case.loss, case.conserved, case.at, largest) for largest in (True, False)]
    return {l1: found[0][0], slope1: found[0][1], lM: found[1][0], slopeM: found[1][1]}


follows = theorem.claim(
    "drift of what gradient flow conserves, and the size of the gradient",
    (Eq(drift, -slopeM/2), Eq(steepness, l1**2*(l1 - lM)/2)),
    false={
        "SAM's flow": (Eq(drift, -slope1/2), Eq(steepness, l1**2*(l1 - lM)/2)),
        "the trace flow": (Eq(drift, -(slope1 + slopeM)/2), Eq(steepness, l1**2*(l1 - lM)/2)),
        "the edge at the smaller eigenvalue": (Eq(drift, -slopeM/2), Eq(steepness, lM**2*(l1 - lM)/2)),
    },
)


@follows.proof(scope="leading order in h: the orbit's size and the drift on it; that descent reaches it is observed")
def by_the_edge_of_stability(moves, steep):
    """Beside vM, at the distance Y rho sqrt(h), X^2 l^2 is small against Y^2 lM^2 in p3/(2 p2), p_k = sum l^k x^2.

    L_asc = p1/2 + rho sqrt(p2) + rho^2 p3/(2 p2).  Of its curvature along another mode l only the last part
    is of order 1/h; the multiplier is -1 where it is 2/h.  On vM the loss is lM rho^2/2 at leading order.
    """
    p2, p3 = (l**k*X**2 + lM**k*Y**2 for k in (2, 3))
    bend = diff(rho**2*p3/(2*p2), X, 2).subs(X, 0)
    edge = h*bend.subs(Y, sqrt(steep.rhs*h)*rho/lM)            # |g| = lM Y
    between = (l > lM, l < l1)
    yield zero(edge.subs(l, l1) - 2, "the component along v1 is multiplied by 1 - 2 there")
    yield positive(edge, "the modes between by less than 1", between)
    yield positive(2 - edge, "and more than -1: they die out", between)
    penalty = (rho**2*p3/(2*p2)).subs(X, 0)
    yield zero(moves.rhs*rho**2 + slopeM*diff(penalty, lM), "the penalty along vM descends by its tangent gradient")


@follows.observation(small=h, tied={rho: h/4}, order=Rational(1, 2), then=Rational(1, 2), first=Rational(1, 64), halvings=4)
def settled(lab, h, rho):
    """J over about 16/sqrt(h) steps of descent, after as many from a start off the manifold."""
    variables, long = VARIABLES[:len(lab.at)], int(8/mp.sqrt(h))
    radius, unit = ball(rho), ball(rho*mp.sqrt(h))
    field, kept, steep = whole_gradient(lab.loss, variables), values((lab.conserved,), variables), gradient(lab.loss, variables)
    step = rounded(descent(lambda *at: field(*at, radius), ball(h)))
    start = midpoints(ball(a) + unit*ball(d) for a, d in zip(lab.at, lab.off))
    before = lab.iterate(step, start, 2*long)
    after = lab.iterate(step, before, 2*long)
    return {drift: (kept(*after)[0] - kept(*before)[0])/(2*long*ball(h)*radius**2),
            steepness: sum(g**2 for g in steep(*after))/unit**2}


@lru_cache(maxsize=None)
def whole_gradient(loss, variables):
    """The gradient of L_asc(x) = L(x + rho g/|g|) as a program in x and rho."""
    radius, steep = Symbol("radius", positive=True), [diff(loss, a) for a in variables]
    length = sqrt(sum(g**2 for g in steep))
    raised = loss.subs({a: a + radius*g/length for a, g in zip(variables, steep)}, simultaneous=True)
    return values(tuple(diff(raised, a) for a in variables), (*variables, radius))


half = Rational(1, 2)
theorem.case("three modes", loss=(2*exp(z)*x**2 + 3*u**2/2 + exp(-z/2)*y**2)/2, conserved=z - (x**2 - y**2/2)/4, at=(0, 0, 0*half, 0),
             off=(half, 1, 0, half))
w1, w2 = exp(z/2)*x, exp(-z/2)*y
theorem.case("turning eigenvectors", loss=((5*w1/4 + w2/3)**2 + (w1/3 + 5*w2/4)**2)/2, conserved=z - (x**2 - y**2)/4, at=(0, 0, half),
             off=(half, 1, 0))
