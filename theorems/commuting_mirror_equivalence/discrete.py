"""Discrete time: gradient descent carries half of mirror descent's second-order term, and drifts away from it.

Statement.  Let gradient flow on w = G(x) be a mirror flow, p = J' g, and s_i = p.(Hessian of G_i) p.  One step of
size h changes w by -h J J' g plus, to second order,

    gradient descent in x:  h^2 s/2,          mirror descent in w:  h^2 s,

so gradient descent has half, for every commuting parametrisation and loss.  For differences of powers w = u^3 - v^3,
measured here, s = 54 g^2 (u^5 - v^5).  On
w = u^2 - v^2 with a constant slope g, gradient descent multiplies u by 1 - 2 h g and v by 1 + 2 h g, so u v by
1 - 4 h^2 g^2, and at a fixed time T

    (gradient descent - mirror descent)/h  ->  -4 g^2 T w(T).

The gap obeys no equation in w alone: the linearised mirror flow driven by -s/2,
e' = -4 g w e/sqrt(w^2 + beta^2) - 4 g^2 w, is tempting and false, since u v does not stay put.
"""

from mpmath import mp
from sympy import Eq, Rational, diff, exp, log, symbols

from numerics.steps import descent, mirror_descent
from theorems import Source, Theorem, zero

in_x, in_w = symbols("in_x in_w", real=True)                   # measured: second-order terms of one step
gap, kept = symbols("gap kept", real=True)                     # measured at time T: difference over h, loss of u v over h
u, v = symbols("u v", positive=True)                           # the start
g = symbols("g", real=True)                                    # the slope of a linear loss
T, h = symbols("T h", positive=True)
area = symbols("area", real=True)                              # measured: u v after n steps of one size
size = symbols("size", positive=True)
n = symbols("n", integer=True, nonnegative=True)
m = symbols("m", real=True)

theorem = Theorem(
    "gradient descent against mirror descent",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="discrete time, not in the paper"),
)


@theorem.data
def start(case):
    return {u: case.plus, v: case.minus, g: case.slope, T: case.time, size: case.size, n: case.number}


def gradient(slope):
    """Gradient of slope*(u^2 - v^2) in (u, v)."""
    return lambda a, b: (2*slope*a, -2*slope*b)


def mirrors(beta):
    """grad R and its inverse for the hyperbolic entropy, up to the start's constant."""
    return lambda w: mp.asinh(w/beta)/4, lambda m: beta*mp.sinh(4*m)


halves = theorem.claim(
    "the second-order terms of one step of gradient descent and of mirror descent on u^3 - v^3",
    (Eq(in_x, 27*g**2*(u**5 - v**5)), Eq(in_w, 54*g**2*(u**5 - v**5))),
    false={
        "gradient descent has all of it": (Eq(in_x, 54*g**2*(u**5 - v**5)), Eq(in_w, 54*g**2*(u**5 - v**5))),
        "mirror descent has half of it": (Eq(in_x, 27*g**2*(u**5 - v**5)), Eq(in_w, 27*g**2*(u**5 - v**5))),
        "the squares add up": (Eq(in_x, 27*g**2*(u**5 + v**5)), Eq(in_w, 54*g**2*(u**5 + v**5))),
    },
)


def cubic_slope(slope):
    """Gradient of slope*(u^3 - v^3) in (u, v)."""
    return lambda a, b: (3*slope*a**2, -3*slope*b**2)


@halves.proof(scope="every commuting parametrisation, dimension and loss, by words; the relations for u^3 - v^3")
def by_taylor(of_descent, of_mirror):
    """The step on symbols; mirror descent moves m by -h g along 1/(1/u - 3 m) and 1/(1/v + 3 m).

    In general psi(x; -h g) is the flow of x' = -J'g, g fixed, for a time h: x - h p + h^2 (D p) p/2, where D p is
    the sum of g_j times the Hessian of G_j, and commuting turns (Hessian of G_j) grad G_i into (Hessian of G_i) grad G_j.
    """
    yield from by_words()
    a, b = descent(cubic_slope(g), h)((u, v))
    one = a**3 - b**3
    up, down = 1/(1/u - 3*m), 1/(1/v + 3*m)
    yield zero(diff(up, m) - 3*up**2, "u moves along the gradient of its weight")
    yield zero(diff(down, m) + 3*down**2, "and v")
    other = (up**3 - down**3).subs(m, -h*g)
    yield zero(diff(one - other, h).subs(h, 0), "equal first-order terms")
    yield zero((diff(one, h, 2)/2).subs(h, 0) - of_descent.rhs, "the second-order term of gradient descent")
    yield zero((diff(other, h, 2)/2).subs(h, 0) - of_mirror.rhs, "the second-order term of mirror descent")
    p, q = cubic_slope(g)(u, v)
    yield zero(6*u*p**2 - 6*v*q**2 - of_mirror.rhs, "it is p.(Hessian of G) p")


def by_words():
    """Second-order terms of w_i for p = g_j G_j + g_k G_k: Gi, Hi stand for the gradient and the Hessian, gi for the row."""
    g_j, g_k = symbols("g_j g_k", real=True)
    gi, gj, gk, Gj, Gk, Hi, Hj, Hk = symbols("gi gj gk Gj Gk Hi Hj Hk", commutative=False)
    row, p = g_j*gj + g_k*gk, g_j*Gj + g_k*Gk                  # p' and p
    of_descent = row*Hi*p/2                                    # x moves by -h p
    of_mirror = gi*(g_j*Hj + g_k*Hk)*p/2 + row*Hi*p/2          # and by h^2 (D p) p/2 more
    brackets = g_j*(gi*Hj - gj*Hi) + g_k*(gi*Hk - gk*Hi)       # rows of [grad G_i, grad G_j] and of i, k: 0
    yield zero(of_mirror - 2*of_descent - brackets*p/2, "mirror descent has twice the term, less brackets")


