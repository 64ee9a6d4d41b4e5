"""Where discrete methods end: mirror descent at the Bregman projection for every step size, gradient descent off by O(h).

Statement.  w_i = u_i^2 - v_i^2, losses of z.w.  Each iterate of mirror descent, whatever its step sizes, has

    (asinh(w_i/beta_i) + log(v_i/u_i))/4 = lambda z_i     for one lambda:    grad R(w) = lambda z,

so it is the Bregman projection of the start on its own level set of z.w, and so is the limit on z.w = y.  Gradient
descent on (z.w - y)^2/2 ends elsewhere.  With w the projection, lambda z its dual, H_i = 4 sqrt(w_i^2 + beta_i^2), and
P = D_R(w, w(0)) the integral of the squared residual along the flow, as the step size h falls to 0

    (gradient descent's end - w)/h  ->  s_i = turn z_i H_i - 4 P z_i^2 w_i,        z.s = 0,

where `turn` is the limit of (gradient descent's multiplier - lambda)/h: u v shrinks by 1 - 4 h^2 g^2 in each step,
and fitting the data moves the multiplier.  Shown for every number of weights;
measured with two.
"""

from sympy import Eq, Rational, asinh, diff, exp, log, sqrt, symbols

from numerics.balls import ball
from numerics.steps import descent, mirror_descent
from theorems import Source, Theorem, cited, zero

w = w1, w2 = symbols("w1 w2", real=True)                       # measured: the weights
multiplier = symbols("multiplier", real=True)                  # measured: lambda
shift1, shift2 = symbols("shift1 shift2", real=True)           # measured: (gradient descent's end - mirror descent's)/h
turn = symbols("turn", real=True)                              # measured: the same for the multipliers
paid = symbols("paid", nonnegative=True)                       # measured: the integral of the squared residual
u = u1, u2 = symbols("u1 u2", positive=True)                   # the start
v = v1, v2 = symbols("v1 v2", positive=True)
z = z1, z2 = symbols("z1 z2", real=True, nonzero=True)
h, g, m = symbols("h g m", real=True)

theorem = Theorem(
    "where gradient descent and mirror descent end",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="discrete time, not in the paper"),
)


@theorem.data
def problem(case):
    return dict(zip((*u, *v, *z), (*case.plus, *case.minus, *case.features)))


def dual(i, ratio=1, scale=2):
    """The mirror of weight i."""
    return (asinh(w[i]/(scale*u[i]*v[i])) + ratio*log(v[i]/u[i]))/4


every_step = theorem.claim(
    "each iterate of mirror descent is the projection of the start on its own level set",
    (Eq(multiplier*z1, dual(0)), Eq(multiplier*z2, dual(1))),
    false={
        "parameter u v": (Eq(multiplier*z1, dual(0, scale=1)), Eq(multiplier*z2, dual(1, scale=1))),
        "without the starting ratio": (Eq(multiplier*z1, dual(0, ratio=0)), Eq(multiplier*z2, dual(1, ratio=0))),
        "gradient descent in the weights": (Eq(multiplier*z1, w1 - u1**2 + v1**2), Eq(multiplier*z2, w2 - u2**2 + v2**2)),
    },
)


@every_step.proof(scope="every number of weights and of steps, every step size and loss of z.w")
def by_the_dual(*claimed):
    """Each step moves the dual by a multiple of z, from 0; the dual's slope is R''."""
    for i, one in enumerate(claimed):
        weight = u[i]**2*exp(4*m) - v[i]**2*exp(-4*m)
        yield zero(one.lhs - multiplier*z[i], f"a multiple of z, weight {i + 1}")
        yield zero(diff(one.rhs, w[i])*4*sqrt(w[i]**2 + (2*u[i]*v[i])**2) - 1, f"its slope is R'', weight {i + 1}")
        yield zero(one.rhs.rewrite(log).subs(w[i], u[i]**2 - v[i]**2), f"it is 0 at the start, weight {i + 1}")
        yield zero(diff(weight, m)**2 - 16*(weight**2 + (2*u[i]*v[i])**2), f"the weight's own slope, weight {i + 1}")


def mirrored(lab, size):
    """One step of mirror descent on (z.w - y)^2/2 in balls, with the dual's multiple of z as a further coordinate."""
    c, squares = [*map(ball, lab.features)], [(ball(p)*ball(p), ball(q)*ball(q)) for p, q in zip(lab.plus, lab.minus)]

    def mirror(*at):
        roots = [(one*one + 4*p*q).sqrt() for one, (p, q) in zip(at, squares)]
        return (*(((one + root)/(2*p)).log()/4 for one, root, (p, _) in zip(at, roots, squares)), at[2])

    def inverse(*dual):
        return (*(p*(4*one).exp() - q*(-4*one).exp() for one, (p, q) in zip(dual, squares)), dual[2])

    def gradient(*at):
        rest = c[0]*at[0] + c[1]*at[1] - ball(lab.label)
        return (c[0]*rest, c[1]*rest, rest)
    return mirror_descent(gradient, ball(size), mirror, inverse), (*(p - q for p, q in squares), ball(0))


