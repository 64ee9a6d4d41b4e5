"""Where matrix factorisation ends from a quasi-symmetric start: its top mode oscillates, balanced.

Statement.  Descent with step size K > 1 (sigma_1 = 1, second singular value b) on |Y Z' - C|_F^2/2 from
Y = alpha X_0 + eps E, Z = X_0/alpha + eps E', where the condition of `factorization_stability` holds.  As the number
of steps grows, the first singular value of Y alternates between u and t of `product`, which do not depend on alpha:
with the next value its sum has the square 1 + 3/K and its product is 1/K.

The second singular values end at alpha b and b/alpha up to O(eps): with error of order 1 in eps after a fixed time.

Observed from the starts below; that the pair of points is a 2-cycle is proved.  Symmetric factorisation is the case
alpha = 1 with E = E'.
"""

from sympy import Eq, Rational, symbols

from numerics import balls
from numerics.factor_gradients import asymmetric, diagonal, halves
from numerics.midpoints import rounded
from numerics.steps import descent
from theorems import Source, Theorem, zero

total, product = symbols("total product", real=True)             # measured: of the first singular value of Y and its next value
left, right = symbols("left right", real=True)                   # measured: the second singular value of Y and of Z
K, alpha, b, eps, g, p, T = symbols("K alpha b eps g p T", positive=True)    # p: K g^2

theorem = Theorem(
    "where quasi-symmetric factorisation ends",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorems 4 and 7 of the ICLR 2023 submission, condition repaired"),
    assumes=(K > 1,),
)

top = theorem.claim(
    "the first singular value of Y and its next one, as the number of steps grows",
    (Eq(total**2, 1 + 3/K), Eq(product, 1/K)),
    false={"at a minimiser": (Eq(total**2, 4), Eq(product, 1)),
           "as unbalanced as the start": (Eq(total**2, alpha**2*(1 + 3/K)), Eq(product, alpha**2/K))},
)


@top.proof(scope="the points of the cycle")
def by_the_roots_of_the_cycle(adds, multiplies):
    """With p = K g^2 and p + 1/p = K + 1, one step takes g to g/p."""
    level = p + 1/p - 1
    moved = descent(asymmetric([(1,)]), K)((g, g))[0]
    yield zero((moved - g/p).subs(K, level).subs(g, (p/level)**Rational(1, 2)), "from g to g/p")
    both = (1 + 1/p)*(p/level)**Rational(1, 2)
    yield zero(adds.lhs.subs(total, both) - adds.rhs.subs(K, level), "their sum")
    yield zero((p/level)/p - multiplies.rhs.subs(K, level) + (multiplies.lhs - product), "their product")


@top.observation(small=1/T, order=1, first=Rational(1, 32), halvings=4)
def after_many_steps(lab, T):
    """T steps, then one more."""
    now, after = last_two(lab, 2, lab.eps, int(T))
    first = [singular(halves(state, 2)[0])[0] for state in (now, after)]
    return {total: first[0] + first[1], product: first[0]*first[1]}


def last_two(lab, n, size, count):
    """(Y, Z), n x 2 each, after `count` steps from the start disturbed by `size`, and after one more."""
    alpha, second, size = (balls.ball(datum) for datum in (lab.alpha, lab.b, size))
    start = [entry for scale in (alpha, 1/alpha) for row in diagonal((scale, scale*second), (n, 2)) for entry in row]
    moved = tuple((x + size*balls.ball(e)).mid() for x, e in zip(start, lab.direction))
    step = rounded(descent(asymmetric(diagonal((balls.ball(1), (second*second).mid()), (n, n))), balls.ball(lab.K)))
    return lab.orbit(step, lab.iterate(step, moved, count, within=8), 1)


def singular(matrix):
    """Both singular values of a matrix of two columns, the larger first, from their squared lengths and product."""
    one, two = zip(*matrix)
    size, overlap = sum(x*x for x in one + two), sum(x*y for x, y in zip(one, two))
    area = (sum(x*x for x in one)*sum(y*y for y in two) - overlap*overlap).sqrt()
    wide, narrow = (size + 2*area).sqrt(), (size - 2*area).sqrt()
    return (wide + narrow)/2, (wide - narrow)/2


others = theorem.claim(
    "the second singular values of Y and Z, and the first one's product, as the disturbance shrinks",
    (Eq(left, alpha*b), Eq(right, b/alpha), Eq(product, 1/K)),
    false={"balanced, as the first one": (Eq(left, b), Eq(right, b), Eq(product, 1/K)),
           "exchanged": (Eq(left, b/alpha), Eq(right, alpha*b), Eq(product, 1/K)),
           "the first one at a minimiser": (Eq(left, alpha*b), Eq(right, b/alpha), Eq(product, 1))},
)


@others.observation(small=eps, order=1, first=Rational(1, 64), halvings=5)
def after_a_fixed_time(lab, eps):
    """From a start disturbed by eps, in three rows; the third, where C is 0, is disturbed too."""
    (y, z), (after, _) = (halves(state, 3) for state in last_two(lab, 3, eps, lab.count))
    return {left: singular(y)[1], right: singular(z)[1], product: singular(y)[0]*singular(after)[0]}


fifth, way = Rational(1, 5), [Rational(k, 8) for k in (3, -1, 2, 1, 1, 3, -1, 2)]
top.case("symmetric", K=Rational(11, 10), alpha=1, b=3*fifth, direction=way[:4]*2, eps=Rational(1, 100))
top.case("unbalanced", K=Rational(27, 25), alpha=4*fifth, b=2*fifth, direction=way, eps=Rational(1, 100))
top.case("more unbalanced, larger step", K=Rational(23, 20), alpha=Rational(3, 2), b=fifth, direction=way, eps=Rational(1, 50))
top.outside("below the edge", breaks=K > 1, K=9*fifth/2, alpha=4*fifth, b=2*fifth, direction=way, eps=Rational(1, 100))
rows = [Rational(k, 8) for k in (3, -1, 2, 1, -2, 1, 1, 3, -1, 2, 1, 2)]
others.case("unbalanced", K=Rational(6, 5), alpha=4*fifth, b=2*fifth, direction=rows, count=500)
others.case("more unbalanced", K=Rational(23, 20), alpha=Rational(3, 2), b=fifth, direction=rows, count=500)
