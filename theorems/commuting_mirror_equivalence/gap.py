"""The gap between gradient descent and mirror descent at a fixed time, for a curved loss of two weights.

Statement.  w_i = u_i^2 - v_i^2, f(u, v) = L(w), m the dual.  At a fixed time T, with N steps of size h = T/N,

    (gradient descent - mirror descent)/h  ->  J e_x - J J' e_m,

where both errors start at 0 and solve the linear equations along the flow

    e_x' = -f'' e_x - f'' f'/2,             e_m' = -B e_m - B g/2,     B = L'' J J', g = grad L.

The equation e' = -(J J' g)' e - s/2 in w alone, with the second-order terms s of one step, is tempting and false:
gradient descent leaves the surface u v = const, on which J J' is a function of w, at order h.
"""

from sympy import Eq, Matrix, Rational, diff, sqrt, symbols

from numerics.balls import ball
from numerics.formula import Formula
from numerics.steps import descent, mirror_descent
from theorems import Source, Theorem, cited, zero

gap1, gap2 = symbols("gap1 gap2", real=True)                   # measured: (gradient descent - mirror descent)/h
X = p1, p2, q1, q2 = symbols("p1 p2 q1 q2", real=True)         # measured: gradient descent's u and v at the end
E = e1, e2, f1, f2 = symbols("e1 e2 f1 f2", real=True)         # measured: e_x, for u and v
d1, d2 = D = symbols("d1 d2", real=True)                       # measured: e_m
shut1, shut2 = S = symbols("shut1 shut2", real=True)           # measured: the closed equation's e
a, b = symbols("a b", positive=True)                           # the start's u_1 and v_1
h = symbols("h", positive=True)
W = symbols("W1 W2", real=True)
beta = symbols("beta1 beta2", positive=True)                   # 2 u v at the start
y = symbols("y", real=True)

theorem = Theorem(
    "the gap between gradient and mirror descent",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="discrete time, not in the paper"),
)


@theorem.data
def start(case):
    return {a: case.plus[0], b: case.minus[0]}


def loss(w):
    """(w_1 + 2 w_2 - y)^2/2 + w_1^4/4: curved, and no function of one direction."""
    return (w[0] + 2*w[1] - y)**2/2 + w[0]**4/4


weights = Matrix([p1**2 - q1**2, p2**2 - q2**2])


def gradient(expression, variables):
    return Matrix([diff(expression, one) for one in variables])


def difference(first=1, second=1):
    """J e_x - J J' e_m, weight by weight."""
    return (Eq(gap1, 2*first*(p1*e1 - q1*f1) - 4*second*(p1**2 + q1**2)*d1),
            Eq(gap2, 2*first*(p2*e2 - q2*f2) - 4*second*(p2**2 + q2**2)*d2))


gap = theorem.claim(
    "the limit of the gap over the step size is what the variational equations say",
    difference(),
    false={
        "a closed equation in w": (Eq(gap1, shut1), Eq(gap2, shut2)),
        "gradient descent's error alone": difference(second=0),
        "mirror descent's error alone": difference(first=0),
    },
)


@gap.proof(scope="every loss with three derivatives, every parametrisation for which gradient flow is a mirror flow")
def by_local_errors(*claimed):
    """One Euler step of x' = F(x) misses h^2 F'F/2; so for F = -f' and for m' = -g(w(m)); the rest is linear transport.

    F' = -f'' and -B, by words for any dimension and for the equations that are run; w moves by J e_x, and by Q'' e_m = J J' e_m.
    """
    yield cited("Euler's method: (steps - flow)/h tends to the solution of e' = F' e - F'F/2, e(0) = 0 (Henrici)")
    F, F1, B1, g1, f1_, f2_ = symbols("F F' B g f' f''", commutative=False)
    yield zero((-F1*F/2).subs({F1: -f2_, F: -f1_}) + f2_*f1_/2, "for gradient descent the source is -f'' f'/2")
    yield zero((-F1*F/2).subs({F1: -B1, F: -g1}) + B1*g1/2, "for mirror descent, in the dual, it is -B g/2")
    at_x, at_m = -gradient(f, X), -g                           # F by the parameters; by the weights, w moves at the metric
    for field, slopes, error, run in ((at_x, at_x.jacobian(Matrix(X)), E, along_x[4:]), (at_m, -B, D, along_w[2:4])):
        yield zero(slopes*Matrix(error) - slopes*field/2 + Matrix(run), "the equation that is run, of a descent")
    J = weights.jacobian(Matrix(X))
    for one, moved in zip(claimed, J*Matrix(E) - J*J.T*Matrix(D)):
        yield zero(one.rhs - moved, "the claim is J e_x - J J' e_m")


f, g = loss(weights), gradient(loss(W), W)
bend = gradient(f, X).jacobian(Matrix(X))
along_x = [*gradient(f, X), *(bend*Matrix(E) + bend*gradient(f, X)/2)]
metric = Matrix.diag(*(4*sqrt(w**2 + one**2) for w, one in zip(W, beta)))
B, pull = g.jacobian(Matrix(W))*metric, metric*g
closed = pull.jacobian(Matrix(W))*Matrix(S) + Matrix([4*one**2*w for w, one in zip(W, g)])
along_w = [*g, *(B*Matrix(D) + B*g/2), *closed]
DESCENT = Formula(along_x, (*X, *E, y))
MIRRORED = Formula(along_w, (*W, *D, *S, *beta, y))
LAST = Formula(weights, X)


@gap.observation(small=h, order=1, first=Rational(1, 256), halvings=4)
def both_methods(lab, h):
    """N steps of each method on balls without radius, carrying its own linear equation."""
    steps, h, label = lab.steps(lab.time, h), ball(h), ball(lab.target)
    first, last = [*map(ball, lab.plus)], [*map(ball, lab.minus)]
    betas = [2*p*q for p, q in zip(first, last)]
    mirror = lambda *at: (*(((w/one).asinh() + (q/p).log())/4 for w, one, p, q in zip(at, betas, first, last)), *at[2:])
    inverse = lambda *at: (*(p*p*(4*m).exp() - q*q*(-4*m).exp() for m, p, q in zip(at, first, last)), *at[2:])
    without = lambda step: lambda x: tuple(one.mid() for one in step(x))
    x = lab.iterate(without(descent(lambda *at: DESCENT(*at, label), h)), (*first, *last, *[ball(0)]*4), steps)
    at = lab.iterate(without(mirror_descent(lambda *at: MIRRORED(*at, *betas, label), h, mirror, inverse)),
                     (*(p*p - q*q for p, q in zip(first, last)), *[ball(0)]*4), steps)
    gaps = [(one - other)/h for one, other in zip(LAST(*x[:4]), at)]
    return {**dict(zip((gap1, gap2), gaps)), **dict(zip((*X, *E), x)), **dict(zip((*D, *S), at[2:]))}


half, quarter = Rational(1, 2), Rational(1, 4)
gap.case("two weights", plus=(half, Rational(3, 4)), minus=(quarter, half), target=2, time=Rational(1, 16))
gap.case("falling", plus=(Rational(4, 3), half), minus=(half, quarter), target=-1, time=Rational(1, 32))
