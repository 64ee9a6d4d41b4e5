"""Commuting quadratic parametrisations in normal form: the potential is a sum of exponentials.

Statement.  Let G_i = x.A_i x/2 with commuting symmetric matrices: A_i = sum_k a_ki v_k v_k' with orthonormal v_k.
From x(0), with c_k = v_k.x(0) and m(t) the integral of -grad L_s(w(s)) ds, gradient flow of any loss L_t(w) has

    w_i = (1/2) sum_k c_k^2 a_ki exp(2 a_k.m),     the gradient in m of  Q = (1/4) sum_k c_k^2 exp(2 a_k.m),
    det J J' = sum over k < l of (a_k1 a_l2 - a_k2 a_l1)^2 c_k^2 c_l^2 exp(2 a_k.m + 2 a_l.m)     (two weights),

so the flow keeps the rank of J: it is regular exactly if the a_k with c_k != 0 span the space (which weights it then
reaches: `cone`).  Shown for every number of parameters, each v_k on its own, and of weights.
Measured under a loss of two weights that changes in time: the first of them with three parameters, det J J' with two.
"""

from sympy import Eq, Matrix, Rational, diff, exp, symbols

from numerics.balls import ball, evaluate
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, nonnegative, positive, zero

w1 = symbols("w1", real=True)                                  # measured: the first weight at the end
m = m1, m2 = symbols("m1 m2", real=True)                       # measured: minus the integral of grad L
gram = symbols("gram", real=True)                              # measured: det J J' at the end
squares = s1, s2, s3 = symbols("s1 s2 s3", nonnegative=True)   # c_k^2
rates = a11, a12, a21, a22, a31, a32 = symbols("a11 a12 a21 a22 a31 a32", real=True)    # a_ki
x, t = symbols("x1:4", real=True), symbols("t", real=True)

theorem = Theorem(
    "commuting quadratics in normal form",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="examples, re-derived for quadratic parametrisations"),
)


@theorem.data
def spectrum(case):
    """The part of the start along each direction, squared, and the rates."""
    along = [sum(p*q for p, q in zip(v, case.point))**2/Rational(sum(p*p for p in v)) for v in case.frame]
    return {**dict(zip(squares, along)), **dict(zip(rates, (a for row in case.rates for a in row)))}


def grown(k, factor=2):
    """c_k^2 exp(2 a_k.m)."""
    return squares[k]*exp(factor*(rates[2*k]*m1 + rates[2*k + 1]*m2))


def weight(factor=2, share=Rational(1, 2)):
    return share*sum(rates[2*k]*grown(k, factor) for k in range(3))


def run(lab):
    """Gradient flow of (1 + t^2/(2 + 2 t)) (w_1 + 2 w_2 - 1)^2/2 in x, with m, enclosed; and the fields' J."""
    D = len(lab.point)
    A = [sum((Matrix(v)*Matrix(v).T*row[i]/Rational(sum(p*p for p in v)) for v, row in zip(lab.frame, lab.rates)),
             Matrix.zeros(D, D)) for i in range(2)]
    J = Matrix.vstack(*(Matrix([x[:D]])*one for one in A))
    at = J*Matrix(x[:D])/2
    control = (1 + t**2/(2 + 2*t))*(1 - at[0] - 2*at[1])*Matrix([1, 2])
    field = Field([*(J.T*control), *control], (*x[:D], *symbols("M1 M2")), t)
    end = lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=8), (*lab.point, 0, 0), 1)
    return J, at, dict(zip(x, map(ball, end))), end[D:]


normal_form = theorem.claim(
    "the weights are the gradient of a sum of exponentials of the dual",
    Eq(w1, weight()),
    false={
        "rate 1": Eq(w1, weight(factor=1)),
        "without the half": Eq(w1, weight(share=1)),
        "gradient flow in the weights": Eq(w1, weight().subs({m1: 0, m2: 0}) + m1),
    },
)


