"""The 2-cycle of one ReLU neuron beyond the edge: its multipliers, and where descent ends.

Statement.  Descent on the population loss of `teacher_student` with step size K (K d for inputs on the sphere).  Where
w is parallel to the teacher, w_y = 0 < w_x, the pair (v, w_x) moves as by descent on (v w_x - 1)^2/2.  For K > 1
v = w_x alternates between u, t = (sqrt(1+3/K) +- sqrt(1-1/K))/2, and the d + 1 multipliers of two steps are

    9 - 2(K+1)^2  along v + w_x,    3 - 2K  along v - w_x,    1 - K  along each of the d - 1 directions across.

So the cycle attracts exactly for 1 < K < sqrt(5) - 1, and w_y changes its sign every two steps (before an absolute
value is taken), at the rate sqrt(K - 1) per step; the slow direction is balance, v - w_x.
"""

from mpmath import mpf
from sympy import Eq, Rational, atan2, diff, pi, sqrt, symbols

from numerics import balls
from numerics.midpoints import rounded
from numerics.product_cycle import product_cycle
from numerics.relu_neuron import gradient
from numerics.steps import descent
from theorems import Source, Theorem, zero

along, across, aside = symbols("along across aside", real=True)          # measured multipliers of two steps
total, product, off, tilt = symbols("total product off tilt", real=True) # measured limits: v_t + v_{t+1}, v_t v_{t+1}, v - w_x, w_y
turn = symbols("turn", real=True)                                        # measured limit: w_y after two more steps, over w_y
K, p = symbols("K p", positive=True)
v, x, y, h, t = symbols("v x y h t", positive=True)

theorem = Theorem(
    "two-step cycle of one ReLU neuron against a teacher",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 3 and remark of the ICLR 2023 submission, sharpened"),
    assumes=(K > 1, K < sqrt(5) - 1),
)

multipliers = theorem.claim(
    "multipliers of two steps",
    (Eq(along, 9 - 2*(K + 1)**2), Eq(across, 3 - 2*K), Eq(aside, 1 - K)),
    false={
        "no change of sign": (Eq(along, 9 - 2*(K + 1)**2), Eq(across, 3 - 2*K), Eq(aside, K - 1)),
        "across squared": (Eq(along, 9 - 2*(K + 1)**2), Eq(across, 3 - 2*K), Eq(aside, (K - 1)**2)),
        "the printed rate, twice": (Eq(along, 9 - 2*(K + 1)**2), Eq(across, 3 - 2*K),
                                    Eq(aside, (1 - 3*K/100)**2)),
        "half the step": (Eq(along, 9 - 2*(K/2 + 1)**2), Eq(across, 3 - K), Eq(aside, 1 - K/2)),
    },
)


@multipliers.proof(scope="every dimension d >= 2 and every K > 1")
def by_restriction_to_the_teacher(forward, sideways, aslant):
    """On w_y = 0 the step is that of the product; there the derivative by w_y is 1 - K v^2, nothing else being coupled.

    p and 1/p stand for K u^2 and K t^2, as u t = 1/K, and their sum is K + 1.
    """
    loss = v**2*(x**2 + y**2)/2 - v*(y + (pi - atan2(y, x))*x)/pi
    slopes = [diff(loss, symbol) for symbol in (v, x, y)]
    on_line = [slope.subs({y: 0, atan2(0, x): 0}) for slope in (slopes[0], slopes[1])]
    yield zero(on_line[0] - (v*x - 1)*x, "v moves as for the product")
    yield zero(on_line[1] - (v*x - 1)*v, "and so does w_x")
    for slope, last in zip(slopes, (0, 0, v**2)):
        turned = slope.diff(y).subs(y, 0)
        yield zero(turned - last, "derivative by w_y on the line")
    level = p + 1/p - 1
    yield zero(((1 + K - 3*p)*(1 + K - 3/p) - forward.rhs).subs(K, level), "along")
    yield zero(((1 - K + p)*(1 - K + 1/p) - sideways.rhs).subs(K, level), "across the diagonal")
    yield zero((1 - p)*(1 - 1/p) - aslant.rhs.subs(K, level), "aside of the teacher")


@multipliers.observation(small=h, order=1, first=Rational(1, 256))
def displacements_after_two_steps(lab, h):
    """Two steps from h beside the cycle along each direction, per h."""
    high = product_cycle(lab.K)[0]
    step, found = descent(gradient, lab.K), {}
    for symbol, way in ((along, (1, 1, 0)), (across, (1, -1, 0)), (aside, (0, 0, 1))):
        end = lab.iterate(step, tuple(c + h*w for c, w in zip((high, high, mpf(0)), way)), 2)
        found |= {symbol: sum((e - c)*w for e, c, w in zip(end, (high, high, 0), way))/(h*sum(w*w for w in way))}
    return found


limits = theorem.claim(
    "where descent from a small start ends, and how w_y does",
    (Eq(total**2, 1 + 3/K), Eq(product, 1/K), Eq(off, 0), Eq(tilt, 0), Eq(turn, 1 - K)),
    false={
        "at a minimiser": (Eq(total**2, 4), Eq(product, 1), Eq(off, 0), Eq(tilt, 0), Eq(turn, 1 - K)),
        "on the cycle of half the step": (Eq(total**2, 1 + 6/K), Eq(product, 2/K), Eq(off, 0), Eq(tilt, 0), Eq(turn, 1 - K)),
        "w_y keeps its sign": (Eq(total**2, 1 + 3/K), Eq(product, 1/K), Eq(off, 0), Eq(tilt, 0), Eq(turn, K - 1)),
        "w_y falls as printed": (Eq(total**2, 1 + 3/K), Eq(product, 1/K), Eq(off, 0), Eq(tilt, 0), Eq(turn, (1 - 3*K/100)**2)),
    },
)


@limits.observation(small=1/t, order=1, first=Rational(1, 48), halvings=4)
def state_after_many_steps(lab, t):
    """The paper's starts: |w| = v = size, at an angle to the teacher, given by its cosine and sine."""
    size = balls.ball(lab.size)
    start = (size, size*balls.ball(lab.cosine), size*balls.ball(lab.sine))
    step = rounded(descent(gradient, balls.ball(lab.K)))
    end = lab.iterate(step, start, int(t))
    _, after, again = lab.orbit(step, end, 2)
    return {total: end[0] + after[0], product: end[0]*after[0], off: end[0] - end[1], tilt: end[2], turn: again[2]/end[2]}


tenth = Rational(1, 10)
multipliers.case("small excess", K=Rational(101, 100))
multipliers.case("the printed end", K=Rational(11, 10))
multipliers.case("near the loss of stability", K=Rational(6, 5))
limits.case("beyond the printed range", K=Rational(6, 5), size=Rational(1, 20), cosine=Rational(4, 5), sine=Rational(3, 5))
limits.case("orthogonal start", K=Rational(11, 10), size=tenth, cosine=0*tenth, sine=1)
limits.case("tilted start", K=Rational(27, 25), size=tenth, cosine=Rational(3, 5), sine=Rational(4, 5))
limits.outside("a repelling cycle", breaks=K < sqrt(5) - 1, K=Rational(13, 10), size=tenth, cosine=Rational(3, 5),
               sine=Rational(4, 5))
limits.outside("below the edge", breaks=K > 1, K=Rational(9, 10), size=tenth, cosine=Rational(3, 5), sine=Rational(4, 5))
