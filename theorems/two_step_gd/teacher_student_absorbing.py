"""A set in which one ReLU neuron stays and turns to its teacher, at every step size up to 1.1.

Statement.  Descent on the population loss of `teacher_student`, step size K in [1, 1.1].  Let p = (v + w_x)/2,
q = (v - w_x)/2, h = |w_y|, and R the set where 3/4 <= p <= 113/100, h <= 1/20 and |p q| + 2 h^2 <= 1/20.
A step from R ends in R: |p q| + 2 h^2 does not grow, and h falls to two thirds or less.

So from R on |w_y| decays by 2/3 per step for ever, faster than the printed 1 - 0.030 K.  R is large, and the same for
all K: `teacher_student_decay` shows how soon it is entered.
"""

from sympy import Abs, Ge, Le, Rational, pi, symbols

from numerics import balls
from numerics.relu_neuron import gradient
from numerics.steps import descent
from theorems import Source, Theorem, nonnegative, positive, zero

middle, kept, tilt = symbols("middle kept tilt", real=True)      # measured after a step: p, |p q| + 2 h^2, h
p, K = symbols("p K", positive=True)
level, h = symbols("level h", nonnegative=True)

theorem = Theorem(
    "a set in which one ReLU neuron turns to its teacher",
    source=Source("beside Chen and Bruna", arxiv="2206.04172", at="Theorem 3 of the ICLR 2023 submission"),
    assumes=(K >= 1, K <= Rational(11, 10), p >= Rational(3, 4), p <= Rational(113, 100), h <= Rational(1, 20),
             level <= Rational(1, 20)),
)


@theorem.data
def point(case):
    """The starting point, with w_y = h."""
    return {K: case.K, p: case.p, h: case.h, level: Abs(case.p*case.q) + 2*case.h**2}


absorbing = theorem.claim(
    "a step leads from R into R, and lowers w_y by a third",
    (Ge(middle, Rational(3, 4)), Le(middle, Rational(113, 100)), Le(kept, level), Le(tilt, 2*h/3)),
    false={
        "w_y falls to a third": (Ge(middle, Rational(3, 4)), Le(middle, Rational(113, 100)), Le(kept, level), Le(tilt, h/3)),
        "p stays below 1": (Ge(middle, Rational(3, 4)), Le(middle, 1), Le(kept, level), Le(tilt, 2*h/3)),
        "the product falls by half": (Ge(middle, Rational(3, 4)), Le(middle, Rational(113, 100)), Le(kept, level/2),
                                      Le(tilt, 2*h/3)),
    },
)