@normal_form.proof(scope="every number of parameters and of weights, every continuous control")
def by_each_direction(claimed):
    """v_k.grad G_i = a_ki v_k.x, so y_k = v_k.x grows at the rate a_ki in m_i; the v_k share nothing."""
    c, y, a, b = symbols("c y a b", real=True)                 # one v_k: its start, y_k, and its rates for two of the weights
    grown_y = c*exp(a*m1 + b*m2)
    for one, rate in ((m1, a), (m2, b)):
        yield zero(diff(rate*y**2/2, y).subs(y, grown_y) - diff(grown_y, one), "y_k moves along the gradient of each weight")
    yield zero(grown_y.subs({m1: 0, m2: 0}) - c, "from the start")
    parts = [(a*grown_y**2/2).subs({a: rates[2*k], b: rates[2*k + 1]}).subs(c**2, squares[k]) for k in range(3)]
    yield zero(claimed.rhs - sum(parts), "each direction adds a_k1 y_k^2/2")
    yield zero(claimed.rhs - diff(sum(grown(k) for k in range(3))/4, m1), "the gradient of the sum of exponentials")


@normal_form.enclosure
def flow_of_the_parameters(lab):
    J, at, there, dual = run(lab)
    return {w1: evaluate(at[0], there), **dict(zip(m, dual))}


def minor(k, l, power=2):
    """The determinant of two directions' rates, squared."""
    return (rates[2*k]*rates[2*l + 1] - rates[2*k + 1]*rates[2*l])**power


rank = theorem.claim(
    "the determinant of J J' along the flow: its zeros are those of the start",
    Eq(gram, minor(0, 1)*grown(0)*grown(1)),
    false={
        "it stays as it is": Eq(gram, minor(0, 1)*s1*s2),
        "not squared": Eq(gram, minor(0, 1, power=1)*grown(0)*grown(1)),
        "half the rate": Eq(gram, minor(0, 1)*grown(0, factor=1)*grown(1, factor=1)),
    },
)


@rank.proof(scope="two weights and every number of parameters, by pairs; more weights by the same formula with larger minors")
def by_cauchy_and_binet(claimed):
    """J has the columns a_k y_k in the frame of the v_k; det J J' is the sum of its squared minors (Cauchy-Binet)."""
    y = symbols("y1:4", real=True)
    J = Matrix(2, 3, lambda i, k: rates[2*k + i]*y[k])
    pairs = {(k, l): minor(k, l)*y[k]**2*y[l]**2 for k, l in ((0, 1), (0, 2), (1, 2))}
    yield zero((J*J.T).det() - sum(pairs.values()), "the squared minors")
    grow = {y[0]**2: grown(0), y[1]**2: grown(1)}
    yield zero(claimed.rhs - pairs[0, 1].subs(grow), "one pair's, at y_k^2 = c_k^2 exp(2 a_k.m)")
    yield nonnegative(pairs[0, 1], "no pair subtracts")
    yield positive(minor(0, 1)*grown(0)*grown(1), "and no pair that adds at the start ceases to",
                   given=(s1 > 0, s2 > 0, a11*a22 - a12*a21 > 0))


@rank.enclosure
def determinant_at_the_end(lab):
    J, at, there, dual = run(lab)
    return {gram: evaluate((J*J.T).det(), there), **dict(zip(m, dual))}


half, third = Rational(1, 2), Rational(1, 3)
normal_form.case("one plane and one axis", frame=((1, 1, 0), (1, -1, 0), (0, 0, 1)), rates=((3, 1), (1, -1), (1, -2)),
                 point=(1, half, third), time=Rational(1, 4))
normal_form.case("turned", frame=((1, 2, 2), (2, 1, -2), (2, -2, 1)), rates=((1, -1), (half, 2), (-1, 1)),
                 point=(half, 1, third), time=Rational(1, 8))
rank.case("two directions", frame=((1, 2), (2, -1)), rates=((2, -1), (half, 1)), point=(1, third), time=Rational(1, 4))
rank.case("against each other", frame=((3, 1), (1, -3)), rates=((-1, third), (1, 2)), point=(half, 1), time=Rational(1, 8))
