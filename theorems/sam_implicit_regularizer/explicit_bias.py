"""Nearly minimising a perturbed loss bounds the loss and the penalty that belongs to it.

Setting.  The minimisers of L >= 0 in a region form a manifold; there the Hessian has the nonzero eigenvalues
l1 >= ... >= lM and the trace t.  u is at the distance O(rho) of the manifold (else L(u)/rho^2 is unbounded),
next to a minimiser with l1, lM, t; k1, kM, kt are the least of them in the region, m1, mM, mt the largest.  `height`
is the limit of L(u)/rho^2 and `slack` that of (L_rho(u) - inf L_rho)/rho^2.

Statement.  slack = height + (l1 - k1)/2 + l1 w for the worst direction, w rho the distance of u along v1;
height + (lM - kM)/2 + lM w for the ascent direction and the distance w rho along v_M; and
height + (t - kt)/(2 D) for the average.  Wherever u is, slack is not less than this without its last term.
So what L_rho(u) has above its infimum bounds both what L(u) and what the penalty of u has above theirs.
For every codimension M and dimension D, mode by mode.
"""

from sympy import Eq, Rational, diff, symbols

from numerics.balls import ball
from numerics.midpoints import as_mpf, midpoints, rounded
from numerics.steps import ascent as climb
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.sharpness import extremum, mean
from theorems.sam_implicit_regularizer.valleys import VARIABLES, gradient, valley, values, x, y, z

slack, height = symbols("slack height", real=True)             # measured, as limits
l1, lM, t, k1, kM, kt, m1, mM, mt = symbols("l1 lM t k1 kM kt m1 mM mt", positive=True)
D = symbols("D", integer=True, positive=True)
rho, l = symbols("rho l", positive=True)
w, share, steep, q = symbols("w share steep q", nonnegative=True)      # over rho along a mode; v.v1 or E v_i^2; |Hw|; q

