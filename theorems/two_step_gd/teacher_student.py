"""Population loss of one ReLU neuron against a ReLU teacher: closed forms, one step, sharpness.

Statement.  Student v s(w.x), teacher s(u.x), s = max(0, .), |u| = 1, w = (w_x, w_y) with w_x = w.u, w_y >= 0 its
distance to the line of u, n = |w| > 0, a the angle of w to u.  For standard Gaussian x, in every dimension d:

kernels     E s(w.x)^2 = n^2/2,  E s(w.x) s(u.x) = n (sin a + (pi - a) cos a)/(2 pi),
            E s(u.x) 1[w.x > 0] x = ((pi - a) u + sin a w/n)/(2 pi).
step        Descent on L = E(student - teacher)^2 with step size K moves (v, w_x, w_y) to
                v - K (v n^2 - (w_y + (pi - a) w_x)/pi),
                w_x - K (v^2 w_x - v (pi - a + w_x w_y/n^2)/pi),
                w_y - K (v^2 w_y - v w_y^2/(pi n^2)).
sharpness   At v w = u the Hessian has the eigenvalues n^2 + v^2, v^2 (d - 1 times) and 0; the first is at least 2.

For x uniform on the unit sphere L is smaller by the factor d, and step size K d gives the same step.  The paper's
loss has no factor 1/2.
"""

from functools import partial

from mpmath import mp
from sympy import Eq, Rational, atan2, cos, integrate, pi, sin, symbols

from numerics import balls
from numerics.relu_neuron import angle_to_teacher, gradient, plane_mean
from numerics.steps import descent
from theorems import Source, Theorem, zero

power, overlap, pull_x, pull_y = symbols("power overlap pull_x pull_y", real=True)       # measured Gaussian means
v1, x1, y1 = symbols("v1 x1 y1", real=True)                                              # measured after one step
top, side, flat = symbols("top side flat", real=True)                                    # measured curvatures
a, n, K, v, x, y, t, h = symbols("a n K v x y t h", positive=True)

theorem = Theorem(
    "population loss of one ReLU neuron against a teacher",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="eq. (6) of the ICLR 2023 submission, re-derived"),
)


@theorem.data
def given(case):
    """What the case names; at a minimiser n = 1/v."""
    known = {symbol: case.data[symbol.name] for symbol in (a, n, K, v, x, y) if symbol.name in case.data}
    return known if "n" in case.data or "x" in case.data else {**known, n: 1/Rational(case.v)}


kernels = theorem.claim(
    "Gaussian means of products of two ReLUs",
    (Eq(power, n**2/2), Eq(overlap, n*(sin(a) + (pi - a)*cos(a))/(2*pi)),
     Eq(pull_x, (pi - a + sin(a)*cos(a))/(2*pi)), Eq(pull_y, sin(a)**2/(2*pi))),
    false={
        "pi/2 - a": (Eq(power, n**2/2), Eq(overlap, n*(sin(a) + (pi/2 - a)*cos(a))/(2*pi)),
                     Eq(pull_x, (pi - a + sin(a)*cos(a))/(2*pi)), Eq(pull_y, sin(a)**2/(2*pi))),
        "without the sine": (Eq(power, n**2/2), Eq(overlap, n*(pi - a)*cos(a)/(2*pi)),
                             Eq(pull_x, (pi - a)/(2*pi)), Eq(pull_y, 0)),
        "as if never inactive": (Eq(power, n**2), Eq(overlap, n*cos(a)), Eq(pull_x, 1), Eq(pull_y, 0)),
    },
)


@kernels.proof(scope="every dimension d >= 2")
def by_polar_coordinates(squares, overlaps, along, across):
    """Only the plane of w and u matters; the radius gives the factor 2, the angle a mean over the circle.

    Both ReLUs are active for angles between a - pi/2 and pi/2 to u; each mean is an integral over that arc.
    """
    first, second = cos(t), n*cos(t - a)
    arcs = ((second**2, a - pi/2, a + pi/2, squares), (first*second, a - pi/2, pi/2, overlaps),
            (first*cos(t), a - pi/2, pi/2, along), (first*sin(t), a - pi/2, pi/2, across))
    for integrand, low, high, claimed in arcs:
        wave = integrand.rewrite(cos).expand(trig=True)
        primitive = integrate(wave, t)
        yield zero((primitive.diff(t) - integrand).expand(trig=True), "an antiderivative in the angle")
        value = primitive.subs(t, high) - primitive.subs(t, low)
        yield zero((value/pi - claimed.rhs).expand(trig=True), "its increase, with radial factor 2 over 2 pi")


