"""Commuting is sufficient for gradient flow to be a mirror flow, and not necessary: a screw motion.

Statement.  On r^2 = x1^2 + x2^2 > 0 in R^3 with theta = x3 - c arg(x1 + i x2), c > 0, let

    G1 = r^2/(r^2 + c^2),     G2 = theta r^2/(r^2 + c^2).

Two unit controls along G1, G2 for a time s each, in the two orders, end in parameters that differ by
s^2 [grad G1, grad G2] + ..., where

    [grad G1, grad G2] = 4 c^3 r^2/(r^2 + c^2)^4 (-x2, x1, c)   is not 0,

and in equal weights, for every s.  Gradient flow of every loss L_t(w), which may change in time, is the mirror
flow of

    R(w) = w2^2/(2 w1) + rho(w1),    rho'(s) = c^2/4 [ln(s/(1 - s)) + 1/(1 - s) + 1/(2 (1 - s)^2)],   0 < w1 < 1.

Why: theta = w2/w1 has the products 0 and 1 with grad G1 and grad G2, so it is one part of a mirror.  So
"gradient flow is a mirror flow if and only if the parametrisation commutes" is false; what a mirror flow
from every start forces is J [grad G_i, grad G_j] = 0.
"""

from sympy import Eq, Matrix, Rational, atan, diff, log, symbols

from numerics.balls import ball, evaluate
from numerics.flows import Field, enclose_flow, flow
from theorems import Source, Theorem, cited, distinct, positive, zero

turn1, turn2, turn3 = symbols("turn1 turn2 turn3", real=True)  # measured: what swapping changes in x, over side^2
w1, rest = symbols("w1 rest", positive=True)                   # measured: the first weight, and what it lacks of 1
w2, m1, m2 = symbols("w2 m1 m2", real=True)                    # measured: the second, and minus the integral of grad L
gap1, gap2 = symbols("gap1 gap2", real=True)                   # measured: what swapping changes in w
x1, c = symbols("x1 c", positive=True)
x2, x3, t = symbols("x2 x3 t", real=True)
a1, b1 = symbols("a1 b1", positive=True)                       # w1 and rest at the start
a2 = symbols("a2", real=True)                                  # w2 there
side, h = symbols("side h", positive=True)
r2 = symbols("r2", positive=True)                              # x1^2 + x2^2
r = symbols("r", positive=True)
phi, theta = symbols("phi theta", real=True)                   # the angle about the axis; x3 - c phi
x = (x1, x2, x3)

theorem = Theorem(
    "commuting is not necessary",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="necessary condition, counterexample"),
)


@theorem.data
def start(case):
    at = dict(zip((*x, c), (*case.point, case.pitch)))
    there = [w.subs(at) for w in weights(case.pitch)]
    return {**at, r2: at[x1]**2 + at[x2]**2, a1: there[0], b1: 1 - there[0], a2: there[1], side: case.side}


def weights(pitch):
    """G1 and G2 on the branch x1 > 0 of the angle."""
    square = x1**2 + x2**2
    return square/(square + pitch**2), (x3 - pitch*atan(x2/x1))*square/(square + pitch**2)


J = Matrix(weights(c)).jacobian(Matrix(x))


def by_cylinder():
    """(J J', the weights) by r and theta: gradients in the orthonormal frame of cylinder coordinates (r, phi, x3)."""
    first = r**2/(r**2 + c**2)
    rows = Matrix([[diff(first, r), 0, 0], [theta*diff(first, r), -c*first/r, first]])
    return rows*rows.T, {w1: first, rest: 1 - first, w2: theta*first}


