"""SAM's slow flow on a two-layer diagonal linear network, in closed form.

Statement.  L(u, v) = (sum x_i u_i v_i - y)^2/2 with all x_i > 0 and y != 0; the minimisers form a
manifold of codimension 1 with lambda_1 = sum x_i^2 (u_i^2 + v_i^2).  Gradient flow conserves the
imbalances q_i = u_i^2 - v_i^2.  SAM's slow flow, -(1/2) times the tangential gradient of lambda_1,
keeps L = 0, lowers lambda_1, and obeys for s_i = u_i + v_i (and t_i = u_i - v_i likewise)

    q_i(T) = q_i(0) exp(-2 x_i^2 T),     s_i(T) = s_i(0) exp(-x_i^2 T - x_i M)  with one M for all i.

Normalised SAM itself, once settled, moves log q_i by -2 x_i^2 per eta rho^2 and step as eta -> 0
with rho = 3 eta/5.  The rate is not -2 for every mode.  Which network predicts better depends on
the target: one supported on the smallest feature favours SAM, one on the largest does not.
Shown for every number of modes (the relations are mode by mode; M is eliminated between two).
"""

from mpmath import mp
from sympy import Eq, Equivalent, Gt, Lt, Rational, diff, exp, log, symbols

from numerics.balls import ball
from numerics.fields import Field
from numerics.flows import enclose_flow
from numerics.midpoints import as_mpf, midpoints, rounded
from numerics.steps import sam
from theorems import Source, Theorem, zero

u1, v1, u2, v2 = symbols("u1 v1 u2 v2", real=True)             # measured: the network after time T
rate, err_gd, err_sam = symbols("rate err_gd err_sam", real=True)      # measured
a1, b1, a2, b2 = symbols("a1 b1 a2 b2", real=True)             # the network at time 0
x1, x2, T = symbols("x1 x2 T", positive=True)                  # features; time of the slow flow
x, y, feature, smallest = symbols("x y feature smallest", positive=True)
eta, rho = symbols("eta rho", positive=True)
u, v, m = symbols("u v m", real=True)                          # one mode; the multiplier of the constraint

theorem = Theorem("SAM's slow flow on diagonal linear networks",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="hidden layer, solvable substitute derived here"))


@theorem.data
def start(case):
    (p1, p2), (r1, r2), (one, two) = case.u, case.v, case.features
    return {a1: p1, a2: p2, b1: r1, b2: r2, x1: one, x2: two, T: case.time, y: one*p1*r1 + two*p2*r2,
            x: case.features[case.mode], feature: case.features[case.support], smallest: min(case.features)}


shared = (Eq(x2*log((u1 + v1)/(a1 + b1)) + x1**2*x2*T, x1*log((u2 + v2)/(a2 + b2)) + x2**2*x1*T),
          Eq(x1*u1*v1 + x2*u2*v2, y))
flow = theorem.claim(
    "imbalances decay at their own rates, one multiplier moves all sums, the loss stays zero",
    (Eq(u1**2 - v1**2, (a1**2 - b1**2)*exp(-2*x1**2*T)), *shared),
    false={
        "one rate for every mode": (Eq(u1**2 - v1**2, (a1**2 - b1**2)*exp(-2*T)), *shared),
        "conserved, as under gradient flow": (Eq(u1**2 - v1**2, a1**2 - b1**2), *shared),
        "the whole gradient, not half": (Eq(u1**2 - v1**2, (a1**2 - b1**2)*exp(-4*x1**2*T)), *shared),
    },
)


@flow.proof
def by_the_field(imbalance, sums, constraint):
    """The field is -x^2 (u, v) - m (x v, x u) in each mode, m the multiplier that keeps the loss zero.

    So s' = -(x^2 + x m) s and t' = -(x^2 - x m) t for s = u + v, t = u - v; M is the integral of m.
    """
    du, dv = -x**2*u - m*x*v, -x**2*v - m*x*u
    sharpness, model = x**2*(u**2 + v**2), x*u*v
    yield zero(du + diff(sharpness, u)/2 + m*diff(model, u), "half the gradient of lambda_1 and the normal, in u")
    yield zero(dv + diff(sharpness, v)/2 + m*diff(model, v), "the same in v")
    yield zero(du + dv + (x**2 + x*m)*(u + v), "the sum decays by x^2 + x m")
    yield zero(du - dv + (x**2 - x*m)*(u - v), "the difference by x^2 - x m")
    M = symbols("M", real=True)
    grown = lambda s, f, sign: s*exp(-f**2*T - sign*f*M)
    s1, t1, s2, t2 = grown(a1 + b1, x1, 1), grown(a1 - b1, x1, -1), grown(a2 + b2, x2, 1), grown(a2 - b2, x2, -1)
    at = {u1: (s1 + t1)/2, v1: (s1 - t1)/2, u2: (s2 + t2)/2, v2: (s2 - t2)/2}
    yield zero((imbalance.lhs - imbalance.rhs).subs(at), "the product s t is the imbalance")
    moved = {log((u1 + v1)/(a1 + b1)): -x1**2*T - x1*M, log((u2 + v2)/(a2 + b2)): -x2**2*T - x2*M}
    yield zero((sums.lhs - sums.rhs).subs(moved), "log s determines M, the same from both modes")
    yield zero((constraint.lhs - constraint.rhs).subs(y, x1*u1*v1 + x2*u2*v2), "the constraint is the zero loss")