@kernels.enclosure
def means_over_the_circle(lab):
    """Integrate the products from their definition, each arc between kinks by balls."""
    angle, length = balls.ball(lab.a), balls.ball(lab.n)
    mean = partial(plane_mean, kinks=kinks(angle))
    student, teacher = relu(angle, length), relu(balls.ball(0), 1)
    active = lambda place: (place - angle).cos() > 0
    return {power: mean(lambda c, s, place: student(c, s, place)**2),
            overlap: mean(lambda c, s, place: student(c, s, place)*teacher(c, s, place)),
            pull_x: mean(lambda c, s, place: teacher(c, s, place)*c if active(place) else 0),
            pull_y: mean(lambda c, s, place: teacher(c, s, place)*s if active(place) else 0)}


def kinks(angle):
    """Angles in (-pi, pi) at which one of the two neurons switches on or off."""
    half = balls.ball(pi)/2
    wrap = lambda value: value - 4*half if value > 2*half else value
    return [-half, half, angle - half, wrap(angle + half)]


def relu(angle, length):
    """max(0, w.x) for w of the angle and length, as an analytic function on each arc."""
    def neuron(c, s, place):
        return length*(c*angle.cos() + s*angle.sin()) if (place - angle).cos() > 0 else 0
    return neuron


moved = theorem.claim(
    "one step of descent on the population loss",
    (Eq(v1, v - K*(v*(x**2 + y**2) - (y + (pi - atan2(y, x))*x)/pi)),
     Eq(x1, x - K*(v**2*x - v*(pi - atan2(y, x) + x*y/(x**2 + y**2))/pi)),
     Eq(y1, y - K*(v**2*y - v*y**2/(pi*(x**2 + y**2))))),
    false={
        "loss with the factor 1/2": (Eq(v1, v - K*(v*(x**2 + y**2) - (y + (pi - atan2(y, x))*x)/pi)/2),
                                     Eq(x1, x - K*(v**2*x - v*(pi - atan2(y, x) + x*y/(x**2 + y**2))/pi)/2),
                                     Eq(y1, y - K*(v**2*y - v*y**2/(pi*(x**2 + y**2)))/2)),
        "teacher at rest in w_y": (Eq(v1, v - K*(v*(x**2 + y**2) - (y + (pi - atan2(y, x))*x)/pi)),
                                   Eq(x1, x - K*(v**2*x - v*(pi - atan2(y, x) + x*y/(x**2 + y**2))/pi)),
                                   Eq(y1, y - K*v**2*y)),
    },
)


@moved.proof(scope="every dimension d >= 2, given the means of `kernels`")
def by_differentiating_the_loss(moves_v, moves_x, moves_y):
    """L = v^2 n^2/2 - v (w_y + (pi - a) w_x)/pi + 1/2, where n sin a = w_y, n cos a = w_x; a = atan2(w_y, w_x)."""
    angle = symbols("angle", real=True)
    loss = v**2*(x**2 + y**2)/2 - v*(y + (pi - angle)*x)/pi + Rational(1, 2)
    turn = {x: -y/(x**2 + y**2), y: x/(x**2 + y**2)}
    for symbol, claimed in ((v, moves_v), (x, moves_x), (y, moves_y)):
        slope = loss.diff(symbol) + loss.diff(angle)*turn.get(symbol, 0)
        yield zero(symbol - K*slope - claimed.rhs.subs(atan2(y, x), angle), f"the derivative by {symbol}")
        yield zero(atan2(y, x).diff(symbol) - turn.get(symbol, 0), "how the angle turns")


