"""How fast gradient flow reaches the Bregman projection: exponentially, at a rate known at the start.

Statement.  w_i = u_i^2 - v_i^2, L = |Z w - Y|^2/2, r = Z w - Y, beta_i = 2 u_i v_i > 0 at the start.  The multiplier
lambda(t) = -(integral of r) moves by gradient flow of q(lambda) = Q(Z'lambda) - Y.lambda, whose Hessian is Z J J' Z'.  With

    rho = 4 (least eigenvalue of Z diag(beta) Z')

and w, lambda the projection and its multiplier, for every T

    |r(T)|^2 <= |r(0)|^2 exp(-2 rho T),      D_R(w, w(T)) <= |r(T)|^2/(2 rho),      |lambda(T) - lambda|^2 <= |r(T)|^2/rho^2,

nearly equalities for weights that stay small beside beta.  In the end the rate is that of the metric at the projection,
for one row z, -r'/r tends to sum z_i^2 4 sqrt(w_i^2 + beta_i^2) >= rho: the limit of gradient descent's as the step size h falls.
The constant beta cannot be spared: from beta = 0 the approach may be like 1/T, see `convergence`.
"""

from sympy import Eq, Le, Matrix, Rational, asinh, diff, exp, log, sqrt, symbols, sympify

from numerics.balls import ball, evaluate
from numerics.bregman import bregman_projection
from numerics.fields import gradient_flow
from numerics.flows import Field, enclose_flow
from numerics.steps import descent
from theorems import Source, Theorem, cited, nonnegative, positive, zero

left, owed, off = symbols("left owed off", nonnegative=True)   # measured: |r(T)|^2, D_R(w, w(T)), |lambda(T) - lambda|^2
pace = symbols("pace", positive=True)                          # measured: the share of the residual that is fitted per time
w = w1, w2, w3 = symbols("w1 w2 w3", real=True)                # measured with it: the weights
begun, rho, T = symbols("begun rho T", positive=True)          # |r(0)|^2, the rate, the time
beta = b1, b2, b3 = symbols("b1 b2 b3", positive=True)         # 2 u v at the start
z = z1, z2, z3 = symbols("z1 z2 z3", real=True)
U, V, m = symbols("U1:4", real=True), symbols("V1:4", real=True), symbols("m1:4", real=True)
h = symbols("h", positive=True)

theorem = Theorem(
    "the exponential rate of approach to the Bregman projection",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="convergence rate, not in the paper"),
)


@theorem.data
def start(case):
    betas = [2*p*q for p, q in zip(case.plus, case.minus)]
    if "features" in case.data:
        return dict(zip((*beta, *z), (*betas, *case.features)))
    Z = Matrix(case.rows)
    rest = Z*Matrix([p**2 - q**2 for p, q in zip(case.plus, case.minus)]) - Matrix(case.labels)
    return {begun: (rest.T*rest)[0], rho: 4*least(Z*Matrix.diag(*betas)*Z.T), T: case.time}


def least(M):
    """The least eigenvalue of a symmetric matrix of one or two rows."""
    return M[0, 0] if M.rows == 1 else (M.trace() - sqrt((M[0, 0] - M[1, 1])**2 + 4*M[0, 1]**2))/2


decay = theorem.claim(
    "the residual decays at least at the rate 4 (least eigenvalue of Z diag(beta) Z')",
    Le(left, begun*exp(-2*rho*T)),
    false={
        "twice the rate": Le(left, begun*exp(-4*rho*T)),
        "at the rate at most": left >= begun*exp(-2*rho*T),
    },
)


