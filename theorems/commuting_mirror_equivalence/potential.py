"""What commuting gives, for every parametrisation: symmetric third derivatives, so a potential.

Statement.  Let the gradients of G_1, ..., G_d commute and let psi(x; m) follow each gradient for its time m_i.
Then G_i(psi(x; m)) is the gradient in m of one function Q, with

    d^2 Q/dm_i dm_j = grad G_i.grad G_j,     d^3 Q/dm_i dm_j dm_k = 2 grad G_k.(Hessian of G_i) grad G_j,

the last symmetric in i, j, k, because commuting means (Hessian of G_i) grad G_j = (Hessian of G_j) grad G_i, half
the gradient of grad G_i.grad G_j.  Without commuting the third derivative depends on the order of the
flows.  So gradient flow under any controls u(t), that is of any losses that change in time, ends where the integral m
of u says, x = psi(x(0); m) and w = grad Q(m): the mirror flow of R = Q*.  Shown for every dimension; the derivatives are
measured at one point of two parameters, with gradients (a1, a2), (b1, b2) of G_1, G_2 and the Hessian p, q, r of G_1.
"""

from sympy import Eq, Matrix, Rational, diff, exp, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow, flow
from numerics.formula import Formula
from theorems import Source, Theorem, cited, zero

second, third = symbols("second third", real=True)             # measured: d G_1/dm_2 and d^2 G_1/dm_2^2 along the flow of G_2
mixed = symbols("mixed", real=True)                            # measured: d^2 G_1/dm_1 dm_2, first along G_1, then G_2
a1, a2, b1, b2, p, q, r = symbols("a1 a2 b1 b2 p q r", real=True)
bracket = symbols("bracket", nonnegative=True)                 # |[grad G_1, grad G_2]|^2 at the point
gap1, gap2 = symbols("gap1 gap2", real=True)                   # measured: how far two controls with one integral end apart
late1, late2 = symbols("late1 late2", real=True)               # measured: the same for a control and twice the control
x, t = symbols("x y", real=True), symbols("t", real=True)
h = symbols("h", positive=True)

theorem = Theorem(
    "the potential of a commuting parametrisation",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="commuting parametrisations, re-derived"),
    assumes=(Eq(bracket, 0),),
)


@theorem.data
def jet(case):
    """Gradients, the first Hessian and the bracket at the case's point."""
    at = dict(zip(x, case.point))
    first, second_ = (Matrix([G]).jacobian(Matrix(x)) for G in case.weights)
    H, K = (one.jacobian(Matrix(x)) for one in (first, second_))
    commutator = (K*first.T - H*second_.T).subs(at)
    first, second_, H = first.subs(at), second_.subs(at), H.subs(at)
    return {a1: first[0], a2: first[1], b1: second_[0], b2: second_[1], p: H[0, 0], q: H[0, 1], r: H[1, 1],
            bracket: sum(entry**2 for entry in commutator)}


def along(one, other):
    """one.(Hessian of G_1) other."""
    return p*one[0]*other[0] + q*(one[0]*other[1] + one[1]*other[0]) + r*one[1]*other[1]


derivatives = theorem.claim(
    "derivatives of the first weight by the times of the flows",
    (Eq(second, a1*b1 + a2*b2), Eq(third, 2*along((b1, b2), (b1, b2))), Eq(mixed, 2*along((a1, a2), (b1, b2)))),
    false={
        "Hessian alone": (Eq(second, a1*b1 + a2*b2), Eq(third, along((b1, b2), (b1, b2))),
                          Eq(mixed, along((a1, a2), (b1, b2)))),
        "linear": (Eq(second, a1*b1 + a2*b2), Eq(third, 0), Eq(mixed, 0)),
        "all along the second": (Eq(second, b1**2 + b2**2), Eq(third, 2*along((b1, b2), (b1, b2))),
                                 Eq(mixed, 2*along((a1, a2), (b1, b2)))),
    },
)