@halves.observation(small=h, order=1, first=Rational(1, 64))
def one_step(lab, h):
    """(change of w + h w's first-order rate)/h^2, from one step of each method; the start has the dual 0."""
    w, rate = lab.plus**3 - lab.minus**3, 9*(lab.plus**4 + lab.minus**4)*lab.slope
    a, b = lab.iterate(descent(cubic_slope(lab.slope), h), (lab.plus, lab.minus), 1)
    inverse = lambda m: (1/lab.plus - 3*m)**-3 - (1/lab.minus + 3*m)**-3
    moved = lab.iterate(mirror_descent(lambda w: lab.slope, h, lambda w: 0*w, inverse), w, 1)
    return {in_x: (a**3 - b**3 - w + h*rate)/h**2, in_w: (moved - w + h*rate)/h**2}


def end(sign):
    """u^2 - v^2 at time T along the flow, or with sign 1 the sum, which is sqrt(w^2 + beta^2)."""
    return u**2*exp(-4*g*T) + sign*v**2*exp(4*g*T)


drift = theorem.claim(
    "the gap at a fixed time per unit of step size, and what u v loses",
    (Eq(gap, -4*g**2*T*(u**2*exp(-4*g*T) - v**2*exp(4*g*T))), Eq(kept, -4*g**2*T*u*v)),
    false={
        "a closed equation in w": (Eq(gap, g*end(1)*log(end(1)/(u**2 + v**2))), Eq(kept, -4*g**2*T*u*v)),
        "u v is kept": (Eq(gap, -4*g**2*T*end(-1)), Eq(kept, 0)),
        "twice the gap": (Eq(gap, -8*g**2*T*end(-1)), Eq(kept, -4*g**2*T*u*v)),
    },
)


@drift.proof
def by_logarithms(first, second):
    """(1 - 2 h g)^(T/h) = exp(l(h)), l = (T/h) log(1 - 2 h g) = -2 g T - 2 g^2 T h + O(h^2), and likewise with -g."""
    factor = lambda sign: exp(-2*sign*g*T - 2*g**2*T*h)
    series = lambda sign: T*(-2*sign*g - 2*g**2*h)
    for sign in (1, -1):
        slope = diff(log(1 - 2*sign*h*g), h)
        yield zero(slope.subs(h, 0) + 2*sign*g, "the logarithm's first coefficient")
        yield zero(diff(slope, h).subs(h, 0)/2 + 2*g**2, "its second")
        yield zero(series(sign) - log(factor(sign)).expand(force=True), "so T/h steps multiply by this")
    w = u**2*factor(1)**2 - v**2*factor(-1)**2
    yield zero(w.subs(h, 0) - (u**2*exp(-4*g*T) - v**2*exp(4*g*T)), "at h = 0 both follow the flow, mirror descent for every h")
    yield zero(diff(w, h).subs(h, 0) - first.rhs, "the derivative by h is the claim")
    yield zero(diff(u*v*factor(1)*factor(-1), h).subs(h, 0) - second.rhs, "and for the product")


@drift.observation(small=h, order=1, first=Rational(1, 16))
def runs_to_a_fixed_time(lab, h):
    steps = lab.steps(lab.time, h)
    a, b = lab.iterate(descent(gradient(lab.slope), h), (lab.plus, lab.minus), steps)
    w = lab.iterate(mirror_descent(lambda w: lab.slope, h, *mirrors(2*lab.plus*lab.minus)),
                    lab.plus**2 - lab.minus**2, steps)
    return {gap: (a**2 - b**2 - w)/h, kept: (a*b - lab.plus*lab.minus)/h}


left_surface = theorem.claim(
    "each step takes u v off its surface by the same factor",
    Eq(area, u*v*(1 - 4*size**2*g**2)**n),
    false={
        "it stays": Eq(area, u*v),
        "by the square of one step": Eq(area, u*v*(1 - 2*size*g)**(2*n)),
        "in the other direction": Eq(area, u*v*(1 + 4*size**2*g**2)**n),
    },
)


@left_surface.proof(scope="every number of steps, by induction; a slope that changes gives the product of the factors")
def by_one_step(claimed):
    """One step of the code that is simulated, on symbols; and n = 0."""
    a, b = descent(gradient(g), size)((u, v))
    yield zero(claimed.rhs.subs(n, 0) - u*v, "before any step")
    yield zero(a*b - claimed.rhs.subs(n, 1), "one step")
    yield zero(claimed.rhs.subs(n, n + 1)*u*v - (claimed.rhs*claimed.rhs.subs(n, 1)).powsimp(), "the claim grows by the same factor")


@left_surface.enclosure
def exact_steps(lab):
    a, b = lab.iterate(descent(gradient(lab.slope), lab.size), (lab.plus, lab.minus), lab.number)
    return a*b


third, half = Rational(1, 3), Rational(1, 2)
theorem.case("rising weight", plus=half, minus=third, slope=Rational(-2, 3), time=half, size=third, number=4)
theorem.case("falling through zero", plus=Rational(3, 4), minus=half, slope=half, time=Rational(3, 8), size=3*half, number=3)