@decay.proof(scope="every number of weights and of rows")
def by_the_least_metric(claimed):
    """|r|^2 falls at 2 r.Z J J' Z'r >= 2 r.Z 4 diag(beta) Z'r >= 2 rho |r|^2."""
    u, v = symbols("u v", positive=True)
    yield nonnegative(4*(u**2 + v**2) - 4*(2*u*v), "J J' = 4 (u^2 + v^2) is at least 4 beta = 8 u v")
    yield zero(diff(u*v, u)*2*u - diff(u*v, v)*2*v, "and no control changes u v")
    steep = symbols("steep", nonnegative=True)                 # r.Z J J' Z'r
    spare = (claimed.gts - claimed.lts)*exp(2*rho*T)
    yield zero(spare.subs(T, 0) - (begun - left), "at the start the residual has its bound")
    yield nonnegative(diff(spare, T) - 2*steep*diff(spare, left), "and stays below it", given=(steep >= rho*left,))


distance = theorem.claim(
    "the residual bounds the divergence from the projection and the distance of the multipliers",
    (Le(owed, left/(2*rho)), Le(off, left/rho**2)),
    false={
        "half the divergence": (Le(owed, left/(4*rho)), Le(off, left/rho**2)),
        "the multiplier by the rate": (Le(owed, left/(2*rho)), Le(off, left/rho**3)),
        "by the residual, whatever the rate": (Le(owed, left/2), Le(off, left)),
    },
)


@distance.proof(scope="every number of weights and of rows: gradients g and gaps d of two entries stand for all")
def by_strong_convexity(divergence, multiplier):
    """q has the gradient r and a Hessian Z J J' Z' >= rho; with g = r(T), d = lambda - lambda(T), D_R(w, w(T)) = q(lambda(T)) - q(lambda).

    That is because R and Q are conjugate and Z w = Y.
    """
    g, d = symbols("g1 g2", real=True), symbols("d1 d2", real=True)
    along, far = sum(a*b for a, b in zip(g, d)), sum(b**2 for b in d)
    size = sum(a**2 for a in g)
    yield zero(divergence.lts - owed, "the first bound is on D_R")
    spare = divergence.gts.subs(left, size) + along + rho*far/2
    yield nonnegative(spare, "which is at most -g.d - rho |d|^2/2, by Taylor's formula: the rest is a square")
    yield zero(multiplier.lts - off, "the second on |d|^2")
    square, slack = sum((a + rho*b)**2 for a, b in zip(g, d)), symbols("slack", nonnegative=True)
    spare = multiplier.gts.subs(left, size) - far
    yield zero(rho**2*spare - square + 2*rho*(along + rho*far), "what is spared is a square and 2 rho (-g.d - rho |d|^2)")
    yield nonnegative(square + 2*rho*slack, "which is not negative, as -g.d >= rho |d|^2 by monotony")


def potential(plus, minus):
    """R, the hyperbolic entropy of a start."""
    return sum((one*asinh(one/(2*p*q)) - sqrt(one**2 + 4*p**2*q**2) + one*log(sympify(q)/p))/4 for one, p, q in zip(w, plus, minus))


def run(lab):
    """Gradient flow to the time T with lambda; the projection by Krawczyk's test; D_R from the entropy itself."""
    D, Z = len(lab.plus), Matrix(lab.rows)
    weights = Matrix([p**2 - q**2 for p, q in zip(U[:D], V[:D])])
    rest = Z*weights - Matrix(lab.labels)
    moved = gradient_flow((rest.T*rest)[0]/2, (*U[:D], *V[:D])).expressions
    field = Field([*moved, *(-rest)], (*U[:D], *V[:D], *symbols(f"L1:{Z.rows + 1}")))
    end = lab.iterate(lambda at: enclose_flow(field, at, lab.time, digits=12), (*lab.plus, *lab.minus, *[0]*Z.rows), 1)
    there = dict(zip((*U[:D], *V[:D]), map(ball, end)))
    inverse = [p**2*exp(4*s) - q**2*exp(-4*s) for p, q, s in zip(lab.plus, lab.minus, m)]
    found, fit = bregman_projection(inverse, m[:D], lab.rows, lab.labels, digits=20)
    now, R = [evaluate(one, there) for one in weights], potential(lab.plus, lab.minus)
    dual = [evaluate(diff(R, one), dict(zip(w, now))) for one in w[:D]]
    divergence = (evaluate(R, dict(zip(w, fit))) - evaluate(R, dict(zip(w, now)))
                  - sum(s*(a - b) for s, a, b in zip(dual, fit, now)))
    return {left: sum(evaluate(one, there)**2 for one in rest), owed: divergence,
            off: sum((ball(a) - b)**2 for a, b in zip(end[2*D:], found))}


