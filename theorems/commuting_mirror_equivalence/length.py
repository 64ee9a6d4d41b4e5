"""How far flows get: why the potential of a commuting parametrisation is a Legendre function, and why flows exist.

Statement.  Let x move under a constant control v, x' = J'v, from mu to mu + s v in the dual, over the arc length l(s).  Then

    v.(grad Q(mu + s v) - grad Q(mu))  >=  l(s)^2/s,      with equality exactly at constant speed.

So Q is strictly convex where G is regular (l > 0), and where flows that end at a finite s are infinitely long, |grad Q|
is unbounded there: Q is essentially smooth, a Legendre function, hence so is R = Q*, and grad R is the inverse of
grad Q.  Infinite length is enough, not needed: for G = log x, x(0) = a, the control -1 ends at s = a^2/2 after the length a,

    l = a - sqrt(a^2 - 2 s),      v.(grad Q - grad Q(mu)) = log a - log(a^2 - 2 s)/2,

and |grad Q| is unbounded there all the same.  Powers below 2 end after a finite length with a finite slope: see `power`.

Gradient flow of f moves by at most |x(t) - x(0)|^2 <= t (f(x(0)) - f(x(t))) <= t (f(x(0)) - inf f), so on a closed set
it exists for ever if f is bounded below.  Shown for every dimension.
"""

from sympy import Eq, Expr, Ge, Le, Matrix, Rational, diff, exp, log, sqrt, symbols

from numerics.balls import ball, evaluate
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, cited, nonnegative, zero

rise, length = symbols("rise length", nonnegative=True)        # measured: what v.grad Q gains, and the flow's length
far, drop = symbols("far drop", nonnegative=True)              # measured: |x(t) - x(0)|^2 and f(x(0)) - f(x(t))
s = symbols("s", positive=True)                                # the time
a = symbols("a", positive=True)                                # the start of a logarithm
height = symbols("height", nonnegative=True)                   # f(x(0)) - inf f
x = symbols("x y", real=True)

theorem = Theorem(
    "lengths of flows and Legendre functions",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="domain and existence, re-derived"),
)


@theorem.data
def start(case):
    if "begun" in case.data:
        return {s: case.time, a: case.begun}
    if "loss" in case.data:
        return {s: case.time, height: case.loss.subs(dict(zip(x, case.point))) - case.infimum}
    return {s: case.time}


def flowed(lab, field, *extra):
    """The end of the flow and of what is integrated along: enclosed, and exact along a straight line."""
    def moved(at):
        if all(one.is_number for one in field.expressions):
            return tuple(one + lab.time*rate for one, rate in zip(at, field.expressions))
        return enclose_flow(field, at, lab.time, digits=14)
    return lab.iterate(moved, (*lab.point, *extra), 1)


def at_points(expression, *points):
    """Its exact values where all points are exact, else balls."""
    if all(isinstance(one, Expr) for one in points[-1]):
        return [expression.subs(dict(zip(x, at)), simultaneous=True) for at in points]
    return [evaluate(expression, dict(zip(x, map(ball, at)))) for at in points]


steep = theorem.claim(
    "the slope of Q gains at least the square of the length over the time",
    Ge(rise, length**2/s),
    false={
        "twice as much": Ge(rise, 2*length**2/s),
        "the length itself": Ge(rise, length/s),
        "at most": Le(rise, length**2/s),
    },
)


@steep.proof(scope="every parametrisation, dimension and control direction")
def by_the_speed(claimed):
    """With the speed p = |J'v| the rise grows at the rate p^2 and the length at p; what is left over grows as a square.

    Both sides are 0 at s = 0.  The sums of J'v over parameters are those of v.J J'v, as in the plane.
    """
    p, v, J = symbols("p", nonnegative=True), Matrix(symbols("v1 v2", real=True)), Matrix(2, 2, symbols("j11 j12 j21 j22", real=True))
    yield cited("a closed convex function is essentially smooth and strictly convex exactly if its conjugate is, and then "
                "their gradients are inverse bijections (Rockafellar, Theorem 26.5)")
    yield zero((v.T*J*J.T*v)[0] - sum(one**2 for one in J.T*v), "v.J J'v is the square of the speed")
    spare = claimed.gts - claimed.lts
    gain = p**2*diff(spare, rise) + p*diff(spare, length) + diff(spare, s)
    yield zero(gain - (p - length/s)**2, "what is spared grows at the rate (p - l/s)^2")
    yield nonnegative(gain, "so it stays nonnegative, and 0 at constant speed only")


@steep.enclosure
def rise_and_length(lab):
    """x' = J'v, with l' = |J'v|; the rise is v.G at the end less v.G at the start."""
    height = sum(c*G for c, G in zip(lab.direction, lab.weights))
    moved = Matrix([height]).jacobian(Matrix(x))
    field = Field([*moved, sqrt(sum(one**2 for one in moved))], (*x, symbols("L")))
    end = flowed(lab, field, 0)
    first, last = at_points(height, lab.point, end[:2])
    return {rise: last - first, length: end[2]}


