"""Which metrics are mirror flows, and the converse: a parametrisation from a potential.

Statement.  Let w' = H(w) u for controls u, H symmetric and positive, K = H^-1: so moves gradient flow on G
wherever J J' = H(G).  For two weights, swapping the two unit controls, each for a time h, changes w by

    h^2 [H e_1, H e_2] + O(h^3) = -h^2 det(H) H D + O(h^3),      D_i = d_1 K_i2 - d_2 K_i1  (Codazzi's defects).

So the swap changes nothing exactly where D = 0, that is where K is locally the Hessian of a potential.  In any number of
weights, if K is the Hessian of R then sum_j H_ij d_j H_kl - H_kj d_j H_il = 0: the coordinate fields of a
Hessian metric commute, and so do their images under an isometric embedding F; G = F^-1 is the converse.

For a separable R it is explicit: with x = c (integral of sqrt(R'')) and G its inverse, the dual that takes w
from a to b is c^2 (R'(b) - R'(a)): gradient flow on G is the mirror flow of R for c = 1.
"""

from sympy import Eq, Matrix, Rational, atan, diff, exp, log, sqrt, symbols, tan

from numerics.balls import ball
from numerics.flows import Field, enclose_flow, flow
from theorems import Source, Theorem, cited, zero

turn1, turn2 = symbols("turn1 turn2", real=True)               # measured: the swap's change of w over h^2
m = symbols("m", real=True)                                    # measured: the dual from a to b
p, r = symbols("p r", positive=True)                           # H = (p, s; s, r) at the start
s, d1, d2 = symbols("s d1 d2", real=True)
c = symbols("c", positive=True)
rise = symbols("rise", real=True)                              # R'(b) - R'(a)
w = symbols("w1 w2", real=True)
x = symbols("x", real=True)
h = symbols("h", positive=True)

theorem = Theorem(
    "Hessian metrics and the converse",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="necessary condition and converse, re-derived"),
)


@theorem.data
def start(case):
    """Of a metric: H and Codazzi's defects at the point; of a potential: scale and rise."""
    if "potential" in case.data:
        slope = diff(case.potential, w[0])
        return {c: case.scale, rise: slope.subs(w[0], case.end) - slope.subs(w[0], case.start)}
    H, at = Matrix(case.metric), dict(zip(w, case.point))
    K = H.inv()
    defects = [(diff(K[i, 1], w[0]) - diff(K[i, 0], w[1])).subs(at) for i in range(2)]
    return {p: H[0, 0].subs(at), s: H[0, 1].subs(at), r: H[1, 1].subs(at), d1: defects[0], d2: defects[1]}


swap = theorem.claim(
    "what swapping two controls changes is Codazzi's defect",
    (Eq(turn1, -(p*r - s**2)*(p*d1 + s*d2)), Eq(turn2, -(p*r - s**2)*(s*d1 + r*d2))),
    false={
        "nothing: every metric has a potential": (Eq(turn1, 0), Eq(turn2, 0)),
        "the defect itself": (Eq(turn1, d1), Eq(turn2, d2)),
        "without the determinant": (Eq(turn1, -p*d1 - s*d2), Eq(turn2, -s*d1 - r*d2)),
    },
)