@decay.enclosure
def residual_at_a_time(lab):
    return {left: run(lab)[left]}


@distance.enclosure
def residual_and_projection(lab):
    return run(lab)


def at_the_end(factor=4, power=2, kept=w):
    return Eq(pace, factor*sum(c**power*sqrt(one**2 + b**2) for c, one, b in zip(z, kept, beta)))


final = theorem.claim(
    "in the end the residual decays at the rate of the metric at the projection",
    at_the_end(),
    false={
        "at the rate of the start": at_the_end(kept=(0, 0, 0)),
        "half the metric": at_the_end(factor=2),
        "features not squared": at_the_end(power=1),
    },
)


@final.proof(scope="one row, every number of weights, every parametrisation for the first goal")
def by_the_rate_of_the_residual(claimed):
    """r' = z.w' = -(z.J J'z) r, and J J' is continuous: near the end log r falls at the rate of the end."""
    yield cited("where the flow ends at exponential rate, gradient descent ends O(h) away (Euler's method on a compact set)")
    zrow, J, Jt, zcol, r = symbols("zrow J Jt zcol r", commutative=False)
    yield zero(zrow*(J*(-Jt*zcol*r)) + zrow*J*Jt*zcol*r, "r' = -(z.J J'z) r, by words")
    u, v = symbols("u v", positive=True)
    yield zero((u**2 - v**2)**2 + (2*u*v)**2 - (u**2 + v**2)**2, "J J' = 4 (u^2 + v^2) as a function of w")
    metric = [4*sqrt(one**2 + b**2) for one, b in zip(w, beta)]
    yield zero(claimed.rhs - sum(c**2*one for c, one in zip(z, metric)), "z.(J J')z at the end")
    yield positive(metric[0], "J J' > 0")


@final.observation(small=h, order=1, first=Rational(1, 64), halvings=4)
def last_steps(lab, h):
    """Gradient descent on balls without radius, until few digits are left of the residual; then what one more step leaves."""
    c, y = [*map(ball, lab.features)], ball(lab.label)
    residual = lambda x: sum(one*(p*p - q*q) for one, p, q in zip(c, x, x[3:])) - y

    def gradient(*x):
        return (*(2*residual(x)*one*p for one, p in zip(c, x)), *(-2*residual(x)*one*q for one, q in zip(c, x[3:])))
    step = descent(gradient, ball(h))
    without = lambda x: tuple(one.mid() for one in step(x))
    near = lab.settle(without, (*map(ball, lab.plus), *map(ball, lab.minus)), lab.pace*h)
    end = lab.iterate(without, near, 1)
    return {pace: (1 - residual(end)/residual(near))/ball(h), **{one: p*p - q*q for one, p, q in zip(w, end, end[3:])}}


half, third, quarter = Rational(1, 2), Rational(1, 3), Rational(1, 4)
for claim in (decay, distance):
    claim.case("three weights", plus=(half, third, quarter), minus=(quarter, half, third), rows=((1, 2, -1),), labels=(2,),
               time=quarter/2)
    claim.case("two rows", plus=(half, 1), minus=(third, half), rows=((1, 1), (1, -half)), labels=(half, 1), time=quarter/2)
    claim.case("small beside beta", plus=(half,), minus=(half,), rows=((1,),), labels=(Rational(1, 1000),), time=2*third)
    claim.case("slow and far", plus=(256,), minus=(256,), rows=((Rational(1, 1024),),), labels=(2,), time=3)
final.case("three weights", plus=(half, third, quarter), minus=(quarter, half, third), features=(1, 2, -1), label=2, pace=60)
final.case("weak third feature", plus=(1, third, half), minus=(third, quarter, Rational(2, 5)), features=(2, -1, half), label=third, pace=60)
