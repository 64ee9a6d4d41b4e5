"""Quadratic parametrisations: gradient flow is a mirror flow from every start exactly when the matrices commute.

Statement.  Let G_i = x.A_i x/2 with symmetric A_i, C = A_i A_j - A_j A_i.  Two unit controls i, j for a time h each
change w_k, when swapped, by h^2 x.A_k (A_j A_i - A_i A_j) x + O(h^3), a quadratic form in the start with the
symmetric matrix M_k = -(A_k C - C A_k)/2, and

    trace(M_i A_j) = -|C|_F^2/2.

So if swapping changes no weight from any start (as in every mirror flow), then C = 0: the matrices commute.  If
they commute the flows do, and it is a mirror flow.  Shown for every dimension; measured with M_i from the starts e_a
and e_a + e_b.  One start does not suffice: a pair that does not commute may do so on an invariant plane.
"""

from sympy import Eq, Matrix, Rational, symbols

from numerics.flows import Field, flow
from theorems import Source, Theorem, cited, zero

pairing = symbols("pairing", real=True)                        # measured: trace(M_i A_j) from swapped controls
single = symbols("single", real=True)                          # measured: w_i's difference over h^2 from the case's start
norm2 = symbols("norm2", nonnegative=True)                     # |A_i A_j - A_j A_i|_F^2
form = symbols("form", real=True)                              # x.A_i (A_j A_i - A_i A_j) x at the case's start
h = symbols("h", positive=True)

theorem = Theorem(
    "commuting is necessary for quadratic parametrisations",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="necessary condition for quadratics"),
)


@theorem.data
def commutator(case):
    A, B, x = Matrix(case.first), Matrix(case.second), Matrix(case.point)
    C = A*B - B*A
    return {norm2: sum(entry**2 for entry in C), form: -(x.T*A*C*x)[0]}


def swapped(lab, start, h):
    """w_i after control i then j, minus after j then i, over h^2."""
    x = symbols(f"x1:{len(start) + 1}", real=True)
    fields = [Field(Matrix(A)*Matrix(x), x) for A in (lab.first, lab.second)]
    total = 0
    for (one, other), sign in ((fields, 1), (fields[::-1], -1)):
        middle = lab.iterate(lambda point: flow(one, point, h), start, 1)
        total += sign*weight(lab.first, lab.iterate(lambda point: flow(other, point, h), middle, 1))
    return total/h**2


def weight(A, x):
    return sum(A[a][b]*x[a]*x[b] for a in range(len(x)) for b in range(len(x)))/2


necessity = theorem.claim(
    "the swapped differences, paired with the other matrix, give the commutator's size",
    (Eq(pairing, -norm2/2), Eq(single, form)),
    false={
        "swapping never matters": (Eq(pairing, 0), Eq(single, 0)),
        "the whole square": (Eq(pairing, -norm2), Eq(single, form)),
        "the other sign": (Eq(pairing, norm2/2), Eq(single, form)),
        "one start decides": (Eq(pairing, -norm2/2), Eq(single, -norm2/2)),
    },
)


@necessity.proof(scope="every dimension and every pair of symmetric matrices")
def by_cyclic_words(paired, alone):
    """A commutator X Y - Y X has trace 0, so trace(M B) = trace(C C)/2; C' = -C makes that -|C|^2/2.

    If swapping changes no weight then M = 0, so |C| = 0 and A B = B A.
    """
    yield cited("following X then Y and Y then X for a time s each ends s^2 [X, Y] + O(s^3) apart")
    A, B = symbols("A B", commutative=False)
    C = A*B - B*A
    flow_to_second_order = lambda X: 1 + h*X + h**2*X*X/2
    one_then_other = [flow_to_second_order(Y)*flow_to_second_order(X) for X, Y in ((A, B), (B, A))]
    yield zero(((one_then_other[0] - one_then_other[1]).diff(h, 2)/2).subs(h, 0) + C, "x differs by -h^2 C x")
    yield zero(alone.rhs - form, "so w_i by -h^2 x.A C x, the form")
    M = -(A*C - C*A)/2
    yield zero(M - (-A*C + (-C)*A*(-1))/2, "the symmetric part of -A C, whose transpose is -C' A = C A")
    yield zero(M*B - C*C/2 + (A*(C*B) - (C*B)*A)/2, "M B is C C/2 less a commutator")
    t, one, other = symbols("t one other", real=True)
    yield zero(one*other + one**2, "trace(C C) sums c_ab c_ba = -c_ab^2", given=(Eq(other, -one),))
    yield zero(paired.rhs.subs(norm2, -t) - t/2, "trace(C C) = t is -|C|^2, so the claim is t/2")
    entries = lambda name: Matrix(3, 3, lambda i, j: symbols(f"{name}{min(i, j)}{max(i, j)}", real=True))
    A, B = entries("a"), entries("b")
    C = A*B - B*A
    pair = -((A*C + (A*C).T)*B).trace()/2
    yield zero(pair - paired.rhs.subs(norm2, sum(c**2 for c in C)), "the same with entries, in three dimensions")


@necessity.observation(small=h, order=1, first=Rational(1, 64), halvings=4)
def polarised_differences(lab, h):
    """M_i from the differences f at e_a and e_a + e_b: M_ab = (f(e_a + e_b) - f(e_a) - f(e_b))/2."""
    d = range(len(lab.point))
    unit = [tuple(int(a == b) for b in d) for a in d]
    at = [swapped(lab, e, h) for e in unit]
    total = sum(lab.second[a][a]*at[a] for a in d)
    for a in d:
        for b in range(a):
            both = swapped(lab, tuple(p + q for p, q in zip(unit[a], unit[b])), h)
            total += lab.second[a][b]*(both - at[a] - at[b])
    return {pairing: total, single: swapped(lab, tuple(lab.point), h)}


theorem.case("two by two", first=[[2, 1], [1, -1]], second=[[1, 1], [1, 3]], point=[1, Rational(1, 3)])
theorem.case("an invariant plane", first=[[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, -1]],
             second=[[2, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], point=[1, Rational(1, 2), 0, 0])
