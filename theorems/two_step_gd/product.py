"""Gradient descent on (xy - 1)^2/2 beyond the edge: every 2-cycle, and its multipliers.

Statement.  Let F be one step of gradient descent on (xy - 1)^2/2 with step size K.

cycles      For 1 < K < 2 the points of period two are, with u, v = (sqrt(1+3/K) +- sqrt(1-1/K))/2:
            on x = y the six +-u, +-v, +-sqrt((K+2)/K); on x = -y the two with x^2 = (2-K)/K; and
            none elsewhere.  So the orbit that descent settles on is balanced because every 2-cycle is.
multipliers At {(u, u), (v, v)} two steps multiply displacements along x = y by 9 - 2(K+1)^2 and
            across it by 3 - 2K, for every K > 1.
attraction  The cycle attracts exactly for 1 < K < sqrt(5) - 1; just beyond K = 1 balance is the
            slow direction (1 - 2 delta against 1 - 8 delta, K = 1 + delta).

With a target mu in place of 1, K = eta mu and lengths are multiplied by sqrt(mu).
"""

from sympy import Eq, Equivalent, Poly, Rational, gcd, oo, sqrt, symbols

from numerics.polynomial_maps import common_zeros, coprime_part, cycle_jacobian, in_basis, rational
from numerics.product_cycle import product_cycle
from numerics.steps import descent
from numerics.sturm import count_roots
from theorems import Source, Theorem, positive, zero

balanced, opposed, elsewhere = symbols("balanced opposed elsewhere")     # measured: points of period two
along, across, radius = symbols("along across radius", real=True)        # measured: multipliers of two steps
K = symbols("K", positive=True)
x, y, a, b = symbols("x y a b", real=True)

theorem = Theorem(
    "two-step cycles of gradient descent on a product",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="section 5 of the ICLR 2023 submission, made complete"),
    assumes=(K > 1, K < 2),
)


def gradient(x, y):
    """Of (xy - 1)^2/2."""
    return (x*y - 1)*y, (x*y - 1)*x


cycles = theorem.claim(
    "how many points of period two lie on x = y, on x = -y and elsewhere",
    (Eq(balanced, 6), Eq(opposed, 2), Eq(elsewhere, 0)),
    false={
        "one cycle only": (Eq(balanced, 2), Eq(opposed, 0), Eq(elsewhere, 0)),
        "without x -> -x": (Eq(balanced, 4), Eq(opposed, 0), Eq(elsewhere, 0)),
        "unbalanced cycles too": (Eq(balanced, 6), Eq(opposed, 2), Eq(elsewhere, 4)),
    },
)


@cycles.proof
def by_factoring_two_steps(on_diagonal, on_antidiagonal, off_axes):
    """With g = K(xy - 1), one step is x - y -> (1 + g)(x - y), x + y -> (1 - g)(x + y).

    Off the axes a 2-cycle needs (1 + a)(1 + b) = 1 = (1 - a)(1 - b) for the two values of g: a = b = 0,
    a fixed point.  If a factor vanishes, the cycle would stay on an axis.  On the axes F(F(x)) - x
    factors; its biquadratic factors have the roots counted.
    """
    X, Y = descent(gradient, K)((x, y))
    yield zero((X - Y) - (1 + K*(x*y - 1))*(x - y), "the difference is multiplied by 1 + g")
    yield zero((X + Y) - (1 - K*(x*y - 1))*(x + y), "the sum by 1 - g")
    forth, back = (1 + a)*(1 + b) - 1, (1 - a)*(1 - b) - 1
    yield zero(forth - back - 2*(a + b), "both vanish off the axes, so a + b = 0")
    yield zero(forth + back - 2*a*b, "and a b = 0")
    yield zero(a*(a + b) - a*b - a**2, "so a = b = 0, a fixed point: no 2-cycle off the axes")
    yield zero(off_axes.lhs.subs(elsewhere, 0) - off_axes.rhs, "that is the claimed number")
    there, q = two_steps_on(x), x**2
    pair, flip = K**2*q**2 - K*(K + 1)*q + 1, K*q - K - 2
    yield zero(there - x - K*x*(q - 1)*flip*pair, "two steps on x = y")
    yield positive(K**2*(K + 1)**2 - 4*K**2, "the pair x^2 = u^2, v^2 is real and of positive sum and product")
    yield zero(on_diagonal.lhs.subs(balanced, 4 + 2) - on_diagonal.rhs, "four points of the pair, two of x -> -x")
    opposite = descent(lambda x: K*(x + x**3), 1)
    rest = K**2*q**2 + K*(K - 1)*q + 1
    yield zero(opposite(opposite(x)) - x - K*x*(q + 1)*(K*q + K - 2)*rest, "two steps on x = -y")
    yield positive(rest, "the last factor has no real zero")
    yield zero(on_antidiagonal.lhs.subs(opposed, 2) - on_antidiagonal.rhs, "the two points of K x^2 = 2 - K")


def two_steps_on(x):
    """Both coordinates of the diagonal point (x, x) after two steps."""
    step = descent(gradient, K)
    return step(step((x, x)))[0]