@moved.enclosure
def step_by_integration(lab):
    """One step with gradient 2 E (student - teacher) (s(w.x), v 1[w.x > 0] x), integrated over the circle."""
    start = tuple(balls.ball(value) for value in (lab.v, lab.x, lab.y))
    end = lab.iterate(descent(integrated_gradient, balls.ball(lab.K)), start, 1)
    return dict(zip((v1, x1, y1), end))


def integrated_gradient(v, x, y, norm=1):
    """2 E (student - teacher) times the derivative of the student, by integrals over the circle; the teacher's norm is given."""
    angle, length = angle_to_teacher(x, y), (x*x + y*y).sqrt()
    student, teacher = relu(angle, length), relu(balls.ball(0), norm)
    error = lambda c, s, place: v*student(c, s, place) - teacher(c, s, place)
    active = lambda place: (place - angle).cos() > 0
    mean = partial(plane_mean, kinks=kinks(angle))
    return (2*mean(lambda c, s, place: error(c, s, place)*student(c, s, place)),
            2*v*mean(lambda c, s, place: error(c, s, place)*c if active(place) else 0),
            2*v*mean(lambda c, s, place: error(c, s, place)*s if active(place) else 0))


sharpest = theorem.claim(
    "Hessian eigenvalues at a minimiser v w = u",
    (Eq(top, n**2 + v**2), Eq(side, v**2), Eq(flat, 0)),
    false={
        "with the factor 1/2": (Eq(top, (n**2 + v**2)/2), Eq(side, v**2/2), Eq(flat, 0)),
        "inactive half forgotten": (Eq(top, 2*n**2 + 2*v**2), Eq(side, 2*v**2), Eq(flat, 0)),
    },
)


@sharpest.proof(scope="every dimension d >= 2")
def by_the_quadratic_part(largest, sideways, neutral):
    """L is C^2 with Lipschitz second derivatives; (v, w_x) see ((v w_x - 1)^2)/2, each direction across u v^2/2.

    For w_y -> 0 the kernel is 1 - a^2/2 + ..., so v^2 n^2/2 - v n (1 - a^2/2) has the w_y-curvature v^2 - v/n (1 - 1).
    """
    loss = (v*x - 1)**2/2
    slopes = [[loss.diff(p, q).subs(x, 1/v) for q in (v, x)] for p in (v, x)]
    trace, det = slopes[0][0] + slopes[1][1], slopes[0][0]*slopes[1][1] - slopes[0][1]*slopes[1][0]
    yield zero(det - neutral.rhs, "one eigenvalue is 0")
    yield zero(trace - largest.rhs.subs(n, 1/v), "the other is the trace")
    drift = v**2*y - v*y**2/(pi*(x**2 + y**2))
    yield zero(drift.diff(y).subs(y, 0) - sideways.rhs, "across u")


@sharpest.observation(small=h, order=1)
def displacements_of_one_step(lab, h):
    """A step of size 1 from h away along (n, v), (v, -n) and w_y moves back by h times the eigenvalue."""
    v0, n0 = mp.mpf(lab.v), 1/mp.mpf(lab.v)
    found = {}
    for symbol, way in ((top, (n0, v0, 0)), (flat, (v0, -n0, 0)), (side, (0, 0, 1))):
        start = (v0 + h*way[0], n0 + h*way[1], h*mp.mpf(way[2]))
        end = lab.iterate(descent(gradient, 1), start, 1)
        found |= {symbol: sum((p - q)*w for p, q, w in zip(start, end, way))/(h*sum(w*w for w in way))}
    return found


third = Rational(1, 3)
kernels.case("acute angle", a=Rational(2, 3), n=Rational(3, 2))
kernels.case("obtuse angle", a=Rational(5, 2), n=third)
moved.case("acute angle", v=Rational(3, 4), x=Rational(5, 4), y=third, K=Rational(11, 10))
moved.case("small start", v=Rational(1, 10), x=Rational(1, 50), y=Rational(1, 10), K=Rational(21, 20))
moved.case("long student", v=Rational(1, 2), x=3, y=2, K=Rational(1, 7))
sharpest.case("flattest", v=1)
sharpest.case("long output weight", v=Rational(5, 3))
