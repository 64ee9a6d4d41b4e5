"""Legendre functions of one-parameter weights: both inverse relations and Fenchel's equality.

Statement.  Let x move along the gradient of w = G(x) for a time m, x' = G'(x), and let q be the integral of w.
Then w = Q'(m), m = R'(w) and w m = q + R(w), q = Q(m), with R = 0 at the start a = G(x(0)):

    x^2            Q' = a e^(4m)                      R = (w log(w/a) - w + a)/4               w > 0
    e^x            Q' = a/(1 - a m)                   R = w/a - 1 - log(w/a)                   w > 0
    sin^2(x/2)     Q' = a e^m/(1 - a + a e^m)         R = w log(w/a) + (1 - w) log((1 - w)/(1 - a))

so gradient flow of L(G(x)) is mirror flow with (a quarter of) the entropy, Burg's entropy and the binary entropy.
The constant 1/4 shows at every finite time, never in the limit.  Losses of several weights move each
weight by its own control, and m is the control's integral; so this holds coordinate by coordinate.
"""

from sympy import Eq, Rational, diff, exp, log, sin, symbols

from numerics.balls import ball, evaluate
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, zero

w = symbols("w", positive=True)                                # measured after a time m: the weight
q = symbols("q", real=True)                                    # and its integral
a, m = symbols("a m", positive=True)                           # the weight at the start; the time
x = symbols("x", real=True)

theorem = Theorem(
    "a table of Legendre functions",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="examples, re-derived"),
)


@theorem.data
def start(case):
    return {a: case.G.subs(x, case.at), m: case.time}


def flow_of(lab):
    """Validated Taylor steps of x' = G'(x), q' = G(x)."""
    field = Field((diff(lab.G, x), lab.G), (x, symbols("Q")))
    end = lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=14), (lab.at, 0), 1)
    return {w: evaluate(lab.G, {x: ball(end[0])}), q: end[1]}


def row(inverse_mirror, mirror, potential):
    """w = Q'(m), m = R'(w), w m - q = R(w)."""
    return Eq(w, inverse_mirror), Eq(m, mirror), Eq(w*m - q, potential)


def decided(G, relations, domain=()):
    """R' from R, both inverse relations, R'' Q'' = 1 with Q'' = |G'|^2, and Fenchel's equality by its derivative."""
    slope, mirror, fenchel = relations
    there = {w: slope.rhs}
    yield zero(diff(fenchel.rhs, w) - mirror.rhs, "the potential's slope is the mirror")
    yield zero(diff(mirror.rhs, w).subs(there)*diff(slope.rhs, m) - 1, "the mirror has the inverse slope of Q'", given=domain)
    yield zero(mirror.rhs.subs(w, a), "and the value 0 at the start, so it is the inverse of Q'")
    yield zero(slope.rhs.subs(m, 0) - a, "where Q' is the weight")
    yield zero(slope.rhs.subs(m, mirror.rhs) - w, "Q' after the mirror is the identity", given=domain)
    for side, named in zip((slope.lhs, mirror.lhs, fenchel.lhs), (w, m, w*m - q)):
        yield zero(side - named, "what the relation is about")
    yield zero(fenchel.rhs.subs(w, a), "which is 0 at the start")
    square = diff(G, x)**2
    yield zero(diff(slope.rhs, m).subs(a, G).subs(m, 0) - square, "Q'' at the start is |G'|^2; every point is a start")


entropy = theorem.claim(
    "x^2 has a quarter of the entropy",
    row(a*exp(4*m), log(w/a)/4, (w*log(w/a) - w + a)/4),
    false={
        "the whole entropy": row(a*exp(4*m), log(w/a), w*log(w/a) - w + a),
        "rate 2": row(a*exp(2*m), log(w/a)/2, (w*log(w/a) - w + a)/2),
    },
)


@entropy.proof
def of_the_square(*relations):
    """The weight's own derivative along the flow depends on the weight alone; see `decided`."""
    yield from decided(x**2, relations)


@entropy.enclosure
def run_of_the_square(lab):
    return flow_of(lab)


burg = theorem.claim(
    "e^x has Burg's entropy",
    row(a/(1 - a*m), 1/a - 1/w, w/a - 1 - log(w/a)),
    false={
        "the entropy": row(a/(1 - a*m), 1/a - 1/w, w*log(w/a) - w + a),
        "half of it": row(a/(1 - a*m/2), 2/a - 2/w, 2*(w/a - 1 - log(w/a))),
    },
)


@burg.proof
def of_the_exponential(*relations):
    """As for the square, for m below 1/a, where the weight is finite."""
    yield from decided(exp(x), relations, (a*m < 1,))


@burg.enclosure
def run_of_the_exponential(lab):
    return flow_of(lab)


binary = theorem.claim(
    "sin^2(x/2) has the binary entropy",
    row(a*exp(m)/(1 - a + a*exp(m)), log(w/a) - log((1 - w)/(1 - a)), w*log(w/a) + (1 - w)*log((1 - w)/(1 - a))),
    false={
        "the entropy of one side": row(a*exp(m)/(1 - a + a*exp(m)), log(w/a), w*log(w/a)),
        "rate 4": row(a*exp(4*m)/(1 - a + a*exp(4*m)), (log(w/a) - log((1 - w)/(1 - a)))/4,
                      (w*log(w/a) + (1 - w)*log((1 - w)/(1 - a)))/4),
    },
)


@binary.proof
def of_the_sine(*relations):
    """As for the square, for weights between 0 and 1."""
    yield from decided(sin(x/2)**2, relations, (a < 1, w < 1))


@binary.enclosure
def run_of_the_sine(lab):
    return flow_of(lab)


half, third = Rational(1, 2), Rational(1, 3)
entropy.case("square from one half", G=x**2, at=half, time=third)
entropy.case("square from three", G=x**2, at=3, time=Rational(1, 5))
burg.case("exponential from zero", G=exp(x), at=0, time=third)
burg.case("exponential from minus one third", G=exp(x), at=-third, time=half)
binary.case("sine from two", G=sin(x/2)**2, at=2, time=half)
binary.case("sine from one", G=sin(x/2)**2, at=1, time=Rational(3, 2))
