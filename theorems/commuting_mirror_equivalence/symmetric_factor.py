"""W = U U' has a metric that is a function of W and no Hessian: gradient flow on it is no mirror flow.

Statement.  Let U be 2 x 2, W = U U' = (p, q; q, r) with p r > q^2.  The gradients of p, q, r in U have the products

    J J' = (4p, 2q, 0;  2q, p + r, 2q;  0, 2q, 4r),

a function of W.  Its inverse K would be the Hessian of a potential if d_p K_22 = d_q K_21; the defect is

    d_p K_22 - d_q K_21 = -r (p - r)/(2 (p + r)^2 (p r - q^2)),

1/18 at diag(1, 2).  Swapping two controls S, T (symmetric, each for a time h) changes W by
4 h^2 (C W + W C'), C = T S - S T, up to O(h^3).  At W = I both are 0: a test at one point shows nothing.
"""

from sympy import Eq, Matrix, Rational, eye, sqrt, symbols

from numerics.flows import Field, flow
from numerics.formula import Formula
from theorems import Source, Theorem, zero

defect = symbols("defect", real=True)                          # measured: d_p K_22 - d_q K_21 along flows of U
p_gap, q_gap, r_gap = gaps = symbols("p_gap q_gap r_gap", real=True)   # measured: W's difference over h^2
p, r = symbols("p r", positive=True)
q = symbols("q", real=True)
twist = symbols("twist", real=True)                            # (T S - S T)_12
h = symbols("h", positive=True)
U = symbols("U11 U12 U21 U22", real=True)

theorem = Theorem(
    "a symmetric factorisation is no mirror flow",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="necessary condition, matrices"),
    assumes=(p*r > q**2,),
)


@theorem.data
def start(case):
    """The entries of W = U U', and the one of the controls' commutator."""
    W = product(case.factor)
    S, T = symmetric(*case.first), symmetric(*case.second)
    return {**dict(zip((p, q, r), W)), twist: (T*S - S*T)[0, 1]}


def product(u):
    """(p, q, r) of U U', U row by row."""
    return u[0]**2 + u[1]**2, u[0]*u[2] + u[1]*u[3], u[2]**2 + u[3]**2


def metric(p, q, r):
    return Matrix([[4*p, 2*q, 0], [2*q, p + r, 2*q], [0, 2*q, 4*r]])


def symmetric(a, b, c):
    return Matrix([[a, b], [b, c]])


codazzi = theorem.claim(
    "the defect of the inverse metric at W",
    Eq(defect, -r*(p - r)/(2*(p + r)**2*(p*r - q**2))),
    false={
        "a Hessian": Eq(defect, 0),
        "with the other sign": Eq(defect, r*(p - r)/(2*(p + r)**2*(p*r - q**2))),
        "without the determinant": Eq(defect, -r*(p - r)/(2*(p + r)**2)),
    },
)


@codazzi.proof
def by_differentiation(claimed):
    """J J' from J itself; its inverse K by K (J J') = I, then d_p K_22 - d_q K_21."""
    W = product(U)
    J = Matrix(W).jacobian(Matrix(U))
    yield zero(J*J.T - metric(*W), "the products of the gradients, in W")
    K = metric(p, q, r).adjugate()/metric(p, q, r).det()
    yield zero(K*metric(p, q, r) - eye(3), "the inverse")
    yield zero(K[1, 1].diff(p) - K[1, 0].diff(q) - claimed.rhs, "the defect")


@codazzi.observation(small=h, order=2, then=2, first=Rational(1, 32), halvings=4)
def along_flows(lab, h):
    """Flow U so that p, or q, alone starts to change at rate 1 (control K e); central differences of K.

    K is taken from J J' at the flowed U.
    """
    J = Matrix(product(U)).jacobian(Matrix(U))
    inverse = Formula((J*J.T).adjugate()/(J*J.T).det(), U)
    K = inverse(*lab.factor)
    entry = lambda place, along, time: inverse(*lab.iterate(
        lambda at: flow(fixed(J), at, time), (*lab.factor, *K[3*along:3*along + 3]), 1)[:4])[place]
    slope = lambda place, along: (entry(place, along, h) - entry(place, along, -h))/(2*h)
    return {defect: slope(4, 0) - slope(3, 1)}


controls = symbols("control1:4", real=True)


def fixed(J):
    """x' = J' u with a constant control u kept as coordinates."""
    return Field([*(J.T*Matrix(controls)), 0, 0, 0], (*U, *controls))


swapping = theorem.claim(
    "what swapping two controls changes in W, over h^2",
    (Eq(p_gap, 8*q*twist), Eq(q_gap, 4*(r - p)*twist), Eq(r_gap, -8*q*twist)),
    false={
        "nothing: a mirror flow": (Eq(p_gap, 0), Eq(q_gap, 0), Eq(r_gap, 0)),
        "half of it": (Eq(p_gap, 4*q*twist), Eq(q_gap, 2*(r - p)*twist), Eq(r_gap, -4*q*twist)),
    },
)


@swapping.proof
def by_exponentials(*claimed):
    """The control S moves U' = 2 S U, so U to exp(2 h S) U; to second order in h."""
    s, t, W = symbols("s11 s12 s22", real=True), symbols("t11 t12 t22", real=True), symmetric(p, q, r)
    S, T = symmetric(*s), symmetric(*t)
    J = Matrix(product(U)).jacobian(Matrix(U))
    moved = J.T*Matrix([s[0], 2*s[1], s[2]])
    yield zero(moved - Matrix(list(2*S*Matrix(2, 2, U))), "the gradient of <S, U U'> is 2 S U")
    A, B, X = symbols("A B X", commutative=False)              # S, T, W as words
    step = lambda Y: 1 + 2*h*Y + 2*h**2*Y*Y
    gap = step(B)*step(A)*X*step(A)*step(B) - step(A)*step(B)*X*step(B)*step(A)
    wedge = B*A - A*B
    yield zero((gap.diff(h, 2, simplify=False)/2).subs(h, 0) - 4*(wedge*X - X*wedge), "4 (C W + W C'), as C' = -C")
    C = Matrix([[0, twist], [-twist, 0]])
    yield zero((T*S - S*T) - C.subs(twist, (T*S - S*T)[0, 1]), "C has one entry")
    for (i, j), one in zip(((0, 0), (0, 1), (1, 1)), claimed):
        yield zero(4*(C*W + W*C.T)[i, j] - one.rhs, "its entry")


@swapping.observation(small=h, order=1, first=Rational(1, 256), halvings=4)
def both_orders(lab, h):
    """U by its flow under constant controls, one then the other, in both orders."""
    J = Matrix(product(U)).jacobian(Matrix(U))
    push = lambda S, point: lab.iterate(lambda at: flow(fixed(J), at, h), (*point, S[0], 2*S[1], S[2]), 1)[:4]
    one, other = (product(push(b, push(a, tuple(lab.factor)))) for a, b in ((lab.first, lab.second), (lab.second, lab.first)))
    return {gap: (a - b)/h**2 for gap, a, b in zip(gaps, one, other)}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("generic factor", factor=(1, half, -third, Rational(5, 4)), first=(1, half, -1), second=(third, -1, 2))
theorem.case("diag(1, 2)", factor=(1, 0, 0, sqrt(2)), first=(1, 0, 0), second=(0, 1, 0))
theorem.case("larger first row", factor=(Rational(3, 2), third, half, Rational(2, 3)), first=(0, 1, third), second=(2, half, half))