@derivatives.proof(scope="every dimension and number of weights: g_j of a product stands for its column")
def by_free_jets(*claimed):
    """Derivatives along the flow of G_k: x moves by grad G_k, grad G_i by (Hessian of G_i) grad G_k.

    Rows and columns are words: gi stands for the row grad G_i', Gi for the column, Hi for the Hessian.
    """
    yield cited("gradients whose brackets vanish have flows that commute, so psi moves along grad G_k in m_k")
    yield from by_indices()
    gi, gj, gk, Gi, Gj, Gk, Hi, Hj = symbols("gi gj gk Gi Gj Gk Hi Hj", commutative=False)
    bracket_ij = Hj*Gi - Hi*Gj
    transport = gk*Hi*Gj + gk*Hj*Gi                            # the derivative of grad G_i.grad G_j along grad G_k
    yield zero(transport - 2*gk*Hi*Gj - gk*bracket_ij, "less the bracket it is 2 grad G_k.(Hessian of G_i) grad G_j")
    yield from in_the_plane(claimed)


def by_indices():
    """Two weights by free jets to third order at the point x = 0, in two, three and four parameters."""
    for size in (2, 3, 4):
        at = symbols(f"x1:{size + 1}", real=True)
        one, other = (jet_of(name, at) for name in "GK")
        origin = dict.fromkeys(at, 0)
        rows = [Matrix([weight]).jacobian(Matrix(at)) for weight in (one, other)]
        H, K = (row.jacobian(Matrix(at)).subs(origin) for row in rows)
        X, Y = (row.T.subs(origin) for row in rows)
        product = Matrix([(rows[0]*rows[1].T)[0]]).jacobian(Matrix(at)).subs(origin).T
        yield zero(product - (H*Y + K*X), f"the gradient of grad G_i.grad G_j is H_i grad G_j + H_j grad G_i, {size} parameters")
        yield zero(product/2 + (H*Y - K*X)/2 - H*Y, "half of it is H_i grad G_j, if the bracket is 0")


def jet_of(name, at):
    """a.x + x.H x/2 with free symbols: third orders add nothing to these first derivatives at 0."""
    size = len(at)
    linear = sum(symbols(f"{name}{i}", real=True)*one for i, one in enumerate(at))
    return linear + sum(symbols(f"{name}{min(i, j)}{max(i, j)}", real=True)*at[i]*at[j]/2 for i in range(size) for j in range(size))


def in_the_plane(claimed):
    """The same on two parameters; c = (Hessian of G_2) grad G_1 is what commuting says it is."""
    G, K, H, c = Matrix([a1, a2]), Matrix([b1, b2]), Matrix([[p, q], [q, r]]), Matrix(symbols("c1 c2", real=True))
    commuting = tuple(Eq(one, other) for one, other in zip(c, H*K))
    yield zero((G.T*K)[0] - claimed[0].rhs, "the first derivative")
    for direction, one in ((K, claimed[1]), (G, claimed[2])):
        moved = ((H*direction).T*K + c.T*direction)[0]
        yield zero(moved - one.rhs, "the second derivative, along one more flow", given=commuting)


@derivatives.observation(small=h, order=1, first=Rational(1, 64), halvings=5)
def difference_quotients(lab, h):
    """G_1 after flows of time h along the second weight once and twice, along the first, and along both."""
    fields = [Field([diff(G, one) for one in x], x) for G in lab.weights]
    start = tuple(lab.point)
    moved = lambda i, point: lab.iterate(lambda at: flow(fields[i], at, h), point, 1)
    once, other = moved(1, start), moved(0, start)
    ends = start, once, moved(1, once), other, moved(1, other)
    zeroth, one, two, beside, both = (Formula((lab.weights[0],), x)(*point)[0] for point in ends)
    return {second: (one - zeroth)/h, third: (two - 2*one + zeroth)/h**2, mixed: (both - one - beside + zeroth)/h**2}


derivatives.case("squares", weights=(x[0]**2 - x[1]**2, x[0]**2 + 2*x[1]**2), point=(Rational(2, 3), Rational(1, 2)))
derivatives.case("exponential beside a cube", weights=(exp(x[0]) + x[1]**3, exp(x[0]) - x[1]**3/2),
                 point=(Rational(1, 3), Rational(3, 4)))