bracket = theorem.claim(
    "the bracket of the two gradients",
    (Eq(turn1, -4*c**3*r2*x2/(r2 + c**2)**4), Eq(turn2, 4*c**3*r2*x1/(r2 + c**2)**4), Eq(turn3, 4*c**4*r2/(r2 + c**2)**4)),
    false={
        "they commute": (Eq(turn1, 0), Eq(turn2, 0), Eq(turn3, 0)),
        "a rotation without advance": (Eq(turn1, -4*c**3*r2*x2/(r2 + c**2)**4), Eq(turn2, 4*c**3*r2*x1/(r2 + c**2)**4),
                                       Eq(turn3, 0)),
    },
)


@bracket.proof
def by_definition(*claimed):
    """[X, Y] = DY X - DX Y in the coordinates (r, phi, x3), where gradients have the parts d/dr, (d/dphi)/r^2, d/dx3."""
    yield cited("following X then Y and Y then X for a time s each ends s^2 [X, Y] + O(s^3) apart")
    at, first = Matrix([r, phi, x3]), r**2/(r**2 + c**2)
    X, Y = (Matrix([diff(G, r), diff(G, phi)/r**2, diff(G, x3)]) for G in (first, (x3 - c*phi)*first))
    outwards, turned, risen = Y.jacobian(at)*X - X.jacobian(at)*Y
    yield zero(outwards, "nothing away from the axis")
    for part, one in zip((-x2*turned, x1*turned, risen), claimed):
        yield zero(part - one.rhs.subs(r2, r**2), "the bracket, as phi turns (x1, x2) by (-x2, x1)")
    yield distinct(claimed[2].rhs, 0, "it vanishes nowhere")


@bracket.observation(small=h, order=1, first=Rational(1, 64), halvings=4)
def swapped_controls(lab, h):
    """Flow for a time h along G1, then G2, and in the other order; the difference of the parameters over h^2."""
    ends = [both_orders(lab, order, lambda field, point: flow(field, point, h, digits=24)) for order in ((0, 1), (1, 0))]
    return {symbol: (one - other)/h**2 for symbol, one, other in zip((turn1, turn2, turn3), *ends)}


def both_orders(lab, order, moved):
    """Along the gradients in this order, the pitch as a coordinate that stays."""
    first, second = (Field((*J.row(i), 0), (*x, c)) for i in order)
    middle = lab.iterate(lambda point: moved(first, point), (*lab.point, lab.pitch), 1)
    return lab.iterate(lambda point: moved(second, point), middle, 1)[:3]


def slope_of_rho(s, t):
    """rho' at s = 1 - t."""
    return c**2/4*(log(s) - log(t) + 1/t + 1/(2*t**2))


def slope_of_R(s, t, w, rho=slope_of_rho):
    """The gradient of R by the first weight s = 1 - t; by the second, w, it is w/s."""
    return rho(s, t) - w**2/(2*s**2)


def dual(**changed):
    """What the first part of the mirror gains from the start on."""
    return slope_of_R(w1, rest, w2, **changed) - slope_of_R(a1, b1, a2, **changed)


mirror = theorem.claim(
    "for a loss that changes in time the weights follow the mirror flow of R",
    (Eq(m1, dual()), Eq(m2, w2/w1 - a2/a1), Eq(rest, 1 - w1)),
    false={
        "no coupling": (Eq(m1, slope_of_rho(w1, rest) - slope_of_rho(a1, b1)), Eq(m2, w2/w1 - a2/a1), Eq(rest, 1 - w1)),
        "the binary entropy alone": (Eq(m1, dual(rho=lambda s, t: c**2/4*(log(s) - log(t)))), Eq(m2, w2/w1 - a2/a1),
                                     Eq(rest, 1 - w1)),
        "second weight unscaled": (Eq(m1, dual()), Eq(m2, w2 - a2), Eq(rest, 1 - w1)),
    },
)


