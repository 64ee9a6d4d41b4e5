"""Which weights a commuting quadratic parametrisation reaches: the open cone of its rates, all of it and nothing else.

Statement.  In normal form (see `exponentials`) Q(m) = (1/4) sum_k c_k^2 exp(2 a_k.m), and w = grad Q(m) is the sum of
t_k a_k with t_k = c_k^2 exp(2 a_k.m)/2 > 0: it is inside the cone of the a_k with c_k != 0, if they span.  Conversely let
y be inside, y = sum tau_k a_k with all tau_k > 0.  Then m.y - Q(m) has one maximum, there grad Q(m) = y, and the
constant control m leads to the weights y in the time 1.  So R = Q* has that cone as the interior of its domain.  Outside
the closed cone R is infinite, as m.y - Q(m) is unbounded; on its boundary no m has grad Q(m) = y.  Shown for every number
of weights and parameters; measured for two weights and three directions, the first two of which are the edges of the cone.
"""

from sympy import Eq, Matrix, Rational, diff, exp, symbols

from numerics.balls import ball, evaluate, map_and_jacobian, zero_near
from numerics.flows import Field, enclose_flow
from numerics.formula import Formula
from theorems import Source, Theorem, cited, nonnegative, positive, zero

w = w1, w2 = symbols("w1 w2", real=True)                       # measured: the weights after the control m for a time 1
y = y1, y2 = symbols("y1 y2", real=True)                       # the weights asked for
tau = tau1, tau2, tau3 = symbols("tau1 tau2 tau3", real=True)  # y = sum tau_k a_k
rates = a11, a12, a21, a22, a31, a32 = symbols("a11 a12 a21 a22 a31 a32", real=True)    # a_ki
squares = s1, s2, s3 = symbols("s1 s2 s3", positive=True)      # c_k^2
m = symbols("m1 m2", real=True)
x, s = symbols("x1:4", real=True), symbols("s", real=True)

theorem = Theorem(
    "the weights of commuting quadratics fill the open cone of their rates",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="examples, re-derived for quadratic parametrisations"),
    assumes=(a11*y2 - a12*y1 > 0, a22*y1 - a21*y2 > 0),
)


@theorem.data
def asked(case):
    return {**dict(zip(rates, (a for row in case.rates for a in row))), **dict(zip(squares, (c**2 for c in case.point))),
            **dict(zip(tau, case.shares)), **dict(zip(y, wanted(case)))}


def wanted(case):
    return [sum(share*row[i] for share, row in zip(case.shares, case.rates)) for i in range(2)]


def dual(lab):
    """The m with grad Q(m) = y: Newton's steps, which run off where there is no such m, then Krawczyk's test."""
    Q = sum(c**2*exp(2*(row[0]*m[0] + row[1]*m[1])) for c, row in zip(lab.point, lab.rates))/4
    rest = [diff(Q, one) - goal for one, goal in zip(m, wanted(lab))]
    slopes = Matrix(rest).jacobian(Matrix(m))
    step = Formula(slopes.adjugate()*Matrix(rest)/slopes.det(), m)
    near = lab.iterate(lambda at: tuple((one - s).mid() for one, s in zip(at, step(*at))), (ball(0), ball(0)), 60, within=10)
    return zero_near(*map_and_jacobian(rest, m), near).box


reach = theorem.claim(
    "weights inside the cone are reached by a constant control",
    tuple(Eq(one, sum(share*rates[2*k + i] for k, share in enumerate(tau))) for i, one in enumerate(w)),
    false={
        "along the edges alone": tuple(Eq(one, tau1*rates[i] + tau2*rates[2 + i]) for i, one in enumerate(w)),
        "from the start on": tuple(Eq(one, sum((share + c/2)*rates[2*k + i] for k, (share, c) in enumerate(zip(tau, squares))))
                                   for i, one in enumerate(w)),
    },
)


