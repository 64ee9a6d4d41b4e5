"""SAM at a fixed step size at every time, in a valley of one mode: the flow of finite step size with constants, uniformly.

Setting.  L = e^z x^2/2: the minimisers are x = 0, of sharpness e^z.  SAM starts at z = 0 (another start is another step size)
with eta <= 1, rho <= 1/8 and |x|/rho within 6 rho^2 of eta/(2 - eta); F = e^(z - x^2/4) is the sharpness at the minimiser to
which gradient flow leads, F0 at the start.  (On x = 0, which an orbit may meet by accident, SAM is undefined.)

Statement.  After every number T of steps |x|/rho is within 6 rho^2 of s/(2 - s), s = eta e^z, and with tau = T eta rho^2

    2/F - 2/F0 + 2 eta ln(F/F0) - (eta^2/2)(F - F0) = tau pace,     1 - 7 rho^2  <=  pace  <=  1 + 16 rho^2.

On the left is the time in which the flow of finite step size z' = -(1/2)(2/(2 - s))^2 e^z comes from F0 to F (`horizon`).  So SAM
follows that flow with an error in time of at most 16 rho^2 tau, for all tau and all step sizes up to 1 at once: what `flow` derives to
leading order, and `horizon` observes, is proved here with its remainder.  It is also the plane y = 0 of the valley of two modes.
"""

from sympy import Eq, Ge, Le, Rational, exp, log, symbols

from numerics.balls import ball, integral, precision
from numerics.steps import sam
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero
from theorems.sam_implicit_regularizer.valleys import gradient, x, z

F, pace = symbols("F pace", positive=True)                     # measured: at the end; time of the flow over tau
off, S = symbols("off S", positive=True)                       # measured: |x|/rho and eta e^z at the end
F0, eta, rho, tau = symbols("F0 eta rho tau", positive=True)
room = symbols("room", real=True)                              # the lesser of 1 - 8 rho and 6 - ||x_0|/rho - eta/(2 - eta)|/rho^2
s, B, w, h, r, N, X = symbols("s B w h r N X", positive=True)  # h = rho^2; for the others see the proof
p, j, v = symbols("p j v", nonnegative=True)
d = symbols("d", real=True)

theorem = Theorem("SAM in a valley of one mode, at all times",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5 at finite step size, with constants"),
                  assumes=(eta <= 1, room >= 0))


@theorem.data
def start(case):
    spare = 6 - abs(case.beside/case.rho - case.eta/(2 - case.eta))/case.rho**2
    return {F0: exp(-case.beside**2/4), eta: case.eta, rho: case.rho, tau: case.steps_taken*case.eta*case.rho**2,
            room: min(1 - 8*case.rho, spare)}


follows = theorem.claim(
    "pace against the flow at finite step size, and distance from its orbit of period two",
    (Ge(pace, 1 - 7*rho**2), Le(pace, 1 + 16*rho**2), Ge(off, S/(2 - S) - 6*rho**2), Le(off, S/(2 - S) + 6*rho**2)),
    false={
        "half the pace": (Ge(pace, (1 - 7*rho**2)/2), Le(pace, (1 + 16*rho**2)/2), Ge(off, S/(2 - S) - 6*rho**2),
                          Le(off, S/(2 - S) + 6*rho**2)),
        "never faster": (Ge(pace, 1 - 7*rho**2), Le(pace, 1 + 0*rho), Ge(off, S/(2 - S) - 6*rho**2), Le(off, S/(2 - S) + 6*rho**2)),
        "the orbit of small steps": (Ge(pace, 1 - 7*rho**2), Le(pace, 1 + 16*rho**2), Ge(off, S/2 - 6*rho**2),
                                     Le(off, S/2 + 6*rho**2)),
    },
)


