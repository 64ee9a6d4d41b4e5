"""A mirror flow forgets every loop of controls, so all iterated brackets lie in the kernel of J, not the first ones only.

Statement.  Follow the controls S, T, -S, -T for a time h each: a loop with the integral 0, after which a mirror flow is
where it was.  Gradient flow moves x by h^2 [X, Y] + O(h^3).  Loops are composed like flows: the loop, a third control R,
the loop backwards and -R move x by h^3 [[X, Y], Z] + O(h^4) up to sign, and so on.  So if gradient flow is a mirror flow
under all controls, J B = 0 for every iterated bracket B of length 2 or more, wherever flows lead.

For W = U U' with symmetric controls, and c = T S - S T, the second loop changes W by

    h^3 (D W + W D) + O(h^4),        D = 8 (R c - c R),

which is not 0 at W = I, although the first loops change W there by 4 h^2 (c W + W c') = 0 for all S and T: the test of
the brackets themselves at one point passes, and U U' is no mirror flow near it.
"""

from sympy import Eq, Matrix, Rational, symbols

from numerics.flows import Field, flow
from theorems import Source, Theorem, cited, zero

gaps = p_gap, q_gap, r_gap = symbols("p_gap q_gap r_gap", real=True)   # measured: W's change over h^3
once = symbols("once", real=True)                              # measured: W_12's change over h^2 by the first loop
p, r = symbols("p r", positive=True)                           # W = (p, q; q, r)
q = symbols("q", real=True)
twist = symbols("twist", real=True)                            # (T S - S T)_12
bend, lean = symbols("bend lean", real=True)                   # R_11 - R_22 and R_12
h = symbols("h", positive=True)
U = symbols("U11 U12 U21 U22", real=True)
control = symbols("control1:4", real=True)

theorem = Theorem(
    "mirror flows and iterated brackets",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="necessary condition, iterated"),
)


@theorem.data
def start(case):
    S, T, R = (symmetric(*one) for one in (case.first, case.second, case.third))
    return {**dict(zip((p, q, r), product(case.factor))), twist: (T*S - S*T)[0, 1], bend: R[0, 0] - R[1, 1], lean: R[0, 1]}


def symmetric(a, b, c):
    return Matrix([[a, b], [b, c]])


def product(u):
    """(p, q, r) of U U', U row by row."""
    return u[0]**2 + u[1]**2, u[0]*u[2] + u[1]*u[3], u[2]**2 + u[3]**2


def moved(times=16, turned=1):
    return (Eq(p_gap, times*twist*(turned*bend*q - 2*lean*p)), Eq(q_gap, times*twist*bend*(p + r)/2),
            Eq(r_gap, times*twist*(turned*bend*q + 2*lean*r)), Eq(once, 4*(r - p)*twist))


nested = theorem.claim(
    "what a loop and a control, undone in turn, change in W over h^3, and the loop alone over h^2",
    moved(),
    false={
        "nothing: a mirror flow": (*(Eq(gap, 0) for gap in gaps), Eq(once, 0)),
        "half of it": moved(times=8),
        "turned the other way": moved(turned=-1),
    },
)


@nested.proof(scope="that loops yield iterated brackets, for all flows; the relations for U U'")
def by_words(*claimed):
    """Truncated at h^3: a loop of a loop is 1 + h^3 (Z C - C Z), as words in the flows' generators; by induction any depth.

    For fields in general the words are derivations, which act on functions in the reversed order.
    """
    yield cited("flows of smooth fields act on smooth functions by their Lie series, to every order")
    X, Y, Z = symbols("X Y Z", commutative=False)              # 2 S, 2 T, 2 R: a control S moves U' = 2 S U
    C = Y*X - X*Y
    first, back = times(-Y, -X, Y, X), times(-X, -Y, X, Y)     # later factors stand on the left
    second = times(-Z, back, Z, first)
    yield zero(first[1], "a loop moves nothing at first order")
    yield zero(first[2] - C, "and the bracket at second")
    yield zero(second[1], "a loop of a loop nothing at first")
    yield zero(second[2], "or second order")
    yield zero(second[3] - (Z*C - C*Z), "and the iterated bracket at third")
    W, c = symmetric(p, q, r), Matrix([[0, twist], [-twist, 0]])
    level = symbols("level", real=True)                        # R_22
    R = symmetric(bend + level, lean, level)
    D = 8*(R*c - c*R)
    changes = [*((D*W + W*D.T)[i, j] for i, j in ((0, 0), (0, 1), (1, 1))), 4*(c*W + W*c.T)[0, 1]]
    for one, change, name in zip(claimed, changes, (*gaps, once)):
        yield zero((one.lhs - one.rhs) - (name - change), f"{name}: D W + W D', or the first bracket")


def times(*factors):
    """Coefficients of the product up to h^3; a factor X stands for exp(h X), a list for its series."""
    found = [1, 0, 0, 0]
    for one in factors:
        one = one if isinstance(one, list) else [1, one, one*one/2, one*one*one/6]
        found = [sum(found[i]*one[k - i] for i in range(k + 1)) for k in range(4)]
    return [found[0], *(entry.expand() for entry in found[1:])]


J = Matrix(product(U)).jacobian(Matrix(U))
FIXED = Field([*(J.T*Matrix(control)), 0, 0, 0], (*U, *control))   # a constant control as coordinates that stay


@nested.observation(small=h, order=1, first=Rational(1, 256), halvings=4)
def around_and_back(lab, h):
    S, T, R = lab.first, lab.second, lab.third
    at, ends = tuple(lab.factor), []
    for number, (sign, (a, b, c)) in enumerate(((1, S), (1, T), (-1, S), (-1, T), (1, R), (1, T), (1, S), (-1, T), (-1, S), (-1, R))):
        at = lab.iterate(lambda point: flow(FIXED, point, h), (*at, sign*a, 2*sign*b, sign*c), 1)[:4]
        ends += [product(at)] if number in (3, 9) else []
    begun = product(lab.factor)
    return {**{gap: (end - W)/h**3 for gap, end, W in zip(gaps, ends[1], begun)}, once: (ends[0][1] - begun[1])/h**2}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("identity", factor=(1, 0, 0, 1), first=(1, half, -1), second=(third, -1, 2), third=(2, half, 1))
theorem.case("generic factor", factor=(1, half, -third, Rational(5, 4)), first=(1, half, -1), second=(third, 1, 2), third=(0, third, 1))