@every_step.enclosure
def mirror_descent_in_balls(lab):
    end = lab.iterate(*mirrored(lab, lab.size), lab.count)
    return {w1: end[0], w2: end[1], multiplier: end[2]}


def slope(i):
    """H_i = J J' at weight i."""
    return 4*sqrt(w[i]**2 + 4*u[i]**2*v[i]**2)


def shifts(times=4, fitting=1, kept=(shift1, shift2)):
    moved = [fitting*turn*c*slope(i) - times*paid*c**2*w[i] for i, c in enumerate(z)]
    return Eq(shift1, moved[0]), Eq(shift2, moved[1]), Eq(z1*kept[0] + z2*kept[1], 0)


ending = theorem.claim(
    "how far from the projection gradient descent ends, per unit of step size",
    shifts(),
    false={
        "twice the loss of u v": shifts(times=8),
        "at the old multiplier": shifts(fitting=0),
        "the sum of the weights is kept": shifts(kept=(shift1/z1, shift2/z2)),
    },
)


@ending.proof(scope="every number of weights, least squares in z.w")
def by_logarithms(*claimed):
    """log(1 - 2 h g) = -2 h g - 2 h^2 g^2 + ...: the steps end at u = u(0) exp(2 m - 2 h z^2 P), v = v(0) exp(-2 m - 2 h z^2 P).

    Here m = lambda_h z, and lambda_h = lambda + h turn moves so that z.w = y still.
    """
    yield cited("where the flow ends at exponential rate, the sums over steps of r and h r^2 tend to their integrals")
    series = log(1 - 2*h*g)
    yield zero(diff(series, h).subs(h, 0) + 2*g, "the logarithm's first coefficient")
    yield zero(diff(series, h, 2).subs(h, 0)/2 + 2*g**2, "its second, the same for -g")
    *moves, fitted = claimed
    for i, one in enumerate(moves):
        p, q, loss = u[i]*exp(2*m), v[i]*exp(-2*m), exp(-2*h*z[i]**2*paid)
        end = (p*loss)**2*exp(4*h*turn*z[i]) - (q*loss)**2*exp(-4*h*turn*z[i])
        there = one.rhs.subs(w[i], p**2 - q**2).subs((p**2 - q**2)**2 + 4*u[i]**2*v[i]**2, (p**2 + q**2)**2)
        yield zero((p**2 - q**2)**2 + 4*u[i]**2*v[i]**2 - (p**2 + q**2)**2, f"H by u and v, weight {i + 1}")
        yield zero(diff(end, h).subs(h, 0) - there, f"the rate of w_{i + 1} by h is the claim")
    yield zero(fitted.lhs - fitted.rhs - z1*shift1 - z2*shift2, "both ends fit the data")


@ending.observation(small=h, order=1, first=Rational(1, 16), halvings=4)
def both_ends(lab, h):
    """Both methods until they settle, on balls without radius; gradient descent sums h r^2 and -h r."""
    c, y = [*map(ball, lab.features)], ball(lab.label)

    def gradient(*x):
        rest = c[0]*(x[0]*x[0] - x[2]*x[2]) + c[1]*(x[1]*x[1] - x[3]*x[3]) - y
        return (2*rest*c[0]*x[0], 2*rest*c[1]*x[1], -2*rest*c[0]*x[2], -2*rest*c[1]*x[3], -rest*rest, rest)
    step, (mirror_step, weights) = descent(gradient, ball(h)), mirrored(lab, h)
    without = lambda step: lambda x: tuple(one.mid() for one in step(x))
    x = lab.settle(without(step), tuple(map(ball, (*lab.plus, *lab.minus, 0, 0))), lab.pace*h)
    other = lab.settle(without(mirror_step), weights, lab.pace*h)
    ends = [p*p - q*q for p, q in zip(x[:2], x[2:])]
    return {**dict(zip(w, ends)), paid: x[4],
            **{one: (a - b)/ball(h) for one, a, b in zip((shift1, shift2, turn), (*ends, x[5]), other)}}


half, third, quarter = Rational(1, 2), Rational(1, 3), Rational(1, 4)
every_step.case("three large steps", plus=(half, third), minus=(quarter, half), features=(1, 2), label=2, size=quarter/4, count=3)
every_step.case("one step", plus=(1, third), minus=(third, quarter), features=(2, -1), label=third, size=third/4, count=1)
ending.case("one of each sign", plus=(half, third), minus=(quarter, half), features=(1, -2), label=2, pace=15)
ending.case("weak second feature", plus=(1, third), minus=(third, quarter), features=(2, half), label=third, pace=11)