@follows.proof
def by_an_invariant_strip(slow, fast, above, below):
    """The gradient is e^z (x, x^2/2), along w (1, x/2) for x > 0, w^2 (1 + x^2/4) = 1.  Let |x| = rho p, r = p + w, h = rho^2.

    The ascent ends at rho r and raises e^z by the factor B = e^(h w p/2).  So |x| becomes rho |s B r - p|, s falls by the factor
    e^-m, m = s B h r^2/2, and C = ln F by h c with c = (s B r/2)(w + s B r/2).  p = s/(2 - s) + d; the flow's time has the
    derivative -(eta/2) (2 - f)^2/f along C, f = eta F, which is less than s by the factor e^-(h p^2/4).
    """
    strip, other = (below.rhs - S/(2 - S))/rho**2, (S/(2 - S) - above.rhs)/rho**2
    yield zero(strip - other, "the strip is the same on both sides")
    yield cited(ESTIMATES)
    yield from stepped()
    yield from ascended()
    yield from kept(strip, Rational(1, 5))
    yield from clocked(strip, Rational(1, 5), least=7, most=16)
    yield nonnegative(1 - 7*rho**2 - slow.rhs, "the pace from below")
    yield nonnegative(fast.rhs - 1 - 16*rho**2, "and from above")


ESTIMATES = "1 + t <= e^t and e^t <= 1/(1 - t) for t < 1;  ||u| - v| <= |u - v| for v >= 0"
THIN, BOX = (s <= 1, 64*h <= 1), (s <= 1, 64*h <= 1, 8*p <= 9)


def stepped():
    """Goals: the step of the code, from x = X = (1 - v^2)/v > 0, so that w = 2 v/(1 + v^2)."""
    X, w, short = (1 - v**2)/v, 2*v/(1 + v**2), (v < 1, v > 0)
    across, height = sam(gradient(exp(z)*x**2/2, (x, z)), eta, rho)((X, z))
    pull = eta*exp(z + rho*w*X/2)*(X + rho*w)
    yield zero(across - (X - pull), "the step of x", short)
    yield zero(height - (z - pull*(X + rho*w)/2), "and of z", short)


def ascended():
    """Goals: the ascent from x = X > 0, and what the step does to C."""
    yield zero((X/N)**2*(1 + X**2/4) - 1, "w", (Eq(N**2, X**2 + X**4/4),))
    yield zero((1 - w)*(1 + w) - w**2*X**2/4, "so w is at most 1", (Eq(w**2*(1 + X**2/4), 1),))
    yield nonnegative(h/5 - h*p**2*w**2/(4*(1 + w)), "and 1 - w at most h/5", (w <= 1, *BOX))
    yield from lost()


def lost():
    """Goals: what C loses by the mode x, and B."""
    reach, turn = X + rho*w, s*B
    fall = turn*reach**2/2 + ((turn*reach - X)**2 - X**2)/4
    yield zero(fall - turn*reach*(rho*w + turn*reach/2)/2, "what C loses")
    yield nonnegative(1 + 5*h/8 - 1/(1 - h*p/2), "B, of which the logarithm is at most h p/2", BOX)


def kept(strip, share):
    """Goals: the strip |d| <= strip h is kept, if 1 - w is at most share h."""
    orbit, swollen = s/(2 - s), (B >= 1, 8*B <= 8 + 5*h, w <= 1, w >= 1 - share*h)
    yield nonnegative(9 - 8*(orbit + strip*h), "p stays below 9/8", THIN)
    yield zero(s*(orbit + d + 1) - (orbit + d) - orbit + (1 - s)*d, "on the orbit's scale d turns into -(1 - s) d", (s <= 1,))
    yield nonnegative(4*h/3 - (B*(p + w) - p - 1), "but for s times this, from above", (*BOX, *swollen))
    yield nonnegative(B*(p + w) - p - 1 + share*h, "and from below", (*BOX, *swollen))
    yield nonnegative(Rational(23, 10) - B*(p + w)**2/2, "m over s h", (*BOX, *swollen))
    yield nonnegative(14*s*h/3 - (orbit - orbit.subs(s, s*(1 - j))), "by which the orbit shrinks", (10*j <= 23*s*h, *THIN))
    yield nonnegative(strip*h + (1 - s)*d - 6*s*h, "the strip is kept from above", (s <= 1, d >= -strip*h))
    yield nonnegative(strip*h - (1 - s)*d - share*s*h, "and from below", (s <= 1, d <= strip*h))