theorem = Theorem("explicit bias of the perturbed losses",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.2"))


@theorem.data
def spectra(case):
    """`case.region` holds the minimisers among which the best is looked for."""
    mine, *others = [curvatures(case.loss, place) for place in (case.at, *case.region)]
    least, most = ([extreme(each) for each in zip(*others)] for extreme in (min, max))
    return {D: len(case.at), w: sum(case.off), **dict(zip((l1, lM, t, k1, kM, kt, m1, mM, mt), (*mine, *least, *most)))}


def curvatures(loss, place):
    """The largest and the smallest nonzero eigenvalue and the trace."""
    curved = [diff(loss, a, 2).subs(dict(zip(VARIABLES, place))) for a in (x, y)]
    return max(curved), min(curved), sum(curved)


def paid(lab, rho, raised):
    """Both limits at u = p + rho off + rho^2 near; `raised` gives L_rho over rho^2 at a point.

    The infimum is looked for at the minimisers of the region, approached along both modes, then beside the best.
    """
    radius, variables = ball(rho), VARIABLES[:len(lab.at)]
    place = lambda at, off, near: midpoints(ball(a) + radius*ball(b) + radius**2*ball(c) for a, b, c in zip(at, off, near))
    modes = [[int(i == k) for i in range(len(lab.at))] for k in range(2)]
    at_rest = lambda at: min(raised(lab, place(at, [0]*len(at), mode), radius) for mode in modes)
    best = min(lab.region, key=at_rest)
    sides = [[sign*part for part in mode] for mode in modes for sign in (1, -1)]
    least = min(at_rest(best), *(raised(lab, place(best, side, lab.near), radius) for side in sides))
    u = place(lab.at, lab.off, lab.near)
    return {slack: raised(lab, u, radius) - least, height: values((lab.loss,), variables)(*u)[0]/radius**2}


def worst_at(lab, u, rho):
    """The critical point of L(u + rho v) on |v| = 1 outwards along the first coordinate, the steepest mode."""
    place = valley(lab.loss, VARIABLES[:len(u)], 2)
    axes = [[int(i == k) for i in range(len(u))] for k in range(len(u))]
    steep = -place.descending(*u)[0].mid()
    outwards = axes[0] if steep > 0 else [-part for part in axes[0]]
    end = extremum(place, u, rho, axes, outwards, rho*ball(place.eigenvalue(as_mpf(u), 0)) + abs(steep))
    return values((lab.loss,), place.variables)(*end)[0]/rho**2


def ascent_at(lab, u, rho):
    variables = VARIABLES[:len(u)]
    end = lab.iterate(rounded(climb(gradient(lab.loss, variables), rho)), u, 1)
    return values((lab.loss,), variables)(*end)[0]/rho**2


def average_at(lab, u, rho):
    variables, point, size = VARIABLES[:len(u)], as_mpf(u), as_mpf((rho,))[0]
    return values((lab.loss,), variables)(*u)[0]/rho**2 + ball(mean(lab.loss, variables, point, size))


worst = theorem.claim(
    "worst direction",
    Eq(slack, height + (l1 - k1)/2 + l1*w),
    false={
        "no half": Eq(slack, height + l1 - k1 + l1*w),
        "the smallest eigenvalue": Eq(slack, height + (lM - kM)/2 + lM*w),
        "the sharpness of u itself": Eq(slack, height + l1/2 + l1*w + 0*k1),
        "above the region's sharpest minimiser": Eq(slack, height + (l1 - m1)/2 + l1*w),
    },
)


@worst.proof(scope="every codimension and dimension, leading order in rho")
def by_the_top_eigenvector(claimed):
    """v = v1 outwards is the best direction at w v1; elsewhere v1 or -v1 has v.Hw >= 0 and gives steep + l1/2."""
    yield zero(l1*(w + 1)**2/2 - k1/2 - claimed.rhs.subs(height, l1*w**2/2), "at the distance w along v1")
    yield nonnegative(l1*(w + 1)**2/2 - (l1*(w + share)**2/2 + l*(1 - share**2)/2), "no direction gives more", (share <= 1, l <= l1))
    yield nonnegative(height + steep + l1/2 - k1/2 - claimed.rhs.subs(w, 0), "wherever u is")
    yield nonnegative(claimed.rhs - claimed.rhs.subs(w, 0), "the last term is not negative")


worst.observation(small=rho, order=1, halvings=4)(lambda lab, rho: paid(lab, rho, worst_at))

ascent = theorem.claim(
    "ascent direction",
    Eq(slack, height + (lM - kM)/2 + lM*w),
    false={
        "no half": Eq(slack, height + lM - kM + lM*w),
        "the largest eigenvalue": Eq(slack, height + (l1 - k1)/2 + l1*w),
        "the sharpness of u itself": Eq(slack, height + lM/2 + lM*w + 0*kM),
        "above the region's sharpest minimiser": Eq(slack, height + (lM - mM)/2 + lM*w),
    },
)


@ascent.proof(scope="every codimension and dimension, leading order in rho")
def by_the_quotient(claimed):
    """The rise is |Hw| + q/2 with q = w'H^3 w/w'H^2 w, and the best minimiser is approached along v_M."""
    yield nonnegative((l**3 - lM*l**2)*w**2, "mode by mode: q >= lM", (l >= lM,))
    above = height + steep + q/2 - kM/2
    yield nonnegative(above - claimed.rhs.subs(w, 0), "so the slack is not less, wherever u is", (q >= lM,))
    yield zero(above.subs({steep: lM*w, q: lM}) - claimed.rhs, "and this along v_M")


ascent.observation(small=rho, order=1, halvings=4)(lambda lab, rho: paid(lab, rho, ascent_at))

average = theorem.claim(
    "average direction",
    Eq(slack, height + (t - kt)/(2*D)),
    false={
        "no half": Eq(slack, height + (t - kt)/D),
        "over the rank": Eq(slack, height + (t - kt)/(2*(D - 1))),
        "the trace": Eq(slack, height + (t - kt)/2 + 0*D),
        "above the region's sharpest minimiser": Eq(slack, height + (t - mt)/(2*D)),
    },
)


@average.proof(scope="every codimension and dimension, leading order in rho")
def by_moments(claimed):
    """E v_i v_j = 0 and E v_i^2 is the same for all i: the rise is trace H/(2 D) wherever u is."""
    yield zero(height + (t - kt)*share/2 - claimed.rhs, "the same rise, whatever w", given=(Eq(D*share, 1),))


average.observation(small=rho, order=1, halvings=4)(lambda lab, rho: paid(lab, rho, average_at))

half, third = Rational(1, 2), Rational(1, 3)
opposite = ((2 + z)*x**2 + (2 - z)*y**2/2 + x**3 + x*y**2/3)/2
bent = ((3 + z + z**2)*x**2 + (1 - z**2/2)*y**2 + y**3/2)/2
first = tuple((0, 0, part*half) for part in (0, 1, 2))          # along the manifold, for 0 <= z <= 1
second = tuple((0, 0, part*third/4) for part in (4, 6, 8, 9))   # for 1/3 <= z <= 3/4
worst.case("on the manifold", loss=opposite, at=(0, 0, half), off=(0*half, 0, 0), near=(0, 1, 0), region=first)
worst.case("beside it", loss=opposite, at=(0, 0, third), off=(third, 0, 0), near=(0, half, 0), region=first)
worst.case("another valley", loss=bent, at=(0, 0, 2*third), off=(half, 0, 0), near=(0, 1, 0), region=second)
ascent.case("on the manifold", loss=opposite, at=(0, 0, half), off=(0*half, 0, 0), near=(0, 1, 0), region=first)
ascent.case("beside it", loss=opposite, at=(0, 0, third), off=(0, third, 0), near=(0, half, 0), region=first)
ascent.case("another valley", loss=bent, at=(0, 0, 2*third), off=(0, half, 0), near=(0, 1, 0), region=second)
average.case("on the manifold", loss=opposite, at=(0, 0, half), off=(0*half, 0, 0), near=(0, 1, 0), region=first)
average.case("beside it", loss=bent, at=(0, 0, 2*third), off=(third, 2, 0), near=(0, 1, 0), region=second)
average.case("far along both modes", loss=opposite, at=(0, 0, third), off=(2, 3*half, 0), near=(0, 1, 0), region=first)