@mirror.proof(scope="every continuous control, every start with r > 0; on a branch of the angle, by rotation on all")
def by_the_metric(first, second, third):
    """The derivative of the claimed mirror by w is (J J')^-1, so the mirror of w moves by the control; both start at 0.

    Along r the weight G1 moves only; theta is x3 less c times the angle, which moves by 1/r per unit of length.
    """
    metric, here = by_cylinder()
    slopes = Matrix([one.rhs.subs(rest, third.rhs) for one in (first, second)]).jacobian(Matrix([w1, w2]))
    product = slopes.subs(here, simultaneous=True)*metric
    for i in range(2):
        for j in range(2):
            yield zero(product[i, j] - int(i == j), f"(gradient of the mirror)(J J') is the identity, entry {i + 1}, {j + 1}")
    yield zero(third.rhs.subs(here) - here[rest], "what the first weight lacks of 1")
    for one in (first, second):
        yield zero(one.rhs.subs({w1: a1, rest: b1, w2: a2}), "the mirror starts at 0")


@mirror.enclosure
def flow_under_a_changing_loss(lab):
    """x' = -J' g with g = (w1 - 3/5, (w2 - 1/5)(1 + t/2)); m integrates -g."""
    at = weights(c)
    control = Matrix([Rational(3, 5) - at[0], (Rational(1, 5) - at[1])*(1 + t/2)])
    field = Field([*(J.T*control), *control, 0], (*x, *symbols("M1 M2"), c), t)
    end = lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=8), (*lab.point, 0, 0, lab.pitch), 1)
    one, other = weights_at(lab, end)
    return {w1: one, rest: 1 - one, w2: other, m1: end[3], m2: end[4]}


def weights_at(lab, end):
    there = dict(zip(x, map(ball, end)))
    return [evaluate(w, there) for w in weights(lab.pitch)]


orders = theorem.claim(
    "two unit controls in either order, each for a time `side`, end in the same weights",
    (Eq(w2/w1, a2/a1 + side), Eq(gap1, 0), Eq(gap2, 0)),
    false={
        "the weights differ as the third parameter does": (Eq(w2/w1, a2/a1 + side), Eq(gap1, 0),
                                                           Eq(gap2, 4*c**4*r2*side**2/(r2 + c**2)**4)),
        "the second control counts twice": (Eq(w2/w1, a2/a1 + 2*side), Eq(gap1, 0), Eq(gap2, 0)),
    },
)


@orders.enclosure
def swapped_and_enclosed(lab):
    """The weights after G1, then G2, and what the other order changes in them."""
    one, other = (weights_at(lab, both_orders(lab, order, lambda field, point: enclose_flow(
        field, point, lab.side, digits=8))) for order in ((0, 1), (1, 0)))
    return {w1: one[0], w2: one[1], gap1: one[0] - other[0], gap2: one[1] - other[1]}


@orders.proof
def by_the_mirror(ratio, first, second):
    """By `mirror` both orders end where the mirror has gained (side, side); it is injective, so the ends are one."""
    metric, here = by_cylinder()
    mirror = Matrix([slope_of_R(w1, 1 - w1, w2), ratio.lhs]).jacobian(Matrix([w1, w2])).subs(here, simultaneous=True)
    for i, row in enumerate((mirror*metric).tolist()):
        for j, entry in enumerate(row):
            yield zero(entry - int(i == j), f"the mirror's part {i + 1} gains {int(i == j)} per unit of control {j + 1}")
    yield zero(ratio.rhs - a2/a1 - side, "the second part gains its control's time")
    s = symbols("s", positive=True)
    yield positive(diff(slope_of_rho(s, 1 - s), s), "the mirror is injective: w2/w1 and the rest determine w1, then w2", given=(s < 1,))
    for claimed, gap in ((first, gap1), (second, gap2)):
        yield zero(claimed.lhs - claimed.rhs - gap, "no weight differs")


theorem.case("pitch one", point=(1, 0, Rational(1, 2)), pitch=1, time=Rational(1, 4), side=Rational(1, 8))
theorem.case("steep, off the axis", point=(Rational(2, 3), Rational(1, 2), Rational(-1, 3)), pitch=Rational(3, 2),
             time=Rational(1, 8), side=Rational(1, 16))