def clocked(strip, share, least, most, other=0):
    """Goals: the flow's time gains between 1 - least h and 1 + most h in a step, over eta h, if another mode takes other s h from c."""
    speed = -(2/(2 - eta*F))**2*F/2                            # z' of the flow, and that of C on the minimisers
    yield zero(1/speed + eta*((2 - s)**2/s).subs(s, eta*F)/2, "its derivative along C", (eta*F < 2,))
    yield positive(-((2 - s)**2/s).diff(s), "larger where s is less", (s <= 1,))
    gain = (2 - s)**2*r*(w + s*r/2)/4
    low = {r: 2/(2 - s) - (strip + share)*h, w: 1 - share*h}
    yield positive(low[r], "r", THIN)
    yield nonnegative(gain.subs(low) - (2 - s)**2*other*h/2 - (1 - least*h), "the gain where f = s, B = 1 and r, w are least", THIN)
    swollen = (B >= 1, 8*B <= 8 + 5*h, w <= 1)
    yield nonnegative(Rational(217, 100) - s*B*(p + w), "s B r", (*BOX, *swollen))
    yield nonnegative(Rational(13, 5) - p**2/4 - v*(w + v/2)/2, "c, and -ln(f/s) after the step over h", (8*p <= 9, w <= 1, 100*v <= 217))
    shrunk = 1 - 13*h/5
    whole = gain.subs({r: (1 + 5*h/8)*(2/(2 - s) + strip*h), w: 1})/(2 - s)**2*(2 - s*shrunk)**2/shrunk
    yield nonnegative(1 + most*h - whole, "the gain where all are largest and f least", THIN)


@follows.enclosure
def after_all(lab):
    """T steps of SAM in balls, whose radii grow by a factor in every step."""
    across, height, first, last = ends(lab)
    return {pace: taken(lab, first, last), off: abs(across)/ball(lab.rho), S: ball(lab.eta)*height.exp()}


def ends(lab):
    """The point after all steps, and F at the start and there."""
    with precision(2500):
        begin = ball(lab.beside), ball(0)
        step = sam(gradient(exp(z)*x**2/2, (x, z)), ball(lab.eta), ball(lab.rho))
        end = lab.iterate(step, begin, lab.steps_taken)
        return *end, *((b - a**2/4).exp() for a, b in (begin, end))


def taken(lab, first, last):
    """Time of the flow by its definition, over tau."""
    eta = ball(lab.eta)
    speed = lambda at: (2/(2 - eta*at))**2*at**2/2             # at which F falls
    return integral(lambda at: 1/speed(at), last, first)/(eta*ball(lab.rho)**2*lab.steps_taken)


closed = theorem.claim(
    "time of the flow at finite step size, in closed form",
    Eq(2/F - 2/F0 + 2*eta*log(F/F0) - eta**2*(F - F0)/2, tau*pace),
    false={
        "without the step size": Eq(2/F - 2/F0, tau*pace),
        "the first power": Eq(2/F - 2/F0 + eta*log(F/F0), tau*pace),
    },
)


@closed.proof
def by_differentiation(claimed):
    """tau pace is 0 at the start and grows at the rate 1 while F falls at the rate (1/2) (2/(2 - eta F))^2 F^2."""
    yield zero(claimed.lhs.diff(F)*-F**2/2*(2/(2 - eta*F))**2 - claimed.rhs.diff(tau)/pace, "the rate", (eta*F < 2,))
    yield zero((claimed.lhs - claimed.rhs).subs({F: F0, tau: 0}), "from nothing")


@closed.enclosure
def time_taken(lab):
    _, _, first, last = ends(lab)
    return {F: last, pace: taken(lab, first, last)}


half, sixteenth = Rational(1, 2), Rational(1, 16)
theorem.case("long steps", eta=1, rho=sixteenth, beside=sixteenth, steps_taken=Each((1, 400)))
theorem.case("half as long", eta=half, rho=half/16, beside=half/48, steps_taken=400)
theorem.case("short steps", eta=2*sixteenth, rho=2*sixteenth, beside=Rational(1, 100), steps_taken=Each((3, 400)))
for name, side in (("from the outer edge", 1), ("from the inner edge", -1)):
    theorem.case(name, eta=2*sixteenth, rho=sixteenth, beside=sixteenth*(Rational(1, 15) + side*6*sixteenth**2), steps_taken=Each((1, 2)))
follows.outside("start off the orbit", breaks=room >= 0, eta=2*sixteenth, rho=sixteenth, beside=2*sixteenth, steps_taken=1)