reach = theorem.claim(
    "gradient flow gets no further than its loss allows",
    (Le(far, s*drop), Le(drop, height)),
    false={
        "half as far": (Le(far, s*drop/2), Le(drop, height)),
        "the distance itself": (Le(sqrt(far), s*drop), Le(drop, height)),
        "half the loss is left": (Le(far, s*drop), Le(drop, height/2)),
    },
)


@reach.proof(scope="every loss and dimension")
def by_the_same_speed(first, second):
    """The loss falls at the rate p^2, p = |grad f|, and the distance is at most the length."""
    p, at_start, at_end, low = symbols("p", nonnegative=True), *symbols("at_start at_end low", real=True)
    bound = length**2/s
    yield zero(p**2 - p*diff(bound, length) - diff(bound, s) - (p - length/s)**2, "drop - l^2/s grows as a square")
    yield zero(first.gts - first.lts - (s*drop - far), "so l^2 <= s drop, the claim if l^2 >= far")
    yield nonnegative(first.gts - first.lts, "and the distance is no longer", given=(drop >= bound, length**2 >= far))
    yield zero(second.gts - second.lts - (height - drop), "the claim on the loss")
    yield nonnegative(second.rhs.subs(height, at_start - low) - (at_start - at_end), "f stays above its infimum",
                      given=(at_end >= low,))


@reach.enclosure
def distance_and_loss(lab):
    field = Field([-diff(lab.loss, one) for one in x], x)
    end = flowed(lab, field)
    first, last = at_points(lab.loss, lab.point, end)
    away = sum((one - two)**2 for one, two in zip(x, lab.point))
    return {far: at_points(away, end)[0], drop: first - last}


def logarithm(rate=2, slope=1):
    left = a**2 - rate*s
    return Eq(length, a - sqrt(left)), Eq(rise, slope*(log(a) - log(left)/2))


short = theorem.claim(
    "a flow that ends after a finite length, with a slope that is unbounded",
    logarithm(),
    false={
        "the slope is bounded by the length": (logarithm()[0], Eq(rise, a - sqrt(a**2 - 2*s))),
        "it lasts twice as long": logarithm(rate=1),
        "twice the slope": logarithm(slope=2),
    },
)


@short.proof(scope="every start of a logarithm")
def by_solving_it(*claimed):
    """x^2 falls at the rate 2; with x = sqrt(a^2 - 2 s) the length grows at 1/x, the slope at 1/x^2."""
    before, at = (2*s < a**2,), sqrt(a**2 - 2*s)
    yield zero(diff(at, s) + 1/at, "x' = -G'(x)", given=before)
    for one, named, power in zip(claimed, (length, rise), (1, 2)):
        yield zero(one.lhs - named, "what the relation is about")
        yield zero(one.rhs.subs(s, 0), "0 at the start")
        yield zero(diff(one.rhs, s) - at**-power, f"the rate |G'|^{power}", given=before)
    yield zero(claimed[0].rhs.subs(s, a**2/2) - a, "at the end the length is a")
    yield zero((a**2*exp(-2*claimed[1].rhs) - (a**2 - 2*s)), "and exp(-2 (the slope)) falls to 0 there", given=before)


@short.enclosure
def of_a_logarithm(lab):
    """x' = -1/x, with the length and with what -G gains."""
    field = Field((-1/x[0], 1/x[0], 1/x[0]**2), (x[0], *symbols("L S")))
    end = lab.iterate(lambda at: enclose_flow(field, at, lab.time, digits=14), (lab.begun, 0, 0), 1)
    return {length: end[1], rise: end[2]}


half, third = Rational(1, 2), Rational(1, 3)
short.case("half way", begun=1, time=half/2)
short.case("close to the end", begun=half, time=Rational(31, 256))
short.case("from far", begun=3, time=4)
steep.case("constant speed", weights=(2*x[0] + x[1], x[1]), direction=(1, 1), point=(third, half), time=half)
steep.case("slow and constant", weights=(x[0]/4, x[1]/3), direction=(1, -1), point=(0, 1), time=2)
steep.case("squares", weights=(x[0]**2, x[1]**2), direction=(1, -half), point=(half, 1), time=third)
steep.case("exponential beside a logarithm", weights=(exp(x[0]), log(x[1])), direction=(half, 1), point=(third, 2), time=1)
reach.case("a plane", loss=3*x[0] - 4*x[1], point=(half, third), infimum=-6, time=Rational(1, 5))
reach.case("a gentle slope", loss=x[0]/4 + x[1]/3, point=(0, 1), infimum=-1, time=2)
reach.case("a bowl", loss=(x[0]**2 + 3*x[1]**2)/2, point=(1, -half), infimum=0, time=half)
reach.case("nearly at its infimum", loss=x[0]**2 + x[1]**2, point=(third, half), infimum=0, time=4)
