"""A teacher of any norm against the teacher of norm 1: only the step size changes.

Statement.  In the setting of `teacher_student` let the teacher be s(m u.x), m > 0.  A step of size K from (m^(1/2) v, m^(1/2) w) ends
m^(1/2) times where a step of size K m ends from (v, w) against s(u.x).  So the edge of the flattest minimiser is K = 1/m,
and every statement on norm 1 holds with K m in place of K.
"""

from functools import partial

from sympy import Eq, Rational, atan2, pi, sqrt, symbols

from numerics import balls
from numerics.steps import descent
from theorems import Source, Theorem, zero
from theorems.two_step_gd.teacher_student import integrated_gradient

v1, x1, y1 = symbols("v1 x1 y1", real=True)                     # measured after one step, over the root of m
m, K, v, x, y = symbols("m K v x y", positive=True)

theorem = Theorem(
    "one ReLU neuron against a teacher of any norm",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="eq. (6) of the ICLR 2023 submission, for any teacher norm"),
)


def moved(k):
    """A step of size k from (v, w_x, w_y) against a teacher of norm 1."""
    pull, n2 = (y + (pi - atan2(y, x))*x)/pi, x**2 + y**2
    return (Eq(v1, v - k*(v*n2 - pull)), Eq(x1, x - k*(v**2*x - v*(pi - atan2(y, x) + x*y/n2)/pi)),
            Eq(y1, y - k*(v**2*y - v*y**2/(pi*n2))))


scaling = theorem.claim(
    "a step against a teacher of norm m, over the root of m",
    moved(K*m),
    false={"the step size stays": moved(K), "the step size is multiplied by m^2": moved(K*m**2)},
)


@scaling.proof(scope="every dimension d >= 2, given the means of `teacher_student`")
def by_homogeneity(moves_v, moves_x, moves_y):
    """The overlap with the teacher is m times that of norm 1, and the angle does not depend on lengths.

    L = V^2 N^2/2 - m V (W_y + (pi - a) W_x)/pi + m^2/2 at capitals = sqrt(m) times small letters.
    """
    V, X, Y, angle = symbols("V X Y angle", real=True)
    loss = V**2*(X**2 + Y**2)/2 - m*V*(Y + (pi - angle)*X)/pi + m**2/2
    turn = {X: -Y/(X**2 + Y**2), Y: X/(X**2 + Y**2)}
    at = {V: sqrt(m)*v, X: sqrt(m)*x, Y: sqrt(m)*y}
    for big, small, claimed in ((V, v, moves_v), (X, x, moves_x), (Y, y, moves_y)):
        slope = (loss.diff(big) + loss.diff(angle)*turn.get(big, 0)).subs(at)
        yield zero(small - K*slope/sqrt(m) - claimed.rhs.subs(atan2(y, x), angle), f"the derivative by {small}")


@scaling.enclosure
def step_by_integration(lab):
    """One step with gradient 2 E (student - teacher) (s(w.x), v 1[w.x > 0] x), integrated over the circle."""
    root = balls.ball(lab.m).sqrt()
    start = tuple(root*balls.ball(value) for value in (lab.v, lab.x, lab.y))
    gradient = partial(integrated_gradient, norm=balls.ball(lab.m))
    end = lab.iterate(descent(gradient, balls.ball(lab.K)), start, 1)
    return dict(zip((v1, x1, y1), (value/root for value in end)))


third = Rational(1, 3)
scaling.case("long teacher", m=4, K=Rational(1, 5), v=Rational(3, 4), x=Rational(5, 4), y=third)
scaling.case("short teacher", m=Rational(2, 7), K=3, v=Rational(1, 2), x=third, y=2)