@cycles.enclosure
def real_points_of_period_two(lab):
    """Eliminate: common zeros of F(F(x, y)) - (x, y) that are not those of F(x, y) - (x, y)."""
    once, twice = (lab.iterate(descent(gradient, lab.K), (x, y), count) for count in (1, 2))
    moved, returned = ([p - q for p, q in zip(point, (x, y))] for point in (once, twice))
    found = {name: on_line(moved, returned, sign) for name, sign in ((balanced, 1), (opposed, -1))}
    return {**found, elsewhere: common_zeros(returned, (x, y), avoiding=(x*y - 1)*(x**2 - y**2))}


def on_line(moved, returned, sign):
    """Distinct real zeros on y = sign x of the returned displacement, without those of the moved one."""
    common = lambda pair: gcd(*(Poly(p.subs(y, sign*x), x, domain="QQ") for p in pair))
    return count_roots(coprime_part(common(returned), common(moved)), -oo, oo, "()")


multipliers = theorem.claim(
    "multipliers of two steps along and across the diagonal",
    (Eq(along, 9 - 2*(K + 1)**2), Eq(across, 3 - 2*K)),
    false={
        "across as along": (Eq(along, 9 - 2*(K + 1)**2), Eq(across, 1 - 2*(K - 1)**2)),
        "across squared": (Eq(along, 9 - 2*(K + 1)**2), Eq(across, (3 - 2*K)**2)),
        "those of one step": (Eq(along, 1 - 2*K), Eq(across, 1)),
    },
)


@multipliers.proof(scope="every K > 1")
def by_symmetric_functions(forward, sideways):
    """The Jacobian at (z, z) is diagonal in x + y, x - y; p, q stand for K u^2, K v^2: sum K + 1, product 1."""
    p, q, z = symbols("p q z", positive=True)
    moved = descent(gradient, K)((z + a + b, z + a - b))
    slopes = [(part.subs({a: 0, b: 0})).expand() for part in
              ((sum(moved)/2).diff(a), ((moved[0] - moved[1])/2).diff(b), (sum(moved)/2).diff(b))]
    yield zero(slopes[2], "no coupling of the two directions")
    on_cycle = (Eq(p + q, K + 1), Eq(p*q, 1))
    product = lambda slope: slope.subs(z**2, p/K)*slope.subs(z**2, q/K)
    yield zero(product(slopes[0]) - forward.rhs, "along", given=on_cycle)
    yield zero(product(slopes[1]) - sideways.rhs, "across", given=on_cycle)
    u, v = product_cycle(K)
    yield zero(u - K*(u**2 - 1)*u - v, "u goes to v")
    yield zero(K*u**2 + K*v**2 - K - 1, "the sum")
    yield zero(K*u*v - 1, "the product")


@multipliers.enclosure
def two_step_map(lab):
    """The exact Jacobian round a rational cycle, in the coordinates x + y and x - y."""
    turned = turned_jacobian(lab)
    return {along: turned[0, 0], across: turned[1, 1]}


def turned_jacobian(lab):
    """Jacobian of two steps from (u, u), found by running one step near each point."""
    start = rational(2*product_cycle(lab.K)[:1])
    step = descent(gradient, rational(lab.K))
    matrix = cycle_jacobian(lab.iterate, step, lab.orbit(step, start, 1), degree=3)
    return in_basis(matrix, [[1, 1], [1, -1]])


attraction = theorem.claim(
    "the cycle attracts exactly before sqrt(5) - 1",
    Equivalent(radius < 1, K < sqrt(5) - 1),
    false={
        "the printed end, where the multiplier vanishes": Equivalent(radius < 1, K < 3/sqrt(2) - 1),
        "as long as balancing attracts": Equivalent(radius < 1, K < 2),
        "never": Equivalent(radius < 1, K < 1),
    },
)


@attraction.proof
def by_the_two_multipliers(claimed):
    """The radius is the largest of the multipliers and their negatives; only one of these reaches 1 for K < 2."""
    stable, before = sorted(claimed.args, key=lambda one: one.has(K))
    room = lambda value: (stable.gts - stable.lts).subs(radius, value)
    forward, sideways = 9 - 2*(K + 1)**2, 3 - 2*K
    yield zero(room(-forward) - 2*(sqrt(5) + 1 + K)*(before.gts - before.lts), "below 1 exactly before the end")
    yield positive(room(forward), "always below 1")
    yield positive(room(sideways), "across, too")
    yield positive(room(-sideways), "and above -1")


@attraction.enclosure
def spectral_radius(lab):
    """The Jacobian of two steps has the eigenvectors (1, 1) and (1, -1)."""
    turned = turned_jacobian(lab)
    return max(abs(turned[0, 0]), abs(turned[1, 1]), abs(turned[0, 1]), abs(turned[1, 0]))


below, superstable, before, after = Rational(3721, 3640), Rational(2401, 2145), Rational(49, 40), Rational(4489, 3465)
for name, value in (("just beyond the edge", below), ("at the printed end", superstable),
                    ("before the loss of stability", before), ("after it", after)):
    theorem.case(name, K=value)
cycles.case("another step size", K=Rational(3, 2))
cycles.outside("before the edge", breaks=K > 1, K=Rational(1, 2))
cycles.outside("large steps", breaks=K < 2, K=Rational(5, 2))