@swap.proof(scope="every metric of two weights; the bracket by the defects for three as well, that Hessian metrics commute for four")
def by_jets(*claimed):
    """Free first derivatives of K at the point; those of H are -H (dK) H."""
    yield cited("following X then Y and Y then X for a time s each ends s^2 [X, Y] + O(s^3) apart")
    yield cited("a symmetric K with d_j K_ik = d_k K_ij is locally a Hessian (Poincare's lemma, twice)")
    H = Matrix([[p, s], [s, r]])
    slopes = [Matrix(2, 2, lambda i, k: symbols(f"k{min(i, k)}{max(i, k)}_{j}", real=True)) for j in range(2)]
    bracket = coordinate_bracket(H, slopes, 0, 1)
    defects = {d1: slopes[0][0, 1] - slopes[1][0, 0], d2: slopes[0][1, 1] - slopes[1][1, 0]}
    for entry, one in zip(bracket, claimed):
        yield zero(entry - one.rhs.subs(defects, simultaneous=True), "the bracket is the claim")
    for d in (2, 3):
        K_slopes = [Matrix(d, d, lambda i, k: symbols(f"k{min(i, k)}{max(i, k)}_{j}", real=True)) for j in range(d)]
        G = Matrix(d, d, lambda i, k: symbols(f"h{min(i, k)}{max(i, k)}", real=True))
        turned = sum((G[a, 0]*G[b, 1]*G*(K_slopes[b][:, a] - K_slopes[a][:, b]) for a in range(d) for b in range(d)), 0*G[:, 0])
        yield zero(coordinate_bracket(G, K_slopes, 0, 1) - turned, f"brackets are H, H and H applied to the defects, d = {d}: "
                   f"all are 0 only where all defects are")
    third = lambda *indices: symbols("t" + "".join(map(str, sorted(indices))), real=True)
    for d in (3, 4):
        H = Matrix(d, d, lambda i, k: symbols(f"h{min(i, k)}{max(i, k)}", real=True))
        slopes = [Matrix(d, d, lambda i, k: third(i, k, j)) for j in range(d)]
        yield zero(coordinate_bracket(H, slopes, 0, 1), f"with symmetric third derivatives the fields commute, d = {d}")


def coordinate_bracket(H, slopes, i, k):
    """[H e_i, H e_k] with d_j H = -H (d_j K) H."""
    moved = [-H*one*H for one in slopes]
    return sum((H[j, i]*moved[j][:, k] - H[j, k]*moved[j][:, i] for j in range(H.rows)), 0*H[:, 0])


@swap.observation(small=h, order=1, first=Rational(1, 128), halvings=5)
def swapped_controls(lab, h):
    fields = [Field(Matrix(lab.metric)[:, i], w) for i in range(2)]
    push = lambda field, point: lab.iterate(lambda at: flow(field, at, h), point, 1)
    one, other = (push(b, push(a, tuple(lab.point))) for a, b in (fields, fields[::-1]))
    return {turn: (a - b)/h**2 for turn, a, b in zip((turn1, turn2), one, other)}


u, v = w
swap.case("coupled", metric=[[1 + v**2 + u, u*v], [u*v, 2 + u**2]], point=(Rational(1, 2), Rational(1, 3)))
swap.case("diagonal", metric=[[1 + v**2, 0*u], [0*u, 2 + u]], point=(Rational(1, 4), Rational(2, 3)))
swap.case("strongly coupled", metric=[[3 - u, 1 + u*v], [1 + u*v, 2 + v]], point=(Rational(-1, 3), Rational(1, 2)))

converse = theorem.claim(
    "the dual from a to b on a parametrisation made from R",
    Eq(m, c**2*rise),
    false={
        "not squared": Eq(m, c*rise),
        "any scale will do": Eq(m, rise),
    },
)


@converse.proof
def by_the_chain_rule(claimed):
    """With r2 = R'' > 0 at a point: dx/dw = c sqrt(r2), G' = 1/(dx/dw), and x' = G' gives dm/dw = (dx/dw)/G'."""
    r2 = symbols("r2", positive=True)
    steepness = c*sqrt(r2)
    yield zero(steepness/(1/steepness) - diff(claimed.rhs, rise)*r2, "dm/dw is c^2 R''")
    yield zero(claimed.rhs.subs(rise, 0), "no rise, no dual")


@converse.enclosure
def along_the_parameter(lab):
    """m' = 1/G'(x) by x, over the stretch of x that takes G from a to b."""
    G = lab.inverse.subs(x, x/lab.scale)
    first, last = (lab.scale*lab.integral.subs(w[0], one) for one in (lab.start, lab.end))
    field = Field((1/diff(G, x), 1), (symbols("M"), x))
    return lab.iterate(lambda at: enclose_flow(field, at, ball(last) - ball(first), digits=14), (0, ball(first)), 1)[0]


third = Rational(1, 3)
converse.case("exponential potential", potential=exp(u), integral=2*exp(u/2), inverse=2*log(x/2), start=0, end=1, scale=1)
converse.case("quartic", potential=u**4/3, integral=u**2, inverse=sqrt(x), start=third, end=2*third, scale=2)
converse.case("arc tangent", potential=u*atan(u)/2, integral=atan(u), inverse=tan(x), start=-third, end=1, scale=third)
