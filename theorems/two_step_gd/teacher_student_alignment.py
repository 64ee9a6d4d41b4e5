"""When a ReLU neuron turns to its teacher, and the loss measured on random inputs.

Statement.  Student v s(w.x), teacher s(u.x), w = (w_x, w_y), w_x, w_y, v > 0.

turning     A step of descent on the population loss lowers w_y as soon as v w_x > 1/(2 pi), whatever the step size is:
                w_y+ - w_y = -K v (w_y/w_x) (v w_x - q/(pi (1 + q^2))),  q = w_y/w_x,  q/(1 + q^2) <= 1/2.
            The bound is attained at q = 1.
sphere      For inputs x uniform on the unit sphere of dimension d, d E(student - teacher)^2 is the Gaussian loss
                v^2 n^2/2 - v (w_y + (pi - a) w_x)/pi + 1/2   (sampled for d = 3 and d = 5).
"""

from sympy import Eq, Gt, Lt, Rational, atan2, pi, symbols

from numerics import balls
from numerics.relu_neuron import gradient
from numerics.steps import descent
from theorems import Source, Theorem, nonnegative, positive, zero

after, loss = symbols("after loss", real=True)                  # measured: w_y after a step; d times the mean squared error
v, x, y, K, q = symbols("v x y K q", positive=True)

theorem = Theorem(
    "alignment of one ReLU neuron with its teacher",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="eq. (7) of the ICLR 2023 submission"),
    assumes=(v*x > 1/(2*pi),),
)

turning = theorem.claim(
    "one step brings the student nearer to the teacher's line",
    Lt(after, y),
    false={"by more than half": Lt(after, y/2), "it moves away": Gt(after, y)},
)


@turning.proof(scope="every step size and dimension")
def by_the_greatest_pull(claimed):
    """The pull of the teacher on w_y is q/(1 + q^2)/pi, at most 1/(2 pi)."""
    moved = y - K*(v**2*y - v*y**2/(pi*(x**2 + y**2)))
    gain = (claimed.gts - claimed.lts).subs(after, moved)
    yield zero(gain - K*v*(y/x)*(v*x - (y/x)/(pi*(1 + (y/x)**2))), "the gain in terms of q = w_y/w_x")
    yield nonnegative(Rational(1, 2) - q/(1 + q**2), "half of (1 - q)^2/(1 + q^2)")
    yield positive(v*x - 1/(2*pi), "so the gain is positive")


@turning.enclosure
def height_after_one_step(lab):
    start = tuple(balls.ball(value) for value in (lab.v, lab.x, lab.y))
    return lab.iterate(descent(gradient, balls.ball(lab.K)), start, 1)[2]


sphere = theorem.claim(
    "mean squared error on the sphere times the dimension",
    Eq(loss, v**2*(x**2 + y**2)/2 - v*(y + (pi - atan2(y, x))*x)/pi + Rational(1, 2)),
    false={
        "with the factor 1/2": Eq(loss, v**2*(x**2 + y**2)/4 - v*(y + (pi - atan2(y, x))*x)/(2*pi) + Rational(1, 4)),
        "as if never inactive": Eq(loss, v**2*(x**2 + y**2) - 2*v*x + 1),
        "pi/2 in the kernel": Eq(loss, v**2*(x**2 + y**2)/2 - v*(y + (pi/2 - atan2(y, x))*x)/pi + Rational(1, 2)),
    },
)


@sphere.proof(scope="every dimension d >= 2, given the means of `teacher_student`")
def by_homogeneity(claimed):
    """The squared error is quadratic in the input's length, whose square is independent of its direction and has mean d.

    So d E on the sphere is the Gaussian mean v^2 E s(w.x)^2 - 2 v E s(w.x) s(u.x) + E s(u.x)^2.
    """
    angle = symbols("angle", real=True)
    power, overlap = (x**2 + y**2)/2, (y + (pi - angle)*x)/(2*pi)
    yield zero(v**2*power - 2*v*overlap + Rational(1, 2) - claimed.rhs.subs(atan2(y, x), angle), "n cos a = w_x, n sin a = w_y")


@sphere.sampling(centre="mean", within=(0, 100), count=200000)
def squared_errors(lab, rng, count):
    """d (student - teacher)^2 on Gaussian directions scaled to length 1."""
    inputs = rng.normal(size=(count, lab.d))
    square = (inputs**2).sum(axis=1)
    positive_part = lambda values: values*(values > 0)
    student = lab.v*positive_part(lab.x*inputs[:, 0] + lab.y*inputs[:, 1])
    return lab.d*(student - positive_part(inputs[:, 0]))**2/square


third = Rational(1, 3)
turning.case("just above the bound, at 45 degrees", v=third, x=Rational(12, 25), y=Rational(12, 25), K=Rational(11, 10))
turning.case("early stage", v=Rational(1, 2), x=third, y=Rational(1, 10), K=Rational(21, 20))
turning.outside("just below the bound, at 45 degrees", breaks=v*x > 1/(2*pi), v=third, x=Rational(47, 100),
                y=Rational(47, 100), K=Rational(11, 10))
sphere.case("three dimensions", v=2, x=2, y=1, d=3)
sphere.case("five dimensions", v=1, x=third, y=2, d=5)
