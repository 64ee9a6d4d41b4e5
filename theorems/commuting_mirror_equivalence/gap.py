"""The gap between gradient descent and mirror descent at a fixed time, for a curved loss of two weights.

Statement.  w_i = u_i^2 - v_i^2, f(u, v) = L(w), m the dual.  At a fixed time T, with N steps of size h = T/N,

    (gradient descent - mirror descent)/h  ->  J e_x - J J' e_m,

where both errors start at 0 and solve the linear equations along the flow

    e_x' = -f'' e_x - f'' f'/2,             e_m' = -B e_m - B g/2,     B = L'' J J', g = grad L.

The equation e' = -(J J' g)' e - s/2 in w alone, with the second-order terms s of one step, is tempting and false:
gradient descent leaves the surface u v = const, on which J J' is a function of w, at order h.
"""

from mpmath import mp
from sympy import Eq, Matrix, Rational, diff, exp, sqrt, symbols

from numerics.formula import Formula
from numerics.steps import descent, mirror_descent
from theorems import Source, Theorem, cited, zero

off1, off2 = symbols("off1 off2", real=True)                   # measured: gap over h, less the prediction
shut1, shut2 = symbols("shut1 shut2", real=True)               # measured: gap over h, less the closed equation's
early1, early2 = symbols("early1 early2", real=True)           # measured: gap over h, less twice the prediction
a, b = symbols("a b", positive=True)                           # the start's u_1 and v_1, and those of the second weight
h = symbols("h", positive=True)
X = symbols("U1 U2 V1 V2", real=True)
M = symbols("M1 M2", real=True)
W = symbols("W1 W2", real=True)
E, D = symbols("E1:5", real=True), symbols("D1 D2", real=True)  # errors of x, and of the dual or the weights
P, Q = symbols("P1 P2", real=True), symbols("Q1 Q2", real=True) # the start, as coordinates that stay
y = symbols("y", real=True)

theorem = Theorem(
    "the gap between gradient and mirror descent",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="discrete time, not in the paper"),
)


@theorem.data
def start(case):
    return {a: case.plus[0], b: case.minus[0]}


def loss(w, y):
    """(w_1 + 2 w_2 - y)^2/2 + w_1^4/4: curved, and no function of one direction."""
    return (w[0] + 2*w[1] - y)**2/2 + w[0]**4/4


weights = Matrix([X[0]**2 - X[2]**2, X[1]**2 - X[3]**2])


def gradient(expression, variables):
    return Matrix([diff(expression, one) for one in variables])


gap = theorem.claim(
    "the limit of the gap over the step size is what the variational equations say",
    (Eq(off1, 0), Eq(off2, 0)),
    false={
        "a closed equation in w": (Eq(shut1, 0), Eq(shut2, 0)),
        "twice as much": (Eq(early1, 0), Eq(early2, 0)),
    },
)


@gap.proof(scope="every loss with three derivatives, every parametrisation for which gradient flow is a mirror flow")
def by_local_errors(first, second):
    """One Euler step of x' = F(x) misses h^2 F'F/2; so for F = -f' and for m' = -g(w(m)); the rest is linear transport.

    In one variable for the words: the flow's expansion, the step, and F' = -f'' or -B.
    """
    yield cited("Euler's method: (steps - flow)/h tends to the solution of e' = F' e - F'F/2, e(0) = 0 (Henrici)")
    F, slope, B, g, f1, f2 = symbols("F slope B g f1 f2", commutative=False)
    along = h*F + h**2*slope*F/2
    yield zero(h*F - along + h**2*slope*F/2, "the local error is -h^2 F'F/2")
    yield zero((-slope*F/2).subs({slope: -f2, F: -f1}) + f2*f1/2, "for gradient descent the source is -f'' f'/2")
    yield zero((-slope*F/2).subs({slope: -B, F: -g}) + B*g/2, "for mirror descent, in the dual, it is -B g/2")
    for one, off in ((first, off1), (second, off2)):
        yield zero(one.lhs - one.rhs - off, "the gap less its prediction is 0")


def euler(rates, variables, h, lab, start, steps):
    """`steps` of size h against the rates, which may hold the target y."""
    program = Formula(rates, (*variables, y))
    return lab.iterate(descent(lambda *at: program(*at, lab.target), h), start, steps)


f, g = loss(weights, y), gradient(loss(W, y), W)
bend = gradient(f, X).jacobian(Matrix(X))
along_x = [*gradient(f, X), *(bend*Matrix(E) + bend*gradient(f, X)/2)]
at_dual = Matrix([p**2*exp(4*m) - q**2*exp(-4*m) for p, q, m in zip(P, Q, M)])
slope = g.subs(dict(zip(W, at_dual)), simultaneous=True)
B = slope.jacobian(Matrix(M))
along_m = [*slope, *(B*Matrix(D) + B*slope/2), *[0]*4]
pull = Matrix([4*sqrt(w**2 + 4*p**2*q**2)*one for w, p, q, one in zip(W, P, Q, g)])
closed = [*pull, *(pull.jacobian(Matrix(W))*Matrix(D) + Matrix([4*one**2*w for w, one in zip(W, g)])), *[0]*4]


def predictions(lab, h, steps):
    """J e_x - J J' e_m, and the closed equation's e: the linear equations, by Euler's steps of the same size."""
    start, kept = (*lab.plus, *lab.minus), (0, 0, *lab.plus, *lab.minus)
    by_x = Formula(weights.jacobian(Matrix(X))*Matrix(E), (*X, *E))(*euler(along_x, (*X, *E), h, lab, (*start, 0, 0, 0, 0), steps))
    by_m = Formula(at_dual.jacobian(Matrix(M))*Matrix(D), (*M, *D, *P, *Q))(
        *euler(along_m, (*M, *D, *P, *Q), h, lab, (0, 0, *kept), steps))
    weight = tuple(p**2 - q**2 for p, q in zip(lab.plus, lab.minus))
    shut = euler(closed, (*W, *D, *P, *Q), h, lab, (*weight, *kept), steps)
    return [p - q for p, q in zip(by_x, by_m)], shut[2:4]


@gap.observation(small=h, order=1, first=Rational(1, 256), halvings=4)
def both_methods(lab, h):
    """N steps of each method, the gap over h, less each prediction."""
    steps = lab.steps(lab.time, h)
    x = lab.iterate(descent(Formula(gradient(f.subs(y, lab.target), X), X), h), (*lab.plus, *lab.minus), steps)
    betas = [2*p*q for p, q in zip(lab.plus, lab.minus)]
    mirror = lambda *w: [(mp.asinh(one/beta) + mp.log(q/p))/4 for one, beta, p, q in zip(w, betas, lab.plus, lab.minus)]
    inverse = lambda *m: [p**2*mp.exp(4*one) - q**2*mp.exp(-4*one) for one, p, q in zip(m, lab.plus, lab.minus)]
    w = lab.iterate(mirror_descent(Formula(g.subs(y, lab.target), W), h, mirror, inverse), tuple(inverse(0, 0)), steps)
    found = [(one - other)/h for one, other in zip(Formula(weights, X)(*x), w)]
    right, wrong = predictions(lab, h, steps)
    return {**{symbol: one - other for symbol, one, other in zip((off1, off2), found, right)},
            **{symbol: one - other for symbol, one, other in zip((shut1, shut2), found, wrong)},
            **{symbol: one - 2*other for symbol, one, other in zip((early1, early2), found, right)}}


half, quarter = Rational(1, 2), Rational(1, 4)
gap.case("two weights", plus=(half, Rational(3, 4)), minus=(quarter, half), target=2, time=Rational(1, 32))