@flow.enclosure
def by_the_projected_flow(lab):
    """Integrate -(1/2) grad lambda_1 projected to the manifold's tangent, from the definition, in balls."""
    w = advanced(lab)
    return {u1: w[0], u2: w[1], v1: w[2], v2: w[3]}


def advanced(lab):
    """The network after the case's time, in one enclosed step of the flow."""
    field = slow_field(lab.features)
    return lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=12), (*lab.u, *lab.v), 1)


def slow_field(features):
    """-(w - (n.w/n.n) n) with w = grad lambda_1/2 and n the gradient of the model."""
    w = (u1, u2, v1, v2)
    sharpness = sum(f**2*(p**2 + r**2) for f, p, r in zip(features, w[:2], w[2:]))
    model = sum(f*p*r for f, p, r in zip(features, w[:2], w[2:]))
    half, normal = [diff(sharpness, one)/2 for one in w], [diff(model, one) for one in w]
    part = sum(f*g for f, g in zip(half, normal))/sum(g**2 for g in normal)
    return Field([part*g - f for f, g in zip(half, normal)], w)


decay = theorem.claim(
    "drift of log q in one mode per eta rho^2 and step of normalised SAM",
    Eq(rate, -2*x**2),
    false={
        "one rate for every mode": Eq(rate, -2),
        "the whole gradient, not half": Eq(rate, -4*x**2),
        "conserved": Eq(rate, 0*x),
    },
)


@decay.observation(small=eta, tied={rho: 3*eta/5}, order=1, first=Rational(1, 8), halvings=4)
def settled_drift(lab, eta, rho):
    """Let SAM settle on its oscillation across the valley (40/eta steps), then take two steps."""
    (one, two), (p, q), (r, s) = (midpoints(pair) for pair in (lab.features, lab.u, lab.v))
    target = (one*p*r + two*q*s).mid()

    def gradient(p, q, r, s):
        rest = one*p*r + two*q*s - target
        return rest*one*r, rest*two*s, rest*one*p, rest*two*q
    step = rounded(sam(gradient, ball(eta), ball(rho)))
    near = lab.iterate(step, midpoints((p + ball(eta*rho), q, r, s)), lab.steps(40, eta))
    far = lab.iterate(step, near, 2)
    imbalance = lambda w: w[lab.mode]**2 - w[2 + lab.mode]**2
    return mp.log(imbalance(as_mpf(far))/imbalance(as_mpf(near)))/(2*eta*rho**2)


winner = theorem.claim(
    "SAM predicts better exactly for a target on the smallest feature",
    Equivalent(Lt(err_sam, err_gd), Eq(feature, smallest)),
    false={
        "always": Lt(err_sam, err_gd),
        "for a target on the largest feature": Equivalent(Lt(err_sam, err_gd), Lt(smallest, feature)),
        "never": Gt(err_sam, err_gd),
    },
)


@winner.enclosure
def squared_errors(lab):
    """|beta - beta*|^2 with beta* = y/x_i at its support: where gradient flow stops, and after SAM's flow."""
    target = sum(f*p*r for f, p, r in zip(lab.features, lab.u, lab.v))
    best = [ball(target/f if i == lab.support else 0*f) for i, f in enumerate(lab.features)]
    p, q, r, s = advanced(lab)
    squared = lambda beta: sum((b - c)*(b - c) for b, c in zip(beta, best))
    return {err_gd: squared([ball(a*b) for a, b in zip(lab.u, lab.v)]), err_sam: squared([p*r, q*s])}


half, third = Rational(1, 2), Rational(1, 3)
for claim in (flow, decay):
    claim.case("unequal features", features=(Rational(1), half), u=(Rational(1), Rational(6, 5)),
               v=(third, Rational(2, 5)), time=half, support=1, mode=0)
    claim.case("steep mode first", features=(Rational(3, 2), Rational(1, 4)), u=(Rational(4, 5), Rational(2)),
               v=(half, Rational(3, 5)), time=third, support=1, mode=1)
winner.case("target on the smallest feature", features=(Rational(1), half), u=(Rational(1), Rational(6, 5)),
            v=(third, Rational(2, 5)), time=Rational(3), support=1, mode=0)
winner.case("target on the largest feature", features=(Rational(1), half), u=(Rational(1), Rational(6, 5)),
            v=(third, Rational(2, 5)), time=Rational(3), support=0, mode=0)
winner.case("smallest feature first", features=(half, Rational(3, 2)), u=(Rational(6, 5), Rational(1)),
            v=(Rational(2, 5), third), time=Rational(2), support=0, mode=0)