derivatives.case("turned", weights=((x[0] + x[1])**3/3 + (x[0] - x[1])**2, (x[0] + x[1])**3 - (x[0] - x[1])**2/2),
                 point=(Rational(1, 2), Rational(1, 5)))
theorem.outside("real and imaginary part", breaks=Eq(bracket, 0),
                weights=((x[0]**2 - x[1]**2)/2, x[0]*x[1]), point=(1, Rational(1, 2)))

ends = theorem.claim(
    "two controls with one integral end in the same parameters",
    (Eq(gap1, 0), Eq(gap2, 0)),
    false={
        "the direction of the integral is enough": (Eq(late1, 0), Eq(late2, 0)),
        "they end in the same first parameter only": (Eq(gap1, 0), Eq(gap2, late2)),
    },
)


@ends.proof(scope="every dimension, number of weights and pair of controls")
def by_the_flows(*claimed):
    """x = psi(x(0); m(t)) moves by sum_j grad G_j m_j' = J'u, and starts alike: it is the flow, and m alone says where it is.

    psi exists because flows commute.  In words, to second order: Gi stands for grad G_i at x(0), Hi for its Hessian.
    """
    yield cited("Frobenius: dx = sum_j grad G_j dm_j is integrable exactly where the brackets vanish")
    Gi, Gj, Hi, Hj = symbols("Gi Gj Hi Hj", commutative=False)
    s, t, ui, uj, vi, vj = symbols("s t ui uj vi vj", real=True)
    along = lambda G, H, time, moved: moved + time*(G + H*moved) + time**2*H*G/2        # one flow from a displacement
    first, other = along(Gj, Hj, t, s*Gi + s**2*Hi*Gi/2), along(Gi, Hi, s, t*Gj + t**2*Hj*Gj/2)
    mixed_terms = (first - other).expand().diff(s).diff(t).subs({s: 0, t: 0})
    yield zero(mixed_terms - (Hj*Gi - Hi*Gj), "flows in the two orders differ by s t times the bracket")
    at = first.subs({s: ui*h + vi*h**2/2, t: uj*h + vj*h**2/2}, simultaneous=True)      # psi at m = u h + v h^2/2
    control = h*(ui*Gi + uj*Gj) + h**2*(vi*Gi + vj*Gj + (ui*Hi + uj*Hj)*(ui*Gi + uj*Gj))/2
    apart = (at - control).expand()
    yield zero(apart.diff(h).subs(h, 0), "psi(m(h)) and the flow under the control u + v h agree to first order")
    yield zero(apart.diff(h, 2).subs(h, 0) - ui*uj*(Hj*Gi - Hi*Gj), "and to second, but for the bracket")
    for one, gap in zip(claimed, (gap1, gap2)):
        yield zero(one.lhs - one.rhs - gap, "the ends do not differ")


@ends.enclosure
def two_orders_of_pushing(lab):
    """Controls (1, 3 t^2)/4 and (2 t, 1)/4 over [0, 1], each half a step: both integrate to (1/4, 1/4); and twice the first."""
    J, ends = Matrix(lab.weights).jacobian(Matrix(x)), []
    for u in ((Rational(1, 4), 3*t**2/4), (t/2, Rational(1, 4)), (Rational(1, 2), 3*t**2/2)):
        field, at = Field(J.T*Matrix(u), x, t), tuple(lab.point)
        for since in (0, Rational(1, 2)):
            at = lab.iterate(lambda here: enclose_flow(field, here, Rational(1, 2), since=since, digits=10), at, 1)
        ends += [[*map(ball, at)]]
    apart = lambda one, other: [a - b for a, b in zip(one, other)]
    return dict(zip((gap1, gap2, late1, late2), apart(*ends[:2]) + apart(ends[0], ends[2])))


ends.case("squares", weights=(x[0]**2 - x[1]**2, x[0]**2 + 2*x[1]**2), point=(Rational(1, 3), Rational(1, 4)))
ends.case("turned", weights=((x[0] + x[1])**3/3 + (x[0] - x[1])**2, (x[0] + x[1])**3 - (x[0] - x[1])**2/2),
          point=(Rational(1, 3), Rational(-1, 5)))