def term(k):
    """The k-th term of Q(m) - m.y, by s = a_k.m."""
    return squares[k]*exp(2*s)/4 - tau[k]*s


@reach.proof(scope="every number of weights and of parameters: each direction on its own, two of them that span")
def by_convexity(*claimed):
    """Each term of Q(m) - m.y is strictly convex in a_k.m and has a minimum, so their sum has bounded level sets and a minimum.

    There its slope grad Q(m) - y is 0.  Weights that are reached are inside: positive sums of edges and what lies between.
    """
    yield cited("a strictly convex function of one variable that has a minimum has bounded level sets")
    inside = tuple(one > 0 for one in tau)
    for k in range(3):
        yield positive(diff(term(k), s, 2), f"term {k + 1} is strictly convex")
        yield zero(diff(term(k), s).subs(exp(2*s), 2*tau[k]/squares[k]), "its slope is 0 where exp(2 s) = 2 tau/c^2", given=inside)
    yield zero((a11*a22 - a12*a21)*m[0] - (a22*along(0) - a12*along(1)), "two a_k that span, and a_k.m, bound m_1")
    yield zero((a11*a22 - a12*a21)*m[1] - (a11*along(1) - a21*along(0)), "and m_2")
    c = symbols("c1:4", real=True)
    for i, one in enumerate(claimed):
        excess = diff(sum(term(k).subs(s, along(k)) for k in range(3)), m[i])
        end = sum(rates[2*k + i]*(p*exp(along(k)))**2/2 for k, p in enumerate(c)).subs({p**2: q for p, q in zip(c, squares)})
        yield zero(end - excess - one.rhs, f"where x_k = c_k exp(a_k.m) the weight {i + 1} is the claim and that slope")
    turn, angle = symbols("turn angle", real=True)             # a_1 x a_2 > 0, a_1 x a_3 >= 0
    grown = symbols("t1:4", positive=True)
    yield positive(grown[1]*turn + grown[2]*angle, "what is reached is inside the edge a_1, and so inside a_2",
                   given=(turn > 0, angle >= 0))
    far = symbols("far", positive=True)                        # along v with v.a_k <= 0 for all k and v.y > 0
    yield nonnegative(squares[0]*(1 - exp(-2*far*angle)), "outside, each term of Q falls along some v, while v.y rises: R is infinite",
                      given=(angle >= 0,))


def along(k):
    return rates[2*k]*m[0] + rates[2*k + 1]*m[1]


@reach.enclosure
def under_the_dual(lab):
    """The flow of x under J'm for a time 1, m as coordinates that stay."""
    found = dual(lab)
    weights = Matrix([sum(row[i]*one**2 for row, one in zip(lab.rates, x))/2 for i in range(2)])
    field = Field([*(weights.jacobian(Matrix(x)).T*Matrix(m)), 0, 0], (*x, *m))
    end = lab.iterate(lambda at: enclose_flow(field, at, 1, digits=12), (*lab.point, *found), 1)
    return dict(zip(w, (evaluate(one, dict(zip(x, map(ball, end)))) for one in weights)))


half, third = Rational(1, 2), Rational(1, 3)
edges = ((2, -1), (half, 1), (1, third))                       # the third between the first two
theorem.case("generic", rates=edges, point=(1, half, third), shares=(half, third, 1))
theorem.case("near an edge", rates=edges, point=(1, half, third), shares=(1, Rational(1, 20), Rational(1, 10)))
theorem.case("another cone", rates=((1, -2), (1, 3), (3, 1)), point=(half, 1, Rational(2, 3)), shares=(1, third, half))
theorem.outside("beyond the first edge", breaks=a11*y2 - a12*y1 > 0, rates=edges, point=(1, half, third), shares=(1, -half, third))
theorem.outside("on the second edge", breaks=a22*y1 - a21*y2 > 0, rates=edges, point=(1, half, third), shares=(0, 1, 0))