@absorbing.proof(scope="every point of R, every dimension")
def by_bounding_what_w_y_adds(low, high, holds, shrinks):
    """With r = v w_x - 1 = p^2 - q^2 - 1 and a = atan(h/w_x), the step is that of the product and a remainder in h:

        v  -> v - K r w_x - K (v h^2 - d),      d = (h - a w_x)/pi,
        w_x -> w_x - K r v - K v e/pi,          e = a - w_x h/n^2,
        h  -> h |1 - K v^2 + K v h/(pi n^2)|,   so p -> p (1 - K r) + A, q -> q (1 + K r) + B, |A|, |B| <= 7 h^2/10.

    c is |p q|, so level = c + 2 h^2, and |q| = c/p; x, y bound v and w_x; s = h/w_x = tan a.  pi > 3.
    """
    c, x, y, s, r = symbols("c x y s r", nonnegative=True)
    v, wx, a = symbols("v wx a", positive=True)
    moved, add, turned = one_step(v, wx, a), (v + wx)/2, (v - wx)/2
    rest = {r: v*wx - 1}
    A, B = (-K*(v*h**2 - (h - a*wx)/pi + sign*v*(a - wx*h/(wx**2 + h**2))/pi)/2 for sign in (1, -1))
    yield zero(sum(moved[:2])/2 - (add*(1 - K*r) + A).subs(rest), "the step of p")
    yield zero((moved[0] - moved[1])/2 - (turned*(1 + K*r) + B).subs(rest), "the step of q")
    yield zero(moved[2] - h*(1 - K*v**2 + K*v*h/(pi*(wx**2 + h**2))), "the step of h")
    box = (c <= Rational(1, 20),)
    least, most, part = Rational(68, 100), Rational(118, 100), Rational(7, 10)
    yield positive(p - c/p - least, "v and w_x are above 68/100", given=box)
    yield positive(most - p - c/p, "and below 118/100", given=box)
    turn, pull = 1/(1 + s**2), s/(1 + s**2)                    # da/ds; e = a - pull
    yield nonnegative(1 - turn, "h/w_x - a grows with s, from 0")
    yield nonnegative((s**3/3).diff(s) - (1 - turn), "and is at most s^3/3")
    yield nonnegative(turn - pull.diff(s), "e grows with s, from 0")
    yield nonnegative((2*s**3/3).diff(s) - (turn - pull.diff(s)), "and is at most 2 s^3/3")
    yield positive(least - Rational(1, 20)/(9*least**2), "d is at most h^3/(9 w_x^2), below v h^2")
    yield positive(part - Rational(11, 20)*(most + most*2*Rational(1, 20)/(9*least**3)), "so |A|, |B| <= 7 h^2/10")
    slope = p*(1 + K - K*p**2)
    spare = Rational(11, 10)*c**2/p + part*h**2
    yield positive(Rational(1, 100) - spare, "what q and h add to p", given=(*box, c + 2*h**2 <= Rational(1, 20)))
    yield zero(p*(1 - K*(p**2 - c**2/p**2 - 1)) - slope - K*c**2/p, "p without h")
    yield positive(slope - Rational(1, 100) - low.rhs, "p stays above its least value")
    yield positive(high.rhs - slope - Rational(1, 100), "and below its largest")
    yield positive(1 - K*(most**2 - 1), "K r < 1", given=box)
    yield positive(1 - K*(1 - least**2), "K r > -1", given=box)
    yield zero((1 - K*r)*(1 + K*r) - 1 + K**2*r**2, "so |p q| shrinks without h")
    grown = part*high.rhs + part*2*Rational(1, 15) + part**2*Rational(1, 400)
    yield nonnegative(p - 15*c, "|q| = c/p is at most 1/15", given=box)
    yield nonnegative(holds.rhs.subs(level, c + 2*h**2) - c - grown*h**2 - 2*(shrinks.rhs)**2, "level with h")
    yield nonnegative(Rational(1, 20) - Rational(11, 10)*most*Rational(1, 20)/(3*least**2), "the teacher's pull on w_y")
    rate = shrinks.rhs/h
    yield nonnegative(rate - Rational(1, 20) - (1 - least**2), "1 - K v^2 is at most 1 - (68/100)^2")
    yield nonnegative(rate - Rational(1, 20) - (Rational(11, 10)*most**2 - 1), "and at least 1 - 11/10 (118/100)^2")


def one_step(v, wx, a):
    """Descent on the population loss of `teacher_student` at w = (wx, h), at the angle a = atan(h/wx)."""
    V, X, Y, angle = symbols("V X Y angle", real=True)
    loss = V**2*(X**2 + Y**2)/2 - V*(Y + (pi - angle)*X)/pi + Rational(1, 2)
    turn = {X: -Y/(X**2 + Y**2), Y: X/(X**2 + Y**2)}           # slopes of the angle
    slopes = [loss.diff(one) + loss.diff(angle)*turn.get(one, 0) for one in (V, X, Y)]
    at = {V: v, X: wx, Y: h, angle: a}
    return descent(lambda *place: tuple(slope.subs(at, simultaneous=True) for slope in slopes), K)((v, wx, h))


@absorbing.enclosure
def after_one_step(lab):
    start = tuple(balls.ball(value) for value in (lab.p + lab.q, lab.p - lab.q, lab.h))
    v, x, y = lab.iterate(descent(gradient, balls.ball(lab.K)), start, 1)
    return {middle: (v + x)/2, kept: balls.absolute((v*v - x*x)/4) + 2*y*y, tilt: balls.absolute(y)}


twentieth, last = Rational(1, 20), Rational(11, 10)
absorbing.case("within", p=1, q=Rational(1, 50), h=Rational(1, 25), K=Rational(21, 20))
absorbing.case("the least p, unbalanced", p=Rational(3, 4), q=-Rational(3, 50), h=0*last, K=last)
absorbing.case("the largest p and K", p=Rational(113, 100), q=Rational(1, 100), h=twentieth, K=last)
absorbing.case("small product, at the edge", p=Rational(4, 5), q=-Rational(1, 1000), h=twentieth, K=1)
absorbing.case("on the teacher's line", p=Rational(9, 10), q=Rational(1, 100), h=0*last, K=last)
absorbing.outside("too far along", breaks=p <= Rational(113, 100), p=Rational(3, 2), q=0*last, h=0*last, K=last)
absorbing.outside("too large a step", breaks=K <= last, p=Rational(113, 100), q=0*last, h=0*last, K=Rational(13, 10))
